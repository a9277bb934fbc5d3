//! What a report for programs says, in the few words that GitHub is told beside it.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::Mode;
use crate::finding::Exit;

/// What came out.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) exit: Exit,
    pub(super) mode: Mode,
    pub(super) fleet: Option<String>,
    /// How many findings, differences, reasons.
    pub(super) findings: usize,
    /// Clusters in which something differs.
    pub(super) clusters: Vec<String>,
    /// One short word per finding, the same from run to run.
    pub(super) words: BTreeSet<String>,
}

fn items<'a>(json: &'a Json, name: &str) -> &'a [Json] {
    json.get(name).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(json: &'a Json, name: &str) -> &'a str {
    json.get(name).and_then(Json::as_str).unwrap_or_default()
}

fn is(json: &Json, name: &str) -> bool {
    json.get(name).and_then(Json::as_bool).unwrap_or(false)
}

impl Verdict {
    /// Reads the JSON report; an empty text if the command ended before it.
    pub(super) fn read(mode: Mode, exit: Exit, report: &str) -> Self {
        let json: Json = serde_json::from_str(report).unwrap_or_default();
        let fleet = json.get("fleet").and_then(Json::as_str).map(str::to_owned);
        let mut verdict = Self { exit, mode, fleet, findings: 0, clusters: Vec::new(), words: BTreeSet::new() };
        match mode {
            Mode::Check => verdict.check(&json),
            Mode::Drift => verdict.drift(&json),
            Mode::Gate => {
                let of = |ring: &Json| items(ring, "reasons").len() + items(ring, "unseen").len();
                verdict.findings = items(&json, "rings").iter().map(of).sum();
            }
        }
        verdict
    }

    fn check(&mut self, json: &Json) {
        let counts = |finding: &&Json| !is(finding, "allowed") && text(finding, "severity") != "info";
        let files = json.get("files").unwrap_or(&Json::Null);
        self.findings =
            items(json, "findings").iter().filter(counts).count() + items(files, "written").len() + items(files, "removed").len();
    }

    fn drift(&mut self, json: &Json) {
        for cluster in items(json, "clusters") {
            let name = text(cluster, "name");
            let before = self.findings;
            for ring in items(cluster, "rings") {
                for difference in items(ring, "differences").iter().filter(|difference| is(difference, "fails")) {
                    self.findings += 1;
                    let parts = [text(ring, "namespace"), text(ring, "name"), text(difference, "resource")];
                    self.word(&[&[name], &parts[..], &[text(difference, "path"), text(difference, "class")]].concat());
                }
            }
            if self.findings > before {
                self.clusters.push(name.to_owned());
            }
            for not_checked in items(cluster, "notChecked") {
                self.findings += 1;
                self.word(&[name, "not checked", text(not_checked, "reason"), text(not_checked, "namespace")]);
            }
        }
    }

    fn word(&mut self, parts: &[&str]) {
        let digest = Sha256::digest(parts.join("\0"));
        self.words.insert(digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect());
    }

    /// The clusters in which something differs, as a JSON list.
    pub(super) fn drifted(&self) -> String {
        Json::from(self.clusters.clone()).to_string()
    }

    /// Whether there is anything to look at.
    pub(super) fn is_clean(&self) -> bool {
        self.exit == Exit::Clean && self.findings == 0
    }

    /// The answer in one line, without any text of the input but the fleet's name, which is checked.
    pub(super) fn sentence(&self) -> String {
        let of = self.fleet.as_ref().map(|fleet| format!(" of fleet {fleet}")).unwrap_or_default();
        let count = |one: &str, many: &str| {
            if self.findings == 1 { format!("1 {one}") } else { format!("{} {many}", self.findings) }
        };
        match (self.mode, self.exit) {
            (_, Exit::BadInput) => format!("The input{of} cannot be used: see the log"),
            (_, Exit::Internal) => "multicasskop itself failed: see the log".to_owned(),
            (Mode::Check, Exit::Clean) if self.findings == 0 => format!("The rendered tree{of} is up to date"),
            (Mode::Check, _) => format!("Check{of}: {}", count("finding", "findings")),
            (Mode::Drift, Exit::Clean) => format!("The clusters{of} are as Git wants them"),
            (Mode::Drift, Exit::CouldNotTell) if self.clusters.is_empty() => format!("Not all clusters{of} could be looked at"),
            (Mode::Drift, _) => {
                format!("Drift{of}: {} in {}", count("difference", "differences"), self.clusters.join(", "))
            }
            (Mode::Gate, Exit::Clean) => format!("The gate{of} is open"),
            (Mode::Gate, Exit::CouldNotTell) => format!("The gate{of} stays closed: not all could be seen"),
            (Mode::Gate, _) => format!("The gate{of} is closed: {}", count("reason", "reasons")),
        }
    }
}
