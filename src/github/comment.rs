//! One comment in a pull request, kept in place.
//!
//! Runs at once may each make one: whoever looks afterwards keeps the oldest,
//! with what the latest run says, and deletes the others. So one stays.

use serde_json::json;
use ureq::http::Method;

use super::client::{Client, Repository};
use super::ours::{Found, Text, ours, said};
use super::problem::{Problem, ProblemKind};

/// What is to stand in the pull request.
#[derive(Clone, Copy, Debug)]
pub struct Comment<'a> {
    /// What it says.
    pub text: Text<'a>,
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

/// So often it is tried again when a run at the same time changes what we look at.
const ATTEMPTS: usize = 3;

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
            let found = ours(&self.list(&path)?, &viewer, comment.text.marker, "id");
            // Lists may lag behind what was just made: not a reason to make it again.
            if found.is_empty() && made {
                return Ok(Commented::Made);
            }
            if found.is_empty() {
                if !comment.worth_it {
                    return Ok(Commented::Nothing);
                }
                comment.text.send("", |text| self.write(&Method::POST, &path, text))?;
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
        let overtaken = latest.run > comment.text.run;
        let wanted = if overtaken { latest.body.clone() } else { comment.text.full("") };
        let same = said(&oldest.body) == said(&wanted);
        let change = |text: &str| self.write(&Method::PATCH, &path(oldest), text);
        match (same, overtaken) {
            (true, _) => {}
            (false, true) => change(&wanted)?,
            (false, false) => comment.text.send("", change)?,
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

    fn write(&self, method: &Method, path: &str, body: &str) -> Result<(), Problem> {
        self.request(method, path, Some(&json!({ "body": body }))).map(|_| ())
    }
}
