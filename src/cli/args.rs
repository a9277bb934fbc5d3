//! The commands with their arguments, as clap reads them; the doc comments are the help texts.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use super::clusters::ClustersArgs;
use super::flags::{FailOn, FleetArgs, Global, ObjectFormat, TextFormat};
use super::outputs::{self, Output, OutputArgs};
use crate::report::Format;

/// Renders one Cassandra ring over several Kubernetes clusters into a Git-ready tree.
///
/// A MultiCasskop goes in, one CassandraCluster per cluster comes out, in a form that
/// Argo CD or Flux can apply and that CassKop never rewrites.
#[derive(Debug, Parser)]
#[command(name = "multicasskop", version, max_term_width = 100, after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  Render a ring for two clusters, in the order in which they get changes:
    multicasskop render ring.yaml --local k8s-cluster1 --remote k8s-cluster2 --out clusters

  In a repository with a fleet.yaml, render all rings, or check that the tree is up to date:
    multicasskop render
    multicasskop render --check

  What does a rule mean?
    multicasskop explain L30

Exit codes: 0 clean, 1 findings or differences, 2 bad input or usage, 3 could not tell, 4 internal error.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    Render(RenderArgs),
    Lint(LintArgs),
    Explain(ExplainArgs),
    Canonical(CanonicalArgs),
    Seeds(SeedsArgs),
    Hash(HashArgs),
    Drift(super::drift::DriftArgs),
    Gate(super::gate::GateArgs),
    Clusters(ClustersArgs),
    Topology(TopologyArgs),
    Prerequisites(PrerequisitesArgs),
    Schema(SchemaArgs),
    Convert(ConvertArgs),
    #[command(hide = true)]
    Action(super::action::ActionArgs),
    #[command(display_order = 0)]
    Init(super::init::InitArgs),
    #[command(display_order = 900)]
    Completions(super::manual::CompletionsArgs),
    #[command(display_order = 901)]
    Man(super::manual::ManArgs),
}

/// Render rings into a tree with one directory per cluster
///
/// Nothing is written if there is an error. Files that are not ours are never touched.
#[derive(Debug, ClapArgs)]
#[command(after_help = RENDER_EXAMPLES)]
pub(super) struct RenderArgs {
    #[command(flatten)]
    pub(super) fleet: FleetArgs,
    /// Folder of the tree [default: `out` of the fleet file]
    #[arg(long, value_name = "FOLDER")]
    pub(super) out: Option<String>,
    /// Write nothing; exit 1 and show a diff if the tree is not what would be rendered
    #[arg(long, conflicts_with_all = ["stdout", "force"])]
    pub(super) check: bool,
    /// Replace files of ours that somebody edited
    #[arg(long, conflicts_with = "stdout")]
    pub(super) force: bool,
    /// Print the objects of one cluster instead of writing files
    #[arg(long)]
    pub(super) stdout: bool,
    /// Which cluster to print
    #[arg(long, value_name = "CLUSTER", requires = "stdout")]
    pub(super) cluster: Option<String>,
    /// Format of the report: text, json, markdown, comment, html, sarif, junit, github or prometheus; with --stdout of
    /// the objects: yaml [default] or json
    ///
    /// On standard output, text by default, or with `FORMAT=FILE` as a file; may be repeated.
    #[arg(short, long, value_name = "FORMAT[=FILE]", value_parser = render_output)]
    pub(super) output: Vec<RenderOutput>,
    /// Where readers find the whole report, for formats that have to leave something out
    #[arg(long, value_name = "URL", value_parser = outputs::address)]
    pub(super) report_url: Option<String>,
    /// From which severity on findings fail
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(super) fail_on: FailOn,
}

/// What `render` may be asked for.
#[derive(Clone, Debug)]
pub(super) enum RenderOutput {
    /// The objects as YAML.
    Yaml,
    /// A report; with `--stdout`, JSON is for the objects.
    Report(Output),
}

fn render_output(text: &str) -> Result<RenderOutput, String> {
    if text == "yaml" { Ok(RenderOutput::Yaml) } else { outputs::parse(text).map(RenderOutput::Report) }
}

impl RenderArgs {
    /// The formats of the report.
    pub(super) fn outputs(&self) -> OutputArgs {
        let report = |output: &RenderOutput| match output {
            RenderOutput::Yaml => None,
            RenderOutput::Report(output) => Some(output.clone()),
        };
        OutputArgs { output: self.output.iter().filter_map(report).collect(), report_url: self.report_url.clone() }
    }

    /// The format of the objects; `None` if what was typed is none.
    pub(super) fn objects(&self) -> Option<ObjectFormat> {
        match self.output.as_slice() {
            [] | [RenderOutput::Yaml] => Some(ObjectFormat::Yaml),
            [RenderOutput::Report(Output { format: Format::Json, file: None })] => Some(ObjectFormat::Json),
            _ => None,
        }
    }
}

const RENDER_EXAMPLES: &str = "\
Examples:
  multicasskop render ring.yaml -l k8s-cluster1 -r k8s-cluster2 --namespace cassandra --out clusters
  multicasskop render rings/demo.yaml             one ring of the fleet
  multicasskop render --check                     is the tree up to date?
  multicasskop render --stdout --cluster k8s-cluster1 | kubectl diff -f -";

/// Check rings against the rules, without rendering
#[derive(Debug, ClapArgs)]
pub(super) struct LintArgs {
    #[command(flatten)]
    pub(super) fleet: FleetArgs,
    #[command(flatten)]
    pub(super) outputs: OutputArgs,
    /// From which severity on findings fail
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(super) fail_on: FailOn,
    /// The day on which allowances must still hold [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) today: Option<String>,
}

/// Explain a rule: why it matters, what it fires on, how to fix it
#[derive(Debug, ClapArgs)]
pub(super) struct ExplainArgs {
    /// The rule, such as L30; without it all rules are listed
    #[arg(value_name = "RULE")]
    pub(super) rule: Option<String>,
    /// Format of the output
    #[arg(short, long, value_enum, default_value_t = TextFormat::Text, value_name = "FORMAT")]
    pub(super) output: TextFormat,
}

/// Print what CassKop makes of a CassandraCluster: the form that it no longer changes
#[derive(Debug, ClapArgs)]
pub(super) struct CanonicalArgs {
    /// File with a CassandraCluster; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(super) file: String,
    /// Format of the output
    #[arg(short, long, value_enum, default_value_t = ObjectFormat::Yaml, value_name = "FORMAT")]
    pub(super) output: ObjectFormat,
    /// CassKop's version [default: the newest, 1.1.5 for v1alpha1]
    #[arg(long, value_name = "VERSION")]
    pub(super) casskop_version: Option<String>,
}

/// Print the seeds of each ring, by cluster, and how they get there
#[derive(Debug, ClapArgs)]
pub(super) struct SeedsArgs {
    #[command(flatten)]
    pub(super) fleet: FleetArgs,
    /// Format of the output
    #[arg(short, long, value_enum, default_value_t = TextFormat::Text, value_name = "FORMAT")]
    pub(super) output: TextFormat,
}

/// Print the content hash of a CassandraCluster, as the renderer annotates it
#[derive(Debug, ClapArgs)]
pub(super) struct HashArgs {
    /// File with a CassandraCluster, rendered or live; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(super) file: String,
    /// CassKop's version [default: the newest, 1.1.5 for v1alpha1]
    #[arg(long, value_name = "VERSION")]
    pub(super) casskop_version: Option<String>,
    /// Format of the output
    #[arg(short, long, value_enum, default_value_t = TextFormat::Text, value_name = "FORMAT")]
    pub(super) output: TextFormat,
}

/// Draw the rings: clusters in the order of their waves, data centres, racks, nodes, seeds, sizes
///
/// Nothing is asked of a cluster: this is what the files say.
#[derive(Debug, ClapArgs)]
#[command(after_help = TOPOLOGY_EXAMPLES)]
pub(super) struct TopologyArgs {
    #[command(flatten)]
    pub(super) fleet: FleetArgs,
    /// Only this ring; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(super) ring: Vec<String>,
    /// Format of the picture
    #[arg(short, long, value_enum, default_value_t = TopologyFormat::Text, value_name = "FORMAT")]
    pub(super) output: TopologyFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TopologyFormat {
    /// A tree
    Text,
    /// A diagram for a Markdown code block, as GitHub renders it
    Mermaid,
    /// A drawing for a document
    Svg,
    /// For programs
    Json,
}

const TOPOLOGY_EXAMPLES: &str = "\
Examples:
  multicasskop topology
  multicasskop topology --ring cassandra-demo -o svg > cassandra-demo.svg
  multicasskop topology ring.yaml -l k8s-cluster1 -r k8s-cluster2 -o mermaid";

/// List what each cluster must have before a ring comes: namespace, CassKop, secrets, nodes, DNS, ports, images
///
/// Nothing is asked of a cluster: this is what the files ask for, with the line that does.
#[derive(Debug, ClapArgs)]
#[command(after_help = PREREQUISITES_EXAMPLES)]
pub(super) struct PrerequisitesArgs {
    #[command(flatten)]
    pub(super) fleet: FleetArgs,
    /// Only for this cluster
    #[arg(long, value_name = "CLUSTER")]
    pub(super) cluster: Option<String>,
    /// Format of the list
    #[arg(short, long, value_enum, default_value_t = PrerequisitesFormat::Text, value_name = "FORMAT")]
    pub(super) output: PrerequisitesFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PrerequisitesFormat {
    /// A checklist
    Text,
    /// A checklist for an issue or a document
    Markdown,
    /// Skeleton manifests of one cluster: namespace, service account, network policies
    Yaml,
    /// For programs
    Json,
}

const PREREQUISITES_EXAMPLES: &str = "\
Examples:
  multicasskop prerequisites
  multicasskop prerequisites -o markdown > prerequisites.md
  multicasskop prerequisites --cluster k8s-cluster2 -o yaml > k8s-cluster2.yaml";
/// Print the JSON Schema of a kind of file, for editors
///
/// The same files lie in `schemas/` of the repository.
#[derive(Debug, ClapArgs)]
#[command(after_help = SCHEMA_EXAMPLES)]
pub(super) struct SchemaArgs {
    /// The kind, such as multicasskop; without it all kinds are listed
    #[arg(value_name = "KIND")]
    pub(super) kind: Option<String>,
}

const SCHEMA_EXAMPLES: &str = "\
Examples:
  multicasskop schema multicasskop > .schemas/multicasskop.json
  Then, as the first line of a MultiCasskop, for editors with yaml-language-server:
    # yaml-language-server: $schema=../.schemas/multicasskop.json";

/// Convert a source from v1alpha1 to v2, and say all that changes
///
/// The number of tokens is always written, because nodes do not start with
/// another one. Comments are kept. What only a person can decide is an error
/// that says what to do, and then nothing is converted.
#[derive(Debug, ClapArgs)]
#[command(after_help = CONVERT_EXAMPLES)]
pub(super) struct ConvertArgs {
    /// File with a MultiCasskop or CassandraCluster, or several; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(super) file: String,
    /// The format to convert to
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) to: ApiFormat,
    /// Write a new file instead of printing; one that exists is left alone
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<String>,
    /// Write FILE itself anew
    #[arg(long, conflicts_with = "out")]
    pub(super) in_place: bool,
    /// CassKop's version, whose bootstrap image is written [default: the newest]
    #[arg(long, value_name = "VERSION")]
    pub(super) casskop_version: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ApiFormat {
    V2,
}

const CONVERT_EXAMPLES: &str = "\
Examples:
  multicasskop convert rings/demo.yaml --to v2 | diff rings/demo.yaml -
  multicasskop convert rings/demo.yaml --to v2 --in-place";
