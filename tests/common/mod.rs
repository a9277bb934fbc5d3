//! What several test files share: where test data is, and how it is read.

use std::path::PathBuf;

/// A folder outside the repository that an environment variable names; `None`,
/// with one notice, if it names none.
pub fn folder(variable: &str) -> Option<PathBuf> {
    match std::env::var_os(variable) {
        Some(folder) => Some(PathBuf::from(folder)),
        None => {
            eprintln!("skipped: {variable} is not set");
            None
        }
    }
}

/// All cases of a folder: those of `cases.json` and those of `random.jsonl`.
pub fn cases(folder: &std::path::Path) -> Vec<serde_json::Value> {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the folder holds the file");
    let mut all: Vec<serde_json::Value> = serde_json::from_str(&read("cases.json")).expect("JSON");
    all.extend(read("random.jsonl").lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON")));
    all
}
