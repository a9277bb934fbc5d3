//! The drift report for its readers. One model, [`DriftReport`]; each format is
//! one small file here that only renders it. Pure.

mod fold;
mod json;
mod prometheus;
mod text;
mod values;

use super::Style;
use crate::check::DriftReport;

/// The formats of a drift report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriftFormat {
    /// For people.
    Text,
    /// The whole report, for programs; `schemas/drift-report.json` describes it.
    Json,
    /// For the textfile collector of Prometheus' node exporter.
    Prometheus,
}

impl DriftFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Text, Self::Json, Self::Prometheus];

    /// The word for it on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Prometheus => "prometheus",
        }
    }

    /// The report in this format, with a line feed at the end. `style` is for text alone.
    pub fn render(self, report: &DriftReport, style: Style) -> String {
        match self {
            Self::Text => text::render(report, style),
            Self::Json => json::render(report),
            Self::Prometheus => prometheus::render(report),
        }
    }
}
