//! Findings that a fleet accepts.

use super::*;

fn site(allow: &str) -> Site {
    let site = Site::fleet();
    site.replace("rings/demo.yaml", "hardAntiAffinity", "hardAntiAfinity");
    site.write("fleet.yaml", format!("{FLEET}lint:\n  allow:\n{allow}"));
    site
}

#[test]
fn only_lint_looks_at_dates_and_reports_expired_and_unused_allowances() {
    let allow =
        "    - {rule: L24, ring: demo, reason: a test, until: \"2027-01-31\"}\n    - {rule: L17, ring: test, reason: none}\n";
    let site = site(allow);
    let on = |day: &str| site.run(&format!("lint --fail-on warning --today {day}"));
    let run = on("2027-01-31").exits(1);
    assert!(!run.stdout.contains("L24") && run.stdout.contains("the allowance of L17 is not needed"), "{}", run.told());
    let run = on("2027-02-01").exits(1);
    assert!(run.stdout.contains("warning[L24]") && run.stdout.contains("expired on 2027-01-31"), "{}", run.told());
    assert_told!("allowances", run);
    // A date never changes what is rendered.
    site.run("render --fail-on warning").exits(0);
}

#[test]
fn an_allowance_is_unused_only_if_all_that_it_is_for_was_looked_at() {
    let site = site(
        "    - {rule: L24, ring: demo, reason: a test}\n    - {rule: L24, ring: test, reason: none}\n    - {rule: L17, reason: none}\n",
    );
    let unused = |words: &str| site.run(words).exits(0).stdout.matches("is not needed").count();
    assert_eq!(unused("lint"), 2);
    assert_eq!(unused("lint rings/test.yaml"), 1, "the other ring was not looked at");
    assert_eq!(unused("lint rings/demo.yaml"), 0);
    // What is typed is for this run, whether it finds anything or not.
    let run = site.run("lint --allow all --fail-on warning").exits(1);
    assert_eq!(run.stdout.matches("is not needed").count(), 2, "{}", run.told());
}

#[test]
fn an_allowance_stops_at_its_ring_cluster_and_path() {
    let site = site("    - {rule: L24, ring: demo, path: spec.hardAntiAfinity, reason: a test}\n");
    site.run("lint --fail-on warning").exits(0);
    for other in ["ring: test", "ring: demo, cluster: eu", "ring: demo, path: spec.hard"] {
        site.write("fleet.yaml", format!("{FLEET}lint:\n  allow:\n    - {{rule: L24, {other}, reason: a test}}\n"));
        site.run("lint --fail-on warning").exits(1);
    }
    site.write("fleet.yaml", format!("{FLEET}lint:\n  allow:\n    - {{rule: L56, reason: a test}}\n"));
    let run = site.run("lint").exits(2);
    assert!(run.stdout.contains("rule L56 cannot be allowed"), "{}", run.told());
}
