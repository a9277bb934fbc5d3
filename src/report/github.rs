//! A report as workflow commands of GitHub Actions, which become annotations. Pure.
//!
//! A step may make ten annotations of a kind: what is the same in several clusters
//! is one, with more than ten the findings of a rule in a file share one, the most
//! important come first, and a notice says how many are left out.

use std::fmt::Write as _;

use super::limits::{ANNOTATIONS, Whole};
use super::page::{Item, Level, Page, Section, Spot};
use super::{log, terminal};

/// A longer message is cut off, in characters.
const LONGEST: usize = 2_000;

/// More clusters are counted.
const CLUSTERS: usize = 8;

/// More lines of a difference are left out.
const LINES: usize = 10;

pub(super) fn render(page: &Page, whole: &Whole) -> String {
    let mut out = String::new();
    let mut left_out = 0;
    for (level, command) in [(Level::Error, "error"), (Level::Warning, "warning")] {
        let mut marks = marks(page, level);
        if marks.len() > ANNOTATIONS {
            marks = by_file(marks);
        }
        out.extend(marks.iter().take(ANNOTATIONS).map(|mark| mark.command(command)));
        left_out += marks.iter().skip(ANNOTATIONS).map(|mark| mark.findings.len()).sum::<usize>();
    }
    let place = whole.0.as_ref().map(|place| format!("; the whole report: {place}")).unwrap_or_default();
    let more = match left_out {
        0 => String::new(),
        1 => "; 1 more finding has no annotation".to_owned(),
        number => format!("; {number} more findings have no annotation"),
    };
    if page.items().next().is_some() {
        let text = data(&format!("{}{more}{place}", page.summary));
        let title = property(&format!("multicasskop {}", page.command));
        let _ = writeln!(out, "::notice title={title}::{text}");
    }
    out
}

/// An annotation: a place, and what is found there.
struct Mark<'a> {
    rule: &'static str,
    spot: Option<&'a Spot>,
    /// One; more where they share an annotation.
    findings: Vec<Found<'a>>,
}

/// A finding, with all sections that have it.
struct Found<'a> {
    item: &'a Item,
    sections: Vec<&'a Section>,
    line: Option<usize>,
}

/// The annotations of a level; what is equal in several clusters is one.
fn marks(page: &Page, level: Level) -> Vec<Mark<'_>> {
    let mut marks: Vec<Mark<'_>> = Vec::new();
    for (section, item) in page.items().filter(|(_, item)| item.level == level) {
        let spot = page.spots(section, item).first().copied();
        let at = |spot: Option<&Spot>| spot.map(|spot| (spot.file.clone(), spot.line));
        let same = |one: &Item| one.message == item.message && one.lines == item.lines && one.fix == item.fix;
        let known = marks.iter_mut().filter(|mark| mark.rule == item.rule.id && at(mark.spot) == at(spot));
        if let Some(found) = known.flat_map(|mark| &mut mark.findings).find(|found| same(found.item)) {
            found.sections.push(section);
            continue;
        }
        let found = Found { item, sections: vec![section], line: spot.map(|spot| spot.line) };
        marks.push(Mark { rule: item.rule.id, spot, findings: vec![found] });
    }
    marks
}

/// Fewer of them: findings of a rule in a file share one, on the line of the first.
fn by_file(marks: Vec<Mark<'_>>) -> Vec<Mark<'_>> {
    let mut grouped: Vec<Mark<'_>> = Vec::new();
    for mark in marks {
        let file = |mark: &Mark<'_>| mark.spot.map(|spot| spot.file.clone());
        match grouped.iter_mut().find(|known| known.rule == mark.rule && file(known) == file(&mark)) {
            Some(known) => known.findings.extend(mark.findings),
            None => grouped.push(mark),
        }
    }
    grouped
}

impl Mark<'_> {
    fn command(&self, command: &str) -> String {
        let mut properties: Vec<_> = self.spot.into_iter().flat_map(place).collect();
        properties.push(("title", self.rule.to_owned()));
        let properties: Vec<_> = properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
        let text = match self.findings.as_slice() {
            [one] => words(one),
            several => {
                let line = |found: &Found<'_>| found.line.map(|line| format!("line {line}: ")).unwrap_or_default();
                let one = |found: &Found<'_>| format!("{}{}{}", line(found), found.item.message, titles(found, " (", ")"));
                let all: Vec<_> = several.iter().map(one).collect();
                format!("{} findings\n{}", several.len(), all.join("\n"))
            }
        };
        let cut = text.chars().count() > LONGEST;
        let text = if cut { text.chars().take(LONGEST).chain(['…']).collect() } else { text };
        format!("::{command} {}::{}\n", properties.join(","), data(&text))
    }
}

/// The rings and clusters of a finding, if it is about some.
fn titles(found: &Found<'_>, before: &str, after: &str) -> String {
    let about = |section: &&&Section| !section.ring.is_empty() || !section.clusters.is_empty();
    let titles: Vec<_> = found.sections.iter().filter(about).map(|section| section.title(CLUSTERS)).collect();
    if titles.is_empty() { String::new() } else { format!("{before}{}{after}", titles.join("; ")) }
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

fn words(found: &Found<'_>) -> String {
    let item = found.item;
    let mut text = format!("{}{}", item.message, titles(found, "\n", ""));
    let facts = item.facts.iter().map(|fact| format!("{}: {}", fact.name, fact.text));
    let reasons = [("why", &item.why), ("what to do", &item.fix)].into_iter().filter(|(_, text)| !text.is_empty());
    let reasons = reasons.map(|(name, text)| format!("{name}: {text}"));
    for line in item.lines.iter().take(LINES).cloned().chain(facts).chain(reasons) {
        let _ = write!(text, "\n{line}");
    }
    text
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
