//! The racks that a spec asks for, by the names that CassKop gives their
//! StatefulSets and their places in the status (docs/facts.md, Names). Pure.

use crate::ring::{name, racks as racks_of};
use crate::tree::Node;

/// One rack of a spec.
#[derive(Clone, Debug)]
pub(super) struct Rack<'a> {
    /// Its data centre.
    pub dc: &'a Node,
    /// The rack's own entry in the spec.
    pub entry: &'a Node,
    /// `<dc>-<rack>`, the key in the status.
    pub key: String,
    /// Name of its StatefulSet, `<ring>-<dc>-<rack>`.
    pub set: String,
    /// Nodes that it is to have.
    pub nodes: i64,
}

impl Rack<'_> {
    /// Pods below this number keep the revision that they have.
    pub(super) fn partition(&self) -> i64 {
        self.entry.get("rollingPartition").and_then(Node::as_int).unwrap_or(0)
    }
}

/// The racks of a spec in canonical form, in the order in which CassKop works on them.
pub(super) fn racks<'a>(ring: &str, spec: &'a Node) -> Vec<Rack<'a>> {
    let count = |node: &Node| node.get("nodesPerRacks").and_then(Node::as_int);
    let mut racks = Vec::new();
    for dc in spec.at(&["topology", "dc"]).map(Node::items).unwrap_or_default() {
        let nodes = count(dc).or_else(|| count(spec)).unwrap_or(0);
        for entry in racks_of(dc) {
            let key = format!("{}-{}", name(dc), name(entry));
            let set = format!("{ring}-{key}");
            racks.push(Rack { dc, entry, key, set, nodes });
        }
    }
    racks
}
