//! Fields that do harm by being in Git: L22, L23, L37, L39. Pure.

use crate::finding::Finding;
use crate::ring::{Part, name, racks};
use crate::tree::{Entry, Map, Node, Value};

use super::Context;
use crate::rule::RuleId;

/// A boolean that is true.
fn is_true<'a>(node: &'a Node, field: &str) -> Option<&'a Node> {
    node.get(field).filter(|flag| flag.as_bool() == Some(true))
}

/// L22.
pub(super) fn action_flags(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let ring = &context.expanded.ring.name;
    for part in &context.expanded.parts {
        let mut found = |flag: &Node, path: String, instead: String| {
            findings.push(
                Finding::rule(RuleId::L22, format!("`{path}` is true"))
                    .at(flag.span(), "")
                    .path(path)
                    .fix(instead)
                    .replace(flag.span(), "false")
                    .cluster(&part.cluster.name),
            );
        };
        let Some(spec) = part.source.get("spec") else { continue };
        if let Some(flag) = is_true(spec, "unlockNextOperation") {
            let instead = format!(
                "remove it; where an operation is stuck, set it once on the live object: `kubectl edit cassandracluster {ring}`"
            );
            found(flag, "spec.unlockNextOperation".to_owned(), instead);
        }
        for (at, dc) in spec.at(&["topology", "dc"]).map(Node::items).unwrap_or_default().iter().enumerate() {
            for (rack_at, rack) in racks(dc).iter().enumerate() {
                let Some(flag) = is_true(rack, "rollingRestart") else { continue };
                let instead = format!(
                    "remove it; to restart `{}-{}` once, set it on the live object: `kubectl edit cassandracluster {ring}`",
                    name(dc),
                    name(rack)
                );
                found(flag, format!("spec.topology.dc[{at}].rack[{rack_at}].rollingRestart"), instead);
            }
        }
    }
}

/// L23.
pub(super) fn debug(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let Some(flag) = is_true(part.spec(), "debug") else { continue };
        findings.push(
            Finding::rule(RuleId::L23, "`spec.debug` is true, so that no node runs Cassandra")
                .at(flag.span(), "")
                .path("spec.debug")
                .fix("remove it, or write `debug: false`")
                .replace(flag.span(), "false")
                .cluster(&part.cluster.name),
        );
    }
}

/// L37.
pub(super) fn deletion(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let Some(flag) = is_true(part.spec(), "deletePVC") else { continue };
        findings.push(
            Finding::rule(RuleId::L37, "`spec.deletePVC` is true: whoever deletes the CassandraCluster deletes the data")
                .at(flag.span(), "")
                .path("spec.deletePVC")
                .fix("write `deletePVC: false`, and delete the volumes by hand when a ring is really given up")
                .replace(flag.span(), "false")
                .cluster(&part.cluster.name),
        );
    }
    if let Some(span) = context.expanded.ring.delete_cassandra_cluster {
        findings.push(
            Finding::rule(RuleId::L37, "`spec.deleteCassandraCluster` is true, which has no effect here")
                .at(span, "")
                .path("spec.deleteCassandraCluster")
                .why("it told Multi-CassKop to delete the ring with the MultiCasskop; the rendered objects keep their guards against pruning, so that a lost file deletes no database")
                .fix("remove it; to let a cluster's objects go with their files, write `allowPrune: true` at that cluster in the fleet file")
                .replace(span, "false"),
        );
    }
}

/// L39.
pub(super) fn live_members(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let metadata = part.source.get("metadata").and_then(Node::as_map);
        for field in ["finalizers", "ownerReferences"] {
            let Some(entry) = metadata.and_then(|map| map.entry(field)).filter(|entry| is_written(entry)) else { continue };
            let why = if field == "finalizers" {
                "CassKop removes all finalizers when `deletePVC` is off, and sets its own when it is on"
            } else {
                "an owner in one cluster does not exist in another, where Kubernetes would delete the object as an orphan"
            };
            let finding = Finding::rule(RuleId::L39, format!("`metadata.{field}` is not rendered"));
            findings.push(
                finding
                    .at(entry.key_span, "")
                    .path(format!("metadata.{field}"))
                    .why(why)
                    .fix("remove it")
                    .cluster(&part.cluster.name),
            );
        }
        findings.extend(status(part));
    }
}

/// Members of the status but for the seeds, which have rules of their own.
fn status(part: &Part<'_>) -> Option<Finding> {
    let map = part.source.get("status").and_then(Node::as_map)?;
    let members: Vec<_> = map.iter().filter(|entry| entry.key != "seedlist" && is_written(entry)).collect();
    let names: Vec<_> = members.iter().map(|entry| format!("`{}`", entry.key)).collect();
    let first = members.first()?;
    let finding = Finding::rule(RuleId::L39, format!("`status` has {}, of which nothing is rendered", names.join(", ")))
        .at(first.key_span, "")
        .path("status")
        .why("CassKop writes the status itself")
        .fix(if map.entry("seedlist").is_some() { "remove all of it but `seedlist`" } else { "remove it" });
    Some(finding.cluster(&part.cluster.name))
}

/// Whether the user wrote the member, and something in it.
fn is_written(entry: &Entry) -> bool {
    let something = match &entry.value.value {
        Value::Null => false,
        Value::List(items) => !items.is_empty(),
        Value::Map(map) => !Map::is_empty(map),
        Value::Text(text) => !text.is_empty(),
        _ => true,
    };
    something && entry.value.span().is_some()
}
