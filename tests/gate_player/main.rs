//! Recordings of the real `CassKop` are played through real API servers, side by
//! side, each in its own namespace, while `multicasskop gate --wait` looks on.
//!
//! Whatever the gate's pure functions are worth (`tests/gate_recordings`), this
//! is the program: it reads a tree, connects, lists, holds, and ends with an
//! exit code. It must never end with 0 while the truth of the recording says no.
#![cfg(test)]
#![allow(clippy::disallowed_methods, reason = "the tests read recordings and run the program")]
#![allow(clippy::print_stdout, reason = "the figures go into docs/gate.md")]

mod clock;
#[path = "../common/command.rs"]
mod command;
#[path = "../common/mod.rs"]
mod common;
#[path = "../gate_recordings/known.rs"]
#[allow(dead_code, reason = "some that never open there do so here")]
mod known;
#[path = "../plane/mod.rs"]
mod plane;
mod player;
mod process;
#[path = "../gate_recordings/recording.rs"]
#[allow(dead_code, reason = "the player needs a part of it")]
mod recording;
mod stage;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use multicasskop::schema::{Profile, Release};
use serde_json::Value;

use clock::{Clock, Pace};
use command::Site;
use plane::{Cluster, How, Plane, crd};
use player::{Outcome, play};
use process::{Ask, CLUSTERS, Gate};
use recording::Recording;
use stage::Stage;

/// So many recorded seconds are played in one; polling and `--stable` are scaled with it.
const SPEED: f64 = 5.0;
/// So many recordings are played at once.
const AT_ONCE: usize = 20;

/// Recordings that stay closed although their truth is yes for their last 60 s. Their last
/// state stays for a while here, so those whose cleanup ends shortly before they do open.
const NEVER_OPEN: [(&str, &str); 1] =
    [("2.3.4/env-auto-seeds", "CassKop turns UpdateSeedList on and off for ever, and its phase stays Initializing")];

/// Between these seconds time runs as it did: whole-second times or whole minutes count there.
const AS_IT_WAS: [(&str, (f64, f64), &str); 1] =
    [("2.3.4/sts-update-rejected", (50.0, 190.0), "that an update is rejected is said two minutes after it was applied")];

/// A recording that is played once more as it was, with a user that may not list StatefulSets: then
/// the whole-second times of CassKop's actions are compared with those of `managedFields`. All other
/// recordings are judged in this way by `tests/gate_recordings` alone.
const WITHOUT_SETS: (&str, (f64, f64)) = ("2.3.4/image-change", (50.0, 200.0));

/// A recording to be played.
struct Part {
    path: PathBuf,
    pace: Pace,
    /// Whether the gate may see StatefulSets.
    sets: bool,
}

/// `<release>/<name>` of the file of a recording.
fn name(path: &Path) -> String {
    let release = path.parent().and_then(Path::file_name).unwrap().to_str().unwrap();
    format!("{release}/{}", path.file_stem().unwrap().to_str().unwrap())
}

fn parts() -> Vec<Part> {
    let only = std::env::var("MULTICASSKOP_PLAY").ok();
    let chosen = |path: &PathBuf| only.as_ref().is_none_or(|only| only.split(',').any(|only| name(path).contains(only)));
    let mut parts = Vec::new();
    for path in known::recordings().into_iter().filter(chosen) {
        let as_it_was = AS_IT_WAS.iter().find(|(slow, ..)| *slow == name(&path)).map(|(_, part, _)| *part);
        if name(&path) == WITHOUT_SETS.0 {
            let pace = Pace { speed: SPEED, as_it_was: Some(WITHOUT_SETS.1) };
            parts.push(Part { path: path.clone(), pace, sets: false });
        }
        parts.push(Part { path, pace: Pace { speed: SPEED, as_it_was }, sets: true });
    }
    // The longest first, so that none is left alone at the end.
    let long = |part: &Part| std::fs::metadata(&part.path).unwrap().len();
    parts.sort_by_key(|part| std::cmp::Reverse((part.pace.as_it_was.is_some(), long(part))));
    parts
}

/// The two clusters: each plays the recordings of one release, and is the next one in the
/// order of waves for those of the other.
struct Servers {
    clusters: [Cluster; 2],
    releases: [Release; 2],
    /// A kubeconfig of each for users that may watch, may only list, and may not see StatefulSets.
    users: [[PathBuf; 2]; 3],
}

const RIGHTS: [(&[&str], &[&str]); 3] = [
    (&["list", "watch"], &["cassandraclusters.db.orange.com", "statefulsets.apps"]),
    (&["list"], &["cassandraclusters.db.orange.com", "statefulsets.apps"]),
    (&["list"], &["cassandraclusters.db.orange.com"]),
];

/// The CRD of a profile: `CassKop`'s own where `CASSKOP_UPSTREAM` names it.
fn crd_of(profile: Profile, release: Release) -> Value {
    let Some(upstream) = common::folder("CASSKOP_UPSTREAM") else { return crd::crd(profile) };
    let path = upstream.join(format!("crds/{release}/db.orange.com_cassandraclusters.yaml"));
    plane::documents("crd", &std::fs::read_to_string(path).unwrap()).remove(0)
}

impl Servers {
    fn start(plane: &'static Plane) -> Self {
        let releases = ["2.3.4", "2.2.9"].map(|release| Release::parse(release).unwrap());
        let clusters = releases.map(|release| {
            let cluster = plane.start();
            cluster.install(&crd_of(release.profile(), release));
            cluster
        });
        let users = RIGHTS.map(|(verbs, resources)| {
            [0, 1].map(|at| {
                let user = clusters[at].user();
                clusters[at].grant(&user, None, verbs, resources);
                // The context is given anew for each recording.
                clusters[at].write("kubeconfig", &clusters[at].kubeconfig_of("here", &user, How::Token).to_string())
            })
        });
        Self { clusters, releases, users }
    }

    /// A `KUBECONFIG` with both clusters, the one at a place as the recorded one.
    fn kubeconfig(&self, site: &Site, user: usize, recorded: usize) -> OsString {
        let places = [recorded, 1 - recorded];
        let files = places.into_iter().zip(CLUSTERS).map(|(at, name)| {
            let text = std::fs::read_to_string(&self.users[user][at]).unwrap();
            let mut config: Value = serde_json::from_str(&text).unwrap();
            for (list, key) in [("clusters", "cluster"), ("users", "user")] {
                config[list][0]["name"] = name.into();
                config["contexts"][0]["context"][key] = name.into();
            }
            config["contexts"][0]["name"] = name.into();
            site.write(&format!("kubeconfig-{name}"), config.to_string());
            site.path(&format!("kubeconfig-{name}"))
        });
        std::env::join_paths(files).unwrap()
    }

    fn play(&self, part: &Part, number: usize) -> Outcome {
        let stem = part.path.file_stem().unwrap().to_str().unwrap();
        // Each has a namespace of its own: the scenario's name, which is that of the file but for one ending.
        let scenario = stem.strip_suffix("-loaded").unwrap_or(stem);
        let own = if part.sets { stem.to_owned() } else { format!("{stem}-unseen") };
        let text = std::fs::read_to_string(&part.path).unwrap().replace(scenario, &own);
        let mut recording = Recording::of(&part.path, &text);
        let text = recording.hashes.iter().fold(text, |text, (opaque, ours)| text.replace(opaque, ours));
        let release = recording.changes[0].wanted.versions.from;
        let at = self.releases.iter().position(|known| known.profile() == release.profile()).unwrap();
        let cluster = &self.clusters[at];
        let namespace = serde_json::json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": own}});
        cluster.create(&namespace, "player");
        let user = if part.sets { number % 2 } else { 2 };
        let site = Site::empty();
        let kubeconfig = self.kubeconfig(&site, user, at);
        let ask = if number.is_multiple_of(3) { Ask::Next } else { Ask::All };
        let releases = [self.releases[at], self.releases[1 - at]];
        let gate = Gate { site, ask, pace: part.pace, kubeconfig, releases };
        let clock = Clock::new(part.pace, recording.start);
        let mut stage = Stage::new(cluster, release.profile().status_subresource(), clock);
        if !part.sets {
            recording.name += " without StatefulSets";
        }
        let outcome = play(&recording, &text, &mut stage, &gate);
        println!("{}", outcome.told());
        outcome
    }
}

#[test]
fn the_program_opens_when_the_truth_says_so_and_never_before() {
    let Some(plane) = Plane::find() else { return };
    let servers = Servers::start(plane);
    let parts = parts();
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(parts.len()) {
            scope.spawn(|| {
                while let Some((number, part)) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, parts.get(at)?)))
                {
                    let outcome = servers.play(part, number);
                    outcomes.lock().unwrap().push(outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    figures(&outcomes);
    let wrong: Vec<_> = outcomes.iter().flat_map(|outcome| &outcome.wrong).cloned().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let odd: Vec<_> = outcomes.iter().flat_map(|one| one.odd.iter().map(|odd| format!("{}: {odd}", one.name))).collect();
    assert!(odd.is_empty(), "the server has noted other managers than were recorded:\n{}", odd.join("\n"));
    for (name, word) in known::NEEDS_SOMEBODY {
        for outcome in outcomes.iter().filter(|outcome| outcome.name.ends_with(name)) {
            let called = outcome.called.iter().any(|(_, message)| message.contains(word));
            assert!(called, "{}: nobody is called for {word}", outcome.name);
        }
    }
    let closed = outcomes.iter().filter(|outcome| outcome.lasts && !outcome.open);
    closed.clone().for_each(|outcome| println!("{}", outcome.last));
    let closed: BTreeSet<_> = closed.map(|outcome| outcome.name.as_str()).collect();
    let played = |name: &&str| outcomes.iter().any(|outcome| outcome.name == *name);
    let known: BTreeSet<_> = NEVER_OPEN.iter().map(|(name, _)| *name).filter(played).collect();
    assert_eq!(closed, known, "recordings that are settled at their end and stay closed");
}

/// Those of docs/gate.md.
fn figures(outcomes: &[Outcome]) {
    let sum = |of: fn(&Outcome) -> usize| outcomes.iter().map(of).sum::<usize>();
    let mut delays: Vec<f64> = outcomes.iter().flat_map(|outcome| outcome.delays.iter().copied()).collect();
    delays.sort_by(f64::total_cmp);
    let median = delays.get(delays.len() / 2).copied().unwrap_or_default();
    println!(
        "{} recordings, {} gates, {} openings, {} of them wrong or no answer; {} changes opened, {median:.0} s after the truth (median), {:.0} s at most",
        outcomes.len(),
        sum(|outcome| outcome.gates),
        sum(|outcome| outcome.openings),
        sum(|outcome| outcome.wrong.len()),
        delays.len(),
        delays.last().copied().unwrap_or_default(),
    );
}
