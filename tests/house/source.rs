//! Rules of the source that clippy does not know: every file says what it is
//! for, files stay short, and the core stays pure.

use std::path::{Path, PathBuf};

/// The longest file in `src`, its tests included.
const LONGEST_FILE: usize = 420;

/// Modules that may know the terminal, files and the clock. All others are the
/// core: they must not know these two, nor the crates below.
const EDGES: [&str; 4] = ["cli", "github", "live", "write"];
const CRATES_OF_THE_EDGES: [&str; 6] = ["anstream", "clap", "indicatif", "kube", "tokio", "ureq"];

/// Folders of somebody's machine that have no business in a repository.
const MACHINE_PATHS: [&str; 2] = [concat!("/wo", "rk/"), concat!("/tmp", "/h/")];

fn sources() -> Vec<(PathBuf, String)> {
    let sources = super::texts_under("src", "rs");
    assert!(!sources.is_empty());
    sources
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent = sources().into_iter().filter(|(_, text)| !text.starts_with("//! "));
    super::assert_none(&silent.map(|(path, _)| format!("{} does not begin with `//!`", path.display())).collect::<Vec<_>>());
}

#[test]
fn files_stay_short() {
    let lines = sources().into_iter().map(|(path, text)| (path, text.lines().count()));
    let long = lines.filter(|(_, count)| *count > LONGEST_FILE);
    super::assert_none(&long.map(|(path, count)| format!("{}: {count} lines: split it", path.display())).collect::<Vec<_>>());
}

#[test]
fn the_core_knows_neither_terminal_nor_files() {
    let complaints = sources().into_iter().filter(|(path, _)| is_core(path)).flat_map(|(path, text)| {
        let named = impurities(&text);
        named.into_iter().map(move |name| format!("{} names `{name}`, which is for {EDGES:?} alone", path.display()))
    });
    super::assert_none(&complaints.collect::<Vec<_>>());
}

/// Modules are the core unless they are one of the edges; `main.rs` and `lib.rs` only tie them together.
fn is_core(path: &Path) -> bool {
    let module = path.iter().nth(1).and_then(|name| name.to_str()).unwrap_or_default();
    let module = module.strip_suffix(".rs").unwrap_or(module);
    !EDGES.contains(&module) && !["main", "lib"].contains(&module)
}

/// What a text of the core names although it should not know it.
fn impurities(text: &str) -> Vec<String> {
    let code: String = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let tokens = tokens(&code);
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let after = tokens.get(at + 1..).unwrap_or_default();
        let named = after.starts_with(&[":", ":"]) || tokens[..at].ends_with(&["use"]);
        if CRATES_OF_THE_EDGES.contains(token) && named {
            found.push((*token).to_owned());
        }
        if *token == "crate" && after.starts_with(&[":", ":"]) {
            let members = members(&after[2..]);
            found.extend(members.into_iter().filter(|name| EDGES.contains(name)).map(|name| format!("crate::{name}")));
        }
    }
    found
}

/// Names, and every other character but white space by itself.
fn tokens(code: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = if is_word(first) { rest.find(|c| !is_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        tokens.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    tokens
}

/// `a::b` → `a`; `{a, b::{c, d}}` → `a`, `b`.
fn members<'a>(tokens: &[&'a str]) -> Vec<&'a str> {
    if tokens.first() != Some(&"{") {
        return tokens.first().copied().into_iter().collect();
    }
    let (mut depth, mut names) = (0_usize, Vec::new());
    for pair in tokens.windows(2) {
        match pair[0] {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && ["{", ","].contains(&pair[0]) {
            names.push(pair[1]);
        }
    }
    names
}

#[test]
fn impurities_are_found() {
    let named = [
        ("use crate::write;", "crate::write"),
        ("use crate::{finding::{Finding, Kind}, cli::Args};", "crate::cli"),
        ("fn f() { crate::cli::run() }", "crate::cli"),
        ("use clap::Parser;", "clap"),
        ("fn f() -> indicatif::ProgressBar {}", "indicatif"),
        ("use kube as k;", "kube"),
        ("fn f() { ::tokio::spawn() }", "tokio"),
    ];
    for (text, name) in named {
        assert_eq!(impurities(text), [name], "{text}");
    }
    let harmless = [
        "//! Knows nothing of clap::Parser or crate::cli.",
        "use crate::{finding::write, tree};",
        "let kube = \"kube-system\"; // crate::write",
        "use std::fmt::write; write!(f, \"x\")",
    ];
    for text in harmless {
        assert_eq!(impurities(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_core_is_everything_but_its_edges() {
    for core in ["src/source.rs", "src/yaml/emit.rs", "src/brand_new/mod.rs"] {
        assert!(is_core(Path::new(core)), "{core}");
    }
    for edge in ["src/main.rs", "src/lib.rs", "src/cli/mod.rs", "src/write/tree.rs"] {
        assert!(!is_core(Path::new(edge)), "{edge}");
    }
}

#[test]
fn no_file_names_a_folder_of_somebodys_machine() {
    let complaints = super::files_under("").into_iter().flat_map(|path| {
        let bytes = std::fs::read(super::root().join(&path)).unwrap();
        let lines = machine_paths(&String::from_utf8_lossy(&bytes));
        lines.into_iter().map(move |line| format!("{}:{line} names a folder of somebody's machine", path.display()))
    });
    super::assert_none(&complaints.collect::<Vec<_>>());
}

/// The lines on which an absolute path begins that only exists on one machine.
fn machine_paths(text: &str) -> Vec<usize> {
    let begins = |line: &str, path: &str| {
        let goes_on = |c: char| c.is_alphanumeric() || ['.', '_', '-', '/', '}', '*'].contains(&c);
        line.match_indices(path).any(|(at, _)| !line[..at].ends_with(goes_on))
    };
    let named = |line: &str| MACHINE_PATHS.iter().any(|path| begins(line, path));
    text.lines().enumerate().filter(|(_, line)| named(line)).map(|(at, _)| at + 1).collect()
}

#[test]
fn machine_paths_are_found() {
    let path = MACHINE_PATHS[0];
    assert_eq!(machine_paths(&format!("a\n`{path}x`\n")), [2]);
    assert_eq!(machine_paths(&format!("..{path}x\nhttps://example.net{path}x\n")), [0; 0]);
}

/// What a file names that starts the program itself.
const RUNS_THE_PROGRAM: &str = concat!("CARGO_BIN", "_EXE");

#[test]
fn whatever_runs_the_program_for_tests_looks_for_planted_secrets() {
    let runners = super::texts_under("tests", "rs").into_iter().filter(|(_, text)| text.contains(RUNS_THE_PROGRAM));
    let blind = runners.filter(|(_, text)| !text.contains("planted::") && !text.contains("site.shell("));
    let complaints = blind.map(|(path, _)| format!("{} runs the program without `planted::assert_none`", path.display()));
    super::assert_none(&complaints.collect::<Vec<_>>());
}

#[test]
fn no_snapshot_holds_a_planted_secret() {
    let snapshots = super::texts_under("tests", "snap").into_iter().chain(super::texts_under("src", "snap"));
    let holding = snapshots.filter_map(|(path, text)| Some((path, crate::planted::found(&text)?)));
    super::assert_none(&holding.map(|(path, form)| format!("{} holds {form:?}", path.display())).collect::<Vec<_>>());
}
