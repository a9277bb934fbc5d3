//! The one model of what `lint` and `render` found, from which every format is made.
//!
//! Names and meaning of the members are the JSON formats `multicasskop lint -o
//! json` and `multicasskop render -o json`, whose schemas are generated from
//! these types. Texts are those of the input, unescaped. Pure.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::json::API_VERSION;
use super::{Counts, Report, command};
use crate::emit::TreeFile;
use crate::finding::{Finding, Kind, Severity};
use crate::fleet::{Choice as _, Delivery};
use crate::render::{Place, Summary};
use crate::rule::RuleId;
use crate::source::{Sources, Span};

/// What the rules and the readers found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LintReport {
    /// Version of this format: `multicasskop.dev/v1alpha1`.
    pub api_version: &'static str,
    /// `LintReport`.
    pub kind: &'static str,
    /// The fleet's name, if it has one.
    pub fleet: Option<String>,
    /// The findings, the worst last.
    pub findings: Vec<FoundEntry>,
    /// How many findings of which kind.
    pub counts: Counts,
    /// The rings that were judged.
    pub rings: Vec<RingEntry>,
}

/// What a run of `render` found and did, or would do.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RenderReport {
    /// Version of this format: `multicasskop.dev/v1alpha1`.
    pub api_version: &'static str,
    /// `RenderReport`.
    pub kind: &'static str,
    /// The fleet's name, if it has one.
    pub fleet: Option<String>,
    /// Whether it only looked: `--check`.
    pub check: bool,
    /// The findings, in the order in which they were found.
    pub findings: Vec<FoundEntry>,
    /// How many findings of which kind.
    pub counts: Counts,
    /// What became of each ring.
    pub rings: Vec<RingEntry>,
    /// The files; none if a finding stopped the run before they were compared.
    pub files: Option<FilesEntry>,
}

/// One thing found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundEntry {
    /// What kind of finding.
    pub kind: FoundKind,
    /// The rule's ID, such as `L30`.
    #[schemars(with = "Option<String>")]
    pub rule: Option<RuleId>,
    /// How bad it is.
    pub severity: Severity,
    /// Whether the user allows it.
    pub allowed: bool,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// The ring that it is about, if it is about one.
    pub ring: Option<String>,
    /// The clusters in which it is so; empty if it is about none in particular.
    pub clusters: Vec<String>,
    /// Path of the value in the rendered or merged object; empty for a whole object.
    pub path: String,
    /// Where to look in what the user wrote; the main place first.
    pub places: Vec<PlaceEntry>,
    /// Where the value ended up in the rendered files, one for each cluster.
    pub rendered: Vec<FileEntry>,
    /// Why it matters; may be empty.
    pub why: String,
    /// What to do; may be empty.
    pub fix: String,
    /// The command that mends it, if there is one.
    pub command: Option<String>,
    /// The exact replacement, where the fix is mechanical.
    pub replacement: Option<ReplacementEntry>,
}

/// Kinds of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FoundKind {
    /// The input cannot be used.
    InvalidInput,
    /// A lint rule's finding.
    Rule,
    /// Something to know, outside the rules.
    Note,
}

/// A place in a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlaceEntry {
    /// The file as the user wrote it.
    pub file: String,
    /// First line, from 1.
    pub line: usize,
    /// First column, in characters from 1.
    pub column: usize,
    /// Last line.
    pub end_line: usize,
    /// One past the last column.
    pub end_column: usize,
    /// What is there; may be empty.
    pub text: String,
}

/// A line of a rendered file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileEntry {
    /// The file in the tree, `CLUSTER/FILE`.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
}

/// A mechanical fix.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplacementEntry {
    /// What goes.
    pub place: PlaceEntry,
    /// What comes; empty to delete.
    pub text: String,
}

/// What became of a ring.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RingEntry {
    /// The ring.
    pub ring: String,
    /// Where its name is written.
    pub place: Option<PlaceEntry>,
    /// Its clusters, in order.
    pub clusters: Vec<ClusterEntry>,
    /// Active clusters of the fleet that it has no override for.
    pub skipped: Vec<String>,
}

/// A ring's part in a cluster.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterEntry {
    /// The cluster.
    pub cluster: String,
    /// Its wave.
    pub wave: i64,
    /// Its CassKop.
    pub casskop_version: String,
    /// The seeds of its nodes; empty where none are injected.
    pub seeds: Vec<String>,
    /// How they get there: `configmap`, `status` or `env`.
    pub seed_delivery: Option<&'static str>,
}

/// The files of the tree, as `CLUSTER/FILE`.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FilesEntry {
    /// Folder of the tree.
    pub out: String,
    /// Written, or with `--check` to be written.
    pub written: Vec<String>,
    /// Removed, or to be removed.
    pub removed: Vec<String>,
    /// Number of files that are as they should be.
    pub unchanged: usize,
    /// How the tree differs from what would be rendered; with `--check` alone.
    pub differences: Vec<DiffEntry>,
}

/// How a file differs from what would be rendered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiffEntry {
    /// The file in the tree, `CLUSTER/FILE`.
    pub file: String,
    /// The first line in it that differs, from 1; 1 where there is no file.
    pub line: usize,
    /// Where the user wrote what differs; empty where it is written nowhere.
    pub places: Vec<PlaceEntry>,
    /// A unified difference.
    pub text: String,
}

impl LintReport {
    /// The report of a run.
    pub fn new(fleet: Option<String>, report: &Report<'_>, files: &[TreeFile], rings: &[Summary]) -> Self {
        Self {
            api_version: API_VERSION,
            kind: "LintReport",
            fleet,
            findings: entries(report, files),
            counts: report.counts(),
            rings: rings.iter().map(|ring| RingEntry::new(ring, report.sources)).collect(),
        }
    }
}

impl RenderReport {
    /// The report of a run.
    pub fn new(fleet: Option<String>, check: bool, report: &Report<'_>, files: &[TreeFile], rings: &[Summary]) -> Self {
        Self {
            api_version: API_VERSION,
            kind: "RenderReport",
            fleet,
            check,
            findings: entries(report, files),
            counts: report.counts(),
            rings: rings.iter().map(|ring| RingEntry::new(ring, report.sources)).collect(),
            files: None,
        }
    }

    /// Whether the tree is not what would be rendered, as far as it was looked at.
    pub fn differs(&self) -> bool {
        self.check && self.files.as_ref().is_some_and(|files| !(files.written.is_empty() && files.removed.is_empty()))
    }
}

impl RingEntry {
    fn new(of: &Summary, sources: &Sources) -> Self {
        let cluster = |of: &Place| ClusterEntry {
            cluster: of.cluster.to_string(),
            wave: of.wave,
            casskop_version: of.versions.from.to_string(),
            seeds: of.seeds.clone(),
            seed_delivery: of.delivery.map(Delivery::as_str),
        };
        Self {
            ring: of.ring.to_string(),
            place: of.span.map(|span| PlaceEntry::new(span, "", sources)),
            clusters: of.places.iter().map(cluster).collect(),
            skipped: of.skipped.iter().map(ToString::to_string).collect(),
        }
    }
}

/// The findings alone, as JSON, for commands that have little else to say.
pub fn findings_json(report: &Report<'_>) -> Json {
    serde_json::json!(entries(report, &[]))
}

/// The findings; `files` are what was rendered, in which their values are looked up.
fn entries(report: &Report<'_>, files: &[TreeFile]) -> Vec<FoundEntry> {
    let mut rendered = super::rendered::Lines::new(files);
    report.findings.iter().map(|finding| entry(finding, report.sources, &mut rendered)).collect()
}

fn entry(finding: &Finding, sources: &Sources, rendered: &mut super::rendered::Lines<'_>) -> FoundEntry {
    FoundEntry {
        kind: match finding.kind {
            Kind::Invalid => FoundKind::InvalidInput,
            Kind::Rule(_) => FoundKind::Rule,
            Kind::Note => FoundKind::Note,
        },
        rule: finding.rule_id(),
        severity: finding.severity,
        allowed: finding.allowed,
        message: finding.message.clone(),
        ring: finding.ring.as_ref().map(ToString::to_string),
        clusters: finding.clusters.iter().map(ToString::to_string).collect(),
        path: finding.path.as_str().to_owned(),
        places: finding.labels.iter().map(|label| PlaceEntry::new(label.span, &label.text, sources)).collect(),
        rendered: rendered.of(finding),
        why: finding.why.clone(),
        fix: finding.fix.clone(),
        command: command(finding, sources),
        replacement: finding.replacement.as_ref().map(|replacement| {
            let place = PlaceEntry::new(replacement.span, "", sources);
            ReplacementEntry { place, text: replacement.text.clone() }
        }),
    }
}

impl PlaceEntry {
    /// The place of a span, with what is there.
    pub fn new(span: Span, text: &str, sources: &Sources) -> Self {
        let start = sources.position(span);
        let end = sources.position(Span { start: span.end, ..span });
        Self {
            file: start.file,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            text: text.to_owned(),
        }
    }
}
