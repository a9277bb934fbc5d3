//! What CassKop makes of other volumes: capacity, class, further volumes
//! (docs/facts.md, Refused changes; Operations). Pure.

use super::shape::{Shape, compare_capacity};
use super::topology::UPSIZE;
use super::{Effects, racks_of};
use crate::check::model::EffectKind;
use crate::schema::Release;
use crate::tree::Node;

/// Adds what changes of the volumes lead to.
pub(super) fn judge(old: &Shape<'_>, new: &Shape<'_>, specs: (&Node, &Node), release: Release, effects: &mut Effects<'_>) {
    let paths = effects.paths(&["spec.dataCapacity", "spec.dataStorageClass", "spec.topology"]);
    for dc in &new.dcs {
        let Some(before) = old.dc(dc.name) else { continue };
        let (from, to) = (old.capacity(Some(before)), new.capacity(Some(*dc)));
        let order = compare_capacity(from, to);
        let refused = if from == to || (release >= UPSIZE && order.is_eq() && !to.is_empty()) {
            false
        } else {
            order.is_lt() || to.is_empty() || release < UPSIZE
        };
        if refused {
            let why = if release < UPSIZE { "this CassKop refuses any other capacity" } else { "volumes cannot shrink" };
            let text = format!("`{}` from `{from}` to `{to}` is put back: {why}", dc.name);
            effects.refuse("dataCapacity", text, paths.clone());
        } else if order.is_gt() {
            let text = format!(
                "volumes of `{}` grow from `{from}` to `{to}`; the storage class must allow it; no pod restarts",
                dc.name
            );
            effects.add(EffectKind::Quiet, "StorageUpsize", racks_of(*dc), 0, text, paths.clone());
        }
        let (from, to) = (old.class(Some(before)), new.class(Some(*dc)));
        if from != to {
            let text = format!("the storage class of `{}` from `{from}` to `{to}` is put back: volumes cannot move", dc.name);
            effects.refuse("dataStorageClass", text, paths.clone());
        }
    }
    let further = |spec: &Node| serde_json::to_string(&spec.get("storageConfigs")).unwrap_or_default();
    if further(specs.0) != further(specs.1) {
        let text = "further volumes are fixed at creation: the API server rejects the StatefulSets at each attempt, and no other change gets through".to_owned();
        let paths = effects.paths(&["spec.storageConfigs"]);
        effects.add(EffectKind::Stuck, "UpdateStatefulSet", effects.all_racks(), 0, text, paths);
    }
}
