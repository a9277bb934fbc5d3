//! Bad input: each gets a message with its place, what is wrong and what to do,
//! exit code 2, and a tree that is byte for byte as before.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "these tests run the program and look at files")]

mod limits;
mod names;
mod out;
mod text;
mod types;

#[path = "../common/command.rs"]
mod command;

use command::{FLAGS, RING, Run, Site};

/// A site with a rendered tree, whose `ring.yaml` was replaced afterwards.
fn site_with(bytes: impl AsRef<[u8]>) -> Site {
    let site = Site::ring();
    site.run(&format!("render ring.yaml {FLAGS} --out clusters")).exits(0);
    site.write("ring.yaml", bytes);
    site
}

/// Renders bad bytes; nothing may change.
#[track_caller]
fn refused(bytes: impl AsRef<[u8]>) -> Run {
    let site = site_with(bytes);
    refused_in(&site, &format!("render ring.yaml {FLAGS} --out clusters"))
}

/// Runs something that has to be refused without any change.
#[track_caller]
fn refused_in(site: &Site, words: &str) -> Run {
    let before = site.tree();
    let run = site.run(words).exits(2);
    assert!(site.tree() == before, "the tree has changed");
    assert!(run.stderr.contains("help:"), "it is not said what to do:\n{}", run.stderr);
    assert!(run.stdout.is_empty(), "{}", run.stdout);
    run
}

/// The good ring with something else in the place of a text.
#[track_caller]
fn ring_with(from: &str, to: &str) -> String {
    assert!(RING.contains(from), "{from:?} is not in the ring");
    RING.replacen(from, to, 1)
}

macro_rules! assert_told {
    ($name:literal, $run:expr) => {
        let run = $run;
        insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, run.told());
        });
    };
}
use assert_told;
