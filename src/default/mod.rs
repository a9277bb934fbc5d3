//! Canonical form: what an object looks like once the API server and `CassKop`
//! have both had it, and neither has anything left to change.
//!
//! The steps are those of a real cluster (docs/facts.md, Canonical form): the API
//! server drops nulls, fills the CRD's defaults and refuses what the CRD refuses; `CassKop`
//! decodes into its types, fills in what is missing and writes the object back;
//! the API server fills defaults into what was written. The result is a fixed
//! point: applying it again changes nothing, so that a GitOps engine and `CassKop`
//! never take turns. Pure.

mod apiserver;
mod casskop;

pub use casskop::check_defaults;

use apiserver::ApiServer;

use crate::schema::typed::Cause;
use crate::schema::{
    CASSANDRA_CLUSTER, Decoded, Memo, Mismatch, Problem, Release, Strictness, decode, decode_shared, encode_shared,
};
use crate::tree::{Map, Node, Value};

/// An object in canonical form.
#[derive(Debug)]
pub struct Canonical {
    /// The object: `apiVersion`, `kind`, `metadata`, `spec`.
    pub object: Node,
    /// Unknown members that were dropped and, where it is not canonical at
    /// all, what the CRD refuses.
    pub mismatches: Vec<Mismatch>,
    /// Whether the same object, created anew, would stay as it is: not so with
    /// empty limits beside requests (docs/facts.md, Empty limits).
    pub stable_when_recreated: bool,
}

/// Brings a `CassandraCluster` into canonical form for a release.
///
/// # Errors
/// What the CRD of the release refuses.
pub fn canonical(object: &Node, release: Release) -> Result<Canonical, Vec<Mismatch>> {
    canonical_shared(object, release, &mut Memo::default())
}

/// The same as [`canonical`] for one of several objects that share parts.
///
/// # Errors
/// What the CRD of the release refuses.
pub fn canonical_shared(object: &Node, release: Release, memo: &mut Memo) -> Result<Canonical, Vec<Mismatch>> {
    let decoded = decode_shared(object, &CASSANDRA_CLUSTER, release.profile().types(), Strictness::Crd, memo);
    if decoded.refused() {
        return Err(decoded.mismatches);
    }
    Ok(finish(decoded, release, Stage::New, memo))
}

/// The same for an object that `CassKop` has initialised: what it fills in only
/// once, into a new object, is left as it is (docs/facts.md, Fields and defaults).
/// An object that is in a cluster may break rules that the CRD got later, but
/// must have the right types.
///
/// # Errors
/// The values whose type is wrong, which `CassKop` cannot decode.
pub fn running(object: &Node, release: Release) -> Result<Canonical, Vec<Mismatch>> {
    let decoded = decode(object, &CASSANDRA_CLUSTER, release.profile().types(), Strictness::Crd);
    let wrong = |found: &Mismatch| matches!(found.problem, Problem::Refused { cause: Cause::Type { .. }, .. });
    if decoded.mismatches.iter().any(wrong) {
        return Err(decoded.mismatches.into_iter().filter(wrong).collect());
    }
    Ok(finish(decoded, release, Stage::Initialised, &mut Memo::default()))
}

/// How far `CassKop` has come with an object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Its status has no phase.
    New,
    /// It has one.
    Initialised,
}

fn finish(decoded: Decoded, release: Release, stage: Stage, memo: &mut Memo) -> Canonical {
    let types = release.profile().types();
    let mut node = decoded.node;
    let map = members(&mut node);
    map.remove("status");
    let stable_when_recreated = casskop::stable_when_recreated(map);
    ApiServer { types, memo }.fill(&mut node, &CASSANDRA_CLUSTER);
    casskop::write_back(members(&mut node), release, stage == Stage::New);
    let mut object = encode_shared(node, &CASSANDRA_CLUSTER, types, memo);
    let mut server = ApiServer { types, memo };
    server.fill(&mut object, &CASSANDRA_CLUSTER);
    server.drop_nulls(&mut object, &CASSANDRA_CLUSTER);
    members(&mut object).remove("status");
    in_reading_order(members(&mut object));
    Canonical { object, mismatches: decoded.mismatches, stable_when_recreated }
}

/// Members of `metadata` that the API server sets.
const SERVER_SET: [&str; 9] = [
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "managedFields",
    "selfLink",
    "ownerReferences",
];

/// Annotations in which a tool keeps what it last applied.
const LAST_APPLIED: [&str; 2] =
    ["cassandraclusters.db.orange.com/last-applied-configuration", "kubectl.kubernetes.io/last-applied-configuration"];

/// Takes out of a live object what no manifest has: members that the API server
/// sets, and what `CassKop` and kubectl note for themselves.
pub fn without_live_members(object: &mut Node) {
    let Some(metadata) = object.as_map_mut().and_then(|map| map.get_mut("metadata")).and_then(Node::as_map_mut) else { return };
    metadata.retain(|entry| !SERVER_SET.contains(&entry.key.as_str()));
    let Some(annotations) = metadata.get_mut("annotations").and_then(Node::as_map_mut) else { return };
    annotations.retain(|entry| !LAST_APPLIED.contains(&entry.key.as_str()));
    if annotations.is_empty() {
        metadata.remove("annotations");
    }
}

/// The members of what is known to be an object after decoding.
fn members(node: &mut Node) -> &mut Map {
    if !matches!(node.value, Value::Map(_)) {
        node.value = Value::Map(Map::new());
    }
    match &mut node.value {
        Value::Map(map) => map,
        _ => unreachable!("was made an object above"),
    }
}

/// `apiVersion`, `kind`, `metadata`, `spec`: as people write objects.
fn in_reading_order(map: &mut Map) {
    let mut entries: Vec<_> = std::mem::take(map).into_iter().collect();
    let rank = |key: &str| ["apiVersion", "kind", "metadata", "spec"].iter().position(|name| *name == key);
    entries.sort_by_key(|entry| rank(&entry.key));
    *map = entries.into_iter().collect();
}
