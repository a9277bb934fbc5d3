//! Condition 3, proven by the StatefulSets: every rack has its own and no other
//! belongs to the ring; each carries the spec, is observed, has one revision, and
//! its replicas are wanted = in its spec = there = ready = updated. Pure.

use crate::ring::name;
use crate::tree::Node;

use super::case::Judged;
use super::facts::Facts;
use super::model::{Condition, Remedy};
use super::rack::Rack;
use super::workload::{Lack, Pair, lacks};

const PROVEN: Condition = Condition::Proven;

/// So many seconds after a change was applied, a StatefulSet that is quiet and
/// still another one, although CassKop says that it works on it, was rejected.
const REJECTED_AFTER: i64 = 120;

/// Counts in the status of a StatefulSet; those that are zero are absent.
struct Counts {
    spec: i64,
    there: i64,
    ready: i64,
    updated: i64,
    observed: bool,
    one_revision: bool,
}

impl Counts {
    fn of(set: &Node) -> Self {
        let number = |path: &[&str]| set.at(path).and_then(Node::as_int);
        let status = |key: &str| number(&["status", key]).unwrap_or(0);
        let revision = |key: &str| set.at(&["status", key]).and_then(Node::as_str);
        Self {
            // The API server fills in 1 where it is left out.
            spec: number(&["spec", "replicas"]).unwrap_or(1),
            there: status("replicas"),
            ready: status("readyReplicas"),
            updated: status("updatedReplicas"),
            observed: number(&["metadata", "generation"]).is_some_and(|wanted| status("observedGeneration") >= wanted),
            one_revision: revision("updateRevision").is_some() && revision("currentRevision") == revision("updateRevision"),
        }
    }

    fn all_ready(&self) -> bool {
        self.observed && self.there == self.spec && self.ready == self.spec
    }

    fn is_quiet(&self) -> bool {
        self.all_ready() && self.one_revision && self.updated == self.spec
    }
}

/// Whether a StatefulSet is in the middle of nothing, whatever its template says.
pub(super) fn is_quiet(set: &Node) -> bool {
    !is_being_deleted(set) && Counts::of(set).is_quiet()
}

fn is_being_deleted(set: &Node) -> bool {
    set.at(&["metadata", "deletionTimestamp"]).is_some()
}

/// The StatefulSets of a ring: CassKop's label or its owner says so.
pub(super) fn of_ring<'a>(sets: &'a [Node], ring: &str) -> Vec<&'a Node> {
    let labelled = |set: &Node| set.at(&["metadata", "labels", "cassandracluster"]).and_then(Node::as_str) == Some(ring);
    let owner = |owner: &Node| owner.get("kind").and_then(Node::as_str) == Some("CassandraCluster") && name(owner) == ring;
    sets.iter().filter(|set| labelled(set) || owners(set).iter().any(owner)).collect()
}

fn owners(set: &Node) -> &[Node] {
    set.at(&["metadata", "ownerReferences"]).map(Node::items).unwrap_or_default()
}

fn set_name(set: &Node) -> &str {
    set.get("metadata").map(name).unwrap_or_default()
}

pub(super) fn judge(facts: &Facts<'_>, seen: &[Node], judged: &mut Judged) {
    let case = facts.case;
    let racks = facts.racks();
    let sets = of_ring(seen, facts.ring());
    let all_quiet = sets.iter().all(|set| is_quiet(set));
    // What is so in several racks is said once.
    let mut problems: Vec<(Problem, Vec<&str>)> = Vec::new();
    for rack in &racks {
        let Some(set) = sets.iter().find(|set| set_name(set) == rack.set) else {
            judged.close(case, PROVEN, Remedy::Wait, format!("rack {} has no StatefulSet `{}` yet", rack.key, rack.set), "");
            continue;
        };
        let Some(problem) = problem(facts, rack, set, all_quiet) else { continue };
        match problems.iter_mut().find(|(other, _)| *other == problem) {
            Some((_, sets)) => sets.push(&rack.set),
            None => problems.push((problem, vec![&rack.set])),
        }
    }
    for ((remedy, message, fix), sets) in problems {
        judged.close(case, PROVEN, remedy, format!("{} {message}", named(&sets)), fix);
    }
    for extra in sets.iter().map(|set| set_name(set)).filter(|found| !racks.iter().any(|rack| rack.set == **found)) {
        let message = format!("the StatefulSet `{extra}` belongs to the ring, but no rack of the spec has it");
        judged.close(case, PROVEN, Remedy::Wait, message, "");
    }
}

/// So many StatefulSets are named.
const NAMED: usize = 4;

/// StatefulSets as the subject of a sentence, in the singular.
fn named(sets: &[&str]) -> String {
    if let [set] = sets {
        return format!("the StatefulSet `{set}`");
    }
    let names = sets.iter().take(NAMED).map(|set| format!("`{set}`")).collect::<Vec<_>>().join(", ");
    let more = sets.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("each of the StatefulSets {names}{more}")
}

type Problem = (Remedy, String, &'static str);

/// What keeps the StatefulSet of a rack from proving the change.
fn problem(facts: &Facts<'_>, rack: &Rack<'_>, set: &Node, all_quiet: bool) -> Option<Problem> {
    let wait = |message: String| Some((Remedy::Wait, message, ""));
    if is_being_deleted(set) {
        return wait("is being deleted".to_owned());
    }
    let uid = |owner: &Node| owner.get("uid").and_then(Node::as_str) == Some(facts.live.uid());
    if !owners(set).is_empty() && !owners(set).iter().any(uid) {
        return wait("belongs to an earlier CassandraCluster of the same name".to_owned());
    }
    let (ring, profile, spec) = (facts.ring(), facts.profile(), &facts.spec);
    let (live, rendered) = (facts.live.0, &facts.case.wanted.object);
    let lacks = lacks(&Pair { spec, profile, ring, live, rendered, rack, set });
    if let Some(first) = lacks.iter().find(|lack| lack.immutable).or_else(|| lacks.first()) {
        return Some(lack(facts, rack, first, all_quiet));
    }
    if !partition_is(set, rack.partition()) {
        return wait("has another `rollingPartition` than the spec".to_owned());
    }
    counts(rack, &Counts::of(set))
}

fn partition_is(set: &Node, wanted: i64) -> bool {
    let found = set.at(&["spec", "updateStrategy", "rollingUpdate", "partition"]).and_then(Node::as_int);
    found.unwrap_or(0) == wanted
}

fn counts(rack: &Rack<'_>, counts: &Counts) -> Option<Problem> {
    let Counts { spec, there, ready, updated, .. } = *counts;
    let wait = |message: String| Some((Remedy::Wait, message, ""));
    if spec != rack.nodes {
        return wait(format!("is to have {spec} pods on the way to {}", rack.nodes));
    }
    if !counts.observed {
        return wait("was changed, and Kubernetes has not looked at it yet".to_owned());
    }
    if there != spec || ready != spec {
        return wait(format!("has {there} of {spec} pods, {ready} of them ready"));
    }
    let held_back = rack.partition().clamp(0, spec);
    if held_back > 0 && !counts.one_revision && updated >= spec - held_back {
        let fix = "take `rollingPartition` of the rack out of Git when the new pods are proven";
        return Some((
            Remedy::Act,
            format!("keeps {held_back} of {spec} pods on the old revision, as `rollingPartition` says"),
            fix,
        ));
    }
    if !counts.one_revision || updated != spec {
        return wait(format!("is rolling: {updated} of {spec} pods have the new revision"));
    }
    None
}

/// The StatefulSet does not carry the spec; whether time can mend that.
fn lack(facts: &Facts<'_>, rack: &Rack<'_>, lack: &Lack, all_quiet: bool) -> Problem {
    let message = format!("{} (`{}`)", lack.message, lack.field);
    if lack.immutable {
        let fix =
            "put the old value back in Git: no StatefulSet can be updated until then; see docs/facts.md, Labels and selectors";
        return (Remedy::Act, message, fix);
    }
    if all_quiet && facts.seen && facts.live.max_pod_unavailable() == 0 {
        let fix = "set `maxPodUnavailable` to 1 in Git: with 0 CassKop may change nothing";
        return (Remedy::Act, format!("{message}, and `maxPodUnavailable: 0` keeps CassKop from changing it"), fix);
    }
    if all_quiet && was_rejected(facts, rack) {
        let fix = "find the API server's message in CassKop's log, and correct the value in Git";
        return (Remedy::Act, format!("{message}; CassKop tried to change it, and the API server keeps rejecting that"), fix);
    }
    (Remedy::Wait, message, "")
}

/// Whether CassKop says that it works on this very change, and nothing happens
/// although all pods are ready. It notes an action after the update of the
/// StatefulSet, and starts it anew again and again where that failed
/// (docs/facts.md, What can be seen of a change).
fn was_rejected(facts: &Facts<'_>, rack: &Rack<'_>) -> bool {
    let Some(status) = facts.live.rack(&rack.key).filter(|status| status.action_status() == "Ongoing") else { return false };
    let (Some(started), Some(applied)) = (status.started(), facts.live.applied_at()) else { return false };
    let since_applied = facts.case.at.as_second().saturating_sub(applied.as_second());
    facts.is_applied() && facts.seen && started > applied && since_applied >= REJECTED_AFTER
}
