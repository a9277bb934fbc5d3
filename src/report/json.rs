//! Findings as JSON: every document has `apiVersion` and `kind`. Pure.

use serde_json::{Value as Json, json};

use super::{Report, command};
use crate::finding::{Finding, Kind, Label};
use crate::source::Sources;

/// The version of all documents that this program writes.
const API_VERSION: &str = "multicasskop.dev/v1alpha1";

/// A document of a kind, such as `LintReport`, with further members.
pub fn document(kind: &str, members: Json) -> Json {
    let mut document = json!({ "apiVersion": API_VERSION, "kind": kind });
    if let (Json::Object(document), Json::Object(members)) = (&mut document, members) {
        document.extend(members);
    }
    document
}

/// The findings of a report.
pub fn findings(report: &Report<'_>) -> Json {
    report.findings.iter().map(|finding| one(finding, report.sources)).collect()
}

fn one(finding: &Finding, sources: &Sources) -> Json {
    let kind = match finding.kind {
        Kind::Invalid => "invalid-input",
        Kind::Rule(_) => "rule",
        Kind::Note => "note",
    };
    json!({
        "kind": kind,
        "rule": finding.rule_id(),
        "severity": finding.severity.as_str(),
        "allowed": finding.allowed,
        "message": finding.message,
        "ring": finding.ring,
        "clusters": finding.clusters,
        "path": finding.path.as_str(),
        "places": finding.labels.iter().map(|label| place(label, sources)).collect::<Json>(),
        "why": finding.why,
        "fix": finding.fix,
        "command": command(finding, sources),
        "replacement": finding.replacement.as_ref().map(|replacement| {
            let label = Label { span: replacement.span, text: String::new() };
            json!({ "place": place(&label, sources), "text": replacement.text })
        }),
    })
}

fn place(label: &Label, sources: &Sources) -> Json {
    let start = sources.position(label.span);
    let end = sources.position(crate::source::Span { start: label.span.end, ..label.span });
    json!({
        "file": start.file,
        "line": start.line,
        "column": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "text": label.text,
    })
}
