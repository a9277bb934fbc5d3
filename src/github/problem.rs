//! Why GitHub did not do what it was asked for. Types and their texts only.

use std::fmt;

/// What went wrong, without anything secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which kind.
    pub kind: ProblemKind,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
}

/// Kinds of [`Problem`], as far as somebody acts differently on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The token may not do it. In a pull request from a fork that is how it has to be.
    Denied,
    /// GitHub found the text invalid, mostly because it is too long.
    Refused,
    /// It is not there (any more).
    Gone,
    /// GitHub wants us to wait for longer than we do.
    Limited,
    /// No usable answer: network, server, proxy.
    Failed,
    /// What was configured cannot be used: address, token.
    Config,
}

impl Problem {
    pub(super) fn new(kind: ProblemKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// What to do about it.
    pub const fn fix(&self) -> &'static str {
        match self.kind {
            ProblemKind::Denied => {
                "give the job `pull-requests: write` (a comment) or `issues: write` (an issue) under `permissions:`; \
                 a pull request from a fork never gets more than reading"
            }
            ProblemKind::Refused => "see the job's summary for the whole report",
            ProblemKind::Gone => "check the repository and the number in the job's event",
            ProblemKind::Limited => "run it again later; GitHub limits how often a token may write",
            ProblemKind::Failed => "run it again; check the proxy's settings if this stays",
            ProblemKind::Config => "run it in a GitHub workflow, with `token:` as the Action sets it",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}
