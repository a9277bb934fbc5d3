//! Several clusters and rings in one look, made of a recording that is settled.
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use insta::assert_snapshot;
use multicasskop::emit::{FileKind, TreePath};
use multicasskop::gate::{
    Ask, Assessment, Gate, GateReport, Member, Patience, Rules, Settings, Stand, Taken, Verdict, assess, line, text,
};
use multicasskop::names::ClusterName;
use multicasskop::observed::{Answer, Contents, CrdFacts, Denied, Look, Source, Trouble, TroubleKind};
use multicasskop::tree::{self, Node, Value};
use multicasskop::wanted::Wanted;

use super::recording::Recording;

/// A cluster of a ring in which all is well, to be spoiled.
struct Cluster {
    wanted: Wanted,
    look: Look,
    rendered: bool,
    by_config_map: bool,
}

fn name(text: &str) -> ClusterName {
    ClusterName::new(text).unwrap()
}

/// Clusters `c1`, `c2`, `c3` with waves 0, 10, 20, all settled.
fn fleet() -> Vec<Cluster> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/gate/2.3.4/create-canonical.jsonl");
    let recording = Recording::read(&path);
    let moment = recording.moments.last().unwrap();
    assert!(moment.desired);
    ["c1", "c2", "c3"]
        .into_iter()
        .zip([0, 10, 20])
        .map(|(cluster, wave)| {
            let mut wanted = recording.changes.last().unwrap().wanted.clone();
            wanted.cluster = name(cluster);
            wanted.wave = wave;
            wanted.path = TreePath::of(&wanted.cluster, &wanted.ring.name, FileKind::CassandraCluster);
            let contents = Contents {
                clusters: Answer::Got(moment.object.iter().cloned().collect()),
                stateful_sets: Answer::Got(moment.sets.clone()),
                config_maps: Answer::NotAsked,
            };
            let look = Look {
                cluster: name(cluster),
                at: recording.at(recording.end),
                from: Source::Server,
                namespaces: BTreeMap::from([(wanted.ring.namespace.clone(), contents)]),
                crd: Answer::Got(CrdFacts {
                    served: vec!["v2".to_owned()],
                    status_subresource: true,
                    env_vars: true,
                    prunes: Vec::new(),
                }),
            };
            Cluster { wanted, look, rendered: true, by_config_map: true }
        })
        .collect()
}

impl Cluster {
    fn contents(&mut self) -> &mut Contents {
        self.look.namespaces.values_mut().next().unwrap()
    }

    fn object(&mut self) -> &mut Node {
        match &mut self.contents().clusters {
            Answer::Got(objects) => &mut objects[0],
            _ => panic!("it was got"),
        }
    }
}

fn set(node: &mut Node, path: &[&str], value: &str) {
    let (last, way) = path.split_last().unwrap();
    let node = way.iter().fold(node, |node, key| node.as_map_mut().unwrap().get_mut(key).unwrap());
    node.as_map_mut().unwrap().set(*last, None, Node::made(Value::Text(value.into())));
}

fn trouble() -> Trouble {
    Trouble { kind: TroubleKind::Unreachable, message: "no connection to c2".to_owned(), fix: "look at the network".to_owned() }
}

fn ask_allowing(fleet: &[Cluster], ask: &Ask, busy: &[&str]) -> Option<Assessment> {
    let ring = fleet[0].wanted.ring.clone();
    let members: Vec<_> = fleet
        .iter()
        .map(|Cluster { wanted, look, rendered, by_config_map }| {
            let wanted = rendered.then_some(wanted);
            Member { cluster: &look.cluster, wanted, since: None, seeds_by_config_map: *by_config_map, look }
        })
        .collect();
    let allow_busy: BTreeSet<_> = busy.iter().map(|busy| name(busy)).collect();
    let ignored = |_: &Wanted, path: &tree::PathBuf| {
        (path.as_str() == "spec.nodesPerRacks").then(|| "ignored until 2027-01-01: being scaled by hand".to_owned())
    };
    assess(&ring, &members, ask, &Rules { settings: &Settings::default(), allow_busy: &allow_busy, ignored: &ignored })
}

fn ask(fleet: &[Cluster], ask: &Ask) -> Assessment {
    ask_allowing(fleet, ask, &[]).unwrap()
}

/// The report of the first look, as a person reads it.
fn told(fleet: &[Cluster], asked: &Ask) -> String {
    let at = fleet[0].look.at;
    let mut assessments = [ask(fleet, asked)];
    let stand = Gate::new(Patience::default()).look(Taken::at(at), &mut assessments);
    let report = GateReport::new(at, "cluster c3".to_owned(), stand, &assessments);
    format!("{}\n{}", text(&report), line(&report))
}

fn c3() -> Ask {
    Ask::Cluster(name("c3"))
}

#[test]
fn all_settled_is_open_for_a_cluster_a_wave_and_all() {
    for question in [c3(), Ask::Wave(10), Ask::All] {
        assert_eq!(ask(&fleet(), &question).verdict, Verdict::Open, "{question:?}");
    }
    assert!(ask_allowing(&fleet(), &Ask::Wave(5), &[]).is_none(), "no cluster has this wave");
}

#[test]
fn clusters_of_lower_waves_have_to_be_settled() {
    let mut fleet = fleet();
    set(fleet[0].object(), &["spec", "cassandraImage"], "cassandra:4.1.9");
    set(fleet[1].object(), &["status", "phase"], "Pending");
    assert_snapshot!("closed", told(&fleet, &c3()));
    assert_eq!(ask(&fleet, &Ask::Cluster(name("c1"))).verdict.reasons().len(), 1, "c2 is busy, c1 itself may differ");
}

#[test]
fn another_cluster_in_the_middle_of_an_operation_closes_unless_it_is_allowed() {
    let mut fleet = fleet();
    fleet[2].rendered = false;
    set(fleet[2].object(), &["status", "lastClusterActionStatus"], "Ongoing");
    let closed = ask(&fleet, &Ask::Cluster(name("c2")));
    assert!(matches!(&closed.verdict, Verdict::Closed(reasons) if reasons[0].cluster == name("c3")), "{closed:?}");
    let allowed = ask_allowing(&fleet, &Ask::Cluster(name("c2")), &["c3"]).unwrap();
    assert_eq!(allowed.verdict, Verdict::Open);
    assert!(allowed.warnings[0].message.contains("--allow-busy"), "{allowed:?}");
}

#[test]
fn what_cannot_be_seen_is_never_open() {
    let spoil: [fn(&mut Cluster); 5] = [
        |c2| c2.contents().clusters = Answer::Failed(trouble()),
        |c2| {
            c2.contents().clusters =
                Answer::Denied(Denied { verb: "list", resource: "cassandraclusters.db.orange.com", namespace: None });
        },
        |c2| c2.contents().stateful_sets = Answer::Failed(trouble()),
        |c2| c2.look.namespaces.clear(),
        |c2| c2.look.from = Source::Dump("dump.yaml".to_owned()),
    ];
    for (at, spoil) in spoil.into_iter().enumerate() {
        let mut fleet = fleet();
        spoil(&mut fleet[1]);
        assert!(matches!(ask(&fleet, &c3()).verdict, Verdict::CouldNotTell(..)), "case {at}");
        if at != 2 {
            let quiet = ask(&fleet, &Ask::Cluster(name("c1"))).verdict;
            assert!(matches!(quiet, Verdict::CouldNotTell(..)), "case {at}, as one of the others: {quiet:?}");
        }
    }
    let mut fleet = fleet();
    fleet[1].contents().clusters = Answer::Failed(trouble());
    assert_snapshot!("could_not_tell", told(&fleet, &c3()));
}

#[test]
fn the_target_needs_a_crd_that_fits_and_no_operation_of_its_own() {
    let crd = |spoil: fn(&mut CrdFacts)| {
        let mut fleet = fleet();
        if let Answer::Got(crd) = &mut fleet[2].look.crd {
            spoil(crd);
        }
        ask(&fleet, &c3()).verdict
    };
    assert!(matches!(crd(|crd| crd.served.clear()), Verdict::Closed(_)));
    assert!(matches!(crd(|crd| crd.status_subresource = false), Verdict::Closed(_)));
    assert_eq!(crd(|crd| crd.env_vars = false), Verdict::Open, "nothing uses them");
    let mut fleet = fleet();
    fleet[2].look.crd = Answer::NotAsked;
    assert!(matches!(ask(&fleet, &c3()).verdict, Verdict::CouldNotTell(..)));
}

#[test]
fn a_first_node_that_nothing_stops_is_a_warning() {
    let mut fleet = fleet();
    fleet[2].contents().clusters = Answer::Got(vec![]);
    fleet[2].by_config_map = false;
    assert_eq!(ask(&fleet, &c3()).verdict, Verdict::Open);
    assert!(ask(&fleet, &c3()).warnings[0].message.contains("ring of its own"));
    fleet[2].by_config_map = true;
    assert_eq!(ask(&fleet, &c3()).warnings, []);
}

#[test]
fn an_ignored_difference_closes_nothing_and_is_listed() {
    let mut fleet = fleet();
    let spec = fleet[1].object().as_map_mut().unwrap().get_mut("spec").unwrap();
    spec.as_map_mut().unwrap().set("nodesPerRacks", None, Node::made(Value::Int(7)));
    let found = ask(&fleet, &c3());
    assert_eq!(found.verdict, Verdict::Open);
    assert_eq!(found.ignored.len(), 1);
}

#[test]
fn without_the_right_to_see_stateful_sets_it_is_unproven() {
    let mut fleet = fleet();
    fleet[0].contents().stateful_sets = Answer::NotAsked;
    // The operator took less than a second for it, and times are whole seconds.
    set(
        fleet[0].object(),
        &["status", "cassandraRackStatus", "dc1-rack1", "cassandraLastAction", "endTime"],
        "2020-01-01T00:00:00Z",
    );
    let Verdict::Closed(reasons) = ask(&fleet, &c3()).verdict else { panic!("it is closed") };
    assert!(reasons[0].message.starts_with("unproven") && reasons[0].fix.contains("statefulsets"), "{reasons:?}");
}

#[test]
fn a_report_fits_its_schema_and_says_whether_to_wait() {
    let mut assessments = [ask(&fleet(), &c3())];
    let mut gate = Gate::new(Patience::default());
    let at = fleet()[0].look.at;
    assert_eq!(gate.look(Taken::at(at), &mut assessments), Stand::Holding(0));
    let report = GateReport::new(at, "cluster c3".to_owned(), Stand::Holding(0), &assessments);
    let json = serde_json::to_value(&report).unwrap();
    let schema = serde_json::to_value(schemars::schema_for!(GateReport)).unwrap();
    assert!(jsonschema::is_valid(&schema, &json), "{json}");
    assert_eq!(json["answer"], "closed");
}
