//! Where objects and nodes are: namespaces (L09, L10) and racks (L51). Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::names::Namespace;
use crate::ring::{Part, name, racks};
use crate::source::Span;
use crate::tree::Node;

use super::Context;
use super::written::and;
use crate::rule::RuleId;

/// L09, L10.
pub(super) fn namespaces(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let ring = context.expanded.ring;
    let mut first: BTreeMap<&str, &Part<'_>> = BTreeMap::new();
    for part in &context.expanded.parts {
        match part.namespace.as_ref().map(Namespace::as_str) {
            Some(namespace) => {
                first.entry(namespace).or_insert(part);
            }
            None => findings.push(
                Finding::rule(RuleId::L09, format!("the ring `{}` has no namespace", ring.name))
                    .at(ring.name_span, "")
                    .cluster(&part.cluster.name)
                    .path("metadata.namespace")
                    .fix("write `metadata.namespace` in the base or the override, `namespace:` at the cluster in the fleet file, or `--namespace NAME`")
                    .remedy("--namespace", "cassandra"),
            ),
        }
    }
    if first.len() < 2 {
        return;
    }
    let finding = Finding::rule(RuleId::L10, format!("the ring has several namespaces: {}", and(first.keys().copied())))
        .path("metadata.namespace")
        .fix("write one namespace for all clusters if Multi-CassKop made this ring; otherwise leave it as it is");
    let finding = first.values().fold(finding, |finding, part| finding.at(namespace_span(part), ""));
    findings.push(context.expanded.parts.iter().fold(finding, |finding, part| finding.cluster(&part.cluster.name)));
}

/// Where a part's namespace is written.
fn namespace_span(part: &Part<'_>) -> Option<Span> {
    let written = part.object.at(&["metadata", "namespace"]).and_then(Node::span);
    written.or_else(|| part.cluster.namespace.as_ref()?.span).or(part.over.key_span)
}

/// A data centre with its nodes' racks, over all clusters that it lies in.
#[derive(Default)]
struct Spread<'a> {
    racks: BTreeSet<&'a str>,
    lies: Vec<(&'a Part<'a>, &'a Node)>,
    path: String,
    has_nodes: bool,
}

/// L51.
pub(super) fn two_racks(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut dcs: BTreeMap<&str, Spread<'_>> = BTreeMap::new();
    for part in &context.expanded.parts {
        for (at, dc) in part.dcs().iter().enumerate() {
            let spread = dcs.entry(name(dc)).or_default();
            if spread.lies.is_empty() {
                spread.path = format!("spec.topology.dc[{at}].rack");
            }
            spread.racks.extend(racks(dc).iter().map(name));
            spread.lies.push((part, dc));
            spread.has_nodes |= part.nodes(dc) > 0;
        }
    }
    for (dc, spread) in dcs.iter().filter(|(_, spread)| spread.racks.len() == 2 && spread.has_nodes) {
        let message = format!("the data centre `{dc}` has two racks: {}", and(spread.racks.iter().copied()));
        let finding = Finding::rule(RuleId::L51, message).path(spread.path.as_str()).fix(
            "use three racks or one; no rack can be added to a running data centre, so there add a new data centre, or allow L51",
        );
        findings.push(spread.lies.iter().fold(finding, |finding, (part, node)| {
            let finding =
                if finding.clusters.contains(&part.cluster.name) { finding } else { finding.cluster(&part.cluster.name) };
            let place = node.get("name").and_then(Node::span);
            let known = finding.labels.iter().any(|label| Some(label.span) == place);
            if known { finding } else { finding.at(place, "") }
        }));
    }
}
