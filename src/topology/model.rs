//! The one model of a ring's topology, from which every format is made.
//!
//! Names and meaning of the members are the JSON format `multicasskop topology -o
//! json`. Pods are never listed, only counted: they are `<statefulSet>-0` and so
//! on, and an absurd number of nodes costs nothing. Types only; pure.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::amount::{Bytes, Cpus};

/// Rings as they are described, before anybody looks at a cluster.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Topology {
    /// Version of this format: `multicasskop.dev/v1alpha1`.
    pub api_version: &'static str,
    /// `Topology`.
    pub kind: &'static str,
    /// The rings, in the order of the sources.
    pub rings: Vec<RingTopology>,
}

/// A ring in all its clusters.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RingTopology {
    /// Its name.
    pub name: String,
    /// Where its seeds come from.
    pub seeds: SeedOrigin,
    /// Seeds, as they are written, that are no node of the ring.
    pub other_seeds: Vec<String>,
    /// Its clusters and the retired ones of the fleet, in the order in which they get changes.
    pub clusters: Vec<ClusterTopology>,
    /// Active clusters of the fleet that the ring has no override for.
    pub not_in: Vec<String>,
    /// Sums over all clusters.
    pub totals: Totals,
}

/// Where the seeds of a ring come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SeedOrigin {
    /// Computed by this program, by CassKop's own choice in each cluster.
    Computed,
    /// Written in the fleet file or as a flag.
    Stated,
    /// `status.seedlist` of the source.
    Status,
    /// `seeds: none`: CassKop chooses in each cluster by itself, and each starts a ring of its own.
    None,
    /// The ring lies in one cluster, where CassKop chooses.
    SingleCluster,
}

/// A ring's part in a Kubernetes cluster.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterTopology {
    /// Name of the cluster.
    pub name: String,
    /// Its wave: lower ones get changes first, equal ones together.
    pub wave: i64,
    /// Whether it is rendered, or retired. A retired one has nothing below it.
    pub state: ClusterState,
    /// Namespace of the ring in it, where one is stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its CassKop: one version, or two (`2.2.9 to 2.3.4`) while it is upgraded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub casskop_version: Option<String>,
    /// DNS zone of its nodes, where one is stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// How the ring's seeds reach its nodes: `configmap`, `status` or `env`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed_delivery: Option<&'static str>,
    /// Its data centres, in the order of the topology.
    pub dcs: Vec<DcTopology>,
    /// Sums over its data centres.
    pub totals: Totals,
}

impl ClusterTopology {
    /// Whether it only keeps its place in the order.
    pub fn is_retired(&self) -> bool {
        self.state == ClusterState::Retired
    }
}

/// Whether a cluster is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ClusterState {
    /// It is.
    Active,
    /// No longer; it only keeps its place in the order.
    Retired,
}

/// A data centre of Cassandra.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DcTopology {
    /// Its name.
    pub name: String,
    /// Nodes in each of its racks.
    pub nodes_per_rack: u64,
    /// What each node gets.
    pub node: NodeSize,
    /// Its racks, in the order of the topology.
    pub racks: Vec<RackTopology>,
    /// Sums over its racks.
    pub totals: Totals,
}

/// What a node gets, as it is written: quantities such as `20Gi` and `500m`.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NodeSize {
    /// Size of the data volume; without it there is none, and data is lost with the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Storage class of the data volume; without it the cluster's default class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
    /// Requested processors of the Cassandra container, without sidecars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<String>,
    /// Requested memory of the Cassandra container, without sidecars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<String>,
}

/// A rack: one StatefulSet.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RackTopology {
    /// Its name.
    pub name: String,
    /// Name of its StatefulSet; its pods are `<statefulSet>-0` to `<statefulSet>-<nodes - 1>`.
    pub stateful_set: String,
    /// Number of its nodes.
    pub nodes: u64,
    /// Which of them are seeds, by their number, ascending.
    pub seeds: Vec<u64>,
    /// Labels of the Kubernetes nodes that it runs on: the data centre's and its own.
    pub node_labels: BTreeMap<String, String>,
}

/// Sums. Sizes are left out where they are not stated for every node.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Data centres by name: one that lies in two clusters counts once.
    pub dcs: usize,
    /// Racks, by cluster, data centre and name.
    pub racks: usize,
    /// Nodes.
    pub nodes: u64,
    /// Nodes that are seeds.
    pub seeds: usize,
    /// Data volumes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Bytes>,
    /// Requested processors of the Cassandra containers, without sidecars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Cpus>,
    /// Requested memory of the Cassandra containers, without sidecars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Bytes>,
}
