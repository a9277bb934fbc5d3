//! `render`: from sources to the tree, or a look at what it would be.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;

use super::args::{RenderArgs, RenderOutput};
use super::flags::{FailOn, ObjectFormat};
use super::load::{self, Loaded};
use super::progress::Progress;
use super::render_report::Run;
use super::screen::Screen;
use super::way_out::{self, WayOut};
use super::{locate, versions};
use crate::emit::TreeFile;
use crate::finding::{Exit, Finding};
use crate::fleet::Fleet;
use crate::names::{ClusterName, nearest};
use crate::render::{Job, Rendered, Summary, render};
use crate::report::{Report, log, terminal};
use crate::seeds::Origin;
use crate::write::{self, FileDiff, OutDir, Plan, Scope, apply};

/// Where the tree goes in the commands that we propose.
const OUT: &str = "clusters";

pub(super) fn run(args: &RenderArgs, screen: &mut Screen) -> Exit {
    if let Some(error) = misused(args) {
        screen.error(error);
        return Exit::BadInput;
    }
    if !args.outputs().usable(screen) {
        return Exit::BadInput;
    }
    let progress = Progress::start("reading and rendering".to_owned());
    let mut loaded = load::load(&args.fleet, args.out.as_deref());
    let rendered = rendered(&loaded);
    drop(progress);
    let Rendered { files, findings, rings } = rendered;
    loaded.findings.extend(findings);
    if loaded.out.is_none() && !args.stdout && loaded.fleet.is_some() {
        loaded.findings.push(
            Finding::invalid("it is not stated where the tree goes")
                .fix("add `--out clusters`, or write `out: clusters` in the fleet file")
                .remedy("--out", OUT),
        );
    }
    let exit = report(&loaded).exit(args.fail_on == FailOn::Warning);
    for line in loaded.fleet.iter().flat_map(|fleet| versions::messages(fleet, &rings)) {
        screen.message(&line);
    }
    let told = Run::new(args, &loaded, &files, rings);
    if exit != Exit::Clean || loaded.fleet.is_none() {
        return stopped(&told, &loaded, exit, screen);
    }
    if args.stdout {
        screen.findings(&report(&loaded));
        return print_cluster(args, &files, screen);
    }
    write(&told, loaded, files, screen)
}

/// What is wrong with the formats that were asked for.
fn misused(args: &RenderArgs) -> Option<&'static str> {
    if args.stdout {
        return args
            .objects()
            .is_none()
            .then_some("error: `--stdout` prints objects, as `-o yaml` or `-o json`; it makes no report");
    }
    let yaml = args.output.iter().any(|output| matches!(output, RenderOutput::Yaml));
    yaml.then_some("error: `-o yaml` is for `--stdout`, which prints objects; it is no format of a report")
}

fn report(loaded: &Loaded) -> Report<'_> {
    Report { findings: &loaded.findings, sources: &loaded.sources }
}

fn rendered(loaded: &Loaded) -> Rendered {
    let Some(fleet) = &loaded.fleet else { return Rendered::default() };
    render(&Job { input: &loaded.input, fleet, paths: &loaded.paths, whole_fleet: loaded.whole_fleet })
}

/// Nothing is written: says why, and which command would render.
fn stopped(told: &Run<'_>, loaded: &Loaded, exit: Exit, screen: &mut Screen) -> Exit {
    let (args, report) = (told.args, report(loaded));
    screen.findings(&report);
    let exit = if args.stdout { exit } else { exit.max(told.tell(&report, None, screen)) };
    screen.error("nothing was written");
    if report.counts().errors == 0 {
        screen.error("warnings count because of `--fail-on warning`");
        return exit.max(Exit::Findings);
    }
    match way_out::find(&args.fleet, args.out.as_deref(), &loaded.findings, &tail(args, loaded)) {
        WayOut::Command { command, conditions } => screen.error(&format!("\n{conditions}:\n  {command}")),
        WayOut::Further { command, conditions, loaded } => {
            screen.error("\nwith flags for what is above, this is left, which no flag can mend:\n");
            screen.findings(&self::report(&loaded));
            screen.error(&format!("when it is corrected, {conditions}:\n  {command}"));
        }
        WayOut::None => screen.error("correct that, then run the command again"),
    }
    exit.max(Exit::Findings)
}

/// What was typed beside the fleet, and where the tree goes if that is not stated.
fn tail(args: &RenderArgs, loaded: &Loaded) -> Vec<String> {
    let mut words = Vec::new();
    let mut add = |flag: &str, value: Option<&str>| words.extend([Some(flag), value].into_iter().flatten().map(str::to_owned));
    if let Some(out) = &args.out {
        add("--out", Some(out));
    } else if loaded.out.is_none() && !args.stdout {
        add("--out", Some(OUT));
    }
    for (flag, typed) in [("--check", args.check), ("--force", args.force), ("--stdout", args.stdout)] {
        if typed {
            add(flag, None);
        }
    }
    if let Some(cluster) = &args.cluster {
        add("--cluster", Some(cluster));
    }
    for output in &args.output {
        let (word, file) = match output {
            RenderOutput::Yaml => ("yaml", None),
            RenderOutput::Report(output) => (output.format.as_str(), output.file.as_ref()),
        };
        let file = file.map(|file| format!("={}", file.display())).unwrap_or_default();
        add("--output", Some(&format!("{word}{file}")));
    }
    if let Some(url) = &args.report_url {
        words.extend(["--report-url".to_owned(), url.clone()]);
    }
    words
}

/// Plans and writes, or with `--check` shows what would change.
fn write(told: &Run<'_>, mut loaded: Loaded, files: Vec<TreeFile>, screen: &mut Screen) -> Exit {
    let args = told.args;
    let (Some(out), Some(fleet)) = (&loaded.out, &loaded.fleet) else { return Exit::Internal };
    let progress = Progress::start(format!("comparing with {}", locate::shown(out)));
    let planned = plan(args, out, fleet, &loaded, files);
    drop(progress);
    let (mut folder, plan, changed) = match planned {
        Ok(planned) => planned,
        Err(stopped) => return refused(told, loaded, stopped, screen),
    };
    loaded.findings.extend(plan.warnings.iter().cloned());
    screen.findings(&report(&loaded));
    for line in about_seeds(&told.rings).chain(changed) {
        screen.message(&line);
    }
    let exit = report(&loaded).exit(args.fail_on == FailOn::Warning);
    if args.check {
        return checked(told, &loaded, &plan, &mut folder, exit, screen);
    }
    if let Err(finding) = apply(&plan, &mut folder) {
        return told.end(&[finding], &loaded, screen).max(Exit::Findings);
    }
    let unwritten = told.tell(&report(&loaded), Some((&plan, &[])), screen);
    if args.outputs().printed().is_none() {
        screen.result(&self::told(&plan, screen.verbose()));
    }
    exit.max(unwritten)
}

type Planned = (OutDir, Plan, Vec<String>);

/// Why nothing is written, and how edited files differ from what would be.
struct Refused {
    findings: Vec<Finding>,
    edits: Vec<FileDiff>,
}

impl From<Finding> for Refused {
    fn from(finding: Finding) -> Self {
        Self { findings: vec![finding], edits: Vec::new() }
    }
}

fn plan(args: &RenderArgs, out: &Path, fleet: &Fleet, loaded: &Loaded, files: Vec<TreeFile>) -> Result<Planned, Refused> {
    let scope = scope(fleet, loaded, &files);
    let mut folder = OutDir::open(locate::shown(out))?;
    let snapshot = folder.read(&scope, &files).map_err(|findings| Refused { findings, edits: Vec::new() })?;
    let changed = super::seeds_change::lines(&files, &snapshot, &mut folder)?;
    match write::plan(files, snapshot, &scope, args.force) {
        Ok(plan) => Ok((folder, plan, changed)),
        Err(refusal) => {
            let edits = refusal.diff(|path| folder.bytes(path))?;
            Err(Refused { findings: refusal.findings, edits })
        }
    }
}

fn scope(fleet: &Fleet, loaded: &Loaded, files: &[TreeFile]) -> Scope {
    let whose = match &fleet.name {
        None => write::Fleet::None,
        Some(name) if loaded.whole_fleet => write::Fleet::Whole(name.as_str().into()),
        Some(name) => write::Fleet::Part(name.as_str().into()),
    };
    let clusters = fleet.clusters.iter().map(|cluster| cluster.name.clone()).collect();
    Scope { fleet: whose, clusters, rings: files.iter().map(|file| file.ring().clone()).collect() }
}

/// Nothing is written, because of what is in the tree.
fn refused(told: &Run<'_>, mut loaded: Loaded, refusal: Refused, screen: &mut Screen) -> Exit {
    for edit in &refusal.edits {
        screen.error(&edit.text);
    }
    loaded.findings.extend(refusal.findings);
    let report = report(&loaded);
    screen.findings(&report);
    let unwritten = told.tell(&report, None, screen);
    screen.error("nothing was written");
    report.exit(false).max(unwritten)
}

fn checked(told: &Run<'_>, loaded: &Loaded, plan: &Plan, folder: &mut OutDir, exit: Exit, screen: &mut Screen) -> Exit {
    let diffs = match plan.diff(|path| folder.bytes(path)) {
        Ok(diffs) => diffs,
        Err(finding) => return told.end(&[finding], loaded, screen),
    };
    let exit = exit.max(told.tell(&report(loaded), Some((plan, &diffs)), screen));
    if told.args.outputs().printed().is_none() {
        let text: String = diffs.iter().map(|diff| terminal(&diff.text).into_owned()).collect();
        screen.result(&log(&text));
    }
    if !plan.differs() {
        screen.message(&format!("the tree is up to date: {} files", plan.unchanged));
        return exit;
    }
    screen.error("the tree is not what would be rendered: run `multicasskop render` and commit what it writes");
    exit.max(Exit::Findings)
}

/// What was written, as a person wants to read it.
fn told(plan: &Plan, verbose: bool) -> String {
    let mut text = String::new();
    if verbose {
        text.extend(plan.writes.iter().map(|write| format!("wrote   {}/{}\n", plan.out, write.path)));
        text.extend(plan.removals.iter().map(|removal| format!("removed {}/{}\n", plan.out, removal.path)));
    }
    let (written, removed) = (plan.writes.len(), plan.removals.len());
    text + &format!("{}: {written} written, {removed} removed, {} unchanged\n", terminal(&plan.out), plan.unchanged)
}

/// What `seeds: none` means.
fn about_seeds(rings: &[Summary]) -> impl Iterator<Item = String> {
    let alone = |ring: &&Summary| ring.seeds == Origin::None && ring.places.len() > 1;
    rings.iter().filter(alone).map(|ring| {
        format!(
            "`{}` gets no seeds, as stated: each of its {} clusters will start a ring of its own",
            ring.ring,
            ring.places.len()
        )
    })
}

/// `--stdout`: the objects of one cluster, as one YAML stream or JSON document.
fn print_cluster(args: &RenderArgs, files: &[TreeFile], screen: &mut Screen) -> Exit {
    let clusters: BTreeSet<&ClusterName> = files.iter().map(|file| &file.path().cluster).collect();
    let chosen = match &args.cluster {
        Some(name) => clusters.iter().find(|cluster| cluster.as_str() == name).copied(),
        None if clusters.len() == 1 => clusters.first().copied(),
        None => None,
    };
    let Some(chosen) = chosen else {
        screen.error(&which_cluster(args.cluster.as_deref(), &clusters));
        return Exit::BadInput;
    };
    let bodies = files.iter().filter(|file| file.path().cluster == *chosen).map(TreeFile::body);
    if args.objects() != Some(ObjectFormat::Json) {
        // One by one: all of them would be as much text again as the files.
        for (at, body) in bodies.enumerate() {
            screen.result(if at == 0 { "" } else { "---\n" });
            screen.result(&body);
        }
        return Exit::Clean;
    }
    let Some(mut objects) = load::objects(&bodies.collect::<Vec<_>>()) else { return Exit::Internal };
    let json = match objects.len() {
        1 => objects.remove(0),
        _ => json!({ "apiVersion": "v1", "kind": "List", "items": objects }),
    };
    screen.result(&load::json_text(&json));
    Exit::Clean
}

fn which_cluster(typed: Option<&str>, clusters: &BTreeSet<&ClusterName>) -> String {
    let names = || clusters.iter().map(|cluster| cluster.as_str());
    let list = names().collect::<Vec<_>>().join(", ");
    match typed.map(|typed| (typed, nearest(typed, names()))) {
        Some((typed, Some(near))) => format!("error: nothing is rendered for cluster `{typed}`; did you mean `{near}`?"),
        Some((typed, None)) => format!("error: nothing is rendered for cluster `{typed}`; there is {list}"),
        None => format!(
            "error: `--stdout` prints the objects of one cluster, because they have the same names in all of them: add `--cluster` with one of {list}"
        ),
    }
}
