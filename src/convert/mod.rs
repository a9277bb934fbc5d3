//! `v1alpha1` → `v2`: a source in the format of CassKop 1.x becomes one for 2.x.
//!
//! [`plan`] decides on the tree what changes; [`edit`] makes the same changes in
//! the text, so that comments and layout stay. The new text is then read and
//! compared with the changed tree; where they differ, the tree is written anew
//! instead, without comments, and that is said. What only a person can decide
//! is a finding, and then nothing is converted. Pure.

mod config;
mod edit;
mod model;
mod ops;
mod plan;
#[cfg(test)]
mod tests;

use crate::finding::Finding;
use crate::read::kind;
use crate::schema::Release;
use crate::source::{SourceId, Sources, Span};
use crate::tree::Node;
use crate::yaml::{Budget, compose, emit};

/// A text in the new format.
#[derive(Debug)]
pub struct Converted {
    /// The whole text, with all documents of the old one.
    pub text: String,
    /// What changed, in the order of the text; empty if nothing had to.
    pub changes: Vec<Change>,
    /// Whether comments and layout are those of the old text.
    pub kept: bool,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What became of what, or what was added.
    pub what: String,
    /// Where the old text stands.
    pub span: Option<Span>,
}

/// Converts the documents of one source for this release of `CassKop`, which
/// decides images only. `None` if a finding that stops was added.
pub fn convert(
    sources: &Sources,
    source: SourceId,
    documents: &[Node],
    release: Release,
    findings: &mut Vec<Finding>,
) -> Option<Converted> {
    let before = findings.len();
    let plans: Vec<_> = documents.iter().map(|document| plan::plan(document, documents, release, findings)).collect();
    if findings[before..].iter().any(Finding::stops) {
        return None;
    }
    let text = sources.get(source).text();
    let mut changes: Vec<_> = plans.iter().flat_map(|plan| plan.changes.iter().cloned()).collect();
    changes.sort_by_key(|change| change.span.map(|span| span.start));
    let mut wanted = documents.to_vec();
    for (root, plan) in wanted.iter_mut().zip(&plans) {
        if ops::apply(root, &plan.ops).is_none() {
            let finding = Finding::invalid("this document is put together in a way that cannot be converted").at(root.span(), "");
            findings.push(finding.fix("write it out, with objects where CassandraClusters have objects, then convert"));
            return None;
        }
    }
    let edits = documents.iter().zip(&plans).map(|(document, plan)| edit::edits(text, document, &plan.ops));
    let edited = edits.collect::<Option<Vec<_>>>().and_then(|edits| edit::apply(text, edits.into_iter().flatten().collect()));
    let edited = edited.filter(|edited| says(edited, &wanted));
    let kept = edited.is_some();
    let text = edited.unwrap_or_else(|| wanted.iter().map(emit).collect::<Vec<_>>().join("---\n"));
    Some(Converted { text, changes, kept })
}

/// Whether a text has exactly these documents.
fn says(text: &str, wanted: &[Node]) -> bool {
    let mut sources = Sources::default();
    let id = sources.add("converted", text);
    let read = compose(&sources, id, &mut Budget::default()).unwrap_or_default();
    read.len() == wanted.len() && read.iter().zip(wanted).all(|(read, wanted)| read.root.value.same(&wanted.value))
}

/// Whether a document is of a kind that can be converted.
pub fn is_convertible(root: &Node) -> bool {
    matches!(kind(root), Some("MultiCasskop" | "CassandraCluster"))
}
