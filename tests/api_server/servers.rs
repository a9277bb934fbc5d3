//! The servers of `tests/plane` are what other tests take them for: each cluster
//! has its own users, rights and objects, lives through a restart, and ends with
//! the test binary, however that ends.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::{Value, json};

use crate::plane::{Cluster, How, Plane, User, Way, crd, wait};

/// One GET with a kubeconfig: what the server answers, or the code of its refusal.
fn get(kubeconfig: &Path, path: &str) -> Result<Value, u16> {
    let request = http::Request::get(path).body(Vec::new()).unwrap();
    wait(async {
        let config = Kubeconfig::read_from(kubeconfig).unwrap();
        let config = kube::Config::from_custom_kubeconfig(config, &KubeConfigOptions::default()).await.unwrap();
        match kube::Client::try_from(config).unwrap().request(request).await {
            Err(kube::Error::Api(status)) => Err(status.code),
            answer => Ok(answer.unwrap()),
        }
    })
}

fn config_map(namespace: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": namespace}, "data": {"key": "value"}})
}

#[test]
fn every_way_of_saying_who_one_is_gives_the_rights_of_that_user() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.shared(0);
    let namespace = cluster.namespace("ways");
    cluster.create(&config_map(&namespace), "test");
    let path = format!("/api/v1/namespaces/{namespace}/configmaps");
    for how in [How::Token, How::TokenFile, How::Certificate, How::Exec] {
        let user = cluster.user();
        let kubeconfig = cluster.kubeconfig("here", &user, how);
        assert_eq!(get(&kubeconfig, &path), Err(403), "{how:?}");
        cluster.grant(&user, Some(&namespace), &["list"], &["configmaps"]);
        let list = get(&kubeconfig, &path).unwrap();
        assert_eq!(list["items"][0]["data"]["key"], "value", "{how:?}");
        assert_eq!(get(&kubeconfig, "/api/v1/configmaps"), Err(403), "{how:?}: only in the namespace");
        assert_eq!(get(&kubeconfig, &format!("{path}/a")), Err(403), "{how:?}: only to list");
        cluster.grant(&user, None, &["get"], &["cassandraclusters.db.orange.com"]);
        let other = format!("/apis/db.orange.com/v2/namespaces/{namespace}/cassandraclusters/none");
        assert_eq!(get(&kubeconfig, &other), Err(404), "{how:?}: may look, and finds nothing");
    }
}

#[test]
fn clusters_have_nothing_in_common() {
    let Some(plane) = Plane::find() else { return };
    let [one, other] = [plane.shared(0), plane.shared(1)];
    let namespace = one.namespace("only-in-one");
    let path = format!("/api/v1/namespaces/{namespace}");
    assert!(get(&one.kubeconfig("one", &User::admin(), How::Certificate), &path).is_ok());
    assert_eq!(get(&other.kubeconfig("other", &User::admin(), How::Certificate), &path), Err(404));
    let mut astray = one.kubeconfig_of("one", &User::admin(), How::Certificate);
    astray["clusters"] = other.kubeconfig_of("one", &User::admin(), How::Certificate)["clusters"].clone();
    assert_eq!(get(&one.write("astray", &astray.to_string()), &path), Err(401));
}

#[test]
fn a_stranger_is_nobody() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.shared(0);
    let mut kubeconfig = cluster.kubeconfig_of("here", &cluster.user(), How::Token);
    kubeconfig["users"][0]["user"]["token"] = json!("unknown");
    assert_eq!(get(&cluster.write("kubeconfig", &kubeconfig.to_string()), "/api/v1/namespaces"), Err(401));
}

#[test]
fn a_restart_keeps_what_is_stored() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.start();
    cluster.install(&crd::with_status_subresource(crd::crd(multicasskop::schema::Profile::NEWEST), false));
    let version = cluster.request(http::Method::GET, "/version", "application/json", None).unwrap();
    assert!(version["gitVersion"].as_str().unwrap().starts_with("v1.34."), "{version}");
    let namespace = cluster.namespace("kept");
    let ring = json!({"apiVersion": "db.orange.com/v2", "kind": "CassandraCluster", "metadata": {"name": "a", "namespace": namespace}, "spec": {}, "status": {"phase": "Running"}});
    cluster.create(&ring, "test");
    cluster.stop();
    assert!(cluster.request(http::Method::GET, "/version", "application/json", None).is_err());
    cluster.restart();
    assert_eq!(cluster.get(&ring).unwrap()["status"]["phase"], "Running", "no subresource, so it is stored with the rest");
    cluster.delete(&ring);
    assert_eq!(cluster.get(&ring), None);
}

/// As `kubectl apply` does it, and as it notes it.
#[test]
fn both_ways_to_apply_remove_what_is_gone_and_leave_what_is_not_theirs() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.shared(0);
    for (way, manager, operation) in
        [(Way::ClientSide, "kubectl-client-side-apply", "Update"), (Way::ServerSide, "kubectl", "Apply")]
    {
        let mut object = config_map(&cluster.namespace("apply"));
        cluster.apply(&object, way, manager);
        cluster.patch(&object, "application/merge-patch+json", &json!({"data": {"theirs": "stays"}}), "someone");
        object["data"] = json!({"new": "value"});
        cluster.apply(&object, way, manager);
        let live = cluster.get(&object).unwrap();
        assert_eq!(live["data"], json!({"new": "value", "theirs": "stays"}), "{way:?}");
        let managers = live["metadata"]["managedFields"].as_array().unwrap();
        assert!(managers.iter().any(|one| one["manager"] == manager && one["operation"] == operation), "{live}");
        let noted = &live["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"];
        assert_eq!(noted.is_string(), way == Way::ClientSide, "{live}");
    }
}

/// Set where this binary runs itself to be killed.
const TO_BE_KILLED: &str = "MULTICASSKOP_TEST_TO_BE_KILLED";

#[test]
#[ignore = "only the next test runs it, in a process of its own"]
fn waits_to_be_killed() {
    if std::env::var_os(TO_BE_KILLED).is_none() {
        return;
    }
    let cluster: Cluster = Plane::find().unwrap().start();
    println!("started {} {}", cluster.url().rsplit(':').next().unwrap(), cluster.write("mark", "").display());
    sleep(Duration::from_mins(5));
}

#[test]
fn no_server_and_no_folder_outlives_a_killed_test() {
    if Plane::find().is_none() {
        return;
    }
    let mut test = Command::new(std::env::current_exe().unwrap());
    test.args(["--ignored", "--exact", "servers::waits_to_be_killed", "--nocapture"]).env(TO_BE_KILLED, "1");
    let mut test = test.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(test.stdout.take().unwrap()).lines();
    let line = lines.map(Result::unwrap).find(|line| line.contains("started ")).expect("it starts");
    let mut words = line.split(' ').skip_while(|word| *word != "started").skip(1);
    let port: u16 = words.next().unwrap().parse().unwrap();
    let mark = PathBuf::from(words.next().unwrap());
    let there = || (TcpStream::connect(("127.0.0.1", port)).is_ok(), mark.exists());
    assert_eq!(there(), (true, true));
    test.kill().unwrap();
    test.wait().unwrap();
    let start = Instant::now();
    while there() != (false, false) {
        assert!(start.elapsed() < Duration::from_secs(20), "{:?} is left, {line}", there());
        sleep(Duration::from_millis(50));
    }
}
