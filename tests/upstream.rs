//! CassKop's own samples and test data: each gets an answer.
//!
//! They lie in the folder that `CASSKOP_UPSTREAM` names; without it these tests
//! are skipped with a notice.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "the test reads CassKop's own files")]

mod common;

use std::path::{Path, PathBuf};

use common::{Texts, folder};
use multicasskop::default::canonical;
use multicasskop::order::content_hash;
use multicasskop::read::kind;
use multicasskop::schema::Release;
use multicasskop::source::Sources;
use multicasskop::tree::Node;
use multicasskop::yaml::{Budget, Document, compose};

/// The YAML files of the samples and the test data, with their names.
fn files(upstream: &Path) -> Vec<(String, String)> {
    let folders = ["samples", "testdata/api", "testdata/controllers"].map(|name| upstream.join(name));
    let mut paths: Vec<PathBuf> =
        folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    paths.sort();
    let name = |path: &PathBuf| path.strip_prefix(upstream).unwrap().display().to_string();
    paths.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

fn documents(name: &str, text: &str) -> Vec<Document> {
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    compose(&sources, id, &mut Budget::default()).unwrap_or_else(|finding| panic!("{name}: {finding:?}"))
}

/// The object in all its versions' canonical forms, and whether the version takes it.
fn check_canonical(name: &str, root: &Node) {
    let v1alpha1 = root.get("apiVersion").and_then(Node::as_str) == Some("db.orange.com/v1alpha1");
    for release in if v1alpha1 { &["1.1.5"][..] } else { &["2.2.9", "2.3.1", "2.3.4"] } {
        let release = Release::parse(release).unwrap();
        let first = canonical(root, release).unwrap_or_else(|found| panic!("{name} {release}: {found:?}"));
        let second = canonical(&first.object, release).unwrap();
        assert!(!first.stable_when_recreated || first.object.value.same(&second.object.value), "{name} {release}");
        let specs = [root, &first.object].map(|object| object.get("spec").map_or(0, Node::count));
        assert!(specs[1] >= specs[0].min(20), "{name} {release}: nothing is left of it");
    }
}

#[test]
fn every_cassandra_cluster_has_a_canonical_form() {
    let Some(upstream) = folder("CASSKOP_UPSTREAM") else { return };
    let mut checked = 0;
    for (name, text) in files(&upstream) {
        for document in documents(&name, &text) {
            match kind(&document.root) {
                Some("CassandraCluster") => check_canonical(&name, &document.root),
                Some("MultiCasskop") => check_canonical(&name, document.root.at(&["spec", "base"]).unwrap()),
                _ => continue,
            }
            checked += 1;
        }
    }
    assert!(checked >= 12, "{checked}");
}

/// With everything allowed, a sample renders or says what no allowance mends.
#[test]
fn every_multicasskop_renders_or_says_why_not() {
    let Some(upstream) = folder("CASSKOP_UPSTREAM") else { return };
    let allowable = multicasskop::rule::RuleId::ALL.iter().filter(|id| id.rule().allowable);
    let rules = allowable.map(|id| format!("{{rule: {id}, reason: r}}")).collect::<Vec<_>>().join(", ");
    let mut checked = 0;
    for (name, text) in files(&upstream) {
        for document in documents(&name, &text).iter().filter(|document| kind(&document.root) == Some("MultiCasskop")) {
            let clusters = document.root.at(&["spec", "override"]).and_then(Node::as_map).unwrap();
            let clusters = clusters.iter().map(|entry| format!("{{name: {}, namespace: ns}}", entry.key));
            let clusters = clusters.collect::<Vec<_>>().join(", ");
            let fleet = format!(
                "apiVersion: multicasskop.dev/v1alpha1\nkind: Fleet\nmetadata: {{name: f}}\nsources: [a]\nengine: flux\nmerge: operator\nclusters: [{clusters}]\nlint: {{allow: [{rules}]}}\nrings: {{cassandra-demo: {{seeds: none}}}}\n"
            );
            let texts = Texts::read(&[("fleet.yaml", &fleet), (&name, &text)]);
            let rendered = texts.render();
            let stops: Vec<_> =
                rendered.findings.iter().filter(|finding| finding.stops()).map(|finding| texts.told(finding)).collect();
            assert!(stops.is_empty() && !rendered.files.is_empty(), "{name}: {}", stops.join("\n"));
            checked += 1;
        }
    }
    assert!(checked >= 2, "{checked}");
}

/// What becomes of a known object changes only on purpose.
#[test]
fn the_canonical_form_of_a_ring_of_two_data_centres_stays_as_it_is() {
    let Some(upstream) = folder("CASSKOP_UPSTREAM") else { return };
    let text = std::fs::read_to_string(upstream.join("testdata/api/cassandracluster-2DC.yaml")).unwrap();
    let found = canonical(&documents("2DC", &text)[0].root, Release::NEWEST).unwrap();
    let json = serde_json::to_string_pretty(&found.object).unwrap();
    assert_eq!(
        content_hash(found.object.get("spec").unwrap(), None),
        "sha256:2e0ec2b674200dabe01a50daabf64ea2c37514301451010477efc7c87a890f4f",
        "{json}"
    );
}
