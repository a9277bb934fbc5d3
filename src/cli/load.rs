//! Files → what the library works on: the fleet, the sources, their names.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::flags::FleetArgs;
use super::locate;
use crate::finding::Finding;
use crate::fleet::{self, Flags, Fleet};
use crate::read::{self, Input};
use crate::render::{FEW, shares};
use crate::source::{SourceId, Sources};
use crate::tree::Node;
use crate::yaml::{Budget, Document, compose, decode};

/// Everything that a run needs.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) sources: Sources,
    pub(super) input: Input,
    /// The fleet as it was read or typed; `None`, with findings, if there is none.
    pub(super) fleet: Option<Fleet>,
    /// Where the tree goes, if that is stated.
    pub(super) out: Option<PathBuf>,
    /// The paths of the sources as headers show them.
    pub(super) paths: BTreeMap<SourceId, String>,
    /// Whether the sources are all of the fleet's.
    pub(super) whole_fleet: bool,
    pub(super) findings: Vec<Finding>,
}

/// Reads what the arguments name.
pub(super) fn load(args: &FleetArgs, out: Option<&str>) -> Loaded {
    let mut loader = Loader::new(Sources::default());
    let flags = args.flags();
    let file = if flags.name_clusters() { None } else { loader.fleet_file(args.fleet.as_deref()) };
    let here = std::env::current_dir().unwrap_or_default();
    let base = file.as_ref().and_then(|(path, _)| path.parent()).map_or(here.clone(), Path::to_path_buf);
    let fleet = file.map(|(_, fleet)| fleet);
    let out = out_folder(out, fleet.as_ref(), &base);
    let whole_fleet = args.sources.is_empty() && fleet.is_some();
    let documents = loader.read_sources(args, fleet.as_ref(), &base, out.as_deref());
    let input = read::read(documents, &mut loader.findings);
    let header_base =
        if fleet.is_some() { Some(base.clone()) } else { out.as_deref().and_then(Path::parent).map(Path::to_path_buf) };
    let paths = loader.files.iter().map(|(id, path)| (*id, header_path(path, header_base.as_deref()))).collect();
    let fleet = loader.fleet(&flags, fleet, &input);
    let Loader { sources, findings, .. } = loader;
    Loaded { sources, input, fleet, out, paths, whole_fleet, findings }
}

fn out_folder(typed: Option<&str>, fleet: Option<&Fleet>, base: &Path) -> Option<PathBuf> {
    let stated = fleet.and_then(|fleet| fleet.out.as_ref()).map(|out| base.join(&out.value));
    let out = typed.map(PathBuf::from).or(stated)?;
    locate::absolute(&out).ok()
}

/// A source's path relative to the fleet file or to what `out` lies in; the bare
/// name of a file that lies elsewhere.
fn header_path(path: &Path, base: Option<&Path>) -> String {
    if path == Path::new("-") {
        return "stdin".to_owned();
    }
    let name = || path.file_name().map_or_else(|| "-".to_owned(), |name| name.to_string_lossy().into_owned());
    let absolute = locate::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    base.and_then(|base| locate::relative(&absolute, base)).unwrap_or_else(name)
}

/// The text of a JSON result: indented, with a line feed at the end.
pub(super) fn json_text(json: &serde_json::Value) -> String {
    format!("{json:#}\n")
}

/// A fleet file with all that its sources hold, for commands that look at clusters.
#[derive(Debug)]
pub(super) struct FleetFile {
    pub(super) sources: Sources,
    /// The fleet; `None`, with findings, if there is none.
    pub(super) fleet: Option<Fleet>,
    /// The folder of the fleet file.
    pub(super) base: PathBuf,
    pub(super) input: Input,
    pub(super) findings: Vec<Finding>,
}

/// Reads a fleet file, the nearest one where none is named, and its sources.
pub(super) fn fleet_file(named: Option<&str>) -> FleetFile {
    let mut loader = Loader::new(Sources::default());
    let args = FleetArgs { fleet: named.map(str::to_owned), ..FleetArgs::default() };
    let file = loader.fleet_file(named);
    if file.is_none() && loader.findings.is_empty() {
        loader.findings.push(
            Finding::invalid("there is no fleet.yaml here or in a folder above")
                .why("it lists the clusters, and says how each of them is reached")
                .fix("go into the repository that has it, or name it with `--fleet`"),
        );
    }
    let base = file.as_ref().and_then(|(path, _)| path.parent()).map(Path::to_path_buf).unwrap_or_default();
    let fleet = file.map(|(_, fleet)| fleet);
    let stated = fleet.as_ref().filter(|fleet| !fleet.sources.is_empty());
    let out = out_folder(None, fleet.as_ref(), &base);
    let documents = stated.map(|fleet| loader.read_sources(&args, Some(fleet), &base, out.as_deref())).unwrap_or_default();
    let input = read::read(documents, &mut loader.findings);
    let Loader { sources, findings, .. } = loader;
    FleetFile { sources, fleet, base, input, findings }
}

/// Sources by themselves, as they were typed: for a fleet that is yet to be made.
pub(super) fn sources_alone(typed: &[String]) -> FleetFile {
    let mut loader = Loader::new(Sources::default());
    let args = FleetArgs { sources: typed.to_vec(), ..FleetArgs::default() };
    let documents = loader.read_sources(&args, None, Path::new(""), None);
    let input = read::read(documents, &mut loader.findings);
    if input.rings.is_empty() && !loader.findings.iter().any(Finding::stops) {
        loader.findings.push(nothing_to_render(&loader.sources));
    }
    let Loader { sources, findings, .. } = loader;
    FleetFile { sources, fleet: None, base: PathBuf::new(), input, findings }
}

/// The objects of one file; `None`, with a finding, if it cannot be read.
pub(super) fn documents(file: &str, sources: &mut Sources, findings: &mut Vec<Finding>) -> Option<Vec<Node>> {
    let mut loader = Loader::new(std::mem::take(sources));
    let documents = loader.read_file(Path::new(file));
    *sources = loader.sources;
    let failed = !loader.findings.is_empty();
    findings.extend(loader.findings);
    (!failed).then(|| documents.into_iter().map(|document| document.root).collect())
}

/// The fleet file by itself: named, else the nearest above. With its path.
pub(super) fn fleet_alone(named: Option<&str>, sources: &mut Sources, findings: &mut Vec<Finding>) -> Option<(PathBuf, Fleet)> {
    let mut loader = Loader::new(std::mem::take(sources));
    let fleet = loader.fleet_file(named);
    *sources = loader.sources;
    findings.extend(loader.findings);
    fleet
}

struct Loader {
    sources: Sources,
    budget: Budget,
    /// Bytes that may still be read; those of the budget are taken when a text is composed.
    left: usize,
    findings: Vec<Finding>,
    files: Vec<(SourceId, PathBuf)>,
}

impl Loader {
    fn new(sources: Sources) -> Self {
        let budget = Budget::default();
        Self { sources, budget, left: budget.bytes, findings: Vec::new(), files: Vec::new() }
    }

    /// The fleet file: named, or the nearest above.
    fn fleet_file(&mut self, named: Option<&str>) -> Option<(PathBuf, Fleet)> {
        let path = match named {
            Some(path) => PathBuf::from(path),
            None => locate::fleet_file().ok().flatten()?,
        };
        let path = locate::absolute(&path).unwrap_or(path);
        let documents = self.read_file(&path);
        let mut fleets = documents.iter().filter(|document| read::kind(&document.root) == Some("Fleet"));
        let (Some(document), None) = (fleets.next(), fleets.next()) else {
            if self.findings.is_empty() {
                self.findings.push(no_fleet(&locate::shown(&path), named.is_some()));
            }
            return None;
        };
        match fleet::read(document, &self.sources) {
            Ok(fleet) => Some((path, fleet)),
            Err(findings) => {
                self.findings.extend(findings);
                None
            }
        }
    }

    fn read_sources(&mut self, args: &FleetArgs, fleet: Option<&Fleet>, base: &Path, out: Option<&Path>) -> Vec<Document> {
        let here = PathBuf::new();
        let (sources, base): (Vec<_>, _) = match fleet {
            Some(fleet) if args.sources.is_empty() => {
                (fleet.sources.iter().map(|source| (source.value.as_str(), source.span)).collect(), base)
            }
            _ => (args.sources.iter().map(|source| (source.as_str(), None)).collect(), here.as_path()),
        };
        if sources.is_empty() && self.findings.is_empty() {
            self.findings.push(
                Finding::invalid("no source is named")
                    .why("there is no fleet file here or above that lists any")
                    .fix("name a file with a MultiCasskop: `multicasskop render ring.yaml --local k8s-cluster1 --out clusters`"),
            );
        }
        let mut seen = BTreeSet::new();
        let mut documents = Vec::new();
        for (source, span) in sources {
            if source == "-" {
                documents.extend(self.read_file(Path::new("-")));
                continue;
            }
            match locate::files(source, base, out) {
                Ok(files) => {
                    let new: Vec<_> = files.into_iter().filter(|file| seen.insert(file.clone())).collect();
                    documents.extend(self.read_files(&new));
                }
                Err(message) => {
                    self.findings.push(Finding::invalid(message).at(span, "").fix("name a file, a folder or a glob that exists"));
                }
            }
        }
        documents
    }

    /// The documents of a file; none, with a finding, if it cannot be read.
    fn read_file(&mut self, path: &Path) -> Vec<Document> {
        let opened = self.open(path);
        self.compose(opened)
    }

    /// The documents of files in their order. If anything is wrong with one of them,
    /// they are read one by one, so that the findings are always the same.
    fn read_files(&mut self, paths: &[PathBuf]) -> Vec<Document> {
        let opened: Vec<_> = paths.iter().map(|path| self.open(path)).collect();
        let ids: Option<Vec<_>> = opened.iter().map(|opened| opened.as_ref().ok().copied()).collect();
        let documents = ids.and_then(|ids| self.side_by_side(&ids));
        documents.unwrap_or_else(|| opened.into_iter().flat_map(|opened| self.compose(opened)).collect())
    }

    /// The documents of many texts, or nothing if one is wrong or has too many values
    /// for its share of what the run may read.
    fn side_by_side(&mut self, ids: &[SourceId]) -> Option<Vec<Document>> {
        if ids.len() < FEW {
            return None;
        }
        let composed = shares(ids, |share| {
            let most = self.budget.nodes / ids.len().div_ceil(share.len().max(1)).max(1);
            let mut budget = Budget { nodes: most, ..self.budget };
            let documents: Vec<_> =
                share.iter().map(|id| compose(&self.sources, *id, &mut budget).ok()).collect::<Option<_>>()?;
            Some((documents, self.budget.bytes - budget.bytes, most - budget.nodes))
        });
        let mut all = Vec::with_capacity(ids.len());
        for share in composed.into_iter().collect::<Option<Vec<_>>>()? {
            let (documents, bytes, nodes) = share;
            self.budget.bytes = self.budget.bytes.saturating_sub(bytes);
            self.budget.nodes = self.budget.nodes.saturating_sub(nodes);
            all.extend(documents.into_iter().flatten());
        }
        Some(all)
    }

    fn compose(&mut self, opened: Result<SourceId, Finding>) -> Vec<Document> {
        let documents = opened.and_then(|id| compose(&self.sources, id, &mut self.budget));
        documents.unwrap_or_else(|finding| {
            self.findings.push(finding);
            Vec::new()
        })
    }

    /// Reads the text of a file.
    fn open(&mut self, path: &Path) -> Result<SourceId, Finding> {
        let shown = if path == Path::new("-") { "<stdin>".to_owned() } else { locate::shown(path) };
        let text = self.text(path, &shown)?;
        self.left = self.left.saturating_sub(text.len());
        let id = self.sources.add(shown, text);
        self.files.push((id, path.to_path_buf()));
        Ok(id)
    }

    fn text(&self, path: &Path, shown: &str) -> Result<String, Finding> {
        let bytes = self.bytes(path).map_err(|error| {
            let fix = if error.kind() == std::io::ErrorKind::NotFound {
                "check the name; paths in a fleet file are relative to it, typed ones to the working directory"
            } else {
                "check that it is a file, and that you may read it"
            };
            Finding::invalid(format!("cannot read `{shown}`: {error}")).fix(fix)
        })?;
        if bytes.len() > self.left {
            let most = Budget::default().bytes >> 20;
            return Err(Finding::invalid(format!("`{shown}` is too large: the sources of one run may have {most} MiB"))
                .why("a limit keeps a damaged or hostile file from taking all memory")
                .fix("check that this is the right file, or render the sources in several runs"));
        }
        decode(bytes).map_err(|finding| Finding { message: format!("cannot read `{shown}`: {}", finding.message), ..finding })
    }

    /// At most what may still be read and one byte more, which is then too much.
    fn bytes(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        let most = self.left as u64 + 1;
        let mut bytes = Vec::new();
        if path == Path::new("-") {
            std::io::stdin().lock().take(most).read_to_end(&mut bytes)?;
        } else {
            std::fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    }

    /// The fleet with all that was typed: the file's, one made of flags, or the
    /// only cluster that the sources name.
    fn fleet(&mut self, flags: &Flags, read: Option<Fleet>, input: &Input) -> Option<Fleet> {
        if self.findings.iter().any(Finding::stops) {
            return None;
        }
        if input.rings.is_empty() {
            self.findings.push(nothing_to_render(&self.sources));
            return None;
        }
        let fleet = match read {
            Some(fleet) => flags.apply(fleet),
            None if flags.name_clusters() => flags.fleet(),
            None => {
                let names: BTreeSet<_> =
                    input.rings.iter().flat_map(|ring| &ring.overrides).map(|over| over.cluster.as_str()).collect();
                let names: Vec<_> = names.into_iter().collect();
                match names.as_slice() {
                    [only] => Flags { local: Some((*only).to_owned()), ..flags.clone() }.fleet(),
                    [] => Err(vec![no_override()]),
                    names => Err(vec![no_order(names)]),
                }
            }
        };
        fleet.map_err(|findings| self.findings.extend(findings)).ok()
    }
}

fn no_fleet(path: &str, named: bool) -> Finding {
    let finding = Finding::invalid(format!("`{path}` does not hold exactly one Fleet"));
    let fix = "a fleet file has one document, with `apiVersion: multicasskop.dev/v1alpha1` and `kind: Fleet`";
    if named {
        return finding.fix(fix);
    }
    finding.why("it is the nearest fleet.yaml, here or in a folder above").fix(format!(
        "{fix}; if this file belongs to another program, name yours with `--fleet`, or the clusters with `--local` and `--remote`"
    ))
}

fn nothing_to_render(sources: &Sources) -> Finding {
    let names: Vec<_> = sources.iter().map(|(_, source)| format!("`{}`", source.name())).collect();
    let where_to_look = match names.as_slice() {
        [one] => one.clone(),
        [.., last] if names.len() <= 4 => format!("{} and {last}", names[..names.len() - 1].join(", ")),
        _ => format!("these {} files", names.len()),
    };
    Finding::invalid(format!("there is nothing to render: no MultiCasskop is in {where_to_look}"))
        .fix("name a file with `apiVersion: db.orange.com/v2` and `kind: MultiCasskop`")
}

fn no_override() -> Finding {
    Finding::invalid("there is nothing to render: no MultiCasskop among the sources has an override")
        .why("each entry of `spec.override` is a cluster that the ring is rendered for")
        .fix("write an override, `{}` for the base as it is, for each cluster: `override: {k8s-cluster1: {}}`")
}

fn no_order(names: &[&str]) -> Finding {
    let remotes = names.join(" --remote ");
    let listed: String = names.iter().map(|name| format!("{{name: {name}}}")).collect::<Vec<_>>().join(", ");
    let finding = Finding::invalid(format!("the order of the clusters {} is not stated", names.join(", ")))
        .why("the keys of `override` have no order, and a wrong order can split a ring: a cluster that changes before its seeds are up starts a ring of its own")
        .fix(format!(
            "state it, first the cluster that changes first: `--local {remotes}`, or in a fleet.yaml: `clusters: [{listed}]`"
        ))
        .remedy("--local", names[0]);
    names[1..].iter().fold(finding, |finding, name| finding.remedy("--remote", *name))
}

/// Rendered objects as JSON.
pub(super) fn objects(bodies: &[String]) -> Option<Vec<serde_json::Value>> {
    let one = |body: &String| {
        let mut sources = Sources::default();
        let id = sources.add("", body.as_str());
        let document = compose(&sources, id, &mut Budget::default()).ok()?.pop()?;
        serde_json::to_value(document.root).ok()
    };
    bodies.iter().map(one).collect()
}
