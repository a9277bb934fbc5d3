//! Arguments that several commands have; the doc comments are the help texts.

use clap::{Args as ClapArgs, ValueEnum};

use crate::fleet::Flags;

#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Global options")]
pub(super) struct Global {
    /// Print errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Print more: remarks, and every file
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
    /// When to use colour; `auto` is on a terminal, unless `NO_COLOR` is set
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub(super) color: Colour,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    Auto,
    Always,
    Never,
}

/// Which rings, for which clusters.
#[derive(Clone, Debug, Default, ClapArgs)]
pub(super) struct FleetArgs {
    /// Files, folders or globs with `MultiCasskop`s (and ConfigMaps that they name); `-` is standard input
    ///
    /// Without any, the `sources` of the fleet file.
    #[arg(value_name = "SOURCE")]
    pub(super) sources: Vec<String>,
    /// The fleet file [default: fleet.yaml in this or the nearest folder above]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["local", "remote"])]
    pub(super) fleet: Option<String>,
    /// The first cluster: with --remote makes a fleet of its own, as Multi-CassKop's flags do
    #[arg(short, long, value_name = "CLUSTER")]
    pub(super) local: Option<String>,
    /// A further cluster, in order; may be repeated
    #[arg(short, long, value_name = "CLUSTER")]
    pub(super) remote: Vec<String>,
    /// DNS zone of a cluster's nodes, for seeds; may be repeated
    #[arg(long, value_name = "CLUSTER=ZONE")]
    pub(super) zone: Vec<String>,
    /// Namespace of objects that name none
    #[arg(long, value_name = "NAME")]
    pub(super) namespace: Option<String>,
    /// CassKop's version [default: the newest, 1.1.5 for v1alpha1 sources]
    #[arg(long, value_name = "VERSION")]
    pub(super) casskop_version: Option<String>,
    /// What applies the tree: argocd, flux or other
    #[arg(long, value_name = "ENGINE")]
    pub(super) engine: Option<String>,
    /// How overrides are merged: merge-patch (what is written counts) or operator (as Multi-CassKop did)
    #[arg(long, value_name = "MODE")]
    pub(super) merge: Option<String>,
    /// The seeds: auto, none, or a list joined by commas
    #[arg(long, value_name = "SEEDS")]
    pub(super) seeds: Option<String>,
    /// How seeds reach the nodes: configmap, status or env
    #[arg(long, value_name = "WAY")]
    pub(super) seed_delivery: Option<String>,
    /// Accept the findings of a rule, or `all` that may be accepted; may be repeated
    #[arg(long, value_name = "RULE")]
    pub(super) allow: Vec<String>,
}

impl FleetArgs {
    /// What was typed, for the library.
    pub(super) fn flags(&self) -> Flags {
        Flags {
            local: self.local.clone(),
            remotes: self.remote.clone(),
            zones: self.zone.clone(),
            namespace: self.namespace.clone(),
            casskop_version: self.casskop_version.clone(),
            engine: self.engine.clone(),
            merge: self.merge.clone(),
            seeds: self.seeds.clone(),
            seed_delivery: self.seed_delivery.clone(),
            allow: self.allow.clone(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TextFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ObjectFormat {
    Yaml,
    Json,
}
