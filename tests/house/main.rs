//! The house around the code: dependencies, links between documents, rules of
//! the source that no lint of the compiler knows, and the pages of the rules.
//!
//! Each check is a function over a text, so that it can be shown to find what
//! it looks for; the tests then run it over the repository.

#![cfg(test)] // so that clippy takes the helpers for tests too
#![expect(clippy::disallowed_methods, reason = "these tests look at the files of the repository")]

mod citations;
mod dependencies;
mod links;
#[path = "../common/planted.rs"]
mod planted;
mod rule_pages;
mod source;

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files of the repository under `dir`, relative to the root, sorted;
/// without Git's own and without what is built.
fn files_under(dir: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![root().join(dir)];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let entry = entry.unwrap();
            let path = entry.path();
            let relative = path.strip_prefix(root()).unwrap().to_path_buf();
            match entry.file_type().unwrap() {
                kind if kind.is_dir() && [".git", "target"].iter().all(|skipped| relative != Path::new(skipped)) => {
                    open.push(path);
                }
                kind if kind.is_file() && relative != Path::new(".git") => files.push(relative),
                _ => {}
            }
        }
    }
    files.sort();
    files
}

/// The files under `dir` whose names end in `.extension`, with their texts.
fn texts_under(dir: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let of_kind = |path: &PathBuf| path.extension().is_some_and(|found| found == extension);
    files_under(dir).into_iter().filter(of_kind).map(|path| (path.clone(), read(&path))).collect()
}

/// The text of a file of the repository.
fn read(relative: &Path) -> String {
    fs::read_to_string(root().join(relative)).unwrap_or_else(|error| panic!("{}: {error}", relative.display()))
}

/// Fails with one line per complaint.
#[track_caller]
fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}
