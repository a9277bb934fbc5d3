//! Parts → files: the CassandraCluster of each cluster and, where seeds go that
//! way, the ConfigMap beside it. Pure.

use crate::emit::{FileKind, RingKey, SharedText, TreeFile};
use crate::finding::Finding;
use crate::fleet::Delivery;
use crate::order::{Hashes, annotate};
use crate::read::ConfigMap;
use crate::ring::{Expanded, Part};
use crate::seeds::{SeedPlan, deliver};
use crate::tree::{Map, Node, Value};

use super::Job;
use super::texts::ByKind;

/// Puts the seeds of each part where its nodes find them; gives the ConfigMaps,
/// by part.
pub(super) fn deliver(
    job: &Job<'_>,
    expanded: &mut Expanded<'_>,
    plan: &SeedPlan,
    ways: &[Option<Delivery>],
    findings: &mut Vec<Finding>,
) -> Vec<Option<Node>> {
    let ring = expanded.ring.name.as_str();
    let first = expanded.parts.iter().position(Part::has_nodes);
    let mut config_maps = Vec::with_capacity(expanded.parts.len());
    for (at, part) in expanded.parts.iter_mut().enumerate() {
        let (Some(list), Some(way)) = (plan.lists.get(at), ways.get(at).copied().flatten()) else {
            config_maps.push(None);
            continue;
        };
        deliver::check_env(part, list, findings);
        if way == Delivery::Env {
            deliver::set_env(part, list);
        }
        config_maps.push((way == Delivery::ConfigMap).then(|| {
            let own_name = part.spec().get("configMapName").is_some();
            let name = deliver::config_map_name(part, ring);
            let namespace = part.namespace.as_ref().map(crate::names::Namespace::as_str);
            let own = find(&job.input.config_maps, &name, namespace);
            if own_name && own.is_none() {
                findings.push(deliver::unknown_config_map(part, &name).cluster(&part.cluster.name));
            }
            deliver::config_map(&name, namespace, own, list, first == Some(at), findings)
        }));
    }
    config_maps
}

/// The user's ConfigMap of a name: in the namespace, or without one of its own.
fn find<'a>(all: &'a [ConfigMap], name: &str, namespace: Option<&str>) -> Option<&'a ConfigMap> {
    let named = || all.iter().filter(|map| map.name == name);
    named()
        .find(|map| map.namespace.is_some() && map.namespace.as_deref() == namespace)
        .or_else(|| named().find(|map| map.namespace.is_none()))
}

/// The files of a ring, the ConfigMap before the CassandraCluster that mounts it.
/// Parts without a namespace have none; lint says so.
pub(super) fn files(
    job: &Job<'_>,
    expanded: Expanded<'_>,
    config_maps: Vec<Option<Node>>,
    plan: &SeedPlan,
    ways: &[Option<Delivery>],
    texts: &mut ByKind,
    findings: &mut Vec<Finding>,
) -> Vec<TreeFile> {
    let fleet = job.fleet.name.as_ref().map(crate::names::FleetName::as_str);
    let ring = expanded.ring;
    let source = ring.span.and_then(|span| job.paths.get(&span.source)).map_or("-", String::as_str);
    let mut files = Vec::with_capacity(expanded.parts.len() * 2);
    for (at, (part, config_map)) in expanded.parts.into_iter().zip(config_maps).enumerate() {
        let Some(namespace) = part.namespace.clone() else { continue };
        let cluster = part.cluster;
        let key = RingKey { namespace, name: ring.name.clone() };
        let mut file = |kind, body: SharedText| files.push(TreeFile::new(fleet, &cluster.name, &key, source, kind, body));
        let mut found = Vec::new();
        if let Some(mut object) = config_map {
            annotate_object(&mut object, part.wave, None, cluster.allow_prune, &mut found);
            file(FileKind::SeedsConfigMap, texts.config_maps.emit(&object));
        }
        let seeds = (ways.get(at).copied().flatten() == Some(Delivery::Status)).then(|| plan.hosts(at));
        let object = cassandra_cluster(part, seeds.as_deref(), &mut texts.hashes, &mut found);
        file(FileKind::CassandraCluster, texts.objects.emit(&object));
        findings.extend(found.into_iter().map(|finding| finding.cluster(&cluster.name)));
    }
    files
}

/// The CassandraCluster as it is written: only what belongs into Git.
fn cassandra_cluster(part: Part<'_>, seeds: Option<&[String]>, hashes: &mut Hashes, findings: &mut Vec<Finding>) -> Node {
    let Part { cluster, wave, versions, mut object, namespace, .. } = part;
    let hash = object.get("spec").map(|spec| hashes.of(spec, seeds));
    let text = |text: &str| Node::made(Value::Text(text.into()));
    let mut metadata = Map::new();
    let given = object.get("metadata");
    if let Some(name) = given.and_then(|metadata| metadata.get("name")) {
        metadata.set("name", None, name.clone());
    }
    if let Some(namespace) = &namespace {
        metadata.set("namespace", None, text(namespace.as_str()));
    }
    for kept in ["labels", "annotations"] {
        if let Some(node) = given.and_then(|metadata| metadata.get(kept)) {
            metadata.set(kept, None, node.clone());
        }
    }
    let mut out = Map::with_capacity(5);
    out.set("apiVersion", None, text(versions.from.profile().api_version()));
    out.set("kind", None, text("CassandraCluster"));
    out.set("metadata", None, Node::made(Value::Map(metadata)));
    if let Some(spec) = object.as_map_mut().and_then(|object| object.remove("spec")) {
        out.push(spec);
    }
    if let Some(seeds) = seeds {
        let list = Node::made(Value::List(seeds.iter().map(|seed| text(seed)).collect()));
        let mut status = Map::new();
        status.set("seedlist", None, list);
        out.set("status", None, Node::made(Value::Map(status)));
    }
    let mut out = Node::made(Value::Map(out));
    annotate_object(&mut out, wave, hash.as_deref(), cluster.allow_prune, findings);
    out
}

fn annotate_object(object: &mut Node, wave: i64, hash: Option<&str>, allow_prune: bool, findings: &mut Vec<Finding>) {
    let Some(metadata) = object.as_map_mut().and_then(|object| object.get_mut("metadata")).and_then(Node::as_map_mut) else {
        return;
    };
    if metadata.get("annotations").is_none() {
        metadata.set("annotations", None, Node::made(Value::Map(Map::new())));
    }
    let Some(annotations) = metadata.get_mut("annotations").and_then(Node::as_map_mut) else { return };
    annotate(annotations, wave, hash, allow_prune, findings);
}
