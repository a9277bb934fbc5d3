//! What the gate says, as a page. Pure.

use super::drift::spot;
use super::lint::RENDERED;
use super::{Fact, Item, Level, Page, Row, Rule, Section, Spot, add, by_importance, capital};
use crate::check::Place;
use crate::gate::{Condition, GateAnswer, GateReport, GateRing, Remedy, headline};
use crate::topology::State;

const UNSEEN: Rule = Rule { id: "gate/not-seen", title: "All that has to be seen can be seen", help: "" };
const WARNING: Rule = Rule { id: "gate/warning", title: "To be known", help: "" };
const IGNORED: Rule = Rule { id: "gate/ignored", title: "Differences that ignore rules cover", help: "" };

const fn rule(condition: Condition) -> Rule {
    let (id, title) = match condition {
        Condition::GitRuns => ("gate/git-runs", "What Git wants is the live object"),
        Condition::Done => ("gate/done", "CassKop says that it is done"),
        Condition::Proven => ("gate/proven", "It is proven that CassKop is done"),
        Condition::Quiet => ("gate/quiet", "No other cluster of the ring is in the middle of an operation"),
        Condition::Target => ("gate/target", "The target can take the change"),
    };
    Rule { id, title, help: "" }
}

/// Where a ring is written for a cluster, and where it was rendered to.
#[derive(Clone, Debug, Default)]
pub struct GatePlace {
    /// The line of the source.
    pub source: Option<Place>,
    /// The rendered file.
    pub rendered: Option<Place>,
}

/// The page of `gate`. `fleet` is the fleet's name, `anchor` the fleet file; `place` says where a
/// ring, `NAMESPACE/NAME`, is written for a cluster, since what the gate says has no line of its own.
pub fn gate_page(
    report: &GateReport,
    fleet: Option<String>,
    anchor: Option<String>,
    place: &dyn Fn(&str, &str) -> GatePlace,
) -> Page {
    let mut sections = Vec::new();
    report.rings.iter().for_each(|ring| add_ring(&mut sections, ring));
    by_importance(&mut sections);
    for section in &mut sections {
        point(section, place);
    }
    Page {
        command: "gate",
        title: format!("Gate: {}", report.asked),
        verdict: match report.answer {
            GateAnswer::Open => State::Good,
            GateAnswer::Closed => State::Bad,
            GateAnswer::CouldNotTell => State::Unknown,
        },
        summary: capital(&headline(report)),
        fleet,
        at: Some(report.at),
        rows: report.rings.iter().flat_map(|ring| rows(ring, report.answer)).collect(),
        sections,
        notes: Vec::new(),
        anchor: anchor.map(Spot::start_of),
        drawing: None,
    }
}

/// Points to the source of the first cluster, and to the rendered files of all.
fn point(section: &mut Section, place: &dyn Fn(&str, &str) -> GatePlace) {
    let places: Vec<_> = section.clusters.iter().map(|cluster| place(&section.ring, cluster)).collect();
    let source = places.iter().find_map(|place| place.source.as_ref()).map(|place| spot(place, ""));
    let rendered = places.iter().filter_map(|place| Some(spot(place.rendered.as_ref()?, RENDERED)));
    section.places = source.into_iter().chain(rendered).collect();
}

fn name(ring: &GateRing) -> String {
    format!("{}/{}", ring.namespace, ring.name)
}

fn item(level: Level, rule: Rule, message: &str, fix: &str) -> Item {
    Item {
        level,
        rule,
        message: message.to_owned(),
        path: String::new(),
        lines: Vec::new(),
        places: Vec::new(),
        related: Vec::new(),
        facts: Vec::new(),
        why: String::new(),
        fix: fix.to_owned(),
    }
}

fn add_ring(sections: &mut Vec<Section>, ring: &GateRing) {
    let key = name(ring);
    let mut one = |cluster: &String, item: Item| fold(sections, &key, cluster, item);
    for unseen in &ring.unseen {
        one(&unseen.cluster, item(Level::Error, UNSEEN, &unseen.message, &unseen.fix));
    }
    for reason in &ring.reasons {
        let mut item = item(Level::Error, rule(reason.condition), &reason.message, &reason.fix);
        let text = match reason.remedy {
            Remedy::Act => "somebody has to act",
            Remedy::Wait => "wait",
        };
        item.facts.push(Fact { name: "to do", text: text.to_owned() });
        one(&reason.cluster, item);
    }
    for warning in &ring.warnings {
        one(&warning.cluster, item(Level::Warning, WARNING, &warning.message, ""));
    }
    for ignored in &ring.ignored {
        let mut item = item(Level::Allowed, IGNORED, &format!("`{}` differs", ignored.path), "");
        item.path.clone_from(&ignored.path);
        item.facts.push(Fact { name: "ignored", text: ignored.rule.clone() });
        one(&ignored.cluster, item);
    }
}

/// The same in another cluster is said once. Only for sections with one finding: the
/// others have findings that are not the same.
fn fold(sections: &mut Vec<Section>, ring: &str, cluster: &String, item: Item) {
    let same = |known: &Item| {
        known.rule == item.rule && known.message == item.message && known.fix == item.fix && known.level == item.level
    };
    let known = sections.iter_mut().find(|section| {
        section.ring == ring && !section.clusters.contains(cluster) && matches!(section.items.as_slice(), [one] if same(one))
    });
    match known {
        Some(section) => section.clusters.push(cluster.clone()),
        None => add(sections, ring, vec![cluster.clone()], item),
    }
}

/// The clusters that had to be settled, and those that ask.
fn rows(ring: &GateRing, answer: GateAnswer) -> Vec<Row> {
    let mut clusters: Vec<&String> = Vec::new();
    let concerned = ring.reasons.iter().map(|reason| &reason.cluster).chain(ring.unseen.iter().map(|unseen| &unseen.cluster));
    for cluster in ring.settled_first.iter().chain(&ring.targets).chain(concerned) {
        if !clusters.contains(&cluster) {
            clusters.push(cluster);
        }
    }
    clusters.into_iter().map(|cluster| row(ring, cluster, answer)).collect()
}

fn row(ring: &GateRing, cluster: &String, answer: GateAnswer) -> Row {
    let reasons: Vec<_> = ring.reasons.iter().filter(|reason| reason.cluster == *cluster).collect();
    let unseen = ring.unseen.iter().any(|unseen| unseen.cluster == *cluster);
    let asks = ring.targets.contains(cluster);
    let (state, words) = match (unseen, reasons.first()) {
        (true, _) => (State::Unknown, "could not be seen".to_owned()),
        (false, Some(_)) if reasons.iter().any(|reason| reason.remedy == Remedy::Act) => {
            (State::Bad, "somebody has to act".to_owned())
        }
        (false, Some(_)) => (State::Bad, "not settled yet".to_owned()),
        (false, None) if asks && answer == GateAnswer::Open => (State::Good, "may go".to_owned()),
        (false, None) if asks => (State::Known, "has to wait for the others".to_owned()),
        (false, None) => (State::Good, "settled".to_owned()),
    };
    Row { cluster: cluster.clone(), ring: name(ring), state, words: if asks { format!("{words} (asks to go)") } else { words } }
}
