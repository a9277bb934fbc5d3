//! `gate`: may the next cluster go?

use std::collections::BTreeMap;
use std::time::Duration;

use clap::{ArgGroup, Args as ClapArgs};

use super::gate_look::{self, Plan, Question};
use super::gate_since;
use super::gate_wait::{self, Pace};
use super::outputs::OutputArgs;
use super::places::Places;
use super::reach::{ReachArgs, duration};
use super::screen::Screen;
use super::tree::{self, Loaded, NoTree, TreeArgs, unknown};
use super::{drawing, locate};
use crate::check;
use crate::emit::RingKey;
use crate::finding::{Exit, Finding};
use crate::fleet::State;
use crate::gate::{self, Ask, GateReport, Settings};
use crate::names::{ClusterName, RingName};
use crate::report::page::{GatePlace, Page, gate_marks, gate_page};
use crate::report::{Model, Report, Style, model_text};
use crate::topology::Topology;
use crate::wanted::Wanted;

/// Say whether the next cluster may have its change: is everything before it done, and proven?
///
/// Only reads. Looks at all clusters of the rings concerned for as long as --stable says, and with --wait until
/// the answer is yes, no waiting can help, or the time is up. The tree is read once, at the start.
#[derive(Debug, ClapArgs)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("asked").required(true))]
pub(super) struct GateArgs {
    /// May this cluster go?
    #[arg(value_name = "CLUSTER", group = "asked")]
    pub(super) cluster: Option<String>,
    /// May all clusters of this wave go?
    #[arg(long, value_name = "NUMBER", group = "asked", allow_negative_numbers = true)]
    pub(super) wave: Option<i64>,
    /// Is every cluster settled?
    #[arg(long, group = "asked")]
    pub(super) all: bool,
    #[command(flatten)]
    pub(super) tree: TreeArgs,
    /// Only this ring; may be repeated
    #[arg(long, value_name = "RING")]
    pub(super) ring: Vec<String>,
    /// What was rendered before the change, a folder or a Git revision: then a change that reaches no pod needs no
    /// proof where StatefulSets may not be listed
    #[arg(long, value_name = "REV|FOLDER")]
    pub(super) since: Option<String>,
    /// Wait until the gate opens
    #[arg(long)]
    pub(super) wait: bool,
    /// How long to wait
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration, requires = "wait")]
    pub(super) timeout: Duration,
    /// For how long all conditions have to hold
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = duration)]
    pub(super) stable: Duration,
    /// How far two looks may lie apart, at most 5s [default: a quarter of --stable, at most 5s]
    #[arg(long, value_name = "TIME", value_parser = every)]
    pub(super) every: Option<Duration>,
    /// A cluster that may be in the middle of an operation, unless it has to be settled first; may be repeated
    #[arg(long, value_name = "CLUSTER")]
    pub(super) allow_busy: Vec<String>,
    /// After so long a pod operation that is still under way is only a warning: CassKop can forget one
    #[arg(long, value_name = "TIME", default_value = "30m", value_parser = duration)]
    pub(super) pod_operations: Duration,
    #[command(flatten)]
    pub(super) outputs: OutputArgs,
    #[command(flatten)]
    pub(super) reach: ReachArgs,
}

const EXAMPLES: &str = "\
Examples:
  May it go now? Takes 20 s if the answer is yes:
    multicasskop gate k8s-cluster2

  Wait until it may:
    multicasskop gate k8s-cluster2 --wait --timeout 2h

  multicasskop gate --wave 10 --ring cassandra-demo --since HEAD~1
  multicasskop gate --all -o json=gate.json

Exit codes: 0 open, 1 closed, 2 bad input, 3 could not tell, so not open; also if Ctrl-C or SIGTERM ended it.";

/// Looks lie no further apart, whatever is asked for.
const FURTHEST: Duration = Duration::from_secs(5);

fn every(text: &str) -> Result<Duration, String> {
    let every = duration(text)?;
    if every > FURTHEST { Err("at most 5s: what happens between two looks is not seen".to_owned()) } else { Ok(every) }
}

impl GateArgs {
    fn pace(&self) -> Pace {
        let every = self.every.unwrap_or_else(|| FURTHEST.min(self.stable / 4));
        // Without --wait a look or two may be slow, but it has to end.
        let limit = if self.wait { self.timeout } else { self.stable * 2 + self.reach.deadline };
        Pace { stable: self.stable, every, limit, wait: self.wait }
    }

    fn settings(&self) -> Settings {
        Settings { pod_operations: i64::try_from(self.pod_operations.as_secs()).unwrap_or(i64::MAX) }
    }
}

pub(super) fn run(args: &GateArgs, screen: &mut Screen) -> Exit {
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
    // What Git wants has to be known, of every cluster: the file that cannot be read may be a ring's.
    let of_tree = Report { findings: &loaded.tree.findings, sources: &loaded.sources };
    screen.findings(&of_tree);
    let exit = of_tree.exit(false);
    if exit > Exit::Clean {
        screen.error("error: the gate stays closed as long as the tree cannot be read as a whole");
        return exit;
    }
    let asked = question(args, &loaded).and_then(|question| {
        let since = args.since.as_deref().map(|since| gate_since::read(since, &mut loaded)).transpose()?;
        Ok((question, since))
    });
    let (question, since) = match asked {
        Ok(asked) => asked,
        Err(finding) => return refuse(finding, &loaded, screen),
    };
    match gate_look::plan(&question, &loaded, since.as_ref()) {
        Ok(plan) => watch(args, &question, &plan, &loaded, screen),
        Err(finding) => refuse(finding, &loaded, screen),
    }
}

fn refuse(finding: Finding, loaded: &Loaded, screen: &mut Screen) -> Exit {
    let findings = [finding];
    let report = Report { findings: &findings, sources: &loaded.sources };
    screen.findings(&report);
    report.exit(false)
}

fn watch(args: &GateArgs, question: &Question, plan: &Plan<'_>, loaded: &Loaded, screen: &mut Screen) -> Exit {
    if loaded.file.is_none() {
        screen.message("there is no fleet file: the clusters are those of the tree, each reached by the context of its name");
    }
    for message in check::expired(&loaded.fleet.ignores, jiff::Zoned::now().date()).iter().chain(&plan.notes) {
        screen.message(message);
    }
    let report = match gate_wait::watch(plan, question, &args.settings(), &args.pace(), &args.reach.limits(), loaded, screen) {
        Ok(report) => report,
        Err(error) => {
            screen.error(&format!("error: the clusters could not be asked: {error}"));
            return Exit::Internal;
        }
    };
    let file = loaded.file.as_deref();
    let told = Told {
        report: &report,
        fleet: loaded.fleet.name.as_ref().map(ToString::to_string),
        anchor: file.map(locate::shown),
        places: if args.outputs.output.is_empty() { BTreeMap::new() } else { places(&report, loaded) },
        drawing: file.filter(|_| args.outputs.draws()).and_then(|path| drawing::of_fleet(&path.to_string_lossy())),
    };
    report.exit().max(args.outputs.put(&told, Vec::new(), screen))
}

fn places(report: &GateReport, loaded: &Loaded) -> BTreeMap<(String, String), GatePlace> {
    let places = Places::new(loaded);
    let asked = |ring: &RingKey| {
        report.rings.iter().any(|one| one.namespace == ring.namespace.as_str() && one.name == ring.name.as_str())
    };
    let of = |wanted: &Wanted| {
        let (source, rendered) = places.whole(wanted);
        ((wanted.ring.to_string(), wanted.cluster.to_string()), GatePlace { source, rendered })
    };
    loaded.tree.rings.iter().filter(|wanted| asked(&wanted.ring)).map(of).collect()
}

struct Told<'a> {
    report: &'a GateReport,
    fleet: Option<String>,
    /// The fleet file.
    anchor: Option<String>,
    /// Where each ring is written for a cluster, since what the gate says has no line of its own.
    places: BTreeMap<(String, String), GatePlace>,
    drawing: Option<Topology>,
}

impl Model for Told<'_> {
    fn text(&self, _: Style) -> String {
        gate::text(self.report)
    }

    fn json(&self) -> String {
        model_text(self.report)
    }

    fn page(&self) -> Page {
        let place =
            |ring: &str, cluster: &str| self.places.get(&(ring.to_owned(), cluster.to_owned())).cloned().unwrap_or_default();
        let mut page = gate_page(self.report, self.fleet.clone(), self.anchor.clone(), &place);
        page.drawing = self.drawing.as_ref().map(|topology| (topology.clone(), gate_marks(topology, self.report)));
        page
    }
}

/// What was typed, checked against fleet and tree: a name with a typing error in it
/// must not look like something that is done.
fn question(args: &GateArgs, loaded: &Loaded) -> Result<Question, Finding> {
    let rings: std::collections::BTreeSet<_> = loaded.tree.rings.iter().map(|wanted| &wanted.ring.name).collect();
    let ring = |typed: &String| -> Result<RingName, Finding> {
        let found = rings.iter().find(|name| name.as_str() == typed).map(|name| (*name).clone());
        found.ok_or_else(|| unknown("--ring", "ring", typed, &rings.iter().map(|name| name.as_str()).collect::<Vec<_>>()))
    };
    let ask = match (&args.cluster, args.wave) {
        (Some(typed), _) => Ask::Cluster(target(typed, loaded)?),
        (None, Some(wave)) => Ask::Wave(wave),
        (None, None) => Ask::All,
    };
    Ok(Question {
        ask,
        rings: args.ring.iter().map(ring).collect::<Result<_, _>>()?,
        allow_busy: args.allow_busy.iter().map(|typed| cluster("--allow-busy", typed, loaded)).collect::<Result<_, _>>()?,
    })
}

fn cluster(flag: &str, typed: &str, loaded: &Loaded) -> Result<ClusterName, Finding> {
    let known = || loaded.fleet.clusters.iter().map(|cluster| &cluster.name);
    let found = known().find(|name| name.as_str() == typed).cloned();
    found.ok_or_else(|| unknown(flag, "cluster", typed, &known().map(ClusterName::as_str).collect::<Vec<_>>()))
}

fn target(typed: &str, loaded: &Loaded) -> Result<ClusterName, Finding> {
    let name = cluster("gate", typed, loaded)?;
    let retired = loaded.fleet.clusters.get(&name).is_some_and(|cluster| cluster.state == State::Retired);
    if retired {
        return Err(Finding::invalid(format!("the cluster `{name}` is retired: nothing is rendered for it that could go"))
            .fix("ask about another cluster, or take `state: retired` out of the fleet file and render"));
    }
    Ok(name)
}
