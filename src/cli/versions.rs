//! What is said once for all rings: versions that are not stated or not known, and
//! clusters that a ring is not rendered for.

use std::collections::BTreeSet;

use crate::fleet::Fleet;
use crate::names::ClusterName;
use crate::render::{Place, Summary};
use crate::schema::Release;

/// A line for each.
pub(super) fn messages(fleet: &Fleet, rings: &[Summary]) -> Vec<String> {
    let places = || rings.iter().flat_map(|ring| &ring.places);
    let stated = |place: &Place| fleet.clusters.get(&place.cluster).is_some_and(|cluster| fleet.versions(cluster).is_some());
    let assumed: BTreeSet<_> = places().filter(|place| !stated(place)).map(|place| place.versions.from).collect();
    let unknown: BTreeSet<_> = places().flat_map(|place| place.versions.each()).filter(|release| release.is_unknown()).collect();
    let assumed = assumed.into_iter().map(|release| {
        format!("no CassKop version is stated, so {release} is assumed; state it with `--casskop-version` or `casskopVersion:`")
    });
    let newest = Release::NEWEST;
    let unknown = unknown.into_iter().map(|release| format!("CassKop {release} is not known yet and treated as {newest}"));
    let skipped = rings.iter().filter(|ring| !ring.skipped.is_empty()).map(|ring| {
        let names = ring.skipped.iter().map(ClusterName::as_str).collect::<Vec<_>>().join(", ");
        format!("`{}` has no override for {names}, and is not rendered there", ring.ring)
    });
    assumed.chain(unknown).chain(skipped).collect()
}
