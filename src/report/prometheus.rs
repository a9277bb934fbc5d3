//! A report in Prometheus' text format, for commands that have no metrics of their own. Pure.

use std::fmt::Write as _;

use super::page::{Level, Page};
use crate::topology::State;

pub(super) fn render(page: &Page) -> String {
    let command = page.command;
    let mut out = String::new();
    let fleet = page.fleet.as_ref().map(|fleet| format!("fleet=\"{}\"", escaped(fleet)));
    let labels = |own: &str| {
        let all: Vec<_> = fleet.iter().map(String::as_str).chain((!own.is_empty()).then_some(own)).collect();
        if all.is_empty() { String::new() } else { format!("{{{}}}", all.join(",")) }
    };
    let findings = format!("multicasskop_{command}_findings");
    let _ = write!(out, "# HELP {findings} Findings, equal ones of several clusters once.\n# TYPE {findings} gauge\n");
    for level in Level::ALL {
        let _ = writeln!(out, "{findings}{} {}", labels(&format!("severity=\"{}\"", level.as_str())), page.count(level));
    }
    let good = format!("multicasskop_{command}_good");
    let _ =
        write!(out, "# HELP {good} 1 if all is as it should be, 0 if not or if that could not be told.\n# TYPE {good} gauge\n");
    let _ = writeln!(out, "{good}{} {}", labels(""), u8::from(matches!(page.verdict, State::Good | State::Known)));
    if let Some(at) = page.at {
        let last = format!("multicasskop_{command}_last_check_timestamp_seconds");
        let _ = write!(out, "# HELP {last} When the clusters were looked at.\n# TYPE {last} gauge\n");
        let _ = writeln!(out, "{last}{} {}", labels(""), at.as_second());
    }
    out
}

/// As the exposition format has it: backslash, quote and line feed.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
