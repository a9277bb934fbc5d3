//! The results of the real operators: merge, canonical form and seeds.
//!
//! The vectors lie in the folder that `CASSKOP_VECTORS` names; without it these
//! tests are skipped with a notice.

#![cfg(test)]

mod common;

use common::{cases, folder};
use multicasskop::default::{Canonical, canonical};
use multicasskop::merge::operator;
use multicasskop::schema::{Mismatch, Release};
use multicasskop::seeds::pods;
use multicasskop::tree::{Node, differences};
use serde_json::{Value as Json, json};

/// Where two values differ, for the message of a failed test.
fn told(want: &Json, got: &Node) -> String {
    let want = Node::from(want);
    let json = |node: Option<&Node>| node.map(|node| serde_json::to_string(node).unwrap());
    let lines = differences(&want, got)
        .into_iter()
        .map(|difference| format!("{}: wanted {:?}, got {:?}", difference.path, json(difference.left), json(difference.right)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Multi-CassKop decodes a MultiCasskop as a whole, so that one bad override is an
/// error for all clusters.
fn merged(multi: &Node, cluster: &str) -> Option<Result<Node, Vec<Mismatch>>> {
    let overrides = multi.at(&["spec", "override"])?.as_map()?;
    let empty = Node::from(&json!({}));
    let base = multi.at(&["spec", "base"]).unwrap_or(&empty);
    let bad = overrides.iter().find_map(|over| operator(base, &over.value, Release::NEWEST).err());
    let over = overrides.get(cluster)?;
    Some(bad.map_or_else(|| operator(base, over, Release::NEWEST), Err))
}

#[test]
fn merge_gives_what_multi_casskop_gives_to_the_byte() {
    let Some(vectors) = folder("CASSKOP_VECTORS") else { return };
    for case in cases(&vectors.join("merge")) {
        let multi = Node::from(&case["multicasskop"]);
        for (cluster, want) in case["expect"].as_object().unwrap() {
            let name = format!("{} in {cluster}", case["name"]);
            match merged(&multi, cluster) {
                None => assert!(want.is_null() || want.get("error").is_some(), "{name}: nothing to merge"),
                Some(Err(mismatches)) => assert!(want.get("error").is_some(), "{name}: {mismatches:?}"),
                Some(Ok(node)) => {
                    // The vectors are Go's output, so that the order of members must agree too.
                    let got = serde_json::to_string(&node).unwrap();
                    assert_eq!(got, want.to_string(), "{name}\n{}", told(want, &node));
                }
            }
        }
    }
}

#[test]
fn canonical_form_is_the_fixed_point_of_the_real_casskop() {
    let Some(vectors) = folder("CASSKOP_VECTORS") else { return };
    for version in ["2.3.4", "2.3.1", "2.2.9", "1.1.5"] {
        let release = Release::parse(version).unwrap();
        for case in cases(&vectors.join("canonical").join(version)) {
            let name = format!("{version}: {}", case["name"]);
            let input = Node::from(&case["input"]);
            match canonical(&input, release) {
                Err(mismatches) => assert!(case["expect"].is_null(), "{name}: {mismatches:?}"),
                Ok(found) => check_fixed_point(&name, &case, &found, release),
            }
        }
    }
}

fn check_fixed_point(name: &str, case: &Json, found: &Canonical, release: Release) {
    assert!(!case["expect"].is_null(), "{name}: the CRD refuses it: {}", case["rejected"]);
    let spec = found.object.get("spec").unwrap();
    let want = &case["expect"]["spec"];
    assert!(spec.value.same(&Node::from(want).value), "{name}\n{}", told(want, spec));
    if let Some(want) = case["expect"].get("metadata") {
        let metadata = found.object.get("metadata").unwrap();
        assert!(metadata.value.same(&Node::from(want).value), "{name}\n{}", told(want, metadata));
    }
    assert_eq!(found.stable_when_recreated, case.get("stableWhenRecreated").is_none(), "{name}");
    if !found.stable_when_recreated {
        return;
    }
    let again = canonical(&found.object, release).unwrap();
    assert!(again.object.value.same(&found.object.value), "{name}: not a fixed point");
}

#[test]
fn seeds_are_those_that_casskop_takes() {
    let Some(vectors) = folder("CASSKOP_VECTORS") else { return };
    let empty = Node::from(&json!({}));
    for case in cases(&vectors.join("seeds")) {
        let (mut union, mut bare) = (Vec::new(), Vec::new());
        for cluster in case["clusters"].as_array().unwrap() {
            let object = Node::from(&cluster["casskop"]);
            let text = |key| object.at(&["metadata", key]).and_then(Node::as_str).unwrap_or_default();
            let (ring, namespace) = (text("name"), text("namespace"));
            let names: Vec<_> = pods(object.get("spec").unwrap_or(&empty)).iter().map(|pod| pod.name(ring)).collect();
            let hosts: Vec<_> = names.iter().map(|pod| format!("{pod}.{ring}.{namespace}")).collect();
            let want = &case["expect"]["clusters"][cluster["name"].as_str().unwrap()];
            assert_eq!(json!(hosts), want["initSeedList"], "{}", case["name"]);
            assert_eq!(json!(hosts.join(",")), want["seedList"], "{}", case["name"]);
            union.extend(hosts);
            bare.extend(names);
        }
        assert_eq!(json!(union), case["expect"]["union"], "{}", case["name"]);
        assert_eq!(json!(bare), case["expect"]["unionPods"], "{}", case["name"]);
    }
}
