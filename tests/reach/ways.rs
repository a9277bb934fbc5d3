//! Every way to a cluster that the fleet file knows leads there.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use multicasskop::live::{Hub, Way};
use multicasskop::names::{ClusterName, Namespace, ObjectName};
use multicasskop::observed::TroubleKind;
use serde_json::{Value, json};

use crate::plane::{Cluster, How, Plane, User};
use crate::{client_configs, look, ring, rings, target};

const LIST: &str = "cassandraclusters.db.orange.com";

/// A user that may list the rings of a namespace.
fn reader(cluster: &Cluster, namespace: &Namespace) -> User {
    let user = cluster.user();
    cluster.grant(&user, Some(namespace.as_str()), &["list"], &[LIST]);
    user
}

fn file(path: PathBuf) -> Way {
    Way::Kubeconfig { file: path, context: None }
}

#[test]
fn tokens_token_files_certificates_and_plugins() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.shared(0);
    let namespace = ring(cluster, "demo");
    for how in [How::Token, How::TokenFile, How::Certificate, How::Exec] {
        let kubeconfig = cluster.kubeconfig("eu", &reader(cluster, &namespace), how);
        assert_eq!(rings(&look(target(file(kubeconfig), &namespace))).unwrap(), ["demo"], "{how:?}");
    }
    let none = look(target(file(cluster.kubeconfig("eu", &User::admin(), How::Token)), &Namespace::new("empty").unwrap()));
    assert!(rings(&none).unwrap().is_empty());
}

#[test]
fn a_plugin_may_give_a_client_certificate() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.shared(0);
    let namespace = ring(cluster, "demo");
    let user = reader(cluster, &namespace);
    let mut kubeconfig = cluster.kubeconfig_of("eu", &user, How::Exec);
    let by_certificate = cluster.kubeconfig_of("eu", &user, How::Certificate);
    let pem = |key: &str| {
        let bytes: k8s_openapi::ByteString = serde_json::from_value(by_certificate["users"][0]["user"][key].clone()).unwrap();
        String::from_utf8(bytes.0).unwrap()
    };
    let status = json!({"clientCertificateData": pem("client-certificate-data"), "clientKeyData": pem("client-key-data")});
    let credential = json!({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status});
    let answer = cluster.write("credential", &credential.to_string());
    kubeconfig["users"][0]["user"]["exec"]["command"] = json!("cat");
    kubeconfig["users"][0]["user"]["exec"]["args"] = json!([answer]);
    let path = cluster.write("kubeconfig", &kubeconfig.to_string());
    assert_eq!(rings(&look(target(file(path), &namespace))).unwrap(), ["demo"]);
}

/// A proxy for CONNECT, and how many tunnels it has made.
fn proxy() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let made = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&made);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let counted = Arc::clone(&counted);
            thread::spawn(move || tunnel(stream, &counted));
        }
    });
    (port, made)
}

fn tunnel(mut near: TcpStream, made: &AtomicUsize) {
    let mut lines = BufReader::new(near.try_clone().unwrap()).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    let far = first.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()).expect("CONNECT");
    let mut far = TcpStream::connect(far).unwrap();
    assert!(lines.any(|line| line.is_empty()));
    made.fetch_add(1, Ordering::SeqCst);
    near.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
    let (mut back, mut to) = (far.try_clone().unwrap(), near.try_clone().unwrap());
    thread::spawn(move || std::io::copy(&mut back, &mut to));
    let _ = std::io::copy(&mut near, &mut far);
}

#[test]
fn through_a_proxy() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.shared(0);
    let namespace = ring(cluster, "demo");
    let mut kubeconfig = cluster.kubeconfig_of("eu", &reader(cluster, &namespace), How::Token);
    let (port, made) = proxy();
    kubeconfig["clusters"][0]["cluster"]["proxy-url"] = json!(format!("http://127.0.0.1:{port}"));
    let path = cluster.write("kubeconfig", &kubeconfig.to_string());
    assert_eq!(rings(&look(target(file(path), &namespace))).unwrap(), ["demo"]);
    assert_eq!(made.load(Ordering::SeqCst), 1);

    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    kubeconfig["clusters"][0]["cluster"]["proxy-url"] = json!(format!("http://127.0.0.1:{gone}"));
    let path = cluster.write("kubeconfig", &kubeconfig.to_string());
    let trouble = rings(&look(target(file(path), &namespace))).unwrap_err();
    assert_eq!(trouble.kind, TroubleKind::Unreachable);
    assert!(trouble.message.starts_with("the proxy on the way to 127.0.0.1:"), "{trouble:?}");
}

#[test]
fn another_authority_and_another_token_are_not_accepted() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.shared(0);
    let namespace = ring(cluster, "demo");
    let mut kubeconfig = cluster.kubeconfig_of("eu", &reader(cluster, &namespace), How::Token);
    kubeconfig["users"][0]["user"]["token"] = json!("planted-token-that-has-expired");
    let path = cluster.write("kubeconfig", &kubeconfig.to_string());
    let trouble = rings(&look(target(file(path), &namespace))).unwrap_err();
    assert_eq!(trouble.kind, TroubleKind::Unauthenticated);
    assert!(trouble.message.ends_with("does not accept the credentials (401)"), "{trouble:?}");

    let other = plane.shared(1).kubeconfig_of("eu", &User::admin(), How::Token);
    let authority = &other["clusters"][0]["cluster"]["certificate-authority-data"];
    kubeconfig["clusters"][0]["cluster"]["certificate-authority-data"] = authority.clone();
    let path = cluster.write("kubeconfig", &kubeconfig.to_string());
    let trouble = rings(&look(target(file(path), &namespace))).unwrap_err();
    assert_eq!(trouble.kind, TroubleKind::Certificate);
    assert!(trouble.message.ends_with("was not issued by the authority that the kubeconfig names"), "{trouble:?}");
}

/// A secret in the hub, and the way to it of a user who may get just what is named.
fn hub(hub: &Cluster, namespace: &str, name: &str, gets: &[&str]) -> Hub {
    let user = hub.user();
    hub.grant(&user, Some(namespace), &["get"], gets);
    Hub {
        cluster: ClusterName::new("hub").unwrap(),
        way: Box::new(file(hub.kubeconfig("hub", &user, How::Token))),
        namespace: Namespace::new(namespace).unwrap(),
        name: ObjectName::new(name).unwrap(),
    }
}

fn secret(cluster: &Cluster, namespace: &str, name: &str, data: &Value) {
    let metadata = json!({"name": name, "namespace": namespace});
    cluster.create(&json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": data}), "test");
}

#[test]
fn through_a_client_config_in_a_hub() {
    let Some(plane) = Plane::find() else { return };
    let (at, cluster) = (plane.shared(1), plane.shared(0));
    let namespace = ring(cluster, "demo");
    let user = reader(cluster, &namespace);
    at.install(&client_configs());
    let there = at.namespace("hub");
    let rights = ["clientconfigs.config.k8ssandra.io", "secrets"];
    let make = |name: &str, spec: Value, context: &str| {
        let metadata = json!({"name": name, "namespace": there});
        at.create(
            &json!({"apiVersion": "config.k8ssandra.io/v1beta1", "kind": "ClientConfig", "metadata": metadata, "spec": spec}),
            "test",
        );
        secret(
            at,
            &there,
            &format!("{name}-config"),
            &json!({"kubeconfig": cluster.kubeconfig_of(context, &user, How::Token).to_string()}),
        );
    };
    make("far", json!({"kubeConfigSecret": {"name": "far-config"}}), "far");
    make("named", json!({"contextName": "prod@far", "kubeConfigSecret": {"name": "named-config"}}), "prod@far");
    make("wrong", json!({"contextName": "gone", "kubeConfigSecret": {"name": "wrong-config"}}), "far");
    make("bare", json!({}), "far");
    for name in ["far", "named"] {
        let way = Way::ClientConfig(hub(at, &there, name, &rights));
        assert_eq!(rings(&look(target(way, &namespace))).unwrap(), ["demo"], "{name}");
    }
    let said = |name: &str, rights: &[&str]| {
        let trouble = rings(&look(target(Way::ClientConfig(hub(at, &there, name, rights)), &namespace))).unwrap_err();
        assert_eq!(trouble.kind, TroubleKind::Config);
        trouble.message.replace(&there, "NS")
    };
    assert_eq!(said("wrong", &rights), "secret NS/wrong-config in `hub` has no context `gone`");
    assert_eq!(said("bare", &rights), "ClientConfig NS/bare in `hub` names no secret in `spec.kubeConfigSecret.name`");
    assert_eq!(said("gone", &rights), "the hub `hub` has no `clientconfigs.config.k8ssandra.io` `gone` in namespace `NS`");
    assert_eq!(said("far", &rights[1..]), "the hub `hub` denies `get` on `clientconfigs.config.k8ssandra.io` in namespace `NS`");
    assert_eq!(said("far", &rights[..1]), "the hub `hub` denies `get` on `secrets` in namespace `NS`");
    let way = Way::ClientConfig(Hub {
        way: Box::new(file(cluster.kubeconfig("x", &User::admin(), How::Token))),
        ..hub(at, &there, "far", &[])
    });
    let trouble = rings(&look(target(way, &namespace))).unwrap_err();
    assert_eq!(trouble.message, "`hub` does not serve `clientconfigs.config.k8ssandra.io` v1beta1");
}

#[test]
fn by_a_secret_of_kubemcsa_in_a_hub_a_file_and_a_folder() {
    let Some(plane) = Plane::find() else { return };
    let (at, cluster) = (plane.shared(1), plane.shared(0));
    let namespace = ring(cluster, "demo");
    let user = reader(cluster, &namespace);
    let there = at.namespace("hub");
    let whole = json!({"config": cluster.kubeconfig_of("far", &user, How::Token).to_string(), "token": "planted-other"});
    let parts = json!({"server": cluster.url(), "ca.crt": cluster.ca_pem(), "token": user.token(), "namespace": "x"});
    for (name, data) in [("whole", &whole), ("parts", &parts)] {
        secret(at, &there, name, data);
        let stored =
            at.get(&json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": there}})).unwrap();
        let manifest = at.write(
            "secret",
            &json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": stored["data"]}).to_string(),
        );
        let folder = tempfile::tempdir().unwrap();
        for (key, text) in data.as_object().unwrap() {
            std::fs::write(folder.path().join(key), text.as_str().unwrap()).unwrap();
        }
        let ways = [
            Way::Kubemcsa(hub(at, &there, name, &["secrets"])),
            Way::KubemcsaFile(manifest),
            Way::KubemcsaDir(folder.path().to_path_buf()),
        ];
        for way in ways {
            assert_eq!(rings(&look(target(way.clone(), &namespace))).unwrap(), ["demo"], "{name} {way:?}");
        }
    }
    secret(at, &there, "plugin", &json!({"config": cluster.kubeconfig_of("far", &user, How::Exec).to_string()}));
    let trouble = rings(&look(target(Way::Kubemcsa(hub(at, &there, "plugin", &["secrets"])), &namespace))).unwrap_err();
    assert!(trouble.message.contains("a credential plugin (`exec`), which would be taken from this machine"), "{trouble:?}");
    let trouble = rings(&look(target(Way::Kubemcsa(hub(at, &there, "whole", &[])), &namespace))).unwrap_err();
    assert!(trouble.message.starts_with("the hub `hub` denies `get` on `secrets` in namespace"), "{trouble:?}");
}
