//! Drift: live objects against the rendered tree.
//!
//! ```text
//! normalise → compare → classify → report
//! ```
//!
//! Both sides are brought into canonical form, the smallest differing values are
//! found, and each is given a class, somebody who did it, and what CassKop
//! would do if Git were applied now. Reads [`Wanted`](crate::wanted::Wanted) and
//! [`Look`](crate::observed::Look), gives a [`DriftReport`]. Pure: the time is given.

mod classify;
mod cluster;
mod compare;
mod direction;
mod effect;
mod ignore;
mod managed;
mod mask;
mod model;
mod normalise;
mod ring;
mod seeds;

pub use ignore::{accepted, expired};
pub use mask::{HARMLESS_WORDS, SECRET_WORDS, Salt, Shown, looks_secret};
pub use model::{
    Actor, ActorKind, Class, ClusterDrift, Difference, Direction, DriftReport, Effect, EffectKind, IgnoredBy, NotChecked, Place,
    Resource, RingDrift, RingState,
};

use std::collections::BTreeSet;

use ignore::Rules;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::fleet::Ignore;
use crate::names::{ClusterName, FleetName};
use crate::observed::Look;
use crate::tree::PathBuf;
use crate::wanted::{Wanted, WantedConfigMap};

/// One cluster: what Git wants there, and what was seen.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// Its name.
    pub cluster: &'a ClusterName,
    /// Whether the fleet has retired it, so that nothing should be there any more.
    pub retired: bool,
    /// The rendered CassandraClusters of its directory.
    pub wanted: Vec<&'a Wanted>,
    /// The rendered seeds ConfigMaps of its directory.
    pub config_maps: Vec<&'a WantedConfigMap>,
    /// What was seen.
    pub look: &'a Look,
}

/// What a run gives beside the clusters.
pub struct Context<'a> {
    /// When the clusters were looked at.
    pub at: Timestamp,
    /// Today, for ignore rules that end.
    pub today: Date,
    /// The fleet's name, if it has one.
    pub fleet: Option<&'a FleetName>,
    /// Differences that somebody accepts.
    pub ignores: &'a [Ignore],
    /// Whether `not-processed` makes a run fail.
    pub fail_on_not_processed: bool,
    /// Whether the seeds ConfigMaps are to be compared too.
    pub seeds: bool,
    /// The salt of masked values.
    pub salt: Salt,
    /// Where the user wrote what Git wants at a path of a ring's object.
    pub place: &'a dyn Fn(&Wanted, &PathBuf) -> Option<Place>,
}

/// Compares every cluster with its part of the tree. Objects that are there
/// without a file are found in the namespaces that were looked at.
pub fn drift(subjects: &[Subject<'_>], context: &Context<'_>) -> DriftReport {
    let rings: BTreeSet<_> =
        subjects.iter().flat_map(|subject| &subject.wanted).map(|wanted| wanted.ring.name.as_str()).collect();
    let mut rules = Rules::new(context.ignores, context.today);
    let (mut clusters, mut notes) = (Vec::with_capacity(subjects.len()), Vec::new());
    for subject in subjects {
        let compared = cluster::compare(subject, &rings, context);
        let mut drift = compared.drift;
        for ring in &mut drift.rings {
            for difference in &mut ring.differences {
                difference.ignored = rules.ignored(subject.cluster, &ring.name, difference);
                difference.fails = difference.ignored.is_none() && class_fails(difference.class, context);
            }
        }
        clusters.push(drift);
        // What is so in every cluster is said once.
        for note in compared.notes {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
    let checked = |found: &ClusterDrift| found.not_checked.is_empty();
    let is_checked = |name: &ClusterName| clusters.iter().find(|found| found.name == name.as_str()).is_none_or(checked);
    notes.extend(rules.notes(is_checked, clusters.iter().all(checked)));
    DriftReport {
        api_version: "multicasskop.dev/v1alpha1",
        kind: "DriftReport",
        at: context.at,
        fleet: context.fleet.map(|name| name.as_str().to_owned()),
        clusters,
        notes,
    }
}

fn class_fails(class: Class, context: &Context<'_>) -> bool {
    match class {
        Class::RequestedOperation => false,
        Class::NotProcessed => context.fail_on_not_processed,
        _ => true,
    }
}
