//! Findings as text, with the lines of the source that they are about.
//!
//! What is wrong, where (file, line, column and the line itself), why it matters
//! and what to do. Pure.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Renderer, Snippet};

use super::escape::terminal;
use super::{Counts, Report, command};
use crate::finding::{Finding, Label, Severity};
use crate::source::{SourceId, Sources, Span};

/// How text may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Plain.
    Plain,
    /// With colours.
    Colour,
}

/// Labels that are further apart than this are shown in pieces of their own.
const FAR: usize = 4096;

/// A line is shown if the label stands no further right than this, and no
/// further than this behind the label: a file of 30 MB may be one line.
const WIDE: usize = 16_384;

/// One finding.
pub fn finding(finding: &Finding, sources: &Sources, style: Style) -> String {
    let level = match finding.severity {
        _ if finding.allowed => Level::NOTE.with_name("allowed"),
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mut title = level.primary_title(terminal(&finding.message));
    if let Some(rule) = finding.rule_id() {
        title = title.id(rule.as_str());
    }
    let mut group = title.elements(pieces(&finding.labels, sources));
    let place = subject(finding);
    if !place.is_empty() {
        group = group.element(Level::NOTE.message(place));
    }
    if !finding.why.is_empty() {
        group = group.element(Level::NOTE.with_name("why").message(terminal(&finding.why)));
    }
    if !finding.fix.is_empty() {
        group = group.element(Level::HELP.message(terminal(&finding.fix)));
    }
    if let Some(command) = command(finding, sources) {
        group = group.element(Level::HELP.with_name("run").message(terminal(&command).into_owned()));
    }
    render(group, style)
}

fn render(group: Group<'_>, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Colour => Renderer::styled(),
    };
    let mut text = renderer.decor_style(DecorStyle::Ascii).render(&[group]);
    text.push('\n');
    text
}

/// Which ring and clusters it is about.
fn subject(finding: &Finding) -> String {
    let clusters: Vec<_> = finding.clusters.iter().map(|cluster| format!("`{cluster}`")).collect();
    let ring = finding.ring.as_ref().map(|ring| format!("ring `{ring}`")).unwrap_or_default();
    match (clusters.as_slice(), ring.is_empty()) {
        ([], _) => String::new(),
        (clusters, true) => format!("in {}", clusters.join(", ")),
        (clusters, false) => format!("{ring} in {}", clusters.join(", ")),
    }
}

/// The pieces of source that the labels are in: one for labels that are near each
/// other, the main one first.
fn pieces<'a>(labels: &'a [Label], sources: &'a Sources) -> impl Iterator<Item = Element<'a>> {
    let mut groups: Vec<(SourceId, Vec<(bool, &Label)>)> = Vec::new();
    for (at, label) in labels.iter().enumerate() {
        let near = |others: &[(bool, &Label)]| {
            others.iter().all(|(_, other)| (other.span.start.abs_diff(label.span.start) as usize) < FAR)
        };
        match groups.iter_mut().find(|(source, others)| *source == label.span.source && near(others)) {
            Some((_, others)) => others.push((at == 0, label)),
            None => groups.push((label.span.source, vec![(at == 0, label)])),
        }
    }
    groups.into_iter().map(|(source, labels)| piece(source, &labels, sources))
}

fn piece<'a>(source: SourceId, labels: &[(bool, &'a Label)], sources: &'a Sources) -> Element<'a> {
    let text = sources.get(source).text();
    let start = labels.iter().map(|(_, label)| label.span.start as usize).min().unwrap_or(0).min(text.len());
    let end = labels.iter().map(|(_, label)| shown_end(label, text)).max().unwrap_or(0).max(start);
    let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let place = sources.position(Span { source, start: u32::try_from(start).unwrap_or(u32::MAX), end: 0 });
    if start - from > WIDE {
        return Level::NOTE.with_name("at").message(terminal(&place.to_string()).into_owned()).into();
    }
    let line = place.line;
    let limit = boundary(text, end.saturating_add(WIDE));
    let to = text[end..limit].find('\n').map_or(limit, |at| end + at);
    let slice = &text[from..to];
    // Escaping changes lengths, so places are counted in the escaped text.
    let place = |at: usize| terminal(&slice[..at - from]).len();
    let annotations = labels.iter().map(|(main, label)| {
        let kind = if *main { AnnotationKind::Primary } else { AnnotationKind::Context };
        let span = place(label.span.start as usize)..place(shown_end(label, text));
        let words = (!label.text.is_empty()).then(|| terminal(&label.text));
        let annotation = kind.span(span);
        match words {
            Some(words) => annotation.label(words),
            None => annotation,
        }
    });
    let name = terminal(sources.get(source).name()).into_owned();
    Snippet::source(terminal(slice)).line_start(line).path(name).annotations(annotations).into()
}

/// Where a label's underline ends: at the end of its first line.
fn shown_end(label: &Label, text: &str) -> usize {
    let (start, end) = ((label.span.start as usize).min(text.len()), (label.span.end as usize).min(text.len()));
    let end = end.min(boundary(text, start.saturating_add(WIDE)));
    text.get(start..end).and_then(|value| value.find('\n')).map_or(end, |at| start + at)
}

/// The last place between two characters that is not behind `at`.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// The last line: how many of what.
pub fn summary(report: &Report<'_>) -> String {
    let Counts { errors, warnings, infos, allowed } = report.counts();
    let count = |number: usize, one: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{number} {one}s")),
    };
    let allowed = (allowed > 0).then(|| format!("{allowed} allowed"));
    let told: Vec<_> =
        [count(errors, "error"), count(warnings, "warning"), count(infos, "remark"), allowed].into_iter().flatten().collect();
    if told.is_empty() { "nothing to report".to_owned() } else { told.join(", ") }
}
