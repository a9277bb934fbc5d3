//! `prerequisites`: what has to be in each cluster before a ring comes.

use super::args::{PrerequisitesArgs, PrerequisitesFormat};
use super::load;
use super::screen::Screen;
use crate::finding::{Exit, Finding};
use crate::prerequisites::{ClusterPrerequisites, Prerequisites, markdown, prerequisites, skeleton, text};
use crate::render::{Job, prepare, render};
use crate::report::Report;

pub(super) fn run(args: &PrerequisitesArgs, screen: &mut Screen) -> Exit {
    let loaded = load::load(&args.fleet, None);
    let mut findings = loaded.findings;
    let mut found = None;
    if let Some(fleet) = &loaded.fleet {
        let job = Job { input: &loaded.input, fleet, paths: &loaded.paths, whole_fleet: loaded.whole_fleet };
        findings.extend(render(&job).findings);
        // What is found on the way is among the findings already.
        let prepared: Vec<_> = loaded.input.rings.iter().filter_map(|ring| prepare(&job, ring, &mut Vec::new())).collect();
        found = Some(prerequisites(fleet, &prepared, &loaded.sources)).filter(|found| !found.clusters.is_empty());
    }
    let stops: Vec<_> = findings.into_iter().filter(Finding::stops).collect();
    let report = Report { findings: &stops, sources: &loaded.sources };
    screen.findings(&report);
    let exit = report.exit(false);
    let Some(mut found) = found else { return exit };
    let names: Vec<_> = found.clusters.iter().map(|cluster| cluster.cluster.to_string()).collect();
    if let Some(wanted) = &args.cluster {
        found.clusters.retain(|cluster| cluster.cluster.as_str() == wanted);
        if found.clusters.is_empty() {
            screen.error(&format!("error: nothing is rendered for a cluster `{wanted}`; there is {}", names.join(", ")));
            return Exit::BadInput;
        }
    }
    print(&found, args.output, screen).max(exit)
}

fn print(found: &Prerequisites, format: PrerequisitesFormat, screen: &mut Screen) -> Exit {
    let text = match format {
        PrerequisitesFormat::Text => text(found),
        PrerequisitesFormat::Markdown => markdown(found),
        PrerequisitesFormat::Json => load::json_text(&serde_json::json!(found)),
        PrerequisitesFormat::Yaml => {
            let [one] = found.clusters.as_slice() else {
                let names: Vec<_> =
                    found.clusters.iter().map(|cluster: &ClusterPrerequisites| cluster.cluster.as_str()).collect();
                screen.error(&format!("error: manifests are for one cluster: add `--cluster` with one of {}", names.join(", ")));
                return Exit::BadInput;
            };
            skeleton(one)
        }
    };
    screen.result(&text);
    Exit::Clean
}
