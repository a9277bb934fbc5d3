//! What all formats say in the same words: sums, sizes, and how much of a long
//! list is shown. Pure.

use super::model::{ClusterTopology, DcTopology, NodeSize, RackTopology, RingTopology, SeedOrigin, Totals};

/// A number with its word: `1 node`, `3 nodes`.
pub(super) fn count(number: impl Into<u128>, one: &str) -> String {
    let number = number.into();
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// The sums of a ring, a cluster or a data centre: nodes first, then what is asked for.
pub(super) fn sums(totals: &Totals) -> String {
    let seeds = count(totals.seeds as u64, "seed");
    let mut words = vec![format!("{} ({seeds})", count(totals.nodes, "node"))];
    words.push(totals.data.map_or_else(|| "data not sized".to_owned(), |data| format!("{data} data")));
    words.push(totals.cpu.map_or_else(|| "CPU not stated".to_owned(), |cpu| format!("{cpu} CPU")));
    words.push(totals.memory.map_or_else(|| "memory not stated".to_owned(), |memory| format!("{memory} memory")));
    words.join(", ")
}

/// How many clusters, data centres and racks a ring has.
pub(super) fn parts(ring: &RingTopology) -> String {
    let active = ring.clusters.iter().filter(|cluster| !cluster.is_retired()).count();
    let Totals { dcs, racks, .. } = ring.totals;
    [count(active as u64, "cluster"), count(dcs as u64, "DC"), count(racks as u64, "rack")].join(", ")
}

/// Racks and nodes of a data centre: `3 racks of 2 nodes`.
pub(super) fn racks(dc: &DcTopology) -> String {
    let nodes = if dc.nodes_per_rack == 0 { "no nodes".to_owned() } else { count(dc.nodes_per_rack, "node") };
    format!("{} of {nodes}", count(dc.racks.len() as u64, "rack"))
}

/// What each node gets: `20Gi on local-storage, 2 CPU, 4Gi memory`.
pub(super) fn size(node: &NodeSize) -> String {
    let class = node.storage_class.as_deref().unwrap_or("the default class");
    let data = node.data.as_ref().map_or_else(|| "no volume".to_owned(), |data| format!("{data} on {class}"));
    let or_not = |text: &Option<String>, what: &str| {
        text.as_ref().map_or_else(|| format!("{what} not stated"), |text| format!("{text} {what}"))
    };
    [data, or_not(&node.cpu, "CPU"), or_not(&node.memory, "memory")].join(", ")
}

/// What is to know about a cluster: namespace, CassKop, zone.
pub(super) fn about(cluster: &ClusterTopology) -> Vec<String> {
    let ClusterTopology { namespace, casskop_version, zone, .. } = cluster;
    [
        namespace.as_ref().map(|namespace| format!("namespace {namespace}")),
        casskop_version.as_ref().map(|version| format!("CassKop {version}")),
        zone.as_ref().map(|zone| format!("zone {zone}")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Where the seeds come from.
pub(super) fn origin(origin: SeedOrigin) -> &'static str {
    match origin {
        SeedOrigin::Computed => "computed, one list for all clusters",
        SeedOrigin::Stated => "as stated in the fleet file or by a flag",
        SeedOrigin::Status => "as in status.seedlist of the source",
        SeedOrigin::None => "none are shared: each cluster starts a ring of its own",
        SeedOrigin::SingleCluster => "chosen by CassKop, in one cluster",
    }
}

/// A row of nodes of a rack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nodes {
    /// One node: its number, and whether it is a seed.
    One(u64, bool),
    /// Nodes that are no seeds, from one number to another.
    More(u64, u64),
}

/// The nodes of a rack: all of them, or as many as `most` with the seeds among them.
pub(super) fn nodes(rack: &RackTopology, most: usize) -> Vec<Nodes> {
    let few = u64::try_from(most).unwrap_or(u64::MAX);
    // One more costs no more room than the line that would stand for it.
    if rack.nodes <= few.saturating_add(1) {
        return (0..rack.nodes).map(|number| Nodes::One(number, rack.seeds.contains(&number))).collect();
    }
    let mut shown = Vec::new();
    let mut next = 0;
    let mut room = most.saturating_sub(rack.seeds.len());
    for seed in rack.seeds.iter().copied().chain([rack.nodes]) {
        while next < seed && room > 0 {
            shown.push(Nodes::One(next, false));
            (next, room) = (next + 1, room - 1);
        }
        if next < seed {
            shown.push(Nodes::More(next, seed - 1));
        }
        if seed < rack.nodes {
            shown.push(Nodes::One(seed, true));
        }
        next = seed + 1;
    }
    shown
}

/// The first of a list, and how many there are beyond `most`.
pub(super) fn first<T>(all: &[T], most: usize) -> (&[T], usize) {
    // One more costs no more room than the line that would stand for it.
    if all.len() <= most + 1 { (all, 0) } else { (all.get(..most).unwrap_or(all), all.len() - most) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rack(nodes: u64, seeds: &[u64]) -> RackTopology {
        RackTopology {
            name: "r".to_owned(),
            stateful_set: "x-dc-r".to_owned(),
            nodes,
            seeds: seeds.to_vec(),
            node_labels: std::collections::BTreeMap::new(),
        }
    }

    #[test]
    fn every_node_is_shown_once_and_seeds_are_never_folded() {
        for (count, seeds, most) in [
            (0, vec![], 4),
            (3, vec![0, 1], 4),
            (5, vec![0], 4),
            (100, vec![0, 1, 2], 4),
            (100, vec![0, 50, 99], 4),
            (9, vec![3, 4, 5, 6], 2),
        ] {
            let shown = nodes(&rack(count, &seeds), most);
            let mut numbers = Vec::new();
            for one in &shown {
                match *one {
                    Nodes::One(number, seed) => {
                        assert_eq!(seed, seeds.contains(&number));
                        numbers.push(number);
                    }
                    Nodes::More(from, to) => {
                        assert!((from..=to).all(|number| !seeds.contains(&number)));
                        numbers.extend(from..=to);
                    }
                }
            }
            assert_eq!(numbers, (0..count).collect::<Vec<_>>(), "{count} {seeds:?}");
        }
        assert_eq!(nodes(&rack(i32::MAX as u64, &[0]), 2).len(), 3, "an absurd number costs nothing");
    }
}
