//! `lint`: the rules alone.

use jiff::civil::Date;
use serde_json::json;

use super::args::{FailOn, LintArgs, TextFormat};
use super::load;
use super::screen::Screen;
use crate::finding::{Exit, Finding};
use crate::lint::allow_on;
use crate::render::{Job, render};
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
        findings.extend(render(&job).findings);
        allow_on(today, &mut findings, &fleet.allowances);
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

/// All findings, the allowed ones with `-v`, and their number.
fn text(report: &Report<'_>, screen: &Screen) -> String {
    let shown = report.findings.iter().filter(|finding| screen.verbose() || !finding.allowed);
    let one = |finding: &Finding| format!("{}\n", finding_text(finding, report.sources, screen.style()));
    format!("{}{}\n", shown.map(one).collect::<String>(), summary(report))
}

fn today(typed: Option<&str>) -> Result<Date, String> {
    match typed {
        Some(text) => text.parse().map_err(|_| format!("--today: `{text}` is no day such as 2027-01-31")),
        None => Ok(jiff::Zoned::now().date()),
    }
}
