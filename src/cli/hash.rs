//! `hash`: the content hash of a CassandraCluster.

use serde_json::json;

use super::args::HashArgs;
use super::canonical::of_file;
use super::flags::TextFormat;
use super::load;
use super::screen::Screen;
use crate::finding::Exit;
use crate::order::content_hash;
use crate::report::{Report, document, findings_json};
use crate::source::Sources;
use crate::tree::Node;

pub(super) fn run(args: &HashArgs, screen: &mut Screen) -> Exit {
    let mut sources = Sources::default();
    let mut findings = Vec::new();
    let found = of_file(&args.file, args.casskop_version.as_deref(), &mut sources, &mut findings);
    let report = Report { findings: &findings, sources: &sources };
    screen.findings(&report);
    let hash = found.and_then(|(written, canonical)| {
        let spec = canonical.object.get("spec")?;
        Some(content_hash(spec, seeds(&written).as_deref()))
    });
    screen.result(&match args.output {
        TextFormat::Text => hash.map(|hash| format!("{hash}\n")).unwrap_or_default(),
        TextFormat::Json => {
            let members = json!({ "findings": findings_json(&report), "file": args.file, "hash": hash });
            load::json_text(&document("ContentHash", members))
        }
    });
    report.exit(false)
}

/// `status.seedlist` of a rendered file, whose hash covers it: one that has a
/// status and nothing in it but the list. A live status has more.
fn seeds(object: &Node) -> Option<Vec<String>> {
    let status = object.get("status")?.as_map()?;
    let list = status.get("seedlist").filter(|_| status.len() == 1)?;
    Some(list.items().iter().filter_map(Node::as_str).map(str::to_owned).collect())
}
