//! What `lint` and `render` found, as a page. Pure.

use super::{Exact, Fact, Item, Level, Page, Row, Rule, Section, Spot, add, by_importance, stale};
use crate::report::lint::{FileEntry, FilesEntry, FoundEntry, FoundKind, LintReport, PlaceEntry, RenderReport, RingEntry};
use crate::rule::Severity;
use crate::topology::State;

const INVALID: Rule = Rule { id: "invalid-input", title: "The input can be used", help: "" };
const NOTE: Rule = Rule { id: "note", title: "To be known", help: "" };
/// What a place in a rendered file is.
pub(super) const RENDERED: &str = "the rendered file";

/// The page of `lint`; `out` is the folder of the tree, if it is known, and `anchor` a file to
/// point to where a finding has no place of its own.
pub fn lint_page(report: &LintReport, out: Option<&str>, anchor: Option<String>) -> Page {
    let mut sections = sections(&report.findings, out);
    point(&mut sections, &report.rings);
    let rings: usize = report.rings.len();
    let mut page = Page {
        command: "lint",
        title: "Rings checked against the rules".to_owned(),
        verdict: verdict(&report.findings),
        summary: String::new(),
        fleet: report.fleet.clone(),
        at: None,
        rows: rows(&report.rings, &sections),
        sections,
        notes: Vec::new(),
        anchor: anchor.map(Spot::start_of),
        drawing: None,
    };
    page.summary = format!("{} in {}", page.counted(), count(rings, "ring"));
    page
}

/// The page of `render`, with `--check` or without; `out` and `anchor` as for [`lint_page`].
pub fn render_page(report: &RenderReport, out: Option<&str>, anchor: Option<String>) -> Page {
    let mut sections = sections(&report.findings, out);
    let differs = report.differs();
    if let Some(files) = report.files.as_ref().filter(|_| differs) {
        stale::add(&mut sections, files, &report.rings);
    }
    by_importance(&mut sections);
    point(&mut sections, &report.rings);
    let mut page = Page {
        command: "render",
        title: if report.check { "Rendered tree compared with its sources" } else { "Rings rendered" }.to_owned(),
        verdict: if differs { State::Bad } else { verdict(&report.findings) },
        summary: String::new(),
        fleet: report.fleet.clone(),
        at: None,
        rows: rows(&report.rings, &sections),
        sections,
        notes: Vec::new(),
        anchor: anchor.map(Spot::start_of),
        drawing: None,
    };
    page.summary = format!("{}; {}", told(report), page.counted());
    page
}

/// What became of the files.
fn told(report: &RenderReport) -> String {
    let Some(files) = &report.files else { return "Nothing was written".to_owned() };
    let FilesEntry { written, removed, unchanged, .. } = files;
    match (report.check, report.differs()) {
        (true, false) => format!("The tree is up to date: {}", count(*unchanged, "file")),
        (true, true) => format!(
            "The tree is not what would be rendered: {} to write, {} to remove, {unchanged} as they should be",
            written.len(),
            removed.len()
        ),
        (false, _) => format!("{} written, {} removed, {unchanged} unchanged", written.len(), removed.len()),
    }
}

fn verdict(findings: &[FoundEntry]) -> State {
    let level = findings.iter().map(level).min();
    match level {
        Some(Level::Error) => State::Bad,
        Some(Level::Warning) => State::Known,
        Some(Level::Note | Level::Allowed) | None => State::Good,
    }
}

fn level(of: &FoundEntry) -> Level {
    match of.severity {
        _ if of.allowed => Level::Allowed,
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Info => Level::Note,
    }
}

fn sections(findings: &[FoundEntry], out: Option<&str>) -> Vec<Section> {
    let mut sections = Vec::new();
    for level in Level::ALL {
        for found in findings.iter().filter(|found| self::level(found) == level) {
            add(&mut sections, found.ring.as_deref().unwrap_or_default(), found.clusters.clone(), item(found, out));
        }
    }
    sections
}

/// Points to where the ring of a section is written.
fn point(sections: &mut [Section], rings: &[RingEntry]) {
    for section in sections {
        let ring = rings.iter().find(|ring| ring.ring == section.ring);
        section.places = ring.and_then(|ring| ring.place.as_ref()).map(spot).into_iter().collect();
    }
}

fn item(found: &FoundEntry, out: Option<&str>) -> Item {
    let rule = match (found.kind, found.rule) {
        (_, Some(id)) => Rule { id: id.as_str(), title: id.rule().title, help: id.page() },
        (FoundKind::Note, None) => NOTE,
        (FoundKind::InvalidInput | FoundKind::Rule, None) => INVALID,
    };
    let rendered = |out: &str| {
        let spot =
            |line: &FileEntry| Spot { text: RENDERED.to_owned(), file: in_tree(out, &line.file), line: line.line, exact: None };
        found.rendered.iter().map(spot).collect()
    };
    let run = found.command.iter().map(|command| Fact { name: "run", text: command.clone() });
    Item {
        level: level(found),
        rule,
        message: found.message.clone(),
        path: found.path.clone(),
        lines: Vec::new(),
        places: found.places.iter().map(spot).collect(),
        related: out.map(rendered).unwrap_or_default(),
        facts: run.collect(),
        why: found.why.clone(),
        fix: found.fix.clone(),
    }
}

pub(super) fn spot(place: &PlaceEntry) -> Spot {
    let exact = Exact { column: place.column, end: Some((place.end_line, place.end_column)) };
    Spot { file: place.file.clone(), line: place.line, exact: Some(exact), text: place.text.clone() }
}

/// A file of the tree as one would open it.
pub(super) fn in_tree(out: &str, file: &str) -> String {
    format!("{}/{file}", out.trim_end_matches('/'))
}

fn rows(rings: &[RingEntry], sections: &[Section]) -> Vec<Row> {
    let row = |ring: &RingEntry, cluster: &str| {
        let concerns = |section: &&Section| {
            let here = section.clusters.is_empty() || section.clusters.iter().any(|name| name == cluster);
            section.ring == ring.ring && here
        };
        let items = || sections.iter().filter(concerns).flat_map(|section| &section.items);
        let number = |level| items().filter(|item| item.level == level).count();
        let (errors, warnings) = (number(Level::Error), number(Level::Warning));
        let words: Vec<_> = [(errors, "error"), (warnings, "warning")]
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, what)| count(number, what))
            .collect();
        Row {
            cluster: cluster.to_owned(),
            ring: ring.ring.clone(),
            state: match (errors, warnings) {
                (0, 0) => State::Good,
                (0, _) => State::Known,
                _ => State::Bad,
            },
            words: if words.is_empty() { "as it should be".to_owned() } else { words.join(", ") },
        }
    };
    rings.iter().flat_map(|ring| ring.clusters.iter().map(move |place| row(ring, &place.cluster))).collect()
}

fn count(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}
