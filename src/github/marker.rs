//! The marker of a comment or an issue of ours, with the run that wrote it:
//! `<!-- multicasskop:render:fleet.yaml run=12345.1 -->`. Pure.

use crate::report::Marker;

/// A run of a workflow: later runs have greater numbers, attempts of one count up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId {
    /// `GITHUB_RUN_ID`.
    pub run: u64,
    /// `GITHUB_RUN_ATTEMPT`.
    pub attempt: u64,
}

/// The line for a body that this run writes.
pub(super) fn line(marker: &Marker, run: RunId) -> String {
    marker.line(&format!(" run={}.{}", run.run, run.attempt))
}

/// The run that wrote the body, if the body is ours.
pub(super) fn run(marker: &Marker, body: &str) -> Option<RunId> {
    let first = body.lines().next()?.trim();
    let rest = first.strip_prefix("<!-- ")?.strip_prefix(&marker.to_string())?.strip_prefix(" run=")?;
    let (run, attempt) = rest.strip_suffix(" -->")?.split_once('.')?;
    Some(RunId { run: run.parse().ok()?, attempt: attempt.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_known_again_by_command_and_file() {
        let marker = Marker::new("render", "fleet.yaml");
        let id = RunId { run: 12, attempt: 3 };
        let body = format!("{}\nall is well\n", line(&marker, id));
        assert_eq!(run(&marker, &body), Some(id));
        assert_eq!(run(&marker, &body.replace('\n', "\r\n")), Some(id));
        for other in [("drift", "fleet.yaml"), ("render", "fleet.yam"), ("render", "fleet.yaml2")] {
            assert_eq!(run(&Marker::new(other.0, other.1), &body), None, "{other:?}");
        }
        for foreign in
            ["", "hello", "<!-- multicasskop:render:fleet.yaml -->", "> <!-- multicasskop:render:fleet.yaml run=1.1 -->"]
        {
            assert_eq!(run(&marker, foreign), None, "{foreign}");
        }
    }

    #[test]
    fn later_runs_and_attempts_are_greater() {
        let id = |run, attempt| RunId { run, attempt };
        assert!(id(2, 1) > id(1, 9) && id(1, 2) > id(1, 1));
    }
}
