//! What CassKop would do: the measured table of topologies, and one case of each kind.

use super::*;
use crate::check::normalise;
use serde_json::{Value as Json, json};

const NEWEST: Release = Release::NEWEST;
const OLD: Release = Release { major: 2, minor: 2, patch: 9 };

fn base() -> Json {
    json!({
        "nodesPerRacks": 2, "cassandraImage": "cassandra:4.1.3", "dataCapacity": "10Gi", "maxPodUnavailable": 1,
        "resources": {"requests": {"cpu": "1"}, "limits": {"cpu": "1", "memory": "2Gi"}},
        "topology": {"dc": [dc("dc1", &["rack1", "rack2"]), dc("dc2", &["rack1", "rack2"])]},
    })
}

fn dc(name: &str, racks: &[&str]) -> Json {
    let racks: Vec<_> = racks.iter().map(|name| json!({"name": name})).collect();
    json!({"name": name, "resources": {}, "rack": racks})
}

fn with(spec: &Json, pointer: &str, value: Json) -> Json {
    let mut spec = spec.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = if parent.is_empty() { &mut spec } else { spec.pointer_mut(parent).unwrap() };
    if let Some(list) = parent.as_array_mut() {
        list[name.parse::<usize>().unwrap()] = value;
    } else {
        parent[name] = value;
    }
    spec
}

/// With these data centres.
fn dcs(list: &[Json]) -> Json {
    with(&base(), "/topology/dc", json!(list))
}

fn told_of(release: Release, old: &Json, new: &Json, live: &Json) -> Vec<String> {
    let old = normalise::spec(&Node::from(old), release, true).unwrap();
    let new = normalise::wanted(&Node::from(new), release, true).unwrap();
    let change = Change {
        ring: "demo",
        release,
        old: Some(&old),
        new: &new,
        live: &Node::from(live),
        labels: &[],
        labels_by_hand: false,
        seeds: Seeds::Same,
        deleting: false,
        stateful_sets: None,
    };
    let tell = |effect: Effect| format!("{:?} {} {} [{}]", effect.kind, effect.operation, effect.pods, effect.racks.join(" "));
    effects(&change).into_iter().map(tell).collect()
}

fn told(old: &Json, new: &Json) -> Vec<String> {
    told_of(NEWEST, old, new, &json!({}))
}

const ALL: &str = "[dc1-rack1 dc1-rack2 dc2-rack1 dc2-rack2]";

#[test]
fn nothing_leads_to_nothing() {
    assert_eq!(told(&base(), &base()), Vec::<String>::new());
}

#[test]
fn each_restart_has_its_name_and_its_racks() {
    let with = |pointer, value| with(&base(), pointer, value);
    assert_eq!(
        told(&base(), &with("/cassandraImage", json!("cassandra:4.1.4"))),
        [format!("Restarts UpdateDockerImage 8 {ALL}")]
    );
    assert_eq!(told(&base(), &with("/configMapName", json!("x"))), [format!("Restarts UpdateConfigMap 8 {ALL}")]);
    assert_eq!(told(&base(), &with("/resources/limits/memory", json!("4Gi"))), [format!("Restarts UpdateResources 8 {ALL}")]);
    assert_eq!(told(&base(), &with("/hardAntiAffinity", json!(true))), [format!("Restarts UpdateStatefulSet 8 {ALL}")]);
    let rack = with("/topology/dc/1/rack/1", json!({"name": "rack2", "labels": {"zone": "b"}}));
    assert_eq!(told(&base(), &rack), ["Restarts UpdateStatefulSet 2 [dc2-rack2]"]);
    let both = super::tests::with(&with("/cassandraImage", json!("cassandra:4.1.4")), "/debug", json!(true));
    assert_eq!(told(&base(), &both), [format!("Restarts UpdateDockerImage 8 {ALL}")], "one restart carries both");
}

#[test]
fn a_partition_holds_pods_back() {
    let held = with(&base(), "/topology/dc/0/rack/0", json!({"name": "rack1", "rollingPartition": 1}));
    let new = with(&held, "/cassandraImage", json!("cassandra:4.1.4"));
    assert_eq!(told(&held, &new), [format!("Restarts UpdateDockerImage 7 {ALL}")]);
    assert_eq!(told(&base(), &held), ["Quiet UpdateStatefulSet 0 []"]);
}

#[test]
fn a_data_centre_with_its_own_resources_restarts_only_for_the_heap() {
    let own = with(&base(), "/topology/dc/1/resources", json!({"limits": {"cpu": "4"}}));
    let cpu = with(&own, "/resources/limits/cpu", json!("2"));
    assert_eq!(told(&own, &cpu), ["Restarts UpdateResources 4 [dc1-rack1 dc1-rack2]"]);
    let memory = with(&own, "/resources/limits/memory", json!("4Gi"));
    assert_eq!(told(&own, &memory), [format!("Restarts UpdateResources 8 {ALL}")]);
}

#[test]
fn scaling_and_topology() {
    assert_eq!(told(&base(), &with(&base(), "/nodesPerRacks", json!(3))), [format!("Adds ScaleUp 4 {ALL}")]);
    let fewer = with(&base(), "/topology/dc/0/nodesPerRacks", json!(1));
    assert_eq!(told(&base(), &fewer), ["Removes ScaleDown 2 [dc1-rack1 dc1-rack2]"]);
    let more = dcs(&[dc("dc1", &["rack1", "rack2"]), dc("dc2", &["rack1", "rack2"]), dc("dc3", &["r"])]);
    assert_eq!(told(&base(), &more), ["Adds Initializing 2 [dc3-r]"]);
    assert_eq!(told(&base(), &with(&base(), "/nodesPerRacks", json!(0)))[0], "Refused CorrectCRDConfig (nodesPerRacks) 0 []");
}

/// The measured table: what is refused and what is not.
#[test]
fn topologies_are_judged_as_measured() {
    let (a, b) = (dc("dc1", &["rack1", "rack2"]), dc("dc2", &["rack1", "rack2"]));
    let c = dc("dc3", &["r"]);
    let edited = |dc: &Json| with(dc, "/labels", json!({"zone": "x"}));
    let scaled = |dc: &Json, nodes: i64| with(dc, "/nodesPerRacks", json!(nodes));
    let turned = dc("dc1", &["rack2", "rack1"]);
    let mut turned_and_edited = turned.clone();
    turned_and_edited["rack"][0]["labels"] = json!({"zone": "x"});
    let zero = [a.clone(), scaled(&b, 0)];
    for (what, old, new, refused) in [
        ("reordered", vec![&a, &b], vec![b.clone(), a.clone()], false),
        ("appended", vec![&a, &b], vec![a.clone(), b.clone(), c.clone()], false),
        ("put in front", vec![&a, &b], vec![c.clone(), a.clone(), b.clone()], false),
        ("racks reordered", vec![&a, &b], vec![turned, b.clone()], false),
        ("edited in place", vec![&a, &b], vec![edited(&a), b.clone()], false),
        ("appended and scaled", vec![&a, &b], vec![scaled(&a, 3), b.clone(), c.clone()], false),
        ("removed without nodes", zero.iter().collect(), vec![a.clone()], false),
        ("dc renamed", vec![&a, &b], vec![a.clone(), c.clone()], true),
        ("rack renamed", vec![&a, &b], vec![dc("dc1", &["rack1", "x"]), b.clone()], true),
        ("rack added", vec![&a, &b], vec![dc("dc1", &["rack1", "rack2", "x"]), b.clone()], true),
        ("rack removed", vec![&a, &b], vec![dc("dc1", &["rack1"]), b.clone()], true),
        ("racks reordered and edited", vec![&a, &b], vec![turned_and_edited, b.clone()], true),
        ("put in front and edited", vec![&a, &b], vec![c.clone(), edited(&a), b.clone()], true),
        ("removed and edited", zero.iter().collect(), vec![edited(&a)], true),
        ("rack and dc added", vec![&a, &b], vec![dc("dc1", &["rack1", "rack2", "x"]), b.clone(), c.clone()], true),
        ("put in between, not tried", vec![&a, &b], vec![a.clone(), c.clone(), b.clone()], true),
        ("reordered and edited, not tried", vec![&a, &b], vec![b.clone(), edited(&a)], true),
        ("two removed", vec![&a, &b, &c], vec![a.clone()], true),
        ("removed with nodes", vec![&a, &b], vec![a.clone()], true),
    ] {
        let old: Vec<_> = old.into_iter().cloned().collect();
        let found = told(&dcs(&old), &dcs(&new));
        assert_eq!(found.iter().any(|effect| effect.starts_with("Refused")), refused, "{what}: {found:?}");
        assert!(!refused || found.len() == 1, "{what}: {found:?}");
    }
    // The first place that differs has no nodes any more, but it is another one that goes.
    let found = told(&dcs(&[scaled(&a, 0), b.clone(), c.clone()]), &dcs(&[c.clone(), scaled(&a, 0)]));
    assert_eq!(found, ["Removes ActionDeleteDC 4 [dc2-rack1 dc2-rack2]"]);
    let busy = json!({"status": {"lastClusterAction": "ScaleDown", "lastClusterActionStatus": "Ongoing"}});
    let found = told_of(NEWEST, &dcs(&zero), &dcs(&[a]), &busy);
    assert_eq!(found, ["Refused CorrectCRDConfig (topology) 0 []"]);
}

#[test]
fn what_is_refused_does_not_hide_what_is_carried_out() {
    let new = with(&with(&base(), "/topology/dc/0/rack/1/name", json!("racka")), "/cassandraImage", json!("cassandra:4.1.4"));
    let restarts = format!("Restarts UpdateDockerImage 8 {ALL}");
    assert_eq!(told(&base(), &new), ["Refused CorrectCRDConfig (topology) 0 []".to_owned(), restarts]);
}

#[test]
fn panics_and_impossible_names_are_said() {
    let resources = with(&base(), "/topology/dc/1/resources", json!({"limits": {"cpu": "4"}}));
    assert_eq!(told(&base(), &resources), [format!("Stuck topology 0 {ALL}")]);
    let smaller = dcs(&[
        dc("dc1", &["rack1", "rack2"]),
        dc("dc2", &["rack1", "rack2"]),
        with(&dc("dc3", &["r"]), "/dataCapacity", json!("5Gi")),
    ]);
    assert_eq!(told(&base(), &smaller)[0], format!("Stuck topology 0 {ALL}"));
    let bad = dcs(&[dc("dc1", &["rack1", "rack2"]), dc("dc2", &["rack1", "rack2"]), dc("DC3", &["r"])]);
    assert_eq!(told(&base(), &bad)[0], format!("Stuck topology 0 {ALL}"));
}

#[test]
fn an_empty_topology_is_what_it_is() {
    let lone = dcs(&[dc("dc1", &["rack1", "rack2"])]);
    let none = with(&lone, "/topology", json!({}));
    assert_eq!(told(&lone, &none), ["Removes ActionDeleteDC 2 [dc1-rack2]"]);
    assert_eq!(told(&base(), &none), ["Refused CorrectCRDConfig (topology) 0 []"]);
}

#[test]
fn volumes_depend_on_the_release() {
    let bigger = with(&base(), "/dataCapacity", json!("20Gi"));
    assert_eq!(told(&base(), &bigger), [format!("Quiet StorageUpsize 0 {ALL}")]);
    let refused = "Refused CorrectCRDConfig (dataCapacity) 0 []";
    assert_eq!(told_of(OLD, &base(), &bigger, &json!({})), [refused]);
    assert_eq!(told(&bigger, &base()), [refused]);
    assert_eq!(told(&base(), &with(&base(), "/dataCapacity", json!("5GGG"))), [refused]);
    let none = with(&base(), "/dataCapacity", Json::Null);
    assert_eq!(told(&base(), &none), [refused]);
    assert_eq!(told(&none, &base()), [format!("Quiet StorageUpsize 0 {ALL}")]);
    assert_eq!(told_of(OLD, &none, &base(), &json!({})), [refused]);
    assert_eq!(
        told(&base(), &with(&base(), "/dataStorageClass", json!("fast"))),
        ["Refused CorrectCRDConfig (dataStorageClass) 0 []"]
    );
    let claim = json!([{"mountPath": "/x", "name": "x", "pvcSpec": {"resources": {}}}]);
    assert_eq!(told(&base(), &with(&base(), "/storageConfigs", claim)), [format!("Stuck UpdateStatefulSet 0 {ALL}")]);
}

#[test]
fn what_restarts_nothing_is_said_too() {
    assert_eq!(told(&base(), &with(&base(), "/deletePVC", json!(true))), ["Quiet none 0 []"]);
    assert_eq!(told(&base(), &with(&base(), "/service", json!({"annotations": {"a": "b"}}))), ["Nothing none 0 []"]);
    let frozen = with(&base(), "/maxPodUnavailable", json!(0));
    let found = told(&frozen, &with(&frozen, "/cassandraImage", json!("cassandra:4.1.4")));
    assert_eq!(found, [format!("Stuck none 0 {ALL}"), format!("Restarts UpdateDockerImage 8 {ALL}")]);
}
