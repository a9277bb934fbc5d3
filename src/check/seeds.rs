//! Whether the nodes find the ring's seeds: `status.seedlist` against what the
//! manifest says, and the seeds ConfigMap against the rendered one
//! (docs/facts.md, Ways to deliver seeds). Pure.

use super::compare::{self, Delta};
use crate::schema::TypeSet;
use crate::seeds::deliver::CASSANDRA_SEEDS;
use crate::tree::{Node, Path, PathBuf, Value};

/// Where `status.seedlist` is.
pub(super) const SEEDLIST: [&str; 2] = ["status", "seedlist"];

/// The seeds that a manifest gives: its `status.seedlist`, or the variable of the
/// back-up sidecar in the spec's comparable form.
pub(super) fn wanted(object: &Node, spec: &Node) -> Option<Node> {
    if let Some(list) = object.at(&SEEDLIST) {
        return Some(list.clone());
    }
    let variables = spec.at(&["backRestSidecar", "envVars"]).map(Node::items).unwrap_or_default();
    let variable = variables.iter().find(|node| node.get("name").and_then(Node::as_str) == Some(CASSANDRA_SEEDS))?;
    let value = variable.get("value").and_then(Node::as_str)?;
    let seeds = value.split(',').map(str::trim).filter(|seed| !seed.is_empty());
    Some(Node::made(Value::List(seeds.map(|seed| Node::made(Value::Text(seed.into()))).collect())))
}

/// Whether the live list is another one; order counts. A variable differs only
/// from a list that CassKop has made.
pub(super) fn differ(object: &Node, wanted: &Node, live: &Node) -> bool {
    match live.at(&SEEDLIST) {
        Some(list) => !list.value.same(&wanted.value),
        None => object.at(&SEEDLIST).is_some(),
    }
}

/// The path of the list.
pub(super) fn path() -> PathBuf {
    Path::ROOT.key("status").key("seedlist").to_buf()
}

/// Where the data of a live ConfigMap is not that of the rendered one.
pub(super) fn config_map<'a>(wanted: &'a Node, live: &'a Node, types: TypeSet) -> Vec<Delta<'a>> {
    let mut found = Vec::new();
    for part in ["data", "binaryData"] {
        let top = Path::ROOT.key(part);
        let is_empty = |node: &Node| node.as_map().is_none_or(crate::tree::Map::is_empty);
        match (wanted.get(part), live.get(part)) {
            (Some(a), Some(b)) => found.extend(compare::free(a, b, top, types)),
            (a, b) if a.is_none_or(is_empty) && b.is_none_or(is_empty) => {}
            (a, b) => found.push(Delta { path: top.to_buf(), live_path: top.to_buf(), wanted: a, live: b }),
        }
    }
    found
}
