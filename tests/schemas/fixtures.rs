//! What the program takes, the schemas take; what is misspelt or of the wrong
//! type, they do not.

use std::collections::BTreeSet;
use std::path::Path;

use jsonschema::Validator;
use multicasskop::read::kind;
use multicasskop::schemas::Kind;
use multicasskop::source::Sources;
use multicasskop::yaml::{Budget, compose};
use serde_json::{Value as Json, json};

use super::common::{folder, repository, tree_of};

/// Fixtures that are wrong in a way that a schema can see.
const WRONG: [&str; 6] = [
    // A number with a fraction: Multi-CassKop takes it, the CRD does not.
    "rules/L15/fires-operator.yaml",
    "rules/L24/fires.yaml",
    "rules/L48/fires-flag.yaml",
    "rules/L48/fires.yaml",
    "rules/L52/fires-v1alpha1.yaml",
    "rules/L52/fires.yaml",
];

fn validator(kind: &str) -> Validator {
    jsonschema::validator_for(Kind::named(kind).unwrap().schema().as_value()).unwrap()
}

/// The documents of a text, as the program reads them.
fn documents(name: &str, text: &str) -> Vec<Json> {
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    let documents = compose(&sources, id, &mut Budget::default()).unwrap_or_else(|finding| panic!("{name}: {finding:?}"));
    documents
        .iter()
        .filter(|document| kind(&document.root).is_some())
        .map(|document| serde_json::to_value(&document.root).unwrap())
        .collect()
}

/// The name of the schema that a document is checked with.
fn schema_of(document: &Json) -> Option<String> {
    let old = |object: &Json| object["apiVersion"] == "db.orange.com/v1alpha1";
    let name = match document["kind"].as_str()? {
        "MultiCasskop" if old(&document["spec"]["base"]) => "multicasskop-v1alpha1",
        "MultiCasskop" => "multicasskop",
        "CassandraCluster" if old(document) => "cassandracluster-v1alpha1",
        "CassandraCluster" => "cassandracluster",
        "Fleet" => "fleet",
        _ => return None,
    };
    Some(name.to_owned())
}

/// What the schemas say of the documents of a text, and how many were checked.
fn check(name: &str, text: &str) -> (Vec<String>, usize) {
    let (mut said, mut checked) = (Vec::new(), 0);
    for document in documents(name, text) {
        let Some(schema) = schema_of(&document) else { continue };
        checked += 1;
        let validator = validator(&schema);
        said.extend(
            validator.iter_errors(&document).map(|error| format!("{name}: {schema}: {}: {error}", error.instance_path())),
        );
    }
    (said, checked)
}

#[test]
fn every_fixture_is_valid_but_those_that_are_wrong() {
    let (mut said, mut checked, mut refused) = (Vec::new(), 0, BTreeSet::new());
    for top in ["convert", "demo", "render", "rules"] {
        for (name, text) in tree_of(&repository("fixtures").join(top)) {
            if Path::new(&name).extension().is_none_or(|end| end != "yaml" && end != "json") {
                continue;
            }
            let name = format!("{top}/{name}");
            let (found, documents) = check(&name, &text);
            checked += documents;
            if !found.is_empty() && WRONG.contains(&name.as_str()) {
                refused.insert(name);
            } else {
                said.extend(found);
            }
        }
    }
    assert!(checked > 150, "{checked}");
    assert!(said.is_empty(), "{}", said.join("\n"));
    let fine: Vec<_> = WRONG.iter().filter(|name| !refused.contains(**name)).collect();
    assert!(fine.is_empty(), "not refused any more: {fine:?}");
}

/// CassKop's samples are valid but for the fields that they carry from old releases.
#[test]
fn samples_of_upstream_are_valid_but_for_old_fields() {
    let Some(upstream) = folder("CASSKOP_UPSTREAM") else { return };
    let (mut said, mut checked) = (Vec::new(), 0);
    for part in ["samples", "testdata/api", "testdata/controllers"] {
        for (name, text) in tree_of(&upstream.join(part)) {
            let (found, documents) = check(&name, &text);
            checked += documents;
            said.extend(found);
        }
    }
    assert!(checked >= 14, "{checked}");
    insta::assert_snapshot!(said.join("\n"));
}

/// A ring and a fleet that are as good as they can be.
fn good() -> [(&'static str, Json); 3] {
    let cluster = json!({
        "apiVersion": "db.orange.com/v2", "kind": "CassandraCluster", "metadata": { "name": "demo" },
        "spec": {
            "nodesPerRacks": 1, "cassandraImage": "cassandra:3.11.10", "dataCapacity": "20Gi",
            "resources": { "requests": { "cpu": 2, "memory": "8Gi" } },
            "config": { "cassandra-yaml": { "num_tokens": 256 } },
            "storageConfigs": [{ "name": "logs", "mountPath": "/logs", "pvcSpec": { "accessModes": ["ReadWriteOnce"] } }],
            "topology": { "dc": [{ "name": "dc1", "rack": [{ "name": "rack1" }] }] },
        },
    });
    let ring = json!({
        "apiVersion": "db.orange.com/v2", "kind": "MultiCasskop", "metadata": { "name": "demo" },
        "spec": { "base": cluster, "override": { "eu": { "spec": { "pod": null, "deletePVC": null, "serverType": null } }, "us": {} } },
    });
    let fleet = json!({
        "apiVersion": "multicasskop.dev/v1alpha1", "kind": "Fleet", "metadata": { "name": "prod" },
        "casskopVersion": { "from": "2.2.9", "to": "2.3.4" }, "engine": "argocd",
        "clusters": [{ "name": "eu", "connect": { "kubeconfig": "k", "context": "c" } }, { "name": "us", "connect": { "inCluster": true } }],
        "rings": { "demo": { "seeds": ["a.b"] } },
        "ignore": [{ "path": "spec.debug", "reason": "r" }],
    });
    [("cassandracluster", cluster), ("multicasskop", ring), ("fleet", fleet)]
}

/// A kind, where to write what, and what is wrong with it.
fn bad() -> Vec<(&'static str, &'static str, Json)> {
    let cluster = "cassandracluster";
    let (ring, fleet) = ("multicasskop", "fleet");
    vec![
        (cluster, "/spec/nodesPerRack", json!(1)),
        (cluster, "/spec/imagePullPolicy", json!("Always")),
        (cluster, "/spec/gcStdout", json!(true)),
        (cluster, "/spec/nodesPerRacks", json!("1")),
        (cluster, "/spec/nodesPerRacks", json!(null)),
        (cluster, "/spec/runAsUser", json!(0)),
        (cluster, "/spec/serverType", json!("scylla")),
        (cluster, "/spec/dataCapacity", json!("20 Gi")),
        (cluster, "/spec/resources/requests/cpu", json!("two")),
        (cluster, "/spec/resources/requests/cpu", json!(0.5)),
        (cluster, "/spec/config", json!("cassandra.yaml")),
        (cluster, "/spec/storageConfigs/0", json!({ "name": "logs" })),
        (cluster, "/spec/topology/dc/0/name", json!("dc-1")),
        (cluster, "/spec/topology/dc/0/racks", json!([])),
        (cluster, "/apiVersion", json!("db.orange.com/v1alpha1")),
        (cluster, "/kind", json!("Cassandracluster")),
        (ring, "/spec/overrides", json!({})),
        (ring, "/spec/base/spec/hardAntiAfinity", json!(true)),
        (ring, "/spec/base/spec/numTokens", json!(256)),
        (ring, "/spec/override/eu/spec/nodesPerRacks", json!("1")),
        (ring, "/spec/override/eu/spec/topology", json!({ "dc": [{ "name": "dc1", "numTokens": 256 }] })),
        (ring, "/spec/override/eu/spec/storageConfigs", json!([{ "name": "logs" }])),
        (ring, "/spec/override/eu/topology", json!({})),
        (ring, "/spec/override", json!(null)),
        (fleet, "/cluster", json!([])),
        (fleet, "/clusters/0/zones", json!("eu.example.net")),
        (fleet, "/clusters/0/wave", json!("10")),
        (fleet, "/clusters/0/state", json!("Retired")),
        (fleet, "/clusters/0/connect", json!({})),
        (fleet, "/clusters/0/connect", json!({ "context": "a", "dump": "b" })),
        (fleet, "/clusters/0/connect", json!({ "kubemcsa": { "hub": "eu", "file": "x" } })),
        (fleet, "/casskopVersion", json!(2.3)),
        (fleet, "/casskopVersion", json!({ "from": "2.2.9" })),
        (fleet, "/engine", json!("argo")),
        (fleet, "/rings/demo/seeds", json!([])),
        (fleet, "/lint", json!({ "allow": [{ "rule": "L17" }] })),
        (fleet, "/lint", json!({ "allow": [{ "rule": "L99", "reason": "r" }] })),
        (fleet, "/ignore/0/paths", json!("x")),
        (fleet, "/metadata", json!({})),
    ]
}

#[test]
fn what_is_misspelt_or_of_the_wrong_type_is_refused() {
    for (kind, document) in good() {
        let errors: Vec<_> = validator(kind).iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{kind}: {errors:?}");
    }
    for (kind, at, value) in bad() {
        let (_, mut document) = good().into_iter().find(|(name, _)| *name == kind).unwrap();
        let (above, key) = at.rsplit_once('/').unwrap();
        match document.pointer_mut(above).unwrap_or_else(|| panic!("{kind} has no {above}")) {
            Json::Array(items) => items[key.parse::<usize>().unwrap()] = value.clone(),
            above => above[key] = value.clone(),
        }
        assert!(!validator(kind).is_valid(&document), "{kind}: {at}: {value} is taken");
    }
}
