//! Rings → what they say of their clusters, and which CassKop may run there. Pure.

use std::collections::BTreeMap;

use crate::fleet::Fleet;
use crate::names::ClusterName;
use crate::read::{Api, Input};
use crate::render::expand;
use crate::schema::Release;
use crate::seeds::resolve::annotated_zone;
use crate::source::Sources;
use crate::tree::Node;

/// Which CassKop the rings were written for, as far as they tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The release.
    pub release: Release,
    /// Why, in a few words that fit behind the version.
    pub why: String,
}

/// What the rings say of a cluster: things that the fleet file need not repeat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// `namespace cassandra at rings/demo.yaml:9`, each once.
    pub remarks: Vec<String>,
}

/// Guesses the release: by the format, else by the bootstrap image, whose tag changes with
/// the releases (docs/facts.md, Fields and defaults), else the newest.
pub fn guess(input: &Input, sources: &Sources) -> Guess {
    if let Some(ring) = input.rings.iter().find(|ring| ring.api == Api::V1alpha1) {
        let place = ring.api_span.map(|span| format!(" at {}", sources.position(span))).unwrap_or_default();
        return Guess {
            release: Release::LAST_V1ALPHA1,
            why: format!("the last one that reads v1alpha1, which is written{place}"),
        };
    }
    let nodes =
        input.rings.iter().flat_map(|ring| std::iter::once(&ring.base).chain(ring.overrides.iter().map(|over| &over.node)));
    let images = nodes.filter_map(|node| node.at(&["spec", "bootstrapImage"]));
    let known = images.filter_map(|node| Some((node, Release::of_bootstrap_image(node.as_str()?)?)));
    // Clusters with different images are in the middle of an upgrade: the older one runs everywhere.
    let oldest = known.min_by_key(|(_, release)| *release);
    match oldest {
        Some((node, release)) => {
            let place = node.span().map(|span| format!(" at {}", sources.position(span))).unwrap_or_default();
            Guess { release, why: format!("whose bootstrap image is written{place}") }
        }
        None => Guess { release: Release::NEWEST, why: "the newest; the rings name none of a release".to_owned() },
    }
}

/// What the rings say of each cluster: namespaces, and the zones that External-DNS is told.
pub fn found(fleet: &Fleet, input: &Input, sources: &Sources) -> BTreeMap<ClusterName, Found> {
    let mut all: BTreeMap<ClusterName, Found> = BTreeMap::new();
    // What is wrong with a ring is said when it is rendered.
    let expanded = input.rings.iter().filter_map(|ring| expand(fleet, ring, &mut Vec::new()));
    for part in expanded.flat_map(|ring| ring.parts) {
        let found = all.entry(part.cluster.name.clone()).or_default();
        let written = part.source.at(&["metadata", "namespace"]).filter(|node| node.span().is_some());
        let namespace = written.and_then(|node| Some(("namespace", node.as_str()?.to_owned(), node)));
        let zone = annotated_zone(&part).map(|(zone, node)| ("zone", zone, node));
        for (what, value, node) in namespace.into_iter().chain(zone) {
            let remark = format!("{what} {value}, written{}", place(node, sources));
            if !found.remarks.contains(&remark) {
                found.remarks.push(remark);
            }
        }
    }
    all
}

fn place(node: &Node, sources: &Sources) -> String {
    node.span().map(|span| format!(" at {}", sources.position(span))).unwrap_or_default()
}
