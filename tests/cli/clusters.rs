//! `clusters` and what `clusters check` says before it asks anybody.

use super::*;

const CLUSTERS: &str = "\
clusters:
  - name: eu
    namespace: cassandra
  - {name: us, wave: 30, connect: {context: prod@us}, casskopVersion: {from: 2.2.9, to: 2.3.4}}
  - {name: ap, connect: {dump: dumps/ap.yaml}}
  - {name: sa, connect: {clientConfig: {hub: eu, namespace: k8ssandra, name: far}}, state: retired}
  - {name: af, connect: {kubemcsa: {hub: eu, namespace: cassandra, name: af}}}
  - {name: me, connect: {inCluster: true}}
";

fn site() -> Site {
    let site = Site::fleet();
    let (head, _) = FLEET.split_once("clusters:\n").unwrap();
    site.write("fleet.yaml", format!("{head}{CLUSTERS}"));
    site
}

#[test]
fn clusters_are_listed_with_the_way_to_them() {
    let site = site();
    assert_told!("clusters", site.run("clusters").exits(0));
    let listed = site.run("clusters -o json").exits(0).json();
    assert_eq!(listed["kind"], "ClusterList");
    assert_eq!(listed["clusters"][3]["reachedBy"], "ClientConfig k8ssandra/far in eu");
    assert_eq!(listed["clusters"][1]["casskopVersion"], serde_json::json!({"from": "2.2.9", "to": "2.3.4"}));
}

#[test]
fn what_cannot_be_asked_is_said_before_anybody_is() {
    let site = site();
    site.run("clusters check uss").exits(2).says("the fleet has no cluster `uss`").says("did you mean `us`?");
    site.run("clusters check --connect-timeout 0s").exits(2).says("write a number and its unit");
    Site::empty().run("clusters").exits(2).says("there is no fleet.yaml here or in a folder above");
    site.write("fleet.yaml", FLEET.replace("- name: us", "- {name: us, connect: {}}"));
    site.run("clusters").exits(2).says("`clusters[1].connect` says no way to the cluster");
}

#[test]
fn without_a_kubeconfig_nothing_can_be_told() {
    let site = site();
    let mut command = site.command();
    command.args(["clusters", "check", "eu", "-o", "json"]).env("KUBECONFIG", "gone");
    let report = site.watched(|| command.output().unwrap()).exits(3).json();
    assert_eq!(report["clusters"][0]["trouble"]["message"], "there is no kubeconfig: gone is not there");
    assert_eq!(report["clusters"][0]["result"], "could not tell");
}
