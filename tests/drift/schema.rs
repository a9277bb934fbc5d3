//! The published schema is true of every report.

#![cfg(test)]

use jsonschema::Validator;
use multicasskop::report::model_text;
use multicasskop::schemas::Kind;

use crate::sample::{everything, report};

fn validator() -> Validator {
    let kind = Kind::named("drift-report").unwrap();
    jsonschema::validator_for(kind.schema().as_value()).unwrap()
}

/// Fails unless a report fits the schema.
#[track_caller]
pub(crate) fn assert_fits(report: &str) {
    let report = serde_json::from_str(report).unwrap();
    let errors: Vec<_> = validator().iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn reports_fit_the_schema() {
    assert_fits(&model_text(&everything()));
    assert_fits(&model_text(&report(Vec::new())));
}

#[test]
fn what_is_no_report_does_not_fit() {
    let text = model_text(&everything());
    let wrong = text.replace("\"edited-live\"", "\"edited\"");
    assert!(!validator().is_valid(&serde_json::from_str(&wrong).unwrap()));
}
