//! What External-DNS is told: the zones that seeds are made of (L30), and the
//! annotations that it reads (L33). Pure.

use crate::finding::Finding;
use crate::ring::Part;
use crate::seeds::Origin;
use crate::seeds::resolve::{HOSTNAME_ANNOTATIONS, zone};
use crate::tree::{Entry, Node};

use super::Context;
use super::seeds::several;
use crate::rule::RuleId;

/// The annotations of a part that name zones, with the zones.
fn annotations<'a>(part: &'a Part<'_>) -> Vec<(&'static str, &'a Entry, Vec<&'a str>)> {
    let Some(map) = part.spec().at(&["service", "annotations"]).and_then(Node::as_map) else { return Vec::new() };
    let zones = |entry: &'a Entry| -> Vec<&'a str> {
        let text = entry.value.as_str().unwrap_or_default();
        text.split(',').map(|zone| zone.trim().trim_end_matches('.')).filter(|zone| !zone.is_empty()).collect()
    };
    let named = HOSTNAME_ANNOTATIONS.iter().filter_map(|name| Some((*name, map.entry(name)?)));
    named.map(|(name, entry)| (name, entry, zones(entry))).filter(|(_, _, zones)| !zones.is_empty()).collect()
}

/// L30: External-DNS publishes the nodes in another zone than the seeds are in.
pub(super) fn zone_is_published(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Context { fleet, expanded, seeds, .. } = context;
    if !several(context) || seeds.lists.iter().all(Vec::is_empty) {
        return;
    }
    for part in &expanded.parts {
        let Some((zone, stated)) = zone(fleet, expanded, part) else { continue };
        let others: Vec<_> = annotations(part).into_iter().filter(|(_, _, zones)| !zones.contains(&zone.as_str())).collect();
        let Some((name, _, published)) = others.first() else { continue };
        let published = published.join(", ");
        let fix = if fleet.zone(&expanded.ring.name, part.cluster).is_some() {
            format!(
                "write the zone that is right in both places: `zone: {published}` for this cluster in the fleet file, or `{zone}.` in its annotation"
            )
        } else {
            format!("write the same zone in both annotations: `{zone}.` or `{published}.`")
        };
        let finding = Finding::rule(
            RuleId::L30,
            format!("External-DNS publishes the nodes in `{published}`, but seeds are looked for in `{zone}`"),
        );
        let finding = others.iter().fold(finding, |finding, (_, entry, _)| finding.at(entry.value.span(), "the records"));
        let path = format!("spec.service.annotations[{name}]");
        findings.push(finding.at(stated, "the seeds").path(path).fix(fix).cluster(&part.cluster.name));
    }
}

/// L33.
pub(super) fn external_dns(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Context { fleet, expanded, seeds, .. } = context;
    if !several(context) || seeds.origin == Origin::None {
        return;
    }
    for part in expanded.parts.iter().filter(|part| part.has_nodes()) {
        let zone = zone(fleet, expanded, part).map(|(zone, _)| zone);
        let finding = match annotations(part).as_slice() {
            // That no zone is known has been said.
            [] if zone.is_none() && seeds.origin == Origin::Computed => continue,
            [] => no_annotation(part, zone.as_deref()),
            [(name, entry, _)] => one_prefix(name, entry),
            _ => continue,
        };
        findings.push(finding.path("spec.service.annotations").cluster(&part.cluster.name));
    }
}

fn no_annotation(part: &Part<'_>, zone: Option<&str>) -> Finding {
    let written = part.spec().at(&["service", "annotations"]).or_else(|| part.spec().get("service")).and_then(Node::span);
    let zone = zone.unwrap_or("eu.example.net");
    let lines: Vec<_> = HOSTNAME_ANNOTATIONS.iter().map(|name| format!("{name}: {zone}.")).collect();
    Finding::rule(RuleId::L33, "no annotation of the Service tells External-DNS to publish the nodes")
        .at(written.or(part.over.key_span), "")
        .why("nodes of other clusters find the seeds by those records")
        .fix(format!("write `service: {{annotations: {{{}}}}}` under this cluster's `spec`; or allow L33 if something else publishes the names", lines.join(", ")))
}

fn one_prefix(name: &str, entry: &Entry) -> Finding {
    let reads = |name: &str| if name == HOSTNAME_ANNOTATIONS[0] { "before 0.22" } else { "from 0.22 on" };
    let other = HOSTNAME_ANNOTATIONS.iter().copied().find(|other| *other != name).unwrap_or_default();
    let zones = entry.value.as_str().unwrap_or_default();
    Finding::rule(RuleId::L33, format!("only `{name}` is written, which External-DNS reads {}", reads(name)))
        .at(entry.key_span.or(entry.value.span()), "")
        .fix(format!(
            "add `{other}: {zones}`, which External-DNS reads {}; or allow L33 where only the other one is in use",
            reads(other)
        ))
}
