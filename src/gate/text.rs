//! What the gate says, as text for a person. Pure; text from the input is escaped.

use std::fmt::Write as _;

use crate::report::terminal;

use super::model::Remedy;
use super::report::{GateAnswer, GateReport, GateRing};

/// The whole report.
pub fn text(report: &GateReport) -> String {
    let mut out = format!("gate {}: {}\n", report.asked, headline(report));
    for ring in &report.rings {
        of_ring(ring, &mut out);
    }
    terminal(&out).into_owned()
}

/// One line for a log: the answer, and the first thing in the way.
pub fn line(report: &GateReport) -> String {
    let first = report.rings.iter().find_map(|ring| {
        let reason = ring.reasons.first().map(|reason| (&reason.cluster, &reason.message));
        let unseen = ring.unseen.first().map(|unseen| (&unseen.cluster, &unseen.message));
        reason.or(unseen).map(|(cluster, message)| format!(": {}/{} in {cluster}: {message}", ring.namespace, ring.name))
    });
    let count: usize = report.rings.iter().map(|ring| ring.reasons.len() + ring.unseen.len()).sum();
    let more = if count > 1 { format!(" (and {} more)", count - 1) } else { String::new() };
    terminal(&format!("{}{}{more}", headline(report), first.unwrap_or_default())).into_owned()
}

/// The answer in a few words.
pub fn headline(report: &GateReport) -> String {
    match (report.answer, report.held_seconds) {
        (GateAnswer::Open, _) => "open".to_owned(),
        (GateAnswer::CouldNotTell, _) => "could not tell, so not open".to_owned(),
        (GateAnswer::Closed, Some(seconds)) => format!("closed, all conditions hold since {seconds} s, not long enough yet"),
        (GateAnswer::Closed, None) if report.needs_action => "closed, somebody has to act".to_owned(),
        (GateAnswer::Closed, None) => "closed".to_owned(),
    }
}

fn of_ring(ring: &GateRing, out: &mut String) {
    let first = if ring.settled_first.is_empty() { "nobody".to_owned() } else { ring.settled_first.join(", ") };
    // A String takes everything.
    let _ = writeln!(out, "\nring {}/{}; to be settled first: {first}", ring.namespace, ring.name);
    for unseen in &ring.unseen {
        let _ = writeln!(out, "  not seen  {}: {}", unseen.cluster, unseen.message);
        fix(&unseen.fix, out);
    }
    for reason in &ring.reasons {
        let mark = if reason.remedy == Remedy::Act { "act" } else { "wait" };
        let _ = writeln!(out, "  {mark:<9} {} ({}): {}", reason.cluster, reason.condition.as_str(), reason.message);
        fix(&reason.fix, out);
    }
    for warning in &ring.warnings {
        let _ = writeln!(out, "  warning   {}: {}", warning.cluster, warning.message);
    }
    for ignored in &ring.ignored {
        let _ = writeln!(out, "  ignored   {}: `{}` differs; {}", ignored.cluster, ignored.path, ignored.rule);
    }
}

fn fix(fix: &str, out: &mut String) {
    if !fix.is_empty() {
        let _ = writeln!(out, "            {fix}");
    }
}
