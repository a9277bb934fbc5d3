//! `drift`: is what runs what Git says?

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher as _, Hasher as _};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::drift_look::{self, Looked};
use super::outputs::OutputArgs;
use super::places::{self, Places};
use super::reach::ReachArgs;
use super::screen::Screen;
use super::tree::{self, Loaded, NoTree, TreeArgs, unknown};
use super::{drawing, locate};
use crate::check::{Context, DriftReport, NotChecked, Salt, Subject, drift};
use crate::finding::{Exit, Finding, Severity};
use crate::history::History;
use crate::names::{ClusterName, RingName};
use crate::observed::TroubleKind;
use crate::report::page::{Page, drift_marks, drift_page};
use crate::report::{Model, Report, Style, drift_metrics, drift_text, model_text};
use crate::topology::Topology;
use crate::write;

/// Compare live clusters with the rendered tree: what differs, who changed it, what CassKop will do
///
/// Only reads. A cluster that cannot be reached is reported, and never hides the others.
#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES)]
pub(super) struct DriftArgs {
    #[command(flatten)]
    pub(super) tree: TreeArgs,
    /// Only this cluster; may be repeated
    #[arg(long, value_name = "CLUSTER")]
    pub(super) cluster: Vec<String>,
    /// Only this ring; may be repeated
    #[arg(long, value_name = "RING")]
    pub(super) ring: Vec<String>,
    /// Read a cluster from a dump, a file or folder that `kubectl get cassandraclusters,statefulsets -A -o yaml
    /// --show-managed-fields` wrote; beats `connect:` of the fleet file; may be repeated
    #[arg(long, value_name = "CLUSTER=PATH")]
    pub(super) dump: Vec<String>,
    /// Compare the seeds ConfigMaps too
    #[arg(long)]
    pub(super) seeds: bool,
    /// Differences that are only reported otherwise
    #[arg(long, value_enum, value_name = "CLASS")]
    pub(super) fail_on: Option<FailOn>,
    /// File that keeps since when there is a difference, one line of JSON each
    #[arg(long, value_name = "FILE")]
    pub(super) history: Option<PathBuf>,
    #[command(flatten)]
    pub(super) outputs: OutputArgs,
    #[command(flatten)]
    pub(super) reach: ReachArgs,
}

const EXAMPLES: &str = "\
Examples:
  multicasskop drift                                    all clusters of the nearest fleet.yaml
  multicasskop drift --cluster k8s-cluster2 --seeds
  multicasskop drift --out clusters --dump k8s-cluster1=dump.yaml
  multicasskop drift -o json -o prometheus=/var/lib/node_exporter/multicasskop.prom --history drift.jsonl

Exit codes: 0 as Git wants it, 1 something differs, 2 bad input, 3 not all could be looked at.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Applied, but CassKop has not seen it yet
    NotProcessed,
}

/// Which clusters and rings; nothing means all.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) clusters: BTreeSet<ClusterName>,
    pub(super) rings: BTreeSet<RingName>,
    /// Clusters that are read from a dump, whatever the fleet file says.
    pub(super) dumps: BTreeMap<ClusterName, PathBuf>,
}

impl Scope {
    pub(super) fn has_cluster(&self, name: &ClusterName) -> bool {
        self.clusters.is_empty() || self.clusters.contains(name)
    }

    fn concerns(&self, finding: &Finding) -> bool {
        finding.clusters.is_empty() || finding.clusters.iter().any(|name| self.has_cluster(name))
    }

    pub(super) fn has_ring(&self, name: &str) -> bool {
        self.rings.is_empty() || self.rings.iter().any(|ring| ring.as_str() == name)
    }
}

pub(super) fn run(args: &DriftArgs, screen: &mut Screen) -> Exit {
    if !args.outputs.usable(screen) {
        return Exit::BadInput;
    }
    let mut loaded = match tree::load(&args.tree) {
        Ok(loaded) => loaded,
        Err(NoTree { findings, sources }) => {
            let report = Report { findings: &findings, sources: &sources };
            screen.findings(&report);
            return report.exit(false);
        }
    };
    let scope = match scope(args, &loaded) {
        Ok(scope) => scope,
        Err(finding) => {
            let findings = [finding];
            let report = Report { findings: &findings, sources: &loaded.sources };
            screen.findings(&report);
            return report.exit(false);
        }
    };
    let findings: Vec<_> = loaded.tree.findings.iter().filter(|finding| scope.concerns(finding)).cloned().collect();
    if loaded.file.is_none() {
        screen.message("there is no fleet file: the clusters are those of the tree, each reached by the context of its name");
    }
    let looked = match drift_look::look(args, &scope, &mut loaded) {
        Ok(looked) => looked,
        Err(error) => {
            screen.error(&format!("error: the clusters could not be asked: {error}"));
            return Exit::Internal;
        }
    };
    let of_tree = Report { findings: &findings, sources: &loaded.sources };
    screen.findings(&of_tree);
    let places = Places::new(&loaded);
    let mut report = compare(args, &scope, &loaded, looked, &places);
    let written = outputs(args, &scope, &loaded, &places, &mut report, screen);
    report.exit().max(of_tree.exit(false)).max(written)
}

/// What was typed, checked against the tree: a name with a typing error in it must
/// not look like a ring without differences.
fn scope(args: &DriftArgs, loaded: &Loaded) -> Result<Scope, Finding> {
    let fleet = &loaded.fleet;
    let known =
        |typed: &str| fleet.clusters.iter().find(|cluster| cluster.name.as_str() == typed).map(|cluster| cluster.name.clone());
    let names: Vec<_> = fleet.clusters.iter().map(|cluster| cluster.name.as_str()).collect();
    let cluster = |flag: &str, typed: &str| known(typed).ok_or_else(|| unknown(flag, "cluster", typed, &names));
    let rings: BTreeSet<_> = loaded.tree.rings.iter().map(|wanted| &wanted.ring.name).collect();
    let ring = |typed: &String| {
        let found = rings.iter().find(|name| name.as_str() == typed).map(|name| (*name).clone());
        found.ok_or_else(|| unknown("--ring", "ring", typed, &rings.iter().map(|name| name.as_str()).collect::<Vec<_>>()))
    };
    let dump = |typed: &String| {
        let (name, path) = typed.split_once('=').filter(|(_, path)| !path.is_empty()).ok_or_else(|| {
            Finding::invalid(format!("--dump: `{typed}` is not `CLUSTER=PATH`")).fix("write `--dump k8s-cluster1=dump.yaml`")
        })?;
        Ok((cluster("--dump", name)?, PathBuf::from(path)))
    };
    Ok(Scope {
        clusters: args.cluster.iter().map(|typed| cluster("--cluster", typed)).collect::<Result<_, _>>()?,
        rings: args.ring.iter().map(ring).collect::<Result<_, _>>()?,
        dumps: args.dump.iter().map(dump).collect::<Result<_, _>>()?,
    })
}

fn compare(args: &DriftArgs, scope: &Scope, loaded: &Loaded, looked: Looked, places: &Places<'_>) -> DriftReport {
    let subjects: Vec<_> = looked
        .looks
        .iter()
        .map(|(cluster, look)| Subject {
            cluster: &cluster.name,
            retired: cluster.retired,
            wanted: drift_look::rings(scope, loaded, &cluster.name).collect(),
            config_maps: drift_look::config_maps(scope, loaded, &cluster.name).collect(),
            look,
        })
        .collect();
    let now = jiff::Zoned::now();
    let mut report = drift(
        &subjects,
        &Context {
            at: now.timestamp(),
            today: now.date(),
            fleet: loaded.fleet.name.as_ref(),
            ignores: &loaded.fleet.ignores,
            fail_on_not_processed: args.fail_on == Some(FailOn::NotProcessed),
            seeds: args.seeds,
            salt: salt(),
            place: &|wanted, path| places.of(wanted, path),
        },
    );
    places.add_rendered(&mut report, &loaded.tree);
    report.notes.extend(about_tree(scope, loaded));
    report.notes.extend(looked.notes);
    for cluster in &mut report.clusters {
        if loaded
            .tree
            .findings
            .iter()
            .any(|finding| finding.stops() && finding.clusters.iter().any(|name| name.as_str() == cluster.name))
        {
            cluster.not_checked.push(NotChecked {
                reason: TroubleKind::Config.as_str(),
                message: "not all of its rendered files can be used, so what Git wants there is not known".to_owned(),
                fix: "correct what the messages about the tree say".to_owned(),
                namespace: None,
            });
        }
    }
    report
}

/// What is to be known of the tree: who reads a report does not see the messages of the run.
fn about_tree(scope: &Scope, loaded: &Loaded) -> impl Iterator<Item = String> {
    let warnings = loaded.tree.findings.iter().filter(|finding| finding.severity == Severity::Warning && scope.concerns(finding));
    warnings.map(|finding| format!("{}: {}", finding.message, finding.why))
}

/// 16 bytes that nobody can guess: the keys of std's hashers come from the
/// system's randomness.
fn salt() -> Salt {
    let random = || std::hash::RandomState::new().build_hasher().finish().to_ne_bytes();
    Salt::new([random(), random()].concat())
}

/// Notes the history, writes files, prints.
fn outputs(
    args: &DriftArgs,
    scope: &Scope,
    loaded: &Loaded,
    places: &Places<'_>,
    report: &mut DriftReport,
    screen: &mut Screen,
) -> Exit {
    let mut findings = Vec::new();
    if let Some(path) = &args.history {
        let mut strange = 0;
        let updated = write::update_file(path, |text| {
            let mut history = History::read(text);
            strange = history.strange();
            history.merge(report, scope.rings.is_empty());
            history.text()
        });
        findings.extend(updated.err());
        if strange > 0 {
            report.notes.push(format!("{strange} lines of the history `{}` could not be read; they are kept", path.display()));
        }
    }
    let file = loaded.file.as_deref();
    let drawing = file.filter(|_| args.outputs.draws()).and_then(|path| drawing::of_fleet(&path.to_string_lossy()));
    args.outputs.put(&Told { report, anchor: file.map(locate::shown), loaded, places, drawing }, findings, screen)
}

struct Told<'a> {
    report: &'a DriftReport,
    /// The fleet file, for findings without a place.
    anchor: Option<String>,
    loaded: &'a Loaded,
    places: &'a Places<'a>,
    drawing: Option<Topology>,
}

impl Model for Told<'_> {
    fn text(&self, style: Style) -> String {
        drift_text(self.report, style)
    }

    fn json(&self) -> String {
        model_text(self.report)
    }

    fn page(&self) -> Page {
        let mut page = drift_page(self.report, self.anchor.clone(), &|ring, cluster| {
            self.places.of_ring(&self.loaded.tree, ring, cluster).or_else(|| places::of_cluster(self.loaded, cluster))
        });
        page.drawing = self.drawing.as_ref().map(|topology| (topology.clone(), drift_marks(topology, self.report)));
        page
    }

    fn prometheus(&self) -> String {
        drift_metrics(self.report)
    }
}
