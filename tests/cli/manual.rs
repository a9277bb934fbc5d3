//! `completions` and `man`.

use std::process::Command;

use super::*;

/// The program of that name; `None`, with one notice, if it is not there.
fn tool(name: &str) -> Option<Command> {
    let path = ["/usr/bin", "/bin"].iter().map(|folder| std::path::Path::new(folder).join(name)).find(|path| path.is_file());
    if path.is_none() {
        println!("skipped: there is no {name}");
    }
    path.map(Command::new)
}

#[test]
fn bash_completes_commands_and_flags() {
    let site = Site::empty();
    site.write("complete", site.run("completions bash").exits(0).stdout);
    let complete = |words: &str| {
        let mut bash = tool("bash")?;
        let script = "set -eu; source ./complete; COMP_WORDS=($1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); \
                      _multicasskop multicasskop \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"; echo \"${COMPREPLY[@]}\"";
        let output = bash.args(["--norc", "-c", script, "bash", words]).current_dir(site.path("")).output().expect("bash");
        assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        Some(String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned())
    };
    let Some(commands) = complete("multicasskop to") else { return };
    assert_eq!(commands, "topology");
    assert_eq!(complete("multicasskop clusters ch").as_deref(), Some("check"));
    assert_eq!(complete("multicasskop render --che").as_deref(), Some("--check"));
    assert_eq!(complete("multicasskop completions f").as_deref(), Some("fish"));
}

#[test]
fn every_shell_has_a_script() {
    let site = Site::empty();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = site.run(&format!("completions {shell}")).exits(0).stdout;
        assert!(script.contains("multicasskop") && script.contains("prerequisites"), "{shell}");
    }
    site.run("completions").exits(2);
    site.run("completions tcsh").exits(2).says("possible values");
}

#[test]
fn there_is_a_page_for_every_command_and_man_takes_it() {
    let site = Site::empty();
    site.run("man --out man/man1").exits(0).says("pages written");
    let pages: Vec<_> = site.tree().into_keys().filter(|path| path.extension().is_some()).collect();
    let names: Vec<_> = pages.iter().map(|path| path.file_name().expect("a name").to_string_lossy().into_owned()).collect();
    for name in ["multicasskop.1", "multicasskop-render.1", "multicasskop-clusters.1", "multicasskop-clusters-check.1"] {
        assert!(names.iter().any(|page| page == name), "{name} is not among {names:?}");
    }
    assert_eq!(site.read("man/man1/multicasskop-clusters-check.1"), site.run("man clusters check").exits(0).stdout);
    assert_eq!(site.read("man/man1/multicasskop.1"), site.run("man").exits(0).stdout);
    site.run("man --out man/man1").exits(0);
    for page in &pages {
        let Some(mut groff) = tool("groff") else { return };
        let output = groff.args(["-ww", "-man", "-Tutf8", "-z"]).arg(site.path("").join(page)).output().expect("groff");
        assert!(output.status.success() && output.stderr.is_empty(), "{}: {output:?}", page.display());
    }
}

#[test]
fn a_page_that_is_not_there_is_an_error() {
    let site = Site::empty();
    site.run("man rendre").exits(2).says("did you mean `render`?");
    site.run("man render this").exits(2).says("`multicasskop render` has no command `this`");
    site.write("file", "");
    site.run("man --out file/below").exits(2).says("`file/below` could not be made");
}
