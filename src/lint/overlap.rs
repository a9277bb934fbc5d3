//! The same data centre in several clusters (L07, L08). Pure.

use std::collections::BTreeMap;

use crate::finding::{Finding, Label};
use crate::ring::{Part, name, racks};
use crate::source::Span;
use crate::tree::Node;

use super::Context;
use super::counts::replaced;
use super::written::and;
use crate::rule::RuleId;

/// A data centre or rack in a part.
type Lies<'a> = (&'a Part<'a>, &'a Node);

/// L07, L08.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let mut dcs: BTreeMap<&str, Vec<Lies<'_>>> = BTreeMap::new();
    for part in context.expanded.parts.iter().filter(|part| !replaced(part)) {
        for dc in part.dcs() {
            add(dcs.entry(name(dc)).or_default(), part, dc);
        }
    }
    findings.extend(dcs.iter().filter(|(dc, lies)| !dc.is_empty() && lies.len() > 1).map(|(dc, lies)| overlap(dc, lies)));
}

/// Once per part; of two equal names in one part L03 speaks.
fn add<'a>(lies: &mut Vec<Lies<'a>>, part: &'a Part<'a>, node: &'a Node) {
    if lies.iter().all(|(there, _)| there.cluster.name != part.cluster.name) {
        lies.push((part, node));
    }
}

fn overlap(dc: &str, lies: &[Lies<'_>]) -> Finding {
    let mut by_rack: BTreeMap<&str, Vec<Lies<'_>>> = BTreeMap::new();
    for (part, node) in lies {
        for rack in racks(node) {
            add(by_rack.entry(name(rack)).or_default(), part, rack);
        }
    }
    by_rack.retain(|_, lies| lies.len() > 1);
    let Some(first) = by_rack.values().next() else {
        return placed(RuleId::L08, format!("the data centre `{dc}` lies in several clusters"), lies)
            .fix("give the data centre of each cluster a name of its own; allow L08 if it is meant to span clusters");
    };
    let pods: Vec<_> = by_rack.keys().map(|rack| format!("{dc}-{rack}")).collect();
    let verb = if pods.len() == 1 { "is" } else { "are" };
    placed(RuleId::L07, format!("{} {verb} in several clusters", and(pods.iter().map(String::as_str))), first)
        .fix("give each cluster a data centre or racks with names of their own, under `topology` in its override")
}

/// A finding that points to all places; the first one comes last, as the others are in conflict with it.
fn placed(rule: RuleId, message: String, lies: &[Lies<'_>]) -> Finding {
    let mut places: Vec<(Span, Vec<&str>)> = Vec::new();
    for (part, node) in lies {
        let Some(span) = node.get("name").and_then(Node::span).or(part.over.key_span) else { continue };
        match places.iter_mut().find(|(there, _)| *there == span) {
            Some((_, clusters)) => clusters.push(part.cluster.name.as_str()),
            None => places.push((span, vec![part.cluster.name.as_str()])),
        }
    }
    if !places.is_empty() {
        places.rotate_left(1);
    }
    let mut finding = Finding::rule(rule, message).path("spec.topology.dc");
    finding.labels = places.into_iter().map(|(span, clusters)| Label { span, text: format!("in {}", and(clusters)) }).collect();
    lies.iter().fold(finding, |finding, (part, _)| finding.cluster(&part.cluster.name))
}
