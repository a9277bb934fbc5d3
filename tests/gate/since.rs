//! `--since`: what was rendered before, in a folder or a revision of Git.

#![cfg(test)]

use serde_json::json;

use crate::fleet::{Fleet, Place, hashed};
use crate::plane::Plane;

#[test]
fn a_change_that_reaches_no_pod_needs_no_proof() {
    let Some(plane) = Plane::find() else { return };
    let (server, user) = (plane.shared(0), plane.shared(0).user());
    let fleet = Fleet::new("gate-since", vec![Place::with("eu", 0, server, &user), Place::new("us", 10, plane.shared(1))]);
    server.grant(&user, Some(&fleet.namespace), &["list"], &["cassandraclusters.db.orange.com"]);
    fleet.places.iter().for_each(|place| fleet.render("demo", place));
    let git = |words: &str| {
        let author = "-c user.name=a -c user.email=a@example.net";
        fleet.site.shell(&format!("git {author} {words}")).exits(0);
    };
    git("init -q");
    git("add clusters");
    git("commit -q -m before");
    fleet.site.shell("cp -r clusters before").exits(0);
    // Only CassKop reads it.
    let mut object = fleet.object("demo", 0);
    object["spec"]["autoPilot"] = json!(false);
    object["spec"].as_object_mut().unwrap().remove("autoPilot");
    hashed(&mut object);
    fleet.render_to("clusters", "eu", &object);
    git("commit -q -a -m change");
    fleet.settle_as(&object, &fleet.places[0]);

    // A server may take a moment to learn of the right.
    let closed = (0..20).map(|_| fleet.gate("us")).find(|run| run.code != Some(3)).unwrap().exits(1);
    assert!(closed.stdout.contains("unproven"), "{}", closed.told());
    fleet.gate("us --since before").exits(0);
    fleet.gate("us --since HEAD~1").exits(0);
    // From another folder too, where revisions are those of the tree's repository.
    fleet.site.write("elsewhere/empty", "");
    let run = fleet.site.run_in("elsewhere", &format!("gate us --fleet ../fleet.yaml --since HEAD~1 {}", crate::fleet::QUICK));
    run.exits(0);

    fleet.gate("us --since HEAD~7").exits(2).says("HEAD~7");
    fleet.gate("us --since=--output=planned").exits(2).says("does not know it as a revision");
    fleet.gate("us --since elsewhere").exits(2).says("there is no rendered ring");
    fleet.site.write("before/eu/demo.yaml", fleet.site.read("before/us/demo.yaml"));
    fleet.gate("us --since before").exits(2).says("--since before");
}
