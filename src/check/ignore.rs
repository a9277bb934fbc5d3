//! Differences that somebody accepts: rules of the fleet file. An accepted
//! difference stays in the report and fails nothing. Pure.

use jiff::civil::Date;

use super::compare::covers;
use super::model::{Difference, IgnoredBy};
use crate::fleet::Ignore;
use crate::names::{ClusterName, RingName};
use crate::tree::PathBuf;

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
            if !concerns(rule, cluster, ring, difference.resource.as_str(), &difference.path) {
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

/// Whether a rule is about a value of a resource, which may have ended all the same.
fn concerns(rule: &Ignore, cluster: &ClusterName, ring: &str, resource: &str, path: &str) -> bool {
    rule.cluster.as_ref().is_none_or(|name| name == cluster)
        && rule.ring.as_ref().is_none_or(|name| name.as_str() == ring)
        && rule.resource.as_ref().is_none_or(|kind| kind == resource)
        && covers(rule.path.as_str(), path)
}

/// Why a difference in a CassandraCluster is accepted, in words: the reason of the
/// first rule that covers it and has not ended, with whose it is and until when.
pub fn accepted(rules: &[Ignore], today: Date, cluster: &ClusterName, ring: &RingName, path: &PathBuf) -> Option<String> {
    let covers = |rule: &&Ignore| concerns(rule, cluster, ring.as_str(), "CassandraCluster", path.as_str());
    let rule = rules.iter().filter(covers).find(|rule| !is_expired(rule, today))?;
    let owner = rule.owner.as_ref().map(|owner| format!(", {owner}")).unwrap_or_default();
    let until = rule.until.as_ref().map(|until| format!(", until {}", until.value)).unwrap_or_default();
    Some(format!("{}{owner}{until}", rule.reason))
}

/// What is to be said of the rules that have ended.
pub fn expired(rules: &[Ignore], today: Date) -> Vec<String> {
    let ended = rules.iter().filter(|rule| is_expired(rule, today));
    ended.map(|rule| format!("the ignore rule {} has ended and does not count any more", told(rule))).collect()
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
