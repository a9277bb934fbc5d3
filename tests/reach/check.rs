//! `clusters check`, as a person runs it: rights, CRDs of other releases, a
//! cluster that is down.

use std::path::Path;
use std::process::{Command, Output};

use multicasskop::schema::Profile;
use serde_json::{Value, json};

use crate::plane::{Cluster, How, Plane, User, Way, crd};
use crate::planted;

const RING: &str = "apiVersion: db.orange.com/v2\nkind: MultiCasskop\nmetadata: {name: demo}\nspec:\n  base: {metadata: {name: demo, namespace: NS}, spec: {}}\n  override: {a: {}, b: {}, c: {}}\n";

/// Makes what [`RING`] takes for granted: a service account, a Kubernetes node, CassKop.
pub(crate) fn furnish(cluster: &Cluster, namespace: &str, version: &str) {
    let named = |name: &str| json!({"name": name, "namespace": namespace});
    cluster.apply(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}), Way::ServerSide, "test");
    let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": named("cassandra-cluster-node")});
    cluster.apply(&account, Way::ServerSide, "test");
    cluster.apply(&json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "plain"}}), Way::ServerSide, "test");
    casskop(cluster, namespace, &format!("ghcr.io/cscetbon/casskop:{version}"), &json!([]));
}

/// A Deployment of CassKop with one ready pod.
pub(crate) fn casskop(cluster: &Cluster, namespace: &str, image: &str, env: &Value) -> Value {
    let labels = json!({"name": "casskop"});
    let container = json!({"name": "casskop", "image": image, "env": env});
    let template = json!({"metadata": {"labels": labels}, "spec": {"containers": [container]}});
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "casskop", "namespace": namespace},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": template},
    });
    cluster.apply(&deployment, Way::ServerSide, "test");
    let mut ready = deployment.clone();
    ready["status"] = json!({"replicas": 1, "readyReplicas": 1});
    cluster.put_status(&ready, "test");
    deployment
}

/// A repository with a fleet of these clusters and one ring in a namespace.
pub(crate) fn site(clusters: &Value, version: &str, namespace: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let fleet = json!({
        "apiVersion": "multicasskop.dev/v1alpha1", "kind": "Fleet", "metadata": {"name": "prod"},
        "sources": ["ring.yaml"], "casskopVersion": version, "clusters": clusters,
    });
    std::fs::write(folder.path().join("fleet.yaml"), fleet.to_string()).unwrap();
    std::fs::write(folder.path().join("ring.yaml"), RING.replace("NS", namespace)).unwrap();
    folder
}

pub(crate) fn run(folder: &Path, kubeconfigs: &[std::path::PathBuf], words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_multicasskop"));
    command.current_dir(folder).args(words).env("KUBECONFIG", std::env::join_paths(kubeconfigs).unwrap());
    let output = command.env("RUST_LOG", "trace").output().unwrap();
    for said in [&output.stdout, &output.stderr] {
        planted::assert_none("the output", &String::from_utf8_lossy(said));
    }
    output
}

pub(crate) fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

pub(crate) fn admin(cluster: &Cluster, context: &str) -> std::path::PathBuf {
    cluster.kubeconfig(context, &User::admin(), How::Certificate)
}

#[test]
fn contexts_of_several_files_and_a_cluster_that_is_down() {
    let Some(plane) = Plane::find() else { return };
    let (one, two) = (plane.shared(0), plane.shared(1));
    let namespace = one.namespace("check");
    furnish(one, &namespace, "2.3.4");
    furnish(two, &namespace, "2.3.4");
    let folder = site(&json!([{"name": "a"}, {"name": "b"}, {"name": "c"}]), "2.3.4", &namespace);
    let mut down = two.kubeconfig_of("c", &User::admin(), How::Token);
    down["clusters"][0]["cluster"]["server"] = json!("https://127.0.0.1:1");
    let files = [admin(one, "a"), folder.path().join("gone"), admin(two, "b"), two.write("kubeconfig", &down.to_string())];
    let output = run(folder.path(), &files, &["clusters", "check", "-o", "json"]);
    let report = report(&output);
    assert_eq!(output.status.code(), Some(3), "{report:#}");
    let results: Vec<_> = report["clusters"].as_array().unwrap().iter().map(|cluster| &cluster["result"]).collect();
    assert_eq!(results, ["fits", "fits", "could not tell"]);
    let first = &report["clusters"][0];
    assert!(first["serverVersion"].as_str().unwrap().starts_with("v1."));
    assert_eq!(first["crd"], json!({"served": ["v2"], "statusSubresource": true, "envVars": true, "prunes": []}));
    assert_eq!(first["rights"].as_array().unwrap().len(), 4);
    assert!(first["rights"].as_array().unwrap().iter().all(|right| right["allowed"] == json!(true)), "{first:#}");
    assert_eq!(report["clusters"][2]["trouble"]["message"], "127.0.0.1:1 refuses the connection");

    let output = run(folder.path(), &files, &["clusters", "check", "a", "b"]);
    assert_eq!(output.status.code(), Some(0));
    let output = run(folder.path(), &files, &["clusters", "check"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("\nc:\n  127.0.0.1:1 refuses the connection\n    help: "), "{text}");
}

#[test]
fn rights_are_named_one_by_one() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.shared(0);
    let namespace = cluster.namespace("check");
    let folder = site(&json!([{"name": "a"}]), "2.3.4", &namespace);
    let user = cluster.user();
    let file = [cluster.kubeconfig("a", &user, How::Token)];
    let check = || {
        let output = run(folder.path(), &file, &["clusters", "check"]);
        (output.status.code(), String::from_utf8(output.stdout).unwrap().replace(&namespace, "NS"))
    };
    let (code, text) = check();
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("`a` denies `list` on `cassandraclusters.db.orange.com` in namespace `NS`: nothing can be checked"),
        "{text}"
    );
    cluster.grant(&user, Some(&namespace), &["list"], &["cassandraclusters.db.orange.com"]);
    let (code, text) = check();
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("note: without `list` on `statefulsets.apps` in namespace `NS` `gate` has no proof"), "{text}");
    assert!(text.contains("1 of 4"), "{text}");
}

#[test]
fn a_crd_of_another_release_does_not_fit() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.start();
    let file = [admin(&cluster, "a")];
    let check = |version: &str| {
        furnish(&cluster, "db", version);
        let folder = site(&json!([{"name": "a"}]), version, "db");
        let output = run(folder.path(), &file, &["clusters", "check", "-o", "json"]);
        (output.status.code(), report(&output)["clusters"][0].clone())
    };
    let (code, none) = check("2.3.4");
    assert_eq!((code, &none["crd"]), (Some(1), &Value::Null), "{none:#}");
    assert!(
        none["problems"][0]["message"].as_str().unwrap().contains("does not serve `cassandraclusters.db.orange.com`"),
        "{none:#}"
    );

    cluster.install(&crd::crd(Profile::V2_2_9));
    assert_eq!(check("2.2.9").0, Some(0));
    let (code, old) = check("2.3.4");
    assert_eq!(
        (code, &old["crd"]["statusSubresource"], &old["crd"]["envVars"]),
        (Some(1), &json!(false), &json!(false)),
        "{old:#}"
    );
    let said = old["problems"].to_string();
    assert!(said.contains("the CRD has no status subresource"), "{said}");
    insta::assert_json_snapshot!(old["crd"]["prunes"]);
    let (code, older) = check("1.1.5");
    assert_eq!(code, Some(1));
    assert!(older["problems"][0]["message"].as_str().unwrap().contains("the CRD serves v2 and not v1alpha1"), "{older:#}");
    for profile in [Profile::V1_1_5, Profile::V2_3_1, Profile::V2_3_4] {
        cluster.install(&crd::crd(profile));
        let version = match profile {
            Profile::V1_1_5 => "1.1.5",
            Profile::V2_3_1 => "2.3.1",
            _ => "2.3.4",
        };
        let (code, fits) = check(version);
        assert_eq!(code, Some(0), "{fits:#}");
        assert_eq!(fits["crd"]["prunes"], json!([]));
    }
}
