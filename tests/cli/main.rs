//! The command as a user meets it: what it prints where, how it ends, and what it
//! does to a tree.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "these tests run the program and look at files")]

mod allowances;
mod clusters;
mod fleet;
mod help;
mod init;
mod manual;
mod objects;
mod pictures;
mod streams;
mod tree;
mod vectors;
mod way_out;

#[path = "../common/command.rs"]
mod command;

use command::{FLAGS, FLEET, RING, Run, Site, ring_called};

/// Flags of the two clusters, and where the tree goes.
fn render() -> String {
    format!("render ring.yaml {FLAGS} --out clusters")
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
