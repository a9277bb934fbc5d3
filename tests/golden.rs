//! Whole renders, file by file: every case renders to exactly the tree that lies
//! beside it in Git, no file more or less, no byte other.
//!
//! A case is a folder with a `fleet.yaml`, its sources and the tree that `out`
//! names: `fixtures/demo` and the folders of `fixtures/render`. The program
//! itself is run, as a user runs it. `UPDATE_FIXTURES=1` rewrites the trees;
//! read the difference before you commit it.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "the test runs the program and compares files")]

mod common;
#[path = "common/planted.rs"]
mod planted;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use common::{Golden, golden, tree_of};

fn render(case: &Golden, out: &Path, more: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_multicasskop");
    let fleet = case.folder.join("fleet.yaml");
    Command::new(program).arg("render").arg("--fleet").arg(fleet).arg("--out").arg(out).args(more).output().unwrap()
}

fn assert_success(case: &Golden, output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    planted::assert_none("standard error", &said);
    assert!(output.status.success(), "{}: {}\n{said}", case.folder.display(), output.status);
}

#[test]
fn every_case_renders_to_the_tree_beside_it() {
    let update = std::env::var_os("UPDATE_FIXTURES").is_some();
    let cases = golden();
    assert!(cases.len() >= 10, "the cases were not found");
    for case in cases {
        let directory = tempfile::tempdir().unwrap();
        let out = directory.path().join("out");
        assert_success(&case, &render(&case, &out, &[]));
        if update {
            replace(&case.tree, &out);
        }
        let (want, got) = (tree_of(&case.tree), tree_of(&out));
        let names: BTreeSet<_> = want.keys().chain(got.keys()).collect();
        for name in names {
            let file = case.tree.join(name);
            match (want.get(name), got.get(name)) {
                (Some(want), Some(got)) => assert!(want == got, "{}", changed(&file, want, got)),
                (Some(_), None) => panic!("{} is not rendered any more", file.display()),
                (None, _) => panic!("{} is rendered and not in Git", file.display()),
            }
        }
    }
}

/// The program's own `--check` agrees, and a second run touches nothing.
#[test]
fn every_tree_is_up_to_date_and_stays_untouched() {
    for case in golden() {
        assert_success(&case, &render(&case, &case.tree, &["--check"]));
        let directory = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            let output = render(&case, directory.path(), &[]);
            assert_success(&case, &output);
            let files = tree_of(directory.path()).len();
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(
                said.contains(&format!(" {files} written"))
                    || said.contains(&format!(" 0 written, 0 removed, {files} unchanged")),
                "{said}"
            );
        }
    }
}

/// Puts a rendered tree in the place of the old one.
fn replace(old: &Path, new: &Path) {
    if old.exists() {
        std::fs::remove_dir_all(old).unwrap();
    }
    for (name, text) in tree_of(new) {
        let file = old.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
}

fn changed(file: &Path, want: &str, got: &str) -> String {
    let difference = similar::TextDiff::from_lines(want, got).unified_diff().to_string();
    format!("{} is rendered in another way\n{difference}", file.display())
}
