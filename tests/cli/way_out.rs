//! After errors: the command that would render. It is run, as it is printed.

use super::*;

/// Runs the command that is proposed; it must render, and again.
#[track_caller]
fn assert_proposal_renders(site: &Site, run: &Run) -> String {
    assert!(run.code.is_some_and(|code| code > 0), "{}", run.told());
    let command = run.proposed().unwrap_or_else(|| panic!("no command is proposed:\n{}", run.stderr)).to_owned();
    let proposed = site.shell(&command).exits(0);
    assert!(!proposed.stdout.contains(" 0 written"), "{}", proposed.told());
    command
}

#[test]
fn without_an_order_the_flags_that_state_it_are_named() {
    let site = Site::ring();
    let run = site.run("render ring.yaml");
    assert_told!("no-order", &run);
    let command = assert_proposal_renders(&site, &run.exits(2));
    assert_eq!(command, "multicasskop render ring.yaml --local eu --remote us --out clusters");
}

#[test]
fn a_ring_in_one_cluster_needs_no_order() {
    let site = Site::with(&[("ring.yaml", &RING[..RING.find("    us:").expect("an override")])]);
    site.run("render ring.yaml --casskop-version 2.3.4 --out clusters").exits(0);
    assert!(!site.exists("clusters/eu/demo-seeds.yaml"), "CassKop finds the seeds of one cluster itself");
}

#[test]
fn zones_that_nobody_knows_are_examples() {
    let site = Site::with(&[(
        "a ring.yaml",
        &RING.replace("external-dns.alpha.kubernetes.io", "x.example.net").replace("external-dns.kubernetes.io", "y.example.net"),
    )]);
    let run = site.run_words(["render", "a ring.yaml", "--out", "the tree"]).exits(2);
    assert_told!("no-zone", &run);
    let command = assert_proposal_renders(&site, &run);
    assert!(command.contains("'a ring.yaml'") && command.contains("--zone us=us.example.net"), "{command}");
    assert!(site.exists("the tree/us/demo.yaml"));
}

#[test]
fn differing_merges_name_both_modes() {
    let site = Site::with(&[(
        "ring.yaml",
        &RING.replace(
            "        topology:\n          dc:\n            - name: us1",
            "        hardAntiAffinity: false\n        topology:\n          dc:\n            - name: us1",
        ),
    )]);
    let run = site.run("render ring.yaml -l eu -r us --casskop-version 2.3.4 --out clusters").exits(2);
    assert_told!("no-mode", &run);
    let command = assert_proposal_renders(&site, &run);
    assert!(command.contains("--merge merge-patch"), "{command}");
}

#[test]
fn what_flags_cannot_mend_is_shown_before_the_user_runs_into_it() {
    let site = Site::with(&[("ring.yaml", &RING.replace("autoPilot: false", "autoPilot: 5"))]);
    let run = site.run("render ring.yaml --out clusters").exits(2);
    assert_told!("further", &run);
    site.replace("ring.yaml", "autoPilot: 5", "autoPilot: false");
    assert_proposal_renders(&site, &run);
}

#[test]
fn in_a_fleet_the_proposal_needs_no_flags_of_its_own() {
    let site = Site::fleet();
    site.replace("fleet.yaml", "merge: merge-patch\n", "");
    site.replace("rings/demo.yaml", "    eu:\n      spec:", "    eu:\n      spec:\n        hardAntiAffinity: false");
    let command = assert_proposal_renders(&site, &site.run("render").exits(2));
    assert_eq!(command, "multicasskop render --merge merge-patch");
}

#[test]
fn a_ring_without_seeds_says_what_that_means() {
    let site = Site::ring();
    site.run(&format!("{} --seeds none", render())).exits(0).says("each of its 2 clusters will start a ring of its own");
    assert!(!site.exists("clusters/eu/demo-seeds.yaml"));
}

/// The upstream sample, which a first-time user tries first.
#[test]
fn the_upstream_sample_is_understood_and_its_proposal_renders() {
    let Some(upstream) = std::env::var_os("CASSKOP_UPSTREAM") else {
        println!("skipped: CASSKOP_UPSTREAM is not set");
        return;
    };
    let sample = std::path::Path::new(&upstream).join("samples/multi-casskop.yaml");
    let site = Site::empty();
    site.write("multi-casskop.yaml", std::fs::read(sample).expect("the sample"));
    let run = site.run("render multi-casskop.yaml --local k8s-cluster1 --remote k8s-cluster2 --out clusters");
    assert!(!site.exists("clusters"));
    assert_told!("upstream-sample", &run);
    assert_proposal_renders(&site, &run);
}
