//! What CassKop makes of another topology: the measured table of accepted and
//! refused changes (docs/facts.md, Refused changes). Pure.

use std::collections::BTreeSet;

use super::super::compare;
use super::shape::{Dc, Shape, compare_capacity, is_name};
use crate::ring::name;
use crate::schema::{Release, TypeSet};

/// CassKop's answer to a topology.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is carried out.
    Accepted,
    /// The whole old topology is put back.
    Refused(String),
    /// The comparison panics, or nothing happens on any rack.
    Stuck(String),
    /// Every StatefulSet but that of `dc1-rack1` is deleted.
    Wiped,
}

/// The first release in which a bigger capacity is accepted.
pub(super) const UPSIZE: Release = Release { major: 2, minor: 3, patch: 2 };

/// Judges the change from one topology to another. `scaling_down`: whether the
/// last operation is a `ScaleDown` that is not done.
pub(super) fn judge(old: &Shape<'_>, new: &Shape<'_>, scaling_down: bool, release: Release) -> Verdict {
    if let Some(bad) = bad_name(new) {
        return Verdict::Stuck(format!(
            "CassKop cannot make names of `{bad}` and then does nothing on any rack: names are lower case without a dash and begin with a letter"
        ));
    }
    if new.is_empty && !old.is_empty {
        let lone = old.dcs.len() == 1 && old.dcs.first().is_some_and(|dc| dc.name == "dc1");
        let differs = old.dcs.first().is_none_or(|dc| dc.rack_names() != ["rack1"]);
        return match (lone, differs) {
            (true, true) => Verdict::Wiped,
            (true, false) => Verdict::Accepted,
            (false, _) => Verdict::Refused("the topology cannot be removed".to_owned()),
        };
    }
    panics(old, new, release).or_else(|| refused(old, new, scaling_down, release.profile().types())).unwrap_or(Verdict::Accepted)
}

fn bad_name(new: &Shape<'_>) -> Option<String> {
    let names = new.dcs.iter().flat_map(|dc| dc.racks().iter().map(|rack| format!("{}-{}", dc.name, name(rack))));
    names.into_iter().find(|name| !is_name(name))
}

/// Changes on which CassKop's comparison panics.
fn panics(old: &Shape<'_>, new: &Shape<'_>, release: Release) -> Option<Verdict> {
    let then = if release < (Release { major: 2, minor: 3, patch: 0 }) {
        "the operator's process ends, and again after each restart until it takes the change as seen"
    } else {
        "its next loop then takes everything in this change as accepted, unchecked"
    };
    for dc in &new.dcs {
        let before = old.dc(dc.name);
        let resources = |dc: &Dc<'_>| serde_json::to_string(&dc.node.get("resources")).unwrap_or_default();
        let changed = match &before {
            Some(before) => resources(before) != resources(dc),
            None => dc.has_resources(),
        };
        if changed {
            return Some(Verdict::Stuck(format!(
                "CassKop panics when it compares `resources` of the data centre `{}`: {then}",
                dc.name
            )));
        }
        if before.is_some() {
            continue;
        }
        let size = compare_capacity(old.capacity(None), new.capacity(Some(*dc)));
        if size.is_lt() || (release < UPSIZE && size.is_gt()) || old.class(None) != new.class(Some(*dc)) {
            return Some(Verdict::Stuck(format!(
                "CassKop panics on the new data centre `{}`, whose data capacity or storage class is not the ring's: {then}",
                dc.name
            )));
        }
    }
    None
}

fn refused(old: &Shape<'_>, new: &Shape<'_>, scaling_down: bool, types: TypeSet) -> Option<Verdict> {
    let no = |why: String| Some(Verdict::Refused(why));
    if new.dcs.len() + 1 < old.dcs.len() {
        return no("two data centres cannot be removed at once".to_owned());
    }
    let names = |shape: &Shape<'_>| shape.dcs.iter().map(|dc| dc.name.to_owned()).collect::<Vec<_>>();
    let (before, after) = (names(old), names(new));
    let gone: Vec<_> = old.dcs.iter().filter(|dc| !after.contains(&dc.name.to_owned())).collect();
    let come: Vec<_> = after.iter().filter(|name| !before.contains(name)).collect();
    let kept: Vec<_> = new.dcs.iter().filter_map(|dc| Some((old.dc(dc.name)?, *dc))).collect();
    let edited = kept.iter().any(|(old, new)| !compare::free(old.node, new.node, crate::tree::Path::ROOT, types).is_empty());
    if !gone.is_empty() && !come.is_empty() {
        return no("a data centre cannot be renamed, nor replaced by another one".to_owned());
    }
    for (old, new) in &kept {
        let (old_racks, new_racks) = (old.rack_names(), new.rack_names());
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        if set(&old_racks) != set(&new_racks) || old_racks.len() != new_racks.len() {
            return no(format!("racks of the data centre `{}` cannot be added, removed or renamed", old.name));
        }
        let same = |rack: &str| old.rack(rack).zip(new.rack(rack)).is_some_and(|(a, b)| a.value.same(&b.value));
        if old_racks != new_racks && !new_racks.iter().all(|rack| same(rack)) {
            return no(format!("racks of the data centre `{}` cannot be reordered and edited at once", old.name));
        }
    }
    // CassKop takes the first place that differs for the data centre that goes.
    let first = old.dcs.iter().zip(after.iter().map(Some).chain(std::iter::repeat(None)));
    let judged = first.into_iter().find(|(dc, name)| *name != Some(&dc.name.to_owned())).map(|(dc, _)| dc);
    if let Some(dc) = judged.filter(|_| !gone.is_empty()) {
        if scaling_down {
            return no(format!("`{}` cannot be removed while a ScaleDown is under way", dc.name));
        }
        if dc.nodes > 0 {
            return no(format!("`{}` still has nodes: first set its `nodesPerRacks` to 0", dc.name));
        }
        if edited {
            return no(format!("`{}` cannot be removed in one change with another edit of the topology", dc.name));
        }
    }
    // Nobody has tried these; better a refusal that does not come than one that was not told.
    let between = !come.is_empty() && !after.starts_with(&before) && !after.ends_with(&before);
    let turned = come.is_empty() && gone.is_empty() && before != after && edited;
    if between || turned {
        return no("data centres in another order beside another change were never tried: keep the order and append".to_owned());
    }
    // What comes at the end leaves the places of the others as they are.
    if !come.is_empty() && edited && !after.starts_with(&before) {
        return no("a data centre cannot be put before others in one change with another edit: append it".to_owned());
    }
    None
}
