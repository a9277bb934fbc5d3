//! What was found, as HTML: a group for the same clusters of a ring. Pure.

use maud::{Markup, html};

use super::{level, prose, text};
use crate::report::page::{Item, Level, Page, Section, Spot};

/// More clusters than this are folded.
const CLUSTERS: usize = 12;
/// Findings that call for nothing are folded if there are more than this.
const QUIET: usize = 3;

pub(super) fn sections(page: &Page) -> Markup {
    html! {
        @if !page.sections.is_empty() {
            section aria-labelledby="found" {
                h2 id="found" { "What was found" }
                @if let Some(signs) = page.signs() { p class="aside" { (signs) "." } }
                @for (at, section) in page.sections.iter().enumerate() { (group(at, section)) }
            }
        }
    }
}

fn group(at: usize, section: &Section) -> Markup {
    let id = format!("group-{at}");
    let (loud, quiet): (Vec<_>, Vec<_>) = section.items.iter().partition(|item| item.level <= Level::Warning);
    let fold = quiet.len() > QUIET;
    html! {
        section class="group" aria-labelledby=(id) {
            h3 id=(id) { (heading(section)) }
            @if section.clusters.len() > CLUSTERS {
                details { summary { "All " (section.clusters.len()) " clusters" } p { (text(&section.clusters.join(", "))) } }
            }
            @for found in loud { (item(found)) }
            @if fold {
                details { summary { (quiet.len()) " that call for nothing" } @for found in quiet { (item(found)) } }
            } @else {
                @for found in quiet { (item(found)) }
            }
            @if !section.effects.is_empty() {
                div class="will" {
                    h4 { "If Git were applied now" }
                    ul { @for effect in &section.effects { li { @if effect.danger { span class="tag is-bad" { span aria-hidden="true" { "✗ " } "danger" } " " } (prose(&effect.text)) } } }
                }
            }
        }
    }
}

fn heading(section: &Section) -> Markup {
    html! {
        (text(&section.title(CLUSTERS)))
        @if section.clusters.len() > 1 { span class="aside" { " the same in " (section.clusters.len()) " clusters" } }
    }
}

fn item(item: &Item) -> Markup {
    let (class, sign) = level(item.level);
    html! {
        div class="found" {
            h4 {
                span class={"tag " (class)} { span aria-hidden="true" { (sign) " " } (item.level.as_str()) }
                (prose(&item.message))
            }
            p class="aside" { (item.rule.id) @if !item.rule.help.is_empty() { ", what should hold: " (item.rule.title) } }
            @if !item.lines.is_empty() { (lines(&item.lines)) }
            dl {
                @for fact in &item.facts { dt { (fact.name) } dd { (prose(&fact.text)) } }
                @if !item.path.is_empty() && !item.message.contains(&item.path) { dt { "value" } dd { code { (text(&item.path)) } } }
                @if !item.places.is_empty() { dt { "written in" } dd { (spots(&item.places)) } }
                @if !item.related.is_empty() { dt { "rendered to" } dd { (files(&item.related)) } }
                @if !item.why.is_empty() { dt { "why" } dd { (prose(&item.why)) } }
                @if !item.fix.is_empty() { dt { "what to do" } dd { (prose(&item.fix)) } }
            }
        }
    }
}

fn lines(lines: &[String]) -> Markup {
    html! {
        div class="lines" {
            @for line in lines {
                @match line.chars().next() {
                    Some('-') => del { (text(line)) },
                    Some('+') => ins { (text(line)) },
                    _ => span { (text(line)) },
                }
            }
        }
    }
}

/// Places with what is there.
fn spots(spots: &[Spot]) -> Markup {
    list(spots, |spot| {
        html! { code { (text(&spot.shown())) } @if !spot.text.is_empty() { span class="aside" { " " (prose(&spot.text)) } } }
    })
}

/// Places that need no words, since what they are called says it.
fn files(spots: &[Spot]) -> Markup {
    list(spots, |spot| html! { code { (text(&spot.shown())) } })
}

fn list(spots: &[Spot], one: impl Fn(&Spot) -> Markup) -> Markup {
    html! {
        @match spots {
            [only] => (one(only)),
            several => ul { @for spot in several { li { (one(spot)) } } },
        }
    }
}
