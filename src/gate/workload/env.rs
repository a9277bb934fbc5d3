//! Rows of the table that are about variables. Their names are said, their
//! values never, but for images and versions nobody knows what is secret. Pure.

use crate::ring::name;
use crate::schema::Profile;
use crate::tree::Node;

use super::same::same;
use super::{Pair, shown};

/// What CassKop itself sets in the container `cassandra`.
const OF_CASSANDRA: [&str; 7] = [
    "POD_IP",
    "CASSANDRA_LOG_DIR",
    "JAVA_TOOL_OPTIONS",
    "JVM_OPTS",
    "JOLOKIA_USER",
    "JOLOKIA_PASSWORD",
    "CASSANDRA_AUTH_JOLOKIA",
];

/// What it sets in the container `bootstrap`.
const OF_BOOTSTRAP: [&str; 9] = [
    "CASSANDRA_CLUSTER_NAME",
    "CASSANDRA_SEEDS",
    "CASSANDRA_DC",
    "CASSANDRA_RACK",
    "POD_IP",
    "CASSANDRA_LOG_DIR",
    "JOLOKIA_USER",
    "JOLOKIA_PASSWORD",
    "CASSANDRA_AUTH_JOLOKIA",
];

const SEEDS: &str = "CASSANDRA_SEEDS";

fn env(container: Option<&Node>) -> &[Node] {
    container.and_then(|container| container.get("env")).map(Node::items).unwrap_or_default()
}

/// The last one of a name: it is the one that counts.
fn variable<'a>(list: &'a [Node], wanted: &str) -> Option<&'a Node> {
    list.iter().rev().find(|variable| name(variable) == wanted)
}

fn value<'a>(list: &'a [Node], name: &str) -> Option<&'a str> {
    variable(list, name)?.get("value")?.as_str()
}

pub(super) fn cassandra(pair: &Pair<'_>) -> Option<String> {
    if pair.profile < Profile::V2_3_4 {
        return None;
    }
    carried(pair.wanted(&["envVars"]), env(pair.container("cassandra")), &OF_CASSANDRA, "cassandra")
}

pub(super) fn bootstrap(pair: &Pair<'_>) -> Option<String> {
    if pair.profile < Profile::V2_3_4 {
        return None;
    }
    let wanted = pair.wanted(&["backRestSidecar", "envVars"]);
    carried(wanted, env(pair.init_container("bootstrap")), &OF_BOOTSTRAP, "bootstrap")
}

fn carried(wanted: Option<&Node>, found: &[Node], own: &[&str], container: &str) -> Option<String> {
    let wanted = wanted.map(Node::items).unwrap_or_default();
    let last = wanted.iter().filter(|one| variable(wanted, name(one)).is_some_and(|last| std::ptr::eq(*one, last)));
    for one in last {
        if !same(Some(one), variable(found, name(one))) {
            return Some(format!("does not have the variable {} of the spec in `{container}`", shown(Some(name(one)))));
        }
    }
    let extra = found.iter().map(name).find(|found| !own.contains(found) && variable(wanted, found).is_none());
    extra.map(|extra| format!("still has the variable `{extra}` in `{container}`"))
}

/// Whether the variables of a list, or the names that the spec sets itself, are
/// of no concern: the user's win over CassKop's.
fn is_users(pair: &Pair<'_>, name: &str) -> bool {
    variable(pair.wanted(&["envVars"]).map(Node::items).unwrap_or_default(), name).is_some()
}

pub(super) fn jolokia_secret(pair: &Pair<'_>) -> Option<String> {
    if is_users(pair, "JOLOKIA_USER") {
        return None;
    }
    let wanted = pair.wanted(&["imageJolokiaSecret", "name"]).and_then(Node::as_str).unwrap_or("");
    let found = variable(env(pair.container("cassandra")), "JOLOKIA_USER")
        .and_then(|variable| variable.at(&["valueFrom", "secretKeyRef", "name"]))
        .and_then(Node::as_str);
    super::differs("secret for Jolokia", Some(wanted), found)
}

/// The flags of `jmxConfiguration` in the order in which CassKop writes them.
const JMX: [(&str, &str); 5] = [
    ("jmxRemoteEnable", "-Dcom.sun.management.jmxremote="),
    ("jmxRemoteSSL", "-Dcom.sun.management.jmxremote.ssl="),
    ("jmxRemoteAuthenticate", "-Dcom.sun.management.jmxremote.authenticate="),
    ("jmxRemotePort", "-Dcom.sun.management.jmxremote.port="),
    ("jmxRemoteRmiPort", "-Dcom.sun.management.jmxremote.rmi.port="),
];

pub(super) fn jmx(pair: &Pair<'_>) -> Option<String> {
    if is_users(pair, "JVM_OPTS") {
        return None;
    }
    let option = |(key, flag): (&str, &str)| {
        let node = pair.wanted(&["jmxConfiguration", key])?;
        match (node.as_bool(), node.as_int()) {
            (Some(on), _) => Some(format!("{flag}{on} ")),
            (None, Some(port)) if port != 0 => Some(format!("{flag}{port} ")),
            _ => None,
        }
    };
    let wanted: String = JMX.into_iter().filter_map(option).collect();
    let found = value(env(pair.container("cassandra")), "JVM_OPTS").unwrap_or("");
    (wanted != found).then(|| "has other JMX options".to_owned())
}

/// Seeds that the manifest asks for in its status, where the CRD takes them from
/// there (docs/facts.md, Ways to deliver seeds).
pub(super) fn seeds(pair: &Pair<'_>) -> Option<String> {
    if pair.profile.status_subresource() {
        return None;
    }
    let wanted: Vec<_> = pair.rendered.at(&["status", "seedlist"])?.items().iter().filter_map(Node::as_str).collect();
    let found = value(env(pair.init_container("bootstrap")), SEEDS).unwrap_or("");
    (wanted.join(",") != found).then(|| "has another list of seeds".to_owned())
}
