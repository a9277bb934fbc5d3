//! What apply must keep: every file is the old or the new one, whatever fails, and nothing of ours is left behind.

#![expect(clippy::disallowed_methods, reason = "the tests look at what was written")]

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::emit::{FileKind, RingKey, TreeFile};
use crate::finding::Exit;
use crate::names::{Namespace, RingName};
use crate::write::{Fleet, OutDir, Scope, plan};

/// What one ring has in one cluster: a version of its object, and of its seeds.
type Rendered = (Option<u8>, Option<u8>);

const CLUSTERS: [&str; 3] = ["k1", "k2", "k3"];
const RINGS: [&str; 2] = ["a", "b"];

/// One entry per cluster and ring.
fn trees() -> impl Strategy<Value = Vec<Rendered>> {
    let version = || proptest::option::weighted(0.7, 0..2_u8);
    proptest::collection::vec((version(), version()), CLUSTERS.len() * RINGS.len())
}

fn ring(name: &str) -> RingKey {
    RingKey { namespace: Namespace::new("ns").unwrap(), name: RingName::new(name).unwrap() }
}

fn files(tree: &[Rendered]) -> Vec<TreeFile> {
    let places = CLUSTERS.iter().flat_map(|cluster| RINGS.iter().map(move |ring| (cluster, ring)));
    let mut files = Vec::new();
    for ((cluster, name), (object, seeds)) in places.zip(tree) {
        let cluster = ClusterName::new(cluster).unwrap();
        for (kind, version) in [(FileKind::CassandraCluster, object), (FileKind::SeedsConfigMap, seeds)] {
            let file = |version| TreeFile::new(Some("f"), &cluster, &ring(name), "r.yaml", kind, &format!("v: {version}\n"));
            files.extend(version.map(file));
        }
    }
    files
}

fn plan_for(tree: &[Rendered], out: &mut OutDir) -> Plan {
    let clusters = CLUSTERS.iter().map(|name| ClusterName::new(name).unwrap()).collect();
    let scope = Scope { fleet: Fleet::Whole("f".into()), clusters, rings: RINGS.iter().map(|name| ring(name)).collect() };
    let files = files(tree);
    let snapshot = out.read(&scope, &files).unwrap();
    plan(files, snapshot, &scope, false).unwrap()
}

fn render(tree: &[Rendered], path: &Path) {
    let mut out = OutDir::open(path).unwrap();
    apply(&plan_for(tree, &mut out), &mut out).unwrap();
}

/// Every path below a directory; `None` for directories.
type OnDisk = BTreeMap<String, Option<Vec<u8>>>;

fn on_disk(root: &Path) -> OnDisk {
    let mut found = BTreeMap::new();
    let mut todo = vec![root.to_path_buf()];
    while let Some(directory) = todo.pop() {
        for entry in std::fs::read_dir(directory).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            let bytes = path.is_file().then(|| std::fs::read(&path).unwrap());
            todo.extend(bytes.is_none().then_some(path));
            found.insert(name, bytes);
        }
    }
    found
}

/// Which calls fail.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fails {
    /// One: rights are missing, or the disk is full for a moment.
    Once,
    /// All from one on: the disk is gone.
    FromThenOn,
}

/// A writer that fails at a call.
struct Failing {
    inner: OutDir,
    left: usize,
    fails: Fails,
    failed: bool,
    /// Whether a file of the tree was replaced or removed.
    begun: bool,
}

impl Failing {
    fn new(inner: OutDir, left: usize, fails: Fails) -> Self {
        Self { inner, left, fails, failed: false, begun: false }
    }

    fn step(&mut self) -> io::Result<()> {
        let fail = self.left == 0 && (!self.failed || self.fails == Fails::FromThenOn);
        self.left = self.left.saturating_sub(1);
        self.failed |= fail;
        if fail { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl Files for Failing {
    fn make_root(&mut self) -> io::Result<()> {
        self.step()?;
        self.inner.make_root()
    }

    fn unmake_root(&mut self) {
        self.inner.unmake_root();
    }

    fn make_dir(&mut self, cluster: &ClusterName) -> io::Result<bool> {
        self.step()?;
        self.inner.make_dir(cluster)
    }

    fn remove_dir(&mut self, cluster: &ClusterName) -> io::Result<()> {
        self.step()?;
        self.inner.remove_dir(cluster)
    }

    fn write_temp(&mut self, cluster: &ClusterName, name: &TempName, bytes: &[u8]) -> io::Result<()> {
        let result = self.step();
        let written = if result.is_ok() { bytes } else { &bytes[..bytes.len() / 2] };
        self.inner.write_temp(cluster, name, written)?;
        result
    }

    fn remove_temp(&mut self, cluster: &ClusterName, name: &TempName) -> io::Result<()> {
        self.step()?;
        self.inner.remove_temp(cluster, name)
    }

    fn rename(&mut self, from: &TempName, to: &TreePath) -> io::Result<()> {
        self.step()?;
        self.begun = true;
        self.inner.rename(from, to)
    }

    fn remove(&mut self, path: &TreePath) -> io::Result<()> {
        self.step()?;
        self.begun = true;
        self.inner.remove(path)
    }
}

/// Goes from one tree to another, which is `new` on disk, with a failure at call
/// `at`; gives whether there was such a call.
fn fail_at(at: usize, fails: Fails, from: &[Rendered], to: &[Rendered], new: &OnDisk) -> bool {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("deep/out");
    render(from, &path);
    let old = on_disk(&path);
    let mut out = OutDir::open(&path).unwrap();
    let plan = plan_for(to, &mut out);
    let mut failing = Failing::new(out, at, fails);
    let result = apply(&plan, &mut failing);
    let now = on_disk(&path);
    let is_temp = |name: &str| name.contains(".multicasskop-");
    for (name, bytes) in now.iter().filter(|(name, bytes)| !is_temp(name) && bytes.is_some()) {
        assert!(old.get(name) == Some(bytes) || new.get(name) == Some(bytes), "{name} is neither old nor new");
    }
    for name in old.keys().filter(|name| new.contains_key(*name)) {
        assert!(now.contains_key(name), "{name} is lost");
    }
    if fails == Fails::Once {
        assert!(!now.keys().any(|name| is_temp(name)), "{now:?}");
    }
    if let Err(finding) = &result {
        assert_eq!(finding.exit(), Exit::BadInput);
        let untouched = finding.why == "no file of the tree was changed";
        assert_eq!(untouched, !failing.begun);
        if untouched && fails == Fails::Once {
            assert_eq!(now, old);
        }
    } else {
        // Only an empty directory that stays is no error.
        assert!(new.iter().all(|(name, bytes)| now.get(name) == Some(bytes)));
    }

    render(to, &path);
    let mut after = on_disk(&path);
    after.retain(|name, bytes| bytes.is_some() || new.contains_key(name));
    assert_eq!(&after, new, "the next run mends the tree");
    failing.failed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, ..ProptestConfig::default() })]

    #[test]
    fn whatever_call_fails_each_file_is_old_or_new_and_the_next_run_mends(from in trees(), to in trees()) {
        let fresh = tempfile::tempdir().unwrap();
        render(&to, fresh.path());
        let new = on_disk(fresh.path());
        for fails in [Fails::Once, Fails::FromThenOn] {
            let mut at = 0;
            while fail_at(at, fails, &from, &to, &new) {
                at += 1;
            }
        }
    }
}

#[test]
fn a_missing_out_is_made_with_its_parents_and_taken_back_on_failure() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a/b/out");
    let tree = vec![(Some(0), Some(1)); 6];
    for at in 0.. {
        let mut out = OutDir::open(&path).unwrap();
        let plan = plan_for(&tree, &mut out);
        let mut failing = Failing::new(out, at, Fails::Once);
        if apply(&plan, &mut failing).is_ok() {
            break;
        }
        if !failing.begun {
            assert!(!directory.path().join("a").exists(), "{at}");
        }
    }
    assert_eq!(on_disk(&path).len(), 3 + 3 * 5);
}

#[test]
fn the_message_says_what_failed_and_what_became_of_the_tree() {
    let directory = tempfile::tempdir().unwrap();
    let tree = [(Some(0), None)];
    let message = |at| {
        let mut out = OutDir::open(directory.path()).unwrap();
        let plan = Plan { out: "clusters".to_owned(), ..plan_for(&tree, &mut out) };
        let finding = apply(&plan, &mut Failing::new(out, at, Fails::Once)).unwrap_err();
        [finding.message, finding.why, finding.fix].join("; ")
    };
    insta::assert_snapshot!(message(2), @"`clusters/k1/a.yaml` could not be written: no storage space; no file of the tree was changed; make room and run again");
    insta::assert_snapshot!(message(5), @"`clusters/k1/kustomization.yaml` could not be replaced: no storage space; 1 of 2 files were done before, each whole; the others are as they were; make room and run again");
}

#[test]
fn temporary_names_are_hidden_are_no_manifests_and_are_known_again() {
    let name = TempName::new(u32::MAX, 7);
    assert_eq!(name.as_str(), ".multicasskop-4294967295-7.tmp");
    assert_eq!(TempName::listed(name.as_str()), Some(name));
    for foreign in
        [".multicasskop-.tmp", ".multicasskop-1.tmp", ".multicasskop-1-x.tmp", "multicasskop-1-1.tmp", ".multicasskop-1-1.yaml"]
    {
        assert_eq!(TempName::listed(foreign), None, "{foreign}");
    }
}
