//! Since when: the history from run to run.

#![cfg(test)]

use jiff::{SignedDuration, Timestamp};
use multicasskop::check::{Class, Direction, DriftReport, NotChecked};
use multicasskop::history::{History, KEPT};
use serde_json::json;

use crate::sample::{cluster, difference, report, ring};

fn at(hours: i64) -> Timestamp {
    "2026-11-20T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

/// A run that finds these paths in the ring.
fn run(hours: i64, paths: &[&str]) -> DriftReport {
    let found = paths.iter().map(|path| difference(path, Class::Extra, None, Some(json!(1)))).collect();
    DriftReport { at: at(hours), ..report(vec![cluster("k1", vec![ring("demo", Direction::Same, found)])]) }
}

/// Runs one after the other, on the text of one file; the text after the last.
fn runs(text: &str, reports: impl IntoIterator<Item = DriftReport>) -> (String, DriftReport) {
    let mut text = text.to_owned();
    let mut last = None;
    for mut report in reports {
        let mut history = History::read(&text);
        history.merge(&mut report, true);
        text = history.text();
        last = Some(report);
    }
    (text, last.unwrap())
}

const KEPT_HOURS: i64 = KEPT.as_secs() / 3600;

#[test]
fn a_finding_keeps_its_first_time() {
    let (text, last) = runs("", [run(0, &["a"]), run(5, &["a", "b"])]);
    let seen: Vec<_> = last.clusters[0].rings[0].differences.iter().map(|found| found.first_seen.unwrap()).collect();
    assert_eq!(seen, [at(0), at(5)]);
    let line = r#"{"cluster":"k1","namespace":"cassandra","ring":"demo","resource":"CassandraCluster","path":"a","class":"extra","firstSeen":"2026-11-20T12:00:00Z","lastSeen":"2026-11-20T17:00:00Z"}"#;
    assert_eq!(text.lines().next(), Some(line));
}

#[test]
fn what_is_gone_leaves_after_a_while_and_comes_back_as_new() {
    let (text, last) = runs("", [run(0, &["a"]), run(KEPT_HOURS, &[]), run(KEPT_HOURS, &["a"])]);
    assert_eq!((text.lines().count(), last.clusters[0].rings[0].differences[0].first_seen), (1, Some(at(0))));
    let (text, last) = runs("", [run(0, &["a"]), run(KEPT_HOURS + 1, &[]), run(KEPT_HOURS + 2, &["a"])]);
    assert_eq!((text.lines().count(), last.clusters[0].rings[0].differences[0].first_seen), (1, Some(at(KEPT_HOURS + 2))));
    assert_eq!(runs("", [run(0, &["a"]), run(KEPT_HOURS + 1, &[])]).0, "");
}

#[test]
fn what_was_not_looked_at_is_not_gone() {
    let mut down = run(KEPT_HOURS + 1, &[]);
    down.clusters[0].rings.clear();
    let not_checked = NotChecked { reason: "timeout", message: String::new(), fix: String::new(), namespace: None };
    down.clusters[0].not_checked.push(not_checked);
    assert_eq!(runs("", [run(0, &["a"]), down]).0.lines().count(), 1);
    let mut elsewhere = run(KEPT_HOURS + 1, &[]);
    elsewhere.clusters[0].name = "k2".to_owned();
    assert_eq!(runs("", [run(0, &["a"]), elsewhere]).0.lines().count(), 1);
    let mut other = run(KEPT_HOURS + 1, &[]);
    other.clusters[0].rings[0].name = "other".to_owned();
    let (text, _) = runs("", [run(0, &["a"])]);
    let mut history = History::read(&text);
    history.merge(&mut other, false);
    assert_eq!(history.text(), text);
}

#[test]
fn lines_that_cannot_be_read_are_kept() {
    let strange = "{\"cluster\": \"cut o\nnot json\n{\"other\": \"program\"}\n";
    assert_eq!(History::read(strange).strange(), 3);
    let (text, _) = runs(strange, [run(0, &["a"]), run(1, &[])]);
    assert!(text.ends_with(strange), "{text}");
    assert_eq!(text.lines().count(), 4);
}

#[test]
fn two_runs_at_once_and_clocks_that_differ_make_the_span_longer() {
    let (text, last) = runs("", [run(5, &["a"]), run(0, &["a"])]);
    assert_eq!(last.clusters[0].rings[0].differences[0].first_seen, Some(at(0)));
    assert!(text.contains("\"firstSeen\":\"2026-11-20T12:00:00Z\",\"lastSeen\":\"2026-11-20T17:00:00Z\""), "{text}");
}
