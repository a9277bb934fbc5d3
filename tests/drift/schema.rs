//! The published schema: made of the types, and true of every report.

#![cfg(test)]

use std::path::PathBuf;

use multicasskop::check::DriftReport;
use multicasskop::report::{DriftFormat, Style};

use crate::sample::{everything, report};

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas/drift-report.schema.json")
}

/// Fails unless a report fits the schema.
#[track_caller]
pub(crate) fn assert_fits(report: &str) {
    let schema = serde_json::from_str(&std::fs::read_to_string(path()).unwrap()).unwrap();
    let report = serde_json::from_str(report).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_schema_is_that_of_the_types() {
    let schema = format!("{:#}\n", schemars::schema_for!(DriftReport).to_value());
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(path(), &schema).unwrap();
    }
    let there = std::fs::read_to_string(path()).unwrap_or_default();
    assert_eq!(there, schema, "UPDATE_FIXTURES=1 rewrites it");
}

#[test]
fn reports_fit_the_schema() {
    assert_fits(&DriftFormat::Json.render(&everything(), Style::Plain));
    assert_fits(&DriftFormat::Json.render(&report(Vec::new()), Style::Plain));
}

#[test]
fn what_is_no_report_does_not_fit() {
    let text = DriftFormat::Json.render(&everything(), Style::Plain);
    let schema = serde_json::from_str(&std::fs::read_to_string(path()).unwrap()).unwrap();
    let wrong = text.replace("\"edited-live\"", "\"edited\"");
    assert!(!jsonschema::is_valid(&schema, &serde_json::from_str(&wrong).unwrap()));
}
