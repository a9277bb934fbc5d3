//! Whole objects, what could not be looked at, ignore rules, seeds, secrets.

#![cfg(test)]

mod drift;

use std::collections::BTreeMap;

use drift::{CLUSTER, cluster, context, found, hash_of, look, report, settled, wanted};
use jiff::civil::{Date, date};
use multicasskop::check::{Class, Direction, DriftReport, EffectKind, Resource, Subject, drift};
use multicasskop::emit::{FileKind, RingKey, TreePath};
use multicasskop::finding::Exit;
use multicasskop::fleet::{Ignore, Located};
use multicasskop::names::{Namespace, RingName};
use multicasskop::observed::{Answer, Denied, Trouble, TroubleKind};
use multicasskop::order::CONTENT_HASH;
use multicasskop::schema::{Release, Versions};
use multicasskop::tree::Node;
use multicasskop::wanted::{Wanted, WantedConfigMap};
use serde_json::{Value as Json, json};

const NEWEST: Release = Release::NEWEST;

/// A rendered object.
fn rendered(spec: &Json) -> Json {
    let mut object = json!({
        "apiVersion": "db.orange.com/v2", "kind": "CassandraCluster",
        "metadata": {"name": "demo", "namespace": "db", "annotations": {}}, "spec": spec,
    });
    object["spec"] = settled(&object, NEWEST)["spec"].clone();
    object["metadata"]["annotations"][CONTENT_HASH] = hash_of(&object, NEWEST).into();
    object
}

fn ring() -> Json {
    rendered(&json!({"topology": {"dc": [{"name": "dc1", "rack": [{"name": "rack1"}]}]}}))
}

/// The report on an object whose live form was changed.
fn changed(object: &Json, change: impl FnOnce(&mut Json)) -> DriftReport {
    let mut live = settled(object, NEWEST);
    change(&mut live);
    report(&[&wanted(object, NEWEST)], &[], &look(&[live]), &[])
}

fn namespace() -> Namespace {
    Namespace::new("db").unwrap()
}

fn only(report: &DriftReport) -> (&str, Class) {
    let rings = &report.clusters[0].rings;
    assert_eq!((rings.len(), rings[0].differences.len()), (1, 1), "{rings:?}");
    (rings[0].differences[0].path.as_str(), rings[0].differences[0].class)
}

#[test]
fn a_rendered_object_that_is_not_there_is_missing() {
    let other = wanted(&ring(), NEWEST);
    let mut look = look(&[settled(&ring(), NEWEST)]);
    look.namespaces.get_mut(&namespace()).unwrap().clusters = Answer::Got(Vec::new());
    let report = report(&[&other], &[], &look, &[]);
    assert_eq!(only(&report), ("", Class::Missing));
    assert_eq!(report.clusters[0].rings[0].state.direction, Direction::NotThere);
    assert_eq!(report.clusters[0].rings[0].effects[0].racks, ["dc1-rack1"]);
    assert_eq!(report.exit(), Exit::Findings);
}

#[test]
fn an_object_that_goes_is_missing_although_its_spec_is_right() {
    let report = changed(&ring(), |live| live["metadata"]["deletionTimestamp"] = json!("2026-11-21T00:00:00Z"));
    assert_eq!(only(&report), ("", Class::Missing));
}

#[test]
fn an_object_without_a_file_is_extra_if_it_is_one_of_ours() {
    let file = wanted(&ring(), NEWEST);
    let mut strange = settled(&ring(), NEWEST);
    strange["metadata"]["name"] = json!("strange");
    strange["metadata"]["annotations"] = json!({});
    let mut ours = strange.clone();
    ours["metadata"]["name"] = json!("old");
    ours["metadata"]["annotations"][CONTENT_HASH] = json!("sha256:1");
    let mut same_ring = strange.clone();
    same_ring["metadata"]["name"] = json!("demo");
    same_ring["metadata"]["namespace"] = json!("elsewhere");
    let report = report(&[&file], &[], &look(&[settled(&ring(), NEWEST), strange, ours, same_ring]), &[]);
    let extra: Vec<_> = report.clusters[0].rings.iter().filter(|ring| !ring.differences.is_empty()).collect();
    let names: Vec<_> = extra.iter().map(|ring| format!("{}/{}", ring.namespace, ring.name)).collect();
    assert_eq!(names, ["db/old", "elsewhere/demo"]);
    assert!(
        extra.iter().all(|ring| ring.file.is_none() && ring.differences[0].class == Class::Extra && ring.differences[0].fails)
    );
}

#[test]
fn what_is_left_in_a_retired_cluster_is_extra() {
    let (cluster, other) = (cluster(), multicasskop::names::ClusterName::new("k2").unwrap());
    let file = wanted(&ring(), NEWEST);
    let left = look(&[settled(&ring(), NEWEST)]);
    let subjects = [
        Subject { cluster: &cluster, retired: false, wanted: vec![&file], config_maps: Vec::new(), look: &left },
        // Its directory may still be there.
        Subject { cluster: &other, retired: true, wanted: vec![&file], config_maps: Vec::new(), look: &left },
    ];
    let report = drift(&subjects, &context(&[]));
    assert_eq!(found(&report), [(String::new(), Class::Extra)]);
    assert!(report.clusters[1].retired && report.clusters[1].rings[0].state.direction == Direction::NotInGit);
}

#[test]
fn without_an_answer_nothing_is_clean() {
    let file = wanted(&ring(), NEWEST);
    let denied =
        Answer::Denied(Denied { verb: "list", resource: "cassandraclusters.db.orange.com", namespace: Some(namespace()) });
    let failed = Answer::Failed(Trouble { kind: TroubleKind::Timeout, message: "no answer in 5 s".into(), fix: "look".into() });
    for (answer, reason, words) in [
        (denied, "denied", &["list", "cassandraclusters.db.orange.com", "namespace db", CLUSTER][..]),
        (failed, "timeout", &["no answer in 5 s", CLUSTER]),
        (Answer::NotAsked, "not-asked", &["db"]),
    ] {
        let mut look = look(&[settled(&ring(), NEWEST)]);
        look.namespaces.get_mut(&namespace()).unwrap().clusters = answer;
        let report = report(&[&file], &[], &look, &[]);
        let told = &report.clusters[0].not_checked;
        assert_eq!((told.len(), told[0].reason), (1, reason));
        assert!(words.iter().all(|word| told[0].message.contains(word)), "{}", told[0].message);
        assert!(report.clusters[0].rings.is_empty());
        assert_eq!(report.exit(), Exit::CouldNotTell);
    }
    let nothing = report(&[&file], &[], &look(&[]), &[]);
    assert_eq!(nothing.exit(), Exit::CouldNotTell);
}

#[test]
fn an_error_beats_a_difference() {
    let file = wanted(&ring(), NEWEST);
    let mut live = settled(&ring(), NEWEST);
    live["spec"]["cassandraImage"] = json!("other");
    let mut look = look(&[live]);
    let denied = Denied { verb: "list", resource: "cassandraclusters.db.orange.com", namespace: None };
    let mut contents = look.namespaces[&namespace()].clone();
    contents.clusters = Answer::Denied(denied);
    look.namespaces.insert(Namespace::new("other").unwrap(), contents);
    let report = report(&[&file], &[], &look, &[]);
    assert_eq!(found(&report).len(), 1);
    assert_eq!(report.exit(), Exit::CouldNotTell);
}

#[test]
fn an_object_that_cannot_be_decoded_is_not_clean() {
    let report = changed(&ring(), |live| live["spec"]["nodesPerRacks"] = json!("hunter2"));
    let told = &report.clusters[0].not_checked;
    assert!(told[0].message.contains("spec.nodesPerRacks") && !told[0].message.contains("hunter2"), "{told:?}");
    assert_eq!(report.exit(), Exit::CouldNotTell);
}

#[test]
fn what_casskop_fills_in_once_may_not_vanish_later() {
    for name in ["nodesPerRacks", "maxPodUnavailable"] {
        let report = changed(&ring(), |live| drop(live["spec"].as_object_mut().unwrap().remove(name)));
        assert!(found(&report).contains(&(format!("spec.{name}"), Class::Missing)), "{name}");
    }
    // While it is new, CassKop will fill it in.
    let report = changed(&ring(), |live| {
        live["status"] = json!({});
        live["spec"].as_object_mut().unwrap().remove("maxPodUnavailable");
    });
    assert_eq!(report.exit(), Exit::Clean);
}

#[test]
fn an_upgrade_takes_the_form_of_either_release() {
    let object = ring();
    let mut file = wanted(&object, Release { major: 2, minor: 2, patch: 9 });
    file.versions = Versions { from: Release { major: 2, minor: 2, patch: 9 }, to: NEWEST };
    for release in [file.versions.from, file.versions.to] {
        let report = report(&[&file], &[], &look(&[settled(&object, release)]), &[]);
        assert_eq!(found(&report), [], "{release}");
    }
    let mut live = settled(&object, NEWEST);
    live["spec"]["cassandraImage"] = json!("other");
    let report = report(&[&file], &[], &look(&[live]), &[]);
    assert!(found(&report).iter().any(|(path, _)| path == "spec.cassandraImage"));
}

#[test]
fn a_restored_object_brings_an_annotation_that_does_not_count() {
    let report = changed(&ring(), |live| live["metadata"]["uid"] = json!("another"));
    assert_eq!(only(&report), ("spec", Class::NotProcessed));
    let report = changed(&ring(), |live| live["metadata"]["generation"] = json!(1));
    assert_eq!(only(&report), ("spec", Class::NotProcessed));
    assert_eq!(report.exit(), Exit::Clean);
    let mut strict = context(&[]);
    strict.fail_on_not_processed = true;
    let (cluster, file) = (cluster(), wanted(&ring(), NEWEST));
    let mut live = settled(&ring(), NEWEST);
    live["metadata"]["uid"] = json!("another");
    let look = look(&[live]);
    let subject = Subject { cluster: &cluster, retired: false, wanted: vec![&file], config_maps: Vec::new(), look: &look };
    assert_eq!(drift(&[subject], &strict).exit(), Exit::Findings);
}

#[test]
fn the_direction_is_that_of_the_hashes() {
    let old = ring();
    let new = rendered(&json!({"debug": true, "topology": {"dc": [{"name": "dc1", "rack": [{"name": "rack1"}]}]}}));
    let direction = |live: Json| report(&[&wanted(&new, NEWEST)], &[], &look(&[live]), &[]).clusters[0].rings[0].state.direction;
    assert_eq!(direction(settled(&new, NEWEST)), Direction::Same);
    assert_eq!(direction(settled(&old, NEWEST)), Direction::OtherRevision);
    let mut edited = settled(&old, NEWEST);
    edited["spec"]["autoPilot"] = json!(true);
    assert_eq!(direction(edited.clone()), Direction::Both);
    edited["metadata"]["annotations"][CONTENT_HASH] = new["metadata"]["annotations"][CONTENT_HASH].clone();
    assert_eq!(direction(edited.clone()), Direction::EditedLive);
    edited["metadata"]["annotations"].as_object_mut().unwrap().remove(CONTENT_HASH);
    assert_eq!(direction(edited), Direction::Unknown);
}

#[test]
fn labels_of_engines_are_a_risk_and_others_a_difference() {
    let report = changed(&ring(), |live| {
        live["metadata"]["labels"] = json!({"kustomize.toolkit.fluxcd.io/name": "x", "team": "y"});
    });
    assert_eq!(only(&report), ("metadata.labels.team", Class::Labels));
    assert!(report.notes.iter().any(|note| note.contains("selector risk") && note.contains("fluxcd")), "{:?}", report.notes);
}

/// A ring with a sidecar, and the same with another one.
fn with_sidecar(container: &Json) -> Json {
    rendered(&json!({"sidecarConfigs": [container], "topology": {"dc": [{"name": "dc1", "rack": [{"name": "rack1"}]}]}}))
}

#[test]
fn amounts_are_compared_by_value_and_other_values_by_kind() {
    let object = with_sidecar(&json!({
        "name": "s", "resources": {"limits": {"memory": "2Gi"}},
        "livenessProbe": {"httpGet": {"port": 8080}},
        "ports": [{"containerPort": 1, "protocol": "TCP"}, {"containerPort": 2, "protocol": "TCP"}],
    }));
    let container = |live: &mut Json| live["spec"]["sidecarConfigs"][0].take();
    let report = changed(&object, |live| {
        let mut new = container(live);
        new["resources"]["limits"]["memory"] = json!("2147483648");
        new["ports"].as_array_mut().unwrap().reverse();
        live["spec"]["sidecarConfigs"][0] = new;
    });
    assert_eq!(found(&report).iter().filter(|(_, class)| *class != Class::NotProcessed).count(), 0, "{:?}", found(&report));
    let report = changed(&object, |live| live["spec"]["sidecarConfigs"][0]["livenessProbe"]["httpGet"]["port"] = json!("8080"));
    assert_eq!(only(&report).0, "spec.sidecarConfigs[0].livenessProbe.httpGet.port");
    let report = changed(&object, |live| {
        live["spec"]["sidecarConfigs"][0]["ports"].as_array_mut().unwrap().reverse();
        live["spec"]["sidecarConfigs"][0]["ports"][0]["protocol"] = json!("UDP");
    });
    assert_eq!(only(&report).0, "spec.sidecarConfigs[0].ports[1].protocol", "by key, at the place that Git has");
}

#[test]
fn what_labels_lead_to_depends_on_the_selectors() {
    let mut object = ring();
    object["metadata"]["labels"] = json!({"env": "test"});
    let file = wanted(&object, NEWEST);
    let mut live = settled(&object, NEWEST);
    live["metadata"]["labels"]["env"] = json!("prod");
    let effect = |selected: Option<&str>| {
        let mut look = look(&[live.clone()]);
        let set = |env| {
            json!({"metadata": {"ownerReferences": [{"kind": "CassandraCluster", "name": "demo"}]},
            "spec": {"selector": {"matchLabels": {"env": env}}}})
        };
        if let Some(env) = selected {
            look.namespaces.get_mut(&namespace()).unwrap().stateful_sets = Answer::Got(vec![Node::from(&set(env))]);
        }
        report(&[&file], &[], &look, &[]).clusters[0].rings[0].effects[0].kind
    };
    assert_eq!(effect(Some("test")), EffectKind::Quiet);
    assert_eq!(effect(Some("prod")), EffectKind::Stuck);
    assert_eq!(effect(None), EffectKind::Stuck);
    live["metadata"]["managedFields"] =
        json!([{"manager": "kubectl-label", "operation": "Update", "fieldsV1": {"f:metadata": {"f:labels": {"f:env": {}}}}}]);
    let look = look(&[live]);
    assert_eq!(report(&[&file], &[], &look, &[]).clusters[0].rings[0].effects[0].kind, EffectKind::Quiet);
}

fn rule(path: &str, until: Option<Date>) -> Ignore {
    Ignore {
        ring: Some(RingName::new("demo").unwrap()),
        cluster: None,
        resource: None,
        path: path.into(),
        reason: "known".into(),
        owner: Some("db".into()),
        until: until.map(Located::typed),
        span: None,
    }
}

#[test]
fn ignored_differences_stay_and_fail_nothing() {
    let mut live = settled(&ring(), NEWEST);
    live["spec"]["topology"]["dc"][0]["nodesPerRacks"] = json!(4);
    let file = wanted(&ring(), NEWEST);
    let with = |rule: Ignore| report(&[&file], &[], &look(&[live.clone()]), &[rule]);
    for path in ["spec.topology.dc[0].nodesPerRacks", "spec.topology", "spec"] {
        let report = with(rule(path, Some(date(2026, 11, 21))));
        assert_eq!(report.exit(), Exit::Clean, "{path}");
        assert_eq!(report.clusters[0].rings[0].differences[0].ignored.as_ref().unwrap().reason, "known");
        assert_eq!(report.notes, Vec::<String>::new());
    }
    let expired = with(rule("spec.topology", Some(date(2026, 11, 20))));
    assert_eq!(expired.exit(), Exit::Findings);
    assert!(expired.notes[0].contains("ended on 2026-11-20, and the difference is still there"), "{:?}", expired.notes);
    for path in ["spec.topo", "spec.topology.dc[0].name"] {
        let unused = with(rule(path, None));
        assert!(unused.exit() == Exit::Findings && unused.notes[0].contains("matched nothing"), "{path}: {:?}", unused.notes);
    }
    let other = with(Ignore { resource: Some("ConfigMap".into()), ..rule("spec", None) });
    assert_eq!(other.exit(), Exit::Findings);
}

#[test]
fn a_rule_is_not_called_unused_where_nobody_could_look() {
    let mut look = look(&[settled(&ring(), NEWEST)]);
    look.namespaces.get_mut(&namespace()).unwrap().clusters = Answer::NotAsked;
    assert_eq!(report(&[&wanted(&ring(), NEWEST)], &[], &look, &[rule("spec", None)]).notes, Vec::<String>::new());
}

fn seeds(data: &Json) -> (WantedConfigMap, Wanted) {
    let ring = RingKey { namespace: namespace(), name: RingName::new("demo").unwrap() };
    let map = WantedConfigMap {
        cluster: cluster(),
        path: TreePath::of(&cluster(), &ring.name, FileKind::SeedsConfigMap),
        ring,
        object: Node::from(&json!({"kind": "ConfigMap", "metadata": {"name": "demo-seeds", "namespace": "db"}, "data": data})),
    };
    (map, wanted(&self::ring(), NEWEST))
}

#[test]
fn the_seeds_config_map_is_compared_key_by_key() {
    let (map, file) = seeds(&json!({"seeds": "a\n", "post_run.sh": "x"}));
    let with = |maps: Answer<BTreeMap<multicasskop::tree::SmolStr, Option<Node>>>| {
        let mut look = look(&[settled(&ring(), NEWEST)]);
        look.namespaces.get_mut(&namespace()).unwrap().config_maps = maps;
        report(&[&file], &[&map], &look, &[])
    };
    let live = |data: Json| Answer::Got(BTreeMap::from([("demo-seeds".into(), Some(Node::from(&json!({"data": data}))))]));
    assert_eq!(with(live(json!({"seeds": "a\n", "post_run.sh": "x"}))).exit(), Exit::Clean);
    let other = with(live(json!({"seeds": "b\n", "post_run.sh": "x", "may-start-ring": "y"})));
    let seeds = Class::Seeds;
    assert_eq!(found(&other), [("data.may-start-ring".to_owned(), seeds), ("data.seeds".to_owned(), seeds)]);
    assert!(other.clusters[0].rings[0].differences.iter().all(|found| found.resource == Resource::ConfigMap && found.fails));
    let gone = with(Answer::Got(BTreeMap::from([("demo-seeds".into(), None)])));
    assert_eq!(found(&gone), [(String::new(), seeds)]);
    let denied = with(Answer::Denied(Denied { verb: "get", resource: "configmaps", namespace: Some(namespace()) }));
    assert_eq!(denied.exit(), Exit::CouldNotTell);
    assert!(denied.clusters[0].not_checked[0].message.contains("were not looked at"));
}

#[test]
fn without_the_option_seeds_config_maps_are_a_note() {
    let (map, file) = seeds(&json!({"seeds": "a\n"}));
    let cluster = cluster();
    let look = look(&[settled(&ring(), NEWEST)]);
    let mut context = context(&[]);
    context.seeds = false;
    let subject = Subject { cluster: &cluster, retired: false, wanted: vec![&file], config_maps: vec![&map], look: &look };
    let report = drift(&[subject], &context);
    assert!(report.exit() == Exit::Clean && report.notes[0].contains("not looked at"), "{:?}", report.notes);
}

/// No secret is in the report, in whatever way it got into the object.
#[test]
fn no_secret_is_in_a_report() {
    let object = rendered(&json!({
        "envVars": [{"name": "DB_PASSWORD", "value": "hunter2"}],
        "config": {"cassandra-yaml": {"client_encryption_options": {"keystore_password": "hunter2"}}},
        "pod": {"annotations": {"x/token": "hunter2"}},
        "sidecarConfigs": [{"name": "s", "args": ["--password=hunter2", "https://u:hunter2@h"], "env": [{"name": "API_KEY", "value": "hunter2"}]}],
        "topology": {"dc": [{"name": "dc1", "rack": [{"name": "rack1"}]}]},
    }));
    let mut removed = settled(&object, NEWEST);
    for name in ["envVars", "config", "pod", "sidecarConfigs"] {
        removed["spec"].as_object_mut().unwrap().remove(name);
    }
    let replaced: Json = serde_json::from_str(&settled(&object, NEWEST).to_string().replace("hunter2", "hunter3")).unwrap();
    for live in [removed, replaced] {
        let report = report(&[&wanted(&object, NEWEST)], &[], &look(&[live]), &[]);
        assert!(found(&report).len() >= 4, "{:?}", found(&report));
        let text = format!("{}{report:?}", serde_json::to_string(&report).unwrap());
        assert!(!text.contains("hunter"), "{text}");
        assert!(report.clusters[0].rings[0].differences.iter().all(|found| found.wanted.as_ref().unwrap().masked));
    }
}
