//! Equal differences of several clusters → one that names the clusters. Pure.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::check::{Actor, ActorKind, Difference, DriftReport, Effect, Place};

/// What is the same in the same clusters of a ring.
pub(super) struct Group<'a> {
    /// `NAMESPACE/NAME`
    pub(super) ring: String,
    /// The clusters, in the order of the report.
    pub(super) clusters: Vec<&'a str>,
    pub(super) differences: Vec<Folded<'a>>,
    pub(super) effects: Vec<FoldedEffect<'a>>,
}

/// One effect, in all its clusters together.
pub(super) struct FoldedEffect<'a> {
    pub(super) one: &'a Effect,
    /// The racks, each once.
    pub(super) racks: Vec<&'a str>,
    pub(super) pods: i64,
}

/// One difference, and what is not the same everywhere.
pub(super) struct Folded<'a> {
    /// The difference in the first of the clusters.
    pub(super) one: &'a Difference,
    /// Who set it, with the first and last time.
    pub(super) actors: Vec<Who<'a>>,
    /// The places that say what Git wants, each once.
    pub(super) places: Vec<&'a Place>,
    /// The earliest time at which it was first seen.
    pub(super) first_seen: Option<Timestamp>,
}

/// An actor, and between which times it last wrote in the clusters.
pub(super) struct Who<'a> {
    pub(super) one: &'a Actor,
    pub(super) times: Option<(Timestamp, Timestamp)>,
}

/// Who did something, but not when.
type Hands<'a> = Vec<(&'a str, &'a str, ActorKind)>;

fn hands(found: &Difference) -> Hands<'_> {
    found.actors.iter().map(|actor| (actor.manager.as_str(), actor.operation.as_str(), actor.kind)).collect()
}

/// Whether a reader would see the same thing but for times and places.
fn equal(a: &Difference, b: &Difference) -> bool {
    let parts = |found: &Difference| (found.resource, found.path.clone(), found.class, found.fails);
    parts(a) == parts(b) && a.wanted == b.wanted && a.live == b.live && a.ignored == b.ignored && hands(a) == hands(b)
}

/// Whether two effects differ in nothing but racks and pods.
fn same_effect(a: &Effect, b: &Effect) -> bool {
    a.kind == b.kind && a.operation == b.operation && a.text == b.text && a.paths == b.paths
}

/// A difference or an effect, with the clusters that have it.
struct Everywhere<'a, T> {
    all: Vec<&'a T>,
    clusters: Vec<&'a str>,
}

struct Ring<'a> {
    differences: Vec<Everywhere<'a, Difference>>,
    effects: Vec<Everywhere<'a, Effect>>,
}

/// The differences of a report, ring by ring.
pub(super) fn groups(report: &DriftReport) -> Vec<Group<'_>> {
    let mut rings: BTreeMap<(&str, &str), Ring<'_>> = BTreeMap::new();
    for cluster in &report.clusters {
        for ring in &cluster.rings {
            let all = rings
                .entry((&ring.namespace, &ring.name))
                .or_insert_with(|| Ring { differences: Vec::new(), effects: Vec::new() });
            ring.differences.iter().for_each(|found| add(&mut all.differences, found, &cluster.name, equal));
            ring.effects.iter().for_each(|effect| add(&mut all.effects, effect, &cluster.name, same_effect));
        }
    }
    rings.into_iter().flat_map(|((namespace, name), ring)| grouped(&format!("{namespace}/{name}"), ring)).collect()
}

fn add<'a, T>(all: &mut Vec<Everywhere<'a, T>>, one: &'a T, cluster: &'a str, equal: impl Fn(&T, &T) -> bool) {
    // An object has each path once, so a cluster is never added twice.
    match all.iter_mut().find(|known| known.all.first().is_some_and(|first| equal(first, one))) {
        Some(known) => {
            known.all.push(one);
            known.clusters.push(cluster);
        }
        None => all.push(Everywhere { all: vec![one], clusters: vec![cluster] }),
    }
}

fn grouped<'a>(name: &str, ring: Ring<'a>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let at = |groups: &mut Vec<Group<'a>>, clusters: Vec<&'a str>| {
        groups.iter().position(|group| group.clusters == clusters).unwrap_or_else(|| {
            groups.push(Group { ring: name.to_owned(), clusters, differences: Vec::new(), effects: Vec::new() });
            groups.len() - 1
        })
    };
    for Everywhere { all, clusters } in ring.differences {
        let at = at(&mut groups, clusters);
        if let (Some(group), Some(folded)) = (groups.get_mut(at), folded(&all)) {
            group.differences.push(folded);
        }
    }
    for Everywhere { all, clusters } in ring.effects {
        let at = at(&mut groups, clusters);
        if let Some(group) = groups.get_mut(at) {
            group.effects.extend(folded_effect(&all));
        }
    }
    groups
}

fn folded<'a>(all: &[&'a Difference]) -> Option<Folded<'a>> {
    let one = *all.first()?;
    let actors = one.actors.iter().enumerate().map(|(at, actor)| {
        let times = || all.iter().filter_map(|found| found.actors.get(at)?.time);
        Who { one: actor, times: times().min().zip(times().max()) }
    });
    let mut places: Vec<&Place> = Vec::new();
    for place in all.iter().filter_map(|found| found.place.as_ref()) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    Some(Folded { one, actors: actors.collect(), places, first_seen: all.iter().filter_map(|found| found.first_seen).min() })
}

fn folded_effect<'a>(all: &[&'a Effect]) -> Option<FoldedEffect<'a>> {
    let mut racks: Vec<&str> = Vec::new();
    for rack in all.iter().flat_map(|effect| &effect.racks) {
        if !racks.contains(&rack.as_str()) {
            racks.push(rack);
        }
    }
    Some(FoldedEffect { one: all.first()?, racks, pods: all.iter().map(|effect| effect.pods).sum() })
}
