//! Kills a process that writes a tree, again and again, and looks at every byte.
//!
//! The process is this test itself, started with a variable that tells it where
//! to write. It renders two trees in turn and says on stderr when it writes its
//! first temporary file and when it is done. At least half of the kills have to
//! land between the two. After each, every file is the old or the new one, and
//! the next run gives either tree exactly, without `--force`.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the test starts processes, reads files and keeps time")]
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test")]

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use multicasskop::emit::{FileKind, RingKey, TreeFile, TreePath};
use multicasskop::names::{ClusterName, Namespace, RingName};
use multicasskop::write::{Files, Fleet, OutDir, Plan, Scope, TempName, apply, plan};

const CHILD: &str = "MULTICASSKOP_KILL_TEST_TREE";
const NAME: &str = "killed_at_any_moment_each_file_is_old_or_new_and_the_next_run_mends_the_tree";
const BEGIN: &str = "writing";
const END: &str = "written";

/// How long the test kills, and how often at most and at least.
const TIME: Duration = Duration::from_secs(10);
const MOST: usize = 100;
const LEAST: usize = 10;

#[derive(Clone, Copy, PartialEq)]
enum Version {
    A,
    B,
}

impl Version {
    fn other(self) -> Self {
        if self == Self::A { Self::B } else { Self::A }
    }

    /// About 200 files. Between the versions most change, some are the same,
    /// rings come and go, and so does a cluster.
    fn files(self) -> Vec<TreeFile> {
        let (clusters, rings) = match self {
            Self::A => (["k1", "k2", "k3"], 0..34),
            Self::B => (["k1", "k2", "k4"], 4..38),
        };
        let mut files = Vec::new();
        for name in clusters {
            let cluster = ClusterName::new(name).unwrap();
            for number in rings.clone() {
                let version = if number % 5 == 0 { "both" } else { self.text() };
                let filler = "  - 0123456789abcdef\n".repeat(100);
                for kind in [FileKind::CassandraCluster, FileKind::SeedsConfigMap] {
                    let body = format!("version: {version}\nfiller:\n{filler}");
                    files.push(TreeFile::new(Some("f"), &cluster, &ring(number), "r.yaml", kind, &body));
                }
            }
        }
        files
    }

    fn text(self) -> &'static str {
        if self == Self::A { "a" } else { "b" }
    }

    fn plan(self, out: &mut OutDir) -> Plan {
        let clusters = ["k1", "k2", "k3", "k4"].map(|name| ClusterName::new(name).unwrap()).into();
        let scope = Scope { fleet: Fleet::Whole("f".into()), clusters, rings: (0..38).map(ring).collect() };
        let files = self.files();
        let snapshot = out.read(&scope, &files).unwrap();
        plan(files, snapshot, &scope, false).expect("no file is taken for an edited or foreign one")
    }

    fn render(self, path: &Path) {
        let mut out = OutDir::open(path).unwrap();
        let plan = self.plan(&mut out);
        apply(&plan, &mut out).unwrap();
    }
}

fn ring(number: usize) -> RingKey {
    RingKey { namespace: Namespace::new("ns").unwrap(), name: RingName::new(&format!("r{number}")).unwrap() }
}

/// Says when the first temporary file is about to be written.
struct Watched {
    out: OutDir,
    begun: bool,
}

impl Files for Watched {
    fn make_root(&mut self) -> io::Result<()> {
        self.out.make_root()
    }
    fn unmake_root(&mut self) {
        self.out.unmake_root();
    }
    fn make_dir(&mut self, cluster: &ClusterName) -> io::Result<bool> {
        self.out.make_dir(cluster)
    }
    fn remove_dir(&mut self, cluster: &ClusterName) -> io::Result<()> {
        self.out.remove_dir(cluster)
    }
    fn write_temp(&mut self, cluster: &ClusterName, name: &TempName, bytes: &[u8]) -> io::Result<()> {
        if !std::mem::replace(&mut self.begun, true) {
            eprintln!("{BEGIN}");
        }
        self.out.write_temp(cluster, name, bytes)
    }
    fn remove_temp(&mut self, cluster: &ClusterName, name: &TempName) -> io::Result<()> {
        self.out.remove_temp(cluster, name)
    }
    fn rename(&mut self, from: &TempName, to: &TreePath) -> io::Result<()> {
        self.out.rename(from, to)
    }
    fn remove(&mut self, path: &TreePath) -> io::Result<()> {
        self.out.remove(path)
    }
}

/// Renders B, A, B … until it is killed.
fn write_forever(path: &Path) {
    let mut version = Version::B;
    loop {
        let mut out = OutDir::open(path).unwrap();
        let plan = version.plan(&mut out);
        apply(&plan, &mut Watched { out, begun: false }).unwrap();
        eprintln!("{END}");
        version = version.other();
    }
}

/// All files below a directory.
fn on_disk(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for directory in std::fs::read_dir(root).unwrap() {
        let directory = directory.unwrap().path();
        for file in std::fs::read_dir(directory).unwrap() {
            let path = file.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            found.insert(name, std::fs::read(path).unwrap());
        }
    }
    found
}

/// Lets a process write, kills it after a while, and gives whether the kill
/// landed between its first and its last write.
fn kill_after(path: &Path, rounds: usize, delay: Duration) -> bool {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", NAME, "--nocapture"])
        .env(CHILD, path)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    let mut begun = 0;
    while begun < rounds {
        line.clear();
        assert_ne!(said.read_line(&mut line).unwrap(), 0, "the writing process ended by itself");
        begun += usize::from(line.trim() == BEGIN);
    }
    std::thread::sleep(delay);
    child.kill().unwrap();
    child.wait().unwrap();
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    rest.lines().last().unwrap_or(BEGIN) == BEGIN
}

/// How long it takes to go from one tree to the other.
fn time_to_write(path: &Path) -> Duration {
    let mut out = OutDir::open(path).unwrap();
    let plan = Version::B.plan(&mut out);
    let start = Instant::now();
    apply(&plan, &mut out).unwrap();
    start.elapsed()
}

/// What a rendering of a version leaves in an empty directory.
fn expected(version: Version) -> BTreeMap<String, Vec<u8>> {
    let directory = tempfile::tempdir().unwrap();
    version.render(directory.path());
    on_disk(directory.path())
}

/// Looks at every byte; gives whether both versions were found.
fn check_mix(now: &BTreeMap<String, Vec<u8>>, a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) -> bool {
    let is_temp = |name: &str| name.contains("/.multicasskop-");
    let (mut old, mut new) = (false, false);
    for (name, bytes) in now.iter().filter(|(name, _)| !is_temp(name)) {
        let (is_a, is_b) = (a.get(name) == Some(bytes), b.get(name) == Some(bytes));
        assert!(is_a || is_b, "{name} is neither the one nor the other");
        old |= is_a && !is_b;
        new |= is_b && !is_a;
    }
    for name in a.keys().filter(|name| b.contains_key(*name)) {
        assert!(now.contains_key(name), "{name} is lost");
    }
    for (name, bytes) in now.iter().filter(|(name, _)| name.ends_with("/kustomization.yaml")) {
        let directory = name.strip_suffix("kustomization.yaml").unwrap();
        for file in String::from_utf8_lossy(bytes).lines().filter_map(|line| line.strip_prefix("- ")) {
            assert!(now.contains_key(&format!("{directory}{file}")), "{name} lists {file}, which is not there");
        }
    }
    old && new
}

#[test]
fn killed_at_any_moment_each_file_is_old_or_new_and_the_next_run_mends_the_tree() {
    if let Some(path) = std::env::var_os(CHILD) {
        return write_forever(Path::new(&path));
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("out");
    let (a, b) = (expected(Version::A), expected(Version::B));
    Version::A.render(&path);
    assert_eq!(on_disk(&path), a);
    // What the child needs, measured here; corrected by where the kills land.
    let mut longest = time_to_write(&path);

    let start = Instant::now();
    let (mut kills, mut within, mut mixed) = (0, 0, 0);
    // On a busy machine it may take longer until a kill lands between two renames.
    while kills < MOST && (kills < LEAST || start.elapsed() < TIME || (mixed == 0 && start.elapsed() < 6 * TIME)) {
        // Spread evenly over the time of writing, without a pattern.
        let share = u32::try_from(kills * 37 % 100).unwrap();
        let landed = kill_after(&path, 1 + kills % 2, longest * share / 100);
        kills += 1;
        within += usize::from(landed);
        longest = if landed { longest * 11 / 10 } else { longest * 8 / 10 };
        mixed += usize::from(check_mix(&on_disk(&path), &a, &b));
        let (next, tree) = if kills % 3 == 0 { (Version::B, &b) } else { (Version::A, &a) };
        next.render(&path);
        assert_eq!(&on_disk(&path), tree, "the next run gives exactly its tree");
    }
    eprintln!("{kills} kills, {within} between the first and the last write, {mixed} with old and new files in the tree");
    assert!(within * 2 >= kills, "only {within} of {kills} kills landed while the tree was written");
    assert!(mixed > 0, "no kill landed between two renames");
}
