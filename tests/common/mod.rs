//! What several test files share: where test data is, and a job made of texts.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::disallowed_methods, reason = "tests read their data")]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

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

/// A whole render in Git: a fleet file, its sources, and the tree that comes out.
pub(crate) struct Golden {
    pub(crate) folder: PathBuf,
    pub(crate) tree: PathBuf,
}

/// All of them: the demo and the folders of `fixtures/render`.
pub(crate) fn golden() -> Vec<Golden> {
    let mut folders: Vec<_> =
        std::fs::read_dir(repository("fixtures/render")).expect("cases").map(|entry| entry.expect("a case").path()).collect();
    folders.sort();
    let demo = repository("fixtures/demo");
    let mut all = vec![Golden { tree: demo.join("clusters"), folder: demo }];
    all.extend(folders.into_iter().map(|folder| Golden { tree: folder.join("expected"), folder }));
    all
}

impl Golden {
    /// The texts of the case, read and ready to be rendered.
    pub(crate) fn texts(&self) -> Texts {
        self.texts_with(str::to_owned)
    }

    /// The same with another text in the place of each.
    pub(crate) fn texts_with(&self, change: impl Fn(&str) -> String) -> Texts {
        let tree = self.tree.file_name().expect("a name").to_string_lossy().into_owned() + "/";
        let files = tree_of(&self.folder);
        // `live/` has dumps of clusters.
        let files = files.iter().filter(|(name, _)| !name.starts_with(&tree) && !name.starts_with("live/"));
        let texts: Vec<_> = files.map(|(name, text)| (name.as_str(), change(text))).collect();
        Texts::read(&texts.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>())
    }
}

/// All files below a folder, by their path in it; none if it does not exist.
pub(crate) fn tree_of(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for path in std::fs::read_dir(next).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below it").to_string_lossy().into_owned();
                files.insert(name, std::fs::read_to_string(&path).expect("text"));
            }
        }
    }
    files
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
