//! A repository with a fleet file: found from below, whole and partial runs,
//! retired clusters, upgrades.

use super::*;

#[test]
fn the_fleet_file_is_found_from_below_and_paths_in_it_are_relative_to_it() {
    let site = Site::fleet();
    site.write("deep/down/x", "");
    let run = site.run_in("deep/down", "render").exits(0);
    assert!(run.stdout.contains("10 written"), "{}", run.told());
    assert!(site.exists("clusters/eu/demo.yaml") && site.exists("clusters/us/test-seeds.yaml"));
    let header = site.read("clusters/eu/demo.yaml");
    assert!(header.contains("fleet=prod cluster=eu ring=cassandra/demo source=rings/demo.yaml "), "{header}");
    // The same bytes from anywhere, and by name.
    for (here, words) in
        [(".", "render --check"), ("rings", "render demo.yaml --check"), ("deep", "render --fleet ../fleet.yaml --check")]
    {
        site.run_in(here, words).exits(0);
    }
    let elsewhere = Site::empty();
    elsewhere.run("render").exits(2).says("no source is named");
    elsewhere.write("fleet.yaml", "defaultNamespace: x\nhelm: {chart: y}\n");
    assert_told!("foreign-fleet", elsewhere.run("render").exits(2));
}

#[test]
fn sources_are_files_folders_and_globs() {
    let site = Site::fleet();
    site.run("render").exits(0);
    let good = site.tree();
    for sources in
        ["[rings]", "[rings/demo.yaml, rings/test.yaml]", "['rings/[dt]*.yaml']", "[rings, rings/*.yaml]", "[./rings/../rings]"]
    {
        site.write("fleet.yaml", FLEET.replace("[rings/*.yaml]", sources));
        site.run("render --check").exits(0);
    }
    site.write("fleet.yaml", FLEET);
    assert!(site.tree() == good);
    site.run("render rings --check").exits(0);
    // The tree itself is never a source, even where it lies among them.
    site.write("fleet.yaml", FLEET.replace("[rings/*.yaml]", "[.]"));
    site.run("render --check").exits(0);
}

#[test]
fn a_partial_run_touches_its_own_ring_alone() {
    let site = Site::fleet();
    site.run("render").exits(0);
    let all = site.rendered();
    site.replace("rings/test.yaml", "nodesPerRacks: 1", "nodesPerRacks: 2");
    let test = site.read("clusters/eu/test.yaml");
    site.replace("rings/demo.yaml", "nodesPerRacks: 1", "nodesPerRacks: 2");
    site.run("render rings/demo.yaml").exits(0);
    assert_eq!((site.rendered(), site.read("clusters/eu/test.yaml")), (all.clone(), test));
    // Its files in a cluster that it has left go; those of the other ring stay.
    let demo = site.read("rings/demo.yaml");
    site.write("rings/demo.yaml", &demo[..demo.find("    us:").expect("an override")]);
    site.run("render rings/demo.yaml").exits(0).says("`demo` has no override for us");
    // In one cluster it needs no seeds from us.
    let left: Vec<_> = all.into_iter().filter(|path| !path.starts_with("us/demo") && path != "eu/demo-seeds.yaml").collect();
    assert_eq!(site.rendered(), left);
}

#[test]
fn a_run_of_the_whole_fleet_removes_what_is_gone_from_its_own_fleet() {
    let site = Site::fleet();
    let elsewhere = |text: &str| text.replace("name: eu\n", "name: asia\n").replace("name: us\n", "name: mars\n");
    let other = FLEET.replace("name: prod", "name: other").replace("out: clusters", "out: ../clusters");
    site.write("other/fleet.yaml", elsewhere(&other));
    let third = ring_called("third").replace("    eu:", "    asia:").replace("    us:", "    mars:");
    site.write("other/rings/third.yaml", third);
    site.run("render").exits(0);
    site.run_in("other", "render").exits(0);
    site.write("clusters/eu/own.yaml", "kind: Mine\n");
    let all = site.rendered();
    assert_eq!(all.len(), 2 * (2 * 2 + 1) + 2 * (2 + 1) + 1);

    site.remove("rings/test.yaml");
    site.run("render --check").exits(1);
    site.run("render").exits(0);
    let left: Vec<_> = all.iter().filter(|path| !path.contains("/test")).cloned().collect();
    assert_eq!(site.rendered(), left);
    assert!(!site.read("clusters/eu/kustomization.yaml").contains("test"));

    site.replace("fleet.yaml", "  - name: us", "  - {name: us, state: retired}");
    site.run("render").exits(0);
    let left: Vec<_> = left.into_iter().filter(|path| !path.starts_with("us/") && path != "eu/demo-seeds.yaml").collect();
    assert_eq!(site.rendered(), left);
    // Two fleets in one directory would undo each other's kustomization.
    site.write("other/fleet.yaml", other);
    site.write("other/rings/third.yaml", ring_called("third"));
    site.run_in("other", "render").exits(1).says("belongs to the fleet `prod`");
}

#[test]
fn sources_without_a_ring_do_not_empty_the_tree() {
    let site = Site::fleet();
    site.run("render").exits(0);
    site.write("rings/demo.yaml", "");
    site.write("rings/test.yaml", "# nothing\n");
    let before = site.tree();
    site.run("render").exits(2).says("there is nothing to render");
    assert!(site.tree() == before);
}

#[test]
fn a_retired_cluster_is_known_and_counts_in_the_order() {
    let site = Site::fleet();
    site.replace("fleet.yaml", "  - name: eu", "  - {name: old, state: retired}\n  - name: eu");
    let with_old = |text: String| text.replace("    eu:", "    old: {}\n    eu:");
    site.write("rings/demo.yaml", with_old(RING.to_owned()));
    site.run("render").exits(0);
    assert!(site.read("clusters/eu/demo.yaml").contains("sync-wave: \"10\""));
    assert!(!site.exists("clusters/old"));
}

#[test]
fn an_upgrade_under_way_is_checked_for_both_versions() {
    let site = Site::fleet();
    site.replace("fleet.yaml", "casskopVersion: 2.3.4", "casskopVersion: {from: 2.3.1, to: 2.3.4}");
    let run = site.run("render");
    assert!(matches!(run.code, Some(0..=2)), "{}", run.told());
    assert_told!("upgrade", run);
    site.replace("fleet.yaml", "{from: 2.3.1, to: 2.3.4}", "{from: 2.3.4, to: 2.3.1}");
    site.run("render").exits(2).says("fleet.yaml:6:17").says("the upgrade goes down");
}

#[test]
fn versions_that_are_assumed_or_unknown_are_said_once() {
    let site = Site::fleet();
    site.replace("fleet.yaml", "casskopVersion: 2.3.4\n", "");
    let said = |site: &Site, words: &str, text: &str| site.run(words).exits(0).stderr.matches(text).count();
    assert_eq!(said(&site, "render", "no CassKop version is stated, so 2.3.4 is assumed"), 1);
    assert_eq!(said(&site, "lint", "no CassKop version is stated, so 2.3.4 is assumed"), 1);
    assert_eq!(said(&site, "render -q", "assumed"), 0);
    assert_eq!(said(&site, "render --casskop-version 2.9.0", "CassKop 2.9.0 is not known yet and treated as 2.3.4"), 1);
    site.run("render --casskop-version 2.0.1").exits(2).says("--casskop-version");
}

#[test]
fn a_v1alpha1_source_is_for_1_1_5_unless_said_otherwise() {
    let old = RING.replace("db.orange.com/v2", "db.orange.com/v1alpha1");
    let site = Site::with(&[("ring.yaml", &old)]);
    let words = "render ring.yaml --local eu --remote us --merge merge-patch --engine argocd --allow all --out clusters";
    let run = site.run(words).exits(0);
    assert_eq!(run.stderr.matches("so 1.1.5 is assumed").count(), 1, "{}", run.told());
    assert!(site.read("clusters/eu/demo.yaml").contains("apiVersion: db.orange.com/v1alpha1\n"));
    let run = site.run(&format!("{words} --casskop-version 2.3.4")).exits(2);
    assert_told!("v1alpha1-for-v2", run);
}
