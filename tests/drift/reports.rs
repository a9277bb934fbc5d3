//! Each format of a report that has something of everything.

#![cfg(test)]

use multicasskop::check::{Class, Direction};
use multicasskop::report::{Style, drift_metrics, drift_text, model_text};
use serde_json::json;

use crate::sample::{cluster, difference, everything, report, ring};

#[test]
fn people_get_a_table_and_each_difference_once() {
    insta::assert_snapshot!("text", drift_text(&everything(), Style::Plain));
}

#[test]
fn colours_change_nothing_but_colours() {
    let coloured = drift_text(&everything(), Style::Colour);
    let plain = drift_text(&everything(), Style::Plain);
    assert!(coloured.contains("\u{1b}[31m- "), "{coloured}");
    let mut stripped = String::new();
    let mut rest = coloured.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        stripped.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    assert_eq!(stripped + rest, plain);
}

#[test]
fn programs_get_the_model() {
    insta::assert_snapshot!("json", model_text(&everything()));
}

#[test]
fn prometheus_gets_every_class_of_every_checked_ring() {
    insta::assert_snapshot!("prometheus", drift_metrics(&everything()));
}

#[test]
fn what_is_clean_is_one_line() {
    let clean = report(vec![
        cluster("k1", vec![ring("a", Direction::Same, Vec::new())]),
        cluster("k2", vec![ring("a", Direction::Same, Vec::new())]),
    ]);
    let text = drift_text(&clean, Style::Plain);
    assert_eq!(text, "2 live rings: nothing differs from Git that should not; 2 of 2 clusters checked\n");
}

#[test]
fn a_large_fleet_with_one_change_is_told_in_a_few_lines() {
    let image = || difference("spec.cassandraImage", Class::NotApplied, Some(json!("a:2")), Some(json!("a:1")));
    let clusters = (0..500).map(|at| cluster(&format!("k{at}"), vec![ring("demo", Direction::OtherRevision, vec![image()])]));
    let text = drift_text(&report(clusters.collect()), Style::Plain);
    let (table, rest) = text.split_once("\n\n").unwrap();
    assert_eq!(table.lines().count(), 501);
    assert_eq!(rest.matches("spec.cassandraImage").count(), 1, "{rest}");
    assert!(rest.contains("k7 and 492 more"), "{rest}");
}

#[test]
fn nothing_of_the_input_acts_on_a_terminal() {
    let evil = "\u{1b}]0;x\u{7}\u{202e}\r";
    let mut found = difference(evil, Class::Extra, Some(json!(evil)), Some(json!({ evil: [evil, format!("{evil}\n{evil}")] })));
    found.actors = vec![multicasskop::check::Actor {
        manager: evil.to_owned(),
        operation: evil.to_owned(),
        time: None,
        kind: multicasskop::check::ActorKind::Person,
    }];
    let mut all = report(vec![cluster("k1", vec![ring(evil, Direction::Both, vec![found])])]);
    all.notes.push(evil.to_owned());
    let text = drift_text(&all, Style::Plain);
    assert!(!text.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')), "{text:?}");
    let metrics = drift_metrics(&all);
    assert!(metrics.lines().all(|line| line.starts_with('#') || line.starts_with("multicasskop_drift_")), "{metrics}");
}
