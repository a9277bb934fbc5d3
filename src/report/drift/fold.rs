//! Equal differences of several clusters → one that names the clusters. Pure.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::check::{Actor, ActorKind, Difference, DriftReport, Effect, Place};

/// What is the same in the same clusters of a ring.
pub(in crate::report) struct Group<'a> {
    /// `NAMESPACE/NAME`
    pub(in crate::report) ring: String,
    /// The clusters, in the order of the report.
    pub(in crate::report) clusters: Vec<&'a str>,
    pub(in crate::report) differences: Vec<Folded<'a>>,
    pub(in crate::report) effects: Vec<FoldedEffect<'a>>,
}

/// One effect, in all its clusters together.
pub(in crate::report) struct FoldedEffect<'a> {
    pub(in crate::report) one: &'a Effect,
    /// The racks, each once.
    pub(in crate::report) racks: Vec<&'a str>,
    pub(in crate::report) pods: i64,
}

/// One difference, and what is not the same everywhere.
pub(in crate::report) struct Folded<'a> {
    /// The difference in the first of the clusters.
    pub(in crate::report) one: &'a Difference,
    /// Who set it, with the first and last time.
    pub(in crate::report) actors: Vec<Who<'a>>,
    /// The places that say what Git wants, each once.
    pub(in crate::report) places: Vec<&'a Place>,
    /// The places in the rendered files, each once.
    pub(in crate::report) rendered: Vec<&'a Place>,
    /// The earliest time at which it was first seen.
    pub(in crate::report) first_seen: Option<Timestamp>,
}

/// An actor, and between which times it last wrote in the clusters.
pub(in crate::report) struct Who<'a> {
    pub(in crate::report) one: &'a Actor,
    pub(in crate::report) times: Option<(Timestamp, Timestamp)>,
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
pub(in crate::report) fn groups(report: &DriftReport) -> Vec<Group<'_>> {
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
    let first_seen = all.iter().filter_map(|found| found.first_seen).min();
    let places = once(all.iter().filter_map(|found| found.place.as_ref()));
    let rendered = once(all.iter().filter_map(|found| found.rendered.as_ref()));
    Some(Folded { one, actors: actors.collect(), places, rendered, first_seen })
}

fn folded_effect<'a>(all: &[&'a Effect]) -> Option<FoldedEffect<'a>> {
    let racks = once(all.iter().flat_map(|effect| &effect.racks).map(String::as_str));
    Some(FoldedEffect { one: all.first()?, racks, pods: all.iter().map(|effect| effect.pods).sum() })
}

/// Each once, in the order in which they come.
fn once<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut kept = Vec::new();
    for one in all {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}
