//! Conditions, reasons, verdict: what the gate says, for every format. Types only; pure.

use schemars::JsonSchema;
use serde::Serialize;

use crate::emit::RingKey;
use crate::names::ClusterName;

/// What has to hold before the next cluster may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// 1: what Git wants is the live object.
    GitRuns,
    /// 2: CassKop says that it is done.
    Done,
    /// 3: it is proven, by the StatefulSets or by what the change did since.
    Proven,
    /// 4: no other cluster of the ring is in the middle of an operation.
    Quiet,
    /// 5: the target can take the change.
    Target,
}

impl Condition {
    /// The word for it in texts, the same as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GitRuns => "git-runs",
            Self::Done => "done",
            Self::Proven => "proven",
            Self::Quiet => "quiet",
            Self::Target => "target",
        }
    }
}

/// Why the gate is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The condition that does not hold.
    pub condition: Condition,
    /// The ring.
    pub ring: RingKey,
    /// The cluster in which it does not hold.
    pub cluster: ClusterName,
    /// What is seen, in words that an on-call person understands; one sentence
    /// without a full stop.
    pub message: String,
    /// What could be done; empty where there is nothing to do but wait.
    pub fix: String,
    /// Whether waiting can mend it.
    pub remedy: Remedy,
}

/// Something to know that closes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The ring.
    pub ring: RingKey,
    /// The cluster.
    pub cluster: ClusterName,
    /// What is to be known; one sentence without a full stop.
    pub message: String,
}

/// Something that has to be seen and could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// The ring.
    pub ring: RingKey,
    /// The cluster.
    pub cluster: ClusterName,
    /// Why it could not be seen; one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub fix: String,
}

/// What can mend a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// Time can.
    Wait,
    /// Somebody has to do something.
    Act,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may go.
    Open,
    /// It may not; never empty.
    Closed(Vec<Reason>),
    /// Something that has to be seen could not be: never open. What is known to
    /// keep the gate closed besides.
    CouldNotTell(Vec<Unseen>, Vec<Reason>),
}

impl Verdict {
    /// What is known to keep the gate closed.
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Open => &[],
            Self::Closed(reasons) | Self::CouldNotTell(_, reasons) => reasons,
        }
    }

    /// Adds a reason to stay closed.
    pub fn close(&mut self, reason: Reason) {
        match self {
            Self::Open => *self = Self::Closed(vec![reason]),
            Self::Closed(reasons) | Self::CouldNotTell(_, reasons) => reasons.push(reason),
        }
    }
}

/// How the gate is to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// For how long a pod operation may keep the gate closed, in seconds; then
    /// it is a warning, since CassKop can forget one (docs/facts.md, What can be
    /// seen of a change).
    pub pod_operations: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { pod_operations: 30 * 60 }
    }
}
