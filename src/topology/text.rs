//! The topology as a tree for a terminal. Pure.

use std::fmt::Write as _;

use super::model::{ClusterTopology, DcTopology, RackTopology, RingTopology, Topology};
use super::words::{Nodes, about, count, first, nodes, origin, parts, racks, size, sums};
use crate::report::terminal;

/// So many nodes of a rack are shown one by one.
const NODES: usize = 4;
/// So many racks of a data centre are.
const RACKS: usize = 12;

/// A line with what stands below it.
struct Line {
    text: String,
    below: Vec<Self>,
}

impl Line {
    fn new(text: &str, below: Vec<Self>) -> Self {
        Self { text: terminal(text).replace('\n', " "), below }
    }

    fn leaf(text: &str) -> Self {
        Self::new(text, Vec::new())
    }
}

/// All rings, with an empty line between them.
pub fn text(topology: &Topology) -> String {
    topology.rings.iter().map(ring).collect::<Vec<_>>().join("\n")
}

fn ring(ring: &RingTopology) -> String {
    let mut out = String::new();
    let below = ring.clusters.iter().map(cluster).collect();
    let root = Line::new(&format!("{}: {}", ring.name, parts(ring)), below);
    let _ = writeln!(out, "{}", root.text);
    write_below(&mut out, &root.below, "");
    let mut foot = vec![("total", sums(&ring.totals)), ("seeds", origin(ring.seeds).to_owned())];
    if !ring.other_seeds.is_empty() {
        foot.push(("seeds that are no node of the ring", ring.other_seeds.join(", ")));
    }
    if !ring.not_in.is_empty() {
        foot.push(("no part of the ring", ring.not_in.join(", ")));
    }
    for (what, words) in foot {
        let _ = writeln!(out, "{}", Line::leaf(&format!("{what}: {words}")).text);
    }
    out
}

fn write_below(out: &mut String, lines: &[Line], indent: &str) {
    for (at, line) in lines.iter().enumerate() {
        let (branch, deeper) = if at + 1 == lines.len() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let _ = writeln!(out, "{indent}{branch}{}", line.text);
        write_below(out, &line.below, &format!("{indent}{deeper}"));
    }
}

fn cluster(cluster: &ClusterTopology) -> Line {
    let ClusterTopology { name, wave, .. } = cluster;
    if cluster.is_retired() {
        return Line::leaf(&format!("{name}, wave {wave}: retired, not rendered any more"));
    }
    let about = about(cluster).join(", ");
    let mut below = vec![Line::leaf(&sums(&cluster.totals))];
    below.extend(cluster.dcs.iter().map(dc));
    Line::new(&format!("{name}, wave {wave}: {about}"), below)
}

fn dc(dc: &DcTopology) -> Line {
    let (shown, more) = first(&dc.racks, RACKS);
    let mut below: Vec<_> = shown.iter().map(rack).collect();
    if more > 0 {
        below.push(Line::leaf(&format!("and {}", count(more as u64, "more rack"))));
    }
    Line::new(&format!("DC {}: {}, each {}", dc.name, racks(dc), size(&dc.node)), below)
}

fn rack(rack: &RackTopology) -> Line {
    let labels: Vec<_> = rack.node_labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let on = if labels.is_empty() { String::new() } else { format!(" on nodes with {}", labels.join(", ")) };
    let stem = &rack.stateful_set;
    let pod = |nodes: Nodes| match nodes {
        Nodes::One(number, true) => format!("{stem}-{number} (seed)"),
        Nodes::One(number, false) => format!("{stem}-{number}"),
        Nodes::More(from, to) => format!("{stem}-{from} to {stem}-{to}: {}", count(to - from + 1, "node")),
    };
    let pods = nodes(rack, NODES).into_iter().map(|nodes| Line::leaf(&pod(nodes))).collect();
    Line::new(&format!("rack {}{on}", rack.name), pods)
}
