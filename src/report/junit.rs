//! A report as the XML of `JUnit`, for what shows results of tests. Pure.
//!
//! A test case is a ring in a cluster, so that a clean run has cases that pass.
//! What could not be looked at is an error, what is not as it should be a failure.

use std::fmt::Write as _;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::page::{Item, Level, Page, Row, Section};
use super::terminal;
use crate::topology::State;

/// A longer text is cut off, in characters.
const LONGEST: usize = 20_000;

pub(super) fn render(page: &Page) -> String {
    let mut report = Report::new(format!("multicasskop {}", page.command));
    let mut suite = TestSuite::new(clean(page.fleet.as_deref().unwrap_or(page.command)));
    suite.add_test_cases(page.rows.iter().map(|row| case(page, row)));
    let alone = |section: &&Section| !page.rows.iter().any(|row| concerns(section, row));
    suite.add_test_cases(page.sections.iter().filter(alone).map(|section| general(page, section)));
    if suite.test_cases.is_empty() {
        let status = if page.verdict == State::Good { TestCaseStatus::success() } else { failed(page.verdict, &page.summary) };
        suite.add_test_case(TestCase::new(clean(&page.title), status));
    }
    report.add_test_suite(suite);
    // It is written to memory, and all names and texts are text.
    report.to_string().unwrap_or_default() + "\n"
}

/// Whether a section is about a row.
fn concerns(section: &Section, row: &Row) -> bool {
    section.ring == row.ring && (section.clusters.is_empty() || section.clusters.contains(&row.cluster))
}

fn case(page: &Page, row: &Row) -> TestCase {
    let sections = page.sections.iter().filter(|section| concerns(section, row));
    let text: String = sections.map(words).collect();
    let status = match row.state {
        State::Good | State::Known => TestCaseStatus::success(),
        State::Bad | State::Unknown => {
            let mut status = failed(row.state, &row.words);
            status.set_description(clean(&text));
            status
        }
    };
    let name = if row.ring.is_empty() { row.cluster.clone() } else { format!("{} in {}", row.ring, row.cluster) };
    let mut case = TestCase::new(clean(&name), status);
    case.set_classname(clean(&row.cluster));
    if row.state == State::Known {
        case.set_system_out(clean(&format!("{}\n{text}", row.words)));
    }
    case
}

/// What is about no ring in a cluster, such as an unreadable file.
fn general(page: &Page, section: &Section) -> TestCase {
    let worst = section.items.iter().map(|item| item.level).min();
    let text = words(section);
    let status = if worst == Some(Level::Error) {
        let first = section.items.first().map(|item| item.message.as_str()).unwrap_or_default();
        let mut status = failed(State::Bad, first);
        status.set_description(clean(&text));
        status
    } else {
        TestCaseStatus::success()
    };
    let mut case = TestCase::new(clean(&section.title(usize::MAX)), status);
    case.set_classname(page.command);
    if worst != Some(Level::Error) {
        case.set_system_out(clean(&text));
    }
    case
}

fn failed(state: State, message: &str) -> TestCaseStatus {
    let kind = if state == State::Unknown { NonSuccessKind::Error } else { NonSuccessKind::Failure };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(clean(message));
    status
}

fn words(section: &Section) -> String {
    let mut text: String = section.items.iter().map(one).collect();
    for effect in &section.effects {
        let _ = writeln!(text, "If Git were applied now: {}", effect.text);
    }
    text
}

fn one(item: &Item) -> String {
    let mut text = format!("{} {}: {}\n", item.level.as_str(), item.rule.id, item.message);
    let lines = item.lines.iter().map(|line| format!("    {line}\n"));
    let places = item.places.iter().chain(&item.related).map(|spot| format!("  at {}\n", spot.shown()));
    let facts = item.facts.iter().map(|fact| format!("  {}: {}\n", fact.name, fact.text));
    text.extend(lines.chain(places).chain(facts));
    for (name, words) in [("why", &item.why), ("what to do", &item.fix)] {
        if !words.is_empty() {
            let _ = writeln!(text, "  {name}: {words}");
        }
    }
    text
}

/// Text without what XML cannot hold; the crate writes `<`, `&` and quotes.
fn clean(text: &str) -> String {
    let text = terminal(text);
    let mut kept: String =
        text.chars().take(LONGEST).map(|c| if matches!(c, '\u{fffe}' | '\u{ffff}') { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        kept.push('…');
    }
    kept
}
