//! Condition 2: CassKop says that it is done. Pure.

use jiff::Timestamp;

use crate::ring::name;
use crate::schema::Profile;
use crate::tree::Node;

use super::case::Judged;
use super::facts::Facts;
use super::live::{Live, RackStatus};
use super::model::{Condition, Remedy};

const DONE: Condition = Condition::Done;

pub(super) fn judge(facts: &Facts<'_>, judged: &mut Judged) {
    let case = facts.case;
    if let Some(message) = status(facts.live) {
        match flapping(facts) {
            Some(message) => {
                let fix = "patch `status.seedlist` to the same list, or deliver the seeds by ConfigMap; see docs/seeds.md";
                judged.close(case, DONE, Remedy::Act, message, fix);
            }
            None => judged.close(case, DONE, Remedy::Wait, message, ""),
        }
    }
    for rack in facts.live.racks().filter(|rack| rack.has_pod_operation()) {
        let (rack_key, operation) = (rack.key, rack.pod_operation());
        match minutes(facts.live, rack, case.at) {
            Some(minutes) if minutes * 60 >= case.settings.pod_operations => judged.warn(
                case,
                format!("the pod operation `{operation}` of rack {rack_key} is said to be under way for {minutes} minutes; CassKop may have forgotten it"),
            ),
            _ => {
                let message = format!("the pod operation `{operation}` of rack {rack_key} is not done");
                judged.close(case, DONE, Remedy::Wait, message, "");
            }
        }
    }
    if !facts.flags.is_empty() {
        let message = format!("an action is asked for and not done yet: {}", facts.flags.join(", "));
        judged.close(case, DONE, Remedy::Wait, message, "");
    }
}

/// What keeps the status from being Running and Done, in words.
pub(super) fn status(live: Live<'_>) -> Option<String> {
    let (phase, action, done) = (live.phase(), live.last_action(), live.last_action_status());
    if phase.is_empty() {
        return Some("CassKop has not begun to work on the CassandraCluster".to_owned());
    }
    if phase == "Running" && done == "Done" {
        return None;
    }
    let racks = live.racks().filter(|rack| rack.action_status() != "Done" || rack.phase() != "Running");
    let racks = racks.map(|rack| format!("{} ({} {})", rack.key, rack.action(), rack.action_status())).collect::<Vec<_>>();
    let at = if racks.is_empty() { String::new() } else { format!("; at work: {}", racks.join(", ")) };
    Some(format!("CassKop is not done: phase {phase}, {action} {done}{at}"))
}

/// For how long a rack's pod operation runs. One that waits has no start yet;
/// then the end of the rack's last action counts, since that asked for it.
pub(super) fn minutes(live: Live<'_>, rack: RackStatus<'_>, at: Timestamp) -> Option<i64> {
    let since = rack.pod_operation_started().or_else(|| live.rack(rack.key)?.ended())?;
    Some(at.as_second().saturating_sub(since.as_second()) / 60)
}

/// Seeds by variable that the status does not have: CassKop turns `UpdateSeedList`
/// on and off for ever (docs/facts.md, Ways to deliver seeds).
fn flapping(facts: &Facts<'_>) -> Option<String> {
    if facts.profile() < Profile::V2_3_4 {
        return None;
    }
    let variables = facts.spec.at(&["backRestSidecar", "envVars"])?.items();
    let seeds = variables.iter().rev().find(|variable| name(variable) == "CASSANDRA_SEEDS")?;
    let seeds = seeds.get("value").and_then(Node::as_str)?;
    let turning = facts.live.racks().any(|rack| rack.action() == "UpdateSeedList");
    (turning && seeds != facts.live.seeds()).then(|| {
        "CassKop turns UpdateSeedList on and off for ever: the seeds in `backRestSidecar.envVars` are not those of the status"
            .to_owned()
    })
}
