//! What a comment and an issue of ours have in common: a text that is known again.

use serde_json::Value as Json;

use super::marker::{self, RunId};
use super::problem::{Problem, ProblemKind};
use crate::report::Marker;

/// What is to be said.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// Whose comment or issue it is.
    pub marker: &'a Marker,
    /// The run that says it.
    pub run: RunId,
    /// Markdown without the marker, of at most [`limits::COMMENT`](crate::report::limits::COMMENT) characters.
    pub body: &'a str,
    /// Markdown in its place if GitHub finds it too long nevertheless.
    pub short: &'a str,
}

impl Text<'_> {
    /// The full text behind its marker, and behind `hidden`, which may be empty or lines.
    pub(super) fn full(&self, hidden: &str) -> String {
        self.marked(hidden, self.body)
    }

    /// Sends the full text, and the short one if GitHub refuses that, mostly because it is
    /// too long; each behind its marker and `hidden`.
    pub(super) fn send<T>(&self, hidden: &str, send: impl Fn(&str) -> Result<T, Problem>) -> Result<T, Problem> {
        match send(&self.full(hidden)) {
            Err(problem) if problem.kind == ProblemKind::Refused && self.body != self.short => {
                send(&self.marked(hidden, self.short))
            }
            done => done,
        }
    }

    fn marked(&self, hidden: &str, body: &str) -> String {
        format!("{}\n{hidden}{body}", marker::line(self.marker, self.run))
    }
}

/// A comment or an issue of ours, as it was found.
pub(super) struct Found {
    pub(super) id: u64,
    pub(super) run: RunId,
    pub(super) title: String,
    pub(super) body: String,
}

/// What a body says, whichever run says it and however lines end there.
pub(super) fn said(body: &str) -> String {
    body.lines().skip(1).map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

/// Those of a list that we wrote: by author, because anybody may copy a marker. `id` is the member with their number.
pub(super) fn ours(list: &[Json], viewer: &str, marker: &Marker, id: &str) -> Vec<Found> {
    let found = list.iter().filter_map(|one| {
        let body = one.get("body").and_then(Json::as_str)?;
        let author = one.pointer("/user/login").and_then(Json::as_str)?;
        let title = one.get("title").and_then(Json::as_str).unwrap_or_default();
        let id = one.get(id).and_then(Json::as_u64)?;
        let run = marker::run(marker, body).filter(|_| author == viewer)?;
        Some(Found { id, run, title: title.to_owned(), body: body.to_owned() })
    });
    found.collect()
}
