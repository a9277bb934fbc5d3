//! `init`: a first fleet file, typed and asked for.

use std::io::Write as _;
use std::process::Stdio;

use super::*;

const TYPED: &str = "--local eu --remote us --engine argocd";

#[test]
fn what_is_written_renders_without_a_flag_and_says_where_it_comes_from() {
    let site = Site::with(&[("rings/demo.yaml", RING)]);
    assert_told!("init", site.run(&format!("init {TYPED} --name prod")).exits(0));
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("init-fleet", site.read("fleet.yaml"));
    });
    site.run("render").exits(0);
    site.run("render --check").exits(0);
    site.run("lint --fail-on warning").exits(0);
    assert_eq!(site.rendered().len(), 6);
    for kind in ["fleet", "multicasskop"] {
        assert_eq!(site.read(&format!(".schemas/{kind}.json")), site.run(&format!("schema {kind}")).stdout, "{kind}");
    }
}

#[test]
fn the_file_that_is_written_fits_its_schema() {
    let site = Site::with(&[("rings/demo.yaml", RING)]);
    site.run(&format!("init {TYPED} --zone eu=a.example.net --namespace db --seeds a.example.net,b.example.net")).exits(1);
    let schema: serde_json::Value = serde_json::from_str(&site.read(".schemas/fleet.json")).unwrap();
    let fleet: serde_json::Value = serde_yaml::from_str(&site.read("fleet.yaml")).unwrap();
    let problems: Vec<_> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&fleet).map(|error| error.to_string()).collect();
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn nothing_is_overwritten() {
    let site = Site::ring();
    site.write("fleet.yaml", "mine");
    let before = site.tree();
    site.run(&format!("init ring.yaml {TYPED}")).exits(2).says("there is a `fleet.yaml` here already");
    assert_eq!(site.tree(), before);
    site.remove("fleet.yaml");
    site.write(".schemas/fleet.json", "mine too");
    site.run(&format!("init ring.yaml {TYPED}")).exits(0);
    assert_eq!(site.read(".schemas/fleet.json"), "mine too");
}

#[test]
fn without_a_terminal_all_flags_that_are_missing_are_named_at_once() {
    let ring = RING.replace("      namespace: cassandra\n", "").replace("eu.example.net", "").replace("us.example.net", "");
    let site = Site::with(&[("ring.yaml", &ring)]);
    let before = site.tree();
    assert_told!("init-missing", site.run("init ring.yaml").exits(2));
    assert_eq!(site.tree(), before, "nothing was written");
    let flags = format!("{TYPED} --namespace cassandra --zone eu=eu.example.net --zone us=us.example.net");
    site.run(&format!("init ring.yaml {flags} --merge merge-patch")).exits(0);
    site.run("render").exits(0);
}

#[test]
fn nobody_is_asked_what_the_sources_say() {
    let site = Site::empty();
    let us = RING.find("    us:").expect("two clusters");
    site.write("ring.yaml", &RING[..us]);
    site.run("init ring.yaml --engine other").exits(0).does_not_say("--local");
    assert!(site.read("fleet.yaml").contains("- name: eu\n"), "{}", site.read("fleet.yaml"));
    site.run("render").exits(0);
}

#[test]
fn a_ring_with_errors_gets_its_file_and_is_told_what_to_mend() {
    let site = Site::with(&[("ring.yaml", &RING.replace("name: us1", "name: eu1"))]);
    let run = site.run(&format!("init ring.yaml {TYPED}")).exits(1).says("until then `render` stops");
    let rendered = site.run("render").exits(1);
    let rule = |said: &str| said.split("error[").nth(1).map(|rest| rest[..3].to_owned());
    assert!(rule(&run.stderr).is_some() && rule(&run.stderr) == rule(&rendered.stderr), "{}", run.stderr);
}

#[test]
fn the_version_is_guessed_from_format_and_image() {
    let of = |ring: &str| {
        let site = Site::with(&[("ring.yaml", ring)]);
        site.run(&format!("init ring.yaml {TYPED}"));
        let fleet = site.read("fleet.yaml");
        fleet.lines().find(|line| line.starts_with("casskopVersion")).expect("a version").to_owned()
    };
    let image = |tag: &str| {
        RING.replace(
            "      nodesPerRacks: 1\n",
            &format!("      nodesPerRacks: 1\n      bootstrapImage: ghcr.io/cscetbon/casskop-bootstrap:{tag}\n"),
        )
    };
    assert!(of(RING).starts_with("casskopVersion: 2.3.4 # guessed: the newest"), "{}", of(RING));
    let older = image("0.1.19");
    assert!(
        of(&older).starts_with("casskopVersion: 2.2.7 # guessed: whose bootstrap image is written at ring.yaml:14"),
        "{}",
        of(&older)
    );
    let old = RING.replace("db.orange.com/v2", "db.orange.com/v1alpha1");
    assert!(of(&old).starts_with("casskopVersion: 1.1.5"), "{}", of(&old));
}

#[test]
fn what_cannot_be_used_is_said_and_nothing_written() {
    let site = Site::ring();
    let before = site.tree();
    site.run("init gone.yaml").exits(2).says("gone.yaml");
    site.run("init -").exits(2).says("not standard input");
    site.run(&format!("init ring.yaml {TYPED} --engine argo")).exits(2);
    site.run("init ring.yaml --local eu --remote us --engine argo").exits(2).says("did you mean `argocd`?");
    site.run(&format!("init ring.yaml {TYPED} --name Über")).exits(2).says("--name");
    site.run("init ring.yaml --remote us").exits(2).says("--local");
    site.run("init ring.yaml --local eu --engine argocd").exits(2).says("us has an override, and no place in the order");
    assert_eq!(site.tree(), before);
    Site::empty().run(&format!("init {TYPED}")).exits(2).says("no file in this folder or below holds a MultiCasskop");
}

/// Runs the command on a pseudo-terminal with what a person types; `None`, with one notice, without `script`.
fn at_a_terminal(site: &Site, words: &str, typed: &str) -> Option<(Option<i32>, String)> {
    let script = std::path::Path::new("/usr/bin/script");
    if !script.exists() {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "util-linux's `script` is required where CI=true");
        println!("skipped: there is no /usr/bin/script");
        return None;
    }
    let line = format!("{} {words}", env!("CARGO_BIN_EXE_multicasskop"));
    let mut command = std::process::Command::new(script);
    command
        .args(["-qec", &line, "/dev/null"])
        .current_dir(site.path(""))
        .env_clear()
        .env("SHELL", "/bin/sh")
        .env("PATH", "/usr/bin:/bin");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("script starts");
    child.stdin.take().expect("a pipe").write_all(typed.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8(output.stdout).expect("UTF-8").replace("\r\n", "\n");
    command::planted::assert_none("the terminal", &said);
    Some((output.status.code(), said))
}

#[test]
fn on_a_terminal_a_person_is_asked_and_asked_again() {
    let site = Site::with(&[("ring.yaml", &RING.replace("      namespace: cassandra\n", ""))]);
    let typed = "us\nus eur\nus eu\nargo\nflux\n\nCassandra\ncassandra\n";
    let Some((code, said)) = at_a_terminal(&site, "init ring.yaml", typed) else { return };
    assert_eq!(code, Some(0), "{said}");
    for text in [
        "The clusters are eu, us.",
        "write each of them once: eu us",
        "no override is for `eur`; did you mean `eu`?",
        "write one of: argocd, flux, other",
        "Version of CassKop that runs in the clusters [2.3.4]",
        "must be a DNS-1123 label",
        "written: .schemas/fleet.json",
    ] {
        assert!(said.contains(text), "{text:?} is not in:\n{said}");
    }
    let fleet = site.read("fleet.yaml");
    assert!(fleet.find("- name: us") < fleet.find("- name: eu"), "{fleet}");
    assert!(fleet.contains("engine: flux") && fleet.contains("namespace: cassandra"), "{fleet}");
    site.run("render").exits(0);
}

#[test]
fn another_way_for_the_seeds_is_offered_with_what_it_is_for_and_asked_again() {
    let site = Site::with(&[(
        "ring.yaml",
        &RING.replace("      nodesPerRacks: 1\n", "      nodesPerRacks: 1\n      configMapName: mine\n"),
    )]);
    let typed = "eu us\nargocd\n\nconfig map\nenv\n";
    let Some((code, said)) = at_a_terminal(&site, "init ring.yaml", typed) else { return };
    for text in [
        "the ConfigMap `mine`, into which the seeds go, is not among the sources. Stop here and put that right, or let the seeds go another way",
        "How seeds reach the nodes (configmap, status, env) [env]",
        "write one of: configmap, status, env",
    ] {
        assert!(said.contains(text), "{text:?} is not in:\n{said}");
    }
    assert_ne!(code, Some(2), "{said}");
    assert!(site.read("fleet.yaml").contains("seedDelivery: env"));
}

#[test]
fn whoever_goes_away_gets_no_file() {
    let site = Site::ring();
    let before = site.tree();
    let Some((code, said)) = at_a_terminal(&site, "init ring.yaml", "eu us\n\u{4}") else { return };
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("nothing was written"), "{said}");
    assert_eq!(site.tree(), before);
}
