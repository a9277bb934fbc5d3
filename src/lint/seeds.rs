//! How seeds are kept and delivered: L21, L31, L32, L57. Whether they are pods of
//! the ring is judged in [`super::pods`]. Pure.

use crate::finding::Finding;
use crate::fleet::{Choice as _, Delivery};
use crate::seeds::deliver::{CASSANDRA_SEEDS, own_env};
use crate::seeds::{Origin, Seed};
use crate::source::Span;
use crate::tree::Node;

use super::Context;
use crate::rule::RuleId;

/// Whether the ring lies in several clusters.
pub(super) fn several(context: &Context<'_>) -> bool {
    context.expanded.parts.len() > 1
}

/// L21.
pub(super) fn auto_update(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if !several(context) {
        return;
    }
    for part in &context.expanded.parts {
        let Some(flag) = part.spec().get("autoUpdateSeedList").filter(|flag| flag.as_bool() == Some(true)) else { continue };
        findings.push(
            Finding::rule(RuleId::L21, "`spec.autoUpdateSeedList` is true in a ring of several clusters")
                .at(flag.span(), "")
                .path("spec.autoUpdateSeedList")
                .fix("write `autoUpdateSeedList: false`, or remove the line")
                .replace(flag.span(), "false")
                .cluster(&part.cluster.name),
        );
    }
}

/// L31: only lists of the source can differ.
pub(super) fn same_lists(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let lists = || context.expanded.parts.iter().zip(&context.seeds.lists).filter(|(_, list)| !list.is_empty());
    let Some((_, first)) = lists().next() else { return };
    for (part, list) in lists().skip(1).filter(|(_, list)| !hosts(list).eq(hosts(first))) {
        let sorted = |list: &[Seed]| {
            let mut hosts: Vec<_> = hosts(list).map(str::to_owned).collect();
            hosts.sort();
            hosts
        };
        let (what, why) = if sorted(list) == sorted(first) {
            ("the same seeds in another order", RuleId::L31.rule().why)
        } else {
            (
                "other seeds",
                "the clusters look for the ring at different nodes, and after an outage they can find different rings",
            )
        };
        let at = hosts(list).zip(hosts(first)).take_while(|(here, there)| here == there).count();
        let place = |list: &[Seed]| list.get(at).or(list.last()).and_then(|seed| seed.span);
        findings.push(
            Finding::rule(RuleId::L31, format!("`status.seedlist` has {what} than in the first cluster"))
                .at(place(list), "the first difference")
                .at(place(first), "the first cluster")
                .path("status.seedlist")
                .why(why)
                .fix("write the list once, in the base; or remove it everywhere and it is computed")
                .cluster(&part.cluster.name),
        );
    }
}

fn hosts(list: &[Seed]) -> impl Iterator<Item = &str> {
    list.iter().map(|seed| seed.host.as_str())
}

/// L32.
pub(super) fn list_in_status(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let ring = &context.expanded.ring.name;
    for (part, way) in context.expanded.parts.iter().zip(context.ways) {
        let Some(status) = part.source.get("status").and_then(Node::as_map) else { continue };
        let Some(entry) = status.entry("seedlist").filter(|entry| !entry.value.items().is_empty()) else { continue };
        let move_it = format!(
            "remove it and the list is computed; or, to keep this list, move it to the fleet file: `rings: {{{ring}: {{seeds: […]}}}}`"
        );
        let (message, why, fix) = match (context.seeds.origin, way) {
            (Origin::Status, Some(Delivery::Status) | None) => continue,
            (Origin::Status, Some(way)) => {
                let way = way.as_str();
                let message = format!(
                    "`status.seedlist` is taken as the ring's seeds, but they go to the nodes by `{way}`, not by the status"
                );
                (message, RuleId::L32.rule().why, move_it)
            }
            _ => (
                "`status.seedlist` is not used: the fleet file or a flag says which seeds the ring has".to_owned(),
                "whoever reads the source takes it for the ring's seeds",
                "remove it".to_owned(),
            ),
        };
        findings.push(
            Finding::rule(RuleId::L32, message)
                .at(entry.key_span.or(entry.value.span()), "")
                .path("status.seedlist")
                .why(why)
                .fix(fix)
                .cluster(&part.cluster.name),
        );
    }
}

/// L57.
pub(super) fn by_environment(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let ring = &context.expanded.ring.name;
    for (part, way) in context.expanded.parts.iter().zip(context.ways) {
        let own = own_env(part).filter(|_| several(context)).and_then(Node::span);
        let finding = if *way == Some(Delivery::Env) {
            let at = context.fleet.seed_delivery(ring, part.cluster).and_then(|way| way.span);
            Finding::rule(RuleId::L57, "seeds go by environment variable")
                .at(at, "")
                .fix("write `seedDelivery: configmap`: a changed list then restarts nothing")
                .replace(at, Delivery::ConfigMap.as_str())
        } else if own.is_some() {
            written_variable(own, way.is_some())
        } else {
            continue;
        };
        findings.push(finding.cluster(&part.cluster.name));
    }
}

fn written_variable(at: Option<Span>, delivered: bool) -> Finding {
    let fix = if delivered {
        "remove the variable: the seeds reach the nodes without it"
    } else {
        "remove the variable, and `seeds: none`: the list is then computed and reaches the nodes without it"
    };
    Finding::rule(RuleId::L57, format!("`{CASSANDRA_SEEDS}` is written in `spec.backRestSidecar.envVars`"))
        .at(at, "")
        .path("spec.backRestSidecar.envVars")
        .fix(fix)
}
