//! Prepared rings → the model. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::amount::{Bytes, Cpus};
use super::model::{
    ClusterState, ClusterTopology, DcTopology, NodeSize, RackTopology, RingTopology, SeedOrigin, Topology, Totals,
};
use crate::fleet::{Choice as _, Cluster, Delivery, Fleet, State};
use crate::render::Prepared;
use crate::ring::{Part, name, racks};
use crate::seeds::resolve::zone;
use crate::seeds::{Origin, Pod, pods_with_nodes};
use crate::tree::{Node, Value};

/// The topology of rings in their fleet.
pub fn topology(fleet: &Fleet, rings: &[Prepared<'_>]) -> Topology {
    Topology {
        api_version: "multicasskop.dev/v1alpha1",
        kind: "Topology",
        rings: rings.iter().map(|ring| ring_topology(fleet, ring)).collect(),
    }
}

fn ring_topology(fleet: &Fleet, ring: &Prepared<'_>) -> RingTopology {
    let parts = &ring.expanded.parts;
    let mut seeds = Seeds::new(ring);
    let mut clusters = Vec::new();
    let mut not_in = Vec::new();
    for (cluster, wave) in fleet.clusters.with_waves() {
        match parts.iter().zip(&ring.ways).find(|(part, _)| part.cluster.name == cluster.name) {
            Some((part, way)) => clusters.push(cluster_topology(fleet, ring, part, *way, &mut seeds)),
            None if cluster.state == State::Retired => clusters.push(retired(cluster, wave)),
            None => not_in.push(cluster.name.to_string()),
        }
    }
    let all = || clusters.iter().flat_map(|cluster| &cluster.dcs);
    let totals = totals(&all().collect::<Vec<_>>());
    RingTopology {
        name: ring.expanded.ring.name.to_string(),
        seeds: origin(ring.seeds.origin),
        other_seeds: seeds.others(),
        clusters,
        not_in,
        totals,
    }
}

fn origin(origin: Origin) -> SeedOrigin {
    match origin {
        Origin::Computed => SeedOrigin::Computed,
        Origin::Stated => SeedOrigin::Stated,
        Origin::Status => SeedOrigin::Status,
        Origin::None => SeedOrigin::None,
        Origin::Single => SeedOrigin::SingleCluster,
    }
}

fn retired(cluster: &Cluster, wave: i64) -> ClusterTopology {
    ClusterTopology {
        name: cluster.name.to_string(),
        wave,
        state: ClusterState::Retired,
        namespace: None,
        casskop_version: None,
        zone: None,
        seed_delivery: None,
        dcs: Vec::new(),
        totals: Totals::default(),
    }
}

fn cluster_topology(
    fleet: &Fleet,
    ring: &Prepared<'_>,
    part: &Part<'_>,
    way: Option<Delivery>,
    seeds: &mut Seeds<'_>,
) -> ClusterTopology {
    let zone = zone(fleet, &ring.expanded, part).map(|(zone, _)| zone);
    let own = pods_with_nodes(part.spec());
    let dcs: Vec<_> = part
        .dcs()
        .iter()
        .map(|dc| {
            let nodes = u64::try_from(part.nodes(dc)).unwrap_or(0);
            let rack = |rack: &Node| RackTopology {
                name: name(rack).to_owned(),
                stateful_set: format!("{}-{}-{}", ring.expanded.ring.name, name(dc), name(rack)),
                nodes,
                seeds: seeds.of(part, zone.as_deref(), &own, dc, rack, nodes),
                node_labels: node_labels(dc, rack),
            };
            let racks: Vec<_> = racks(dc).iter().map(rack).collect();
            let node = node_size(part, dc);
            let totals = dc_totals(&racks, &node);
            DcTopology { name: name(dc).to_owned(), nodes_per_rack: nodes, node, racks, totals }
        })
        .collect();
    let versions = part.versions;
    let casskop_version =
        if versions.from == versions.to { versions.from.to_string() } else { format!("{} to {}", versions.from, versions.to) };
    ClusterTopology {
        name: part.cluster.name.to_string(),
        wave: part.wave,
        state: ClusterState::Active,
        namespace: part.namespace.as_ref().map(ToString::to_string),
        casskop_version: Some(casskop_version),
        zone,
        seed_delivery: way.map(Delivery::as_str),
        totals: totals(&dcs.iter().collect::<Vec<_>>()),
        dcs,
    }
}

/// The labels of a data centre and of its rack: CassKop asks for Kubernetes nodes that have all of them.
pub fn node_labels(dc: &Node, rack: &Node) -> BTreeMap<String, String> {
    let labels = [dc, rack].into_iter().filter_map(|of| of.get("labels").and_then(Node::as_map));
    labels
        .flat_map(|map| map.iter())
        .filter_map(|entry| Some((entry.key.to_string(), entry.value.as_str()?.to_owned())))
        .collect()
}

/// What a node of a data centre gets: the data centre's capacity and resources where it has some,
/// else the spec's (docs/facts.md, Operations).
pub fn node_size(part: &Part<'_>, dc: &Node) -> NodeSize {
    let text =
        |node: &Node, field: &str| node.get(field).and_then(Node::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let of_volume = if text(dc, "dataCapacity").is_some() { dc } else { part.spec() };
    let data = text(of_volume, "dataCapacity");
    let storage_class = data.as_ref().and_then(|_| text(of_volume, "dataStorageClass"));
    let stated = |resources: &&Node| {
        ["requests", "limits"].iter().any(|part| resources.get(part).and_then(Node::as_map).is_some_and(|map| !map.is_empty()))
    };
    let resources = dc.get("resources").filter(stated).or_else(|| part.spec().get("resources"));
    let request = |what| match &resources?.at(&["requests", what])?.value {
        Value::Text(text) => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        _ => None,
    };
    NodeSize { data, storage_class, cpu: request("cpu"), memory: request("memory") }
}

fn dc_totals(racks: &[RackTopology], node: &NodeSize) -> Totals {
    let nodes = racks.iter().fold(0_u64, |sum, rack| sum.saturating_add(rack.nodes));
    // Nothing times an unknown size is nothing.
    let bytes = |text: Option<&str>| if nodes == 0 { Some(Bytes::default()) } else { Some(Bytes::of(text?)?.times(nodes)) };
    let cpu = if nodes == 0 { Some(Cpus::default()) } else { node.cpu.as_deref().and_then(Cpus::of).map(|cpu| cpu.times(nodes)) };
    Totals {
        dcs: 1,
        racks: racks.len(),
        nodes,
        seeds: racks.iter().map(|rack| rack.seeds.len()).sum(),
        data: bytes(Some(node.data.as_deref().unwrap_or("0"))),
        cpu,
        memory: bytes(node.memory.as_deref()),
    }
}

fn totals(dcs: &[&DcTopology]) -> Totals {
    let each = || dcs.iter().map(|dc| &dc.totals);
    Totals {
        dcs: dcs.iter().map(|dc| dc.name.as_str()).collect::<BTreeSet<_>>().len(),
        racks: each().map(|totals| totals.racks).sum(),
        nodes: each().fold(0, |sum, totals| sum.saturating_add(totals.nodes)),
        seeds: each().map(|totals| totals.seeds).sum(),
        data: each().map(|totals| totals.data).sum(),
        cpu: each().map(|totals| totals.cpu).sum(),
        memory: each().map(|totals| totals.memory).sum(),
    }
}

/// Which nodes are seeds.
struct Seeds<'a> {
    ring: &'a str,
    /// The hosts that are written, each with whether a node of it was met; `None` where
    /// seeds are chosen as CassKop does.
    written: Option<Vec<(&'a str, bool)>>,
}

impl<'a> Seeds<'a> {
    fn new(ring: &'a Prepared<'_>) -> Self {
        let written = match ring.seeds.origin {
            Origin::Stated | Origin::Status => {
                let hosts = ring.seeds.lists.iter().flatten().map(|seed| seed.host.as_str());
                Some(hosts.collect::<BTreeSet<_>>().into_iter().map(|host| (host, false)).collect())
            }
            Origin::Computed | Origin::None | Origin::Single => None,
        };
        Self { ring: ring.expanded.ring.name.as_str(), written }
    }

    /// The numbers of a rack's nodes that are seeds.
    fn of(&mut self, part: &Part<'_>, zone: Option<&str>, own: &[Pod], dc: &Node, rack: &Node, nodes: u64) -> Vec<u64> {
        let (dc, rack) = (name(dc), name(rack));
        let Some(written) = &mut self.written else {
            let here = own.iter().filter(|pod| pod.dc == dc && pod.rack == rack);
            return here.filter_map(|pod| u64::try_from(pod.ordinal).ok()).filter(|ordinal| *ordinal < nodes).collect();
        };
        let stem = format!("{}-{dc}-{rack}-", self.ring);
        let inside = format!("{}.{}", self.ring, part.namespace.as_ref().map_or("", |namespace| namespace.as_str()));
        let mut found = BTreeSet::new();
        for (host, met) in written {
            let Some((number, domain)) = host.strip_prefix(&stem).map(|rest| rest.split_once('.').unwrap_or((rest, ""))) else {
                continue;
            };
            let number = number.parse::<u64>().ok().filter(|parsed| parsed.to_string() == number && *parsed < nodes);
            let domain = domain.strip_suffix('.').unwrap_or(domain);
            let here = zone.is_none_or(|zone| domain.is_empty() || domain == zone || domain.starts_with(&inside));
            if let Some(number) = number.filter(|_| here) {
                found.insert(number);
                *met = true;
            }
        }
        found.into_iter().collect()
    }

    /// Written seeds that are no node of the ring.
    fn others(self) -> Vec<String> {
        let unmet = self.written.into_iter().flatten().filter(|(_, met)| !met);
        unmet.map(|(host, _)| host.to_owned()).collect()
    }
}
