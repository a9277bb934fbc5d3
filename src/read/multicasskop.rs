//! A MultiCasskop → a [`Ring`]: its name, its base, its overrides. Pure.

use crate::finding::Finding;
use crate::names::{ClusterName, RingName, nearest};
use crate::rule::RuleId;
use crate::source::Span;
use crate::tree::{Entry, Layer, Map, Node, Origin, Value};
use crate::yaml::{Ambiguous, Document};

/// How many clusters a ring or a fleet may have.
pub const MOST_CLUSTERS: usize = 1_000;

/// Which fields a source is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// CassKop up to 2.0.1.
    V1alpha1,
    /// CassKop from 2.0.2 on.
    V2,
}

impl Api {
    /// The version as in `apiVersion`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1alpha1 => "v1alpha1",
            Self::V2 => "v2",
        }
    }
}

/// A ring as its MultiCasskop describes it.
#[derive(Debug)]
pub struct Ring {
    /// `base.metadata.name`.
    pub name: RingName,
    /// Where that name is written.
    pub name_span: Option<Span>,
    /// What the source is written with: `base.apiVersion`, else the MultiCasskop's.
    pub api: Api,
    /// Where that is written.
    pub api_span: Option<Span>,
    /// Where `deleteCassandraCluster: true` is written, if it is.
    pub delete_cassandra_cluster: Option<Span>,
    /// The whole document's place.
    pub span: Option<Span>,
    /// `spec.base`; every node knows that it is of the base.
    pub base: Node,
    /// `spec.override`, in the order in which it is written.
    pub overrides: Vec<Override>,
    /// Plain scalars of the document that readers disagree about.
    pub ambiguous: Vec<Ambiguous>,
}

/// What differs in one cluster.
#[derive(Debug)]
pub struct Override {
    /// The key: the cluster's name.
    pub cluster: ClusterName,
    /// Where the key is written.
    pub key_span: Option<Span>,
    /// The override; every node knows that it is one. `{}` where nothing was written.
    pub node: Node,
}

impl Ring {
    /// The override of a cluster.
    pub fn over(&self, cluster: &ClusterName) -> Option<&Override> {
        self.overrides.iter().find(|over| over.cluster == *cluster)
    }
}

/// Reads a document of kind MultiCasskop; what is wrong with it is added to `findings`.
pub(super) fn read(document: Document, findings: &mut Vec<Finding>) -> Option<Ring> {
    let Document { root, ambiguous } = document;
    let before = findings.len();
    let span = root.get("kind").and_then(Node::span).or(root.span());
    let outer = api_of(&root, findings);
    let Value::Map(mut root) = root.value else { return None };
    let mut spec = object(root.remove("spec"), "spec", span, findings)?;
    unknown_members(&spec, findings);
    let delete = spec.remove("deleteCassandraCluster").and_then(|entry| delete_flag(&entry.value, findings));
    let base = object(spec.remove("base"), "spec.base", span, findings).map(|map| of_layer(map, Layer::Base, span));
    let overrides = overrides(spec.remove("override"), span, findings);
    let base = base?;
    let inner = if base.get("apiVersion").is_some() { api_of(&base, findings) } else { outer };
    let name = ring_name(&base, span, findings);
    if findings[before..].iter().any(Finding::stops) {
        return None;
    }
    let ((api, api_span), (name, name_span)) = (inner?, name?);
    Some(Ring { name, name_span, api, api_span, delete_cassandra_cluster: delete, span, base, overrides, ambiguous })
}

/// The API version of the MultiCasskop or of its base.
fn api_of(node: &Node, findings: &mut Vec<Finding>) -> Option<(Api, Option<Span>)> {
    let written = node.get("apiVersion");
    let at = written.and_then(Node::span);
    match written.and_then(Node::as_str) {
        Some("db.orange.com/v1alpha1") => Some((Api::V1alpha1, at)),
        Some("db.orange.com/v1" | "db.orange.com/v2") => Some((Api::V2, at)),
        other => {
            let message = match other {
                Some(other) => format!("unknown apiVersion `{other}`"),
                None => "`apiVersion` is missing".to_owned(),
            };
            findings.push(
                Finding::invalid(message)
                    .at(at.or(node.span()), "")
                    .path("apiVersion")
                    .why("it says which fields the object may have")
                    .fix("write `db.orange.com/v2`; `db.orange.com/v1` and, for CassKop up to 2.0.1, `db.orange.com/v1alpha1` are read too"),
            );
            None
        }
    }
}

/// A member that must be an object.
fn object(member: Option<Entry>, path: &str, span: Option<Span>, findings: &mut Vec<Finding>) -> Option<Map> {
    let (place, found) = match member {
        Some(Entry { value: Node { value: Value::Map(map), .. }, .. }) => return Some(map),
        Some(entry) => (entry.value.span().or(entry.key_span), format!("is {}, not an object", entry.value.value.kind())),
        None => (span, "is missing".to_owned()),
    };
    findings.push(
        Finding::invalid(format!("`{path}` {found}"))
            .at(place, "")
            .path(path)
            .why("a MultiCasskop has a `base` CassandraCluster and an `override` for each cluster")
            .fix("write `spec: {base: {…}, override: {<cluster>: {…}}}`"),
    );
    None
}

fn of_layer(map: Map, layer: Layer, span: Option<Span>) -> Node {
    let origin = span.map_or(Origin::Default(crate::tree::DefaultBy::Renderer), |span| Origin::Written(layer, span));
    let mut node = Node { value: Value::Map(map), origin };
    node.set_layer(layer);
    sort_config(&mut node);
    node
}

/// Brings free-form `config` into the API server's order once, so that all clusters
/// share it.
fn sort_config(node: &mut Node) {
    match &mut node.value {
        Value::List(items) => items.to_mut().iter_mut().for_each(sort_config),
        Value::Map(map) => {
            for entry in map.iter_mut() {
                if entry.key == "config" {
                    entry.value.sort();
                } else {
                    sort_config(&mut entry.value);
                }
            }
        }
        _ => {}
    }
}

fn unknown_members(spec: &Map, findings: &mut Vec<Finding>) {
    const KNOWN: [&str; 3] = ["deleteCassandraCluster", "base", "override"];
    for entry in spec.iter().filter(|entry| !KNOWN.contains(&entry.key.as_str())) {
        let fix = match nearest(&entry.key, KNOWN) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("a MultiCasskop's spec has `{}`", KNOWN.join("`, `")),
        };
        let at = entry.key_span;
        findings.push(Finding::rule(RuleId::L24, format!("unknown field `spec.{}`", entry.key)).at(at, "").fix(fix));
    }
}

/// Where the flag is true.
fn delete_flag(node: &Node, findings: &mut Vec<Finding>) -> Option<Span> {
    match &node.value {
        Value::Bool(flag) => node.span().filter(|_| *flag),
        Value::Null => None,
        value => {
            let found = crate::schema::typed::describe(value);
            findings.push(
                Finding::rule(RuleId::L48, format!("`spec.deleteCassandraCluster` is {found}, not `true` or `false`"))
                    .at(node.span(), "")
                    .path("spec.deleteCassandraCluster")
                    .fix("write `true` or `false` without quotes"),
            );
            None
        }
    }
}

fn overrides(member: Option<Entry>, span: Option<Span>, findings: &mut Vec<Finding>) -> Vec<Override> {
    let Some(map) = object(member, "spec.override", span, findings) else { return Vec::new() };
    if map.len() > MOST_CLUSTERS {
        findings.push(
            Finding::invalid(format!("`spec.override` has {} clusters, more than {MOST_CLUSTERS}", map.len()))
                .at(span, "")
                .path("spec.override")
                .why("a limit keeps a damaged or hostile file from taking all memory")
                .fix("check that this is the right file"),
        );
        return Vec::new();
    }
    map.into_iter().filter_map(|entry| one_override(entry, findings)).collect()
}

fn one_override(entry: Entry, findings: &mut Vec<Finding>) -> Option<Override> {
    let Entry { key, key_span, mut value } = entry;
    let cluster = match ClusterName::new(&key) {
        Ok(cluster) => cluster,
        Err(reason) => {
            findings.push(
                Finding::invalid(format!("`{key}` is no cluster name: it {reason}"))
                    .at(key_span, "")
                    .path("spec.override")
                    .fix("give the cluster another name, here and in the fleet file"),
            );
            return None;
        }
    };
    match value.value {
        Value::Map(_) => {}
        Value::Null => {
            findings.push(
                Finding::new(
                    crate::finding::Kind::Note,
                    crate::finding::Severity::Warning,
                    format!("nothing is written after `{cluster}:`"),
                )
                .at(key_span, "")
                .why("it means the same as `{}`: the base as it is, which may not be what was meant")
                .fix(format!("write `{cluster}: {{}}`, or remove the key so that the cluster is skipped")),
            );
            value.value = Value::Map(Map::new());
        }
        _ => {
            let found = crate::schema::typed::describe(&value.value);
            findings.push(
                Finding::rule(RuleId::L48, format!("the override of `{cluster}` is {found}, not an object"))
                    .at(value.span(), "")
                    .fix("write the fields of a CassandraCluster that differ in this cluster, or `{}`"),
            );
            return None;
        }
    }
    value.set_layer(Layer::Override);
    sort_config(&mut value);
    Some(Override { cluster, key_span, node: value })
}

fn ring_name(base: &Node, span: Option<Span>, findings: &mut Vec<Finding>) -> Option<(RingName, Option<Span>)> {
    let written = base.at(&["metadata", "name"]);
    let at = written.and_then(Node::span);
    let problem = match written.map(|node| (node.as_str(), &node.value)) {
        Some((Some(name), _)) => match RingName::new(name) {
            Ok(name) => return Some((name, at)),
            Err(reason) => format!("`{name}` cannot be the ring's name: it {reason}"),
        },
        Some((None, value)) => format!("`base.metadata.name` is {}, not a string", crate::schema::typed::describe(value)),
        None => "`base.metadata.name` is missing".to_owned(),
    };
    findings.push(
        Finding::invalid(problem)
            .at(at.or(span), "")
            .path("metadata.name")
            .why("the ring, its files and its pods are called by it, and it is Cassandra's cluster name")
            .fix("give the base a name such as `cassandra-demo`"),
    );
    None
}
