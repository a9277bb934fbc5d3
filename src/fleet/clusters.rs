//! The clusters of a fleet in their order, with waves that never decrease.
//!
//! A change reaches the clusters wave by wave, and the first cluster with
//! nodes is the only one that may start a ring, so the order is the fleet's
//! most important fact: [`Clusters`] can only be made through its check. Pure.

use crate::finding::Finding;
use crate::names::{ClusterName, Namespace, Zone};
use crate::read::MOST_CLUSTERS;
use crate::schema::Versions;
use crate::source::Span;

use super::connect::Connect;
use super::setting::{Choice, Delivery, Located, choice};

/// One Kubernetes cluster.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Its name: the key in `spec.override` and the directory in the tree.
    pub name: ClusterName,
    /// Where its name is written.
    pub span: Option<Span>,
    /// DNS zone of its nodes.
    pub zone: Option<Located<Zone>>,
    /// Namespace of objects whose manifest names none.
    pub namespace: Option<Located<Namespace>>,
    /// Its `CassKop`, if it is not the fleet's.
    pub versions: Option<Located<Versions>>,
    /// Its wave, if it is stated.
    pub wave: Option<Located<i64>>,
    /// Whether it is rendered.
    pub state: State,
    /// Whether a file that is gone may take its objects with it.
    pub allow_prune: bool,
    /// How seeds reach its nodes, if not as in the fleet.
    pub seed_delivery: Option<Located<Delivery>>,
    /// How it is reached, if it is stated.
    pub connect: Option<Located<Connect>>,
}

impl Cluster {
    /// A cluster of which nothing but the name is known.
    pub const fn new(name: ClusterName, span: Option<Span>) -> Self {
        Self {
            name,
            span,
            zone: None,
            namespace: None,
            versions: None,
            wave: None,
            state: State::Active,
            allow_prune: false,
            seed_delivery: None,
            connect: None,
        }
    }
}

choice! {
    /// Whether a cluster is rendered.
    State is "state of a cluster" {
        /// It is.
        Active = "active",
        /// No longer, but it keeps its place in the order.
        Retired = "retired",
    }
}

/// At least one cluster, in order: names unique, waves never decreasing.
#[derive(Clone, Debug)]
pub struct Clusters(Vec<Cluster>);

/// From one wave to the next, where none is stated.
const STEP: i64 = 10;

impl Clusters {
    /// Checks number, names and waves.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn new(clusters: Vec<Cluster>) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        if clusters.is_empty() {
            findings.push(
                Finding::invalid("the fleet has no cluster")
                    .why("every cluster gets a directory of its own; without one there is nothing to render")
                    .fix("list the clusters in the order in which they get changes, for instance `clusters: [{name: k8s-cluster1}]`"),
            );
        }
        if clusters.len() > MOST_CLUSTERS {
            let finding = Finding::invalid(format!("the fleet has {} clusters, more than {MOST_CLUSTERS}", clusters.len()));
            return Err(vec![finding.fix("check that this is the right file, or make several fleets of it")]);
        }
        for (at, cluster) in clusters.iter().enumerate() {
            if let Some(first) = clusters[..at].iter().find(|other| other.name == cluster.name) {
                findings.push(twice(first, cluster));
            }
        }
        for pair in with_waves(&clusters).zip(with_waves(&clusters).skip(1)) {
            let ((earlier, reached), (later, wave)) = pair;
            if wave < reached {
                findings.push(decreasing(earlier, reached, later, wave));
            }
        }
        if findings.is_empty() { Ok(Self(clusters)) } else { Err(findings) }
    }

    /// The clusters in order, retired ones included.
    pub fn iter(&self) -> impl Iterator<Item = &Cluster> {
        self.0.iter()
    }

    /// The clusters that are rendered, in order.
    pub fn active(&self) -> impl Iterator<Item = &Cluster> {
        self.iter().filter(|cluster| cluster.state == State::Active)
    }

    /// The cluster of that name.
    pub fn get(&self, name: &ClusterName) -> Option<&Cluster> {
        self.iter().find(|cluster| cluster.name == *name)
    }

    /// The clusters with their waves: as stated, else 10 after the one before, from 0.
    pub fn with_waves(&self) -> impl Iterator<Item = (&Cluster, i64)> {
        with_waves(&self.0)
    }

    /// The clusters, to set what flags say. Names and waves stay as they are.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Cluster> {
        self.0.iter_mut()
    }
}

fn with_waves(clusters: &[Cluster]) -> impl Iterator<Item = (&Cluster, i64)> {
    clusters.iter().scan(0, |next, cluster| {
        let wave = cluster.wave.as_ref().map_or(*next, |wave| wave.value);
        *next = wave.saturating_add(STEP);
        Some((cluster, wave))
    })
}

fn twice(first: &Cluster, second: &Cluster) -> Finding {
    Finding::invalid(format!("the cluster `{}` is listed twice", second.name))
        .at(second.span, "again here")
        .at(first.span, "first here")
        .why("its place in the order and its settings would depend on which of the two counts")
        .fix("keep one of the two entries")
}

fn decreasing(earlier: &Cluster, reached: i64, later: &Cluster, wave: i64) -> Finding {
    let place = |cluster: &Cluster| cluster.wave.as_ref().map_or(cluster.span, |wave| wave.span);
    Finding::invalid(format!(
        "wave {wave} of cluster `{}` is lower than wave {reached} of `{}` before it",
        later.name, earlier.name
    ))
    .at(place(later), format!("wave {wave}"))
    .at(place(earlier), format!("wave {reached}"))
    .why("clusters are listed in the order in which they get changes, so that waves never decrease; a wrong order can split a ring")
    .fix(format!("move `{}` up, or give it wave {reached} or more", later.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clusters(waves: &[Option<i64>]) -> Result<Clusters, Vec<Finding>> {
        let named = waves.iter().enumerate().map(|(at, wave)| Cluster {
            wave: wave.map(Located::typed),
            state: if at == 1 { State::Retired } else { State::Active },
            ..Cluster::new(ClusterName::new(&format!("c{at}")).unwrap(), None)
        });
        Clusters::new(named.collect())
    }

    #[test]
    fn waves_go_up_by_ten_from_the_last_one_and_retired_clusters_count() {
        let waves = |stated: &[_]| clusters(stated).unwrap().with_waves().map(|(_, wave)| wave).collect::<Vec<_>>();
        assert_eq!(waves(&[None, None, None]), [0, 10, 20]);
        assert_eq!(waves(&[None, Some(15), None]), [0, 15, 25]);
        assert_eq!(waves(&[Some(5), Some(5), None]), [5, 5, 15]);
        assert_eq!(waves(&[Some(-7), None]), [-7, 3]);
        assert_eq!(waves(&[Some(i64::MAX), None]), [i64::MAX, i64::MAX]);
    }

    #[test]
    fn a_wave_that_goes_down_is_refused() {
        let findings = clusters(&[None, None, Some(5), Some(4)]).unwrap_err();
        let messages: Vec<_> = findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "wave 5 of cluster `c2` is lower than wave 10 of `c1` before it",
                "wave 4 of cluster `c3` is lower than wave 5 of `c2` before it",
            ]
        );
    }

    #[test]
    fn a_fleet_has_at_least_one_cluster_and_each_once() {
        assert_eq!(clusters(&[]).unwrap_err()[0].message, "the fleet has no cluster");
        let twice = ["a", "b", "a"].map(|name| Cluster::new(ClusterName::new(name).unwrap(), None));
        let findings = Clusters::new(twice.into()).unwrap_err();
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].message, "the cluster `a` is listed twice");
    }
}
