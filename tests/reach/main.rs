//! Every way to a cluster, and every right, with real API servers.
//!
//! `inCluster` is not here: its token lies at a fixed path below `/var/run`,
//! which a test cannot write without being root.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "the tests write kubeconfigs and run programs")]

#[path = "../common/command.rs"]
mod command;
#[path = "../plane/mod.rs"]
mod plane;
#[path = "../common/trace.rs"]
mod trace;

mod check;
mod drift;
mod prerequisites;
mod rights;
mod ways;

use std::collections::BTreeSet;

use multicasskop::live::{Limits, Target, Wants, Way, block_on, look_all};
use multicasskop::names::{ClusterName, Namespace};
use multicasskop::observed::{Answer, Look, Trouble};
use multicasskop::schema::{Release, Versions};
use multicasskop::tree::{Node, SmolStr};
use serde_json::{Value, json};

use crate::command::planted;
use crate::plane::Cluster;

/// A namespace of its own with a ring of that name in it.
fn ring(cluster: &Cluster, name: &str) -> Namespace {
    let namespace = cluster.namespace("reach");
    let metadata = json!({"name": name, "namespace": namespace});
    cluster
        .create(&json!({"apiVersion": "db.orange.com/v2", "kind": "CassandraCluster", "metadata": metadata, "spec": {}}), "test");
    Namespace::new(&namespace).unwrap()
}

fn target(way: Way, namespace: &Namespace) -> Target {
    let wants = Wants::clusters(Versions::one(Release::NEWEST), [namespace.clone()]);
    Target { cluster: ClusterName::new("eu").unwrap(), way, wants }
}

/// One look. Nothing secret is ever in it.
fn look(target: Target) -> Look {
    trace::listen();
    let look = block_on(look_all(vec![target], &Limits::default(), |_| {})).unwrap().remove(0);
    planted::assert_none("the look", &format!("{look:?}"));
    trace::assert_no_secret();
    look
}

/// The names of the rings that a look shows.
fn rings(look: &Look) -> Result<Vec<String>, Trouble> {
    let name = |node: &Node| node.at(&["metadata", "name"]).unwrap().as_str().unwrap().to_owned();
    match &look.namespaces.values().next().unwrap().clusters {
        Answer::Got(items) => Ok(items.iter().map(name).collect()),
        Answer::Failed(trouble) => Err(trouble.clone()),
        answer => panic!("{answer:?}"),
    }
}

/// Wants a ConfigMap of a namespace too.
fn with_config_map(mut target: Target, name: &str) -> Target {
    let names = BTreeSet::from([SmolStr::from(name)]);
    target.wants.namespaces.values_mut().for_each(|wanted| wanted.clone_from(&names));
    target
}

/// The CRD of K8ssandra's ClientConfigs, as far as it matters here.
fn client_configs() -> Value {
    let open = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "clientconfigs.config.k8ssandra.io"},
        "spec": {
            "group": "config.k8ssandra.io",
            "scope": "Namespaced",
            "names": {"kind": "ClientConfig", "plural": "clientconfigs", "singular": "clientconfig", "listKind": "ClientConfigList"},
            "versions": [{"name": "v1beta1", "served": true, "storage": true, "schema": {"openAPIV3Schema": open}}],
        },
    })
}
