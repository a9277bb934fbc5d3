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

use super::limits::{COMMENT, SUMMARY, Whole};
use super::marker::Marker;
use super::page::Page;

/// For a job's summary.
pub(super) fn summary(page: &Page, whole: &Whole) -> String {
    budget::fitted(page, whole, "", SUMMARY)
}

/// For a comment or an issue. Its first line is a marker by which it can be found
/// again: the command and the fleet file, whatever is found.
pub(super) fn comment(page: &Page, whole: &Whole) -> String {
    let file = page.anchor.as_ref().map(|spot| spot.file.as_str()).unwrap_or_default();
    budget::fitted(page, whole, &(Marker::new(page.command, file).line("") + "\n"), COMMENT)
}

/// Text of one line that may hold anything, without any power.
pub fn text(text: &str) -> String {
    escape::prose(text, escape::Where::Line)
}
