//! Standard output and standard error: colour, verbosity, closed pipes.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use super::flags::{Colour, Global};
use crate::finding::{Exit, Finding, Severity};
use crate::report::{Report, Style, finding_text, log, summary, terminal};

/// Where a command prints to.
#[derive(Debug)]
pub(super) struct Screen {
    quiet: bool,
    verbose: bool,
    out: Style,
    err: Style,
    failed: bool,
}

impl Screen {
    pub(super) fn new(global: &Global) -> Self {
        let style = |terminal: bool| match global.color {
            Colour::Always => Style::Colour,
            Colour::Auto if terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) => Style::Colour,
            Colour::Never | Colour::Auto => Style::Plain,
        };
        Self {
            quiet: global.quiet,
            verbose: global.verbose,
            out: style(io::stdout().is_terminal()),
            err: style(io::stderr().is_terminal()),
            failed: false,
        }
    }

    /// Whether `-q` was given.
    pub(super) fn quiet(&self) -> bool {
        self.quiet
    }

    /// Whether `-v` was given.
    pub(super) fn verbose(&self) -> bool {
        self.verbose
    }

    /// How standard output may look.
    pub(super) fn style(&self) -> Style {
        self.out
    }

    /// An internal error if a result could not be printed, for instance to a full disk.
    pub(super) fn exit(&self) -> Exit {
        if self.failed { Exit::Internal } else { Exit::Clean }
    }

    /// Prints a result, or what follows one; nothing more once that failed.
    pub(super) fn result(&mut self, text: &str) {
        if self.failed {
            return;
        }
        let mut out = io::stdout().lock();
        if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            // Whoever closed the pipe has read enough; the exit code says what was found.
            if error.kind() != ErrorKind::BrokenPipe {
                self.failed = true;
                self.error(&format!("error: could not print the result: {error}"));
            }
        }
    }

    /// Prints a message about what happened; not with `-q`.
    pub(super) fn message(&mut self, text: &str) {
        if !self.quiet {
            Self::to_stderr(&format!("{}\n", terminal(text)));
        }
    }

    /// Prints a message that is shown even with `-q`.
    #[expect(clippy::unused_self, reason = "whoever prints has a screen")]
    pub(super) fn error(&self, text: &str) {
        Self::to_stderr(&format!("{}\n", terminal(text)));
    }

    /// Prints text that was escaped already, such as a rendered finding.
    fn to_stderr(text: &str) {
        // Nobody is left to be told if standard error is gone.
        let _ = io::stderr().lock().write_all(log(text).as_bytes());
    }

    /// Prints findings to standard error: remarks only with `-v`, errors last, and a
    /// line that counts them.
    pub(super) fn findings(&mut self, report: &Report<'_>) {
        let mut shown: Vec<&Finding> = report.findings.iter().filter(|finding| self.shows(finding)).collect();
        shown.sort_by_key(|finding| (finding.stops(), finding.severity));
        for finding in &shown {
            Self::to_stderr(&format!("{}\n", finding_text(finding, report.sources, self.err)));
        }
        if !shown.is_empty() {
            let hidden = shown.len() < report.findings.len() && !self.quiet;
            self.message(&format!("{}{}", summary(report), if hidden { "; `-v` shows all of them" } else { "" }));
        }
    }

    /// Whether a finding is shown: remarks only with `-v`, with `-q` only errors.
    pub(super) fn shows(&self, finding: &Finding) -> bool {
        match finding.severity {
            _ if self.quiet => finding.stops(),
            _ if self.verbose => true,
            Severity::Info => false,
            Severity::Warning | Severity::Error => !finding.allowed,
        }
    }
}
