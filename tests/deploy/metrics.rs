//! Alerts and dashboard name only figures that the program writes, with labels that they have.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::{deploy, printed, text};

/// The figures of a real report, each with its labels.
fn written() -> BTreeMap<String, BTreeSet<String>> {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/fleet.yaml");
    let folder = tempfile::tempdir().unwrap();
    let history = folder.path().join("history");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_multicasskop"))
        .args(["drift", "-o", "prometheus", "--history"])
        .arg(history)
        .arg("--fleet")
        .arg(demo)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    crate::planted::assert_none("the figures", &said);
    let mut figures = BTreeMap::new();
    for line in said.lines().filter(|line| !line.starts_with('#')) {
        let (series, _) = line.rsplit_once(' ').unwrap();
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        let labels = labels.trim_end_matches('}').split("\",").filter_map(|label| Some(label.split_once('=')?.0.to_owned()));
        figures.entry(name.to_owned()).or_insert_with(BTreeSet::new).extend(labels);
    }
    assert!(figures.len() >= 5, "{figures:?}");
    figures
}

/// Names of figures in an expression, with the labels in the braces behind each.
fn named(expression: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut rest = expression;
    while let Some(at) = rest.find("multicasskop_") {
        rest = &rest[at..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let inside = after.strip_prefix('{').and_then(|after| after.split_once('}')).map(|(inside, _)| inside);
        let labels = inside
            .into_iter()
            .flat_map(|inside| inside.split(','))
            .map(|label| label.split(['=', '!']).next().unwrap().trim().to_owned());
        found.push((name.to_owned(), labels.collect()));
        rest = after;
    }
    found
}

fn expressions(json: &serde_json::Value, key: &str, found: &mut Vec<String>) {
    match json {
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                match value.as_str() {
                    Some(text) if name == key => found.push(text.to_owned()),
                    _ => expressions(value, key, found),
                }
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| expressions(item, key, found)),
        _ => {}
    }
}

#[test]
fn alerts_and_dashboard_name_figures_that_there_are() {
    let figures = written();
    let (mut all, alerts) = (Vec::new(), serde_yaml::from_str(&text("monitoring/alerts.yaml")).unwrap());
    expressions(&alerts, "expr", &mut all);
    expressions(&serde_json::from_str(&text("monitoring/dashboard.json")).unwrap(), "expr", &mut all);
    assert!(all.len() >= 10, "{all:?}");
    let mut used = BTreeSet::new();
    for expression in &all {
        for (name, labels) in named(expression) {
            let known = figures.get(&name).unwrap_or_else(|| panic!("there is no figure {name}: {expression}"));
            assert!(labels.iter().all(|label| known.contains(label)), "{expression}: {name} has {known:?}");
            used.insert(name);
        }
    }
    assert_eq!(used, figures.keys().cloned().collect(), "a figure that nobody looks at");
}

#[test]
fn promtool_takes_the_rules_and_they_fire() {
    let folder = deploy("monitoring");
    printed("promtool", &["check", "rules", "alerts.yaml"], &folder);
    printed("promtool", &["test", "rules", "alerts_test.yaml"], &folder);
}
