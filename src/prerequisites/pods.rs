//! What pods ask for: images, secrets, ConfigMaps, Kubernetes nodes, IP pools. Pure.

use std::collections::BTreeMap;

use super::asking::{Asking, in_words};
use super::model::{Need, Subject};
use super::taints::tolerations;
use crate::ring::{Part, name, racks};
use crate::source::Span;
use crate::topology::{NodeSize, node_labels, node_size};
use crate::tree::{Node, Path, Value};

/// Calico's annotations for IP pools (docs/facts.md, What a cluster must have).
const POOLS: [&str; 2] = ["cni.projectcalico.org/ipv4pools", "cni.projectcalico.org/ipv6pools"];

/// Adds what the pods of a part ask for.
pub(super) fn ask(asking: &mut Asking<'_>) {
    images(asking);
    secrets(asking);
    references(asking);
    nodes(asking);
    ip_pools(asking);
}

/// Every image, with what it is pulled with.
fn images(asking: &mut Asking<'_>) {
    let spec = asking.part.spec();
    let pull_secret = asking.text(&["imagePullSecret", "name"]).map(|(name, _)| name.to_owned());
    let mut found: Vec<(String, &Node)> = Vec::new();
    for field in ["cassandraImage", "bootstrapImage", "configBuilderImage", "initContainerImage"] {
        found.extend(spec.get(field).map(|node| (format!("spec.{field}"), node)));
    }
    let sidecar = spec.get("backRestSidecar").filter(|sidecar| sidecar.get("enabled").and_then(Node::as_bool) != Some(false));
    found.extend(sidecar.and_then(|sidecar| sidecar.get("image")).map(|node| ("spec.backRestSidecar.image".to_owned(), node)));
    let more = spec.get("sidecarConfigs").map(Node::items).unwrap_or_default().iter().enumerate();
    found.extend(more.filter_map(|(at, one)| Some((format!("spec.sidecarConfigs[{at}].image"), one.get("image")?))));
    for (path, node) in found {
        let Some(image) = node.as_str().filter(|image| !image.is_empty()) else { continue };
        let what = match &pull_secret {
            Some(secret) => format!("can be pulled, with the secret `{secret}`"),
            None => "can be pulled without a secret".to_owned(),
        };
        let need = asking.need(path, node.span());
        let subject = Subject::Image { pull_secret: pull_secret.clone() };
        asking.cluster_wide(subject, image, what, "the pods wait in `ImagePullBackOff`", need);
    }
}

fn secrets(asking: &mut Asking<'_>) {
    if let Some((name, span)) = asking.text(&["imagePullSecret", "name"]) {
        let (name, need) = (name.to_owned(), asking.need("spec.imagePullSecret.name", span));
        let keys = vec![".dockerconfigjson".to_owned()];
        let what = "exists, of type `kubernetes.io/dockerconfigjson`";
        asking.in_namespace(Subject::Secret { keys }, &name, what, "images cannot be pulled", need);
    }
    if let Some((name, span)) = asking.text(&["imageJolokiaSecret", "name"]) {
        let (name, need) = (name.to_owned(), asking.need("spec.imageJolokiaSecret.name", span));
        let keys = ["username", "password"].map(str::to_owned).to_vec();
        let what = "exists, with the keys `username` and `password`";
        asking.in_namespace(Subject::Secret { keys }, &name, what, "the pods wait in `CreateContainerConfigError`", need);
    }
}

/// A field, and where it is written.
type Field = (String, Option<Span>);

/// A secret or ConfigMap that an environment refers to.
struct Reference {
    secret: bool,
    name: String,
    key: Option<String>,
    need: Field,
}

/// Secrets and ConfigMaps in the environment of the containers, unless they are optional.
fn references(asking: &mut Asking<'_>) {
    let mut found = Vec::new();
    let root = Path::ROOT;
    let spec = root.key("spec");
    for field in ["envVars", "backRestSidecar", "sidecarConfigs"] {
        if let Some(node) = asking.part.spec().get(field) {
            walk(node, spec.key(field), &mut found);
        }
    }
    let mut by_name: BTreeMap<(bool, String), (Vec<String>, Vec<Field>)> = BTreeMap::new();
    for Reference { secret, name, key, need } in found {
        let (keys, needs) = by_name.entry((secret, name)).or_default();
        keys.extend(key.filter(|key| !keys.contains(key)).into_iter().collect::<Vec<_>>());
        needs.push(need);
    }
    for ((secret, name), (keys, needs)) in by_name {
        let what = if keys.is_empty() { "exists".to_owned() } else { format!("exists, with {}", in_words(&keys)) };
        let needs: Vec<Need> = needs.into_iter().map(|(path, span)| asking.need(path, span)).collect();
        for need in needs {
            let keys = keys.clone();
            let subject = if secret { Subject::Secret { keys } } else { Subject::ConfigMap { rendered: false, keys } };
            asking.in_namespace(subject, &name, what.clone(), "the pods wait in `CreateContainerConfigError`", need);
        }
    }
}

fn walk(node: &Node, path: Path<'_>, found: &mut Vec<Reference>) {
    match &node.value {
        Value::List(items) => items.iter().enumerate().for_each(|(at, item)| walk(item, path.index(at), found)),
        Value::Map(map) => {
            for entry in map {
                let path = path.key(&entry.key);
                let secret = match entry.key.as_str() {
                    "secretKeyRef" | "secretRef" => true,
                    "configMapKeyRef" | "configMapRef" => false,
                    _ => {
                        walk(&entry.value, path, found);
                        continue;
                    }
                };
                let text = |field: &str| entry.value.get(field).and_then(Node::as_str).map(str::to_owned);
                let optional = entry.value.get("optional").and_then(Node::as_bool) == Some(true);
                if let (Some(name), false) = (text("name"), optional) {
                    let span = entry.value.get("name").and_then(Node::span);
                    found.push(Reference { secret, name, key: text("key"), need: (path.to_buf().as_str().to_owned(), span) });
                }
            }
        }
        _ => {}
    }
}

/// Racks that run on the same Kubernetes nodes.
struct Shared {
    racks: Vec<String>,
    nodes: u64,
    size: NodeSize,
    need: Field,
}

/// Kubernetes nodes by their labels. With hard anti-affinity each takes one node of the ring
/// (docs/facts.md, What a cluster must have).
fn nodes(asking: &mut Asking<'_>) {
    let part = asking.part;
    let hard = part.spec().get("hardAntiAffinity").and_then(Node::as_bool) == Some(true);
    let mut by_labels: BTreeMap<BTreeMap<String, String>, Shared> = BTreeMap::new();
    for (at, dc) in part.dcs().iter().enumerate() {
        let count = u64::try_from(part.nodes(dc)).unwrap_or(0);
        for (index, rack) in racks(dc).iter().enumerate().filter(|_| count > 0) {
            let of = |node: &Node| node.as_map().and_then(|map| map.entry("labels")).and_then(|entry| entry.key_span);
            let need = match (of(rack), of(dc)) {
                (Some(span), _) => (format!("spec.topology.dc[{at}].rack[{index}].labels"), Some(span)),
                (None, Some(span)) => (format!("spec.topology.dc[{at}].labels"), Some(span)),
                (None, None) => (format!("spec.topology.dc[{at}].rack"), rack.get("name").and_then(Node::span)),
            };
            let shared = by_labels.entry(node_labels(dc, rack)).or_insert_with(|| Shared {
                racks: Vec::new(),
                nodes: 0,
                size: node_size(part, dc),
                need,
            });
            let size = node_size(part, dc);
            if (&shared.size.cpu, &shared.size.memory) != (&size.cpu, &size.memory) {
                // Nodes of different sizes: none of them holds for all.
                shared.size = NodeSize::default();
            }
            shared.racks.push(format!("{}-{}", name(dc), name(rack)));
            shared.nodes = shared.nodes.saturating_add(count);
        }
    }
    for (labels, Shared { racks, nodes, size, need }) in by_labels {
        let with: Vec<_> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let with = if with.is_empty() { "whatever their labels".to_owned() } else { format!("labelled {}", in_words(&with)) };
        let room = [size.cpu.map(|cpu| format!("{cpu} CPU")), size.memory.map(|memory| format!("{memory} memory"))];
        let room: Vec<_> = room.into_iter().flatten().collect();
        let room = if room.is_empty() { String::new() } else { format!(", each with {} free for Cassandra", room.join(" and ")) };
        let count = if hard { nodes } else { 1 };
        let (at_least, plural) = (if hard { "" } else { "at least " }, if count == 1 { "" } else { "s" });
        let one_each = if hard { "one for each node of" } else { "better one for each node of" };
        let what = format!("{at_least}{count} Kubernetes node{plural}, {with}, {one_each} {}{room}", in_words(&racks));
        let need = asking.need(need.0, need.1);
        let named = format!("{}-{}", asking.ring_name(), racks.join("+"));
        let subject = Subject::KubernetesNodes { labels, count, racks, tolerations: tolerations(part) };
        asking.cluster_wide(subject, &named, what, "pods stay `Pending`, and with them the ring", need);
    }
}

/// Calico's annotations of the pods: name, value, place.
pub(super) fn pools<'a>(part: &'a Part<'_>) -> impl Iterator<Item = (&'static str, &'a str, Option<Span>)> {
    let annotations = part.spec().at(&["pod", "annotations"]);
    POOLS.into_iter().filter_map(move |key| {
        let node = annotations?.get(key)?;
        Some((key, node.as_str()?, node.span()))
    })
}

fn ip_pools(asking: &mut Asking<'_>) {
    let part = asking.part;
    for (key, value, span) in pools(part) {
        // A list in a string; Calico refuses anything else.
        let names = serde_json::from_str::<Vec<String>>(value).unwrap_or_else(|_| vec![value.to_owned()]);
        for pool in names {
            let need = asking.need(format!("spec.pod.annotations[{key}]"), span);
            let what = "exists, enabled, with addresses that are routed from the other clusters";
            asking.cluster_wide(Subject::IpPool, &pool, what, "the pods get no address, and are not created", need);
        }
    }
}
