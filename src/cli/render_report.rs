//! The report of `render`, in whatever formats are wanted.

use super::args::RenderArgs;
use super::drawing;
use super::flags::FailOn;
use super::load::Loaded;
use super::screen::Screen;
use crate::emit::{TreeFile, TreePath};
use crate::finding::{Exit, Finding};
use crate::render::Summary;
use crate::report::page::{Page, found_marks, render_page};
use crate::report::{DiffEntry, FilesEntry, Model, RenderReport, Report, Style, finding_text, model_text, summary, terminal};
use crate::topology::Topology;
use crate::write::{FileDiff, Plan};

/// What is known of a run before it is compared with the tree.
pub(super) struct Run<'a> {
    pub(super) args: &'a RenderArgs,
    pub(super) rings: Vec<Summary>,
    /// The files, where a report asks for them.
    files: Vec<TreeFile>,
    drawing: Option<Topology>,
    fleet: Option<String>,
}

impl<'a> Run<'a> {
    pub(super) fn new(args: &'a RenderArgs, loaded: &Loaded, files: &[TreeFile], rings: Vec<Summary>) -> Self {
        let files = if args.outputs().output.is_empty() { Vec::new() } else { files.to_vec() };
        let drawing = if args.outputs().draws() { drawing::of(loaded) } else { None };
        let fleet = loaded.fleet.as_ref().and_then(|fleet| fleet.name.as_ref()).map(ToString::to_string);
        Self { args, rings, files, drawing, fleet }
    }

    /// Writes the files that were asked for, and prints what was asked for. Without a
    /// format for standard output nothing is printed here.
    pub(super) fn tell(&self, found: &Report<'_>, compared: Option<(&Plan, &[FileDiff])>, screen: &mut Screen) -> Exit {
        let outputs = self.args.outputs();
        if outputs.output.is_empty() {
            return Exit::Clean;
        }
        let mut report = RenderReport::new(self.fleet.clone(), self.args.check, found, &self.files, &self.rings);
        report.files = compared.map(|(plan, diffs)| files(plan, diffs));
        let model = Told { report, found, drawing: self.drawing.as_ref() };
        let unwritten = outputs.write(&model);
        if let Some(format) = outputs.printed() {
            screen.result(&format.render(&model, screen.style(), &outputs.whole()));
        }
        let told = Report { findings: &unwritten, sources: found.sources };
        screen.findings(&told);
        told.exit(false)
    }

    /// The same for findings that end the run.
    pub(super) fn end(&self, findings: &[Finding], loaded: &Loaded, screen: &mut Screen) -> Exit {
        let report = Report { findings, sources: &loaded.sources };
        screen.findings(&report);
        let told = self.tell(&report, None, screen);
        report.exit(self.args.fail_on == FailOn::Warning).max(told)
    }
}

fn files(plan: &Plan, diffs: &[FileDiff]) -> FilesEntry {
    let paths = |paths: &mut dyn Iterator<Item = &TreePath>| paths.map(ToString::to_string).collect::<Vec<_>>();
    let out = format!("{}/", plan.out);
    let diff = |diff: &FileDiff| DiffEntry {
        file: diff.path.strip_prefix(&out).unwrap_or(&diff.path).to_owned(),
        text: diff.text.clone(),
    };
    FilesEntry {
        out: plan.out.clone(),
        written: paths(&mut plan.writes.iter().map(|write| &write.path)),
        removed: paths(&mut plan.removals.iter().map(|removal| &removal.path)),
        unchanged: plan.unchanged,
        differences: diffs.iter().map(diff).collect(),
    }
}

struct Told<'a> {
    report: RenderReport,
    found: &'a Report<'a>,
    drawing: Option<&'a Topology>,
}

impl Model for Told<'_> {
    fn text(&self, style: Style) -> String {
        let one = |finding| finding_text(finding, self.found.sources, style) + "\n";
        let mut text: String = self.found.findings.iter().map(one).collect();
        if let Some(files) = &self.report.files {
            text.extend(files.differences.iter().map(|diff| terminal(&diff.text).into_owned()));
        }
        format!("{text}{}\n", summary(self.found))
    }

    fn json(&self) -> String {
        model_text(&self.report)
    }

    fn page(&self) -> Page {
        let mut page = render_page(&self.report);
        page.drawing = self.drawing.map(|topology| (topology.clone(), found_marks(topology, &page.sections)));
        page
    }
}
