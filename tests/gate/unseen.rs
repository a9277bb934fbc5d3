//! What cannot be seen is never open, and says so.

#![cfg(test)]

use serde_json::json;

use crate::assert_told;
use crate::fleet::{Fleet, Place, QUICK, assert_fits};
use crate::plane::Plane;

const BOTH: [&str; 2] = ["cassandraclusters.db.orange.com", "statefulsets.apps"];

/// Two clusters; the first is settled.
fn two(test: &str, first: Place, second: Place) -> Fleet {
    let fleet = Fleet::new(test, vec![first, second]);
    fleet.places.iter().for_each(|place| fleet.render("demo", place));
    fleet.settle("demo", &fleet.places[0]);
    fleet
}

#[test]
fn rights_that_are_missing_are_named() {
    let Some(plane) = Plane::find() else { return };
    let (server, user) = (plane.shared(0), plane.shared(0).user());
    let fleet = two("gate-rights", Place::with("eu", 0, server, &user), Place::new("us", 10, plane.shared(1)));
    let space = fleet.namespace.clone();
    assert_told!("denied", fleet.told(&fleet.gate("us -q").exits(3)));
    // Without StatefulSets: the actions have ended long before the object was applied here.
    server.grant(&user, Some(&space), &["list"], &BOTH[..1]);
    let run = wait_for(&fleet, "us -q", 1);
    assert_told!("unproven", fleet.told(&run));
    let end = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(5);
    fleet.edit_status("demo", &fleet.places[0], |status| {
        for rack in ["dc1-rack1", "dc1-rack2", "dc2-rack1", "dc2-rack2"] {
            status["cassandraRackStatus"][rack]["cassandraLastAction"]["endTime"] = json!(end);
        }
    });
    fleet.gate("us").exits(0);
    server.grant(&user, Some(&space), &["list"], &BOTH);
    wait_for(&fleet, "us", 0);
}

/// A server may take a moment to learn of a right.
fn wait_for(fleet: &Fleet, words: &str, code: i32) -> crate::command::Run {
    for _ in 0..20 {
        let run = fleet.gate(words);
        if run.code == Some(code) {
            return run;
        }
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    fleet.gate(words).exits(code)
}

#[test]
fn a_cluster_that_is_down_is_not_open_and_a_dump_never() {
    let Some(plane) = Plane::find() else { return };
    let nowhere = plane.shared(1).kubeconfig_of("us", &crate::plane::User::admin(), crate::plane::How::Token);
    let nowhere = nowhere.to_string().replace(&plane.shared(1).url(), "https://127.0.0.1:1");
    let file = plane.shared(1).write("nowhere", &nowhere);
    let down = Place::new("us", 10, plane.shared(1)).entry(&format!("connect: {{kubeconfig: {}}}", file.display()));
    let fleet = two("gate-down", Place::new("eu", 0, plane.shared(0)), down);
    // The target itself, and a later cluster, which may be busy.
    assert_told!("down", fleet.told(&fleet.gate("us -q").exits(3)));
    fleet.gate("eu -q").exits(3);
    assert_told!("down-allowed", fleet.told(&fleet.gate("eu -q --allow-busy us").exits(0)));
    assert_fits(&fleet.gate("us -o json").exits(3).json());

    let places =
        vec![Place::new("eu", 0, plane.shared(0)).entry("connect: {dump: dump.yaml}"), Place::new("us", 10, plane.shared(1))];
    let fleet = two("gate-dump", places.into_iter().next().unwrap(), Place::new("us", 10, plane.shared(1)));
    // Waiting makes a dump no newer.
    let run = fleet.site.run(&format!("gate us -q --wait {QUICK}")).exits(3);
    assert_told!("dump", fleet.told(&run));
}
