//! One issue for what the scheduled comparison finds: opened, kept up to date,
//! closed when all is as Git wants it.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use ureq::http::Method;

use super::client::{Client, Repository};
use super::ours::{Found, Text, ours, said};
use super::problem::{Problem, ProblemKind};

/// What is to be told.
#[derive(Clone, Copy, Debug)]
pub struct Issue<'a> {
    /// What it says.
    pub text: Text<'a>,
    /// The label by which it is found; GitHub makes one that is not there.
    pub label: &'a str,
    /// The title, without line breaks.
    pub title: &'a str,
    /// One short word per finding that stays the same from run to run: who watches
    /// the issue is told when there is a new one.
    pub findings: &'a BTreeSet<String>,
    /// Whether all is well, so that the issue can be closed. `false` also if
    /// not all could be looked at.
    pub clean: bool,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issued {
    /// There is a new issue, with this number.
    Opened(u64),
    /// The issue says something else now.
    Changed(u64),
    /// It said this already.
    Same(u64),
    /// All is well again, and it was closed.
    Closed(u64),
    /// A later run has spoken.
    Overtaken(u64),
    /// All is well, and there is no issue.
    Nothing,
}

/// So many findings are remembered in the issue; with more nobody is told of new ones one by one.
const REMEMBERED: usize = 200;

impl Client {
    /// Opens, changes or closes the issue.
    ///
    /// # Errors
    /// GitHub does not do it.
    pub fn issue(&self, repository: &Repository, issue: &Issue<'_>) -> Result<Issued, Problem> {
        let viewer = self.viewer()?;
        let found = self.open_issues(repository, &viewer, issue)?;
        if issue.clean {
            return self.close(repository, &found, issue);
        }
        if found.is_empty() {
            let number = self.open(repository, issue)?;
            // A run at the same time may have opened one too; and lists may lag behind what was just made.
            let found = self.open_issues(repository, &viewer, issue)?;
            let kept = self.keep_oldest(repository, &found)?;
            return Ok(Issued::Opened(kept.map_or(number, |one| one.id)));
        }
        match self.keep_oldest(repository, &found)? {
            Some(one) => self.change(repository, one, issue),
            None => Ok(Issued::Nothing),
        }
    }

    fn open_issues(&self, repository: &Repository, viewer: &str, issue: &Issue<'_>) -> Result<Vec<Found>, Problem> {
        let path = repository.path(&format!("/issues?state=open&labels={}", encoded(issue.label)));
        let mut list = self.list(&path)?;
        list.retain(|one| one.get("pull_request").is_none());
        Ok(ours(&list, viewer, issue.text.marker, "number"))
    }

    /// Opens an issue; gives its number.
    fn open(&self, repository: &Repository, issue: &Issue<'_>) -> Result<u64, Problem> {
        let path = repository.path("/issues");
        let send = |text: &str| {
            let body = json!({"title": issue.title, "body": text, "labels": [issue.label]});
            let answer = self.request(&Method::POST, &path, Some(&body))?;
            let number = answer.json.get("number").and_then(Json::as_u64);
            number.ok_or_else(|| Problem::new(ProblemKind::Failed, "GitHub does not say which issue it opened"))
        };
        issue.text.send(&issue.hidden(), send)
    }

    /// Closes all but the oldest, which it gives.
    fn keep_oldest<'f>(&self, repository: &Repository, found: &'f [Found]) -> Result<Option<&'f Found>, Problem> {
        let oldest = found.iter().min_by_key(|one| one.id);
        for other in found.iter().filter(|one| oldest.is_some_and(|oldest| oldest.id != one.id)) {
            let path = repository.path(&format!("/issues/{}", other.id));
            self.request(&Method::PATCH, &path, Some(&json!({"state": "closed", "state_reason": "not_planned"})))?;
        }
        Ok(oldest)
    }

    fn change(&self, repository: &Repository, old: &Found, issue: &Issue<'_>) -> Result<Issued, Problem> {
        if old.run > issue.text.run {
            return Ok(Issued::Overtaken(old.id));
        }
        let path = repository.path(&format!("/issues/{}", old.id));
        let hidden = issue.hidden();
        if old.title == issue.title && said(&old.body) == said(&issue.text.full(&hidden)) {
            return Ok(Issued::Same(old.id));
        }
        let send = |text: &str| {
            let body = json!({"title": issue.title, "body": text});
            self.request(&Method::PATCH, &path, Some(&body)).map(|_| ())
        };
        issue.text.send(&hidden, send)?;
        // A changed text tells nobody; a comment does.
        let new = remembered(&old.body).map_or(0, |old| issue.findings.difference(&old).count());
        if new > 0 && issue.findings.len() <= REMEMBERED {
            let are = if new == 1 { "1 finding is" } else { &format!("{new} findings are") };
            self.say(repository, old.id, &format!("{are} new since the last report. The text above is up to date."))?;
        }
        Ok(Issued::Changed(old.id))
    }

    fn close(&self, repository: &Repository, found: &[Found], issue: &Issue<'_>) -> Result<Issued, Problem> {
        let mut outcome = Issued::Nothing;
        for one in found {
            if one.run > issue.text.run {
                outcome = Issued::Overtaken(one.id);
                continue;
            }
            self.say(repository, one.id, issue.text.short)?;
            let path = repository.path(&format!("/issues/{}", one.id));
            self.request(&Method::PATCH, &path, Some(&json!({"state": "closed", "state_reason": "completed"})))?;
            outcome = Issued::Closed(one.id);
        }
        Ok(outcome)
    }

    fn say(&self, repository: &Repository, number: u64, text: &str) -> Result<(), Problem> {
        let path = repository.path(&format!("/issues/{number}/comments"));
        self.request(&Method::POST, &path, Some(&json!({ "body": text }))).map(|_| ())
    }
}

const FINDINGS: &str = "<!-- multicasskop:findings";

impl Issue<'_> {
    /// The hidden line that remembers the findings.
    fn hidden(&self) -> String {
        let words: Vec<_> = self.findings.iter().take(REMEMBERED).map(String::as_str).collect();
        format!("{FINDINGS} {} -->\n", words.join(" "))
    }
}

/// The findings that a body remembers; `None` if there were too many.
fn remembered(body: &str) -> Option<BTreeSet<String>> {
    let line = body.lines().find_map(|line| line.trim().strip_prefix(FINDINGS)?.strip_suffix("-->"))?;
    let words: BTreeSet<_> = line.split_whitespace().map(str::to_owned).collect();
    (words.len() < REMEMBERED).then_some(words)
}

/// A value for a query.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_in_a_query_is_encoded() {
        assert_eq!(encoded("drift: a&b é"), "drift%3A%20a%26b%20%C3%A9");
    }
}
