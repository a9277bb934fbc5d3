//! What opens: a ring that is settled, for each of the three questions.

#![cfg(test)]

use serde_json::{Value, json};

use crate::assert_told;
use crate::fleet::{Fleet, Place, assert_fits};
use crate::plane::Plane;

/// Three clusters; the ring `demo` is rendered for all and settled in the first.
fn three(plane: &'static Plane, test: &str) -> Fleet {
    let places = [("eu", 0, 0), ("us", 10, 1), ("ap", 20, 2)].map(|(name, wave, at)| Place::new(name, wave, plane.shared(at)));
    let fleet = Fleet::new(test, places.into());
    fleet.places.iter().for_each(|place| fleet.render("demo", place));
    fleet.settle("demo", &fleet.places[0]);
    fleet
}

#[test]
fn the_next_cluster_may_go_and_the_one_after_it_not_yet() {
    let Some(plane) = Plane::find() else { return };
    let fleet = three(plane, "gate-open");
    assert_told!("open", fleet.told(&fleet.gate("us -q").exits(0)));
    fleet.gate("--wave 10").exits(0);
    // The first has nobody to wait for, and is there.
    fleet.gate("eu --wait --timeout 1m").exits(0);
    fleet.gate("ap").exits(1);
    fleet.gate("--wave 20").exits(1);
    assert_told!("not-all", fleet.told(&fleet.gate("--all").exits(1)));

    let report = fleet.gate("us -o json=gate.json -o text");
    assert!(report.stdout.starts_with("gate cluster us: open\n"), "{}", report.told());
    let report: Value = serde_json::from_str(&fleet.site.read("gate.json")).unwrap();
    assert_fits(&report);
    assert_eq!((&report["answer"], &report["ended"]), (&json!("open"), &json!("answered")));
    let closed = fleet.gate("ap -o json").exits(1).json();
    assert_fits(&closed);
    assert_eq!((&closed["answer"], &closed["rings"][0]["settledFirst"]), (&json!("closed"), &json!(["eu", "us"])));

    for place in &fleet.places[1..] {
        fleet.settle("demo", place);
    }
    fleet.gate("ap").exits(0);
    fleet.gate("--all").exits(0);
}

#[test]
fn one_ring_never_blocks_another() {
    let Some(plane) = Plane::find() else { return };
    let fleet = three(plane, "gate-rings");
    // The other ring is rendered for two of the clusters, and is nowhere.
    for place in &fleet.places[..2] {
        fleet.render("other", place);
    }
    fleet.gate("us --ring demo").exits(0);
    fleet.gate("us --ring other").exits(1);
    let both = fleet.gate("us").exits(1);
    assert!(both.stdout.contains("/demo: ready;") && both.stdout.contains("/other: not ready;"), "{}", both.told());
    // For the third only the first is rendered.
    fleet.settle("demo", &fleet.places[1]);
    fleet.gate("ap").exits(0);
    fleet.gate("ap --ring other").exits(2).says("the ring `other` is not rendered for the cluster `ap`");
}

#[test]
fn rings_that_are_accepted_as_they_are_open() {
    let Some(plane) = Plane::find() else { return };
    let fleet = three(plane, "gate-ignore");
    let eu = &fleet.places[0];
    fleet.patch("demo", eu, &json!({"spec": {"maxPodUnavailable": 2}}), "kubectl-edit");
    fleet.gate("us").exits(1);
    let rule = |until: &str| {
        format!(
            "ignore:\n  - {{ring: demo, cluster: eu, path: spec.maxPodUnavailable, reason: repair of rack1, owner: ops, until: {until}}}\n"
        )
    };
    fleet.fleet_file(&rule("2999-12-31"));
    assert_told!("ignored", fleet.told(&fleet.gate("us -q").exits(0)));
    fleet.fleet_file(&rule("2020-12-31"));
    fleet.gate("us").exits(1).says("has ended and does not count any more");
}
