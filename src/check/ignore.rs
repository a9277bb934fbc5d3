//! Differences that somebody accepts: rules of the fleet file. An accepted
//! difference stays in the report and fails nothing. Pure.

use jiff::civil::Date;

use super::compare::covers;
use super::model::{Difference, IgnoredBy};
use crate::fleet::Ignore;
use crate::names::ClusterName;

/// The rules of a run, and which of them have matched something.
pub(super) struct Rules<'a> {
    all: &'a [Ignore],
    matched: Vec<bool>,
    today: Date,
}

impl<'a> Rules<'a> {
    /// All rules, none of which has matched yet.
    pub(super) fn new(rules: &'a [Ignore], today: Date) -> Self {
        Self { all: rules, matched: vec![false; rules.len()], today }
    }

    /// The first rule that covers a difference, if it still holds. Every rule
    /// that covers it counts as used.
    pub(super) fn ignored(&mut self, cluster: &ClusterName, ring: &str, difference: &Difference) -> Option<IgnoredBy> {
        let mut by = None;
        for (rule, matched) in self.all.iter().zip(&mut self.matched) {
            let holds = rule.cluster.as_ref().is_none_or(|name| name == cluster)
                && rule.ring.as_ref().is_none_or(|name| name.as_str() == ring)
                && rule.resource.as_ref().is_none_or(|kind| kind == difference.resource.as_str())
                && covers(rule.path.as_str(), &difference.path);
            if !holds {
                continue;
            }
            *matched = true;
            if by.is_none() && !is_expired(rule, self.today) {
                by = Some(IgnoredBy {
                    reason: rule.reason.clone(),
                    owner: rule.owner.clone(),
                    until: rule.until.as_ref().map(|until| until.value.to_string()),
                });
            }
        }
        by
    }

    /// What is to be said of the rules: those that have ended, and those that
    /// matched nothing in clusters that were all looked at.
    pub(super) fn notes(&self, checked: impl Fn(&ClusterName) -> bool, all_checked: bool) -> Vec<String> {
        let mut notes = Vec::new();
        for (rule, matched) in self.all.iter().zip(&self.matched) {
            if is_expired(rule, self.today) {
                let until = rule.until.as_ref().map(|until| until.value.to_string()).unwrap_or_default();
                let still = if *matched { ", and the difference is still there" } else { "" };
                notes.push(format!(
                    "the ignore rule {} ended on {until}{still}: remove it, or give it another `until:`",
                    told(rule)
                ));
            } else if !matched && rule.cluster.as_ref().map_or(all_checked, &checked) {
                notes.push(format!("the ignore rule {} matched nothing: remove it", told(rule)));
            }
        }
        notes
    }
}

fn is_expired(rule: &Ignore, today: Date) -> bool {
    rule.until.as_ref().is_some_and(|until| until.value < today)
}

fn told(rule: &Ignore) -> String {
    let path = if rule.path.as_str().is_empty() { "whole objects" } else { rule.path.as_str() };
    let ring = rule.ring.as_ref().map(|name| format!(" in ring `{name}`")).unwrap_or_default();
    let cluster = rule.cluster.as_ref().map(|name| format!(" in cluster `{name}`")).unwrap_or_default();
    format!("for `{path}`{ring}{cluster} ({})", rule.reason)
}
