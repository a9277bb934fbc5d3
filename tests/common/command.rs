//! Runs the program as a user does: in a directory of its own, with nothing of
//! this machine's environment.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![expect(clippy::disallowed_methods, reason = "it starts the program and looks at files")]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

#[path = "planted.rs"]
pub(crate) mod planted;

/// A ring in two clusters that nothing is to be said about.
pub(crate) const RING: &str = r#"apiVersion: db.orange.com/v2
kind: MultiCasskop
metadata:
  name: demo
spec:
  base:
    apiVersion: db.orange.com/v2
    kind: CassandraCluster
    metadata:
      name: demo
      namespace: cassandra
    spec:
      nodesPerRacks: 1
      cassandraImage: cassandra:3.11.10
      imagepullpolicy: IfNotPresent
      dataCapacity: 20Gi
      dataStorageClass: fast
      hardAntiAffinity: true
      deletePVC: false
      autoPilot: false
      autoUpdateSeedList: false
      maxPodUnavailable: 1
      resources:
        requests: {cpu: "2", memory: 8Gi}
        limits: {cpu: "2", memory: 8Gi}
  override:
    eu:
      spec:
        service:
          annotations:
            external-dns.alpha.kubernetes.io/hostname: eu.example.net
            external-dns.kubernetes.io/hostname: eu.example.net
        topology:
          dc:
            - name: eu1
              rack: [{name: rack1}, {name: rack2}, {name: rack3}]
    us:
      spec:
        service:
          annotations:
            external-dns.alpha.kubernetes.io/hostname: us.example.net
            external-dns.kubernetes.io/hostname: us.example.net
        topology:
          dc:
            - name: us1
              rack: [{name: rack1}, {name: rack2}, {name: rack3}]
"#;

/// The same ring under another name.
pub(crate) fn ring_called(name: &str) -> String {
    RING.replace("name: demo", &format!("name: {name}"))
}

/// A fleet of the two clusters. Nothing that its rings say may stop a run.
pub(crate) const FLEET: &str = "\
apiVersion: multicasskop.dev/v1alpha1
kind: Fleet
metadata: {name: prod}
sources: [rings/*.yaml]
out: clusters
casskopVersion: 2.3.4
engine: argocd
merge: merge-patch
clusters:
  - name: eu
  - name: us
";

/// Flags for the two clusters of [`RING`].
pub(crate) const FLAGS: &str = "--local eu --remote us --casskop-version 2.3.4 --merge merge-patch";

/// A temporary directory in which the program runs. No run may say or write a
/// secret that the test has [planted].
pub(crate) struct Site(tempfile::TempDir);

/// What a file is: its bytes, where a link leads, or that it is a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Thing {
    File(Vec<u8>),
    Link(PathBuf),
    Directory,
}

/// Everything below a directory, by relative path.
pub(crate) type Tree = BTreeMap<PathBuf, Thing>;

impl Site {
    /// An empty directory.
    pub(crate) fn empty() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    /// One with the files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let site = Self::empty();
        for (path, text) in files {
            site.write(path, text);
        }
        site
    }

    /// One with `ring.yaml`.
    pub(crate) fn ring() -> Self {
        Self::with(&[("ring.yaml", RING)])
    }

    /// One with a fleet file and two rings, `demo` and `test`.
    pub(crate) fn fleet() -> Self {
        Self::with(&[("fleet.yaml", FLEET), ("rings/demo.yaml", RING), ("rings/test.yaml", &ring_called("test"))])
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.0.path().join(relative)
    }

    /// Writes a file, with the directories that it needs.
    pub(crate) fn write(&self, relative: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().expect("it lies in the site")).expect("a directory");
        std::fs::write(path, bytes).expect("writable");
    }

    pub(crate) fn read(&self, relative: &str) -> String {
        std::fs::read_to_string(self.path(relative)).unwrap_or_else(|error| panic!("{relative}: {error}"))
    }

    /// Edits a file.
    pub(crate) fn replace(&self, relative: &str, from: &str, to: &str) {
        let text = self.read(relative);
        assert!(text.contains(from), "{relative} has no {from:?}");
        self.write(relative, text.replace(from, to));
    }

    pub(crate) fn remove(&self, relative: &str) {
        std::fs::remove_file(self.path(relative)).expect("it is there");
    }

    pub(crate) fn exists(&self, relative: &str) -> bool {
        self.path(relative).symlink_metadata().is_ok()
    }

    /// The program, to be run here.
    pub(crate) fn command(&self) -> Command {
        scrubbed(Command::new(env!("CARGO_BIN_EXE_multicasskop")), self.0.path())
    }

    /// Runs the program with words that a shell would part at the blanks.
    pub(crate) fn run(&self, words: &str) -> Run {
        self.run_words(words.split_whitespace())
    }

    pub(crate) fn run_words(&self, words: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Run {
        self.watched(|| self.command().args(words).stdin(Stdio::null()).output().expect("the program starts"))
    }

    /// Runs the program in a directory below.
    pub(crate) fn run_in(&self, relative: &str, words: &str) -> Run {
        let mut command = self.command();
        command.current_dir(self.path(relative)).args(words.split_whitespace()).stdin(Stdio::null());
        self.watched(|| command.output().expect("the program starts"))
    }

    /// Runs the program with something on standard input.
    pub(crate) fn run_with_input(&self, words: &str, input: impl AsRef<[u8]> + Send) -> Run {
        let mut command = self.command();
        command.args(words.split_whitespace()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.watched(|| {
            let mut child = command.spawn().expect("the program starts");
            let mut stdin = child.stdin.take().expect("a pipe");
            std::thread::scope(|scope| {
                // It may end before it has read all.
                scope.spawn(move || stdin.write_all(input.as_ref()).ok());
                child.wait_with_output().expect("it ends")
            })
        })
    }

    /// Runs a line as a shell takes it, with `multicasskop` in the path.
    pub(crate) fn shell(&self, line: &str) -> Run {
        let binary = Path::new(env!("CARGO_BIN_EXE_multicasskop")).parent().expect("a directory").to_owned();
        let path = format!("{}:/usr/bin:/bin", binary.display());
        let mut command = scrubbed(Command::new("/bin/sh"), self.0.path());
        self.watched(|| command.env("PATH", path).args(["-c", line]).stdin(Stdio::null()).output().expect("a shell"))
    }

    /// Runs something, and fails if it says or writes a planted secret.
    #[track_caller]
    pub(crate) fn watched(&self, run: impl FnOnce() -> Output) -> Run {
        let before = planted::files(self.0.path());
        let run = self.ran(run());
        planted::assert_none("standard output", &run.stdout);
        planted::assert_none("standard error", &run.stderr);
        for path in planted::files(self.0.path()).difference(&before) {
            // What the sources say in plain text is rendered: the tree is no report.
            assert!(path.starts_with(self.path("clusters")), "{} holds a secret that a test has planted", path.display());
        }
        run
    }

    fn ran(&self, output: Output) -> Run {
        let here = self.0.path().to_string_lossy().into_owned();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8 on standard streams").replace(&here, "$DIR");
        Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Everything below the directory.
    pub(crate) fn tree(&self) -> Tree {
        let mut tree = Tree::new();
        walk(self.0.path(), Path::new(""), &mut tree);
        tree
    }

    /// The files below the directory `clusters`, by name.
    pub(crate) fn rendered(&self) -> Vec<String> {
        let tree = self.tree().into_iter().filter(|(_, thing)| matches!(thing, Thing::File(_)));
        tree.filter_map(|(path, _)| Some(path.strip_prefix("clusters").ok()?.to_string_lossy().into_owned())).collect()
    }
}

fn walk(root: &Path, below: &Path, tree: &mut Tree) {
    for entry in std::fs::read_dir(root.join(below)).expect("readable") {
        let entry = entry.expect("readable");
        let (path, kind) = (below.join(entry.file_name()), entry.file_type().expect("a kind"));
        let thing = if kind.is_symlink() {
            Thing::Link(std::fs::read_link(entry.path()).expect("a link"))
        } else if kind.is_dir() {
            walk(root, &path, tree);
            Thing::Directory
        } else {
            Thing::File(std::fs::read(entry.path()).expect("readable"))
        };
        tree.insert(path, thing);
    }
}

fn scrubbed(mut command: Command, here: &Path) -> Command {
    command.env_clear().current_dir(here);
    command
}

/// How a run ended and what it said, with the site's own path as `$DIR`.
#[derive(Debug)]
pub(crate) struct Run {
    /// `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Fails, with all that was said, unless the exit code is this.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Fails unless standard error has the text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "{text:?} is not said in:\n{}", self.stderr);
        self
    }

    /// Fails if standard error has the text.
    #[track_caller]
    pub(crate) fn does_not_say(self, text: &str) -> Self {
        assert!(!self.stderr.contains(text), "{text:?} is said in:\n{}", self.stderr);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}:\n{}\n{}", self.stdout, self.stderr))
    }

    /// Exit code and both streams, for a snapshot.
    pub(crate) fn told(&self) -> String {
        let code = self.code.map_or_else(|| "a signal".to_owned(), |code| code.to_string());
        let part = |name: &str, text: &str| if text.is_empty() { String::new() } else { format!("--- {name}\n{text}") };
        format!("exit code {code}\n{}{}", part("stdout", &self.stdout), part("stderr", &self.stderr))
    }

    /// The command in the last line, if one is proposed there.
    pub(crate) fn proposed(&self) -> Option<&str> {
        self.stderr.lines().last().map(str::trim).filter(|line| line.starts_with("multicasskop "))
    }
}
