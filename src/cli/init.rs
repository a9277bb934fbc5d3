//! `init`: a first fleet file, from what the sources say and from what a person answers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clap::Args as ClapArgs;

use super::init_questions::{self, Asked};
use super::load::{self, FleetFile};
use super::locate;
use super::screen::Screen;
use crate::finding::{Exit, Finding};
use crate::fleet::{self, Delivery, Flags, Fleet};
use crate::init::{Settings, found, guess, text};
use crate::names::{ClusterName, FleetName};
use crate::read::{self, Api, Input};
use crate::render::{Job, Rendered, render};
use crate::report::{Report, shell};
use crate::schemas::Kind;
use crate::source::Sources;
use crate::write;
use crate::yaml::{Budget, compose};

/// The file that is written.
const FLEET_FILE: &str = "fleet.yaml";
/// Where the schemas go: hidden, so that a folder of sources is not searched for rings there.
const SCHEMAS: &str = ".schemas";

/// Write a first fleet.yaml for the rings that you have
///
/// It is filled with what the sources say; the rest is asked on a terminal, or
/// typed as flags. Nothing is ever overwritten.
#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub(super) struct InitArgs {
    /// Files, folders or globs with `MultiCasskop`s; without any, those in this folder and below
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// The cluster that gets changes first
    #[arg(short, long, value_name = "CLUSTER")]
    local: Option<String>,
    /// A further cluster, in order; may be repeated
    #[arg(short, long, value_name = "CLUSTER", requires = "local")]
    remote: Vec<String>,
    /// What applies the tree: argocd, flux or other
    #[arg(long, value_name = "ENGINE")]
    engine: Option<String>,
    /// CassKop's version [default: what the sources tell, else the newest]
    #[arg(long, value_name = "VERSION")]
    casskop_version: Option<String>,
    /// Namespace of objects that name none
    #[arg(long, value_name = "NAME")]
    namespace: Option<String>,
    /// DNS zone of a cluster's nodes, where no annotation says it; may be repeated
    #[arg(long, value_name = "CLUSTER=ZONE")]
    zone: Vec<String>,
    /// How overrides are merged, where that makes a difference: merge-patch or operator
    #[arg(long, value_name = "MODE")]
    merge: Option<String>,
    /// The seeds: auto, none, or a list joined by commas
    #[arg(long, value_name = "SEEDS")]
    seeds: Option<String>,
    /// How seeds reach the nodes: configmap, status or env
    #[arg(long, value_name = "WAY")]
    seed_delivery: Option<String>,
    /// Name of the fleet [default: that of this folder]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Folder of the tree
    #[arg(long, value_name = "FOLDER", default_value = "clusters")]
    out: String,
}

const EXAMPLES: &str = "\
Examples:
  multicasskop init rings/demo.yaml
  multicasskop init 'rings/*.yaml' --local k8s-cluster1 --remote k8s-cluster2 --engine argocd --namespace cassandra";

/// What is known of the fleet so far.
pub(super) struct Draft {
    pub(super) sources: Sources,
    pub(super) input: Input,
    names: Vec<String>,
    name: FleetName,
    out: String,
    pub(super) flags: Flags,
}

/// A fleet file as it would be written, and what `render` would make of it.
pub(super) struct Trial {
    text: String,
    pub(super) rendered: Rendered,
}

pub(super) fn run(args: &InitArgs, screen: &mut Screen) -> Exit {
    let mut draft = match draft(args) {
        Ok(draft) => draft,
        Err((findings, sources)) => return stop(&findings, &sources, screen),
    };
    let trial = match init_questions::complete(&mut draft) {
        Ok(Asked::Complete(trial)) => trial,
        Ok(Asked::Ended) => {
            screen.error("nothing was written");
            return Exit::BadInput;
        }
        Err(findings) => return stop(&findings, &draft.sources, screen),
    };
    let written = match write_all(&draft, &trial) {
        Ok(written) => written,
        Err(finding) => return stop(&[finding], &draft.sources, screen),
    };
    let report = Report { findings: &trial.rendered.findings, sources: &draft.sources };
    let stops: Vec<_> = trial.rendered.findings.iter().filter(|finding| finding.stops()).cloned().collect();
    if !stops.is_empty() {
        screen.findings(&Report { findings: &stops, sources: &draft.sources });
    }
    screen.message(&next(&draft, &written, stops.is_empty()));
    report.exit(false)
}

fn stop(findings: &[Finding], sources: &Sources, screen: &mut Screen) -> Exit {
    let report = Report { findings, sources };
    screen.findings(&report);
    report.exit(false)
}

/// Reads the sources and takes what was typed; or what stops it, with the texts it is about.
fn draft(args: &InitArgs) -> Result<Draft, (Vec<Finding>, Sources)> {
    let alone = |finding: Finding| (vec![finding], Sources::default());
    if Path::new(FLEET_FILE).symlink_metadata().is_ok() {
        let finding = Finding::invalid(format!("there is a `{FLEET_FILE}` here already"))
            .why("it may say things that are written nowhere else, so it is not overwritten")
            .fix("edit it, or move it away and run again");
        return Err(alone(finding));
    }
    if args.sources.iter().any(|source| source == "-") {
        let finding = Finding::invalid("a fleet file names files, not standard input");
        return Err(alone(finding.fix("write the MultiCasskop to a file and name that")));
    }
    let name = fleet_name(args.name.as_deref()).map_err(alone)?;
    let typed = || args.sources.iter().map(|source| locate::shown(Path::new(source))).collect();
    let names: Vec<_> = if args.sources.is_empty() { rings_below(&args.out) } else { typed() };
    if names.is_empty() {
        let finding = Finding::invalid("no file in this folder or below holds a MultiCasskop")
            .why("the fleet file is made of what they say")
            .fix("name the file: `multicasskop init ring.yaml`");
        return Err(alone(finding));
    }
    let FleetFile { sources, input, findings, .. } = load::sources_alone(&names);
    if findings.iter().any(Finding::stops) {
        return Err((findings, sources));
    }
    let flags = Flags {
        local: args.local.clone(),
        remotes: args.remote.clone(),
        zones: args.zone.clone(),
        namespace: args.namespace.clone(),
        casskop_version: args.casskop_version.clone(),
        engine: args.engine.clone(),
        merge: args.merge.clone(),
        seeds: args.seeds.clone(),
        seed_delivery: args.seed_delivery.clone(),
        allow: Vec::new(),
    };
    Ok(Draft { sources, input, names, name, out: locate::shown(Path::new(&args.out)), flags })
}

/// The files in this folder and below that hold a MultiCasskop; what cannot be read is no
/// concern as long as nobody names it.
fn rings_below(out: &str) -> Vec<String> {
    let skip = locate::absolute(Path::new(out)).ok();
    let files = locate::files(".", Path::new(""), skip.as_deref()).unwrap_or_default();
    let names = files.iter().map(|file| locate::shown(file.strip_prefix(".").unwrap_or(file)));
    let holds_ring = |name: &String| {
        let documents = load::documents(name, &mut Sources::default(), &mut Vec::new()).unwrap_or_default();
        documents.iter().any(|document| read::kind(document) == Some("MultiCasskop"))
    };
    names.filter(holds_ring).collect()
}

fn fleet_name(typed: Option<&str>) -> Result<FleetName, Finding> {
    let own = typed.map_or_else(folder_name, str::to_owned);
    let name = match typed {
        Some(typed) => FleetName::new(typed),
        // Not every folder's name can be a fleet's.
        None => FleetName::new(&own).or_else(|_| FleetName::new("fleet")),
    };
    name.map_err(|bad| Finding::invalid(format!("--name: the fleet name `{own}` {bad}")).fix("write another name, such as prod"))
}

/// The name of this folder, in characters that a fleet's name may have.
fn folder_name() -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let folder = here.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let plain: String = folder.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    plain.trim_matches('-').to_owned()
}

impl Draft {
    /// The clusters of all overrides, in the order in which they are written.
    pub(super) fn clusters(&self) -> Vec<ClusterName> {
        let mut names: Vec<ClusterName> = Vec::new();
        for over in self.input.rings.iter().flat_map(|ring| &ring.overrides) {
            if !names.contains(&over.cluster) {
                names.push(over.cluster.clone());
            }
        }
        names
    }

    /// The fleet file as it stands, and what `render` makes of it.
    pub(super) fn trial(&mut self) -> Result<Trial, Vec<Finding>> {
        // Whatever was typed or answered is checked in one place.
        let typed = self.flags.fleet()?;
        let first = self.rendered(&typed, None, None)?;
        let ways: Vec<_> = first.rendered.rings.iter().flat_map(|ring| ring.places.iter().map(|place| place.delivery)).collect();
        let same = ways.first().copied().flatten().filter(|way| ways.iter().all(|other| *other == Some(*way)));
        let stated = typed.seed_delivery.as_ref().map(|stated| stated.value);
        let open = first.rendered.findings.iter().any(|finding| asks_for(finding, "--merge"));
        let merge = (!open).then(|| self.flags.merge.clone().unwrap_or_else(|| "merge-patch".to_owned()));
        self.rendered(&typed, merge, stated.or(same))
    }

    /// Writes the text with these decisions, reads it back and renders.
    fn rendered(&mut self, typed: &Fleet, merge: Option<String>, delivery: Option<Delivery>) -> Result<Trial, Vec<Finding>> {
        let found = found(typed, &self.input, &self.sources);
        let text = text(&self.settings(typed, merge, delivery), &found);
        let id = self.sources.add(FLEET_FILE, text.as_str());
        let documents = compose(&self.sources, id, &mut Budget::default()).map_err(|finding| vec![finding])?;
        let fleet = match documents.as_slice() {
            [document] => fleet::read(document, &self.sources)?,
            _ => return Err(vec![Finding::invalid("the fleet file that would be written is not one document")]),
        };
        let job = Job { input: &self.input, fleet: &fleet, paths: &BTreeMap::new(), whole_fleet: true };
        Ok(Trial { rendered: render(&job), text })
    }

    fn settings(&self, typed: &Fleet, merge: Option<String>, delivery: Option<Delivery>) -> Settings {
        let version = if let Some(versions) = &typed.versions {
            (versions.value.from, "what runs in the clusters".to_owned())
        } else {
            let guess = guess(&self.input, &self.sources);
            (guess.release, format!("guessed: {}. Write what runs in the clusters", guess.why))
        };
        let clusters = typed.clusters.iter().map(|cluster| {
            let zone = cluster.zone.as_ref().map(|zone| zone.value.to_string());
            (cluster.name.clone(), zone, cluster.namespace.as_ref().map(|namespace| namespace.value.to_string()))
        });
        let rings = || self.input.rings.iter().map(|ring| ring.name.to_string()).collect();
        Settings {
            schema: format!("{SCHEMAS}/fleet.json"),
            name: self.name.clone(),
            sources: self.names.clone(),
            out: self.out.clone(),
            version,
            engine: self.flags.engine.clone(),
            merge: merge.or_else(|| self.flags.merge.clone()),
            seeds: self.flags.seeds.clone().map(|seeds| (rings(), seeds)),
            delivery,
            clusters: clusters.collect(),
        }
    }

    /// The kinds of schemas that the files of this repository want.
    fn schemas(&self) -> BTreeSet<&'static str> {
        let of = |api| if api == Api::V2 { "multicasskop" } else { "multicasskop-v1alpha1" };
        self.input.rings.iter().map(|ring| of(ring.api)).chain(["fleet"]).collect()
    }
}

/// Whether a finding would be gone with a flag.
pub(super) fn asks_for(finding: &Finding, flag: &str) -> bool {
    finding.stops() && finding.remedies.iter().any(|remedy| remedy.flag == flag)
}

/// Writes the schemas that are not there, then the fleet file; gives what was written.
fn write_all(draft: &Draft, trial: &Trial) -> Result<Vec<String>, Finding> {
    let mut written = Vec::new();
    write::create_folder(Path::new(SCHEMAS))?;
    for kind in draft.schemas().into_iter().filter_map(Kind::named) {
        let name = format!("{SCHEMAS}/{}.json", kind.name);
        let path = Path::new(&name);
        if path.symlink_metadata().is_err() {
            write::create_file(path, &kind.text())?;
            written.push(name);
        }
    }
    write::create_file(Path::new(FLEET_FILE), &trial.text)?;
    written.push(FLEET_FILE.to_owned());
    Ok(written)
}

/// What was written, and what comes next.
fn next(draft: &Draft, written: &[String], renders: bool) -> String {
    let out = shell(&draft.out);
    let first = if renders {
        "its comments say what was found, and what was guessed"
    } else {
        "mend what the messages above say; until then `render` stops"
    };
    let kind = draft.schemas().into_iter().find(|kind| *kind != "fleet").unwrap_or("multicasskop");
    let below = draft.names.first().map_or(0, |name| Path::new(name).components().count().saturating_sub(1));
    format!(
        "written: {}\n\nnext:\n  {FLEET_FILE}                     {first}\n  multicasskop render            writes {out}\n  \
         multicasskop prerequisites     lists what each cluster must have\n  git add {SCHEMAS} {FLEET_FILE} {out}\n\n\
         a MultiCasskop that begins with this line is completed and checked by editors too:\n  \
         # yaml-language-server: $schema={}{SCHEMAS}/{kind}.json",
        written.join(", "),
        "../".repeat(below),
    )
}
