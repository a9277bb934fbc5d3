//! What `lint` and `render` found, as a page. Pure.

use super::{Exact, Fact, Item, Level, Page, Row, Rule, Section, Spot, add};
use crate::report::lint::{
    DiffEntry, FileEntry, FilesEntry, FoundEntry, FoundKind, LintReport, PlaceEntry, RenderReport, RingEntry,
};
use crate::rule::Severity;
use crate::topology::State;

const INVALID: Rule = Rule { id: "invalid-input", title: "The input can be used", help: "" };
const NOTE: Rule = Rule { id: "note", title: "To be known", help: "" };
const STALE: Rule = Rule {
    id: "render/stale",
    title: "The tree is what the sources render",
    help: "Run `multicasskop render` and commit what it writes.",
};

/// What a place in a rendered file is.
const RENDERED: &str = "the rendered file";

/// The page of `lint`; `out` is the folder of the tree, if it is known.
pub fn lint_page(report: &LintReport, out: Option<&str>) -> Page {
    let sections = sections(&report.findings, out);
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
        anchor: None,
        drawing: None,
    };
    page.summary = format!("{} in {}", page.counted(), count(rings, "ring"));
    page
}

/// The page of `render`, with `--check` or without.
pub fn render_page(report: &RenderReport) -> Page {
    let out = report.files.as_ref().map(|files| files.out.as_str());
    let mut sections = sections(&report.findings, out);
    let stale = report.differs();
    if let Some(files) = report.files.as_ref().filter(|_| stale) {
        add_stale(&mut sections, files, report);
    }
    let mut page = Page {
        command: "render",
        title: if report.check { "Rendered tree compared with its sources" } else { "Rings rendered" }.to_owned(),
        verdict: if stale { State::Bad } else { verdict(&report.findings) },
        summary: String::new(),
        fleet: report.fleet.clone(),
        at: None,
        rows: rows(&report.rings, &sections),
        sections,
        notes: Vec::new(),
        anchor: None,
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

fn spot(place: &PlaceEntry) -> Spot {
    let exact = Exact { column: place.column, end: Some((place.end_line, place.end_column)) };
    Spot { file: place.file.clone(), line: place.line, exact: Some(exact), text: place.text.clone() }
}

/// A file of the tree as one would open it.
fn in_tree(out: &str, file: &str) -> String {
    format!("{}/{file}", out.trim_end_matches('/'))
}

/// One finding for each file that is not what would be rendered; equal ones of several clusters together.
fn add_stale(sections: &mut Vec<Section>, files: &FilesEntry, report: &RenderReport) {
    let changed = files.written.iter().map(|file| (file, "is not what would be rendered"));
    let removed = files.removed.iter().map(|file| (file, "belongs to nothing that is rendered any more"));
    let mut folded: Vec<(Vec<String>, String, Item)> = Vec::new();
    for (file, what) in changed.chain(removed) {
        let (cluster, name) = file.split_once('/').unwrap_or(("", file));
        let ring = ring_of(name, report);
        let lines = files.differences.iter().find(|diff| diff.file == *file).map(lines).unwrap_or_default();
        let spot = Spot { file: in_tree(&files.out, file), line: 1, exact: None, text: RENDERED.to_owned() };
        let message = format!("`{name}` {what}");
        let known = folded.iter_mut().find(|(_, of, item)| *of == ring && item.message == message && item.lines == lines);
        if let Some((clusters, _, item)) = known {
            clusters.push(cluster.to_owned());
            item.related.push(spot);
            continue;
        }
        let item = Item {
            level: Level::Error,
            rule: STALE,
            message,
            path: String::new(),
            lines,
            places: Vec::new(),
            related: vec![spot],
            facts: Vec::new(),
            why: "what is in Git is applied, so a change that is not rendered does not reach the clusters".to_owned(),
            fix: "run `multicasskop render` and commit what it writes".to_owned(),
        };
        folded.push((vec![cluster.to_owned()], ring, item));
    }
    for (clusters, ring, item) in folded {
        add(sections, &ring, clusters, item);
    }
}

/// The ring of a file of the tree, where its name tells.
fn ring_of(name: &str, report: &RenderReport) -> String {
    let stem = name.strip_suffix(".yaml").unwrap_or(name);
    let is = |ring: &&RingEntry| ring.ring == stem || stem.strip_suffix("-seeds") == Some(ring.ring.as_str());
    report.rings.iter().find(is).map(|ring| ring.ring.clone()).unwrap_or_default()
}

/// The lines of a unified difference, without the names of the files.
fn lines(diff: &DiffEntry) -> Vec<String> {
    let text = crate::report::terminal(&diff.text);
    text.lines().filter(|line| !line.starts_with("--- ") && !line.starts_with("+++ ")).map(str::to_owned).collect()
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
