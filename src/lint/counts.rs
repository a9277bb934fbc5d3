//! Numbers: a topology without racks or data centres (L04), zeros that `CassKop`
//! refuses or freezes at (L11, L13), and negative numbers, which are invalid input. Pure.

use crate::finding::Finding;
use crate::ring::{Part, name, racks};
use crate::source::Span;
use crate::tree::{Node, Path};

use super::Context;
use super::written::written;
use crate::rule::RuleId;

/// The topology of a source as it is written.
struct Written<'a> {
    dcs: &'a [Node],
    span: Option<Span>,
}

/// The topology that the source states; `None` where it says nothing of one,
/// which is the same as `dc1` with `rack1`.
fn topology<'a>(part: &'a Part<'_>) -> Option<Written<'a>> {
    let merged = part.source.at(&["spec", "topology"]).filter(|node| node.span().is_some());
    let dcs = merged.and_then(|topology| topology.get("dc")).filter(|dcs| !dcs.items().is_empty());
    if let Some(dcs) = dcs {
        return Some(Written { dcs: dcs.items(), span: dcs.span() });
    }
    // In an override null removes what the base has.
    let over = part.over.node.get("spec");
    let removed = null(over, "topology").or_else(|| null(over?.get("topology"), "dc"));
    let empty = || merged.and_then(|topology| topology.get("dc").unwrap_or(topology).span());
    removed.or_else(empty).map(|span| Written { dcs: &[], span: Some(span) })
}

/// Where null is written for a member.
fn null(of: Option<&Node>, member: &str) -> Option<Span> {
    let entry = of?.as_map()?.entry(member)?;
    entry.key_span.filter(|_| entry.value.is_null())
}

/// Whether `CassKop` puts another topology in place of the one that the source states (L04).
pub(super) fn replaced(part: &Part<'_>) -> bool {
    topology(part).is_some_and(|Written { dcs, .. }| dcs.is_empty() || dcs.iter().any(|dc| racks(dc).is_empty()))
}

/// L04.
pub(super) fn empty_topology(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let Some(Written { dcs, span }) = topology(part) else { continue };
        if dcs.is_empty() {
            findings.push(
                Finding::rule(RuleId::L04, "`spec.topology` has no data centre, so that CassKop makes `dc1` with `rack1` out of it")
                    .at(span, "")
                    .cluster(&part.cluster.name)
                    .path("spec.topology.dc")
                    .why("if the only data centre was called `dc1`, CassKop deletes all its racks but `rack1`, nodes or not")
                    .fix("write the data centres with their racks; to take the ring out of a cluster, set `nodesPerRacks: 0` at its data centre first"),
            );
        }
        for (at, dc) in dcs.iter().enumerate().filter(|(_, dc)| racks(dc).is_empty()) {
            findings.push(
                Finding::rule(RuleId::L04, format!("the data centre `{}` has no rack", name(dc)))
                    .at(dc.get("name").and_then(Node::span).or(dc.span()), "")
                    .cluster(&part.cluster.name)
                    .path(format!("spec.topology.dc[{at}].rack"))
                    .fix("add its racks: `rack: [{name: rack1}]`"),
            );
        }
    }
}

/// L11, L13.
pub(super) fn zeros(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let zero = |field| written(context, part, &["spec", field]).filter(|node| node.as_int() == Some(0));
        let about = |rule, field: &str, node: &Node| {
            let finding = Finding::rule(rule, format!("`spec.{field}` is 0")).at(node.span(), "");
            finding.path(format!("spec.{field}")).cluster(&part.cluster.name)
        };
        if let Some(node) = zero("nodesPerRacks") {
            findings.push(about(RuleId::L11, "nodesPerRacks", node).fix(
                "write 1 or more; to empty a data centre, write `nodesPerRacks: 0` at that data centre: `topology.dc[].nodesPerRacks`",
            ));
        }
        if let Some(node) = zero("maxPodUnavailable") {
            findings.push(about(RuleId::L13, "maxPodUnavailable", node).fix("write 1").replace(node.span(), "1"));
        }
    }
}

/// Numbers of the spec that count something or are seconds.
const COUNTS: [&str; 14] = [
    "nodesPerRacks",
    "maxPodUnavailable",
    "restartCountBeforePodDeletion",
    "keyspaceCleanupThreads",
    "livenessInitialDelaySeconds",
    "livenessHealthCheckTimeout",
    "livenessHealthCheckPeriod",
    "livenessFailureThreshold",
    "livenessSuccessThreshold",
    "readinessInitialDelaySeconds",
    "readinessHealthCheckTimeout",
    "readinessHealthCheckPeriod",
    "readinessFailureThreshold",
    "readinessSuccessThreshold",
];

/// Negative numbers where they mean nothing; the CRD lets them through.
pub(super) fn negative(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let mut found = Vec::new();
        let root = Path::ROOT;
        let path = root.key("spec");
        let spec = part.spec();
        for field in COUNTS {
            below_zero(spec, field, path, &mut found);
        }
        if let Some(jmx) = spec.get("jmxConfiguration") {
            let path = path.key("jmxConfiguration");
            for field in ["jmxRemotePort", "jmxRemoteRmiPort"] {
                below_zero(jmx, field, path, &mut found);
            }
        }
        let path = path.key("topology");
        let path = path.key("dc");
        for (at, dc) in part.dcs().iter().enumerate() {
            let path = path.index(at);
            below_zero(dc, "nodesPerRacks", path, &mut found);
            let path = path.key("rack");
            for (at, rack) in racks(dc).iter().enumerate() {
                below_zero(rack, "rollingPartition", path.index(at), &mut found);
            }
        }
        findings.extend(found.into_iter().map(|finding| finding.cluster(&part.cluster.name)));
    }
}

fn below_zero(of: &Node, field: &str, path: Path<'_>, found: &mut Vec<Finding>) {
    let Some(node) = of.get(field) else { return };
    if let Some(number) = node.as_int().filter(|number| *number < 0) {
        let path = path.key(field).to_buf();
        found.push(
            Finding::invalid(format!("`{path}` is {number}, less than 0"))
                .at(node.span(), "")
                .path(path)
                .why("the CRD lets it through, and the objects that CassKop makes out of it are refused or never complete")
                .fix("write a number that is not negative, or leave the field out"),
        );
    }
}
