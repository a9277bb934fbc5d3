//! What was rendered before the change: the tree in another folder, or in a revision of
//! Git. The only place where another program is run: `git`, which only reads.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use super::locate;
use super::tree::Loaded;
use crate::emit::{FileName, RingKey, TreePath};
use crate::finding::Finding;
use crate::names::ClusterName;
use crate::tree::Node;
use crate::wanted::{self, Tree};
use crate::write::OutDir;

/// No tree is larger.
const LARGEST: u64 = 256 << 20;

/// The objects as they were rendered before.
#[derive(Debug)]
pub(super) struct Since(Tree);

impl Since {
    /// The object of a ring in a cluster, if there was one.
    pub(super) fn object(&self, cluster: &ClusterName, ring: &RingKey) -> Option<&Node> {
        let found = self.0.rings.iter().find(|wanted| wanted.cluster == *cluster && wanted.ring == *ring);
        found.map(|wanted| &wanted.object)
    }
}

/// Reads it: a folder where there is one of that name, else a revision.
///
/// # Errors
/// It cannot be read, or holds no rendered ring: invalid input.
pub(super) fn read(since: &str, loaded: &mut Loaded) -> Result<Since, Finding> {
    let (files, shown) = if Path::new(since).is_dir() {
        (folder(since)?, since.to_owned())
    } else {
        (revision(since, &loaded.out)?, format!("{since}:{}", locate::shown(&loaded.out)))
    };
    // Clusters that have left the fleet since are nobody's concern.
    let clusters = &loaded.fleet.clusters;
    let files: Vec<_> = files.into_iter().filter(|(path, _)| clusters.get(&path.cluster).is_some()).collect();
    let fleet = loaded.file.is_some().then_some(&loaded.fleet);
    let mut tree = wanted::read(files, &shown, fleet, &mut loaded.sources);
    let wrong = tree.findings.iter().position(Finding::stops).map(|at| tree.findings.swap_remove(at));
    if let Some(finding) = wrong {
        return Err(Finding { message: format!("--since {since}: {}", finding.message), ..finding }
            .fix("name another revision or folder, or leave `--since` out"));
    }
    if tree.rings.is_empty() {
        return Err(Finding::invalid(format!("--since {since}: there is no rendered ring in `{shown}`"))
            .why("what the change affects cannot be told")
            .fix("name a revision, or a folder, that has the tree, or leave `--since` out: then every rack has to be proven"));
    }
    Ok(Since(tree))
}

fn folder(path: &str) -> Result<Vec<(TreePath, String)>, Finding> {
    let texts = OutDir::open(path)?.texts(|_| false).unwrap_or_default();
    match texts.findings.into_iter().find(Finding::stops) {
        Some(finding) => Err(finding),
        None => Ok(texts.files),
    }
}

/// The files of the tree in a revision.
fn revision(revision: &str, out: &Path) -> Result<Vec<(TreePath, String)>, Finding> {
    let failed = |message: &str| {
        Finding::invalid(format!(
            "--since {revision}: there is no such folder, and Git does not know it as a revision: {message}"
        ))
        .fix("name what Git can resolve, such as HEAD~1, a tag or a commit (CI often fetches only the last one), or a folder")
    };
    let tree = format!("{revision}^{{commit}}");
    let commit = git(out, &["rev-parse", "--verify", "--end-of-options", &tree], "").map_err(|message| failed(&message))?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    // In a folder Git lists what is below it, by paths that begin there.
    let listed = git(out, &["ls-tree", "-r", "-z", &commit], "").map_err(|message| failed(&message))?;
    let files: BTreeMap<String, TreePath> = listed.split(|byte| *byte == 0).filter_map(blob).collect();
    let names: String = files.keys().flat_map(|name| [name.as_str(), "\n"]).collect();
    let contents = git(out, &["cat-file", "--batch"], &names).map_err(|message| failed(&message))?;
    texts(&contents, files).ok_or_else(|| failed("`git cat-file` gave something else than what was asked for"))
}

/// A line of `git ls-tree`: the name of a regular file's content, if the file could be ours.
fn blob(line: &[u8]) -> Option<(String, TreePath)> {
    let (about, path) = std::str::from_utf8(line).ok()?.split_once('\t')?;
    let mut about = about.split(' ');
    let (mode, kind, name) = (about.next()?, about.next()?, about.next()?);
    let (cluster, file) = path.split_once('/')?;
    let file = FileName::listed(file).filter(|file| *file != FileName::kustomization())?;
    let is_file = kind == "blob" && mode.starts_with("100");
    is_file.then_some((name.to_owned(), TreePath { cluster: ClusterName::new(cluster).ok()?, file }))
}

/// What `git cat-file --batch` says: for each file a line with its name, kind and size, its bytes, a line feed.
fn texts(mut rest: &[u8], mut files: BTreeMap<String, TreePath>) -> Option<Vec<(TreePath, String)>> {
    let mut texts = Vec::new();
    while !rest.is_empty() {
        let line = rest.split(|byte| *byte == b'\n').next()?;
        let mut words = std::str::from_utf8(line).ok()?.split(' ');
        let (name, _, size) = (words.next()?, words.next()?, words.next()?.parse::<usize>().ok()?);
        let after = rest.get(line.len() + 1..)?;
        let bytes = after.get(..size)?;
        texts.push((files.remove(name)?, crate::yaml::decode(bytes.to_vec()).ok()?));
        rest = after.get(size + 1..)?;
    }
    files.is_empty().then_some(texts)
}

/// Runs Git in a folder; what it prints, or its message.
fn git(folder: &Path, arguments: &[&str], input: &str) -> Result<Vec<u8>, String> {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("the program `git` cannot be run: {error}"))?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let mut output = Vec::new();
    let read = std::thread::scope(|scope| {
        // It prints while it reads, and may end before it has read all.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
        stdout.map_or(Ok(0), |stdout| stdout.take(LARGEST).read_to_end(&mut output))
    });
    let ended = child.wait_with_output().map_err(|error| error.to_string())?;
    if let Err(error) = read {
        return Err(error.to_string());
    }
    if ended.status.success() {
        return Ok(output);
    }
    let message = String::from_utf8_lossy(&ended.stderr);
    Err(message.lines().next().unwrap_or("it failed without a message").trim_start_matches("fatal: ").to_owned())
}
