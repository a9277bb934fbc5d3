//! The list of seeds of a ring: written, taken from `status.seedlist`, or computed.
//!
//! What the fleet file or a flag says beats a `status.seedlist` in the source.
//! Computed seeds are `CassKop`'s own choice of pods in every cluster, as
//! `<pod>.<zone>` (docs/facts.md, Choice of seeds; External-DNS). Pure.

use crate::finding::Finding;
use crate::fleet::{Fleet, Seeds};
use crate::ring::{Expanded, Part};
use crate::source::Span;
use crate::tree::Node;

use super::list::pods_with_nodes;

/// Annotations by which External-DNS learns the zone; the second is the default
/// from External-DNS 0.22 on (docs/facts.md, External-DNS).
pub const HOSTNAME_ANNOTATIONS: [&str; 2] = ["external-dns.alpha.kubernetes.io/hostname", "external-dns.kubernetes.io/hostname"];

/// A seed: a host name, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seed {
    /// The name that nodes connect to.
    pub host: String,
    /// Where it is written; nowhere if it was computed.
    pub span: Option<Span>,
}

/// Where a ring's seeds come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Computed from the topology.
    Computed,
    /// Written in the fleet file or as a flag.
    Stated,
    /// `status.seedlist` of the source.
    Status,
    /// `seeds: none`.
    None,
    /// A ring in one cluster: `CassKop` finds its seeds itself.
    Single,
}

/// The seeds of a ring.
#[derive(Clone, Debug)]
pub struct SeedPlan {
    /// Where they come from.
    pub origin: Origin,
    /// The list of each part, in the order of the parts; empty for none.
    pub lists: Vec<Vec<Seed>>,
}

impl SeedPlan {
    /// The hosts of a part, in order.
    pub fn hosts(&self, part: usize) -> Vec<String> {
        self.lists.get(part).map(|list| list.iter().map(|seed| seed.host.clone()).collect()).unwrap_or_default()
    }
}

/// The DNS zone of a ring in a cluster, without a trailing dot, and where it is written.
pub fn zone(fleet: &Fleet, expanded: &Expanded<'_>, part: &Part<'_>) -> Option<(String, Option<Span>)> {
    let stated = fleet.zone(&expanded.ring.name, part.cluster);
    stated
        .map(|zone| (zone.value.to_string(), zone.span))
        .or_else(|| annotated_zone(part).map(|(zone, node)| (zone, node.span())))
}

/// The zone that External-DNS reads, and the annotation that says it.
pub fn annotated_zone<'a>(part: &'a Part<'_>) -> Option<(String, &'a Node)> {
    let annotations = part.spec().at(&["service", "annotations"])?;
    let node = HOSTNAME_ANNOTATIONS.iter().find_map(|name| annotations.get(name))?;
    let zone = node.as_str()?.split(',').next()?.trim().trim_end_matches('.');
    (!zone.is_empty()).then(|| (zone.to_owned(), node))
}

/// Makes the list of a ring.
pub fn resolve(fleet: &Fleet, expanded: &Expanded<'_>, findings: &mut Vec<Finding>) -> SeedPlan {
    let parts = &expanded.parts;
    let same = |origin, list: Vec<Seed>| SeedPlan { origin, lists: vec![list; parts.len()] };
    match fleet.seeds(&expanded.ring.name).map(|seeds| &seeds.value) {
        Some(Seeds::None) => same(Origin::None, Vec::new()),
        Some(Seeds::List(list)) => {
            let seeds = list.iter().map(|host| Seed { host: host.value.clone(), span: host.span });
            same(Origin::Stated, seeds.collect())
        }
        stated => {
            let lists: Vec<_> = parts.iter().map(from_status).collect();
            if stated.is_none() && lists.iter().any(|list| !list.is_empty()) {
                return SeedPlan { origin: Origin::Status, lists };
            }
            if parts.len() < 2 {
                return same(Origin::Single, Vec::new());
            }
            let list = parts.iter().flat_map(|part| computed(fleet, expanded, part, findings));
            same(Origin::Computed, list.collect())
        }
    }
}

/// `status.seedlist` of the merged source.
fn from_status(part: &Part<'_>) -> Vec<Seed> {
    let list = part.source.at(&["status", "seedlist"]).map(Node::items).unwrap_or_default();
    let seed = |node: &Node| node.as_str().map(|host| Seed { host: host.to_owned(), span: node.span() });
    list.iter().filter_map(seed).collect()
}

fn computed(fleet: &Fleet, expanded: &Expanded<'_>, part: &Part<'_>, findings: &mut Vec<Finding>) -> Vec<Seed> {
    let ring = &expanded.ring.name;
    let cluster = &part.cluster.name;
    let Some((zone, _)) = zone(fleet, expanded, part) else {
        let example = example_zone(cluster.as_str());
        findings.push(
            Finding::invalid(format!("no DNS zone is known for the nodes in `{cluster}`"))
                .ring(ring)
                .cluster(cluster)
                .at(part.over.key_span, "this cluster")
                .path("spec.service.annotations")
                .why("seeds of a ring in several clusters need names that resolve in all of them; a node that reaches no seed starts a ring of its own")
                .fix(format!(
                    "state it: `zone: {example}` for `{cluster}` in the fleet file or `--zone {cluster}={example}`, with your own zone; or the annotation `{}` under `spec.service.annotations`; or list the seeds yourself with `seeds: […]`",
                    HOSTNAME_ANNOTATIONS[0]
                ))
                .remedy("--zone", format!("{cluster}={example}")),
        );
        return Vec::new();
    };
    let seed = |host| Seed { host, span: None };
    hosts(expanded, part, &zone).map(seed).collect()
}

/// The seeds of a part by `CassKop`'s own choice of pods.
fn hosts(expanded: &Expanded<'_>, part: &Part<'_>, zone: &str) -> impl Iterator<Item = String> {
    let ring = expanded.ring.name.as_str();
    pods_with_nodes(part.spec()).into_iter().map(move |pod| format!("{}.{zone}", pod.name(ring)))
}

/// The list that would be computed, whatever is written; none without a zone for every part.
pub fn would_be(fleet: &Fleet, expanded: &Expanded<'_>) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for part in &expanded.parts {
        let (zone, _) = zone(fleet, expanded, part)?;
        all.extend(hosts(expanded, part, &zone));
    }
    Some(all)
}

/// A zone that nobody has, other for each cluster: with the same one in two clusters,
/// their nodes could have the same names.
fn example_zone(cluster: &str) -> String {
    let label: String = cluster.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("{}.example.net", label.trim_matches('-'))
}
