//! What is known of one item of a list. Types only; pure.

use serde::Serialize;

/// What is known of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is there.
    There,
    /// It is not, or not as it has to be.
    Missing,
    /// Nobody looked, or nobody could.
    NotChecked,
}

/// What was seen of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What is known.
    pub state: State,
    /// What was seen, or why nothing was; one sentence without a full stop.
    pub detail: String,
    /// Whether it was asked for and no answer came.
    pub failed: bool,
    /// Whether nothing in the API server could tell.
    pub invisible: bool,
}

impl Verdict {
    pub(super) fn new(state: State, detail: impl Into<String>) -> Self {
        Self { state, detail: detail.into(), failed: false, invisible: false }
    }

    pub(super) fn unseen(detail: impl Into<String>) -> Self {
        Self::new(State::NotChecked, detail)
    }
}
