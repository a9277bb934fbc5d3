//! Sees to it that nothing outlives a test binary, however it ends: no server,
//! no folder.
//!
//! A shell waits for the end of its standard input, which comes when the test
//! binary ends, also by SIGKILL. It then kills the process group in which etcd
//! and all API servers are, and removes the folder.

use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// `$1` is the folder; the first line of the input is the process group.
const SCRIPT: &str = r#"
read -r group || exit
cat >/dev/null
kill -s KILL -- "-$group"
for _ in 1 2 3 4 5 6 7 8 9 10; do rm -rf -- "$1" && exit; sleep 0.1; done 2>/dev/null
"#;

/// The watching shell, and etcd, the first of the group.
pub(super) struct Guard {
    folder: PathBuf,
    /// Kept open as long as this binary lives.
    _shell: Child,
    etcd: Child,
    etcd_port: u16,
    made: AtomicUsize,
}

impl Guard {
    /// Starts the shell and etcd.
    pub(super) fn start(programs: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("multicasskop-plane-").tempdir().unwrap().keep();
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "guard"]).arg(&folder);
        shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let mut shell = shell.spawn().expect("sh");
        let [client, peer] = [free_port(), free_port()];
        let [client_url, peer_url] = [client, peer].map(|port| format!("http://127.0.0.1:{port}"));
        let mut etcd = Command::new(programs.join("etcd"));
        etcd.arg("--data-dir").arg(folder.join("etcd"));
        etcd.args(["--listen-client-urls", &client_url, "--advertise-client-urls", &client_url]);
        etcd.args(["--listen-peer-urls", &peer_url, "--initial-advertise-peer-urls", &peer_url]);
        etcd.args(["--initial-cluster", &format!("default={peer_url}"), "--unsafe-no-fsync", "--log-level", "warn"]);
        let log = folder.join("etcd.log");
        let etcd = silent(&mut etcd, &log).process_group(0).spawn().expect("etcd");
        writeln!(shell.stdin.as_mut().expect("piped"), "{}", etcd.id()).expect("the shell listens");
        Self { folder, _shell: shell, etcd, etcd_port: client, made: AtomicUsize::new(0) }
    }

    /// Where etcd answers.
    pub(super) fn etcd(&self) -> String {
        format!("http://127.0.0.1:{}", self.etcd_port)
    }

    /// A new folder, and its number.
    pub(super) fn folder(&self) -> (PathBuf, usize) {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let folder = self.folder.join(number.to_string());
        std::fs::create_dir_all(&folder).unwrap();
        (folder, number)
    }

    /// Starts a program that ends with this binary at the latest.
    pub(super) fn spawn(&self, command: &mut Command, log: &Path) -> Child {
        let group = i32::try_from(self.etcd.id()).expect("a process id");
        silent(command, log).process_group(group).spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"))
    }
}

/// Without input, and with all that it says at the end of a file.
fn silent<'a>(command: &'a mut Command, log: &Path) -> &'a mut Command {
    let file = || std::fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
    command.stdin(Stdio::null()).stdout(file()).stderr(file())
}

/// A port that nobody listens on. It lies below those that the system gives to
/// outgoing connections, so that none of these can take it before a server does,
/// or while a server is stopped.
pub(super) fn free_port() -> u16 {
    static TRIED: AtomicUsize = AtomicUsize::new(0);
    let first = std::process::id() as usize * 37;
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(10) {
        let number = (first + TRIED.fetch_add(1, Ordering::Relaxed)) % 12_000;
        let port = 20_000 + u16::try_from(number).expect("small");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no free port");
}
