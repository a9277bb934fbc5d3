//! The topology for reports that show it.

use super::flags::FleetArgs;
use super::load::{self, Loaded};
use crate::render::{Job, prepare};
use crate::topology::{Topology, topology};

/// The rings that were read; none where there is no fleet or no ring that can be expanded.
pub(super) fn of(loaded: &Loaded) -> Option<Topology> {
    let fleet = loaded.fleet.as_ref()?;
    let job = Job { input: &loaded.input, fleet, paths: &loaded.paths, whole_fleet: loaded.whole_fleet };
    // What is found on the way is the business of other reports.
    let prepared: Vec<_> = loaded.input.rings.iter().filter_map(|ring| prepare(&job, ring, &mut Vec::new())).collect();
    Some(topology(fleet, &prepared)).filter(|topology| !topology.rings.is_empty())
}

/// The rings of a fleet file.
pub(super) fn of_fleet(file: &str) -> Option<Topology> {
    of(&load::load(&FleetArgs { fleet: Some(file.to_owned()), ..FleetArgs::default() }, None))
}
