//! A ring between reading and writing: one [`Part`] per cluster.
//!
//! Reading gives a [`Ring`] source; merging and canonical form make its parts;
//! seeds, lint and ordering look at all parts at once, because most of what can
//! split a ring lies between clusters. Types only; pure.

use crate::fleet::Cluster;
use crate::names::Namespace;
use crate::read::{Override, Ring};
use crate::schema::{Mismatch, Versions};
use crate::tree::{Map, Node};

/// A ring's part in one cluster.
#[derive(Debug)]
pub struct Part<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// Its wave.
    pub wave: i64,
    /// Its CassKop.
    pub versions: Versions,
    /// What the source says of this cluster.
    pub over: &'a Override,
    /// Base and override merged, before anything is filled in.
    pub source: Node,
    /// What does not fit the types: unknown members.
    pub mismatches: Vec<Mismatch>,
    /// The object in canonical form: `apiVersion`, `kind`, `metadata`, `spec`.
    pub object: Node,
    /// The namespace, where source or fleet name one.
    pub namespace: Option<Namespace>,
}

/// A ring with its parts, in the order of the clusters.
#[derive(Debug)]
pub struct Expanded<'a> {
    /// The source.
    pub ring: &'a Ring,
    /// Its parts; at least one.
    pub parts: Vec<Part<'a>>,
}

impl Part<'_> {
    /// The rendered spec.
    pub fn spec(&self) -> &Node {
        self.object.get("spec").unwrap_or(&self.object)
    }

    /// The members of the rendered spec, to add to.
    pub fn spec_mut(&mut self) -> Option<&mut Map> {
        self.object.as_map_mut()?.get_mut("spec")?.as_map_mut()
    }

    /// The data centres of the rendered spec.
    pub fn dcs(&self) -> &[Node] {
        self.spec().at(&["topology", "dc"]).map(Node::items).unwrap_or_default()
    }

    /// Nodes in each rack of a data centre of this part.
    pub fn nodes(&self, dc: &Node) -> i64 {
        let of = |node: &Node| node.get("nodesPerRacks").and_then(Node::as_int);
        of(dc).or_else(|| of(self.spec())).unwrap_or(0)
    }

    /// Whether any data centre is to have nodes.
    pub fn has_nodes(&self) -> bool {
        self.dcs().iter().any(|dc| self.nodes(dc) > 0)
    }
}

/// The `name` of a data centre or rack; empty if it has none.
pub fn name(node: &Node) -> &str {
    node.get("name").and_then(Node::as_str).unwrap_or("")
}

/// The racks of a data centre.
pub fn racks(dc: &Node) -> &[Node] {
    dc.get("rack").map(Node::items).unwrap_or_default()
}
