//! Data centres and racks of a spec, as the effects need them. Pure.

use crate::ring::{name, racks};
use crate::schema::quantity::Quantity;
use crate::tree::{DefaultBy, Node, Origin};

/// The data centres of a spec in their order.
pub(super) struct Shape<'a> {
    pub(super) spec: &'a Node,
    pub(super) dcs: Vec<Dc<'a>>,
    /// Whether there is no topology: what stands there CassKop would make up.
    pub(super) is_empty: bool,
}

/// A data centre.
#[derive(Clone, Copy)]
pub(super) struct Dc<'a> {
    pub(super) name: &'a str,
    pub(super) node: &'a Node,
    /// Nodes in each rack.
    pub(super) nodes: i64,
}

impl<'a> Shape<'a> {
    pub(super) fn of(spec: &'a Node) -> Self {
        let count = |node: &Node| node.get("nodesPerRacks").and_then(Node::as_int);
        let list = spec.at(&["topology", "dc"]);
        let dcs: Vec<_> = list
            .map(Node::items)
            .unwrap_or_default()
            .iter()
            .map(|node| Dc { name: name(node), node, nodes: count(node).or_else(|| count(spec)).unwrap_or(0) })
            .collect();
        let made_up = list.is_some_and(|node| node.origin == Origin::Default(DefaultBy::CassKop));
        Self { spec, is_empty: dcs.is_empty() || made_up, dcs }
    }

    pub(super) fn dc(&self, name: &str) -> Option<Dc<'a>> {
        self.dcs.iter().copied().find(|dc| dc.name == name)
    }

    /// The size of the data volumes of a data centre: its own, else the spec's; "" for none.
    pub(super) fn capacity(&self, dc: Option<Dc<'a>>) -> &'a str {
        let own = dc.map(|dc| text(dc.node, "dataCapacity")).unwrap_or_default();
        if own.is_empty() { text(self.spec, "dataCapacity") } else { own }
    }

    /// The storage class that counts for a data centre: its own only beside a
    /// capacity of its own, and then not the spec's.
    pub(super) fn class(&self, dc: Option<Dc<'a>>) -> &'a str {
        match dc {
            Some(dc) if !text(dc.node, "dataCapacity").is_empty() => text(dc.node, "dataStorageClass"),
            _ => text(self.spec, "dataStorageClass"),
        }
    }
}

impl<'a> Dc<'a> {
    pub(super) fn racks(self) -> &'a [Node] {
        racks(self.node)
    }

    pub(super) fn rack(self, wanted: &str) -> Option<&'a Node> {
        self.racks().iter().find(|rack| name(rack) == wanted)
    }

    pub(super) fn rack_names(self) -> Vec<&'a str> {
        self.racks().iter().map(name).collect()
    }

    /// Whether it has requests or limits of its own.
    pub(super) fn has_resources(self) -> bool {
        self.node.get("resources").and_then(Node::as_map).is_some_and(|map| !map.is_empty())
    }
}

fn text<'a>(node: &'a Node, name: &str) -> &'a str {
    node.get(name).and_then(Node::as_str).unwrap_or_default()
}

/// How two capacities compare; one that cannot be parsed is 0 (docs/facts.md, Operations).
pub(super) fn compare_capacity(old: &str, new: &str) -> std::cmp::Ordering {
    match (Quantity::parse(old), Quantity::parse(new)) {
        (Some(old), Some(new)) => new.compare(&old),
        (old, new) => {
            let positive = |amount: Option<Quantity>| amount.is_some_and(|amount| amount.is_positive());
            positive(new).cmp(&positive(old))
        }
    }
}

/// Whether CassKop can make names of a data centre and a rack: `^[a-z]([-a-z0-9]*[a-z0-9])?$`.
pub(super) fn is_name(text: &str) -> bool {
    let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.ends_with(edge) && text.chars().all(|c| edge(c) || c == '-')
}
