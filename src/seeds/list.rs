//! `CassKop`'s choice of seeds, `InitSeedList` (docs/facts.md, Choice of seeds), on an
//! object as it is written: nothing is filled in. Pure.

use std::fmt;

use crate::tree::{Node, SmolStr};

/// Seeds per data centre.
const PER_DC: usize = 3;

/// A pod of a ring, by what its name is made of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pod {
    /// Data centre.
    pub dc: SmolStr,
    /// Rack.
    pub rack: SmolStr,
    /// Ordinal in the rack's StatefulSet, from 0.
    pub ordinal: usize,
}

impl Pod {
    /// The pod's name in a ring: `<ring>-<dc>-<rack>-<ordinal>`.
    pub fn name(&self, ring: &str) -> String {
        format!("{ring}-{self}")
    }
}

impl fmt::Display for Pod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `CassKop` makes an empty name out of one that it cannot use.
        if is_dc_rack(&self.dc, &self.rack) {
            write!(f, "{}-{}", self.dc, self.rack)?;
        }
        write!(f, "-{}", self.ordinal)
    }
}

/// Whether `<dc>-<rack>` is a name that `CassKop` can use:
/// `^[a-z]([-a-z0-9]*[a-z0-9])?$` (docs/facts.md, Names).
pub fn is_dc_rack(dc: &str, rack: &str) -> bool {
    let name = format!("{dc}-{rack}");
    let end = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
        && name.as_bytes().last().is_some_and(end)
        && name.bytes().all(|byte| end(&byte) || byte == b'-')
}

/// A data centre as far as seeds go.
struct Dc<'a> {
    name: &'a str,
    racks: Vec<&'a str>,
    /// `nodesPerRacks` of its own.
    nodes: Option<usize>,
}

/// The topology of a spec.
struct Topology<'a> {
    dcs: Vec<Dc<'a>>,
    /// The spec's `nodesPerRacks`.
    nodes: usize,
}

/// The pods that `CassKop` takes as seeds of a `CassandraCluster` with this `spec`.
pub fn pods(spec: &Node) -> Vec<Pod> {
    let topology = Topology::of(spec);
    topology.dcs.iter().flat_map(|dc| topology.pods_of(dc)).collect()
}

/// The same, without data centres that are to have no nodes: `CassKop` lists them
/// where they have three racks or more.
pub fn pods_with_nodes(spec: &Node) -> Vec<Pod> {
    let topology = Topology::of(spec);
    let with_nodes = topology.dcs.iter().filter(|dc| dc.nodes.unwrap_or(topology.nodes) > 0);
    with_nodes.flat_map(|dc| topology.pods_of(dc)).collect()
}

/// The number in a field, if there is one.
fn count(node: &Node, field: &str) -> Option<usize> {
    let number = node.get(field)?.as_int()?;
    Some(usize::try_from(number).unwrap_or(0))
}

fn name(node: &Node) -> &str {
    node.get("name").and_then(Node::as_str).unwrap_or("")
}

impl<'a> Topology<'a> {
    fn of(spec: &'a Node) -> Self {
        let listed = spec.get("topology").and_then(|topology| topology.get("dc")).map(Node::items).unwrap_or_default();
        let dc = |dc: &'a Node| {
            let racks = dc.get("rack").map(Node::items).unwrap_or_default().iter().map(name).collect();
            Dc { name: name(dc), racks, nodes: count(dc, "nodesPerRacks") }
        };
        let dcs = match listed {
            [] => vec![Dc { name: "dc1", racks: Vec::new(), nodes: None }],
            listed => listed.iter().map(dc).collect(),
        };
        Self { dcs, nodes: count(spec, "nodesPerRacks").unwrap_or(0) }
    }

    /// Nodes of a rack. `CassKop` looks the first rack of that name up in the list
    /// and gives up, with the spec's number, at a data centre without racks
    /// (docs/facts.md, Choice of seeds).
    fn nodes(&self, dc: &str, rack: &str) -> usize {
        for candidate in &self.dcs {
            if candidate.racks.is_empty() {
                break;
            }
            if candidate.name == dc && candidate.racks.contains(&rack) {
                return candidate.nodes.unwrap_or(self.nodes);
            }
        }
        self.nodes
    }

    fn pods_of(&self, dc: &Dc<'_>) -> Vec<Pod> {
        let first_of = |rack: &str, most: usize| {
            let pod = |ordinal| Pod { dc: dc.name.into(), rack: rack.into(), ordinal };
            (0..self.nodes(dc.name, rack).min(most)).map(pod).collect::<Vec<_>>()
        };
        match dc.racks.as_slice() {
            [] => first_of("rack1", PER_DC),
            [rack] => first_of(rack, PER_DC),
            [a, b] => [first_of(a, 2), first_of(b, 2)].concat().into_iter().take(PER_DC).collect(),
            // Whatever the number of nodes.
            racks => racks.iter().take(PER_DC).map(|rack| Pod { dc: dc.name.into(), rack: (*rack).into(), ordinal: 0 }).collect(),
        }
    }
}
