//! `deploy/`: what it gives is taken by a real API server, its rights are exactly
//! those that the job needs, and its figures are those that the program writes.

#![cfg(test)]
#![allow(clippy::disallowed_methods, reason = "the tests start programs and look at files")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod dashboard;
mod image;
mod job;
mod metrics;
#[path = "../plane/mod.rs"]
mod plane;
#[path = "../common/planted.rs"]
mod planted;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file or folder of `deploy/`.
fn deploy(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(path)
}

fn text(path: &str) -> String {
    std::fs::read_to_string(deploy(path)).unwrap()
}

/// What a program prints; `None` with one notice where it is not installed.
fn printed(program: &str, arguments: &[&str], folder: &Path) -> Option<String> {
    match Command::new(program).args(arguments).current_dir(folder).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{program} {arguments:?}: {said}{}", String::from_utf8_lossy(&output.stdout));
            Some(String::from_utf8(output.stdout).unwrap())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("skipped: {program} is not installed");
            None
        }
        Err(error) => panic!("{error}"),
    }
}
