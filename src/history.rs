//! Since when there is a difference: one line of JSON per finding, kept in a
//! file from run to run.
//!
//! The text of the file goes in and comes out; reading, locking and replacing it
//! is the business of others. A line that cannot be read is kept as it is. Pure.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::check::{ClusterDrift, Difference, DriftReport, RingDrift};

/// How long a finding that is gone stays in the file. One that comes back in
/// that time keeps its first day.
pub const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What makes two findings of two runs the same one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Key {
    cluster: String,
    namespace: String,
    ring: String,
    resource: String,
    path: String,
    class: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    first_seen: Timestamp,
    last_seen: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    key: Key,
    #[serde(flatten)]
    seen: Seen,
}

/// All findings that were seen.
#[derive(Clone, Debug, Default)]
pub struct History {
    findings: BTreeMap<Key, Seen>,
    /// Lines that could not be read.
    strange: Vec<String>,
}

impl History {
    /// Reads the text of a file; an empty one is the beginning of a history.
    pub fn read(text: &str) -> Self {
        let mut history = Self::default();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            match serde_json::from_str(line) {
                Ok(Line { key, seen }) => history.note(key, seen),
                Err(_) => history.strange.push(line.to_owned()),
            }
        }
        history
    }

    /// How many lines could not be read; they are kept.
    pub fn strange(&self) -> usize {
        self.strange.len()
    }

    /// The text for the file.
    pub fn text(&self) -> String {
        let line =
            |(key, seen): (&Key, &Seen)| serde_json::to_string(&Line { key: key.clone(), seen: *seen }).unwrap_or_default();
        let lines = self.findings.iter().map(line).chain(self.strange.iter().cloned());
        lines.map(|line| line + "\n").collect()
    }

    /// Notes what a run found, forgets what is gone long enough, and writes into
    /// the report since when each difference was seen.
    ///
    /// Only what was checked can be gone: the findings of a cluster that could not
    /// be looked at stay, and, unless all rings were looked at, those of rings that
    /// the report does not have.
    pub fn merge(&mut self, report: &mut DriftReport, all_rings: bool) {
        for cluster in &mut report.clusters {
            let ClusterDrift { name, rings, .. } = cluster;
            for RingDrift { namespace, name: ring, differences, .. } in rings {
                for found in differences {
                    let key = key(name, namespace, ring, found);
                    self.note(key.clone(), Seen { first_seen: report.at, last_seen: report.at });
                    found.first_seen = self.findings.get(&key).map(|seen| seen.first_seen);
                }
            }
        }
        let gone = |key: &Key, cluster: &ClusterDrift| {
            let has_ring = || cluster.rings.iter().any(|ring| ring.namespace == key.namespace && ring.name == key.ring);
            cluster.name == key.cluster && cluster.not_checked.is_empty() && (all_rings || has_ring())
        };
        let old = |seen: &Seen| report.at.duration_since(seen.last_seen) > KEPT;
        self.findings.retain(|key, seen| !old(seen) || !report.clusters.iter().any(|cluster| gone(key, cluster)));
    }

    /// Two runs at once, and a clock that was turned back, make the span longer, never shorter.
    fn note(&mut self, key: Key, seen: Seen) {
        let known = self.findings.entry(key).or_insert(seen);
        known.first_seen = known.first_seen.min(seen.first_seen);
        known.last_seen = known.last_seen.max(seen.last_seen);
    }
}

fn key(cluster: &str, namespace: &str, ring: &str, found: &Difference) -> Key {
    Key {
        cluster: cluster.to_owned(),
        namespace: namespace.to_owned(),
        ring: ring.to_owned(),
        resource: found.resource.as_str().to_owned(),
        path: found.path.clone(),
        class: found.class.as_str().to_owned(),
    }
}
