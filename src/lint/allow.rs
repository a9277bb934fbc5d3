//! Allowances: findings that the user accepts, with a reason and, if they like, a
//! last day.
//!
//! `render` takes every allowance as it stands, so that a date never changes what
//! is rendered. Only `lint` is given a day: it reports allowances that have
//! expired, which then allow nothing, and those that no finding needs. Pure.

use jiff::civil::Date;

use crate::finding::{Finding, Kind, Severity};
use crate::fleet::Allowance;

/// Marks what is allowed.
pub fn allow(findings: &mut [Finding], allowances: &[Allowance]) {
    for finding in findings {
        finding.allowed = allowances.iter().any(|allowance| covers(allowance, finding));
    }
}

/// As [`allow`] on a day; also reports expired allowances and those of a file that
/// are not needed. `judged` tells whether the run looked at all that one could allow.
pub fn allow_on(today: Date, findings: &mut Vec<Finding>, allowances: &[Allowance], judged: impl Fn(&Allowance) -> bool) {
    let (valid, expired): (Vec<_>, Vec<_>) =
        allowances.iter().partition(|allowance| allowance.until.is_none_or(|until| today <= until));
    for finding in findings.iter_mut() {
        finding.allowed = valid.iter().any(|allowance| covers(allowance, finding));
    }
    let unused = |allowance: &&&Allowance| {
        allowance.span.is_some() && judged(allowance) && !findings.iter().any(|finding| covers(allowance, finding))
    };
    let unused: Vec<_> = valid
        .iter()
        .filter(unused)
        .map(|allowance| report(allowance, "is not needed: nothing is found that it allows"))
        .collect();
    findings.extend(unused);
    findings.extend(expired.into_iter().map(|allowance| {
        let until = allowance.until.map(|until| until.to_string()).unwrap_or_default();
        report(allowance, &format!("expired on {until}"))
    }));
}

fn report(allowance: &Allowance, what: &str) -> Finding {
    Finding::new(Kind::Note, Severity::Warning, format!("the allowance of {} {what}", allowance.rule))
        .at(allowance.span, "")
        .path("lint.allow")
        .fix("remove it, or give it a later date and a reason that still holds")
}

/// Whether an allowance is about a finding: each of its conditions holds, and it
/// covers every cluster that the finding names.
fn covers(allowance: &Allowance, finding: &Finding) -> bool {
    finding.rule_id() == Some(allowance.rule)
        && allowance.rule.rule().allowable
        && allowance.ring.as_ref().is_none_or(|ring| finding.ring.as_ref() == Some(ring))
        && allowance.path.as_ref().is_none_or(|path| finding.path == *path)
        && allowance
            .cluster
            .as_ref()
            .is_none_or(|cluster| finding.clusters.iter().all(|found| found == cluster) && !finding.clusters.is_empty())
}
