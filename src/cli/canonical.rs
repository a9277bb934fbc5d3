//! `canonical`: what CassKop makes of a CassandraCluster.

use super::args::CanonicalArgs;
use super::flags::ObjectFormat;
use super::load;
use super::screen::Screen;
use crate::default::{Canonical, canonical, without_live_members};
use crate::finding::{Exit, Finding};
use crate::lint::fields;
use crate::report::Report;
use crate::schema::Release;
use crate::source::Sources;
use crate::tree::Node;
use crate::yaml::emit;

pub(super) fn run(args: &CanonicalArgs, screen: &mut Screen) -> Exit {
    let mut sources = Sources::default();
    let mut findings = Vec::new();
    let found = of_file(&args.file, args.casskop_version.as_deref(), &mut sources, &mut findings);
    let report = Report { findings: &findings, sources: &sources };
    screen.findings(&report);
    if let Some((_, Canonical { object, .. })) = &found {
        screen.result(&match args.output {
            ObjectFormat::Yaml => emit(object),
            ObjectFormat::Json => load::json_text(&serde_json::to_value(object).unwrap_or_default()),
        });
    }
    report.exit(false)
}

/// Reads a file with one CassandraCluster: as it is written, and in canonical form.
pub(super) fn of_file(
    file: &str,
    version: Option<&str>,
    sources: &mut Sources,
    findings: &mut Vec<Finding>,
) -> Option<(Node, Canonical)> {
    let objects: Vec<Node> = load::documents(file, sources, findings)?;
    let mut clusters = objects.into_iter().filter(|object| crate::read::kind(object) == Some("CassandraCluster"));
    let (Some(mut object), None) = (clusters.next(), clusters.next()) else {
        let finding = Finding::invalid(format!("`{file}` does not hold exactly one CassandraCluster"));
        findings.push(finding.fix(
            "name a file with one object of kind CassandraCluster, such as `kubectl get cassandracluster NAME -o yaml` prints",
        ));
        return None;
    };
    without_live_members(&mut object);
    let release = release(&object, version, findings)?;
    match canonical(&object, release) {
        Ok(canonical) => {
            let profile = release.profile();
            findings.extend(
                canonical.mismatches.iter().filter_map(|mismatch| fields::unknown(mismatch, &object, profile)).map(as_note),
            );
            Some((object, canonical))
        }
        Err(mismatches) => {
            findings.extend(mismatches.iter().filter_map(fields::refused));
            None
        }
    }
}

/// Unknown fields are dropped here as CassKop drops them: worth knowing, no fault.
fn as_note(finding: Finding) -> Finding {
    let severity = crate::finding::Severity::Warning;
    Finding { severity, ..finding }
}

fn release(object: &Node, version: Option<&str>, findings: &mut Vec<Finding>) -> Option<Release> {
    let written = object.get("apiVersion").and_then(Node::as_str);
    let Some(version) = version else {
        let old = written == Some("db.orange.com/v1alpha1");
        return Some(if old { Release::LAST_V1ALPHA1 } else { Release::NEWEST });
    };
    Release::parse(version)
        .map_err(|reason| findings.push(Finding::invalid(format!("--casskop-version: `{version}` {reason}"))))
        .ok()
}
