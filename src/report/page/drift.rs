//! The drift report as a page. Pure.

use super::{Exact, Fact, Item, Level, Outlook, Page, Row, Rule, Section, Spot, add, by_importance, capital};
use crate::check::{Class, ClusterDrift, Difference, DriftReport, EffectKind, NotChecked, Place, RingDrift};
use crate::finding::Exit;
use crate::report::Style;
use crate::report::drift::{Folded, FoldedEffect, Group, counts, effect, groups, lines, state, summary, when, who};
use crate::topology::State;

const NOT_CHECKED: Rule = Rule {
    id: "drift/not-checked",
    title: "Every cluster can be looked at",
    help: "Nothing is known of what was not looked at: it may differ from Git or not.",
};

const fn rule(class: Class) -> Rule {
    let (id, title) = match class {
        Class::NotApplied => ("drift/not-applied", "What Git wants is applied"),
        Class::NotProcessed => ("drift/not-processed", "CassKop has seen what was applied"),
        Class::Refused => ("drift/refused", "CassKop takes what Git wants"),
        Class::EditedLive => ("drift/edited-live", "Nobody changes live objects by hand"),
        Class::Missing => ("drift/missing", "What Git wants is there"),
        Class::Extra => ("drift/extra", "Nothing is live that Git does not want"),
        Class::Seeds => ("drift/seeds", "The seeds are those that Git wants"),
        Class::Labels => ("drift/labels", "The labels are those that Git wants"),
        Class::RequestedOperation => ("drift/requested-operation", "Somebody has asked CassKop for an operation"),
    };
    Rule { id, title, help: "" }
}

/// What a class means for the object; goes on after the path.
const fn meaning(class: Class) -> &'static str {
    match class {
        Class::NotApplied => "what Git wants was never applied",
        Class::NotProcessed => "applied, but CassKop has not seen it yet",
        Class::Refused => "CassKop has put the old value back",
        Class::EditedLive => "somebody else has set another value",
        Class::Missing => "what Git wants is not there",
        Class::Extra => "live, but not in Git",
        Class::Seeds => "the seeds are not those that Git wants",
        Class::Labels => "the labels are not those that Git wants",
        Class::RequestedOperation => "an operation that somebody asked for and CassKop has not begun",
    }
}

/// The page of `drift`. `anchor` is the fleet file, and `place` says where a ring, `NAMESPACE/NAME`, is written
/// for a cluster, or without a ring the cluster: both for what has no place of its own.
pub fn drift_page(report: &DriftReport, anchor: Option<String>, place: &dyn Fn(&str, &str) -> Option<Place>) -> Page {
    let mut sections = Vec::new();
    for cluster in &report.clusters {
        for why in &cluster.not_checked {
            add(&mut sections, "", vec![cluster.name.clone()], not_checked(cluster, why));
        }
    }
    sections.extend(groups(report).iter().map(|group| section(group, report)));
    by_importance(&mut sections);
    for section in sections.iter_mut().filter(|section| section.items.iter().any(|item| item.places.is_empty())) {
        let found = section.clusters.iter().find_map(|cluster| place(&section.ring, cluster));
        section.places = found.iter().map(|place| spot(place, "")).collect();
    }
    Page {
        command: "drift",
        title: "Live clusters compared with Git".to_owned(),
        verdict: match report.exit() {
            Exit::Clean => State::Good,
            Exit::CouldNotTell => State::Unknown,
            _ => State::Bad,
        },
        summary: capital(&summary(report)),
        fleet: report.fleet.clone(),
        at: Some(report.at),
        rows: report.clusters.iter().flat_map(rows).collect(),
        sections,
        notes: report.notes.clone(),
        anchor: anchor.map(Spot::start_of),
        drawing: None,
    }
}

fn not_checked(cluster: &ClusterDrift, why: &NotChecked) -> Item {
    let place = why.namespace.as_ref().map(|namespace| format!("namespace `{namespace}` was ")).unwrap_or_default();
    let own = why.message.strip_prefix(cluster.name.as_str()).and_then(|rest| rest.strip_prefix(": "));
    Item {
        level: Level::Error,
        rule: NOT_CHECKED,
        message: format!("{place}not checked, {}: {}", why.reason, own.unwrap_or(&why.message)),
        path: String::new(),
        lines: Vec::new(),
        places: Vec::new(),
        related: Vec::new(),
        facts: Vec::new(),
        why: String::new(),
        fix: why.fix.clone(),
    }
}

fn section(group: &Group<'_>, report: &DriftReport) -> Section {
    let mut effects: Vec<_> = group.effects.iter().map(outlook).collect();
    effects.sort_by_key(|effect| !effect.danger);
    Section {
        ring: group.ring.clone(),
        clusters: group.clusters.iter().map(|name| (*name).to_owned()).collect(),
        places: Vec::new(),
        items: group.differences.iter().map(|found| item(found, report)).collect(),
        effects,
    }
}

fn outlook(of: &FoldedEffect<'_>) -> Outlook {
    Outlook { text: effect(of), danger: matches!(of.one.kind, EffectKind::Removes | EffectKind::Stuck) }
}

fn level(found: &Difference) -> Level {
    match found.fails {
        _ if found.ignored.is_some() => Level::Allowed,
        true => Level::Error,
        false => Level::Note,
    }
}

fn item(found: &Folded<'_>, report: &DriftReport) -> Item {
    let one = found.one;
    let what = if one.path.is_empty() { format!("the whole {}", one.resource.as_str()) } else { format!("`{}`", one.path) };
    let shown = !one.path.is_empty();
    let lines = if shown { lines(one.wanted.as_ref(), one.live.as_ref(), Style::Plain) } else { Vec::new() };
    Item {
        level: level(one),
        rule: rule(one.class),
        message: format!("{what}: {}", meaning(one.class)),
        path: if one.resource.as_str() == "CassandraCluster" || !shown {
            one.path.clone()
        } else {
            format!("{}: {}", one.resource.as_str(), one.path)
        },
        lines,
        places: found.places.iter().map(|place| spot(place, "")).collect(),
        related: found.rendered.iter().map(|place| spot(place, "the rendered file")).collect(),
        facts: facts(found, report),
        why: String::new(),
        fix: String::new(),
    }
}

fn facts(found: &Folded<'_>, report: &DriftReport) -> Vec<Fact> {
    let one = found.one;
    let mut facts: Vec<_> = found
        .actors
        .iter()
        .map(|actor| Fact { name: "set by", text: who(actor, report.at).trim_start_matches("set by: ").to_owned() })
        .collect();
    if facts.is_empty() && one.live.is_some() {
        facts.push(Fact { name: "set by", text: "unknown".to_owned() });
    }
    if let Some(first) = found.first_seen.filter(|first| *first < report.at) {
        facts.push(Fact { name: "first seen", text: when(first, report.at) });
    }
    if let Some(ignored) = &one.ignored {
        let owner = ignored.owner.as_ref().map(|owner| format!(", {owner}")).unwrap_or_default();
        let until = ignored.until.as_ref().map(|until| format!(", until {until}")).unwrap_or_default();
        facts.push(Fact { name: "ignored", text: format!("{}{owner}{until}", ignored.reason) });
    } else if !one.fails {
        facts.push(Fact { name: "only reported", text: "it does not make the run fail".to_owned() });
    }
    facts
}

pub(super) fn spot(place: &Place, text: &str) -> Spot {
    let exact = Exact { column: place.column, end: None };
    Spot { file: place.file.clone(), line: place.line, exact: Some(exact), text: text.to_owned() }
}

fn rows(cluster: &ClusterDrift) -> Vec<Row> {
    let row = |ring: String, state, words: String| Row { cluster: cluster.name.clone(), ring, state, words };
    let mut rows: Vec<_> = cluster
        .not_checked
        .iter()
        .map(|why| {
            let words = match &why.namespace {
                Some(namespace) => format!("namespace {namespace} not checked: {}", why.reason),
                None => format!("not checked: {}", why.reason),
            };
            row(String::new(), State::Unknown, words)
        })
        .collect();
    rows.extend(cluster.rings.iter().map(|ring| {
        let (state, words) = standing(cluster, ring);
        row(format!("{}/{}", ring.namespace, ring.name), state, words)
    }));
    rows
}

/// How a ring stands in a cluster.
fn standing(cluster: &ClusterDrift, ring: &RingDrift) -> (State, String) {
    if ring.differences.is_empty() {
        return (State::Good, "as Git wants".to_owned());
    }
    let fails = ring.differences.iter().any(|found| found.fails);
    (if fails { State::Bad } else { State::Known }, format!("{}: {}", state(cluster, ring), counts(ring)))
}
