//! `--wait`: until it opens, until no waiting helps, until the time is up or somebody ends it.

#![cfg(test)]

use serde_json::{Value, json};

use crate::assert_told;
use crate::fleet::{Fleet, Place, assert_fits};
use crate::plane::Plane;

fn two(plane: &'static Plane, test: &str) -> Fleet {
    let places = vec![Place::new("eu", 0, plane.shared(0)), Place::new("us", 10, plane.shared(1))];
    let fleet = Fleet::new(test, places);
    fleet.places.iter().for_each(|place| fleet.render("demo", place));
    fleet
}

fn at_work(fleet: &Fleet) {
    fleet.settle("demo", &fleet.places[0]);
    fleet.edit_status("demo", &fleet.places[0], |status: &mut Value| status["lastClusterActionStatus"] = json!("Ongoing"));
}

#[test]
fn it_waits_until_the_ring_is_settled_and_logs_each_change_once() {
    let Some(plane) = Plane::find() else { return };
    let fleet = two(plane, "gate-wait");
    let mut run = fleet.start("us --wait --timeout 5m");
    run.until("there is no CassandraCluster yet");
    at_work(&fleet);
    run.until("CassKop is not done");
    std::thread::sleep(std::time::Duration::from_secs(3));
    fleet.edit_status("demo", &fleet.places[0], |status| status["lastClusterActionStatus"] = json!("Done"));
    let run = run.ended().exits(0);
    assert!(run.stdout.starts_with("gate cluster us: open\n"), "{}", run.told());
    for said in ["there is no CassandraCluster yet", "CassKop is not done", "all conditions hold"] {
        assert_eq!(run.stderr.matches(said).count(), 1, "{}", run.stderr);
    }
}

#[test]
fn an_object_that_is_deleted_meanwhile_ends_it() {
    let Some(plane) = Plane::find() else { return };
    let fleet = two(plane, "gate-deleted");
    at_work(&fleet);
    let mut run = fleet.start("us --wait -o json");
    run.until("CassKop is not done");
    fleet.places[0].server.delete(&fleet.named("demo"));
    let report = run.ended().exits(1).json();
    assert_fits(&report);
    assert_eq!(report["needsAction"], true);
    let reasons = report["rings"][0]["reasons"].to_string();
    assert!(reasons.contains("is being deleted") || reasons.contains("somebody deleted it"), "{reasons}");
}

#[test]
fn a_target_that_cannot_take_it_needs_somebody() {
    let Some(plane) = Plane::find() else { return };
    // A server that has no CRD yet.
    let server: &'static _ = Box::leak(Box::new(plane.start()));
    let fleet = Fleet::new("gate-crd", vec![Place::new("eu", 0, plane.shared(0)), Place::new("us", 10, server)]);
    fleet.places.iter().for_each(|place| fleet.render("demo", place));
    fleet.settle("demo", &fleet.places[0]);
    assert_told!("no-crd", fleet.told(&fleet.gate("us -q --wait --timeout 5m").exits(1)));
    server.stop();
}

#[test]
fn when_the_time_is_up_it_says_what_is_in_the_way() {
    let Some(plane) = Plane::find() else { return };
    let fleet = two(plane, "gate-timeout");
    at_work(&fleet);
    assert_told!("timed-out", fleet.told(&fleet.gate("us -q --wait --timeout 3s").exits(1)));
    let report = fleet.gate("us --wait --timeout 2s -o json").exits(1).json();
    assert_fits(&report);
    assert_eq!(report["ended"], "timed-out");
}

#[test]
fn who_ends_it_learns_what_was_known() {
    let Some(plane) = Plane::find() else { return };
    let fleet = two(plane, "gate-signal");
    at_work(&fleet);
    for signal in ["-TERM", "-INT"] {
        let mut run = fleet.start("us --wait -o json=gate.json -o text");
        run.until("CassKop is not done");
        run.signal(signal);
        let run = run.ended().exits(3);
        assert!(run.stdout.contains("interrupted") && run.stdout.contains("CassKop is not done"), "{}", run.told());
        let report: Value = serde_json::from_str(&fleet.site.read("gate.json")).unwrap();
        assert_fits(&report);
        assert_eq!((&report["answer"], &report["ended"]), (&json!("could-not-tell"), &json!("interrupted")));
    }
}

#[test]
fn an_api_server_that_restarts_is_lived_through() {
    let Some(plane) = Plane::find() else { return };
    // A server of its own, because the others are everybody's.
    let server: &'static _ = Box::leak(Box::new(plane.start()));
    server.install(&crate::plane::crd::crd(multicasskop::schema::Profile::NEWEST));
    let fleet = Fleet::new("gate-restart", vec![Place::new("eu", 0, server), Place::new("us", 10, plane.shared(1))]);
    fleet.places.iter().for_each(|place| fleet.render("demo", place));
    at_work(&fleet);
    let mut run = fleet.start("us --wait --timeout 5m");
    run.until("CassKop is not done");
    server.stop();
    run.until("could not tell");
    let down = fleet.gate("us -q").exits(3);
    assert!(down.stdout.contains("could not tell, so not open"), "{}", down.told());
    server.restart();
    fleet.edit_status("demo", &fleet.places[0], |status| status["lastClusterActionStatus"] = json!("Done"));
    run.ended().exits(0);
    // The process ends with the tests; the value never would.
    server.stop();
}
