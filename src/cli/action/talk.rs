//! The comment or the issue, and what became of it.

use super::Mode;
use super::runner::{Github, Runner};
use super::verdict::Verdict;
use crate::finding::Exit;
use crate::github::{Client, Comment, Commented, Issue, Issued, Patience, Problem, ProblemKind, Text};
use crate::report::{CommandLevel, Marker};

/// What the log and the summary say about the comment or the issue.
pub(super) struct Told {
    pub(super) level: CommandLevel,
    pub(super) text: String,
}

impl Told {
    fn notice(text: impl Into<String>) -> Self {
        Self { level: CommandLevel::Notice, text: text.into() }
    }

    /// The same as Markdown: GitHub's own words may hold anything.
    pub(super) fn markdown(&self) -> String {
        crate::report::markdown_text(&self.text)
    }
}

/// Keeps the comment or the issue. `None` if there is nothing to say about it.
pub(super) fn talk(runner: &Runner, mode: Mode, verdict: &Verdict, body: &str) -> Option<Told> {
    let wanted = match mode {
        Mode::Check => runner.flag("COMMENT"),
        Mode::Drift => runner.flag("ISSUE"),
        Mode::Gate => false,
    };
    let github = runner.github.as_ref().filter(|_| wanted)?;
    // What cannot be used says so in the log; an old comment or issue is no better for it.
    if mode == Mode::Drift && matches!(verdict.exit, Exit::BadInput | Exit::Internal) {
        return None;
    }
    let short = format!("{}. The whole report: {}", verdict.sentence(), runner.url);
    // Where the command ended before its reports, what an earlier run said is still to be found again.
    let unsaid = || (Marker::new(mode.command(), runner.fleet.as_deref().unwrap_or_default()), short.as_str());
    let (marker, body) = Marker::of(body).unwrap_or_else(unsaid);
    let text = Text { marker: &marker, run: github.run, body, short: &short };
    let done = Client::new(&github.api, github.token.clone(), Patience::default()).and_then(|client| match mode {
        Mode::Check => comment(&client, github, verdict, text),
        Mode::Drift | Mode::Gate => issue(&client, runner, github, verdict, text),
    });
    done.unwrap_or_else(|problem| Some(unable(github, mode, &problem)))
}

fn comment(client: &Client, github: &Github, verdict: &Verdict, text: Text<'_>) -> Result<Option<Told>, Problem> {
    let Some(pull_request) = github.pull_request else { return Ok(None) };
    let comment = Comment { text, worth_it: !verdict.is_clean() };
    let number = pull_request.number;
    Ok(match client.comment(&github.repository, number, &comment)? {
        Commented::Made => Some(Told::notice(format!("there is a comment in pull request {number}"))),
        Commented::Changed => Some(Told::notice(format!("the comment in pull request {number} is up to date"))),
        Commented::Overtaken => Some(Told::notice(format!("the comment in pull request {number} is of a later run"))),
        Commented::Same | Commented::Nothing => None,
    })
}

fn issue(client: &Client, runner: &Runner, github: &Github, verdict: &Verdict, text: Text<'_>) -> Result<Option<Told>, Problem> {
    let issue = Issue {
        text,
        label: &runner.label,
        title: &verdict.sentence(),
        findings: &verdict.words,
        clean: verdict.exit == Exit::Clean,
    };
    Ok(match client.issue(&github.repository, &issue)? {
        Issued::Opened(number) => Some(Told::notice(format!("issue #{number} was opened"))),
        Issued::Changed(number) | Issued::Same(number) => Some(Told::notice(format!("issue #{number} is up to date"))),
        Issued::Closed(number) => Some(Told::notice(format!("issue #{number} was closed: all is as Git wants it"))),
        Issued::Overtaken(number) => Some(Told::notice(format!("issue #{number} is of a later run"))),
        Issued::Nothing => None,
    })
}

/// What could not be done. That a fork's token may not write is how it has to be.
fn unable(github: &Github, mode: Mode, problem: &Problem) -> Told {
    let what = if mode == Mode::Check { "the comment" } else { "the issue" };
    let fork = github.pull_request.is_some_and(|pull_request| pull_request.fork);
    if fork && problem.kind == ProblemKind::Denied {
        let text = "this pull request comes from a fork, whose token may not write: there is no comment, but the annotations and the \
                    summary of this job";
        return Told::notice(text);
    }
    let text = format!("{what} could not be written: {problem}; {}", problem.fix());
    Told { level: CommandLevel::Warning, text }
}
