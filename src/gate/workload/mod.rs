//! From the spec to the StatefulSet: what of a spec can be seen from outside,
//! as one table with a small function for each row (docs/facts.md, From spec to
//! StatefulSet).
//!
//! A row says how the StatefulSet of a rack fails to carry its part of the spec,
//! so that a removed value counts like a changed one. Names are said, values of
//! variables, annotations and configuration never, because they may be secret.
//! Pure.

mod config;
mod containers;
mod env;
mod pod;
mod same;
mod volumes;

use crate::schema::Profile;
use crate::tree::{Node, Value};

use super::rack::Rack;

/// A spec, one of its racks, and the StatefulSet of the rack.
pub(super) struct Pair<'a> {
    /// The spec in canonical form.
    pub spec: &'a Node,
    /// Types of the cluster's CassKop.
    pub profile: Profile,
    /// Name of the ring.
    pub ring: &'a str,
    /// The live object: CassKop makes selectors of its labels, and the GitOps
    /// engine may have added some.
    pub live: &'a Node,
    /// The rendered object: the seeds that its status asks for.
    pub rendered: &'a Node,
    /// The rack.
    pub rack: &'a Rack<'a>,
    /// Its StatefulSet.
    pub set: &'a Node,
}

/// Something of the spec that a StatefulSet does not carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lack {
    /// The part of the spec.
    pub field: &'static str,
    /// How the StatefulSet differs; reads after "the StatefulSet `x`".
    pub message: String,
    /// Whether Kubernetes never lets CassKop change it in a StatefulSet.
    pub immutable: bool,
}

type Check = fn(&Pair<'_>) -> Option<String>;

struct Row {
    field: &'static str,
    /// First types for which the row holds.
    since: Profile,
    immutable: bool,
    check: Check,
}

const fn row(field: &'static str, check: Check) -> Row {
    Row { field, since: Profile::OLDEST, immutable: false, check }
}

const fn v2(field: &'static str, check: Check) -> Row {
    Row { field, since: Profile::V2_2_9, immutable: false, check }
}

const ROWS: [Row; 28] = [
    row("cassandraImage", containers::cassandra_image),
    v2("imagepullpolicy", containers::pull_policy),
    row("bootstrapImage", containers::bootstrap_image),
    v2("configBuilderImage", containers::config_builder_image),
    row("resources", containers::resources),
    v2("envVars", env::cassandra),
    v2("imageJolokiaSecret", env::jolokia_secret),
    v2("jmxConfiguration", env::jmx),
    v2("backRestSidecar.envVars", env::bootstrap),
    v2("status.seedlist", env::seeds),
    v2("backRestSidecar", containers::back_rest),
    row("sidecarConfigs", containers::sidecars),
    row("debug", containers::debug),
    row("readOnlyRootFilesystem", containers::read_only),
    row("livenessProbe", containers::liveness),
    row("readinessProbe", containers::readiness),
    v2("config", config::config),
    v2("serverVersion", config::server_version),
    v2("serverType", config::server_type),
    row("configMapName", volumes::config_map),
    row("pod", pod::annotations_and_tolerations),
    row("hardAntiAffinity", pod::anti_affinity),
    row("topology.dc.labels", pod::node_affinity),
    row("runAsUser", pod::security),
    row("imagePullSecret", pod::secrets_and_account),
    row("dataCapacity", volumes::data),
    Row { field: "storageConfigs", since: Profile::OLDEST, immutable: true, check: volumes::storage },
    Row { field: "metadata.labels", since: Profile::OLDEST, immutable: true, check: pod::labels },
];

/// What of the spec the StatefulSet does not carry, in the order of the table.
pub(super) fn lacks(pair: &Pair<'_>) -> Vec<Lack> {
    let holds = |row: &&Row| row.since <= pair.profile;
    let lack = |row: &Row| (row.check)(pair).map(|message| Lack { field: row.field, message, immutable: row.immutable });
    ROWS.iter().filter(holds).filter_map(lack).collect()
}

impl<'a> Pair<'a> {
    fn wanted(&self, keys: &[&str]) -> Option<&'a Node> {
        self.spec.at(keys)
    }

    fn wanted_text(&self, key: &str) -> &'a str {
        self.wanted(&[key]).and_then(Node::as_str).unwrap_or("")
    }

    fn wanted_flag(&self, key: &str) -> bool {
        self.wanted(&[key]).and_then(Node::as_bool).unwrap_or(false)
    }

    fn template(&self, keys: &[&str]) -> Option<&'a Node> {
        self.set.at(&["spec", "template"])?.at(keys)
    }

    fn pod(&self, keys: &[&str]) -> Option<&'a Node> {
        self.template(&["spec"])?.at(keys)
    }

    fn container(&self, name: &str) -> Option<&'a Node> {
        named(self.pod(&["containers"]), name)
    }

    fn init_container(&self, name: &str) -> Option<&'a Node> {
        named(self.pod(&["initContainers"]), name)
    }
}

/// The element of a list with a name.
fn named<'a>(list: Option<&'a Node>, name: &str) -> Option<&'a Node> {
    list?.items().iter().find(|item| crate::ring::name(item) == name)
}

/// A text that can be shown: `x`, or "nothing".
fn shown(text: Option<&str>) -> String {
    text.filter(|text| !text.is_empty()).map_or_else(|| "nothing".to_owned(), |text| format!("`{text}`"))
}

/// "has … instead of …", if the texts differ; absent and empty are the same.
fn differs(what: &str, wanted: Option<&str>, found: Option<&str>) -> Option<String> {
    let (wanted, found) = (wanted.unwrap_or(""), found.unwrap_or(""));
    (wanted != found).then(|| format!("has {} as {what} instead of {}", shown(Some(found)), shown(Some(wanted))))
}

/// The members of an object of texts, sorted; empty if it is no object.
fn texts(node: Option<&Node>) -> Vec<(&str, &str)> {
    let Some(map) = node.and_then(Node::as_map) else { return Vec::new() };
    let mut texts: Vec<_> = map.iter().map(|entry| (entry.key.as_str(), entry.value.as_str().unwrap_or_default())).collect();
    texts.sort_unstable();
    texts
}

/// A whole number; 0 if it is none.
fn number(node: Option<&Node>) -> i64 {
    node.and_then(Node::as_int).unwrap_or(0)
}

/// A JSON string as a tree.
fn parsed(text: &str) -> Option<Node> {
    let node = Node::from(&serde_json::from_str::<serde_json::Value>(text).ok()?);
    matches!(node.value, Value::Map(_)).then_some(node)
}

#[cfg(test)]
mod tests;
