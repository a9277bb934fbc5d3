//! Condition 3 without the right to see StatefulSets: every rack that the change
//! affects has ended an action since the change was applied. Sound, but many
//! changes leave no such trace; then it is unproven. Pure.

use crate::tree::{Node, PathBuf, differences};

use super::case::Judged;
use super::facts::{Facts, canonical_spec, take_flags};
use super::live::RackStatus;
use super::model::{Condition, Remedy};
use super::rack::{Rack, racks};

const PROVEN: Condition = Condition::Proven;

/// Fields that CassKop rolls out nowhere (docs/facts.md, Operations).
const NOWHERE: [&str; 8] = [
    "autoPilot",
    "deletePVC",
    "keyspaceCleanupThreads",
    "maxPodUnavailable",
    "noCheckStsAreEqual",
    "restartCountBeforePodDeletion",
    "service",
    "unlockNextOperation",
];

pub(super) fn judge(facts: &Facts<'_>, right: &str, judged: &mut Judged) {
    let case = facts.case;
    let racks = facts.racks();
    let affected = affected(facts, &racks);
    // Racks that are gone, or have not begun.
    let extra = facts.live.racks().find(|status| !racks.iter().any(|rack| rack.key == status.key));
    if let Some(extra) = extra {
        let message = format!("CassKop still knows the rack {}, which the spec does not have", extra.key);
        judged.close(case, PROVEN, Remedy::Wait, message, "");
    }
    if affected.is_empty() {
        return;
    }
    let Some(applied) = facts.live.applied_at() else {
        let message = "unproven: the object does not say when the change was applied".to_owned();
        judged.close(case, PROVEN, Remedy::Wait, message, &fix(right));
        return;
    };
    let ended = |rack: &&Rack<'_>| {
        let status = facts.live.rack(&rack.key);
        status.and_then(RackStatus::ended).is_some_and(|end| end > applied)
    };
    let open: Vec<_> = affected.iter().filter(|rack| !ended(rack)).map(|rack| rack.key.as_str()).collect();
    if !open.is_empty() {
        let message =
            format!("unproven: since the change was applied, no action of CassKop has ended on these racks: {}", open.join(", "));
        judged.close(case, PROVEN, Remedy::Wait, message, &fix(right));
    }
}

fn fix(right: &str) -> String {
    format!("{right} would prove it")
}

/// The racks that the change affects; all, if it is not known what was before.
fn affected<'r, 'a>(facts: &Facts<'_>, racks_now: &'r [Rack<'a>]) -> Vec<&'r Rack<'a>> {
    let Some(before) = facts.case.since else { return racks_now.iter().collect() };
    let (mut before, _) = canonical_spec(before, facts.case);
    take_flags(&mut before);
    let racks_before = racks(facts.ring(), &before);
    let everywhere = differences(&strip(&before), &strip(&facts.spec)).iter().any(|one| counts(&one.path));
    let of_rack = |now: &Rack<'_>| {
        let Some(then) = racks_before.iter().find(|then| then.key == now.key) else { return true };
        then.nodes != now.nodes
            || !differences(then.entry, now.entry).is_empty()
            || differences(then.dc, now.dc).iter().any(|one| !OF_DC.contains(&first(&one.path)))
    };
    racks_now.iter().filter(|rack| everywhere || of_rack(rack)).collect()
}

/// Members of a data centre that are compared rack by rack.
const OF_DC: [&str; 2] = ["rack", "nodesPerRacks"];

/// A spec without what is compared rack by rack.
fn strip(spec: &Node) -> Node {
    let mut spec = spec.clone();
    if let Some(map) = spec.as_map_mut() {
        map.retain(|entry| !["topology", "nodesPerRacks"].contains(&entry.key.as_str()));
    }
    spec
}

fn counts(path: &PathBuf) -> bool {
    !NOWHERE.contains(&first(path))
}

fn first(path: &PathBuf) -> &str {
    path.as_str().split(['.', '[']).next().unwrap_or_default()
}
