//! The gate on recordings of the real CassKop, with the truth beside every moment.
//!
//! All recordings lie in the folder that `CASSKOP_VECTORS` names; without it only
//! those in `fixtures/gate` are replayed. A poller reads every five seconds, from
//! several phases; and every recorded moment is judged for itself.
#![cfg(test)]
#![allow(clippy::disallowed_methods, reason = "test data are found on disk")]
#![allow(clippy::print_stdout, reason = "the statistics go into docs/gate.md")]

mod known;
mod recording;
mod replay;
mod verdict;

use std::collections::BTreeSet;

use known::{NEEDS_SOMEBODY, NEVER_OPEN, recordings};
use recording::Recording;
use replay::{Outcome, Proof, replay};

/// Replays all recordings, on two threads.
fn outcomes() -> Vec<Outcome> {
    let paths = recordings();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut outcomes = Vec::new();
        while let Some(path) = paths.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            outcomes.push(replay(&Recording::read(path)));
        }
        outcomes
    };
    let mut outcomes = std::thread::scope(|scope| {
        let threads = [scope.spawn(work), scope.spawn(work)];
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    outcomes.sort_by(|a, b| a.name.cmp(&b.name));
    outcomes
}

#[test]
fn the_gate_opens_when_the_truth_says_so_and_never_before() {
    let outcomes = outcomes();
    for outcome in &outcomes {
        println!("{outcome}");
    }
    replay::statistics(&outcomes);
    let wrong: Vec<_> = outcomes.iter().flat_map(replay::Outcome::wrong).collect();
    assert!(wrong.is_empty(), "open although the truth says no:\n{}", wrong.join("\n"));
    let hasty: Vec<_> = outcomes.iter().flat_map(|outcome| outcome.hasty.clone()).collect();
    assert!(hasty.is_empty(), "opens after somebody was called:\n{}", hasty.join("\n"));
    for (name, word) in NEEDS_SOMEBODY {
        let found = outcomes.iter().filter(|outcome| outcome.name.ends_with(name));
        for outcome in found {
            let told = outcome
                .changes
                .iter()
                .any(|change| change.sets.reasons.iter().any(|reason| reason.starts_with("Act") && reason.contains(word)));
            assert!(told, "{}: nobody is called for {word}", outcome.name);
        }
    }
    let closed: BTreeSet<_> =
        outcomes.iter().filter(|outcome| outcome.stays_closed(Proof::Sets)).map(|one| one.name.as_str()).collect();
    let known: BTreeSet<_> =
        NEVER_OPEN.iter().map(|(name, _)| *name).filter(|name| outcomes.iter().any(|one| one.name == *name)).collect();
    assert_eq!(closed, known, "recordings that are settled at their end and stay closed");
}
