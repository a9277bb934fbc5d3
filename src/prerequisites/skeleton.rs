//! Skeleton manifests for a cluster: what is the same everywhere and easily
//! written wrong. Everything else needs a person: secrets, storage, DNS. Pure.

use super::model::{ClusterPrerequisites, Prerequisite, Subject};
use super::network::{BETWEEN, CLIENTS, JOLOKIA};
use crate::tree::{Map, Node, SmolStr, Value};
use crate::yaml::emit;

/// Metrics of a node (docs/facts.md, What a cluster must have).
const METRICS: u16 = 9500;
/// Address ranges that no pod on the Internet has: RFC 1918, RFC 6598, RFC 4193.
const PRIVATE: [&str; 5] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

const ABOUT_NAMESPACE: &str = "# Calico's annotation is on the ring's pods; here it holds for every pod of the namespace. Remove it if only\n# the ring shall get addresses of that pool.\n";
const ABOUT_POLICY: &str = "# Only needed where traffic is denied by default. Put the address ranges of your other clusters' pods and of your\n# clients in the place of the private ranges, and at 8778 CassKop's namespace in the place of all; if that is this one, take\n# 8778 out of the last rule. Traffic out of the namespace is left as it is.\n";

/// Namespace, service account and network policy of each ring in a cluster, as a YAML stream.
pub fn skeleton(cluster: &ClusterPrerequisites) -> String {
    let mut documents = Vec::new();
    for item in &cluster.items {
        match &item.subject {
            Subject::Namespace { annotations } => {
                let mut metadata = vec![("name", text(&item.name))];
                if !annotations.is_empty() {
                    let all = annotations.iter().map(|(key, value)| (key.as_str(), text(value)));
                    metadata.push(("annotations", object(all)));
                }
                let about = if annotations.is_empty() { "" } else { ABOUT_NAMESPACE };
                documents.push(about.to_owned() + &document("v1", "Namespace", object(metadata), None));
            }
            Subject::ServiceAccount => documents.push(document("v1", "ServiceAccount", metadata(item), None)),
            Subject::NetworkPolicy { other_clusters } => {
                let spec = policy(&item.name, *other_clusters);
                documents.push(
                    ABOUT_POLICY.to_owned() + &document("networking.k8s.io/v1", "NetworkPolicy", metadata(item), Some(spec)),
                );
            }
            _ => {}
        }
    }
    documents.join("---\n")
}

fn metadata(item: &Prerequisite) -> Node {
    let namespace = item.namespace.as_deref().map(|namespace| ("namespace", text(namespace)));
    object([("name", text(&item.name))].into_iter().chain(namespace))
}

/// Who gets in: the namespace, other clusters' nodes, clients, and from any namespace CassKop and metrics.
fn policy(ring: &str, other_clusters: bool) -> Node {
    let labels = object([("app", text("cassandracluster")), ("cassandracluster", text(ring))]);
    let everyone = || object([]);
    let private = || PRIVATE.map(|range| object([("ipBlock", object([("cidr", text(range))]))])).to_vec();
    let rule = |from: Vec<Node>, ports: &[u16]| {
        let port = |port: &u16| object([("protocol", text("TCP")), ("port", Node::made(Value::Int((*port).into())))]);
        let ports = (!ports.is_empty()).then(|| ("ports", list(ports.iter().map(port).collect())));
        object([("from", list(from))].into_iter().chain(ports))
    };
    let mut ingress = vec![rule(vec![object([("podSelector", everyone())])], &[])];
    if other_clusters {
        ingress.push(rule(private(), &BETWEEN));
    }
    ingress.push(rule(private(), &[CLIENTS]));
    ingress.push(rule(vec![object([("namespaceSelector", everyone())])], &[JOLOKIA, METRICS]));
    object([
        ("podSelector", object([("matchLabels", labels)])),
        ("policyTypes", list(vec![text("Ingress")])),
        ("ingress", list(ingress)),
    ])
}

fn document(api_version: &str, kind: &str, metadata: Node, spec: Option<Node>) -> String {
    let head = [("apiVersion", text(api_version)), ("kind", text(kind)), ("metadata", metadata)];
    emit(&object(head.into_iter().chain(spec.map(|spec| ("spec", spec)))))
}

fn text(text: &str) -> Node {
    Node::made(Value::Text(text.into()))
}

fn list(items: Vec<Node>) -> Node {
    Node::made(Value::List(items.into()))
}

fn object<'k>(members: impl IntoIterator<Item = (&'k str, Node)>) -> Node {
    let mut map = Map::new();
    for (key, value) in members {
        map.set(SmolStr::new(key), None, value);
    }
    Node::made(Value::Map(map))
}
