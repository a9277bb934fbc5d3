//! A report as one HTML file that needs nothing else: no script, no font, no
//! image, no request. Pure; maud escapes all that comes from the input.
//!
//! The answer comes first, then the state of each ring in each cluster, then what
//! was found, what is alike in the same clusters together, then the drawing. It
//! follows the reader's light or dark scheme, and is made for a phone, a printer,
//! a keyboard and a screen reader as well.

mod found;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::page::{Level, Page, Row};
use super::terminal;
use crate::topology::{RingDrawing, STYLE, State, drawings};

/// More rows that are as they should be than this are folded.
const FOLDED: usize = 12;

const STATES: [(State, &str); 4] = [
    (State::Good, "as it should be"),
    (State::Known, "differs as allowed or asked for"),
    (State::Unknown, "could not be seen"),
    (State::Bad, "not as it should be"),
];

pub(super) fn render(page: &Page) -> String {
    let drawn = page.drawing.as_ref().map(|(topology, marks)| drawings(topology, marks)).unwrap_or_default();
    let title = format!("{} {}: {}", page.verdict.sign(), page.title, page.summary);
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content=(concat!("multicasskop ", env!("CARGO_PKG_VERSION")));
                title { (text(&title)) }
                style { (PreEscaped(include_str!("style.css"))) @if !drawn.is_empty() { (PreEscaped(STYLE)) } }
            }
            body {
                a class="skip" href="#main" { "Skip to the report" }
                (head(page))
                (contents(page, &drawn))
                main id="main" {
                    (rows(page))
                    (found::sections(page))
                    (chart(&drawn))
                    (notes(page))
                }
                footer { p { "Written by multicasskop " (env!("CARGO_PKG_VERSION")) "." } }
            }
        }
    };
    document.into_string() + "\n"
}

/// Text of the input, without control characters and such as turn text around.
fn text(text: &str) -> String {
    terminal(text).into_owned()
}

/// Text in which parts between backticks are code.
fn prose(words: &str) -> Markup {
    let words = text(words);
    if !words.matches('`').count().is_multiple_of(2) {
        return html! { (words) };
    }
    html! {
        @for (at, part) in words.split('`').enumerate() {
            @if at % 2 == 0 { (part) } @else { code { (part) } }
        }
    }
}

fn class(state: State) -> &'static str {
    match state {
        State::Good => "is-good",
        State::Known => "is-known",
        State::Unknown => "is-unknown",
        State::Bad => "is-bad",
    }
}

fn head(page: &Page) -> Markup {
    html! {
        header class=(class(page.verdict)) {
            p class="aside" {
                "multicasskop " (page.command)
                @if let Some(fleet) = &page.fleet { ", fleet " (text(fleet)) }
                @if let Some(at) = page.at {
                    ", looked at " time datetime=(at.to_string()) { (at.strftime("%Y-%m-%d %H:%M UTC").to_string()) }
                }
            }
            h1 { (prose(&page.title)) }
            p class="answer" {
                span class={"tag " (class(page.verdict))} { span aria-hidden="true" { (page.verdict.sign()) " " } (answer(page.verdict)) }
                " " (prose(&page.summary)) "."
            }
            @if let Some(words) = page.danger() {
                p { span class="tag is-bad" { span aria-hidden="true" { "✗ " } "danger" } " " (text(&words)) }
            }
            @if !page.summary.contains(&page.counted()) { p class="aside" { (page.counted()) } }
        }
    }
}

fn answer(state: State) -> &'static str {
    match state {
        State::Good => "all good",
        State::Known => "good, with remarks",
        State::Unknown => "could not tell",
        State::Bad => "needs attention",
    }
}

fn contents(page: &Page, drawn: &[RingDrawing]) -> Markup {
    html! {
        nav aria-label="Parts of the report" {
            ul {
                @if !page.rows.is_empty() { li { a href="#clusters" { "Clusters" } } }
                @if !page.sections.is_empty() { li { a href="#found" { "What was found" } } }
                @if !drawn.is_empty() { li { a href="#topology" { "Topology" } } }
                @if !page.notes.is_empty() { li { a href="#notes" { "Notes" } } }
            }
        }
    }
}

fn rows(page: &Page) -> Markup {
    let (good, other): (Vec<_>, Vec<_>) = page.rows.iter().partition(|row| row.state == State::Good);
    let fold = good.len() > FOLDED && !other.is_empty();
    let shown: Vec<_> = if fold { other } else { page.rows.iter().collect() };
    html! {
        @if !page.rows.is_empty() {
            section aria-labelledby="clusters" {
                h2 id="clusters" { "Clusters" }
                (table("The state of each ring in each cluster", &shown))
                @if fold {
                    details {
                        summary { (good.len()) " more are as they should be" }
                        (table("What is as it should be", &good))
                    }
                }
            }
        }
    }
}

fn table(caption: &str, rows: &[&Row]) -> Markup {
    html! {
        table class="stack" {
            caption { (caption) }
            thead { tr { th scope="col" { "Cluster" } th scope="col" { "Ring" } th scope="col" { "State" } } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { (text(&row.cluster)) }
                        td { @if row.ring.is_empty() { "all" } @else { (text(&row.ring)) } }
                        td { span class={"tag " (class(row.state))} { span aria-hidden="true" { (row.state.sign()) " " } (prose(&row.words)) } }
                    }
                }
            }
        }
    }
}

fn chart(drawn: &[RingDrawing]) -> Markup {
    html! {
        @if !drawn.is_empty() {
            section aria-labelledby="topology" {
                h2 id="topology" { "Topology" }
                ul class="legend" {
                    @for (state, words) in STATES {
                        li { span class={"tag " (class(state))} { span aria-hidden="true" { (state.sign()) " " } (words) } }
                    }
                }
                p class="aside" { "Square nodes are seeds, round ones are not; the number is the pod's number in its rack. Clusters stand in the order in which they get changes." }
                @for ring in drawn {
                    h3 { (text(&ring.name)) }
                    @for words in &ring.words { p class="aside" { (text(words)) } }
                    ol class="chart" {
                        // Drawn and escaped by the topology.
                        @for cluster in &ring.clusters { li { (PreEscaped(&cluster.svg)) } }
                    }
                    @if ring.more > 0 { p { "and " (ring.more) " more clusters" } }
                }
            }
        }
    }
}

fn notes(page: &Page) -> Markup {
    html! {
        @if !page.notes.is_empty() {
            section aria-labelledby="notes" {
                h2 id="notes" { "Notes" }
                ul { @for note in &page.notes { li { (prose(note)) } } }
            }
        }
    }
}

/// How a level looks.
fn level(level: Level) -> (&'static str, &'static str) {
    match level {
        Level::Error => ("is-bad", "✗"),
        Level::Warning => ("is-warn", "!"),
        Level::Note => ("is-known", "i"),
        Level::Allowed => ("is-known", "~"),
    }
}
