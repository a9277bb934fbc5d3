//! `topology`: the rings as a tree, a diagram, a drawing, or for programs.

use super::args::{TopologyArgs, TopologyFormat};
use super::load;
use super::screen::Screen;
use crate::finding::{Exit, Finding};
use crate::render::{Job, prepare, render};
use crate::report::Report;
use crate::topology::{Topology, mermaid, svg, text, topology};

pub(super) fn run(args: &TopologyArgs, screen: &mut Screen) -> Exit {
    let loaded = load::load(&args.fleet, None);
    let mut findings = loaded.findings;
    let mut drawn = None;
    if let Some(fleet) = &loaded.fleet {
        let job = Job { input: &loaded.input, fleet, paths: &loaded.paths, whole_fleet: loaded.whole_fleet };
        findings.extend(render(&job).findings);
        let chosen = |name: &str| args.ring.is_empty() || args.ring.iter().any(|ring| ring == name);
        let rings = loaded.input.rings.iter().filter(|ring| chosen(ring.name.as_str()));
        // What is found on the way is among the findings already.
        let prepared: Vec<_> = rings.filter_map(|ring| prepare(&job, ring, &mut Vec::new())).collect();
        drawn = Some(topology(fleet, &prepared));
        let known = |name: &String| loaded.input.rings.iter().any(|ring| ring.name.as_str() == name);
        if let Some(unknown) = args.ring.iter().find(|name| !known(name)) {
            screen.error(&format!("error: no source describes a ring `{unknown}`"));
            return Exit::BadInput;
        }
    }
    let stops: Vec<_> = findings.into_iter().filter(Finding::stops).collect();
    let report = Report { findings: &stops, sources: &loaded.sources };
    screen.findings(&report);
    let exit = report.exit(false);
    match drawn.filter(|topology| !topology.rings.is_empty()) {
        Some(topology) => print(&topology, args.output, screen).max(exit),
        None => exit,
    }
}

fn print(topology: &Topology, format: TopologyFormat, screen: &mut Screen) -> Exit {
    let text = match format {
        TopologyFormat::Text => text(topology),
        TopologyFormat::Svg => svg(topology),
        TopologyFormat::Json => load::json_text(&serde_json::json!(topology)),
        TopologyFormat::Mermaid => {
            let Some(diagram) = mermaid(topology) else {
                screen.error(
                    "error: this is too much for one Mermaid diagram, which may have 50000 characters\n\
                     help: name fewer rings with `--ring`, or use `-o svg`",
                );
                return Exit::BadInput;
            };
            diagram
        }
    };
    screen.result(&text);
    Exit::Clean
}
