//! Trees that cannot be written, or must not be.
#![cfg(unix)]

use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::*;

fn words() -> String {
    format!("render ring.yaml {FLAGS} --out clusters")
}

#[test]
fn an_out_that_is_a_file_is_refused() {
    let site = Site::with(&[("ring.yaml", RING), ("clusters", "a file\n")]);
    assert_told!("out-is-a-file", refused_in(&site, &words()));
    let site = Site::with(&[("ring.yaml", RING), ("a", "a file\n")]);
    refused_in(&site, &format!("render ring.yaml {FLAGS} --out a/b/c")).says("`a/b/c`");
    let site = Site::with(&[("ring.yaml", RING), ("clusters/eu", "a file\n")]);
    assert_told!("cluster-is-a-file", refused_in(&site, &words()));
    let site = Site::with(&[("ring.yaml", RING), ("clusters/eu/demo.yaml/x", "a file\n")]);
    refused_in(&site, &words()).says("clusters/eu/demo.yaml");
}

#[test]
fn links_below_out_are_not_followed() {
    let outside = Site::with(&[("k/keep.yaml", "mine: true\n")]);
    let site = Site::with(&[("ring.yaml", RING), ("clusters/us/x.yaml", "kind: X\n")]);
    symlink(outside.path("k"), site.path("clusters/eu")).expect("a link");
    let before = outside.tree();
    let run = refused_in(&site, &words());
    assert!(run.stderr.contains("no link is followed"), "{}", run.stderr);
    assert!(outside.tree() == before, "something was written outside");

    let site = Site::with(&[("ring.yaml", RING), ("clusters/eu/x.yaml", "kind: X\n")]);
    symlink(outside.path("k/keep.yaml"), site.path("clusters/eu/demo.yaml")).expect("a link");
    let run = refused_in(&site, &words());
    assert!(outside.tree() == before, "something was written outside");
    assert_told!("link", run);

    // `--force` is for edited files of ours, not for this.
    refused_in(&site, &format!("{} --force", words()));
    assert!(outside.tree() == before, "something was written outside");
}

#[test]
fn files_of_others_are_never_replaced() {
    let site = Site::with(&[("ring.yaml", RING), ("clusters/eu/demo.yaml", "kind: CassandraCluster\n")]);
    assert_told!("foreign-file", refused_in(&site, &words()));
    refused_in(&site, &format!("{} --force", words()));
}

/// Whether rights mean something to this process: not to root.
fn rights_count(site: &Site) -> bool {
    site.write("rights", "x");
    std::fs::set_permissions(site.path("rights"), std::fs::Permissions::from_mode(0o000)).expect("own file");
    let count = std::fs::read(site.path("rights")).is_err();
    site.remove("rights");
    if !count {
        println!("skipped: root may write everywhere, so a tree without rights is shown by the read-only mount alone");
    }
    count
}

#[test]
fn a_tree_without_rights_is_left_as_it_is() {
    let site = site_with(RING);
    if !rights_count(&site) {
        return;
    }
    site.replace("ring.yaml", "nodesPerRacks: 1", "nodesPerRacks: 2");
    let set = |mode| std::fs::set_permissions(site.path("clusters/eu"), std::fs::Permissions::from_mode(mode)).expect("own");
    set(0o555);
    let run = refused_in(&site, &words());
    set(0o755);
    assert!(run.stderr.contains("make the directory writable"), "{}", run.stderr);
}

/// Runs a script as root of a mount namespace of its own; `None` if that cannot be had.
fn in_own_mounts(site: &Site, script: &str) -> Option<Run> {
    let able = std::process::Command::new("unshare").args(["-r", "-m", "true"]).output().is_ok_and(|out| out.status.success());
    if !able {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "CI=true needs `unshare -r -m`");
        println!("skipped: no mount namespace can be had, so no full and no read-only file system");
        return None;
    }
    site.write("script", script);
    let run = site.shell("unshare -r -m /bin/sh -eu script");
    site.remove("script");
    Some(run)
}

#[test]
fn a_full_file_system_leaves_the_tree_as_it_was() {
    let site = site_with(RING.replace("nodesPerRacks: 1", "nodesPerRacks: 2"));
    let script = format!(
        "mkdir -p small
         mount -t tmpfs -o size=40k tmpfs small
         cp -r clusters small/clusters
         head -c 400000 /dev/zero >small/filler 2>/dev/null || true
         cp -r small/clusters before
         code=0; multicasskop {} || code=$?
         diff -r before small/clusters && ls -A small/clusters/* >&2
         exit $code",
        words().replace("--out clusters", "--out small/clusters")
    );
    let Some(run) = in_own_mounts(&site, &script) else { return };
    let run = run.exits(2).says("no file of the tree was changed").says("make room and run again");
    assert_eq!(run.stdout, "", "the tree differs");
    assert!(!run.stderr.contains(".tmp\n"), "temporary files are left:\n{}", run.stderr);
}

#[test]
fn a_read_only_file_system_leaves_the_tree_as_it_was() {
    let site = site_with(RING.replace("nodesPerRacks: 1", "nodesPerRacks: 2"));
    let script = format!("mount --bind clusters clusters; mount -o remount,ro,bind clusters; exec multicasskop {}", words());
    let before = site.tree();
    let Some(run) = in_own_mounts(&site, &script) else { return };
    assert!(site.tree() == before);
    assert_told!("read-only", run.exits(2));
}
