//! Changes to what a text says, which leave it readable: members that go, come
//! twice, get another name or another value.
//!
//! Edits of bytes mostly break a text, so that little of what follows the reader
//! is reached. These changes go on to the types, the merge and the fleet.

use std::sync::Arc;

use multicasskop::source::Sources;
use multicasskop::yaml::{Budget, compose};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value as Json, json};

/// Names that mean something somewhere.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "metadata", "name", "namespace", "labels", "annotations", "spec", "status", "seedlist", "topology", "dc", "rack", "config",
    "nodesPerRacks", "configMapName", "resources", "limits", "requests", "k1", "k2", "k3", "zone", "wave", "seeds", "rings",
    "seedDelivery", "casskopVersion", "merge", "engine", "clusters", "zones", "demo", "data", "post_run.sh", "envVars",
    "backRestSidecar", "unknown", "rollingRestart", "deletePVC", "dataCapacity", "storageConfigs", "pod", "service", "kind",
];

/// Values of every kind, most with a meaning somewhere.
fn values() -> Vec<Json> {
    let texts = [
        "",
        "a",
        "A",
        "k1",
        "k2",
        "demo",
        "x/y",
        "1",
        "yes",
        "100Gi",
        "1.5e3m",
        "0.1",
        "argocd",
        "flux",
        "other",
        "merge-patch",
        "operator",
        "configmap",
        "status",
        "env",
        "auto",
        "none",
        "retired",
        "1.1.5",
        "2.2.9",
        "2.3.1",
        "2.3.4",
        "9.9.9",
        "a.net.",
        "cassandra:4.1.0",
        "cassandra",
        "Prune=true",
        "é\u{202e}\u{7}",
        "a\nb\n",
        "2026-01-01",
        "L17",
        "db.orange.com/v1alpha1",
        "db.orange.com/v2",
        "Fleet",
        "ConfigMap",
        "CASSANDRA_SEEDS",
    ];
    let mut all: Vec<Json> = texts.iter().map(|text| json!(text)).collect();
    all.extend([json!(null), json!(true), json!(false), json!(0), json!(1), json!(-1), json!(3), json!(i64::MAX), json!(1.5)]);
    all.extend([
        json!([]),
        json!({}),
        json!([null]),
        json!(["a", "a"]),
        json!({"name": "a"}),
        json!([{"name": "a"}, {"name": "a"}]),
    ]);
    all.extend([
        json!({"from": "2.2.9", "to": "2.3.4"}),
        json!({"spec": {"nodesPerRacks": 0}}),
        json!({"a": null, "b": {"c": []}}),
    ]);
    all
}

/// One change. Which node it is about is a share of their number, so that it fits any text.
#[derive(Clone, Debug)]
enum Change {
    Set(Index, Json),
    Remove(Index),
    Rename(Index, &'static str),
    Add(Index, &'static str, Json),
    Copy(Index, Index),
}

/// One of the corpus, read, with a few changes; those that cannot be read are left out.
pub(crate) fn changed(corpus: &[Vec<u8>]) -> impl Strategy<Value = Vec<u8>> + use<> {
    let corpus: Arc<Vec<Vec<Json>>> = Arc::new(corpus.iter().filter_map(|bytes| documents(bytes)).collect());
    let at = any::<Index>;
    let change = prop_oneof![
        4 => (at(), select(values())).prop_map(|(place, value)| Change::Set(place, value)),
        2 => at().prop_map(Change::Remove),
        1 => (at(), select(NAMES)).prop_map(|(place, name)| Change::Rename(place, name)),
        3 => (at(), select(NAMES), select(values())).prop_map(|(place, name, value)| Change::Add(place, name, value)),
        2 => (at(), at()).prop_map(|(from, to)| Change::Copy(from, to)),
    ];
    (at(), vec(change, 0..5)).prop_map(move |(first, changes)| {
        let mut documents = Json::from(first.get(&corpus).clone());
        for change in &changes {
            apply(change, &mut documents);
        }
        let documents = documents.as_array().into_iter().flatten();
        documents.flat_map(|document| format!("{document}\n---\n").into_bytes()).collect()
    })
}

fn documents(bytes: &[u8]) -> Option<Vec<Json>> {
    let mut sources = Sources::default();
    let id = sources.add("corpus", String::from_utf8_lossy(bytes));
    let documents = compose(&sources, id, &mut Budget::default()).ok()?;
    documents.iter().map(|document| serde_json::to_value(&document.root).ok()).collect()
}

fn apply(change: &Change, documents: &mut Json) {
    let pick = |index: &Index, documents: &Json| index.index(count(documents));
    match change {
        Change::Set(at, value) => {
            let at = pick(at, documents);
            with(documents, at, &mut |node| *node = value.clone());
        }
        Change::Copy(from, to) => {
            let (mut found, from) = (None, pick(from, documents));
            with(documents, from, &mut |node| found = Some(node.clone()));
            let to = pick(to, documents);
            with(documents, to, &mut |node| node.clone_from(found.as_ref().unwrap_or(&Json::Null)));
        }
        Change::Remove(at) => with_members(documents, *at, |members| drop(members.pop())),
        Change::Rename(at, name) => with_members(documents, *at, |members| {
            if let Some(last) = members.last_mut() {
                last.0 = (*name).to_owned();
            }
        }),
        Change::Add(at, name, value) => with_members(documents, *at, |members| members.push(((*name).to_owned(), value.clone()))),
    }
}

/// Changes the members of an object or list, in an order in which any can be the last.
fn with_members(documents: &mut Json, index: Index, mut change: impl FnMut(&mut Vec<(String, Json)>)) {
    let at = index.index(count(documents));
    with(documents, at, &mut |node| match node {
        Json::Object(map) => {
            let mut members: Vec<_> = std::mem::take(map).into_iter().collect();
            let turn = index.index(members.len().max(1));
            members.rotate_left(turn);
            change(&mut members);
            map.extend(members);
        }
        Json::Array(items) => {
            let mut members: Vec<_> = std::mem::take(items).into_iter().map(|item| (String::new(), item)).collect();
            change(&mut members);
            items.extend(members.into_iter().map(|(_, item)| item));
        }
        _ => {}
    });
}

/// Number of nodes.
fn count(node: &Json) -> usize {
    1 + match node {
        Json::Array(items) => items.iter().map(count).sum(),
        Json::Object(map) => map.values().map(count).sum(),
        _ => 0,
    }
}

/// Calls `change` with the node of a number, the root being 0.
fn with(node: &mut Json, at: usize, change: &mut dyn FnMut(&mut Json)) {
    let Some(mut left) = at.checked_sub(1) else { return change(node) };
    let below: Box<dyn Iterator<Item = &mut Json>> = match node {
        Json::Array(items) => Box::new(items.iter_mut()),
        Json::Object(map) => Box::new(map.values_mut()),
        _ => return,
    };
    for child in below {
        let size = count(child);
        if left < size {
            return with(child, left, change);
        }
        left -= size;
    }
}
