//! The parts of a report as Markdown: head, table, findings, long and short. Pure.

use std::fmt::Write as _;

use super::escape::{Where, code, fenced, prose};
use crate::report::page::{Item, Level, Page, Row, Section, Spot, names};
use crate::topology::State;

/// More names than this are counted.
const NAMES: usize = 8;
/// More places than this are counted.
const PLACES: usize = 5;
/// More effects of a section than this are counted.
const EFFECTS: usize = 12;
/// Lines of a difference are cut off behind so many characters.
const WIDE: usize = 300;
/// More lines than this are counted.
const LINES: usize = 60;

/// A picture for a state; the word beside it says the same.
pub(super) fn sign(state: State) -> &'static str {
    match state {
        State::Good => "✅",
        State::Known => "🔷",
        State::Unknown => "❔",
        State::Bad => "❌",
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "❌",
        Level::Warning => "⚠️",
        Level::Note => "ℹ️",
        Level::Allowed => "🔷",
    }
}

/// Heading, answer, counts.
pub(super) fn head(page: &Page) -> String {
    let fleet = page.fleet.as_ref().map(|name| format!(", fleet {}", code(name, Where::Line))).unwrap_or_default();
    let at = page.at.map(|at| format!(" Looked at {}.", at.strftime("%Y-%m-%d %H:%M UTC"))).unwrap_or_default();
    let danger = page.danger().map(|words| format!("❌ **danger** {}\n\n", prose(&words, Where::Line))).unwrap_or_default();
    let signs = page.signs().map(|signs| format!("In the differences {signs}.\n\n")).unwrap_or_default();
    format!(
        "## {} {}{fleet}\n\n**{}.**{at}\n\n{danger}{signs}",
        sign(page.verdict),
        prose(&page.title, Where::Line),
        prose(&page.summary, Where::Line)
    )
}

/// The head of the table of states.
pub(super) const TABLE: &str = "| Cluster | Ring | State |\n|---|---|---|\n";

/// A row of it.
pub(super) fn row(row: &Row) -> String {
    let ring = if row.ring.is_empty() { "all".to_owned() } else { code(&row.ring, Where::Cell) };
    format!("| {} | {ring} | {} {} |\n", code(&row.cluster, Where::Cell), sign(row.state), prose(&row.words, Where::Cell))
}

/// The heading of a section, as Markdown.
pub(super) fn heading(section: &Section) -> String {
    format!("### {}\n\n", title(section, Where::Line))
}

/// The heading of a section as the line that is seen while it is folded.
pub(super) fn folded_heading(section: &Section) -> String {
    let findings = match section.items.len() {
        0 => "what CassKop will do".to_owned(),
        1 => "1 finding".to_owned(),
        number => format!("{number} findings"),
    };
    format!("<details>\n<summary>{}: {findings}</summary>\n\n", title(section, Where::Html))
}

fn title(section: &Section, place: Where) -> String {
    let clusters: Vec<_> = section.clusters.iter().take(NAMES).map(|name| code(name, place)).collect();
    let more = section.clusters.len().saturating_sub(NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let same =
        if section.clusters.len() > 1 { format!(", the same in {} clusters", section.clusters.len()) } else { String::new() };
    let ring = code(&section.ring, place);
    match (section.ring.is_empty(), clusters.is_empty()) {
        (true, true) => "In general".to_owned(),
        (false, true) => ring,
        (true, false) => format!("{}{more}{same}", clusters.join(", ")),
        (false, false) => format!("{ring} in {}{more}{same}", clusters.join(", ")),
    }
}

/// What CassKop will do, as a list.
pub(super) fn effects(section: &Section) -> String {
    if section.effects.is_empty() {
        return String::new();
    }
    let mut out = "If Git were applied now:\n\n".to_owned();
    for effect in section.effects.iter().take(EFFECTS) {
        let sign = if effect.danger { "❌ **danger** " } else { "" };
        let _ = writeln!(out, "* {sign}{}", prose(&effect.text, Where::Line));
    }
    if section.effects.len() > EFFECTS {
        let _ = writeln!(out, "* and {} more", section.effects.len() - EFFECTS);
    }
    out.push('\n');
    out
}

/// A finding in one line.
pub(super) fn brief(item: &Item) -> String {
    let place = item.places.first().or(item.related.first()).map(|spot| format!(" ({})", spot_code(spot))).unwrap_or_default();
    format!("* {} {}: {}{place}\n", level(item.level), rule(item), prose(&item.message, Where::Line))
}

fn rule(item: &Item) -> String {
    format!("{} {}", item.level.as_str(), code(item.rule.id, Where::Line))
}

/// A finding with all that is known of it.
pub(super) fn full(item: &Item) -> String {
    let mut out = format!("#### {} {}\n\n{}.\n\n", level(item.level), rule(item), prose(&item.message, Where::Line));
    if !item.lines.is_empty() {
        let mut lines: Vec<_> = item.lines.iter().take(LINES).cloned().collect();
        if item.lines.len() > LINES {
            lines.push(format!("… and {} more lines", item.lines.len() - LINES));
        }
        out.push_str(&fenced(&lines, "diff", WIDE));
        out.push('\n');
    }
    let mut list = |name: &str, text: String| {
        let _ = writeln!(out, "* {name}: {text}");
    };
    if !item.path.is_empty() && !item.message.contains(&item.path) {
        list("value", code(&item.path, Where::Line));
    }
    for fact in &item.facts {
        list(fact.name, prose(&fact.text, Where::Line));
    }
    if !item.places.is_empty() {
        list("written in", spots(&item.places));
    }
    if !item.related.is_empty() {
        list("rendered to", spots(&item.related));
    }
    if !item.why.is_empty() {
        list("why", prose(&item.why, Where::Line));
    }
    if !item.fix.is_empty() {
        list("what to do", prose(&item.fix, Where::Line));
    }
    out.push('\n');
    out
}

fn spots(spots: &[Spot]) -> String {
    let shown: Vec<_> = spots.iter().map(spot_code).collect();
    names(&shown, PLACES)
}

fn spot_code(spot: &Spot) -> String {
    code(&spot.shown(), Where::Line)
}

/// A note.
pub(super) fn note(text: &str) -> String {
    format!("* {}\n", prose(text, Where::Line))
}
