//! The one model of what the gate says, from which every format is made.
//!
//! Names and meaning of the members are the JSON format `multicasskop gate -o
//! json`, whose schema is generated from these types. Holds nothing secret: no
//! values out of specs but images, versions and counts. Pure.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::Exit;

use super::model::{Condition, Reason, Remedy, Unseen, Verdict, Warning};
use super::verdict::Assessment;
use super::wait::Stand;

/// Whether the gate is open, and why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GateReport {
    /// Version of this format: `multicasskop.dev/v1alpha1`.
    pub api_version: &'static str,
    /// `GateReport`.
    pub kind: &'static str,
    /// When the clusters were looked at last, RFC 3339 in UTC.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// What was asked: `cluster NAME`, `wave N`, `all`.
    pub asked: String,
    /// The answer.
    pub answer: GateAnswer,
    /// Why the gate stopped looking.
    pub ended: GateEnd,
    /// Whether somebody has to act: waiting alone will not open the gate.
    pub needs_action: bool,
    /// For how many seconds all conditions have held; only while they do and that
    /// is not long enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_seconds: Option<i64>,
    /// How many seconds lay between the last two looks, where that was too long:
    /// all conditions hold, but nobody knows what was in between.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_apart: Option<i64>,
    /// The rings that were looked at.
    pub rings: Vec<GateRing>,
}

/// The answer in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GateAnswer {
    /// It may go.
    Open,
    /// It may not.
    Closed,
    /// Not all that has to be seen could be seen: not open.
    CouldNotTell,
}

/// Why the gate stopped looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GateEnd {
    /// It has its answer.
    Answered,
    /// The time for it was up.
    TimedOut,
    /// Somebody ended it: Ctrl-C, or SIGTERM.
    Interrupted,
}

/// One ring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GateRing {
    /// Namespace of the ring.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The clusters that ask to go.
    pub targets: Vec<String>,
    /// The clusters that have to be settled first.
    pub settled_first: Vec<String>,
    /// Why the gate is closed; those that need somebody come first.
    pub reasons: Vec<GateReason>,
    /// What could not be seen.
    pub unseen: Vec<GateUnseen>,
    /// What closes nothing.
    pub warnings: Vec<GateWarning>,
    /// Differences that ignore rules cover.
    pub ignored: Vec<GateIgnored>,
}

/// Why the gate is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GateReason {
    /// The condition that does not hold.
    pub condition: Condition,
    /// The cluster in which it does not hold.
    pub cluster: String,
    /// What is seen.
    pub message: String,
    /// What could be done; empty where there is nothing to do but wait.
    pub fix: String,
    /// Whether waiting can mend it.
    pub remedy: Remedy,
}

/// Something that could not be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GateUnseen {
    /// The cluster.
    pub cluster: String,
    /// Why it could not be seen.
    pub message: String,
    /// What to do.
    pub fix: String,
}

/// Something to know that closes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GateWarning {
    /// The cluster.
    pub cluster: String,
    /// What is to be known.
    pub message: String,
}

/// A difference that an ignore rule covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GateIgnored {
    /// The cluster.
    pub cluster: String,
    /// Path of the difference.
    pub path: String,
    /// The rule, in words.
    pub rule: String,
}

impl GateReport {
    /// The report of a look that gave an answer.
    pub fn new(at: Timestamp, asked: String, stand: Stand, assessments: &[Assessment]) -> Self {
        let unseen = |one: &Assessment| matches!(one.verdict, Verdict::CouldNotTell(..));
        let answer = match stand {
            Stand::Open => GateAnswer::Open,
            Stand::Apart(_) => GateAnswer::CouldNotTell,
            _ if assessments.iter().any(unseen) => GateAnswer::CouldNotTell,
            Stand::Holding(_) | Stand::Waiting | Stand::Stuck | Stand::Unseen => GateAnswer::Closed,
        };
        let (held_seconds, seconds_apart) = match stand {
            Stand::Holding(seconds) => (Some(seconds), None),
            Stand::Apart(seconds) => (None, Some(seconds)),
            Stand::Open | Stand::Waiting | Stand::Stuck | Stand::Unseen => (None, None),
        };
        let rings: Vec<_> = assessments.iter().map(GateRing::new).collect();
        let acts = |ring: &GateRing| ring.reasons.iter().any(|reason| reason.remedy == Remedy::Act);
        Self {
            api_version: "multicasskop.dev/v1alpha1",
            kind: "GateReport",
            at,
            asked,
            answer,
            ended: GateEnd::Answered,
            needs_action: rings.iter().any(acts),
            held_seconds,
            seconds_apart,
            rings,
        }
    }

    /// The same, where the gate ended before it had its answer. Who interrupts it
    /// learns what was seen, and that it is no answer.
    pub fn ended(mut self, by: GateEnd) -> Self {
        if by == GateEnd::Interrupted {
            self.answer = GateAnswer::CouldNotTell;
        }
        self.ended = by;
        self
    }

    /// Whether all conditions hold, however long.
    pub fn holds(&self) -> bool {
        self.held_seconds.is_some() || self.seconds_apart.is_some() || self.answer == GateAnswer::Open
    }

    /// The exit code: 0 open, 1 closed, 3 could not tell.
    pub fn exit(&self) -> Exit {
        match self.answer {
            GateAnswer::Open => Exit::Clean,
            GateAnswer::Closed => Exit::Findings,
            GateAnswer::CouldNotTell => Exit::CouldNotTell,
        }
    }
}

impl GateRing {
    fn new(of: &Assessment) -> Self {
        let unseen: &[Unseen] = match &of.verdict {
            Verdict::CouldNotTell(unseen, _) => unseen,
            Verdict::Open | Verdict::Closed(_) => &[],
        };
        let mut reasons: Vec<_> = of.verdict.reasons().iter().map(GateReason::new).collect();
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.remedy));
        let names = |clusters: &[crate::names::ClusterName]| clusters.iter().map(ToString::to_string).collect();
        let ignored = of.ignored.iter().map(|(cluster, path, rule)| GateIgnored {
            cluster: cluster.to_string(),
            path: path.to_string(),
            rule: rule.clone(),
        });
        Self {
            namespace: of.ring.namespace.to_string(),
            name: of.ring.name.to_string(),
            targets: names(&of.targets),
            settled_first: names(&of.settled_first),
            reasons,
            unseen: unseen.iter().map(GateUnseen::new).collect(),
            warnings: of.warnings.iter().map(GateWarning::new).collect(),
            ignored: ignored.collect(),
        }
    }
}

impl GateReason {
    fn new(of: &Reason) -> Self {
        let Reason { condition, cluster, message, fix, remedy, .. } = of.clone();
        Self { condition, cluster: cluster.to_string(), message, fix, remedy }
    }
}

impl GateUnseen {
    fn new(of: &Unseen) -> Self {
        let Unseen { cluster, message, fix, .. } = of.clone();
        Self { cluster: cluster.to_string(), message, fix }
    }
}

impl GateWarning {
    fn new(of: &Warning) -> Self {
        Self { cluster: of.cluster.to_string(), message: of.message.clone() }
    }
}
