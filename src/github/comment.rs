//! One comment in a pull request, kept in place.
//!
//! Runs at once may each make one: whoever looks afterwards keeps the oldest,
//! with what the latest run says, and deletes the others. So one stays.

use serde_json::{Value as Json, json};
use ureq::http::Method;

use super::client::{Client, Repository, full_or_short};
use super::marker::{self, RunId};
use super::problem::{Problem, ProblemKind};
use crate::report::Marker;

/// What is to stand in the pull request.
#[derive(Clone, Copy, Debug)]
pub struct Comment<'a> {
    /// Whose comment it is.
    pub marker: &'a Marker,
    /// The run that says it.
    pub run: RunId,
    /// Markdown without the marker, of at most [`limits::COMMENT`](crate::report::limits::COMMENT) characters.
    pub body: &'a str,
    /// Markdown in its place if GitHub finds it too long nevertheless.
    pub short: &'a str,
    /// Whether it is worth a comment where there is none yet.
    pub worth_it: bool,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commented {
    /// There is a new comment.
    Made,
    /// The comment says something else now.
    Changed,
    /// It said this already.
    Same,
    /// A later run has spoken.
    Overtaken,
    /// There is nothing to say and no comment.
    Nothing,
}

/// A comment or an issue of ours, as it was found.
pub(super) struct Found {
    pub(super) id: u64,
    pub(super) run: RunId,
    pub(super) title: String,
    pub(super) body: String,
}

/// So often it is tried again when a run at the same time changes what we look at.
const ATTEMPTS: usize = 3;

impl Comment<'_> {
    fn full(&self) -> String {
        format!("{}\n{}", marker::line(self.marker, self.run), self.body)
    }

    fn shortened(&self) -> String {
        format!("{}\n{}", marker::line(self.marker, self.run), self.short)
    }
}

impl Client {
    /// Makes the comment of a pull request, or changes it.
    ///
    /// # Errors
    /// GitHub does not do it; what is there stays, at most beside a second comment of ours.
    pub fn comment(&self, repository: &Repository, number: u64, comment: &Comment<'_>) -> Result<Commented, Problem> {
        let viewer = self.viewer()?;
        let path = repository.path(&format!("/issues/{number}/comments"));
        let mut made = false;
        for _ in 0..ATTEMPTS {
            let found = ours(&self.list(&path)?, &viewer, comment.marker, "id");
            // Lists may lag behind what was just made: not a reason to make it again.
            if found.is_empty() && made {
                return Ok(Commented::Made);
            }
            if found.is_empty() {
                if !comment.worth_it {
                    return Ok(Commented::Nothing);
                }
                self.write(&Method::POST, &path, &comment.full(), &comment.shortened())?;
                made = true;
                continue;
            }
            match self.settle(repository, &found, comment) {
                Err(problem) if problem.kind == ProblemKind::Gone => {}
                Ok(Commented::Same | Commented::Changed) if made => return Ok(Commented::Made),
                settled => return settled,
            }
        }
        Err(Problem::new(ProblemKind::Failed, "other runs kept changing the comment"))
    }

    /// Leaves the oldest comment, with what the latest run says.
    fn settle(&self, repository: &Repository, found: &[Found], comment: &Comment<'_>) -> Result<Commented, Problem> {
        let path = |one: &Found| repository.path(&format!("/issues/comments/{}", one.id));
        let (Some(oldest), Some(latest)) = (found.iter().min_by_key(|one| one.id), found.iter().max_by_key(|one| one.run)) else {
            return Ok(Commented::Nothing);
        };
        let overtaken = latest.run > comment.run;
        let (full, short) =
            if overtaken { (latest.body.clone(), latest.body.clone()) } else { (comment.full(), comment.shortened()) };
        let same = said(&oldest.body) == said(&full);
        if !same {
            self.write(&Method::PATCH, &path(oldest), &full, &short)?;
        }
        for other in found.iter().filter(|one| one.id != oldest.id) {
            match self.request(&Method::DELETE, &path(other), None) {
                Err(problem) if problem.kind != ProblemKind::Gone => return Err(problem),
                Ok(_) | Err(_) => {}
            }
        }
        Ok(match (overtaken, same) {
            (true, _) => Commented::Overtaken,
            (false, true) => Commented::Same,
            (false, false) => Commented::Changed,
        })
    }

    /// Writes a body, the short one if GitHub refuses the full one.
    fn write(&self, method: &Method, path: &str, full: &str, short: &str) -> Result<(), Problem> {
        full_or_short(full, short, |text| self.request(method, path, Some(&json!({ "body": text }))).map(|_| ()))
    }
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
