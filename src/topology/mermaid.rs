//! The topology as a Mermaid flowchart, as GitHub renders it in a code block.
//!
//! Mermaid refuses texts of more than 50,000 characters, so racks, then data
//! centres, are left to their numbers where there are too many. Identifiers are
//! counted, never taken from the input, and labels are escaped to the last
//! special character. Pure.

use std::fmt::Write as _;

use super::model::{ClusterTopology, DcTopology, RackTopology, RingTopology, Topology};
use super::words::{Nodes, count, first, nodes, parts, racks, size, sums};
use crate::report::terminal;

/// What Mermaid takes at most (`maxTextSize`), with some room left.
const LONGEST: usize = 48_000;
/// Mermaid takes 500 lines between boxes (`maxEdges`).
const CLUSTERS: usize = 400;
/// So many nodes of a rack are shown one by one.
const NODES: usize = 4;

/// How far down boxes go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Racks,
    Dcs,
    Clusters,
}

/// All rings in one diagram; `None` if there is too much of it for Mermaid, with as little detail as can be.
pub fn mermaid(topology: &Topology) -> Option<String> {
    let clusters: usize = topology.rings.iter().map(|ring| ring.clusters.len()).sum();
    let details = [Detail::Racks, Detail::Dcs, Detail::Clusters];
    let mut drawn = details.into_iter().map(|detail| diagram(topology, detail));
    drawn.find(|text| text.len() <= LONGEST && clusters <= CLUSTERS)
}

fn diagram(topology: &Topology, detail: Detail) -> String {
    let names: Vec<_> = topology.rings.iter().map(|ring| ring.name.as_str()).collect();
    let mut out = String::from("flowchart LR\n");
    let _ = writeln!(out, "  accTitle: Topology of {}", label(&names.join(", ")));
    out.push_str("  accDescr: Kubernetes clusters in the order of their waves, with data centres, racks, nodes and seeds\n");
    for (at, ring) in topology.rings.iter().enumerate() {
        ring_box(&mut out, ring, &format!("r{at}"), detail);
    }
    if detail == Detail::Racks {
        out.push_str("  legend[\"◆ seed, ○ other node, by number in its rack\"]:::note\n");
    }
    out.push_str("  classDef note fill:none,stroke:none\n  classDef retired stroke-dasharray:4 4\n");
    out
}

/// Text in quotes: all but letters, digits and what is surely harmless becomes `#…;`.
fn label(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in terminal(text).chars() {
        if c.is_alphanumeric() || " -_./,:()=·◆○".contains(c) {
            escaped.push(c);
        } else {
            let _ = write!(escaped, "#{};", u32::from(c));
        }
    }
    escaped
}

/// Several lines in one label.
fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| label(line)).collect::<Vec<_>>().join("<br/>")
}

fn ring_box(out: &mut String, ring: &RingTopology, id: &str, detail: Detail) {
    // One line: boxes in a box leave no room for a second one. From top to bottom, because pages are narrow.
    let title = label(&format!("{}: {}, {}", ring.name, parts(ring), sums(&ring.totals)));
    let _ = writeln!(out, "  subgraph {id} [\"{title}\"]\n    direction TB");
    for (at, cluster) in ring.clusters.iter().enumerate() {
        cluster_box(out, cluster, &format!("{id}c{at}"), detail);
    }
    for (at, pair) in ring.clusters.windows(2).enumerate() {
        let [one, next] = pair else { continue };
        let line = if one.wave == next.wave { "---|together|" } else { "-->|then|" };
        let _ = writeln!(out, "    {id}c{at} {line} {id}c{}", at + 1);
    }
    out.push_str("  end\n");
}

fn cluster_box(out: &mut String, cluster: &ClusterTopology, id: &str, detail: Detail) {
    let title = format!("{}, wave {}", cluster.name, cluster.wave);
    if cluster.is_retired() {
        let _ = writeln!(out, "    {id}[\"{}\"]:::retired", lines(&[title, "retired".to_owned()]));
        return;
    }
    if detail == Detail::Clusters || cluster.dcs.is_empty() {
        let dcs = cluster.dcs.iter().map(|dc| dc.name.as_str()).collect::<Vec<_>>().join(", ");
        let _ = writeln!(out, "    {id}[\"{}\"]", lines(&[title, dcs, count(cluster.totals.nodes, "node")]));
        return;
    }
    let _ = writeln!(out, "    subgraph {id} [\"{}\"]", label(&title));
    for (at, dc) in cluster.dcs.iter().enumerate() {
        dc_box(out, dc, &format!("{id}d{at}"), detail);
    }
    out.push_str("    end\n");
}

fn dc_box(out: &mut String, dc: &DcTopology, id: &str, detail: Detail) {
    let title = lines(&[format!("DC {}: {}", dc.name, racks(dc)), format!("each {}", size(&dc.node))]);
    if detail == Detail::Dcs || dc.racks.is_empty() {
        let _ = writeln!(out, "      {id}[\"{title}\"]");
        return;
    }
    let _ = writeln!(out, "      subgraph {id} [\"{title}\"]\n        direction TB");
    let (shown, more) = first(&dc.racks, 12);
    for (at, rack) in shown.iter().enumerate() {
        let _ = writeln!(out, "        {id}r{at}[\"{}\"]", rack_label(rack));
    }
    if more > 0 {
        let _ = writeln!(out, "        {id}more[\"and {}\"]:::note", count(more as u64, "more rack"));
    }
    out.push_str("      end\n");
}

fn rack_label(rack: &RackTopology) -> String {
    let one = |nodes: Nodes| match nodes {
        Nodes::One(number, true) => format!("◆{number}"),
        Nodes::One(number, false) => format!("○{number}"),
        Nodes::More(from, to) => format!("○{from} to ○{to}"),
    };
    let nodes: Vec<_> = nodes(rack, NODES).into_iter().map(one).collect();
    let nodes = if nodes.is_empty() { "no nodes".to_owned() } else { nodes.join(" ") };
    lines(&[format!("rack {}", rack.name), nodes])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_label_is_syntax() {
        let attack = "a\"]; click b \"javascript:x\" `c` <b>#1; %%{init}%% \u{1b}[2J\n|end{}\\";
        let escaped = label(attack);
        let good = |c: char| c.is_alphanumeric() || " -_./,:()=#;".contains(c);
        assert!(escaped.chars().all(good), "{escaped}");
        assert!(!escaped.replace("#35;", "").contains("#1;"), "{escaped}");
    }
}
