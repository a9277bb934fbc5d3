//! What `CassKop` fills in: `SetDefaults`, the topology it invents, the
//! finalizer of `deletePVC`, and `CheckDefaults` (docs/facts.md,
//! Fields and defaults; Canonical form).
//!
//! Works on a decoded object, whose struct members are in Go's order. Pure.

use crate::schema::is_empty;
use crate::schema::profile::{Images, Profile, Release};
use crate::schema::{CASSANDRA_CLUSTER_SPEC, OBJECT_META, Struct};
use crate::tree::{DefaultBy, Entry, Map, Node, SmolStr, Value};

/// The finalizer by which `CassKop` deletes volumes before the object goes.
const DELETE_PVC: &str = "kubernetes.io/pvc-to-delete";

fn text(text: &'static str) -> Value {
    Value::Text(SmolStr::new_static(text))
}

fn object<const N: usize>(members: [(&'static str, Value); N]) -> Value {
    let mut map = Map::with_capacity(N);
    for (key, value) in members {
        map.set(SmolStr::new_static(key), None, made(value));
    }
    Value::Map(map)
}

fn made(value: Value) -> Node {
    Node::filled(DefaultBy::CassKop, value)
}

/// Sets a member of the spec that is absent or, in Go's sense, zero.
fn when_empty(spec: &mut Map, name: &'static str, value: Value) {
    if spec.get(name).is_none_or(|node| is_empty(&node.value)) {
        put(spec, &CASSANDRA_CLUSTER_SPEC, name, made(value));
    }
}

/// Sets a pointer of the spec that is nil.
fn when_nil(spec: &mut Map, name: &'static str, value: Value) {
    if spec.get(name).is_none() {
        put(spec, &CASSANDRA_CLUSTER_SPEC, name, made(value));
    }
}

fn put(map: &mut Map, of: &'static Struct, name: &'static str, node: Node) {
    if let Some(there) = map.get_mut(name) {
        *there = node;
    } else {
        of.insert(map, name, node);
    }
}

fn insert_first(map: &mut Map, name: &'static str, value: Value) {
    map.insert(0, Entry { key: SmolStr::new_static(name), key_span: None, value: made(value) });
}

/// The first passes of `CassKop` over an object; one that is not `new` it has initialised before.
pub(super) fn write_back(object: &mut Map, release: Release, new: bool) {
    for part in ["metadata", "spec"] {
        if object.get(part).is_none() {
            object.set(part, None, made(Value::Map(Map::new())));
        }
    }
    if let Some(spec) = object.get_mut("spec").and_then(Node::as_map_mut) {
        if new {
            set_defaults(spec);
            initialise_topology(spec);
        }
        check_defaults(spec, release);
    }
    set_finalizer(object);
}

/// `SetDefaults`, without the status.
fn set_defaults(spec: &mut Map) {
    when_empty(spec, "nodesPerRacks", Value::Int(1));
    when_empty(spec, "maxPodUnavailable", Value::Int(1));
    let requests = spec.get("resources").and_then(|resources| resources.get("requests")).cloned();
    let Some(resources) = spec.get_mut("resources").and_then(Node::as_map_mut) else { return };
    // Go copies the map when limits are nil; an empty one is not nil.
    if let (None, Some(requests)) = (resources.get("limits"), requests) {
        insert_first(resources, "limits", requests.value);
    }
}

/// A topology that is empty, or has any data centre without racks, is replaced
/// by one data centre with `rack1`. `CassKop` does it in a loop that goes on over
/// the old number of data centres: only if the first one without racks is the
/// last of the list does its name survive; else the replacement is called `dc1`.
fn initialise_topology(spec: &mut Map) {
    let dcs = spec.get("topology").and_then(|topology| topology.get("dc")).map(Node::items).unwrap_or_default();
    let without_racks = dcs.iter().position(|dc| dc.get("rack").is_none_or(|rack| rack.items().is_empty()));
    let name = match without_racks {
        None if !dcs.is_empty() => return,
        Some(at) if at + 1 == dcs.len() => dcs[at].get("name").cloned(),
        _ => Some(made(text("dc1"))),
    };
    let rack = Value::List(vec![made(object([("name", text("rack1"))]))].into());
    let mut dc = Map::new();
    if let Some(name) = name {
        dc.set("name", None, name);
    }
    dc.set("rack", None, made(rack));
    let topology = object([("dc", Value::List(vec![made(Value::Map(dc))].into()))]);
    put(spec, &CASSANDRA_CLUSTER_SPEC, "topology", made(topology));
}

/// `CheckDefaults`: run by `CassKop` in every loop and by Multi-CassKop after
/// its merge. `spec` is a decoded spec; `release` says which images.
pub fn check_defaults(spec: &mut Map, release: Release) {
    let Images { cassandra, bootstrap, config_builder, backrest } = release.images();
    let v1alpha1 = release.profile() == Profile::V1_1_5;
    when_empty(spec, "cassandraImage", text(cassandra));
    when_empty(spec, "imagepullpolicy", text("Always"));
    when_empty(spec, "bootstrapImage", text(bootstrap));
    if v1alpha1 {
        let image = spec.get("cassandraImage").map_or(Value::Null, |node| node.value.clone());
        when_empty(spec, "initContainerImage", image);
        when_empty(spec, "initContainerCmd", text("cp -vr /etc/cassandra/* /bootstrap"));
    } else {
        when_empty(spec, "configBuilderImage", text(config_builder));
    }
    when_empty(spec, "serviceAccountName", text("cassandra-cluster-node"));
    when_nil(spec, "readOnlyRootFilesystem", Value::Bool(true));
    for (name, seconds) in PROBES {
        when_nil(spec, name, Value::Int(seconds));
    }
    if v1alpha1 {
        // 1.1.5 fills in the image only together with the whole sidecar.
        when_nil(spec, "backRestSidecar", object([("image", text(backrest))]));
        return;
    }
    when_nil(spec, "backRestSidecar", Value::Map(Map::new()));
    let Some(sidecar) = spec.get_mut("backRestSidecar").and_then(Node::as_map_mut) else { return };
    if sidecar.get("enabled").is_none() {
        insert_first(sidecar, "enabled", Value::Bool(true));
    }
    if sidecar.get("image").is_none_or(|node| is_empty(&node.value)) {
        sidecar.set("image", None, made(text(backrest)));
    }
}

/// Probe times that `CheckDefaults` fills in, in seconds.
const PROBES: [(&str, i64); 6] = [
    ("livenessInitialDelaySeconds", 120),
    ("livenessHealthCheckTimeout", 20),
    ("livenessHealthCheckPeriod", 10),
    ("readinessInitialDelaySeconds", 60),
    ("readinessHealthCheckTimeout", 10),
    ("readinessHealthCheckPeriod", 10),
];

/// `deletePVC` sets its finalizer only beside no other, and its absence removes
/// every finalizer, whoever set it.
fn set_finalizer(object: &mut Map) {
    let delete = object.get("spec").and_then(|spec| spec.get("deletePVC")).and_then(Node::as_bool) == Some(true);
    let Some(metadata) = object.get_mut("metadata").and_then(Node::as_map_mut) else { return };
    let none = metadata.get("finalizers").is_none_or(|list| list.items().is_empty());
    if delete && none {
        let list = Value::List(vec![made(text(DELETE_PVC))].into());
        put(metadata, &OBJECT_META, "finalizers", made(list));
    } else if !delete {
        metadata.remove("finalizers");
    }
}

/// Whether limits are copied the same way when the object is created again.
pub(super) fn stable_when_recreated(object: &Map) -> bool {
    let resources = object.get("spec").and_then(|spec| spec.get("resources"));
    let part = |name| resources.and_then(|resources| resources.get(name)).and_then(Node::as_map);
    let empty_limits = part("limits").is_some_and(Map::is_empty);
    !(empty_limits && part("requests").is_some_and(|requests| !requests.is_empty()))
}
