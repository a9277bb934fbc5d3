//! `convert`: a source in v1alpha1 becomes the one in v2 that a person would have
//! written, and renders to the same ring.
//!
//! A case is a folder of `fixtures/convert` with `before.yaml` and, written by
//! hand, `after.yaml`.

#![cfg(test)]
#![allow(clippy::disallowed_methods, reason = "the tests run the program and read fixtures")]

#[path = "common/command.rs"]
mod command;
mod common;

use std::path::PathBuf;

use command::Site;
use common::{Texts, folder, repository};
use multicasskop::tree::Node;

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<_> =
        std::fs::read_dir(repository("fixtures/convert")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

#[test]
fn every_case_becomes_what_a_person_would_write() {
    assert!(cases().len() >= 2);
    for case in cases() {
        let read = |name: &str| std::fs::read_to_string(case.join(name)).unwrap();
        let site = Site::with(&[("before.yaml", &read("before.yaml"))]);
        let run = site.run("convert before.yaml --to v2");
        assert_eq!(run.stdout, read("after.yaml"), "{}\n{}", case.display(), run.stderr);
        assert_eq!(run.code, Some(0), "{}", run.stderr);
    }
}

#[test]
fn all_that_changes_is_said() {
    let text = std::fs::read_to_string(repository("fixtures/convert/demo/before.yaml")).unwrap();
    let site = Site::with(&[("shop.yaml", &text)]);
    insta::assert_snapshot!("demo", site.run("convert shop.yaml --to v2").stderr);
}

const FLEET: &str = "\
apiVersion: multicasskop.dev/v1alpha1
kind: Fleet
metadata: {name: shop}
sources: [shop.yaml]
casskopVersion: VERSION
engine: argocd
merge: MODE
clusters: [{name: k8s-cluster1, zone: one.example.net}, {name: k8s-cluster2, zone: two.example.net}]
";

/// The rendered specs, by file.
fn specs(text: &str, version: &str, mode: &str) -> Vec<(String, Node)> {
    let fleet = FLEET.replace("VERSION", version).replace("MODE", mode);
    let ring = text.split("---\n").next().unwrap().replace("      configMapName: shop-config\n", "");
    let texts = Texts::read(&[("fleet.yaml", &fleet), ("shop.yaml", &ring)]);
    let rendered = texts.render();
    let stops: Vec<_> = rendered.findings.iter().filter(|finding| finding.stops()).map(|finding| texts.told(finding)).collect();
    assert!(stops.is_empty(), "{}", stops.join("\n"));
    let mut sources = multicasskop::source::Sources::default();
    let mut budget = multicasskop::yaml::Budget::default();
    let files = rendered.files.iter().filter(|file| file.path().to_string().ends_with("/shop.yaml"));
    files
        .map(|file| {
            let id = sources.add("f", file.text());
            let document = multicasskop::yaml::compose(&sources, id, &mut budget).unwrap().remove(0);
            (file.path().to_string(), document.root.get("spec").unwrap().clone())
        })
        .collect()
}

/// What the old one renders for 1.1.5, the new one renders for 2.3.4, but for what the
/// versions themselves change and what was converted.
#[test]
fn the_new_source_renders_to_the_same_ring() {
    let read = |name: &str| std::fs::read_to_string(repository("fixtures/convert/demo").join(name)).unwrap();
    let mut all = std::collections::BTreeSet::new();
    for mode in ["merge-patch", "operator"] {
        let (old, new) = (specs(&read("before.yaml"), "1.1.5", mode), specs(&read("after.yaml"), "2.3.4", mode));
        assert_eq!(old.len(), 2);
        for ((path, old), (same, new)) in old.iter().zip(&new) {
            assert_eq!(path, same);
            let differing: Vec<_> =
                multicasskop::tree::differences(old, new).iter().map(|difference| difference.path.to_string()).collect();
            all.insert(differing.join("\n"));
            assert_eq!(new.at(&["config", "cassandra-yaml", "num_tokens"]).and_then(Node::as_int), Some(32), "{path}");
        }
    }
    assert_eq!(all.len(), 1, "the same in every cluster, whichever way of merging");
    insta::assert_snapshot!("differing", all.first().unwrap());
}

/// CassKop's own sample of v1alpha1, which has an own image and comments everywhere.
#[test]
fn the_sample_of_upstream_is_converted() {
    let Some(upstream) = folder("CASSKOP_UPSTREAM") else { return };
    let text = std::fs::read_to_string(upstream.join("samples/multi-casskop-v1alpha1.yaml")).unwrap();
    let site = Site::with(&[("sample.yaml", &text)]);
    let run = site.run("convert sample.yaml --to v2 --out new.yaml");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let new = site.read("new.yaml");
    let lost = text.lines().filter_map(|line| line.split_once(" #")).filter(|(_, comment)| !new.contains(comment));
    assert_eq!(lost.map(|(_, comment)| comment).collect::<Vec<_>>(), [""; 0]);
    insta::assert_snapshot!("sample", run.stderr);
    // Converted once more nothing changes, and rendering gets past the format.
    let again = site.run("convert new.yaml --to v2");
    assert_eq!((again.stdout, again.code), (new, Some(0)));
    let render =
        site.run("render new.yaml --local k8s-cluster1 --remote k8s-cluster2 --namespace c --casskop-version 2.3.4 --out t");
    assert!(!render.stderr.contains("v1alpha1"), "{}", render.stderr);
}

#[test]
fn a_file_is_overwritten_only_when_that_is_asked_for() {
    let text = std::fs::read_to_string(repository("fixtures/convert/json/before.yaml")).unwrap();
    let after = std::fs::read_to_string(repository("fixtures/convert/json/after.yaml")).unwrap();
    let site = Site::with(&[("old.yaml", &text), ("there.yaml", "mine\n")]);
    let run = site.run("convert old.yaml --to v2 --out there.yaml");
    assert_eq!((run.code, site.read("there.yaml").as_str()), (Some(2), "mine\n"));
    assert!(run.stderr.contains("`there.yaml` could not be written") && run.stderr.contains("not overwritten"), "{}", run.stderr);
    assert_eq!(site.run("convert old.yaml --to v2 --out new.yaml").code, Some(0));
    assert_eq!((site.read("new.yaml"), site.read("old.yaml")), (after.clone(), text));
    assert_eq!(site.run("convert old.yaml --to v2 --in-place").code, Some(0));
    assert_eq!(site.read("old.yaml"), after);
}

#[test]
fn a_refusal_writes_nothing() {
    let text =
        "apiVersion: db.orange.com/v1alpha1\nkind: CassandraCluster\nspec: {initContainerCmd: ./own.sh, nodesPerRacks: 1}\n";
    let site = Site::with(&[("old.yaml", text)]);
    let run = site.run("convert old.yaml --to v2 --in-place");
    assert_eq!((run.code, run.stdout.as_str(), site.read("old.yaml").as_str()), (Some(2), "", text));
    assert!(run.stderr.contains("nothing was converted"), "{}", run.stderr);
    for wrong in ["convert fleet.yaml --to v2", "convert old.yaml --to v3", "convert old.yaml", "convert - --to v2 --in-place"] {
        assert_eq!(site.run(wrong).code, Some(2), "{wrong}");
    }
    assert_eq!(site.run("convert old.yaml --to v2 --casskop-version 1.1.5").code, Some(2));
}
