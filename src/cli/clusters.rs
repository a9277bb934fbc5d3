//! `clusters`: the clusters of the fleet and how they are reached; `clusters
//! check` asks them.

use clap::{Args as ClapArgs, Subcommand};
use comfy_table::Table;
use comfy_table::TableStyle;
use serde_json::{Value as Json, json};

use super::clusters_check::{self, CheckArgs};
use super::flags::TextFormat;
use super::load::{self, FleetFile};
use super::reach;
use super::screen::Screen;
use crate::finding::{Exit, Finding};
use crate::fleet::{Choice as _, Cluster, Fleet};
use crate::live::Route;
use crate::report::{Report, document, terminal};
use crate::schema::Versions;

/// List the clusters of the fleet, with wave, state and how each is reached
///
/// Nothing is asked; `clusters check` does that.
#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub(super) struct ClustersArgs {
    #[command(subcommand)]
    command: Option<ClustersCommand>,
    #[command(flatten)]
    list: ListArgs,
}

const EXAMPLES: &str = "\
Examples:
  multicasskop clusters
  multicasskop clusters check              can all of them be checked, and does the CRD fit?
  multicasskop clusters check k8s-cluster2 -o json";

#[derive(Debug, Subcommand)]
enum ClustersCommand {
    Check(CheckArgs),
}

#[derive(Debug, ClapArgs)]
pub(super) struct ListArgs {
    /// The fleet file [default: fleet.yaml in this or the nearest folder above]
    #[arg(long, value_name = "FILE")]
    pub(super) fleet: Option<String>,
    /// Format of the output
    #[arg(short, long, value_enum, default_value_t = TextFormat::Text, value_name = "FORMAT")]
    pub(super) output: TextFormat,
}

pub(super) fn run(args: &ClustersArgs, screen: &mut Screen) -> Exit {
    match &args.command {
        Some(ClustersCommand::Check(args)) => clusters_check::run(args, screen),
        None => list(&args.list, screen),
    }
}

fn list(args: &ListArgs, screen: &mut Screen) -> Exit {
    let FleetFile { sources, fleet, base, findings, .. } = load::fleet_file(args.fleet.as_deref());
    // What is wrong with a ring is no matter here.
    let stops: Vec<_> = findings.into_iter().filter(Finding::stops).collect();
    let report = Report { findings: &stops, sources: &sources };
    let Some(fleet) = fleet else {
        screen.findings(&report);
        return report.exit(false);
    };
    let way = |cluster: &Cluster| match Route::of(&fleet, cluster, &base) {
        Route::Server(way) => way.words(),
        Route::Dump(path) => format!("dump {}", super::locate::shown(&path)),
    };
    screen.result(&match args.output {
        TextFormat::Text => text(&fleet, way),
        TextFormat::Json => load::json_text(&as_json(&fleet, way)),
    });
    Exit::Clean
}

fn text(fleet: &Fleet, way: impl Fn(&Cluster) -> String) -> String {
    let mut table = table(["CLUSTER", "WAVE", "STATE", "CASSKOP", "REACHED BY"]);
    for (cluster, wave) in fleet.clusters.with_waves() {
        table.add_row([
            cluster.name.to_string(),
            wave.to_string(),
            cluster.state.as_str().to_owned(),
            casskop(fleet.versions(cluster).map(|versions| versions.value)),
            terminal(&way(cluster)).into_owned(),
        ]);
    }
    lines(&table)
}

fn as_json(fleet: &Fleet, way: impl Fn(&Cluster) -> String) -> Json {
    let clusters = fleet.clusters.with_waves().map(|(cluster, wave)| {
        let versions = reach::versions(fleet, cluster);
        json!({
            "name": cluster.name,
            "wave": wave,
            "state": cluster.state.as_str(),
            "casskopVersion": {"from": versions.from.to_string(), "to": versions.to.to_string()},
            "reachedBy": way(cluster),
        })
    });
    document("ClusterList", json!({ "fleet": fleet.name, "clusters": clusters.collect::<Json>() }))
}

/// The CassKop of a cluster in a table.
pub(super) fn casskop(versions: Option<Versions>) -> String {
    match versions {
        None => "newest".to_owned(),
        Some(versions) if versions.from == versions.to => versions.to.to_string(),
        Some(versions) => format!("{} to {}", versions.from, versions.to),
    }
}

/// A table without lines, as kubectl prints them.
pub(super) fn table<const N: usize>(head: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new()).set_header(head);
    table
}

/// A table as text, with no blanks at the ends of its lines.
pub(super) fn lines(table: &Table) -> String {
    let table = table.to_string();
    let lines: Vec<_> = table.lines().map(str::trim).collect();
    lines.join("\n") + "\n"
}
