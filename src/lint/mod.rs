//! The rules: what is wrong with a ring although `CassKop` would take it.
//!
//! [`crate::rule`] lists the rules with severity and reason; the
//! files here hold the checks, grouped by what they look at. Each check is a
//! function over a [`Context`] that adds findings. Pure: allowances are applied
//! to findings afterwards, and dates are given, never asked for.

mod allow;
mod config;
mod counts;
pub mod fields;
pub(crate) mod images;
mod names;
mod overlap;
mod placement;
mod pods;
mod resources;
mod safety;
mod seeds;
mod storage;
pub(crate) mod versions;
mod written;
mod zones;

pub use allow::{allow, allow_on};

use crate::finding::Finding;
use crate::fleet::{Delivery, Fleet};
use crate::ring::Expanded;
use crate::seeds::SeedPlan;

/// What the checks look at: one ring in all its clusters.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The fleet.
    pub fleet: &'a Fleet,
    /// The ring with its parts; their objects are in rendered form, seeds delivered.
    pub expanded: &'a Expanded<'a>,
    /// The seeds.
    pub seeds: &'a SeedPlan,
    /// How they go, by part.
    pub ways: &'a [Option<Delivery>],
}

/// A check.
type Check = fn(&Context<'_>, &mut Vec<Finding>);

/// All checks.
const CHECKS: &[Check] = &[
    unknown_fields,
    names::dcs_and_racks,
    names::ring,
    names::lengths,
    overlap::check,
    placement::namespaces,
    placement::two_racks,
    counts::empty_topology,
    counts::zeros,
    counts::negative,
    resources::consistent,
    resources::empty_limits,
    resources::notation,
    storage::capacity,
    storage::classes,
    storage::further_volumes,
    seeds::auto_update,
    safety::action_flags,
    safety::debug,
    versions::server_version,
    versions::config_builder,
    config::config_map_version,
    pods::written_seeds,
    zones::zone_is_published,
    seeds::same_lists,
    seeds::list_in_status,
    zones::external_dns,
    safety::deletion,
    safety::live_members,
    images::images_are_written,
    config::cluster_name,
    images::bootstrap_image,
    seeds::by_environment,
];

/// Runs all checks over a ring.
pub fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for check in CHECKS {
        check(context, &mut findings);
    }
    findings
}

/// L24, L52.
fn unknown_fields(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let profile = part.versions.from.profile();
        let unknown = part.mismatches.iter().filter_map(|mismatch| fields::unknown(mismatch, &part.source, profile));
        findings.extend(unknown.map(|finding| finding.cluster(&part.cluster.name)));
    }
}
