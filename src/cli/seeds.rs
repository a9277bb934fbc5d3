//! `seeds`: the list of each ring, by cluster, and how it is delivered.

use serde_json::{Value as Json, json};

use super::args::SeedsArgs;
use super::flags::TextFormat;
use super::load;
use super::screen::Screen;
use crate::finding::{Exit, Finding};
use crate::fleet::{Choice as _, Delivery};
use crate::render::{Job, Place, Summary, render};
use crate::report::{Report, document, findings_json, terminal};
use crate::seeds::Origin;

pub(super) fn run(args: &SeedsArgs, screen: &mut Screen) -> Exit {
    let loaded = load::load(&args.fleet, None);
    let mut findings = loaded.findings;
    let mut rings = Vec::new();
    if let Some(fleet) = &loaded.fleet {
        let job = Job { input: &loaded.input, fleet, paths: &loaded.paths, whole_fleet: loaded.whole_fleet };
        let rendered = render(&job);
        findings.extend(rendered.findings);
        rings = rendered.rings;
        // Where no zone is known there is no list, and a part of one would be a wrong one.
        rings.retain(|ring| ring.seeds != Origin::Computed || ring.places.iter().any(|place| !place.seeds.is_empty()));
    }
    let stops: Vec<_> = findings.iter().filter(|finding| finding.stops()).cloned().collect::<Vec<Finding>>();
    let report = Report { findings: &stops, sources: &loaded.sources };
    screen.findings(&report);
    screen.result(&match args.output {
        TextFormat::Text => rings.iter().map(text).collect::<String>(),
        TextFormat::Json => {
            let rings = rings.iter().map(as_json).collect::<Json>();
            load::json_text(&document("SeedsReport", json!({ "findings": findings_json(&report), "rings": rings })))
        }
    });
    report.exit(false)
}

/// For programs.
fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Computed => "computed",
        Origin::Stated => "stated",
        Origin::Status => "status",
        Origin::None => "none",
        Origin::Single => "single-cluster",
    }
}

/// For people.
fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Computed => "computed from the topology",
        Origin::Stated => "as stated",
        Origin::Status => "from status.seedlist of the source",
        Origin::None => "none, as stated: each cluster starts a ring of its own",
        Origin::Single => "none needed: CassKop finds the seeds of a ring in one cluster itself",
    }
}

fn way(delivery: Option<Delivery>) -> &'static str {
    match delivery {
        Some(Delivery::ConfigMap) => "by ConfigMap; a changed list restarts nothing",
        Some(Delivery::Status) => "by status.seedlist in the manifest; a changed list restarts every node, rack by rack",
        Some(Delivery::Env) => "by CASSANDRA_SEEDS in the environment; a changed list restarts every node, at worst twice",
        None => "not delivered",
    }
}

fn text(summary: &Summary) -> String {
    let mut text = format!("{}: {}\n", summary.ring, origin(summary.seeds));
    for Place { cluster, seeds, delivery, .. } in summary.places.iter().filter(|place| !place.seeds.is_empty()) {
        let seeds: Vec<_> = seeds.iter().map(|seed| format!("    {}", terminal(seed))).collect();
        text.extend([format!("  {cluster}, {}:\n", way(*delivery)), seeds.join("\n"), "\n".to_owned()]);
    }
    text
}

fn as_json(summary: &Summary) -> Json {
    let place = |place: &Place| {
        json!({
            "cluster": place.cluster,
            "seeds": place.seeds,
            "delivery": place.delivery.map(Delivery::as_str),
        })
    };
    json!({ "ring": summary.ring, "origin": origin_word(summary.seeds), "clusters": summary.places.iter().map(place).collect::<Json>() })
}
