//! The formats that every report has. Pure.

use super::limits::Whole;
use super::page::Page;
use super::{Style, github, html, junit, log, markdown, prometheus, sarif};

/// A format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    Text,
    /// The whole report, for programs; `schemas/` describes it.
    Json,
    /// For GitHub's job summaries, issues and documents, at most 1 MiB.
    Markdown,
    /// The same, so short that it fits into a comment, with a marker to find it again.
    Comment,
    /// One file for a browser, which needs nothing else.
    Html,
    /// For code scanning, SARIF 2.1.0.
    Sarif,
    /// For what shows results of tests.
    Junit,
    /// Workflow commands of GitHub Actions, which become annotations.
    Github,
    /// For the textfile collector of Prometheus' node exporter.
    Prometheus,
}

/// A command's report: its own two formats, and the page that all others are made of.
pub trait Model {
    /// The report for people at a terminal.
    fn text(&self, style: Style) -> String;

    /// The report as JSON.
    fn json(&self) -> String;

    /// What the other formats are made of.
    fn page(&self) -> Page;

    /// The report in Prometheus' format.
    fn prometheus(&self) -> String {
        prometheus::render(&self.page())
    }
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Text,
        Self::Json,
        Self::Markdown,
        Self::Comment,
        Self::Html,
        Self::Sarif,
        Self::Junit,
        Self::Github,
        Self::Prometheus,
    ];

    /// The word for it on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Comment => "comment",
            Self::Html => "html",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Prometheus => "prometheus",
        }
    }

    /// The report in this format, with a line feed at the end. `style` is for text
    /// alone; `whole` says where a reader finds what does not fit.
    pub fn render(self, model: &dyn Model, style: Style, whole: &Whole) -> String {
        match self {
            Self::Text => log(&model.text(style)).into_owned(),
            Self::Json => model.json(),
            Self::Markdown => markdown::summary(&model.page(), whole),
            Self::Comment => markdown::comment(&model.page(), whole),
            Self::Html => html::render(&model.page()),
            Self::Sarif => sarif::render(&model.page(), whole),
            Self::Junit => junit::render(&model.page()),
            Self::Github => github::render(&model.page(), whole),
            Self::Prometheus => model.prometheus(),
        }
    }
}
