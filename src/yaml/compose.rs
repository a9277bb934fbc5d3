//! Events of the YAML parser → [`Document`]s: anchors, merge keys, duplicate
//! keys, limits, and the place of every key and value.
//!
//! Plain scalars are typed as Go types them ([`super::scalar`]); those that
//! readers disagree about are listed beside the tree, because only the schema
//! can tell whether the disagreement matters. Pure.

use crate::finding::Finding;
use crate::source::{SourceId, Sources, Span};
use crate::tree::Node;

use super::scalar::Readings;

/// One YAML or JSON document.
#[derive(Debug)]
pub struct Document {
    /// Its value; every node is `Written(Layer::Document, …)`.
    pub root: Node,
    /// Plain scalars (values and keys) that readers read differently, by place, in order of their start.
    pub ambiguous: Vec<Ambiguous>,
}

/// A plain scalar that not all readers read alike.
#[derive(Clone, Debug)]
pub struct Ambiguous {
    /// Its place.
    pub span: Span,
    /// What the readers make of it.
    pub readings: Readings,
}

/// What a run may still read; shared by all its sources, so that many small
/// files cannot do what one large file may not.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Bytes of text left.
    pub bytes: usize,
    /// Nodes left, after anchors are expanded.
    pub nodes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: 32 << 20, nodes: 500_000 }
    }
}

/// Reads all documents of a source; empty ones (only comments) are left out.
///
/// # Errors
/// The first thing that is wrong with the text, with its place.
pub fn compose(sources: &Sources, id: SourceId, budget: &mut Budget) -> Result<Vec<Document>, Finding> {
    let _ = (sources, id, budget);
    Err(Finding::invalid("not written yet"))
}
