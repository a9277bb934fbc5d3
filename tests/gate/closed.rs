//! What closes, as an on-call person reads it: each condition once.

#![cfg(test)]

use serde_json::{Value, json};

use crate::assert_told;
use crate::fleet::{Fleet, Place};
use crate::plane::Plane;

/// Something that is spoiled, and how it is told.
type Spoil = (&'static str, fn(&Fleet));

fn spoils() -> [Spoil; 9] {
    [
        ("git: the old revision runs", |fleet| {
            let old = json!({"metadata": {"annotations": {"multicasskop.dev/content-hash": "sha256:0"}}});
            fleet.patch("demo", &fleet.places[0], &old, "gitops");
        }),
        ("git: somebody edited it", |fleet| {
            fleet.patch("demo", &fleet.places[0], &json!({"spec": {"cassandraImage": "cassandra:4.1.4"}}), "kubectl-edit");
        }),
        ("git: it was refused", |fleet| {
            fleet.patch("demo", &fleet.places[0], &json!({"spec": {"dataCapacity": "5Gi"}}), "casskop");
            fleet.edit_status("demo", &fleet.places[0], |status| status["lastClusterAction"] = json!("CorrectCRDConfig"));
        }),
        ("done: an update is under way", |fleet| {
            fleet.edit_status("demo", &fleet.places[0], |status| {
                status["phase"] = json!("Pending");
                status["lastClusterAction"] = json!("UpdateDockerImage");
                status["lastClusterActionStatus"] = json!("Ongoing");
                let rack = &mut status["cassandraRackStatus"]["dc1-rack2"];
                rack["cassandraLastAction"]["name"] = json!("UpdateDockerImage");
                rack["cassandraLastAction"]["status"] = json!("Ongoing");
            });
        }),
        ("done: a cleanup is under way", |fleet| {
            let start = jiff::Timestamp::now();
            fleet.edit_status("demo", &fleet.places[0], |status| {
                status["cassandraRackStatus"]["dc2-rack1"]["podLastOperation"] =
                    json!({"name": "cleanup", "status": "Ongoing", "startTime": start, "pods": ["demo-dc2-rack1-0"]});
            });
        }),
        ("proven: a StatefulSet is not there", |fleet| {
            fleet.places[0].server.delete(&fleet.set("demo-dc2-rack2"));
        }),
        ("proven: a pod is not ready", |fleet| {
            let mut set = fleet.places[0].server.get(&fleet.set("demo-dc1-rack1")).unwrap();
            set["status"]["readyReplicas"] = json!(0);
            set["status"]["availableReplicas"] = json!(0);
            fleet.places[0].server.put_status(&set, "kube-controller-manager");
        }),
        ("quiet: a later cluster is at work", |fleet| {
            fleet.settle("demo", &fleet.places[2]);
            fleet.edit_status("demo", &fleet.places[2], |status| status["phase"] = json!("Initializing"));
        }),
        ("target: it is at work itself", |fleet| {
            fleet.settle("demo", &fleet.places[1]);
            fleet.edit_status("demo", &fleet.places[1], |status| status["lastClusterActionStatus"] = json!("Ongoing"));
        }),
    ]
}

#[test]
fn each_condition_closes_and_says_why() {
    let Some(plane) = Plane::find() else { return };
    let mut all_told = Vec::new();
    // A fleet for each, so that none hides another.
    for (name, spoil) in spoils() {
        let places =
            [("eu", 0, 0), ("us", 10, 1), ("ap", 20, 2)].map(|(name, wave, at)| Place::new(name, wave, plane.shared(at)));
        let fleet = Fleet::new("gate-closed", places.into());
        fleet.places.iter().for_each(|place| fleet.render("demo", place));
        fleet.settle("demo", &fleet.places[0]);
        spoil(&fleet);
        let run = fleet.gate("us -q").exits(1);
        all_told.push(format!("# {name}\n{}", fleet.told(&run)));
        if name.starts_with("quiet") {
            let allowed = fleet.gate("us -q --allow-busy ap").exits(0);
            all_told.push(format!("# {name}, with --allow-busy\n{}", fleet.told(&allowed)));
            // What has to be settled first cannot be waved through.
            fleet.gate("ap --allow-busy us").exits(1).says("--allow-busy us has no effect");
        }
    }
    assert_told!("closed", all_told.join("\n"));
}

#[test]
fn a_retired_cluster_that_is_at_work_closes_where_it_can_be_reached() {
    let Some(plane) = Plane::find() else { return };
    let places = vec![
        Place::new("eu", 0, plane.shared(0)),
        Place::new("us", 10, plane.shared(1)),
        Place::new("old", 20, plane.shared(2)).retired(),
    ];
    let fleet = Fleet::new("gate-retired", places);
    fleet.places[..2].iter().for_each(|place| fleet.render("demo", place));
    fleet.settle("demo", &fleet.places[0]);
    fleet.gate("us").exits(0);
    fleet.settle("demo", &fleet.places[2]);
    fleet.gate("us").exits(0);
    fleet.edit_status("demo", &fleet.places[2], |status: &mut Value| status["lastClusterActionStatus"] = json!("Ongoing"));
    let run = fleet.gate("us").exits(1);
    assert!(run.stdout.contains("old (quiet)"), "{}", run.told());
    fleet.gate("old").exits(2).says("`old` is retired");
}
