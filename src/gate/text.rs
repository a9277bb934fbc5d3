//! What the gate says, as text for a person. Pure; text from the input is escaped.

use std::fmt::Write as _;

use crate::report::terminal;

use super::model::Remedy;
use super::report::{GateAnswer, GateEnd, GateReport, GateRing};

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
    let count: usize = report.rings.iter().map(|ring| ring.reasons.len() + ring.unseen.len()).sum();
    let more = if count > 1 { format!(", and {} more", count - 1) } else { String::new() };
    let first = report.rings.iter().find_map(|ring| {
        let reason = ring.reasons.first().map(|reason| (&reason.cluster, &reason.message));
        let unseen = ring.unseen.first().map(|unseen| (&unseen.cluster, &unseen.message));
        // What matters comes first, because a terminal may cut the rest off.
        let told = |(cluster, message)| format!(": {cluster}: {message} (ring {}/{}{more})", ring.namespace, ring.name);
        reason.or(unseen).map(told)
    });
    terminal(&format!("{}{}", headline(report), first.unwrap_or_default())).into_owned()
}

/// The answer in a few words, and why the gate stopped looking.
pub fn headline(report: &GateReport) -> String {
    let answer = match report.answer {
        GateAnswer::Open => "open".to_owned(),
        GateAnswer::CouldNotTell => "could not tell, so not open".to_owned(),
        GateAnswer::Closed if report.needs_action => "closed, somebody has to act".to_owned(),
        GateAnswer::Closed => "closed".to_owned(),
    };
    let ended = match report.ended {
        GateEnd::Answered => "",
        GateEnd::TimedOut => "; the time to wait is up",
        GateEnd::Interrupted if report.rings.is_empty() => "; interrupted before anything was seen",
        GateEnd::Interrupted => "; interrupted, this is what was seen last",
    };
    let held = match (report.held_seconds, report.seconds_apart) {
        (Some(seconds), _) => format!("; all conditions hold, for {seconds} s now, which is not long enough yet"),
        (_, Some(seconds)) => {
            format!("; all conditions hold, but {seconds} s passed since the look before, and nobody knows what was in between")
        }
        (None, None) => String::new(),
    };
    format!("{answer}{ended}{held}")
}

/// How a ring stands, in a line: what comes before it, and whether that is done.
fn standing(ring: &GateRing) -> String {
    let first = ring.settled_first.join(", ");
    let ready = ring.reasons.is_empty() && ring.unseen.is_empty();
    match (ring.targets.is_empty(), first.is_empty(), ready) {
        (true, _, true) => format!("settled in {first}"),
        (true, _, false) => format!("not settled everywhere; looked at {first}"),
        (false, true, true) => "ready; nothing has to be settled before".to_owned(),
        (false, true, false) => "not ready; nothing has to be settled before".to_owned(),
        (false, false, true) => format!("ready; settled before: {first}"),
        (false, false, false) => format!("not ready; to be settled before: {first}"),
    }
}

fn of_ring(ring: &GateRing, out: &mut String) {
    // A String takes everything.
    let _ = writeln!(out, "\nring {}/{}: {}", ring.namespace, ring.name, standing(ring));
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
