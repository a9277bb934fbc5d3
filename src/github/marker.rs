//! The hidden first line by which a comment or an issue of ours is known again:
//! `<!-- multicasskop:check:prod run=12345.1 -->`. Pure.

use std::fmt;

/// What a comment or an issue is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// The comment in a pull request.
    Check,
    /// The issue of the scheduled comparison.
    Drift,
}

impl Topic {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Drift => "drift",
        }
    }
}

/// A run of a workflow: later runs have greater numbers, attempts of one count up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId {
    /// `GITHUB_RUN_ID`.
    pub run: u64,
    /// `GITHUB_RUN_ATTEMPT`.
    pub attempt: u64,
}

/// Whose comment or issue it is: one per topic and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    topic: Topic,
    key: String,
}

impl Marker {
    /// One for a fleet; `key` tells fleets of one repository from each other.
    /// Characters that could end the marker are replaced.
    pub fn new(topic: Topic, key: &str) -> Self {
        let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/') { c } else { '_' };
        Self { topic, key: key.chars().map(safe).collect() }
    }

    /// The line for a body that this run writes.
    pub(super) fn line(&self, run: RunId) -> String {
        format!("<!-- {self} run={}.{} -->", run.run, run.attempt)
    }

    /// The run that wrote the body, if the body is ours.
    pub(super) fn run(&self, body: &str) -> Option<RunId> {
        let first = body.lines().next()?.trim();
        let rest = first.strip_prefix("<!-- ")?.strip_prefix(&self.to_string())?.strip_prefix(" run=")?;
        let (run, attempt) = rest.strip_suffix(" -->")?.split_once('.')?;
        Some(RunId { run: run.parse().ok()?, attempt: attempt.parse().ok()? })
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "multicasskop:{}:{}", self.topic.as_str(), self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_known_again_by_topic_and_key() {
        let marker = Marker::new(Topic::Check, "prod");
        let run = RunId { run: 12, attempt: 3 };
        let body = format!("{}\nall is well\n", marker.line(run));
        assert_eq!(marker.run(&body), Some(run));
        assert_eq!(marker.run(&body.replace('\n', "\r\n")), Some(run));
        for other in [Marker::new(Topic::Drift, "prod"), Marker::new(Topic::Check, "pro"), Marker::new(Topic::Check, "prod2")] {
            assert_eq!(other.run(&body), None, "{other}");
        }
        for foreign in ["", "hello", "<!-- multicasskop:check:prod -->", "> <!-- multicasskop:check:prod run=1.1 -->"] {
            assert_eq!(marker.run(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_key_cannot_end_the_marker() {
        assert_eq!(Marker::new(Topic::Check, "a--> @all\nb").to_string(), "multicasskop:check:a_____all_b");
    }

    #[test]
    fn later_runs_and_attempts_are_greater() {
        let id = |run, attempt| RunId { run, attempt };
        assert!(id(2, 1) > id(1, 9) && id(1, 2) > id(1, 1));
    }
}
