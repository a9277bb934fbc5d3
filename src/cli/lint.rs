//! `lint`: the rules alone.

use jiff::civil::Date;

use super::args::LintArgs;
use super::flags::FailOn;
use super::screen::Screen;
use super::{drawing, load, locate, versions};
use crate::finding::{Exit, Finding, Severity};
use crate::fleet::Allowance;
use crate::lint::allow_on;
use crate::names::RingName;
use crate::render::{Job, render};
use crate::report::page::{Page, found_marks, lint_page};
use crate::report::{LintReport, Model, Report, Style, finding_text, model_text, summary};
use crate::topology::Topology;

pub(super) fn run(args: &LintArgs, screen: &mut Screen) -> Exit {
    let today = match today(args.today.as_deref()) {
        Ok(today) => today,
        Err(message) => {
            screen.error(&format!("error: {message}"));
            return Exit::BadInput;
        }
    };
    if !args.outputs.usable(screen) {
        return Exit::BadInput;
    }
    let mut loaded = load::load(&args.fleet, None);
    let mut findings = std::mem::take(&mut loaded.findings);
    let (mut files, mut rings) = (Vec::new(), Vec::new());
    if let Some(fleet) = &loaded.fleet {
        let job = Job { input: &loaded.input, fleet, paths: &loaded.paths, whole_fleet: loaded.whole_fleet };
        let rendered = render(&job);
        findings.extend(rendered.findings);
        (files, rings) = (rendered.files, rendered.rings);
        let looked_at = |ring: &RingName| loaded.input.rings.iter().any(|read| read.name == *ring);
        let judged = |allowance: &Allowance| loaded.whole_fleet || allowance.ring.as_ref().is_some_and(looked_at);
        allow_on(today, &mut findings, &fleet.allowances, judged);
        for line in versions::messages(fleet, &rings) {
            screen.message(&line);
        }
    }
    findings.sort_by_key(|finding| (finding.stops(), finding.severity));
    let found = Report { findings: &findings, sources: &loaded.sources };
    let fleet = loaded.fleet.as_ref().and_then(|fleet| fleet.name.as_ref()).map(ToString::to_string);
    // Lines of files that nobody asks for are not looked up.
    let files = if args.outputs.output.is_empty() { Vec::new() } else { files };
    let told = Told {
        report: LintReport::new(fleet, &found, &files, &rings),
        shown: findings.iter().filter(|finding| shows(finding, screen)).collect(),
        found: &found,
        out: loaded.out.as_deref().map(locate::shown),
        drawing: if args.outputs.draws() { drawing::of(&loaded) } else { None },
    };
    found.exit(args.fail_on == FailOn::Warning).max(args.outputs.put(&told, Vec::new(), screen))
}

/// All findings are shown as text, the allowed ones with `-v` only and with `-q` only errors.
fn shows(finding: &Finding, screen: &Screen) -> bool {
    let remark = finding.severity == Severity::Info && !finding.allowed && !screen.quiet();
    remark || screen.shows(finding)
}

struct Told<'a> {
    report: LintReport,
    found: &'a Report<'a>,
    /// What is shown as text.
    shown: Vec<&'a Finding>,
    /// Folder of the tree, if it is known.
    out: Option<String>,
    drawing: Option<Topology>,
}

impl Model for Told<'_> {
    fn text(&self, style: Style) -> String {
        let one = |finding: &&Finding| format!("{}\n", finding_text(finding, self.found.sources, style));
        format!("{}{}\n", self.shown.iter().map(one).collect::<String>(), summary(self.found))
    }

    fn json(&self) -> String {
        model_text(&self.report)
    }

    fn page(&self) -> Page {
        let mut page = lint_page(&self.report, self.out.as_deref());
        page.drawing = self.drawing.as_ref().map(|topology| (topology.clone(), found_marks(topology, &page.sections)));
        page
    }
}

fn today(typed: Option<&str>) -> Result<Date, String> {
    match typed {
        Some(text) => text.parse().map_err(|_| format!("--today: `{text}` is no day such as 2027-01-31")),
        None => Ok(jiff::Zoned::now().date()),
    }
}
