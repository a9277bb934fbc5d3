//! Results on standard output, messages on standard error; colour, verbosity,
//! exit codes, closed pipes.

use std::process::Stdio;

use super::*;

/// A ring with one warning: a field that nobody knows.
fn with_warning() -> Site {
    Site::with(&[("ring.yaml", &RING.replace("hardAntiAffinity", "hardAntiAfinity"))])
}

#[test]
fn results_go_to_stdout_and_messages_to_stderr() {
    let site = with_warning();
    let run = site.run(&render()).exits(0).says("warning[L24]").says("1 warning");
    assert_eq!(run.stdout, "clusters: 6 written, 0 removed, 0 unchanged\n");
    let run = site.run(&format!("{} -q", render())).exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("clusters: 0 written, 0 removed, 6 unchanged\n", ""));
    let run = site.run(&format!("lint ring.yaml {FLAGS}")).exits(0);
    assert!(run.stdout.contains("warning[L24]") && run.stderr.is_empty(), "{}", run.told());
    let run = site.run(&format!("lint ring.yaml {FLAGS} -q")).exits(0);
    assert!(!run.stdout.contains("warning[L24]"), "{}", run.told());
}

#[test]
fn verbose_names_files_and_remarks() {
    let site = Site::ring();
    site.write("other.yaml", "kind: Deployment\nmetadata: {name: x}\n");
    let words = render().replace("ring.yaml", "ring.yaml other.yaml");
    site.run(&format!("{words} --check")).exits(1).does_not_say("Deployment");
    let run = site.run(&format!("{words} -v")).exits(0).says("skipped an object of kind `Deployment`");
    assert!(run.stdout.contains("wrote   clusters/eu/demo.yaml\n"), "{}", run.stdout);
}

#[test]
fn colour_is_for_terminals_unless_it_is_asked_for() {
    let site = with_warning();
    let words = format!("lint ring.yaml {FLAGS}");
    assert!(!site.run(&words).stdout.contains('\u{1b}'));
    let coloured = site.run(&format!("{words} --color always")).exits(0).stdout;
    assert!(coloured.contains("\u{1b}["), "{coloured:?}");
    let run = site.run(&format!("{} --color always", render())).exits(0);
    assert!(run.stderr.contains("\u{1b}[") && !run.stdout.contains('\u{1b}'), "{:?}", run.told());
    for (setting, words) in [("NO_COLOR=1", format!("{words} --color always")), ("NO_COLOR=", words.clone())] {
        let (name, value) = setting.split_once('=').expect("a setting");
        let output = site.command().args(words.split_whitespace()).env(name, value).output().expect("it runs");
        // What is typed beats the environment, and an empty variable says nothing.
        assert_eq!(output.stdout.contains(&0x1b), words.contains("always"));
    }
}

/// What the program prints on a terminal; `None` without `script`.
fn on_a_terminal(site: &Site, setting: &str, words: &str) -> Option<String> {
    let line = format!("{setting} {} {words}", env!("CARGO_BIN_EXE_multicasskop"));
    let run = site.shell(&format!("script -qec '{line}' /dev/null </dev/null"));
    if run.code == Some(127) {
        println!("skipped: there is no `script`, so no terminal to print to");
        return None;
    }
    Some(run.stdout)
}

#[test]
fn a_terminal_gets_colour_unless_no_color_is_set() {
    let site = with_warning();
    let words = format!("lint ring.yaml {FLAGS}");
    let Some(text) = on_a_terminal(&site, "", &words) else { return };
    assert!(text.contains("\u{1b}["), "{text:?}");
    for (setting, flag) in [("NO_COLOR=1", ""), ("", "--color never")] {
        let text = on_a_terminal(&site, setting, &format!("{words} {flag}")).expect("there was one");
        assert!(!text.contains("\u{1b}[") && text.contains("L24"), "{text:?}");
    }
}

#[test]
fn exit_codes_say_how_it_went() {
    let site = with_warning();
    site.run(&render()).exits(0);
    site.run(&format!("lint ring.yaml {FLAGS}")).exits(0);
    site.run(&format!("lint ring.yaml {FLAGS} --fail-on warning")).exits(1);
    site.run(&format!("lint ring.yaml {FLAGS} --fail-on warning --allow L24")).exits(0);
    let before = site.tree();
    site.replace("ring.yaml", "nodesPerRacks: 1", "nodesPerRacks: 2");
    site.run(&format!("{} --fail-on warning", render())).exits(1).says("nothing was written").says("`--fail-on warning`");
    site.replace("ring.yaml", "nodesPerRacks: 2", "nodesPerRacks: 1");
    assert!(site.tree() == before);
    // The highest wins: a type error beside the warning.
    site.replace("ring.yaml", "autoPilot: false", "autoPilot: 5");
    site.run(&format!("lint ring.yaml {FLAGS} --fail-on warning")).exits(2);
    site.run("render missing.yaml --local eu --out clusters").exits(2).says("cannot read `missing.yaml`");
    site.run("render nothing/*.yaml --local eu --out clusters").exits(2).says("no file matches");
    site.run("canonical missing.yaml").exits(2);
    site.run("hash ring.yaml").exits(2).says("exactly one CassandraCluster");
    site.run("seeds").exits(2).says("no source is named");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let site = with_warning();
    for words in [
        "explain",
        "explain -o json",
        &format!("lint ring.yaml {FLAGS} -o json"),
        &format!("render ring.yaml {FLAGS} --stdout --cluster eu"),
    ] {
        let mut command = site.command();
        let mut child =
            command.args(words.split_whitespace()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        // Gone before the first byte is written, or soon after.
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{words}: {errors}");
        assert!(!errors.contains("print") && !errors.contains("panic"), "{words}: {errors}");
    }
    // What was found counts all the same.
    let run = site.shell(&format!("{{ multicasskop lint ring.yaml {FLAGS} --fail-on warning; echo $? >&3; }} 3>code | true"));
    assert_eq!(site.read("code"), "1\n", "{}", run.told());
}

#[test]
fn a_result_that_cannot_be_printed_is_an_internal_error() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let site = Site::ring();
    site.shell("multicasskop explain >/dev/full").exits(4).says("could not print the result");
}

#[test]
fn json_is_a_document_for_every_command_whatever_the_outcome() {
    let good = Site::ring();
    let bad = Site::with(&[("ring.yaml", &RING.replace("autoPilot: false", "autoPilot: 5"))]);
    let out = good.run(&render()).exits(0);
    assert!(out.stderr.is_empty());
    bad.write("clusters/eu/demo.yaml", good.read("clusters/eu/demo.yaml"));
    good.replace("clusters/eu/demo.yaml", "name: demo", "name: edited");
    let cases = [
        (&bad, format!("{} -o json", render()), 2, "RenderReport"),
        (&good, format!("{} -o json", render()), 1, "RenderReport"),
        (&good, format!("{} -o json --check", render()), 1, "RenderReport"),
        (&good, format!("{} -o json --force", render()), 0, "RenderReport"),
        (&good, format!("{} -o json --check", render()), 0, "RenderReport"),
        (&good, format!("lint ring.yaml {FLAGS} -o json"), 0, "LintReport"),
        (&bad, format!("lint ring.yaml {FLAGS} -o json"), 2, "LintReport"),
        (&bad, "lint missing.yaml --local eu -o json".to_owned(), 2, "LintReport"),
        (&good, format!("seeds ring.yaml {FLAGS} -o json"), 0, "SeedsReport"),
        (&bad, format!("seeds ring.yaml {FLAGS} -o json"), 2, "SeedsReport"),
        (&good, "hash clusters/eu/demo.yaml -o json".to_owned(), 0, "ContentHash"),
        (&bad, "hash ring.yaml -o json".to_owned(), 2, "ContentHash"),
    ];
    for (site, words, code, kind) in cases {
        let json = site.run(&words).exits(code).json();
        assert_eq!(json["apiVersion"], "multicasskop.dev/v1alpha1", "{words}");
        assert_eq!(json["kind"], kind, "{words}");
        let stopped = json["findings"].as_array().is_some_and(|findings| findings.iter().any(|one| one["severity"] == "error"));
        assert_eq!(stopped, code != 0, "{words}: {json:#}");
    }
}

#[test]
fn findings_as_json_have_their_place_and_what_to_do() {
    let json = with_warning().run(&format!("lint ring.yaml {FLAGS} -o json")).exits(0).json();
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_json_snapshot!("finding-json", json);
    });
}
