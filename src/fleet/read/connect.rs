//! The object `connect:` of a cluster: how it is reached. Pure.

use crate::finding::Finding;
use crate::names::ClusterName;
use crate::tree::{Map, Node, Path};

use super::super::clusters::Cluster;
use super::super::connect::{Connect, InHub};
use super::super::parse;
use super::super::setting::Located;
use super::keys;
use super::reader::{Reader, first_key};

/// What may stand in `connect`, for those who wrote something else.
const WAYS: &str = "write one of `{context: NAME}`, `{kubeconfig: FILE, context: NAME}`, `{inCluster: true}`, `{dump: FILE}`, \
                    `{clientConfig: {hub: CLUSTER, namespace: NS, name: N}}` and `{kubemcsa: {hub: CLUSTER, namespace: NS, name: N}}`";

/// A way to a cluster, and where its hub is named.
type Way = (Connect, Option<Located<ClusterName>>);

/// Reads how the clusters are reached: `nodes` stand beside `clusters`, each
/// with its place in the list. `names` are the fleet's clusters, if all are known.
pub(super) fn read(
    reader: &mut Reader<'_>,
    nodes: Vec<Option<(usize, &Node)>>,
    path: &Path<'_>,
    clusters: &mut [Cluster],
    names: Option<&[ClusterName]>,
) {
    let mut hubs = Vec::new();
    for (cluster, node) in clusters.iter_mut().zip(nodes) {
        let Some((at, node)) = node else { continue };
        let item = path.index(at);
        let path = item.key("connect");
        let Some((value, hub)) = way(reader, node, &path, names) else { continue };
        cluster.connect = Some(Located { value, span: node.span() });
        hubs.extend(hub.map(|hub| (path.to_string(), cluster.name.clone(), hub)));
    }
    for (path, cluster, hub) in hubs {
        reader.found(no_hub(clusters, &cluster, &hub).map(|finding| finding.path(path)));
    }
}

fn way(reader: &mut Reader<'_>, node: &Node, path: &Path<'_>, names: Option<&[ClusterName]>) -> Option<Way> {
    if node.as_str().is_some_and(|text| !text.trim().is_empty()) {
        let instead = format!("{{context: {}}}", reader.written(node));
        reader.wrong_type(node, path, "an object", &format!("write `{instead}`"), Some(instead));
        return None;
    }
    let map = reader.object(node, path, keys::CONNECT)?;
    let stated: Vec<_> = keys::CONNECT.0.iter().copied().filter(|key| map.get(key).is_some()).collect();
    let text = |reader: &mut Reader<'_>, key| reader.member(map, path, key, Reader::text).map(|text| text.value);
    match stated.as_slice() {
        ["context"] => Some((Connect::Context(text(reader, "context")?), None)),
        ["kubeconfig"] => Some((Connect::Kubeconfig { file: text(reader, "kubeconfig")?, context: None }, None)),
        ["context", "kubeconfig"] => {
            let (context, file) = (text(reader, "context"), text(reader, "kubeconfig"));
            Some((Connect::Kubeconfig { file: file?, context: Some(context?) }, None))
        }
        ["inCluster"] => in_cluster(reader, map, path),
        ["dump"] => Some((Connect::Dump(text(reader, "dump")?), None)),
        ["clientConfig"] => reader.member(map, path, "clientConfig", |reader, node, path| {
            let map = reader.object(node, path, keys::IN_HUB)?;
            let (object, hub) = in_hub(reader, map, path, names)?;
            Some((Connect::ClientConfig(object), Some(hub)))
        }),
        ["kubemcsa"] => reader.member(map, path, "kubemcsa", |reader, node, path| kubemcsa(reader, node, path, names)),
        // A key that nobody knows was reported.
        [] if map.iter().next().is_some() => None,
        _ => {
            reader.found([one_way(map, node, path, &stated)]);
            None
        }
    }
}

fn in_cluster(reader: &mut Reader<'_>, map: &Map, path: &Path<'_>) -> Option<Way> {
    let stated = reader.member(map, path, "inCluster", Reader::bool)?;
    if stated.value {
        return Some((Connect::InCluster, None));
    }
    let path = path.key("inCluster");
    reader.found([Finding::invalid(format!("`{path}` is false, which says nothing about how the cluster is reached"))
        .at(stated.span, "")
        .path(path.to_buf())
        .why("the checks would not know where to look")
        .fix("take `connect` out to use the context of the cluster's own name, or say another way")]);
    None
}

/// A secret of kubemcsa: in a hub, in a file, or mounted.
fn kubemcsa(reader: &mut Reader<'_>, node: &Node, path: &Path<'_>, names: Option<&[ClusterName]>) -> Option<Way> {
    let map = reader.object(node, path, keys::KUBEMCSA)?;
    let stated: Vec<_> = keys::KUBEMCSA.0.iter().copied().filter(|key| map.get(key).is_some()).collect();
    let text = |reader: &mut Reader<'_>, key| reader.member(map, path, key, Reader::text).map(|text| text.value);
    match stated.as_slice() {
        ["file"] => Some((Connect::KubemcsaFile(text(reader, "file")?), None)),
        ["dir"] => Some((Connect::KubemcsaDir(text(reader, "dir")?), None)),
        keys if !keys.is_empty() && keys.iter().all(|key| keys::IN_HUB.0.contains(key)) => {
            let (object, hub) = in_hub(reader, map, path, names)?;
            Some((Connect::Kubemcsa(object), Some(hub)))
        }
        _ => {
            reader.found([one_way(map, node, path, &stated)
                .fix("write one of `{hub: CLUSTER, namespace: NS, name: N}`, `{file: FILE}` and `{dir: FOLDER}`")]);
            None
        }
    }
}

fn in_hub(
    reader: &mut Reader<'_>,
    map: &Map,
    path: &Path<'_>,
    names: Option<&[ClusterName]>,
) -> Option<(InHub, Located<ClusterName>)> {
    let hub = reader
        .required(map, path, "hub", "the cluster of the fleet in which the object lies: `hub: k8s-cluster1`")
        .and_then(|node| reader.parsed(node, &path.key("hub"), |text| parse::known_cluster(text, names)));
    let namespace = reader
        .required(map, path, "namespace", "the namespace of the object in the hub: `namespace: cassandra`")
        .and_then(|node| reader.parsed(node, &path.key("namespace"), parse::namespace));
    let name = reader
        .required(map, path, "name", "the name of the object in the hub: `name: k8s-cluster2`")
        .and_then(|node| reader.parsed(node, &path.key("name"), parse::object));
    let hub = hub?;
    Some((InHub { hub: hub.value.clone(), namespace: namespace?.value, name: name?.value }, hub))
}

/// No way, or several.
fn one_way(map: &Map, node: &Node, path: &Path<'_>, stated: &[&str]) -> Finding {
    let message = if stated.is_empty() {
        format!("`{path}` says no way to the cluster")
    } else {
        let ticked: Vec<_> = stated.iter().map(|key| format!("`{key}`")).collect();
        format!("`{path}` says more than one way to the cluster: {}", ticked.join(", "))
    };
    Finding::invalid(message)
        .at(first_key(map).or_else(|| node.span()), "")
        .path(path.to_buf())
        .why("a cluster is reached in one way, and a guess could check another cluster than you think")
        .fix(WAYS)
}

/// What is wrong with a hub: it is the cluster itself, or cannot be asked for an object.
fn no_hub(clusters: &[Cluster], cluster: &ClusterName, hub: &Located<ClusterName>) -> Option<Finding> {
    let name = &hub.value;
    let connect = clusters.iter().find(|other| other.name == *name).and_then(|other| other.connect.as_ref());
    let message = if name == cluster {
        format!("`{cluster}` cannot be its own hub")
    } else {
        match connect.map(|connect| &connect.value) {
            Some(Connect::Dump(_)) => format!("`{name}` is read from a dump, and cannot be the hub of `{cluster}`"),
            Some(connect) if connect.hub().is_some() => {
                format!("`{name}` is reached through a hub, and cannot be the hub of `{cluster}`")
            }
            _ => return None,
        }
    };
    let finding = Finding::invalid(message).at(hub.span, "");
    let finding = match connect.filter(|_| name != cluster) {
        Some(connect) => finding.at(connect.span, format!("how `{name}` is reached")),
        None => finding,
    };
    Some(
        finding
            .why("the secret that leads to a cluster is read from a hub that is reached directly")
            .fix("name a cluster of the fleet that has a context or kubeconfig of its own"),
    )
}
