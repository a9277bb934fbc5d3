//! The directory on a real disk: links, obstacles, what is read and what is left alone.

#![expect(clippy::disallowed_methods, reason = "the tests make trees and look at what was written")]

use std::fs;
use std::os::unix::fs::{MetadataExt as _, symlink};

use super::*;
use crate::emit::{FileKind, RingKey, TreeFile};
use crate::finding::Exit;
use crate::names::{Namespace, RingName};
use crate::write::{Plan, Refusal, apply, plan};

struct Test {
    directory: tempfile::TempDir,
    out: PathBuf,
}

fn ring(name: &str) -> RingKey {
    RingKey { namespace: Namespace::new("ns").unwrap(), name: RingName::new(name).unwrap() }
}

fn file(cluster: &str, name: &str, body: &str) -> TreeFile {
    let cluster = ClusterName::new(cluster).unwrap();
    TreeFile::new(Some("f"), &cluster, &ring(name), "r.yaml", FileKind::CassandraCluster, body)
}

fn whole(rings: &[&str]) -> Scope {
    let clusters = ["k1", "k2"].map(|name| ClusterName::new(name).unwrap()).into();
    Scope { fleet: Fleet::Whole("f".into()), clusters, rings: rings.iter().map(|name| ring(name)).collect() }
}

impl Test {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let out = directory.path().join("out");
        fs::create_dir(&out).unwrap();
        Self { directory, out }
    }

    fn plan(&self, desired: &[TreeFile]) -> Result<(Plan, OutDir), Refusal> {
        let scope = whole(&["a"]);
        let mut out = OutDir::open(&self.out).unwrap();
        let snapshot = out.read(&scope, desired).unwrap();
        Ok((plan(desired.to_vec(), snapshot, &scope, false)?, out))
    }

    fn render(&self, desired: &[TreeFile]) -> Plan {
        let (plan, mut out) = self.plan(desired).unwrap();
        apply(&plan, &mut out).unwrap();
        plan
    }

    /// Renders one ring into one cluster and expects to be told what is in the way.
    fn refused(&self) -> String {
        let refusal = self.plan(&[file("k1", "a", "x: 1\n")]).unwrap_err();
        assert_eq!(refusal.findings.len(), 1);
        assert_eq!(refusal.findings[0].exit(), Exit::BadInput);
        refusal.findings[0].message.replace(self.out.to_str().unwrap(), "out")
    }
}

#[test]
fn what_is_written_is_read_back_as_unchanged_however_large() {
    let test = Test::new();
    let large = format!("x: |\n{}", "  0123456789abcdef\n".repeat(20_000));
    let files = [file("k1", "a", "x: 1\n"), file("k2", "a", &large)];
    test.render(&files);
    assert_eq!(fs::read_to_string(test.out.join("k2/a.yaml")).unwrap(), files[1].text());
    let mode = fs::metadata(test.out.join("k1/a.yaml")).unwrap().mode();
    assert_eq!(mode & 0o777 & !0o044, 0o600, "readable and no program, as far as the user's mask lets it");
    let (plan, _) = test.plan(&files).unwrap();
    assert!(!plan.differs());
    assert_eq!(plan.unchanged, 4);
}

#[test]
fn unchanged_files_keep_inode_and_time() {
    let test = Test::new();
    let is = |name: &str| {
        let found = fs::metadata(test.out.join(name)).unwrap();
        (found.ino(), found.mtime(), found.mtime_nsec(), found.ctime_nsec())
    };
    test.render(&[file("k1", "a", "x: 1\n"), file("k2", "a", "x: 1\n")]);
    let names = ["k1/a.yaml", "k2/a.yaml", "k1/kustomization.yaml", "k2/kustomization.yaml"];
    let before = names.map(is);
    test.render(&[file("k1", "a", "x: 2\n"), file("k2", "a", "x: 1\n")]);
    let after = names.map(is);
    assert_ne!(before[0], after[0]);
    assert_eq!(before[1..], after[1..]);
}

#[test]
fn a_directory_that_is_no_longer_needed_goes_unless_something_else_is_in_it() {
    let test = Test::new();
    test.render(&[file("k1", "a", "x: 1\n"), file("k2", "a", "x: 1\n")]);
    fs::write(test.out.join("k2/notes.txt"), "mine").unwrap();
    test.render(&[file("k3", "a", "x: 1\n")]);
    assert!(!test.out.join("k1").exists());
    let left: Vec<_> = fs::read_dir(test.out.join("k2")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["notes.txt"]);
}

#[test]
fn leftovers_of_a_killed_run_are_removed_and_other_hidden_files_stay() {
    let test = Test::new();
    test.render(&[file("k1", "a", "x: 1\n")]);
    fs::write(test.out.join("k1/.multicasskop-12-3.tmp"), "half").unwrap();
    fs::write(test.out.join("k1/.gitkeep"), "").unwrap();
    let plan = test.render(&[file("k1", "a", "x: 1\n")]);
    assert!(plan.writes.is_empty());
    assert!(!test.out.join("k1/.multicasskop-12-3.tmp").exists() && test.out.join("k1/.gitkeep").exists());
}

#[test]
fn an_out_that_is_no_directory_is_refused() {
    let test = Test::new();
    let taken = test.directory.path().join("taken");
    fs::write(&taken, "mine").unwrap();
    let nowhere = test.directory.path().join("nowhere");
    symlink("does-not-exist", &nowhere).unwrap();
    for path in [&taken, &taken.join("below"), &nowhere] {
        let finding = OutDir::open(path).unwrap_err();
        assert_eq!(finding.exit(), Exit::BadInput);
        assert!(finding.message.starts_with("`out` is "), "{}", finding.message);
    }
    assert!(OutDir::open(&taken).unwrap_err().message.ends_with("which is no directory"));
    assert_eq!(fs::read_to_string(taken).unwrap(), "mine");
}

#[test]
fn an_out_that_is_a_link_to_a_directory_is_followed() {
    let test = Test::new();
    let link = test.directory.path().join("link");
    symlink("out", &link).unwrap();
    let linked = Test { directory: tempfile::tempdir().unwrap(), out: link };
    linked.render(&[file("k1", "a", "x: 1\n")]);
    assert!(test.out.join("k1/a.yaml").exists());
}

#[test]
fn a_link_in_place_of_a_directory_is_never_followed() {
    let test = Test::new();
    let elsewhere = test.directory.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::create_dir(test.out.join("k2")).unwrap();
    for target in ["../elsewhere", elsewhere.to_str().unwrap(), "k2", "does-not-exist"] {
        symlink(target, test.out.join("k1")).unwrap();
        assert_eq!(test.refused(), "`out/k1` is in the way: it is a symbolic link");
        fs::remove_file(test.out.join("k1")).unwrap();
    }
    assert_eq!(fs::read_dir(elsewhere).unwrap().count(), 0);
}

#[test]
fn what_a_link_is_turned_into_between_reading_and_writing_is_not_followed_out_of_the_tree() {
    let test = Test::new();
    test.render(&[file("k1", "a", "x: 1\n")]);
    let (plan, mut out) = test.plan(&[file("k1", "a", "x: 2\n")]).unwrap();
    fs::rename(test.out.join("k1"), test.directory.path().join("k1")).unwrap();
    symlink("../k1", test.out.join("k1")).unwrap();
    let finding = apply(&plan, &mut out).unwrap_err();
    assert_eq!(finding.exit(), Exit::BadInput);
    let entries = fs::read_dir(test.directory.path().join("k1")).unwrap();
    assert_eq!(entries.count(), 2);
    assert!(fs::read_to_string(test.directory.path().join("k1/a.yaml")).unwrap().ends_with("x: 1\n"));
}

#[test]
fn a_link_in_place_of_a_file_is_never_followed() {
    let test = Test::new();
    fs::create_dir(test.out.join("k1")).unwrap();
    let elsewhere = test.directory.path().join("elsewhere.yaml");
    fs::write(&elsewhere, file("k1", "a", "x: 1\n").text()).unwrap();
    for name in ["a.yaml", "kustomization.yaml", "Kustomization"] {
        symlink("../../elsewhere.yaml", test.out.join("k1").join(name)).unwrap();
        assert_eq!(test.refused(), format!("`out/k1/{name}` is in the way: it is a symbolic link"));
        fs::remove_file(test.out.join("k1").join(name)).unwrap();
    }
    symlink("../../elsewhere.yaml", test.out.join("k1/other.yaml")).unwrap();
    assert!(test.plan(&[file("k1", "a", "x: 1\n")]).is_ok());
}

#[test]
fn directories_and_files_in_each_others_place_are_refused() {
    let test = Test::new();
    fs::create_dir_all(test.out.join("k1/a.yaml")).unwrap();
    assert_eq!(test.refused(), "`out/k1/a.yaml` is in the way: it is a directory");
    fs::remove_dir_all(test.out.join("k1")).unwrap();
    fs::write(test.out.join("k1"), "").unwrap();
    assert_eq!(test.refused(), "`out/k1` is in the way: it is a file");
}

#[test]
fn a_part_of_a_fleet_reads_only_its_clusters_and_a_whole_one_all_directories_with_a_clusters_name() {
    let test = Test::new();
    for name in ["k1", "k9", "Notes", ".git"] {
        fs::create_dir(test.out.join(name)).unwrap();
        fs::write(test.out.join(name).join("a.yaml"), file("k9", "a", "x: 1\n").text()).unwrap();
    }
    let found = |scope: &Scope| {
        let snapshot = OutDir::open(&test.out).unwrap().read(scope, &[]).unwrap();
        snapshot.places.keys().map(ClusterName::to_string).collect::<Vec<_>>()
    };
    assert_eq!(found(&whole(&[])), ["k1", "k9"]);
    assert_eq!(found(&Scope { fleet: Fleet::Part("f".into()), ..whole(&[]) }), ["k1"]);
    let path = file("k9", "a", "").path().clone();
    let mut out = OutDir::open(&test.out).unwrap();
    assert!(out.read(&whole(&[]), &[]).unwrap().is_other(&path));
    assert_eq!(out.bytes(&path).unwrap(), file("k9", "a", "x: 1\n").text().as_bytes());
    fs::remove_file(test.out.join("k9/a.yaml")).unwrap();
    assert!(out.bytes(&path).unwrap_err().message.ends_with("No such file or directory (os error 2)"));
}

#[test]
fn a_file_that_is_what_the_run_renders_is_only_noted() {
    let test = Test::new();
    test.render(&[file("k1", "a", "x: 1\n")]);
    let path = file("k1", "a", "").path().clone();
    for (text, current) in [("x: 1\n", true), ("x: 2\n", false)] {
        let rendered = [file("k1", "a", text)];
        let snapshot = OutDir::open(&test.out).unwrap().read(&whole(&["a"]), &rendered).unwrap();
        assert_eq!(snapshot.is_current(&path), current);
        assert_eq!(snapshot.is_other(&path), !current);
    }
}
