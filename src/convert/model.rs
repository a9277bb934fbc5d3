//! What changes in a document, and the layers in which it changes. Pure.

use crate::source::Span;
use crate::tree::{Node, SmolStr};

use super::Change;
use super::ops::{Act, Op, Step};

/// What changes in a document.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub ops: Vec<Op>,
    pub changes: Vec<Change>,
}

impl Plan {
    /// Adds a change, and what to say of it.
    pub(super) fn add(&mut self, above: Vec<Step>, key: impl Into<SmolStr>, act: Act, what: String, span: Option<Span>) {
        self.ops.push(Op { above, key: key.into(), act });
        self.changes.push(Change { what, span });
    }
}

/// A CassandraCluster in a document: the only one, a base, or an override.
pub(super) struct Layer<'a> {
    /// The way to it.
    pub way: Vec<Step>,
    /// The object, or what an override says of it.
    pub node: &'a Node,
}

impl<'a> Layer<'a> {
    pub(super) fn spec(&self, key: &str) -> Option<&'a Node> {
        self.node.get("spec")?.get(key)
    }

    /// The way to the layer's spec.
    pub(super) fn spec_way(&self) -> Vec<Step> {
        self.way.iter().cloned().chain([Step::Key("spec".into())]).collect()
    }
}

/// A path as messages write it.
pub(super) fn shown(way: &[Step], key: &str) -> String {
    let mut path = String::new();
    for step in way {
        match step {
            Step::Key(key) if path.is_empty() => path.push_str(key),
            Step::Key(key) => path.extend([".", key.as_str()]),
            Step::Index(index) => path.extend(["[", &index.to_string(), "]"]),
        }
    }
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
