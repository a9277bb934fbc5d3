//! The command on dumps, as a user meets it.

#![cfg(test)]

use serde_json::{Value as Json, json};

use crate::command::{Run, Site};
use crate::schema::assert_fits;

/// A fleet of two rings in `eu` and `us`, rendered, with dumps of clusters that are as Git wants them.
pub(crate) fn site() -> Site {
    let site = Site::fleet();
    site.replace("fleet.yaml", "- name: eu\n", "- {name: eu, connect: {dump: live/eu.json}}\n");
    site.replace("fleet.yaml", "- name: us\n", "- {name: us, connect: {dump: live/us.json}}\n");
    site.run("render").exits(0);
    for cluster in ["eu", "us"] {
        site.write(&format!("live/{cluster}.json"), list(["demo", "test"].map(|ring| live(&site, cluster, ring))));
    }
    site
}

fn list(objects: impl IntoIterator<Item = Json>) -> String {
    let items: Vec<_> = objects.into_iter().collect();
    format!("{:#}", json!({ "apiVersion": "v1", "kind": "List", "items": items }))
}

/// The rendered object as it is when Argo CD has applied it and CassKop has seen it.
fn live(site: &Site, cluster: &str, ring: &str) -> Json {
    let mut object: Json = serde_yaml::from_str(&site.read(&format!("clusters/{cluster}/{ring}.yaml"))).unwrap();
    let seen = json!({ "apiVersion": object["apiVersion"], "kind": "CassandraCluster", "metadata": object["metadata"], "spec": object["spec"] });
    let metadata = &mut object["metadata"];
    metadata["annotations"]["cassandraclusters.db.orange.com/last-applied-configuration"] = json!(seen.to_string());
    metadata["uid"] = json!("1");
    metadata["generation"] = json!(1);
    metadata["managedFields"] = json!([{
        "manager": "argocd-controller", "operation": "Apply", "apiVersion": "db.orange.com/v2",
        "time": "2026-11-01T00:00:00Z", "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:cassandraImage": {}, "f:topology": {"f:dc": {}}}},
    }]);
    object["status"] = json!({"phase": "Running", "lastClusterAction": "Initializing", "lastClusterActionStatus": "Done"});
    object
}

/// Edits an object of a dump.
pub(crate) fn edit(site: &Site, cluster: &str, ring: &str, edit: impl Fn(&mut Json)) {
    let path = format!("live/{cluster}.json");
    let mut dump: Json = serde_json::from_str(&site.read(&path)).unwrap();
    let items = dump["items"].as_array_mut().unwrap();
    items.iter_mut().filter(|object| object["metadata"]["name"] == *ring).for_each(edit);
    site.write(&path, dump.to_string());
}

/// Somebody scales a data centre by hand, and CassKop has done it.
fn scale(object: &mut Json) {
    object["spec"]["topology"]["dc"][0]["nodesPerRacks"] = json!(4);
    let mut seen: Json = serde_json::from_str(object["metadata"]["annotations"][SEEN].as_str().unwrap()).unwrap();
    seen["spec"] = object["spec"].clone();
    object["metadata"]["annotations"][SEEN] = json!(seen.to_string());
    // Who changes a value by an update takes it from those who owned it.
    object["metadata"]["managedFields"][0]["fieldsV1"]["f:spec"].as_object_mut().unwrap().remove("f:topology");
    object["metadata"]["managedFields"].as_array_mut().unwrap().push(json!({
        "manager": "kubectl-edit", "operation": "Update", "apiVersion": "db.orange.com/v2",
        "time": "2026-11-02T03:04:05Z", "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:topology": {"f:dc": {}}}},
    }));
}

const SEEN: &str = "cassandraclusters.db.orange.com/last-applied-configuration";

macro_rules! assert_told {
    ($name:literal, $run:expr) => {
        let run: Run = $run;
        insta::with_settings!({
            filters => vec![(r"\((\d+ (days|h|min) ago|just now)\)", "(some time ago)"), (r", in the future: check the clocks", " (some time ago)")],
        }, { insta::assert_snapshot!($name, run.told()); });
    };
}

#[test]
fn what_is_as_git_wants_it_is_one_line() {
    let site = site();
    assert_told!("clean", site.run("drift"));
    let report = site.run("drift -o json").exits(0);
    assert_fits(&report.stdout);
}

#[test]
fn the_demo_shows_what_somebody_did_by_hand() {
    let site = Site::empty();
    let demo = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    for file in ["fleet.yaml", "rings/cassandra-demo.yaml", "live/k8s-cluster1.yaml", "live/k8s-cluster2.yaml"] {
        site.write(file, std::fs::read(demo.join(file)).unwrap());
    }
    for cluster in ["k8s-cluster1", "k8s-cluster2"] {
        for file in ["cassandra-demo.yaml", "cassandra-demo-seeds.yaml", "kustomization.yaml"] {
            let path = format!("clusters/{cluster}/{file}");
            site.write(&path, std::fs::read(demo.join(&path)).unwrap());
        }
    }
    assert_told!("demo", site.run("drift").exits(1));
    assert_fits(&site.run("drift -o json").exits(1).stdout);
    let found = site.run("drift --cluster k8s-cluster2").exits(1);
    assert!(!found.stdout.contains("k8s-cluster1") && found.stdout.contains("prometheus.io/scrape"), "{}", found.stdout);
}

#[test]
fn an_edit_by_hand_is_said_once_with_hand_and_line() {
    let site = site();
    edit(&site, "eu", "demo", scale);
    edit(&site, "us", "demo", scale);
    assert_told!("edited", site.run("drift").exits(1));
    let one = site.run("drift --ring test").exits(0);
    assert!(one.stdout.contains("2 live rings: nothing differs"), "{}", one.stdout);
}

#[test]
fn what_cannot_be_looked_at_is_said_and_hides_nothing() {
    let site = site();
    edit(&site, "us", "demo", scale);
    site.write("live/eu.json", "No resources found\n");
    assert_told!("unreadable_dump", site.run("drift").exits(3));
    site.remove("live/eu.json");
    assert_told!("no_dump", site.run("drift --cluster eu").exits(3));
}

#[test]
fn a_tree_that_cannot_be_used_leaves_its_cluster_out() {
    let site = site();
    edit(&site, "us", "demo", scale);
    site.replace("clusters/eu/demo.yaml", "spec:\n", "<<<<<<< ours\nspec:\n=======\n>>>>>>> theirs\n");
    let run = site.run("drift").exits(3).says("Git left conflict markers in `clusters/eu/demo.yaml`");
    assert!(
        run.stdout.contains("not checked: eu: not all of its rendered files") && run.stdout.contains("nodesPerRacks"),
        "{}",
        run.stdout
    );
    site.run("drift --cluster us").exits(1).does_not_say("conflict");
}

#[test]
fn an_edited_file_of_the_tree_is_said() {
    let site = site();
    site.replace("clusters/eu/demo.yaml", "cassandra:3.11.10", "cassandra:3.11.11");
    let run = site.run("drift").exits(1).says("`clusters/eu/demo.yaml` was edited since it was rendered");
    assert!(run.stdout.contains("3.11.11"), "{}", run.stdout);
}

/// Who reads the issue or the page does not see what the run said besides.
#[test]
fn what_is_odd_in_the_tree_is_in_every_report() {
    let site = site();
    site.replace("clusters/eu/demo.yaml", "cassandra:3.11.10", "cassandra:3.11.11");
    let ring = site.read("clusters/us/demo.yaml").lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
    site.write("clusters/us/by-hand.yaml", ring.replace("name: demo", "name: by-hand"));
    site.run("drift -o json=r.json -o comment=c.md").exits(1);
    let report: Json = serde_json::from_str(&site.read("r.json")).unwrap();
    let notes: Vec<_> = report["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap()).collect();
    for (file, what) in [("eu/demo", "was edited since"), ("us/by-hand", "was not rendered")] {
        let of_file: Vec<_> = notes.iter().filter(|note| note.contains(file)).collect();
        assert!(matches!(of_file[..], [one] if one.contains(what)), "{notes:?}");
        assert!(site.read("c.md").contains(&format!("clusters/{file}.yaml")), "{}", site.read("c.md"));
    }
    site.run("drift --cluster us -o json=r.json").exits(0);
    assert!(!site.read("r.json").contains("clusters/eu/demo.yaml"), "of the clusters that were asked for");
}

/// A label that nobody wrote points to the ring, a cluster without an answer to its line in the fleet file.
#[test]
fn what_has_no_line_of_its_own_points_to_its_ring_or_cluster() {
    let site = site();
    edit(&site, "eu", "demo", |object| object["metadata"]["labels"] = json!({"team": "db"}));
    site.write("live/us.json", "{");
    site.run("drift -o github=r.gh").exits(3);
    let line = |file: &str, text: &str| 1 + site.read(file).lines().position(|line| line.contains(text)).unwrap();
    let at = |rule: &str| {
        let told = site.read("r.gh");
        told.lines().find(|line| line.contains(rule)).unwrap_or_else(|| panic!("{told}")).to_owned()
    };
    assert!(at("drift/labels").starts_with("::error file=rings/demo.yaml,line="), "{}", at("drift/labels"));
    let us = line("fleet.yaml", "name: us");
    assert!(at("drift/not-checked").starts_with(&format!("::error file=fleet.yaml,line={us},")), "{}", at("drift/not-checked"));
}

#[test]
fn without_a_tree_there_is_a_way_out() {
    let site = Site::empty();
    assert_told!("no_tree", site.run("drift").exits(2));
    assert_told!("empty_tree", site.run("drift --out clusters").exits(2));
    let fleet = self::site();
    assert_told!("unknown_names", fleet.run("drift --cluster uss").exits(2));
    fleet.run("drift --ring dmo").exits(2).says("did you mean `demo`?");
    fleet.run("drift --dump eu").exits(2).says("is not `CLUSTER=PATH`");
    fleet.run("drift -o xml").exits(2).says("write one of `text`, `json`, `markdown`");
    fleet.run("drift -o json -o text").exits(2).says("only one format");
}

#[test]
fn without_a_fleet_file_the_tree_says_which_clusters_there_are() {
    let site = site();
    site.remove("fleet.yaml");
    let run = site.run("drift --out clusters --dump eu=live/eu.json --dump us=live/us.json").exits(0);
    let run = run.says("there is no fleet file: the clusters are those of the tree");
    assert!(run.stdout.contains("4 live rings: nothing differs"), "{}", run.stdout);
}

#[test]
fn a_ring_of_a_retired_cluster_is_extra_and_its_files_are_left_over() {
    let site = site();
    site.replace("fleet.yaml", "{name: us, connect", "{name: us, state: retired, connect");
    let run = site.run("drift").exits(1).says("is left over: the cluster `us` is retired");
    assert!(run.stdout.contains("not in Git: cluster retired"), "{}", run.stdout);
    site.replace("fleet.yaml", ", connect: {dump: live/us.json}", "");
    let run = site.run("drift").exits(0);
    assert!(run.stdout.contains("us is retired and says no `connect:`"), "{}", run.stdout);
}

#[test]
fn a_ring_that_is_not_there_is_missing() {
    let site = site();
    let mut dump: Json = serde_json::from_str(&site.read("live/us.json")).unwrap();
    dump["items"].as_array_mut().unwrap().remove(0);
    site.write("live/us.json", dump.to_string());
    let run = site.run("drift").exits(1);
    assert!(run.stdout.contains("the whole CassandraCluster: missing"), "{}", run.stdout);
}

#[test]
fn files_are_written_beside_what_is_printed_and_the_history_remembers() {
    let site = site();
    edit(&site, "eu", "demo", scale);
    let words = "drift -o json -o text=out.txt --output prometheus=out.prom --history seen.jsonl";
    let first: Json = serde_json::from_str(&site.run(words).exits(1).stdout).unwrap();
    let since = |report: &Json| report["clusters"][0]["rings"][0]["differences"][0]["firstSeen"].as_str().unwrap().to_owned();
    let second: Json = serde_json::from_str(&site.run(words).exits(1).stdout).unwrap();
    assert_eq!(since(&first), since(&second));
    assert!(second["at"].as_str() > first["at"].as_str());
    assert!(site.read("out.txt").contains("first seen"), "{}", site.read("out.txt"));
    assert!(site.read("out.prom").contains(
        "multicasskop_drift_differences{fleet=\"prod\",cluster=\"eu\",namespace=\"cassandra\",ring=\"demo\",class=\"extra\"} 1\n"
    ));
    assert_eq!(site.read("seen.jsonl").lines().count(), 1);
    let run = site.run("drift -o json=no/such/folder.json").exits(2).says("could not be written");
    assert!(run.stdout.contains("nodesPerRacks"), "{}", run.stdout);
}
