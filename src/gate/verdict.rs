//! One look at all clusters of a ring: may those that are asked for go? Pure.
//!
//! Rings are assessed one by one, so that one never blocks another.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::emit::RingKey;
use crate::names::ClusterName;
use crate::observed::{Answer, Contents, Denied, Look, Source, Trouble, TroubleKind};
use crate::tree::{Node, PathBuf};
use crate::wanted::Wanted;

use super::busy::{busy, crd_lacks};
use super::case::{Case, Sets};
use super::judge::judge;
use super::model::{Condition, Reason, Remedy, Settings, Unseen, Verdict, Warning};

/// A cluster of a ring.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// The cluster.
    pub cluster: &'a ClusterName,
    /// What Git wants there; `None` where nothing of the ring is rendered (any more).
    pub wanted: Option<&'a Wanted>,
    /// The object as it was rendered before the change, if that is known.
    pub since: Option<&'a Node>,
    /// Whether the ring's seeds reach its nodes by ConfigMap.
    pub seeds_by_config_map: bool,
    /// What was seen of it.
    pub look: &'a Look,
}

/// Who asks to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// This cluster.
    Cluster(ClusterName),
    /// All clusters of a wave.
    Wave(i64),
    /// Nobody: is every cluster settled?
    All,
}

/// How to decide, for all rings.
pub struct Rules<'a> {
    /// Limits.
    pub settings: &'a Settings,
    /// Clusters that may be in the middle of an operation.
    pub allow_busy: &'a BTreeSet<ClusterName>,
    /// The ignore rule that covers a difference, in words, if one does.
    pub ignored: &'a dyn Fn(&Wanted, &PathBuf) -> Option<String>,
}

/// What one look says of a ring.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The ring.
    pub ring: RingKey,
    /// The clusters that ask to go.
    pub targets: Vec<ClusterName>,
    /// The clusters that have to be settled first.
    pub settled_first: Vec<ClusterName>,
    /// Clusters whose object was there.
    pub there: BTreeSet<ClusterName>,
    /// The answer, without the condition that it held.
    pub verdict: Verdict,
    /// What closes nothing.
    pub warnings: Vec<Warning>,
    /// Differences that ignore rules cover: cluster, path, rule.
    pub ignored: Vec<(ClusterName, PathBuf, String)>,
}

/// Assesses a ring. `None` if nobody of it asks.
pub fn assess(ring: &RingKey, members: &[Member<'_>], ask: &Ask, rules: &Rules<'_>) -> Option<Assessment> {
    let wave = |member: &Member<'_>| member.wanted.map(|wanted| wanted.wave);
    let limit = match ask {
        Ask::Cluster(cluster) => Some(members.iter().find(|member| member.cluster == cluster).and_then(wave)?),
        Ask::Wave(number) => Some(*number),
        Ask::All => None,
    };
    let is_target = |member: &Member<'_>| match ask {
        Ask::Cluster(cluster) => member.cluster == cluster,
        Ask::Wave(number) => wave(member) == Some(*number),
        Ask::All => false,
    };
    if limit.is_some() && !members.iter().any(is_target) {
        return None;
    }
    let mut judging = Judging { ring, rules, reasons: Vec::new(), unseen: Vec::new(), out: Out::default() };
    for member in members {
        if is_target(member) {
            judging.target(member);
        } else if wave(member).is_some_and(|wave| limit.is_none_or(|limit| wave < limit)) {
            judging.settled(member);
        } else {
            judging.quiet(member);
        }
    }
    Some(judging.end())
}

#[derive(Default)]
struct Out {
    targets: Vec<ClusterName>,
    settled_first: Vec<ClusterName>,
    there: BTreeSet<ClusterName>,
    warnings: Vec<Warning>,
    ignored: Vec<(ClusterName, PathBuf, String)>,
}

struct Judging<'a> {
    ring: &'a RingKey,
    rules: &'a Rules<'a>,
    reasons: Vec<Reason>,
    unseen: Vec<Unseen>,
    out: Out,
}

/// What of a ring was seen in a cluster.
struct Seen<'a> {
    object: Option<&'a Node>,
    contents: &'a Contents,
    at: Timestamp,
}

impl Judging<'_> {
    /// A cluster of a lower wave: conditions 1 to 3.
    fn settled(&mut self, member: &Member<'_>) {
        self.out.settled_first.push(member.cluster.clone());
        let Some(wanted) = member.wanted else { return };
        let Some(seen) = self.see(member) else { return };
        let right;
        let sets = match &seen.contents.stateful_sets {
            Answer::Got(sets) => Sets::Seen(sets),
            Answer::Failed(trouble) => return self.failed(member, trouble),
            Answer::Denied(_) | Answer::NotAsked => {
                right = format!("the right to list statefulsets.apps in namespace {}", self.ring.namespace);
                Sets::Unseen(&right)
            }
        };
        let rules = self.rules;
        let ignored = |path: &PathBuf| (rules.ignored)(wanted, path);
        let (object, since, at, settings) = (seen.object, member.since, seen.at, rules.settings);
        let judged = judge(&Case { wanted, object, sets, since, at, settings, ignored: &ignored });
        self.reasons.extend(judged.reasons);
        self.out.warnings.extend(judged.warnings);
        let named = |(path, rule)| (member.cluster.clone(), path, rule);
        self.out.ignored.extend(judged.ignored.into_iter().map(named));
    }

    /// Another cluster of the ring: condition 4.
    fn quiet(&mut self, member: &Member<'_>) {
        let allowed = self.rules.allow_busy.contains(member.cluster);
        let unseen = self.unseen.len();
        let busy = self.see(member).and_then(|seen| self.busy(&seen));
        if allowed {
            for unseen in self.unseen.split_off(unseen) {
                let message = format!("{}; --allow-busy lets it pass", unseen.message);
                self.warn(member, message);
            }
        }
        let Some(busy) = busy else { return };
        if allowed {
            return self.warn(member, format!("it is in the middle of an operation, and --allow-busy lets it pass: {busy}"));
        }
        let fix = format!("wait until it is done, or pass with --allow-busy {}", member.cluster);
        self.close(member, Condition::Quiet, Remedy::Wait, format!("it is in the middle of an operation: {busy}"), fix);
    }

    /// A cluster that asks to go: condition 5.
    fn target(&mut self, member: &Member<'_>) {
        self.out.targets.push(member.cluster.clone());
        let Some(wanted) = member.wanted else { return };
        if matches!(member.look.from, Source::Dump(_)) {
            self.see(member);
            return;
        }
        match &member.look.crd {
            Answer::Got(crd) => {
                if let Some(message) = crd_lacks(crd, wanted) {
                    let fix = "install the CRD of the cluster's CassKop: Helm never upgrades CRDs".to_owned();
                    self.close(member, Condition::Target, Remedy::Act, message, fix);
                }
            }
            Answer::Failed(trouble) if trouble.kind == TroubleKind::NoCrd => {
                let (message, fix) = (trouble.message.clone(), trouble.fix.clone());
                return self.close(member, Condition::Target, Remedy::Act, message, fix);
            }
            Answer::Failed(trouble) => self.failed(member, trouble),
            Answer::Denied(denied) => self.denied(member, denied),
            Answer::NotAsked => self.push_unseen(member, "its CRD was not looked at".to_owned(), String::new()),
        }
        let Some(seen) = self.see(member) else { return };
        if seen.object.is_none() {
            if !member.seeds_by_config_map {
                let message = "it has no CassandraCluster yet, and its seeds do not go by ConfigMap: nothing stops its first node \
                               from starting a ring of its own if no seed answers";
                self.warn(member, message.to_owned());
            }
        } else if let Some(busy) = self.busy(&seen) {
            let message = format!("it is in the middle of an operation itself: {busy}");
            self.close(member, Condition::Target, Remedy::Wait, message, String::new());
        }
    }

    fn busy(&self, seen: &Seen<'_>) -> Option<String> {
        let sets = seen.contents.stateful_sets.got().map(Vec::as_slice);
        busy(seen.object?, self.ring.name.as_str(), sets, seen.at, self.rules.settings)
    }

    /// What of the ring was seen in a cluster; notes it if that is nothing.
    fn see<'l>(&mut self, member: &Member<'l>) -> Option<Seen<'l>> {
        let look = member.look;
        if let Source::Dump(path) = &look.from {
            let message = format!("it is known from the dump {path} only: one look into the past proves nothing");
            self.push_unseen(member, message, "connect to the cluster itself".to_owned());
            return None;
        }
        let Some(contents) = look.namespaces.get(&self.ring.namespace) else {
            self.push_unseen(member, format!("its namespace {} was not looked at", self.ring.namespace), String::new());
            return None;
        };
        match &contents.clusters {
            Answer::Got(objects) => {
                let named = |object: &&Node| object.get("metadata").map(crate::ring::name) == Some(self.ring.name.as_str());
                let object = objects.iter().find(named);
                if object.is_some() {
                    self.out.there.insert(member.cluster.clone());
                }
                return Some(Seen { object, contents, at: look.at });
            }
            Answer::Failed(trouble) => self.failed(member, trouble),
            Answer::Denied(denied) => self.denied(member, denied),
            Answer::NotAsked => self.push_unseen(member, "its CassandraClusters were not looked at".to_owned(), String::new()),
        }
        None
    }

    fn failed(&mut self, member: &Member<'_>, trouble: &Trouble) {
        self.push_unseen(member, trouble.message.clone(), trouble.fix.clone());
    }

    fn denied(&mut self, member: &Member<'_>, denied: &Denied) {
        let place = denied.namespace.as_ref().map_or_else(String::new, |namespace| format!(" in namespace {namespace}"));
        let right = format!("{} {}{place}", denied.verb, denied.resource);
        let fix = "give this user the right with a Role and a RoleBinding; docs/access.md has them";
        self.push_unseen(member, format!("the right to {right} is missing"), fix.to_owned());
    }

    fn push_unseen(&mut self, member: &Member<'_>, message: String, fix: String) {
        let (ring, cluster) = (self.ring.clone(), member.cluster.clone());
        let unseen = Unseen { ring, cluster, message, fix };
        // A cluster that cannot be reached says so once.
        if !self.unseen.contains(&unseen) {
            self.unseen.push(unseen);
        }
    }

    fn close(&mut self, member: &Member<'_>, condition: Condition, remedy: Remedy, message: String, fix: String) {
        let (ring, cluster) = (self.ring.clone(), member.cluster.clone());
        self.reasons.push(Reason { condition, ring, cluster, message, fix, remedy });
    }

    fn warn(&mut self, member: &Member<'_>, message: String) {
        let (ring, cluster) = (self.ring.clone(), member.cluster.clone());
        self.out.warnings.push(Warning { ring, cluster, message });
    }

    fn end(self) -> Assessment {
        let Self { ring, reasons, unseen, out, .. } = self;
        let Out { targets, settled_first, there, warnings, ignored } = out;
        let verdict = match (unseen.is_empty(), reasons.is_empty()) {
            (true, true) => Verdict::Open,
            (true, false) => Verdict::Closed(reasons),
            (false, _) => Verdict::CouldNotTell(unseen, reasons),
        };
        Assessment { ring: ring.clone(), targets, settled_first, there, verdict, warnings, ignored }
    }
}
