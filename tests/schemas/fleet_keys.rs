//! The schema of the fleet file and its reader know the same keys.
//!
//! The reader says itself what it knows: to a key that nobody knows it answers
//! with all keys that may stand there.

use std::collections::BTreeSet;

use multicasskop::fleet;
use multicasskop::schemas::Kind;
use multicasskop::source::Sources;
use multicasskop::yaml::{Budget, compose};
use serde_json::{Value as Json, json};

/// A good fleet in which every object of the file occurs.
fn full() -> Json {
    json!({
        "apiVersion": "multicasskop.dev/v1alpha1",
        "kind": "Fleet",
        "metadata": { "name": "f" },
        "casskopVersion": { "from": "2.2.9", "to": "2.3.4" },
        "clusters": [
            { "name": "eu", "connect": { "context": "eu" } },
            { "name": "us", "connect": { "clientConfig": { "hub": "eu", "namespace": "n", "name": "us" } } },
            { "name": "jp", "connect": { "kubemcsa": { "hub": "eu", "namespace": "n", "name": "jp" } } },
        ],
        "rings": { "demo": { "seeds": "auto" } },
        "lint": { "allow": [{ "rule": "L17", "reason": "r" }] },
        "ignore": [{ "path": "spec.debug", "reason": "r" }],
    })
}

/// Where the objects are: in the file, and in the schema.
const OBJECTS: [(&str, &str); 11] = [
    ("", ""),
    ("/metadata", "/properties/metadata"),
    ("/casskopVersion", "/properties/casskopVersion/anyOf/1"),
    ("/clusters/0", "/properties/clusters/items"),
    ("/clusters/0/connect", "/properties/clusters/items/properties/connect"),
    ("/clusters/1/connect/clientConfig", "/properties/clusters/items/properties/connect/properties/clientConfig"),
    ("/clusters/2/connect/kubemcsa", "/properties/clusters/items/properties/connect/properties/kubemcsa"),
    ("/rings/demo", "/properties/rings/additionalProperties"),
    ("/lint", "/properties/lint"),
    ("/lint/allow/0", "/properties/lint/properties/allow/items"),
    ("/ignore/0", "/properties/ignore/items"),
];

/// What the reader finds wrong.
fn told(file: &Json) -> Vec<String> {
    let mut sources = Sources::default();
    let id = sources.add("fleet.yaml", file.to_string());
    let documents = compose(&sources, id, &mut Budget::default()).unwrap();
    let findings = fleet::read(&documents[0], &sources).err().unwrap_or_default();
    findings.iter().map(|finding| finding.fix.clone()).collect()
}

/// What stands between ticks after `known here:`.
fn known(fix: &str) -> Option<BTreeSet<String>> {
    let (_, list) = fix.split_once("known here: ")?;
    Some(list.split(", ").map(|key| key.trim_matches('`').to_owned()).collect())
}

#[test]
fn schema_and_reader_know_the_same_keys() {
    let schema = Kind::named("fleet").unwrap().schema();
    assert!(told(&full()).is_empty(), "{:?}", told(&full()));
    for (place, of) in OBJECTS {
        let mut file = full();
        let object = file.pointer_mut(place).unwrap().as_object_mut().unwrap();
        object.insert("qqqqqqqq".to_owned(), json!(1));
        let told = told(&file);
        let read = told.iter().find_map(|fix| known(fix)).unwrap_or_else(|| panic!("{place}: {told:?}"));
        let shown: BTreeSet<String> =
            schema.as_value().pointer(of).unwrap()["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(read, shown, "{place}: what the reader knows, and what the schema shows");
    }
}
