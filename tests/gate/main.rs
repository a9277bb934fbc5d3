//! `gate` as a user meets it, against real API servers: objects and StatefulSets lie there
//! as a settled CassKop left them in a recording, and each test spoils something.

#![cfg(test)]
#![allow(clippy::disallowed_methods, reason = "these tests run the program and write files")]

mod asked;
mod closed;
mod fleet;
mod open;
mod since;
mod unseen;
mod wait;

#[path = "../common/command.rs"]
mod command;
#[path = "../plane/mod.rs"]
mod plane;
#[allow(dead_code, reason = "the times of recordings do not matter here")]
#[path = "../gate_recordings/recording.rs"]
mod recording;

macro_rules! assert_told {
    ($name:literal, $told:expr) => {
        insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, $told);
        });
    };
}
use assert_told;
