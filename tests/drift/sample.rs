//! A report with something of everything.

#![cfg(test)]

use multicasskop::check::{
    Actor, ActorKind, Class, ClusterDrift, Difference, Direction, DriftReport, Effect, EffectKind, IgnoredBy, NotChecked, Place,
    Resource, RingDrift, RingState, Salt, Shown,
};
use multicasskop::tree::{Node, PathBuf};
use serde_json::{Value as Json, json};

fn shown(value: &Json) -> Shown {
    let node = Node::from(value);
    Shown::of(&node, &node, &PathBuf::default(), &Salt::new(*b"0123456789abcdef"))
}

fn actor(manager: &str, kind: ActorKind, time: &str) -> Actor {
    Actor { manager: manager.to_owned(), operation: "Update".to_owned(), time: Some(time.parse().unwrap()), kind }
}

pub(crate) fn difference(path: &str, class: Class, wanted: impl Into<Option<Json>>, live: impl Into<Option<Json>>) -> Difference {
    Difference {
        resource: Resource::CassandraCluster,
        path: path.to_owned(),
        class,
        wanted: wanted.into().as_ref().map(shown),
        live: live.into().as_ref().map(shown),
        actors: Vec::new(),
        place: None,
        rendered: None,
        first_seen: None,
        ignored: None,
        fails: class != Class::RequestedOperation,
    }
}

pub(crate) fn ring(name: &str, direction: Direction, differences: Vec<Difference>) -> RingDrift {
    RingDrift {
        namespace: "cassandra".to_owned(),
        name: name.to_owned(),
        file: Some(format!("k1/{name}.yaml")),
        state: RingState { direction, processed: true, refused_before: false },
        differences,
        effects: Vec::new(),
    }
}

pub(crate) fn cluster(name: &str, rings: Vec<RingDrift>) -> ClusterDrift {
    ClusterDrift { name: name.to_owned(), retired: false, dump: None, not_checked: Vec::new(), rings }
}

pub(crate) fn report(clusters: Vec<ClusterDrift>) -> DriftReport {
    DriftReport {
        api_version: "multicasskop.dev/v1alpha1",
        kind: "DriftReport",
        at: "2026-11-20T12:00:00Z".parse().unwrap(),
        fleet: Some("prod".to_owned()),
        clusters,
        notes: Vec::new(),
    }
}

/// The same edit, at another time and for another line.
fn edited(time: &str, line: usize) -> RingDrift {
    let mut nodes = difference("spec.topology.dc[0].nodesPerRacks", Class::EditedLive, Some(json!(2)), Some(json!(3)));
    nodes.actors = vec![actor("kubectl-edit", ActorKind::Person, time)];
    nodes.place = Some(Place { file: "rings/demo.yaml".to_owned(), line, column: 28 });
    let mut ring = ring("demo", Direction::EditedLive, vec![nodes]);
    ring.effects = vec![Effect {
        kind: EffectKind::Removes,
        operation: "ScaleDown".to_owned(),
        racks: vec!["dc1-rack1".to_owned()],
        pods: 1,
        text: "one node of dc1-rack1 is decommissioned".to_owned(),
        paths: vec!["spec.topology.dc[0].nodesPerRacks".to_owned()],
    }];
    ring
}

/// What all formats have to cope with.
pub(crate) fn everything() -> DriftReport {
    let script = |line: &str| json!(format!("#!/bin/sh\nset -e\n{line}\nexec run\n"));
    let mut ignored = difference("metadata.labels.team", Class::Labels, None, Some(json!("db")));
    ignored.ignored =
        Some(IgnoredBy { reason: "agreed".to_owned(), owner: Some("team-db".to_owned()), until: Some("2027-01-31".to_owned()) });
    ignored.fails = false;
    let mut image =
        difference("spec.cassandraImage", Class::NotApplied, Some(json!("cassandra:4.1.4")), Some(json!("cassandra:4.1.3")));
    image.actors = vec![actor("argocd-controller", ActorKind::Engine, "2026-11-01T00:00:00Z")];
    image.first_seen = Some("2026-11-18T11:59:00Z".parse().unwrap());
    let racks = |names: &[&str]| Some(json!(names.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>()));
    let others = vec![
        image,
        difference("spec.topology.dc[0].rack", Class::Refused, racks(&["rack1", "rack2"]), racks(&["rack1", "rack2", "rack3"])),
        difference("spec.config.script", Class::EditedLive, Some(script("sleep 1")), Some(script("sleep 20"))),
        difference("spec.pod.annotations[a/b]", Class::Extra, None, Some(json!("\u{1b}[31mred\u{202e}"))),
        difference("spec.unlockNextOperation", Class::RequestedOperation, None, Some(json!(true))),
        ignored,
    ];
    let mut down = cluster("k4", Vec::new());
    down.not_checked = vec![NotChecked {
        reason: "unreachable",
        message: "connection refused by https://k4.example.net:6443".to_owned(),
        fix: "check that the API server runs".to_owned(),
        namespace: None,
    }];
    let mut denied = cluster("k5", vec![ring("demo", Direction::Same, Vec::new())]);
    denied.not_checked = vec![NotChecked {
        reason: "denied",
        message: "list cassandraclusters.db.orange.com is not allowed".to_owned(),
        fix: "grant it".to_owned(),
        namespace: Some("other".to_owned()),
    }];
    let mut retired = cluster(
        "k6",
        vec![ring("demo", Direction::NotInGit, vec![difference("", Class::Extra, None, Some(json!({"kind": "x"})))])],
    );
    retired.retired = true;
    retired.dump = Some("k6.yaml".to_owned());
    let mut report = report(vec![
        cluster("k1", vec![edited("2026-11-20T11:00:00Z", 40), ring("test", Direction::Same, Vec::new())]),
        cluster("k2", vec![edited("2026-11-19T02:00:00Z", 40)]),
        cluster("k3", vec![ring("demo", Direction::Both, others)]),
        down,
        denied,
        retired,
    ]);
    report.notes.push("an ignore rule for `spec.x` has expired".to_owned());
    report
}
