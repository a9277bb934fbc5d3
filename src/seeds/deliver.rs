//! How seeds reach the nodes: by ConfigMap, by status, by environment variable.
//!
//! The ConfigMap is the way that works for every version and engine and restarts
//! nothing when the list changes (docs/facts.md, Ways to deliver seeds); status only
//! before the CRD had a status subresource; the environment variable only on
//! request. Pure.

use crate::finding::Finding;
use crate::fleet::{Choice as _, Delivery, Engine, Fleet};
use crate::read::ConfigMap;
use crate::ring::{Expanded, Part};
use crate::rule::RuleId;
use crate::schema::{CASSANDRA_CLUSTER_SPEC, Release};
use crate::tree::{DefaultBy, Entry, Map, Node, Origin, SmolStr, Value};

use super::POST_RUN;
use super::resolve::Seed;

/// The environment variable that the bootstrap container reads.
pub const CASSANDRA_SEEDS: &str = "CASSANDRA_SEEDS";

/// What `may-start-ring` says to people; only that it is there counts.
const MAY_START_RING: &str = "Nodes of this cluster may start the ring when no other node answers.\n";

/// The first release that drops a status in a manifest.
const STATUS_DROPPED: Release = Release { major: 2, minor: 3, patch: 0 };
/// The first release whose bootstrap container sees the sidecar's environment.
const ENV_SEEN: Release = Release { major: 2, minor: 3, patch: 3 };

/// Which way the seeds of a part go; `None`, with a finding, if none can be chosen.
pub fn delivery(fleet: &Fleet, expanded: &Expanded<'_>, part: &Part<'_>, findings: &mut Vec<Finding>) -> Option<Delivery> {
    let cluster = part.cluster;
    let release = part.versions.from;
    let engine = fleet.engine.as_ref().map(|engine| engine.value);
    let about = |finding: Finding| finding.ring(&expanded.ring.name).cluster(&cluster.name);
    let Some(stated) = fleet.seed_delivery(&expanded.ring.name, cluster) else {
        return match engine {
            _ if release >= STATUS_DROPPED => Some(Delivery::ConfigMap),
            Some(Engine::Flux) => Some(Delivery::ConfigMap),
            Some(Engine::Argocd | Engine::Other) => Some(Delivery::Status),
            None => {
                findings.push(about(no_engine(release)));
                None
            }
        };
    };
    let refused = match stated.value {
        Delivery::Status if release >= STATUS_DROPPED => {
            Some("the API server drops a status in a manifest from CassKop 2.3.0 on")
        }
        Delivery::Status if engine == Some(Engine::Flux) => Some("Flux removes the status before it applies a manifest"),
        Delivery::Env if release < ENV_SEEN => Some("before CassKop 2.3.3 the bootstrap container does not see the variable"),
        _ => None,
    };
    if let Some(reason) = refused {
        let way = stated.value.as_str();
        let finding = Finding::invalid(format!("seeds cannot go by `{way}` to `{}` with CassKop {release}", cluster.name))
            .at(stated.span, "")
            .why(format!("{reason}, so that the nodes there would start a ring of their own"))
            .fix("write `seedDelivery: configmap`, or leave it out")
            .remedy("--seed-delivery", "configmap");
        findings.push(about(finding));
        return None;
    }
    Some(stated.value)
}

fn no_engine(release: Release) -> Finding {
    Finding::invalid(format!("with CassKop {release} it depends on the GitOps engine how seeds reach the nodes, and no engine is stated"))
        .why("Argo CD applies a status in the manifest, Flux removes it; nodes without the ring's seeds would start a ring of their own")
        .fix("write `engine: argocd` or `engine: other` (seeds go by status; nothing restarts if the list is the live one), or `engine: flux` (seeds go by ConfigMap); as a flag: `--engine argocd`. Or choose the way yourself with `seedDelivery: status` or `seedDelivery: configmap`")
        .remedy("--engine", "argocd")
}

fn text(text: impl Into<SmolStr>) -> Node {
    Node { value: Value::Text(text.into()), origin: Origin::Default(DefaultBy::Renderer) }
}

fn put(map: &mut Map, key: &str, node: Node) {
    map.set(key, None, node);
}

/// Sets `spec.configMapName` where the user has none; gives the name.
pub fn config_map_name(part: &mut Part<'_>, ring: &str) -> SmolStr {
    let own = part.spec().get("configMapName").and_then(Node::as_str).map(SmolStr::from);
    let name = own.unwrap_or_else(|| format!("{ring}-seeds").into());
    if let Some(spec) = part.spec_mut().filter(|spec| spec.get("configMapName").is_none()) {
        CASSANDRA_CLUSTER_SPEC.insert(spec, "configMapName", text(name.clone()));
    }
    name
}

/// The ConfigMap with the seeds. `own` is the user's of that name, into which
/// they are merged: its keys stay, its `post_run.sh` runs after ours. Without
/// annotations of ours, which ordering adds.
pub fn config_map(
    name: &str,
    namespace: Option<&str>,
    own: Option<&ConfigMap>,
    seeds: &[Seed],
    may_start: bool,
    findings: &mut Vec<Finding>,
) -> Node {
    let mut data = own.and_then(|own| own.root.get("data")).and_then(Node::as_map).cloned().unwrap_or_default();
    let mut binary = own.and_then(|own| own.root.get("binaryData")).and_then(Node::as_map).cloned().unwrap_or_default();
    if let Some(own) = own {
        immutable(own, findings);
    }
    if let Some(entry) = data.remove("post_run.sh") {
        clash(&data, &binary, "user_post_run.sh", findings);
        put(&mut data, "user_post_run.sh", entry.value);
    }
    for key in ["seeds", "may-start-ring", "post_run.sh"] {
        clash(&data, &binary, key, findings);
    }
    let list = seeds.iter().fold(String::new(), |list, seed| list + &seed.host + "\n");
    put(&mut data, "seeds", text(list));
    put(&mut data, "post_run.sh", text(SmolStr::new_static(POST_RUN)));
    if may_start {
        put(&mut data, "may-start-ring", text(MAY_START_RING));
    }
    data.sort();
    binary.sort();
    let mut metadata = Map::new();
    put(&mut metadata, "name", text(name));
    if let Some(namespace) = namespace {
        put(&mut metadata, "namespace", text(namespace));
    }
    for kept in ["labels", "annotations"] {
        if let Some(mut own) = own.and_then(|own| own.root.at(&["metadata", kept])).and_then(Node::as_map).cloned() {
            own.sort();
            put(&mut metadata, kept, Node::made(Value::Map(own)));
        }
    }
    let mut object = Map::new();
    put(&mut object, "apiVersion", text("v1"));
    put(&mut object, "kind", text("ConfigMap"));
    put(&mut object, "metadata", Node::made(Value::Map(metadata)));
    put(&mut object, "data", Node::made(Value::Map(data)));
    if !binary.is_empty() {
        put(&mut object, "binaryData", Node::made(Value::Map(binary)));
    }
    Node::made(Value::Map(object))
}

/// A ConfigMap that cannot be changed cannot get another list.
fn immutable(own: &ConfigMap, findings: &mut Vec<Finding>) {
    let Some(flag) = own.root.get("immutable").filter(|flag| flag.as_bool() == Some(true)) else { return };
    findings.push(
        Finding::invalid(format!("the ConfigMap `{}` is immutable, but the seeds go into it", own.name))
            .at(flag.span(), "")
            .path("immutable")
            .why("the API server refuses every later list, so that nodes would look for nodes that are gone")
            .fix("remove `immutable`, or give the ring another `configMapName`"),
    );
}

fn clash(data: &Map, binary: &Map, key: &str, findings: &mut Vec<Finding>) {
    let Some(entry) = data.entry(key).or_else(|| binary.entry(key)) else { return };
    findings.push(
        Finding::invalid(format!("the ConfigMap has a key `{key}` of its own, which the seeds need"))
            .at(entry.key_span, "")
            .path(format!("data[{key}]"))
            .why("one of the two would replace the other")
            .fix("rename the key, or let the seeds go another way with `seedDelivery:`"),
    );
}

/// L56: a ConfigMap of the user's that is not among the sources.
pub fn unknown_config_map(part: &Part<'_>, name: &str) -> Finding {
    let at = part.spec().get("configMapName").and_then(Node::span);
    let release = part.versions.from;
    let (another_way, way) = if release >= ENV_SEEN {
        ("let the seeds go another way (`seedDelivery: env`), or ", Some(Delivery::Env))
    } else if release < STATUS_DROPPED {
        ("let the seeds go another way (`seedDelivery: status`, not with Flux), or ", Some(Delivery::Status))
    } else {
        ("", None)
    };
    let finding = Finding::rule(RuleId::L56, format!("the ConfigMap `{name}`, into which the seeds go, is not among the sources"))
        .at(at, "it is named here")
        .path("spec.configMapName")
        .fix(format!("add the file with this ConfigMap to the sources, so that the seeds are merged into it; or, if nodes do not need it, remove `configMapName`; or {another_way}write `seeds: none`, with which each cluster starts a ring of its own"));
    match way {
        Some(way) => finding.remedy("--seed-delivery", way.as_str()),
        None => finding,
    }
}

/// Adds `CASSANDRA_SEEDS` to the sidecar's environment, where it is not yet.
pub fn set_env(part: &mut Part<'_>, seeds: &[Seed]) {
    let list = seeds.iter().map(|seed| seed.host.as_str()).collect::<Vec<_>>().join(",");
    if own_env(part).is_some() {
        return;
    }
    let mut variable = Map::new();
    put(&mut variable, "name", text(CASSANDRA_SEEDS));
    put(&mut variable, "value", text(list));
    let variable = Node::made(Value::Map(variable));
    let Some(sidecar) = part.spec_mut().and_then(|spec| spec.get_mut("backRestSidecar")).and_then(Node::as_map_mut) else {
        return;
    };
    if let Some(Value::List(list)) = sidecar.get_mut("envVars").map(|node| &mut node.value) {
        list.to_mut().push(variable);
        return;
    }
    // Go's order of the sidecar's members: enabled, image, imagePullPolicy, envVars.
    let before = ["enabled", "image", "imagePullPolicy"];
    let at = sidecar.iter().position(|entry| !before.contains(&entry.key.as_str())).unwrap_or(sidecar.len());
    let value = Node::made(Value::List(vec![variable].into()));
    sidecar.insert(at, Entry { key: SmolStr::new_static("envVars"), key_span: None, value });
}

/// The user's own `CASSANDRA_SEEDS`, which the bootstrap container would take.
pub fn own_env<'a>(part: &'a Part<'_>) -> Option<&'a Node> {
    let list = part.spec().at(&["backRestSidecar", "envVars"])?;
    list.items().iter().find(|variable| crate::ring::name(variable) == CASSANDRA_SEEDS)
}

/// The user's own `CASSANDRA_SEEDS` must say what the ring's list says.
pub fn check_env(part: &Part<'_>, seeds: &[Seed], findings: &mut Vec<Finding>) {
    let Some(variable) = own_env(part) else { return };
    let value = variable.get("value");
    let own: Vec<&str> = value.and_then(Node::as_str).unwrap_or_default().split(',').map(str::trim).collect();
    if own.iter().eq(seeds.iter().map(|seed| &seed.host)) {
        return;
    }
    let list = seeds.iter().map(|seed| seed.host.as_str()).collect::<Vec<_>>().join(",");
    findings.push(
        Finding::invalid("`CASSANDRA_SEEDS` in `spec.backRestSidecar.envVars` is not the ring's list of seeds")
            .cluster(&part.cluster.name)
            .at(value.or(Some(variable)).and_then(Node::span), "")
            .path("spec.backRestSidecar.envVars")
            .why("the bootstrap container takes the variable, so that the nodes of this cluster would look for other nodes")
            .fix(format!("remove the variable, or write `{list}`")),
    );
}
