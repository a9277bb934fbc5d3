//! Rows of the table that are about Cassandra's configuration, which CassKop
//! merges into one JSON for the container `config-builder`. Pure.

use crate::ring::name;
use crate::schema::quantity::Quantity;
use crate::tree::{Entry, Map, Node, Path, PathBuf, Value};

use super::{Pair, differs, named, parsed, shown};

fn variable<'a>(pair: &Pair<'a>, name: &str) -> Option<&'a str> {
    named(pair.init_container("config-builder")?.get("env"), name)?.get("value")?.as_str()
}

/// The spec's, else the image's tag up to a dash, and then with `.0`.
fn version(pair: &Pair<'_>) -> String {
    let wanted = pair.wanted_text("serverVersion");
    if !wanted.is_empty() {
        return wanted.to_owned();
    }
    let Some((_, tag)) = pair.wanted_text("cassandraImage").rsplit_once(':') else { return String::new() };
    tag.split_once('-').map_or_else(|| tag.to_owned(), |(version, _)| format!("{version}.0"))
}

pub(super) fn server_version(pair: &Pair<'_>) -> Option<String> {
    differs("server version", Some(&version(pair)), variable(pair, "PRODUCT_VERSION"))
}

pub(super) fn server_type(pair: &Pair<'_>) -> Option<String> {
    let wanted = pair.wanted_text("serverType");
    let image = pair.wanted_text("cassandraImage").split(':').next().unwrap_or_default();
    let of_image = if image.contains("dse") { "dse" } else { "cassandra" };
    let wanted = if wanted.is_empty() { of_image } else { wanted };
    differs("server type", Some(wanted), variable(pair, "PRODUCT_NAME"))
}

/// What CassKop puts there where the user does not, besides the heap and what
/// identifies the node (docs/facts.md, From spec to StatefulSet).
const OWN: [(&[&str], &str); 6] = [
    (&["cassandra-yaml", "read_request_timeout_in_ms"], "5000"),
    (&["cassandra-yaml", "write_request_timeout_in_ms"], "5000"),
    (&["cassandra-yaml", "counter_write_request_timeout_in_ms"], "5000"),
    (&["logback-xml", "debuglog-enabled"], "false"),
    (&["JVM", "cassandra_ring_delay_ms"], "30000"),
    (&["JVM", "jmx-connection-type"], "\"remote-no-auth\""),
];

/// Where `JVM` of [`OWN`] is.
const fn jvm(four: bool) -> &'static str {
    if four { "jvm-server-options" } else { "jvm-options" }
}

pub(super) fn config(pair: &Pair<'_>) -> Option<String> {
    let found = variable(pair, "CONFIG_FILE_DATA")?;
    let Some(found) = parsed(found) else { return Some("has a configuration that is no JSON".to_owned()) };
    let wanted = expected(pair);
    let mut path = None;
    compare(&wanted, &found, Path::ROOT, &mut path);
    path.map(|path| format!("has another configuration at {}", shown(Some(path.as_str()))))
}

/// The configuration as CassKop makes it, without the seeds that it takes from the status.
fn expected(pair: &Pair<'_>) -> Node {
    let mut all = Map::new();
    put(&mut all, &["cluster-info", "name"], Value::Text(pair.ring.into()));
    put(&mut all, &["datacenter-info", "name"], Value::Text(name(pair.rack.dc).into()));
    let four = version(pair).starts_with('4');
    for level in [pair.wanted(&["config"]), pair.rack.dc.get("config"), pair.rack.entry.get("config")] {
        let Some(level) = level.and_then(Node::as_map) else { continue };
        merge(&mut all, level, four);
    }
    // Unlike the keys of the user, these go by the field alone, not by the image.
    let options = jvm(pair.wanted_text("serverVersion").starts_with('4'));
    for (path, value) in OWN {
        let path: Vec<_> = path.iter().map(|key| if *key == "JVM" { options } else { key }).collect();
        if let Ok(json) = serde_json::from_str::<serde_json::Value>(value) {
            put(&mut all, &path, Node::from(&json).value);
        }
    }
    let (max, initial) = heap(pair);
    put(&mut all, &[options, "max_heap_size"], Value::Text(max.into()));
    put(&mut all, &[options, "initial_heap_size"], Value::Text(initial.into()));
    Node::made(Value::Map(all))
}

/// A quarter of the limit and a quarter of that, in MiB, by the spec's resources
/// even where a data centre has its own.
fn heap(pair: &Pair<'_>) -> (String, String) {
    let limit = pair.wanted(&["resources", "limits", "memory"]).and_then(Node::as_str).and_then(Quantity::parse);
    match limit.filter(|limit| !limit.is_zero()).and_then(|limit| limit.whole()) {
        None => ("2048M".to_owned(), "512M".to_owned()),
        Some(bytes) => {
            let max = bytes / 4 / (1024 * 1024);
            (format!("{max}M"), format!("{}M", max / 4))
        }
    }
}

/// Sets a value that is not there yet.
fn put(map: &mut Map, path: &[&str], value: Value) {
    let Some((key, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        if map.get(key).is_none_or(Node::is_null) {
            map.set(*key, None, Node::made(value));
        }
        return;
    }
    if map.get(key).is_none() {
        map.set(*key, None, Node::made(Value::Map(Map::new())));
    }
    if let Some(inner) = map.get_mut(key).and_then(Node::as_map_mut) {
        put(inner, rest, value);
    }
}

/// Adds a level: objects member by member, all else as a whole.
fn merge(into: &mut Map, level: &Map, four: bool) {
    for Entry { key, value, .. } in level {
        let key = if four && key == "jvm-options" { "jvm-server-options" } else { key.as_str() };
        match (into.get_mut(key).and_then(Node::as_map_mut), value.as_map()) {
            (Some(inner), Some(other)) => merge(inner, other, false),
            _ => into.set(key, None, value.clone()),
        }
    }
}

/// The first place where the found configuration is another one. Seeds that the
/// user does not set are CassKop's own, and nulls are nothing.
fn compare(wanted: &Node, found: &Node, path: Path<'_>, first: &mut Option<PathBuf>) {
    let seeds = |path: &Path<'_>| path.to_buf().as_str() == "cluster-info.seeds";
    match (wanted.as_map(), found.as_map()) {
        (Some(a), Some(b)) => {
            for entry in a.iter().filter(|entry| !entry.value.is_null()) {
                match b.get(&entry.key) {
                    Some(other) => compare(&entry.value, other, path.key(&entry.key), first),
                    None => note(first, path.key(&entry.key)),
                }
            }
            for entry in b.iter().filter(|entry| a.get(&entry.key).is_none() && !entry.value.is_null()) {
                let path = path.key(&entry.key);
                if !seeds(&path) {
                    note(first, path);
                }
            }
        }
        _ if wanted.value.same(&found.value) => {}
        _ => note(first, path),
    }
}

fn note(first: &mut Option<PathBuf>, path: Path<'_>) {
    if first.is_none() {
        *first = Some(path.to_buf());
    }
}
