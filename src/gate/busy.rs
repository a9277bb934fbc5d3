//! Conditions 4 and 5: whether a cluster is in the middle of an operation, and
//! whether a target's CRD can take the change. Pure.

use jiff::Timestamp;

use crate::observed::CrdFacts;
use crate::schema::{Profile, Release};
use crate::tree::Node;
use crate::wanted::Wanted;

use super::done::{minutes, status};
use super::live::Live;
use super::model::Settings;
use super::sets::{is_quiet, of_ring};

/// What a ring's object in a cluster is in the middle of, in words. Git is of no
/// concern here. `sets` are the StatefulSets of its namespace, where they are known.
pub(super) fn busy(object: &Node, ring: &str, sets: Option<&[Node]>, at: Timestamp, settings: &Settings) -> Option<String> {
    let live = Live(object);
    if live.is_being_deleted() {
        return Some("its CassandraCluster is being deleted".to_owned());
    }
    if let Some(message) = status(live) {
        return Some(message);
    }
    let recent = |minutes: Option<i64>| minutes.is_none_or(|minutes| minutes * 60 < settings.pod_operations);
    if let Some(rack) = live.racks().find(|rack| rack.has_pod_operation() && recent(minutes(live, *rack, at))) {
        return Some(format!("the pod operation `{}` of rack {} is not done", rack.pod_operation(), rack.key));
    }
    let set = of_ring(sets?, ring).into_iter().find(|set| !is_quiet(set))?;
    let name = set.get("metadata").map(crate::ring::name).unwrap_or_default();
    Some(format!("the StatefulSet `{name}` is not settled"))
}

/// What the CRD lacks for a cluster's CassKop; during an upgrade it has to fit
/// one of the two releases.
pub(super) fn crd_lacks(crd: &CrdFacts, wanted: &Wanted) -> Option<String> {
    let lacks: Vec<_> = wanted.versions.each().map(|release| lack(crd, release, wanted)).collect();
    lacks.into_iter().reduce(|first, second| if second.is_none() { None } else { first })?
}

fn lack(crd: &CrdFacts, release: Release, wanted: &Wanted) -> Option<String> {
    let profile = release.profile();
    let version = profile.api_version().rsplit('/').next().unwrap_or_default();
    if !crd.served.iter().any(|served| served == version) {
        return Some(format!("its CRD does not serve {version}, which CassKop {release} needs"));
    }
    if profile.status_subresource() && !crd.status_subresource {
        return Some(format!("its CRD has no status subresource, without which CassKop {release} cannot write a status"));
    }
    if !profile.status_subresource() && crd.status_subresource {
        return Some(format!("its CRD has the status subresource, with which CassKop {release} cannot write a status"));
    }
    let uses = wanted.spec().at(&["backRestSidecar", "envVars"]).is_some();
    (profile >= Profile::V2_3_4 && uses && !crd.env_vars)
        .then(|| "its CRD drops `backRestSidecar.envVars`, which the rendered file has".to_owned())
}
