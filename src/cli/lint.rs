//! `lint`: the rules alone.

use jiff::civil::Date;
use serde_json::json;

use super::args::{FailOn, LintArgs, TextFormat};
use super::load;
use super::screen::Screen;
use super::versions;
use crate::finding::{Exit, Finding, Severity};
use crate::fleet::Allowance;
use crate::lint::allow_on;
use crate::names::RingName;
use crate::render::{Job, Rendered, render};
use crate::report::{Report, document, finding_text, findings_json, summary};

pub(super) fn run(args: &LintArgs, screen: &mut Screen) -> Exit {
    let today = match today(args.today.as_deref()) {
        Ok(today) => today,
        Err(message) => {
            screen.error(&format!("error: {message}"));
            return Exit::BadInput;
        }
    };
    let loaded = load::load(&args.fleet, None);
    let mut findings = loaded.findings;
    if let Some(fleet) = &loaded.fleet {
        let job = Job { input: &loaded.input, fleet, paths: &loaded.paths, whole_fleet: loaded.whole_fleet };
        let Rendered { findings: found, rings, .. } = render(&job);
        findings.extend(found);
        let looked_at = |ring: &RingName| loaded.input.rings.iter().any(|read| read.name == *ring);
        let judged = |allowance: &Allowance| loaded.whole_fleet || allowance.ring.as_ref().is_some_and(looked_at);
        allow_on(today, &mut findings, &fleet.allowances, judged);
        for line in versions::messages(fleet, &rings) {
            screen.message(&line);
        }
    }
    findings.sort_by_key(|finding| (finding.stops(), finding.severity));
    let report = Report { findings: &findings, sources: &loaded.sources };
    screen.result(&match args.output {
        TextFormat::Text => text(&report, screen),
        TextFormat::Json => {
            load::json_text(&document("LintReport", json!({ "findings": findings_json(&report), "counts": report.counts() })))
        }
    });
    report.exit(args.fail_on == FailOn::Warning)
}

/// All findings, the allowed ones with `-v` only and with `-q` only errors, and their number.
fn text(report: &Report<'_>, screen: &Screen) -> String {
    let shown = report.findings.iter().filter(|finding| {
        let remark = finding.severity == Severity::Info && !finding.allowed && !screen.quiet();
        remark || screen.shows(finding)
    });
    let one = |finding: &Finding| format!("{}\n", finding_text(finding, report.sources, screen.style()));
    format!("{}{}\n", shown.map(one).collect::<String>(), summary(report))
}

fn today(typed: Option<&str>) -> Result<Date, String> {
    match typed {
        Some(text) => text.parse().map_err(|_| format!("--today: `{text}` is no day such as 2027-01-31")),
        None => Ok(jiff::Zoned::now().date()),
    }
}
