//! What `gate` looks at: the rings concerned with their clusters, and what each cluster is asked.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::gate_since::Since;
use super::tree::Loaded;
use super::{locate, reach};
use crate::check;
use crate::emit::RingKey;
use crate::finding::Finding;
use crate::fleet::{Cluster, State};
use crate::gate::{Ask, Assessment, Member, Rules, Settings, assess};
use crate::live::{Route, Target, Wants};
use crate::names::{ClusterName, Namespace, RingName};
use crate::observed::{Answer, Look, Source};
use crate::tree::{Node, SmolStr};
use crate::wanted::Wanted;

/// What was asked.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) ask: Ask,
    /// Only these rings; empty means all.
    pub(super) rings: BTreeSet<RingName>,
    pub(super) allow_busy: BTreeSet<ClusterName>,
}

impl Question {
    /// What was asked, in words.
    pub(super) fn words(&self) -> String {
        match &self.ask {
            Ask::Cluster(cluster) => format!("cluster {cluster}"),
            Ask::Wave(wave) => format!("wave {wave}"),
            Ask::All => "all".to_owned(),
        }
    }

    fn is_target(&self, wanted: &Wanted) -> bool {
        match &self.ask {
            Ask::Cluster(cluster) => wanted.cluster == *cluster,
            Ask::Wave(wave) => wanted.wave == *wave,
            Ask::All => false,
        }
    }
}

/// A cluster of a ring, without what is seen there.
struct Seat<'a> {
    cluster: &'a ClusterName,
    wanted: Option<&'a Wanted>,
    since: Option<&'a Node>,
    seeds_by_config_map: bool,
}

/// What is looked at.
pub(super) struct Plan<'a> {
    rings: Vec<(&'a RingKey, Vec<Seat<'a>>)>,
    /// The clusters with an API server.
    pub(super) targets: Vec<Target>,
    /// Those that are only known from a dump, with where it is.
    pub(super) dumps: BTreeMap<ClusterName, String>,
    /// What is to be said before the first look.
    pub(super) notes: Vec<String>,
}

/// Finds the rings that are asked about, and all clusters that have a part of them:
/// those for which they are rendered, those for which they were (`since`), and
/// retired ones that can be reached.
pub(super) fn plan<'a>(question: &Question, loaded: &'a Loaded, since: Option<&'a Since>) -> Result<Plan<'a>, Finding> {
    let mut keys: Vec<&RingKey> = Vec::new();
    for wanted in &loaded.tree.rings {
        let asked = question.rings.is_empty() || question.rings.contains(&wanted.ring.name);
        let concerned = matches!(question.ask, Ask::All) || question.is_target(wanted);
        if asked && concerned && !keys.contains(&&wanted.ring) {
            keys.push(&wanted.ring);
        }
    }
    let missing = question.rings.iter().find(|name| keys.iter().all(|key| key.name != **name));
    if keys.is_empty() || missing.is_some() {
        return Err(nothing(question, missing, loaded));
    }
    let rings: Vec<_> = keys.into_iter().map(|key| (key, seats(key, loaded, since))).collect();
    let mut plan = Plan { notes: notes(question, &rings), rings, targets: Vec::new(), dumps: BTreeMap::new() };
    for cluster in loaded.fleet.clusters.iter() {
        let Some(wants) = wants(question, &plan.rings, cluster, loaded) else { continue };
        match Route::of(&loaded.fleet, cluster, &loaded.base) {
            Route::Server(way) => plan.targets.push(Target { cluster: cluster.name.clone(), way, wants }),
            Route::Dump(path) => {
                plan.dumps.insert(cluster.name.clone(), locate::shown(&path));
            }
        }
    }
    Ok(plan)
}

/// Nothing is rendered that was asked about: bad input, and never an open gate.
fn nothing(question: &Question, ring: Option<&RingName>, loaded: &Loaded) -> Finding {
    let what = ring.map_or_else(|| "no ring is rendered".to_owned(), |ring| format!("the ring `{ring}` is not rendered"));
    let (place, fix) = match &question.ask {
        Ask::Cluster(cluster) => {
            let of_ring = |wanted: &&Wanted| ring.is_none_or(|ring| wanted.ring.name == *ring);
            let others: BTreeSet<_> =
                loaded.tree.rings.iter().filter(of_ring).map(|wanted| format!("`{}`", wanted.cluster)).collect();
            let others = others.into_iter().collect::<Vec<_>>().join(", ");
            (format!("for the cluster `{cluster}`"), format!("ask about one of {others}, or write an override and render"))
        }
        Ask::Wave(wave) => {
            let waves: BTreeSet<_> = loaded.tree.rings.iter().map(|wanted| wanted.wave).collect();
            let waves = waves.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            (format!("in wave {wave}"), format!("the waves of the rendered tree are {waves}"))
        }
        Ask::All => ("anywhere".to_owned(), "run `multicasskop render`".to_owned()),
    };
    Finding::invalid(format!("{what} {place}"))
        .why("there is nothing that could go, and a gate without a ring is not open")
        .fix(fix)
}

fn seats<'a>(key: &'a RingKey, loaded: &'a Loaded, since: Option<&'a Since>) -> Vec<Seat<'a>> {
    let seat = |cluster: &'a Cluster| {
        let wanted = loaded.tree.rings.iter().find(|wanted| wanted.cluster == cluster.name && wanted.ring == *key);
        let since = since.and_then(|since| since.object(&cluster.name, key));
        let retired = cluster.state == State::Retired && cluster.connect.is_some();
        let maps = &loaded.tree.config_maps;
        let seeds_by_config_map = maps.iter().any(|map| map.cluster == cluster.name && map.ring == *key);
        let has_part = wanted.is_some() || since.is_some() || retired;
        has_part.then_some(Seat { cluster: &cluster.name, wanted, since, seeds_by_config_map })
    };
    loaded.fleet.clusters.iter().filter_map(seat).collect()
}

/// What is asked of a cluster; nothing, if it has no part of a ring.
fn wants(question: &Question, rings: &[(&RingKey, Vec<Seat<'_>>)], cluster: &Cluster, loaded: &Loaded) -> Option<Wants> {
    let mut namespaces: BTreeMap<Namespace, BTreeSet<SmolStr>> = BTreeMap::new();
    let (mut versions, mut crd) = (None, false);
    for (key, seats) in rings {
        let Some(seat) = seats.iter().find(|seat| *seat.cluster == cluster.name) else { continue };
        namespaces.entry(key.namespace.clone()).or_default();
        versions = versions.or(seat.wanted.map(|wanted| wanted.versions));
        crd |= seat.wanted.is_some_and(|wanted| question.is_target(wanted));
    }
    let versions = versions.unwrap_or_else(|| reach::versions(&loaded.fleet, cluster));
    (!namespaces.is_empty()).then_some(Wants { versions, namespaces, stateful_sets: true, crd })
}

/// Exceptions that except nothing: what has to be settled first, or asks to go itself,
/// cannot be waved through.
fn notes(question: &Question, rings: &[(&RingKey, Vec<Seat<'_>>)]) -> Vec<String> {
    let only_quiet = |cluster: &ClusterName, seats: &[Seat<'_>]| {
        let wave = |seat: &Seat<'_>| seat.wanted.filter(|wanted| question.is_target(wanted)).map(|wanted| wanted.wave);
        let limit = seats.iter().find_map(wave);
        let later = |wanted: &Wanted| !question.is_target(wanted) && limit.is_some_and(|limit| wanted.wave >= limit);
        seats.iter().any(|seat| seat.cluster == cluster && seat.wanted.is_none_or(later))
    };
    let useless = question.allow_busy.iter().filter(|cluster| !rings.iter().any(|(_, seats)| only_quiet(cluster, seats)));
    let told = |cluster| {
        format!(
            "--allow-busy {cluster} has no effect: that cluster has to be settled, or asks to go itself, or has no part of the ring"
        )
    };
    useless.map(told).collect()
}

impl Plan<'_> {
    /// What a look says of all rings. `looks` are those of the targets.
    pub(super) fn assess(&self, looks: &[Look], question: &Question, settings: &Settings, loaded: &Loaded) -> Vec<Assessment> {
        let today = jiff::Zoned::now().date();
        let rules_of_fleet = &loaded.fleet.ignores;
        let ignored =
            |wanted: &Wanted, path: &_| check::accepted(rules_of_fleet, today, &wanted.cluster, &wanted.ring.name, path);
        let rules = Rules { settings, allow_busy: &question.allow_busy, ignored: &ignored };
        let dumps: Vec<_> = self.dumps.iter().map(|(cluster, path)| dumped(cluster, path)).collect();
        let look = |cluster: &ClusterName| looks.iter().chain(&dumps).find(|look| look.cluster == *cluster);
        let ring = |(key, seats): &(&RingKey, Vec<Seat<'_>>)| {
            let members: Vec<_> = seats.iter().filter_map(|seat| Some(seat.member(look(seat.cluster)?))).collect();
            assess(key, &members, &question.ask, &rules)
        };
        self.rings.iter().filter_map(ring).collect()
    }
}

impl<'a> Seat<'a> {
    fn member(&self, look: &'a Look) -> Member<'a>
    where
        Self: 'a,
    {
        let Self { cluster, wanted, since, seeds_by_config_map } = *self;
        Member { cluster, wanted, since, seeds_by_config_map, look }
    }
}

/// A dump is not even read: one look into the past proves nothing.
fn dumped(cluster: &ClusterName, path: &str) -> Look {
    let (at, namespaces) = (Timestamp::now(), BTreeMap::new());
    Look { cluster: cluster.clone(), at, from: Source::Dump(path.to_owned()), namespaces, crd: Answer::NotAsked }
}
