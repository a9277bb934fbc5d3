//! What is judged, and what is found: one ring in one cluster, one look. Pure.

use jiff::Timestamp;

use crate::tree::{Node, PathBuf};
use crate::wanted::Wanted;

use super::model::{Condition, Reason, Remedy, Settings, Warning};

/// What is to be judged.
pub struct Case<'a> {
    /// What Git wants.
    pub wanted: &'a Wanted,
    /// The live object, if there is one.
    pub object: Option<&'a Node>,
    /// The StatefulSets of its namespace, if they could be seen.
    pub sets: Sets<'a>,
    /// The object as it was rendered before the change, if that is known.
    pub since: Option<&'a Node>,
    /// When the look was taken.
    pub at: Timestamp,
    /// How to decide.
    pub settings: &'a Settings,
    /// The rule that covers a difference at a path, in words, if one does.
    pub ignored: &'a dyn Fn(&PathBuf) -> Option<String>,
}

/// The StatefulSets of a namespace.
#[derive(Clone, Copy, Debug)]
pub enum Sets<'a> {
    /// These are there; others than the ring's may be among them.
    Seen(&'a [Node]),
    /// They could not be seen; the right that would show them.
    Unseen(&'a str),
}

/// What one look says of one ring in one cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Why conditions 1 to 3 do not hold; empty if they do.
    pub reasons: Vec<Reason>,
    /// What closes nothing.
    pub warnings: Vec<Warning>,
    /// Differences that ignore rules cover: the path and the rule.
    pub ignored: Vec<(PathBuf, String)>,
}

impl Judged {
    pub(super) fn close(&mut self, case: &Case<'_>, condition: Condition, remedy: Remedy, message: String, fix: &str) {
        let (ring, cluster) = (case.wanted.ring.clone(), case.wanted.cluster.clone());
        self.reasons.push(Reason { condition, ring, cluster, message, fix: fix.to_owned(), remedy });
    }

    pub(super) fn warn(&mut self, case: &Case<'_>, message: String) {
        let (ring, cluster) = (case.wanted.ring.clone(), case.wanted.cluster.clone());
        self.warnings.push(Warning { ring, cluster, message });
    }
}
