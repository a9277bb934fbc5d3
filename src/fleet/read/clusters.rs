//! The list `clusters:` of the fleet file. Pure.

use crate::names::ClusterName;
use crate::tree::{Map, Node, Path};

use super::super::clusters::{Cluster, State};
use super::super::parse;
use super::connect;
use super::keys;
use super::reader::Reader;

/// The clusters that could be read.
pub(super) struct Found {
    /// Those with a good name.
    pub clusters: Vec<Cluster>,
    /// Whether these are all; if not, the others were reported.
    pub all: bool,
}

impl Found {
    /// The names of all clusters, if they are known and there is one.
    pub(super) fn names(&self) -> Option<Vec<ClusterName>> {
        (self.all && !self.clusters.is_empty()).then(|| self.clusters.iter().map(|cluster| cluster.name.clone()).collect())
    }
}

/// Reads the clusters one by one; order, repetition and waves are not looked at here.
pub(super) fn read(reader: &mut Reader<'_>, map: &Map) -> Found {
    let root = &Path::ROOT;
    let path = root.key("clusters");
    let example = "the clusters in the order in which they get changes: `clusters: [{name: k8s-cluster1}]`";
    let items = reader.required(map, root, "clusters", example).and_then(|node| reader.list(node, &path));
    let listed = items.is_some();
    let items = items.unwrap_or_default();
    let clusters: Vec<_> =
        items.iter().enumerate().filter_map(|(at, item)| Some((at, cluster(reader, item, &path.index(at))?))).collect();
    let all = listed && items.len() == clusters.len();
    let (places, clusters): (Vec<_>, Vec<_>) = clusters.into_iter().unzip();
    let mut found = Found { clusters, all };
    // Only now all names are known, and so which clusters can be hubs.
    let names = found.names();
    let nodes = places.iter().map(|at| items.get(*at).and_then(|item| item.get("connect")).map(|node| (*at, node)));
    connect::read(reader, nodes.collect(), &path, &mut found.clusters, names.as_deref());
    found
}

fn cluster(reader: &mut Reader<'_>, node: &Node, path: &Path<'_>) -> Option<Cluster> {
    if node.as_str().is_some_and(|text| ClusterName::new(text).is_ok()) {
        let instead = format!("{{name: {}}}", reader.written(node));
        reader.wrong_type(node, path, "an object", &format!("write `{instead}`"), Some(instead));
        return None;
    }
    let map = reader.object(node, path, keys::CLUSTER)?;
    let name = reader
        .required(map, path, "name", "the name that the cluster has in `spec.override`: `name: k8s-cluster1`")
        .and_then(|node| reader.parsed(node, &path.key("name"), parse::cluster));
    let zone = reader.member(map, path, "zone", |reader, node, path| reader.parsed(node, path, parse::zone));
    let namespace = reader.member(map, path, "namespace", |reader, node, path| reader.parsed(node, path, parse::namespace));
    let versions = reader.member(map, path, "casskopVersion", super::versions);
    let wave = reader.member(map, path, "wave", Reader::int);
    let state = reader.member(map, path, "state", Reader::choice);
    let allow_prune = reader.member(map, path, "allowPrune", Reader::bool);
    let seed_delivery = reader.member(map, path, "seedDelivery", Reader::choice);
    let name = name?;
    Some(Cluster {
        zone,
        namespace,
        versions,
        wave,
        state: state.map_or(State::Active, |state| state.value),
        allow_prune: allow_prune.is_some_and(|allow| allow.value),
        seed_delivery,
        ..Cluster::new(name.value, name.span)
    })
}
