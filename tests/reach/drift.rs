//! `drift`, as a person runs it, with real rights: with the right of a row of the
//! table in `docs/access.md` it looks, and without it the message names verb,
//! resource, namespace and cluster.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::client_configs;
use crate::command::{FLEET, RING, Run, Site};
use crate::plane::{Cluster, How, Plane, User, Way, documents};

const LIST: &str = "cassandraclusters.db.orange.com";

/// A rendered ring in a namespace of the cluster, applied there, and a fleet in which `connect` leads to it.
fn site(cluster: &Cluster, connect: &Value) -> (Site, String) {
    let namespace = cluster.namespace("drift");
    let fleet = FLEET.replace("- name: eu\n", &format!("- {{name: eu, connect: {connect}}}\n"));
    let ring = RING.replace("namespace: cassandra", &format!("namespace: {namespace}"));
    let site = Site::with(&[("fleet.yaml", &fleet), ("rings/demo.yaml", &ring)]);
    site.run("render").exits(0);
    for file in ["demo.yaml", "demo-seeds.yaml"] {
        for object in documents(file, &site.read(&format!("clusters/eu/{file}"))) {
            cluster.apply(&object, Way::ServerSide, "argocd-controller");
        }
    }
    (site, namespace)
}

fn drift(site: &Site, words: &str) -> Run {
    let mut command = site.command();
    command.args(["drift", "--cluster", "eu"]).args(words.split_whitespace()).env("RUST_LOG", "trace");
    site.watched(|| command.output().unwrap())
}

fn by_file(path: &std::path::Path) -> Value {
    json!({ "kubeconfig": path })
}

#[test]
fn each_right_of_drift_is_enough_and_is_named_when_it_is_missing() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.shared(0);
    let user = cluster.user();
    let (site, namespace) = site(cluster, &by_file(&cluster.kubeconfig("eu", &user, How::Token)));
    let said = drift(&site, "").exits(3).stdout;
    let missing = format!("the right to list {LIST} in namespace {namespace} of cluster eu is missing");
    assert!(said.contains(&missing), "{said}");
    assert!(said.contains(&format!("grant `list` on `{LIST}` in namespace {namespace}")), "{said}");

    cluster.grant(&user, Some(&namespace), &["list"], &[LIST]);
    let said = drift(&site, "").exits(0).stdout;
    assert!(said.contains("Git's revision"), "{said}");

    let said = drift(&site, "--seeds").stdout;
    let missing = format!("the right to get configmaps in namespace {namespace} of cluster eu is missing");
    assert!(said.contains(&missing), "{said}");
    cluster.grant(&user, Some(&namespace), &["get"], &["configmaps"]);
    let said = drift(&site, "--seeds").exits(0).stdout;
    assert!(!said.contains("missing"), "{said}");
}

#[test]
fn each_right_in_a_hub_is_enough_and_is_named_when_it_is_missing() {
    let Some(plane) = Plane::find() else { return };
    let (cluster, hub) = (plane.shared(0), plane.shared(1));
    hub.install(&client_configs());
    let there = hub.namespace("hub");
    for (kind, rights) in [("clientConfig", vec!["clientconfigs.config.k8ssandra.io", "secrets"]), ("kubemcsa", vec!["secrets"])]
    {
        let (far, near) = (cluster.user(), hub.user());
        let name = kind.to_lowercase();
        let (site, namespace) = site(cluster, &json!({kind: {"hub": "us", "namespace": there, "name": name}}));
        let way = by_file(&hub.kubeconfig("us", &near, How::Token));
        site.replace("fleet.yaml", "- name: us\n", &format!("- {{name: us, connect: {way}}}\n"));
        cluster.grant(&far, Some(&namespace), &["list"], &[LIST]);
        let kubeconfig = cluster.kubeconfig_of(&name, &far, How::Token).to_string();
        let of = |version: &str, kind: &str| json!({"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": there}});
        let mut secret = of("v1", "Secret");
        secret["stringData"] = json!({"config": kubeconfig, "kubeconfig": kubeconfig});
        hub.create(&secret, "test");
        if kind == "clientConfig" {
            let mut config = of("config.k8ssandra.io/v1beta1", "ClientConfig");
            config["spec"] = json!({"kubeConfigSecret": {"name": name}});
            hub.create(&config, "test");
        }
        for right in rights {
            let said = drift(&site, "").exits(3).stdout;
            let missing = format!("the hub `us` denies `get` on `{right}` in namespace `{there}`");
            assert!(said.contains(&missing), "{missing}\n{said}");
            hub.grant(&near, Some(&there), &["get"], &[right]);
        }
        let said = drift(&site, "").exits(0).stdout;
        assert!(said.contains("Git's revision"), "{kind}: {said}");
    }
}

/// With all the ways, what fails is told without what is secret.
#[test]
fn no_way_that_fails_tells_a_secret() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.shared(0);
    for how in [How::Token, How::TokenFile, How::Certificate, How::Exec] {
        let mut kubeconfig = cluster.kubeconfig_of("eu", &User::admin(), how);
        kubeconfig["clusters"][0]["cluster"]["server"] = json!("https://127.0.0.1:1");
        let path = cluster.write("kubeconfig", &kubeconfig.to_string());
        let (site, _) = site(cluster, &by_file(&path));
        let run = drift(&site, "-v -o text -o json=out.json -o prometheus=out.prom --history seen.jsonl").exits(3);
        assert!(run.stdout.contains("127.0.0.1:1 refuses the connection"), "{how:?}: {}", run.stdout);
    }
}

/// Rows of the table that some test here tries, with and without the right: verb, resource, what for.
const TRIED: [(&str, &str, &str); 13] = [
    ("list", "`cassandraclusters.db.orange.com`", "`drift`, `gate`"),
    ("list", "`statefulsets.apps`", "`gate`"),
    ("watch", "`cassandraclusters.db.orange.com`", "`gate --wait`"),
    ("get", "`configmaps`", "`drift --seeds`"),
    ("get", "`clientconfigs.config.k8ssandra.io`", "`connect: {clientConfig: …}`"),
    ("get", "`secrets`", "`connect: {clientConfig: …}`"),
    ("get", "`secrets`", "`connect: {kubemcsa: {hub: …}}`"),
    // `prerequisites.rs` tries these.
    (
        "get",
        "`namespaces`, `serviceaccounts`, `configmaps`, `secrets`",
        "[prerequisites](prerequisites.md#ticked-off-in-live-clusters) of `clusters check`",
    ),
    ("list", "`deployments.apps`, `networkpolicies.networking.k8s.io`", "prerequisites: CassKop, network policies"),
    ("list", "`deployments.apps`", "prerequisites: a CassKop of another namespace"),
    ("get", "`storageclasses.storage.k8s.io`", "prerequisites: storage classes by name"),
    ("list", "`storageclasses.storage.k8s.io`", "prerequisites: the default class"),
    ("list", "`nodes`", "prerequisites: Kubernetes nodes"),
];

#[test]
fn the_table_has_no_row_that_no_test_tries() {
    let page = include_str!("../../docs/access.md");
    let rows = page.lines().filter(|line| ["| list ", "| watch ", "| get "].iter().any(|verb| line.starts_with(verb)));
    let cells = |row: &'static str| row.split('|').map(str::trim).collect::<Vec<_>>();
    let rows: BTreeSet<_> = rows.map(cells).map(|cells| (cells[1], cells[2], cells[4])).collect();
    assert_eq!(rows, TRIED.into());
}
