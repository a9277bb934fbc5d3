//! `clusters check` ticks off what a cluster must have: there, missing, not checked.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::check::{admin, casskop, furnish, report, run, site};
use crate::plane::{Cluster, How, Plane, Way};

/// A ring that asks for some of everything.
const RING: &str = "apiVersion: db.orange.com/v2
kind: MultiCasskop
metadata: {name: demo}
spec:
  base:
    metadata: {name: demo, namespace: NS}
    spec:
      nodesPerRacks: 2
      hardAntiAffinity: true
      dataCapacity: 1Gi
      dataStorageClass: CLASS
      configMapName: scripts
      imageJolokiaSecret: {name: jolokia}
      storageConfigs: [{name: logs, mountPath: /logs, pvcSpec: {resources: {requests: {storage: 1Gi}}}}]
      topology: {dc: [{name: dc1, rack: [{name: rack1, labels: {ring: NS}}]}]}
  override: {a: {}}
";

/// One cluster, a namespace of its own, and the fleet that has the ring there.
struct Place {
    cluster: &'static Cluster,
    namespace: String,
    folder: tempfile::TempDir,
}

impl Place {
    fn new(cluster: &'static Cluster) -> Self {
        let namespace = cluster.namespace("needs");
        let folder = site(&json!([{"name": "a"}]), "2.3.4", &namespace);
        std::fs::write(folder.path().join("ring.yaml"), RING.replace("NS", &namespace).replace("CLASS", &namespace)).unwrap();
        Self { cluster, namespace, folder }
    }

    fn object(&self, version: &str, kind: &str, name: &str, more: &Value) -> Value {
        let mut object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": self.namespace}});
        object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        object
    }

    /// An object that lies in no namespace.
    fn wide(&self, version: &str, kind: &str, name: &str, more: &Value) -> Value {
        let mut object = self.object(version, kind, name, more);
        object["metadata"].as_object_mut().unwrap().remove("namespace");
        object
    }

    fn apply(&self, object: &Value) {
        self.cluster.apply(object, Way::ServerSide, "test");
    }

    /// A Kubernetes node for the ring's rack.
    fn node(&self, number: u8, cordoned: bool) -> Value {
        let mut node =
            self.wide("v1", "Node", &format!("{}-{number}", self.namespace), &json!({"spec": {"unschedulable": cordoned}}));
        node["metadata"]["labels"] = json!({"ring": self.namespace});
        node
    }

    fn secret(&self, data: &Value) -> Value {
        self.object("v1", "Secret", "jolokia", &json!({"stringData": data}))
    }

    /// All that the ring asks for.
    fn furnish(&self) {
        furnish(self.cluster, &self.namespace, "2.3.4");
        let class = |name: &str, annotations: Value| {
            let mut class = self.wide("storage.k8s.io/v1", "StorageClass", name, &json!({"provisioner": "none.example.net"}));
            class["metadata"]["annotations"] = annotations;
            class
        };
        self.apply(&class(&self.namespace, json!({})));
        self.apply(&class("standard", json!({"storageclass.kubernetes.io/is-default-class": "true"})));
        self.apply(&self.object("v1", "ConfigMap", "scripts", &json!({"data": {"pre_run.sh": "true"}})));
        self.apply(&self.secret(&json!({"username": "planted-user", "password": "planted-word"})));
        self.apply(&self.node(1, false));
        self.apply(&self.node(2, false));
    }

    /// State and detail by kind and name, and the exit code; with all rights, or by a kubeconfig.
    fn check(&self, kubeconfig: Option<std::path::PathBuf>) -> (Option<i32>, BTreeMap<String, (String, String)>) {
        let file = [kubeconfig.unwrap_or_else(|| admin(self.cluster, "a"))];
        let text = run(self.folder.path(), &file, &["clusters", "check"]);
        let output = run(self.folder.path(), &file, &["clusters", "check", "-o", "json"]);
        assert_eq!(text.status.code(), output.status.code());
        let said = String::from_utf8([text.stdout, output.stdout.clone()].concat()).unwrap();
        for word in ["user", "word"] {
            let coded = crate::plane::base64(&format!("planted-{word}"));
            assert!(!said.contains(coded.as_str().unwrap()), "a value of a secret is printed:\n{said}");
        }
        let report = report(&output);
        let items = report["clusters"][0]["prerequisites"].as_array().unwrap_or_else(|| panic!("{report:#}"));
        let text = |value: &Value| value.as_str().unwrap().replace(&self.namespace, "NS");
        let one = |item: &Value| {
            (format!("{} {}", text(&item["kind"]), text(&item["name"])), (text(&item["state"]), text(&item["detail"])))
        };
        (output.status.code(), items.iter().map(one).collect())
    }
}

const INVISIBLE: [&str; 4] = ["ip-pool", "dns-zone", "ports", "image"];

fn states(items: &BTreeMap<String, (String, String)>, state: &str) -> Vec<String> {
    let visible = |name: &String| !INVISIBLE.iter().any(|kind| name.starts_with(kind));
    items.iter().filter(|(name, (of, _))| of == state && visible(name)).map(|(name, _)| name.clone()).collect()
}

#[test]
fn what_is_there_is_ticked_off() {
    let Some(plane) = Plane::find() else { return };
    let spot = Place::new(plane.shared(2));
    spot.furnish();
    let (code, items) = spot.check(None);
    assert_eq!(code, Some(0), "{items:#?}");
    assert_eq!(states(&items, "missing"), Vec::<String>::new());
    assert_eq!(states(&items, "not-checked"), Vec::<String>::new());
    insta::assert_json_snapshot!("there", items);

    let output = run(spot.folder.path(), &[admin(spot.cluster, "a")], &["clusters", "check"]);
    let text = String::from_utf8(output.stdout).unwrap().replace(&spot.namespace, "NS");
    let list = text.split_once("a:\n").expect("the list").1;
    insta::assert_snapshot!("there-text", list);
}

#[test]
fn what_is_missing_is_named_and_is_a_finding() {
    let Some(plane) = Plane::find() else { return };
    let spot = Place::new(plane.shared(2));
    spot.furnish();
    let none = |object: &Value| spot.cluster.delete(object);
    none(&spot.object("v1", "ServiceAccount", "cassandra-cluster-node", &json!({})));
    none(&spot.object("v1", "ConfigMap", "scripts", &json!({})));
    none(&spot.secret(&json!({})));
    spot.apply(&spot.secret(&json!({"username": "planted-user"})));
    none(&spot.node(2, false));
    none(&spot.wide("storage.k8s.io/v1", "StorageClass", &spot.namespace, &json!({})));
    let old = casskop(spot.cluster, &spot.namespace, "registry.example.net/db/casskop:v2.2.9", &json!([]));
    let (code, items) = spot.check(None);
    assert_eq!(code, Some(1), "{items:#?}");
    let missing: BTreeMap<_, _> = items.iter().filter(|(_, (state, _))| state == "missing").collect();
    insta::assert_json_snapshot!("missing", missing);

    let output = run(spot.folder.path(), &[admin(spot.cluster, "a")], &["clusters", "check"]);
    let text = String::from_utf8(output.stdout).unwrap().replace(&spot.namespace, "NS");
    insta::assert_snapshot!("missing-text", text.split_once("a:\n").expect("the list").1);

    none(&old);
    let (_, items) = spot.check(None);
    assert_eq!(items["casskop casskop"].0, "missing", "{items:#?}");
    let gone = Place { namespace: "gone".to_owned(), ..Place::new(plane.shared(2)) };
    std::fs::write(gone.folder.path().join("ring.yaml"), RING.replace("NS", "gone").replace("CLASS", "gone")).unwrap();
    let (_, items) = gone.check(None);
    assert_eq!(items["namespace NS"], ("missing".to_owned(), "not there".to_owned()));
}

#[test]
fn nodes_that_are_cordoned_or_tainted_leave_it_open() {
    let Some(plane) = Plane::find() else { return };
    let spot = Place::new(plane.shared(2));
    spot.furnish();
    spot.apply(&spot.node(2, true));
    let (code, items) = spot.check(None);
    assert_eq!((code, items["kubernetes-nodes demo-dc1-rack1"].0.as_str()), (Some(0), "not-checked"), "{items:#?}");
    let mut third = spot.node(3, false);
    third["spec"]["taints"] = json!([{"key": "dedicated", "value": "web", "effect": "NoSchedule"}]);
    spot.apply(&third);
    let (code, items) = spot.check(None);
    let (state, detail) = &items["kubernetes-nodes demo-dc1-rack1"];
    assert_eq!((code, state.as_str()), (Some(0), "not-checked"), "{items:#?}");
    assert!(detail.ends_with("only 1 without taints that its pods do not tolerate: `dedicated`"), "{detail}");
    spot.apply(&spot.node(4, false));
    let (_, items) = spot.check(None);
    assert_eq!(items["kubernetes-nodes demo-dc1-rack1"].0, "there");
}

#[test]
fn without_rights_nothing_is_missing_and_each_right_shows_its_own() {
    let Some(plane) = Plane::find() else { return };
    let spot = Place::new(plane.shared(2));
    spot.furnish();
    let user = spot.cluster.user();
    let namespace = Some(spot.namespace.as_str());
    spot.cluster.grant(&user, namespace, &["list"], &["cassandraclusters.db.orange.com"]);
    let file = || Some(spot.cluster.kubeconfig("a", &user, How::Token));
    let (code, items) = spot.check(file());
    assert_eq!(code, Some(0), "{items:#?}");
    assert_eq!(states(&items, "missing"), Vec::<String>::new());
    assert_eq!(states(&items, "there"), ["crd cassandraclusters.db.orange.com"]);
    assert_eq!(items["secret jolokia"].1, "the right to `get` `secrets` in namespace `NS` would show it");
    assert_eq!(items["kubernetes-nodes demo-dc1-rack1"].1, "the right to `list` `nodes` in the whole cluster would show it");
    let mut there = 1;
    for (namespace, verb, resource, shows) in [
        (namespace, "get", "namespaces", 1),
        (namespace, "get", "serviceaccounts", 1),
        (namespace, "get", "configmaps", 1),
        (namespace, "get", "secrets", 1),
        (namespace, "list", "deployments.apps", 1),
        (namespace, "list", "networkpolicies.networking.k8s.io", 1),
        (None, "list", "nodes", 1),
        (None, "get", "storageclasses.storage.k8s.io", 1),
        (None, "list", "storageclasses.storage.k8s.io", 1),
    ] {
        spot.cluster.grant(&user, namespace, &[verb], &[resource]);
        there += shows;
        let (code, items) = spot.check(file());
        assert_eq!((code, states(&items, "there").len()), (Some(0), there), "{verb} {resource}: {items:#?}");
    }
}

#[test]
fn a_casskop_of_another_namespace_counts_if_it_watches() {
    let Some(plane) = Plane::find() else { return };
    // One of its own: a CassKop that watches all would count for the other tests too.
    let cluster: &'static Cluster = Box::leak(Box::new(plane.start()));
    cluster.install(&crate::plane::crd::crd(multicasskop::schema::Profile::NEWEST));
    let (spot, other) = (Place::new(cluster), cluster.namespace("operator"));
    spot.furnish();
    cluster.delete(&spot.object("apps/v1", "Deployment", "casskop", &json!({})));
    let seen = |kubeconfig| spot.check(kubeconfig).1["casskop casskop"].clone();
    let (state, detail) = seen(None);
    assert_eq!((state.as_str(), detail.as_str()), ("missing", "none watches the namespace"));
    let field = json!([{"name": "WATCH_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}}]);
    let value = |value: &str| json!([{"name": "WATCH_NAMESPACE", "value": value}]);
    for (env, state) in [
        (field, "missing"),
        (value("x"), "missing"),
        (value(&spot.namespace), "there"),
        (value(""), "there"),
        (json!([]), "there"),
        (json!([{"name": "WATCH_NAMESPACE", "valueFrom": {"configMapKeyRef": {"name": "x", "key": "y"}}}]), "not-checked"),
    ] {
        cluster
            .delete(&json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "casskop", "namespace": other}}));
        casskop(cluster, &other, "ghcr.io/cscetbon/casskop:2.3.4", &env);
        assert_eq!(seen(None).0, state, "{env}");
    }
    let user = cluster.user();
    cluster.grant(&user, Some(&spot.namespace), &["list"], &["deployments.apps", "cassandraclusters.db.orange.com"]);
    let (state, detail) = seen(Some(cluster.kubeconfig("a", &user, How::Token)));
    assert_eq!(state, "not-checked");
    assert!(detail.ends_with("the right to `list` `deployments.apps` in the whole cluster would show it"), "{detail}");
}

#[test]
fn network_policies_that_keep_the_rings_traffic_out_are_found() {
    let Some(plane) = Plane::find() else { return };
    let spot = Place::new(plane.shared(2));
    spot.furnish();
    let policy = |labels: Value, ports: Value| {
        let spec = json!({"podSelector": {"matchLabels": labels}, "policyTypes": ["Ingress"], "ingress": [{"ports": ports}]});
        spot.object("networking.k8s.io/v1", "NetworkPolicy", "demo", &json!({"spec": spec}))
    };
    let seen = |object: &Value| {
        spot.cluster.delete(object);
        spot.apply(object);
        spot.check(None).1["network-policy demo"].clone()
    };
    let ring = || json!({"app": "cassandracluster", "cassandracluster": "demo"});
    let tcp = |port: u16| json!([{"port": port, "protocol": "TCP"}]);
    for (labels, ports, state) in [
        (ring(), json!([{"port": 7000}, {"port": 8778}, {"port": 9042}]), "there"),
        (ring(), tcp(9042), "missing"),
        (ring(), json!([{"port": 7000, "endPort": 9100}]), "there"),
        (ring(), json!([]), "there"),
        (json!({}), tcp(1), "missing"),
        (json!({"cassandracluster": "other"}), tcp(1), "there"),
        (json!({"team": "x"}), tcp(1), "not-checked"),
    ] {
        let (found, detail) = seen(&policy(labels.clone(), ports));
        assert_eq!(found, state, "{labels}: {detail}");
    }
}

#[test]
fn the_skeletons_make_what_they_are_for() {
    let Some(plane) = Plane::find() else { return };
    let spot = Place::new(plane.shared(2));
    let output = run(spot.folder.path(), &[], &["prerequisites", "--cluster", "a", "-o", "yaml"]);
    let stream = String::from_utf8(output.stdout).unwrap();
    let objects: Vec<Value> = stream.split("---\n").map(|text| serde_yaml::from_str(text).expect("YAML")).collect();
    assert_eq!(objects.len(), 3, "{stream}");
    let (_, items) = spot.check(None);
    assert_eq!(items["service-account cassandra-cluster-node"].0, "missing");
    for object in &objects {
        spot.apply(object);
    }
    let (_, items) = spot.check(None);
    for item in ["namespace NS", "service-account cassandra-cluster-node", "network-policy demo"] {
        assert_eq!(items[item].0, "there", "{items:#?}");
    }
    assert_eq!(items["network-policy demo"].1, "`demo` let the ports through; from where and to where was not compared");
}
