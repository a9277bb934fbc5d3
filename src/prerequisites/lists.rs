//! Prerequisites as checklists: for a terminal, and in Markdown. Pure.

use std::fmt::Write as _;

use super::model::{ClusterPrerequisites, Need, Prerequisite, Prerequisites, Subject};
use super::verdict::{State, Verdict};
use crate::report::terminal;

/// A checklist for a terminal.
pub fn text(all: &Prerequisites) -> String {
    let mut out = String::new();
    for cluster in &all.clusters {
        let _ = writeln!(out, "{}{}", if out.is_empty() { "" } else { "\n" }, heading(cluster));
        let mut last = "";
        for item in &cluster.items {
            if item.subject.heading() != last {
                last = item.subject.heading();
                let _ = writeln!(out, "\n  {last}");
            }
            let _ = writeln!(out, "    [ ] {}: {}", one_line(&title(item)), one_line(&item.what));
            let _ = writeln!(out, "        else: {}", one_line(&item.why));
            for need in shown(item) {
                let _ = writeln!(out, "        {}", one_line(&asked(&need)));
            }
        }
    }
    out
}

/// A checklist in Markdown, with boxes that GitHub lets people tick.
pub fn markdown(all: &Prerequisites) -> String {
    let mut out = String::from("# Prerequisites\n");
    for cluster in &all.clusters {
        let _ = writeln!(out, "\n## {}", escaped(&heading(cluster)));
        let mut last = "";
        for item in &cluster.items {
            if item.subject.heading() != last {
                last = item.subject.heading();
                let _ = writeln!(out, "\n### {last}\n");
            }
            let _ = writeln!(out, "- [ ] {}: {}", code(&title(item)), with_code(&item.what));
            let needs: Vec<_> = shown(item).iter().map(|need| escaped(&asked(need))).collect();
            let _ = writeln!(out, "  <br>Else: {}. {}.", with_code(&item.why), needs.join("; "));
        }
    }
    out
}

/// A cluster's list with what was seen there, a line for each item; with what asks for those
/// that are missing. What no API server shows is one line at the end.
pub fn ticked(cluster: &ClusterPrerequisites, verdicts: &[Verdict]) -> String {
    let mut out = String::new();
    let mut hidden: Vec<&str> = Vec::new();
    for (item, verdict) in cluster.items.iter().zip(verdicts) {
        let kind = item.subject.heading();
        if verdict.invisible {
            hidden.extend((!hidden.contains(&kind)).then_some(kind));
            continue;
        }
        let detail = one_line(&verdict.detail);
        let title = format!("{kind} {}", one_line(&title(item)));
        let _ = match verdict.state {
            State::There => writeln!(out, "  [x] {title}: {detail}"),
            State::NotChecked => writeln!(out, "  [?] {title}: not checked: {detail}"),
            State::Missing => writeln!(out, "  [ ] {title}: {detail}"),
        };
        if verdict.state == State::Missing {
            let _ = writeln!(out, "        wanted: {}\n        else: {}", one_line(&item.what), one_line(&item.why));
            for need in shown(item) {
                let _ = writeln!(out, "        {}", one_line(&asked(&need)));
            }
        }
    }
    if !hidden.is_empty() {
        let _ = writeln!(out, "  [?] not checked, because no API server shows it: {}", hidden.join(", "));
    }
    out
}

fn heading(cluster: &ClusterPrerequisites) -> String {
    format!("{}, wave {}: {} prerequisites", cluster.cluster, cluster.wave, cluster.items.len())
}

/// The name of a thing, with its namespace.
fn title(item: &Prerequisite) -> String {
    let name = match &item.subject {
        Subject::StorageClass if item.name.is_empty() => "the default class",
        _ => &item.name,
    };
    match &item.namespace {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name.to_owned(),
    }
}

/// What asks, each place once, at most this many.
const MOST: usize = 5;

fn shown(item: &Prerequisite) -> Vec<Need> {
    let mut needs: Vec<_> = item.needs.iter().take(MOST).cloned().collect();
    if let (Some(last), more @ 1..) = (needs.last_mut(), item.needs.len().saturating_sub(MOST)) {
        let _ = write!(last.path, ", and {more} more");
    }
    needs
}

fn asked(need: &Need) -> String {
    let Need { ring, path, place } = need;
    match place {
        Some(place) => format!("Asked for by {ring}: {path} at {place}"),
        None => format!("Asked for by {ring}: {path}, by default or a flag"),
    }
}

/// Text of the input in one line of a terminal.
fn one_line(text: &str) -> String {
    terminal(text).replace('\n', " ")
}

/// Text that Markdown shows as it is.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in one_line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '@' | '$' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// Text as code. A backquote in it is told as an apostrophe: a name has none.
fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', "'"))
}

/// Our own sentence, in which names stand between backquotes.
fn with_code(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 0 { escaped(part) } else { code(part) }).collect()
}
