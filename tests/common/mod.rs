//! What several test files share: where test data is, and a job made of texts.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::disallowed_methods, reason = "tests read files and the environment")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use multicasskop::finding::Finding;
use multicasskop::fleet::{self, Fleet};
use multicasskop::read::{self, Input};
use multicasskop::render::{Job, Rendered, render};
use multicasskop::source::{SourceId, Sources};
use multicasskop::yaml::{Budget, compose};

/// A folder outside the repository that an environment variable names; `None`,
/// with one notice, if it names none.
pub(crate) fn folder(variable: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(variable).map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: {variable} is not set");
    }
    folder
}

/// All cases of a folder: those of `cases.json` and those of `random.jsonl`.
pub(crate) fn cases(folder: &Path) -> Vec<serde_json::Value> {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the folder holds the file");
    let mut all: Vec<serde_json::Value> = serde_json::from_str(&read("cases.json")).expect("JSON");
    all.extend(read("random.jsonl").lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON")));
    all
}

/// A folder of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Everything that a render needs, made of YAML texts.
pub(crate) struct Texts {
    pub(crate) sources: Sources,
    pub(crate) input: Input,
    pub(crate) fleet: Option<Fleet>,
    pub(crate) findings: Vec<Finding>,
    paths: BTreeMap<SourceId, String>,
}

impl Texts {
    /// Reads texts by name. A document of kind Fleet among them is the fleet.
    pub(crate) fn read(texts: &[(&str, &str)]) -> Self {
        let mut sources = Sources::default();
        let (mut budget, mut findings, mut fleet, mut documents) = (Budget::default(), Vec::new(), None, Vec::new());
        let mut paths = BTreeMap::new();
        for (name, text) in texts {
            let id = sources.add(*name, *text);
            paths.insert(id, (*name).to_owned());
            match compose(&sources, id, &mut budget) {
                Err(finding) => findings.push(finding),
                Ok(found) => {
                    for document in found {
                        if read::kind(&document.root) == Some("Fleet") {
                            match fleet::read(&document, &sources) {
                                Ok(found) => fleet = Some(found),
                                Err(found) => findings.extend(found),
                            }
                        } else {
                            documents.push(document);
                        }
                    }
                }
            }
        }
        let input = read::read(documents, &mut findings);
        Self { sources, input, fleet, findings, paths }
    }

    /// Renders; findings of reading come first.
    pub(crate) fn render(&self) -> Rendered {
        let Some(fleet) = &self.fleet else {
            return Rendered { findings: self.findings.clone(), ..Rendered::default() };
        };
        let mut rendered = render(&Job { input: &self.input, fleet, paths: &self.paths, whole_fleet: true });
        rendered.findings.splice(0..0, self.findings.iter().cloned());
        rendered
    }

    /// A finding as a few plain lines, for snapshots.
    pub(crate) fn told(&self, finding: &Finding) -> String {
        use std::fmt::Write as _;
        let rule = finding.rule_id().map_or_else(String::new, |rule| format!("[{rule}]"));
        let mut text = format!("{}{rule}: {}\n", finding.severity.as_str(), finding.message);
        for label in &finding.labels {
            let position = self.sources.position(label.span);
            let line = self.sources.slice(label.span).lines().next().unwrap_or_default();
            let _ = writeln!(text, "  at {position}: {line}{}{}", if label.text.is_empty() { "" } else { "  <- " }, label.text);
        }
        let clusters: Vec<_> = finding.clusters.iter().map(ToString::to_string).collect();
        for (what, value) in
            [("path", finding.path.as_str()), ("in", &clusters.join(", ")), ("why", &finding.why), ("fix", &finding.fix)]
        {
            if !value.is_empty() {
                let _ = writeln!(text, "  {what}: {value}");
            }
        }
        if let Some(replacement) = &finding.replacement {
            let _ = writeln!(text, "  replace: {} -> {}", self.sources.slice(replacement.span), replacement.text);
        }
        text
    }
}
