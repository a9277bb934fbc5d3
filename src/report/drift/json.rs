//! The drift report as JSON: the model itself. Pure.

use crate::check::DriftReport;

pub(super) fn render(report: &DriftReport) -> String {
    // The model holds text, numbers, flags and times, which always have a JSON form.
    serde_json::to_string_pretty(report).unwrap_or_default() + "\n"
}
