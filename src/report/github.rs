//! A report as workflow commands of GitHub Actions, which become annotations. Pure.
//!
//! A step may make ten annotations of a kind: the most important come first, and
//! a notice says how many more there are.

use std::fmt::Write as _;

use super::format::Whole;
use super::limits::ANNOTATIONS;
use super::page::{Item, Level, Page, Section, Spot};
use super::{log, terminal};

/// A longer message is cut off, in characters.
const LONGEST: usize = 2_000;

/// More clusters are counted.
const CLUSTERS: usize = 8;

pub(super) fn render(page: &Page, whole: &Whole) -> String {
    let items = page.by_importance();
    let mut out = String::new();
    let mut left_out = 0;
    for (level, command) in [(Level::Error, "error"), (Level::Warning, "warning")] {
        let of_level: Vec<_> = items.iter().filter(|(_, item)| item.level == level).collect();
        out.extend(of_level.iter().take(ANNOTATIONS).map(|(section, item)| annotation(command, page, section, item)));
        left_out += of_level.len().saturating_sub(ANNOTATIONS);
    }
    let place = whole.0.as_ref().map(|place| format!("; the whole report: {place}")).unwrap_or_default();
    let more = if left_out > 0 { format!("; {left_out} more findings have no annotation") } else { String::new() };
    if !items.is_empty() {
        let text = data(&format!("{}{more}{place}", page.summary));
        let title = property(&format!("multicasskop {}", page.command));
        let _ = writeln!(out, "::notice title={title}::{text}");
    }
    out
}

fn annotation(command: &str, page: &Page, section: &Section, item: &Item) -> String {
    let anchor = page.anchor.as_ref().map(|file| Spot { file: file.clone(), line: 1, exact: None, text: String::new() });
    let spot = item.places.first().or(item.related.first()).cloned().or(anchor);
    let mut properties: Vec<_> = spot.iter().filter(|spot| !spot.file.starts_with('<')).flat_map(place).collect();
    properties.push(("title", item.rule.id.to_owned()));
    let properties: Vec<_> = properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    format!("::{command} {}::{}\n", properties.join(","), data(&words(section, item)))
}

fn place(spot: &Spot) -> Vec<(&'static str, String)> {
    let mut place = vec![("file", spot.file.trim_start_matches("./").to_owned()), ("line", spot.line.to_string())];
    let Some(exact) = spot.exact else { return place };
    match exact.end {
        // Columns are only taken where the place is on one line.
        Some((line, column)) if line == spot.line => {
            place.extend([("endLine", line.to_string()), ("col", exact.column.to_string()), ("endColumn", column.to_string())]);
        }
        Some((line, _)) => place.push(("endLine", line.to_string())),
        None => place.push(("col", exact.column.to_string())),
    }
    place
}

fn words(section: &Section, item: &Item) -> String {
    let mut lines = vec![item.message.clone()];
    if !section.ring.is_empty() || !section.clusters.is_empty() {
        lines.push(section.title(CLUSTERS));
    }
    lines.extend(item.lines.iter().take(10).cloned());
    lines.extend(item.facts.iter().map(|fact| format!("{}: {}", fact.name, fact.text)));
    lines.extend(
        [("why", &item.why), ("what to do", &item.fix)]
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| format!("{name}: {text}")),
    );
    let text = lines.join("\n");
    if text.chars().count() > LONGEST { text.chars().take(LONGEST).chain(['…']).collect() } else { text }
}

/// How a message is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandLevel {
    /// For information.
    Notice,
    /// Something is not as it should be.
    Warning,
}

/// A message of its own, with no place in a file.
pub fn workflow_command(level: CommandLevel, title: &str, text: &str) -> String {
    let command = match level {
        CommandLevel::Notice => "notice",
        CommandLevel::Warning => "warning",
    };
    format!("::{command} title={}::{}\n", property(title), data(text))
}

/// The text of a command.
fn data(text: &str) -> String {
    log(&terminal(text)).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
