//! A report as GitHub's Markdown: for a job's summary, and so short that it fits
//! into a comment. Pure.
//!
//! What does not fit is cut by importance: first everything is named, then the
//! most important findings get their details, and at the end it is said how many
//! have none and where the whole report is. Cuts are made between findings, so
//! that no fence, table or `<details>` is ever left open.

mod budget;
mod escape;
mod parts;

use super::format::Whole;
use super::limits::{COMMENT, SUMMARY};
use super::page::Page;

/// For a job's summary.
pub(super) fn summary(page: &Page, whole: &Whole) -> String {
    budget::fitted(page, whole, "", SUMMARY)
}

/// For a comment or an issue. Its first line is a marker by which it can be found
/// again: the command and the fleet, whatever is found.
pub(super) fn comment(page: &Page, whole: &Whole) -> String {
    budget::fitted(page, whole, &marker(page), COMMENT)
}

/// Text of one line that may hold anything, without any power.
pub fn text(text: &str) -> String {
    escape::prose(text, escape::Where::Line)
}

fn marker(page: &Page) -> String {
    // A fleet's name is checked, but a report may be made by others too.
    let letter = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let fleet: String = page.fleet.iter().flat_map(|name| name.chars()).filter(letter).take(100).collect();
    // Two dashes may not stand in an HTML comment.
    let fleet = fleet.replace("--", "-.");
    let fleet = if fleet.is_empty() { fleet } else { format!(":{}", fleet.trim_end_matches('-')) };
    format!("<!-- multicasskop:{}{fleet} -->\n", page.command)
}
