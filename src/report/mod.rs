//! Findings for readers: people at a terminal, programs.
//!
//! Each command has one model, which is its JSON, and its own text for a terminal.
//! All other formats are made of a [`page`], into which every model can be turned;
//! each is a file or folder that only renders it. Text from the input is escaped
//! here, for the medium at hand, and nowhere else. Pure: formats give strings, and
//! somebody else prints them.

mod drift;
mod escape;
mod format;
mod github;
mod html;
mod json;
mod junit;
pub mod limits;
mod lint;
mod markdown;
mod marker;
pub mod page;
mod prometheus;
mod rendered;
mod sarif;
mod text;

pub use drift::{metrics as drift_metrics, text as drift_text};
pub use escape::{log, shell, terminal};
pub use format::{Format, Model};
pub use github::{CommandLevel, workflow_command};
pub use json::{document, model_text};
pub use limits::Whole;
pub use lint::{
    ClusterEntry, DiffEntry, FileEntry, FilesEntry, FoundEntry, FoundKind, LintReport, PlaceEntry, RenderReport,
    ReplacementEntry, RingEntry, findings_json,
};
pub use markdown::text as markdown_text;
pub use marker::Marker;
pub use rendered::{StaleAt, stale_at};
pub use text::{Style, finding as finding_text, summary};

use page::names;

use crate::finding::{Exit, Finding, Severity};
use crate::source::Sources;

/// What a command found, with the texts that it is about.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The findings, in the order in which they were found.
    pub findings: &'a [Finding],
    /// The texts.
    pub sources: &'a Sources,
}

/// How many findings of which kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Counts {
    /// Errors that stop.
    pub errors: usize,
    /// Warnings that are not allowed.
    pub warnings: usize,
    /// Things to know.
    pub infos: usize,
    /// Errors and warnings that the user allows.
    pub allowed: usize,
}

/// The command that mends what the finding is about, if there is one. A source
/// without a file, such as standard input, has none.
fn command(finding: &Finding, sources: &Sources) -> Option<String> {
    let name = sources.get(finding.convertible?).name();
    let file = (!name.starts_with(['<', '-'])).then(|| shell(name))?;
    Some(format!("multicasskop convert {file} --to v2 --in-place"))
}

impl Report<'_> {
    /// Counts the findings.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for finding in self.findings {
            match finding.severity {
                _ if finding.allowed => counts.allowed += 1,
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Info => counts.infos += 1,
            }
        }
        counts
    }

    /// The exit code that the findings ask for; with `fail_on_warning` warnings
    /// count as findings.
    pub fn exit(&self, fail_on_warning: bool) -> Exit {
        let worst = self.findings.iter().map(Finding::exit).max().unwrap_or_default();
        let warned = fail_on_warning && self.counts().warnings > 0;
        worst.max(if warned { Exit::Findings } else { Exit::Clean })
    }
}
