//! `action`: what the GitHub Action runs. Runs a command with all its reports, and
//! hands them to GitHub: annotations, summary, outputs, a comment or an issue.
//!
//! Everything comes by environment variables that the Action sets, so that nothing
//! of the input is ever part of a script. What GitHub does not take never changes
//! the exit code: the check itself is what counts.

mod runner;
mod talk;
mod verdict;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};

use super::screen::Screen;
use crate::finding::{Exit, Finding};
use crate::report::{CommandLevel, Report, workflow_command};
use crate::source::Sources;
use crate::write;
use runner::Runner;
use talk::Told;
use verdict::Verdict;

/// Run as the GitHub Action does: reports, annotations, comment or issue
///
/// Reads what the Action's inputs say, and the runner's own variables, from the environment.
#[derive(Debug, ClapArgs)]
pub(super) struct ActionArgs {
    /// What to do
    #[arg(value_enum)]
    mode: Mode,
    /// Further arguments of the command
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Mode {
    /// `render --check`, for pull requests
    Check,
    /// `drift`, for schedules
    Drift,
    /// `gate --wait`, before deployments
    Gate,
}

impl Mode {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Drift => "drift",
            Self::Gate => "gate",
        }
    }

    /// The command that does it.
    const fn command(self) -> &'static str {
        match self {
            Self::Check => "render",
            Self::Drift => "drift",
            Self::Gate => "gate",
        }
    }
}

/// Formats, and the files in the folder of reports; the names are the outputs of the Action.
const REPORTS: [(&str, &str); 7] = [
    ("json", "report.json"),
    ("markdown", "report.md"),
    ("comment", "comment.md"),
    ("html", "report.html"),
    ("sarif", "report.sarif"),
    ("junit", "report.xml"),
    ("prometheus", "multicasskop.prom"),
];

pub(super) fn run(args: &ActionArgs, screen: &mut Screen) -> Exit {
    match Runner::new(|name| std::env::var(name).ok()) {
        Ok(runner) => with(&runner, args, screen),
        Err(finding) => failed(&[finding], screen),
    }
}

fn with(runner: &Runner, args: &ActionArgs, screen: &mut Screen) -> Exit {
    let folder = runner.temp.join(format!("multicasskop-{}", args.mode.as_str()));
    for folder in [Some(folder.as_path()), runner.history().parent()].into_iter().flatten() {
        if let Err(finding) = write::create_folder(folder) {
            return failed(&[finding], screen);
        }
    }
    if args.mode == Mode::Drift && runner.flag("HISTORY") {
        set_aside(&runner.history(), screen);
    }
    let exit = super::run(command(runner, args, &folder));
    let verdict = Verdict::read(args.mode, exit, &text_of(&folder.join("report.json")));
    let mut findings = Vec::new();
    let told = talk::talk(runner, args.mode, &verdict, &text_of(&folder.join("comment.md")));
    if let Some(told) = &told {
        screen.result(&workflow_command(told.level, "multicasskop", &told.text));
    }
    if let Some(path) = runner.summary.as_ref().filter(|_| runner.flag("SUMMARY")) {
        let report = text_of(&folder.join("report.md"));
        let report = if report.is_empty() { verdict.sentence() } else { report };
        findings.extend(write::append_file(path, &summary(&report, told.as_ref())).err());
    }
    if let Some(path) = &runner.outputs {
        findings.extend(write::append_file(path, &outputs(&folder, &verdict)).err());
    }
    let exit = if exit == Exit::Findings && !runner.flag("FAIL_ON_FINDINGS") { Exit::Clean } else { exit };
    exit.max(failed(&findings, screen))
}

/// A history that is no text would stop every run from now on, since the cache gives it back: it is laid aside.
fn set_aside(history: &Path, screen: &mut Screen) {
    if write::lay_aside_unless_text(history) {
        let text = "the history that the cache gave back is broken; since when something differs is counted anew";
        screen.result(&workflow_command(CommandLevel::Warning, "multicasskop", text));
    }
}

/// The job's summary: the report, and what became of the comment or the issue.
fn summary(report: &str, told: Option<&Told>) -> String {
    let note = told.map(|told| format!("\n> {}\n", told.markdown())).unwrap_or_default();
    format!("{report}{note}\n")
}

/// Shows what could not be done here, and what that means for the exit code.
fn failed(findings: &[Finding], screen: &mut Screen) -> Exit {
    let report = Report { findings, sources: &Sources::default() };
    if !findings.is_empty() {
        screen.findings(&report);
    }
    report.exit(false)
}

/// The command line that does the work.
fn command(runner: &Runner, args: &ActionArgs, folder: &Path) -> Vec<OsString> {
    let mut command: Vec<OsString> = vec![args.mode.command().into()];
    command.extend(match args.mode {
        Mode::Check => Some("--check".into()),
        Mode::Drift => None,
        Mode::Gate => Some("--wait".into()),
    });
    if let Some(fleet) = &runner.fleet {
        command.extend(["--fleet".into(), fleet.into()]);
    }
    for (format, file) in REPORTS {
        let mut output = OsString::from(format!("{format}="));
        output.push(folder.join(file));
        command.extend(["--output".into(), output]);
    }
    if runner.flag("ANNOTATIONS") {
        command.extend(["--output".into(), "github".into()]);
    }
    if args.mode == Mode::Drift && runner.flag("HISTORY") {
        command.extend(["--history".into(), runner.history().into()]);
    }
    command.extend(["--report-url".into(), runner.url.clone().into()]);
    command.extend(args.arguments.iter().cloned());
    command
}

/// The text of a report; empty if there is none, because the command ended before.
fn text_of(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// The outputs of the step. Values are one line each, and ours: paths and numbers.
fn outputs(folder: &Path, verdict: &Verdict) -> String {
    let mut outputs = vec![
        ("exit-code".to_owned(), verdict.exit.code().to_string()),
        ("findings".to_owned(), verdict.findings.to_string()),
        ("drifted-clusters".to_owned(), verdict.drifted()),
        ("report-dir".to_owned(), folder.display().to_string()),
    ];
    for (format, file) in REPORTS {
        let path: PathBuf = folder.join(file);
        if path.exists() {
            outputs.push((format.to_owned(), path.display().to_string()));
        }
    }
    let line = |(name, value): (String, String)| format!("{name}={}\n", value.replace(['\r', '\n'], " "));
    outputs.into_iter().map(line).collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::limits::SUMMARY;

    /// GitHub drops a summary of more than 1 MiB as a whole.
    #[test]
    fn the_longest_report_leaves_room_for_the_longest_note() {
        for text in ["@ ".repeat(5_000), "☃|".repeat(5_000), "\u{202e}".repeat(5_000)] {
            let told = Told { level: CommandLevel::Warning, text };
            assert!(summary(&"x".repeat(SUMMARY), Some(&told)).len() <= 1 << 20);
        }
    }
}
