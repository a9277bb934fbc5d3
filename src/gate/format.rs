//! The formats of a gate report, all made of the one model. Pure.

use super::report::GateReport;
use super::text;

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateFormat {
    /// For people.
    Text,
    /// The whole report, for programs; `schemas/gate-report.json` describes it.
    Json,
}

impl GateFormat {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Text, Self::Json];

    /// The word for it on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }

    /// The report in this format, with a line feed at the end.
    pub fn render(self, report: &GateReport) -> String {
        match self {
            Self::Text => text::text(report),
            // The model holds text, numbers, flags and times, which always have a JSON form.
            Self::Json => serde_json::to_string_pretty(report).unwrap_or_default() + "\n",
        }
    }
}
