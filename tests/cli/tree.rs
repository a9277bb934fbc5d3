//! What a run does to a tree: nothing if nothing changed, and only to files of its own.
#![cfg(unix)]

use std::os::unix::fs::MetadataExt as _;

use super::*;

/// Inode and time of change of each file in the tree.
fn stamps(site: &Site) -> Vec<(String, u64, i64, i64)> {
    let stamp = |path: String| {
        let about = site.path("clusters").join(&path).metadata().expect("a file");
        (path, about.ino(), about.mtime(), about.mtime_nsec())
    };
    site.rendered().into_iter().map(stamp).collect()
}

#[test]
fn a_run_that_changes_nothing_writes_nothing() {
    let site = Site::ring();
    site.run(&render()).exits(0);
    let before = stamps(&site);
    assert_eq!(before.len(), 6);
    site.run(&render()).exits(0);
    site.run(&format!("{} --force", render())).exits(0);
    site.run(&format!("{} --check", render())).exits(0).says("up to date: 6 files");
    assert_eq!(stamps(&site), before);
    // One value in one cluster is one file.
    site.replace(
        "ring.yaml",
        "        topology:\n          dc:\n            - name: us1",
        "        nodesPerRacks: 2\n        topology:\n          dc:\n            - name: us1",
    );
    let run = site.run(&render()).exits(0);
    let now = stamps(&site);
    let changed: Vec<_> = now.iter().zip(&before).filter(|(now, before)| now != before).map(|(now, _)| now.0.as_str()).collect();
    assert_eq!(changed, ["us/demo.yaml"], "{}", run.told());
}

#[test]
fn check_shows_the_difference_and_writes_nothing() {
    let site = Site::ring();
    site.run(&render()).exits(0);
    site.replace("ring.yaml", "dataCapacity: 20Gi", "dataCapacity: 30Gi");
    site.remove("clusters/us/kustomization.yaml");
    let before = site.tree();
    let run = site.run(&format!("{} --check", render())).exits(1);
    assert!(site.tree() == before);
    assert_told!("check", run);
    site.run(&render()).exits(0);
    site.run(&format!("{} --check", render())).exits(0);
}

#[test]
fn an_edited_file_is_shown_and_kept_until_it_is_forced() {
    let site = Site::ring();
    site.run(&render()).exits(0);
    let good = site.tree();
    site.replace("clusters/eu/demo.yaml", "nodesPerRacks: 1", "nodesPerRacks: 3");
    let edited = site.tree();
    let run = site.run(&render()).exits(1);
    assert!(site.tree() == edited);
    assert_told!("edited", run);
    site.run(&format!("{} --check", render())).exits(1);
    site.run(&format!("{} --force", render())).exits(0);
    assert!(site.tree() == good);
}

#[test]
fn conflict_markers_have_a_message_of_their_own() {
    let site = Site::ring();
    site.run(&render()).exits(0);
    let good = site.tree();
    let conflict = "<<<<<<< HEAD\n  nodesPerRacks: 1\n=======\n  nodesPerRacks: 2\n>>>>>>> other\n";
    site.replace("clusters/eu/demo.yaml", "  nodesPerRacks: 1\n", conflict);
    assert_told!("conflict", site.run(&render()).exits(1));
    site.run(&format!("{} --force", render())).exits(0);
    assert!(site.tree() == good);
}

#[test]
fn line_endings_of_a_checkout_are_no_edit() {
    let site = Site::ring();
    site.run(&render()).exits(0);
    for path in site.rendered() {
        let path = format!("clusters/{path}");
        site.write(&path, site.read(&path).replace('\n', "\r\n"));
    }
    let before = stamps(&site);
    site.run(&render()).exits(0);
    site.run(&format!("{} --check", render())).exits(0);
    assert_eq!(stamps(&site), before);
}

#[test]
fn headers_name_the_source_as_seen_from_out() {
    let source = |site: &Site| {
        let text = site.read("a/clusters/eu/demo.yaml");
        let line = text.lines().nth(2).expect("a header").to_owned();
        line.split_whitespace().find_map(|word| word.strip_prefix("source=")).expect("a source").to_owned()
    };
    let site = Site::with(&[("a/rings/ring.yaml", RING), ("b/ring.yaml", RING)]);
    site.run(&format!("render a/rings/ring.yaml {FLAGS} --out a/clusters")).exits(0);
    assert_eq!(source(&site), "rings/ring.yaml");
    // From wherever it is run.
    let run = site.run_in("a/rings", &format!("render ring.yaml {FLAGS} --out ../clusters")).exits(0);
    assert!(run.stdout.contains("0 written"), "{}", run.told());
    // Outside of what `out` lies in, the bare name.
    site.run(&format!("render b/ring.yaml {FLAGS} --out a/clusters")).exits(0);
    assert_eq!(source(&site), "ring.yaml");
}

#[test]
fn the_last_cluster_of_a_ring_is_told_how_not_to_restart() {
    let site = Site::ring();
    site.run(&render()).exits(0);
    let ring = site.read("ring.yaml");
    site.write("ring.yaml", ring.split("    us:").next().expect("the other override"));
    let run = site.run(&render()).exits(0);
    run.says("to none: every node there restarts, rack by rack, unless `rings.demo.seeds` in the fleet file states the list");
}

#[test]
fn a_change_of_seeds_says_what_restarts() {
    let site = Site::ring();
    site.run(&render()).exits(0).does_not_say("the seeds of");
    site.replace(
        "ring.yaml",
        "rack: [{name: rack1}, {name: rack2}, {name: rack3}]\n    us:",
        "rack: [{name: rack1}, {name: rack2}]\n    us:",
    );
    assert_told!("seeds-changed", site.run(&render()).exits(0));
    assert_told!("seeds-other-way", site.run(&format!("{} --seed-delivery env --allow L57", render())).exits(0));
    assert_told!("seeds-gone", site.run(&format!("{} --seeds none", render())).exits(0));
}

#[test]
fn nothing_but_our_files_is_touched() {
    let site = Site::ring();
    site.run(&render()).exits(0);
    for path in
        ["clusters/README.md", "clusters/eu/own.yaml", "clusters/eu/.keep", "clusters/other/x.yaml", "clusters/eu/sub/demo.yaml"]
    {
        site.write(path, "kind: Mine\n");
    }
    let before = site.tree();
    site.run(&render()).exits(0);
    assert!(site.tree() == before);
    // A kustomization of the user's is left alone, and it is said what it leaves out.
    site.write("clusters/us/kustomization.yaml", "resources: [demo.yaml]\ncommonLabels: {a: b}\n");
    let run = site.run(&render()).exits(0);
    assert_eq!(site.read("clusters/us/kustomization.yaml"), "resources: [demo.yaml]\ncommonLabels: {a: b}\n");
    assert_told!("own-kustomization", run);
}
