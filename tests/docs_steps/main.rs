//! Pages that show steps are run: every command in a fresh folder, with real git, and every
//! output that a page shows is compared with what the command prints.
//!
//! What a page may hold:
//!
//! | in the page | what happens |
//! |---|---|
//! | a code block `sh` | it is run, from the folder in which the last one ended; `sh exits=1` if it is to fail so |
//! | `sh elsewhere` | it needs a cluster: only its syntax is checked |
//! | `text` after an `sh` block | exactly what that block prints; a line `…` stands for any lines |
//! | `yaml file=PATH` | the file is written |
//! | `diff file=PATH` | the lines without `+` are looked for in the file, once, and become those without `-` |
//! | a comment `<!-- steps: copy FOLDER -->` | a folder of the repository is copied here |
//! | a comment `<!-- steps: run COMMAND -->` | a command that is not shown |
//!
//! `UPDATE_FIXTURES=1` writes the outputs into the pages; read the difference.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "the tests run what the pages say")]

mod page;
#[path = "../common/planted.rs"]
mod planted;
mod site;

use std::path::{Path, PathBuf};

use page::{Step, steps};
use site::Site;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a page from its first step to its last.
fn follow(name: &str) {
    let path = root().join("docs").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let site = Site::new();
    let (mut last, mut differing, mut ran) = (None, Vec::new(), 0);
    for (line, step) in steps(&text) {
        let at = format!("docs/{name}:{line}");
        match step {
            Step::Copy(folder) => site.copy(&root().join(folder)),
            Step::Run { script, exits } => {
                last = Some(site.run(&script, exits, &at));
                ran += 1;
            }
            Step::Hidden(script) => drop(site.run(&script, 0, &at)),
            Step::Elsewhere(script) => site.check_syntax(&script, &at),
            Step::File { path, text } => site.write(&path, &text),
            Step::Edit { path, before, after } => site.edit(&path, &before, &after, &at),
            Step::Output { text, range } => {
                let printed = last.take().unwrap_or_else(|| panic!("{at}: no command stands before this output"));
                if !page::matches(&text, &printed) {
                    differing.push((range, text, printed, at));
                }
            }
        }
    }
    assert!(ran > 0, "{name} has no step");
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        let mut new = text;
        for (range, _, printed, _) in differing.into_iter().rev() {
            new.replace_range(range, &printed);
        }
        std::fs::write(&path, new).expect("writable");
        return;
    }
    if let Some((_, shown, printed, at)) = differing.first() {
        panic!("{at}: the page shows\n{shown}\nbut this is printed:\n{printed}\nUPDATE_FIXTURES=1 writes it into the page");
    }
}

macro_rules! pages {
    ($($test:ident $name:literal;)*) => {
        $(#[test]
        fn $test() {
            follow($name);
        })*

        const PAGES: &[&str] = &[$($name),*];
    };
}

pages! {
    tutorial "tutorial.md";
    add_a_cluster "add-a-cluster.md";
    remove_a_site "remove-a-site.md";
    change_seeds "change-seeds.md";
    upgrade_casskop "upgrade-casskop.md";
    two_rings "two-rings.md";
    several_teams "several-teams.md";
}

#[test]
fn every_page_with_steps_is_run_and_linked_from_the_readme() {
    let docs = std::fs::read_dir(root().join("docs")).expect("docs");
    let pages = docs.map(|entry| entry.expect("readable").path()).filter(|path| path.extension().is_some_and(|end| end == "md"));
    let with_steps: Vec<PathBuf> =
        pages.filter(|path| std::fs::read_to_string(path).expect("text").contains("<!-- steps:")).collect();
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README");
    for path in with_steps {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(PAGES.contains(&name.as_str()), "{name} has steps that nobody runs");
    }
    for name in PAGES {
        assert!(readme.contains(&format!("(docs/{name})")), "README.md does not lead to docs/{name}");
    }
}
