//! Which recordings there are, and what is known of some of them.
#![cfg(test)]
#![allow(clippy::disallowed_methods, reason = "test data are found on disk")]

use std::path::{Path, PathBuf};

/// Recordings that stay closed although their truth is yes for their last 60 s, with StatefulSets.
pub(crate) const NEVER_OPEN: [(&str, &str); 3] = [
    ("2.3.4/env-auto-seeds", "CassKop turns UpdateSeedList on and off for ever, and its phase stays Initializing"),
    ("2.3.4/scale-up-dc", "the cleanup after the scale-up ends 18 s before the recording does, and 20 s have to be held"),
    (
        "2.3.4/scale-up-dc-loaded",
        "the cleanup ends 21 s before the end, too late for a poller that reads every 5 s in three of four phases",
    ),
];

/// What waiting cannot mend, and a word of what the gate says then.
pub(crate) const NEEDS_SOMEBODY: [(&str, &str); 7] = [
    ("/refused-capacity-shrink", "refused"),
    ("/refused-rename-rack", "refused"),
    ("/refused-and-accepted-together", "refused"),
    ("/env-auto-seeds", "for ever"),
    ("/max-pod-unavailable-zero", "maxPodUnavailable"),
    ("/rolling-partition", "rollingPartition"),
    ("/sts-update-rejected", "rejecting"),
];

/// The files of all recordings: those in the folder that `CASSKOP_VECTORS` names, else the few in `fixtures/gate`.
pub(crate) fn recordings() -> Vec<PathBuf> {
    let all = std::env::var_os("CASSKOP_VECTORS").map(|folder| Path::new(&folder).join("gate"));
    let folder = all.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/gate"));
    let mut found = Vec::new();
    for version in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        found.extend(std::fs::read_dir(version).unwrap().map(|entry| entry.unwrap().path()));
    }
    found.sort();
    found
}
