//! Reads the files of the tree back, for the checks that compare clusters with it.

use std::io::{self, Read as _};
use std::path::Path;

use cap_std::fs::{Dir, FileType};

use super::{OutDir, obstacle};
use crate::emit::{FileName, TreePath};
use crate::finding::{Finding, Kind, Severity};
use crate::names::ClusterName;

/// A larger manifest is stored by no API server: etcd takes 1.5 MiB.
const LARGEST: u64 = 4 << 20;

/// All files of a run together.
const LARGEST_TREE: u64 = 512 << 20;

/// What was read.
#[derive(Debug, Default)]
pub struct Texts {
    /// Whole files under names that we give, kustomizations left out; by cluster and name.
    pub files: Vec<(TreePath, String)>,
    /// What is in the way of reading. Errors name the cluster.
    pub findings: Vec<Finding>,
}

impl OutDir {
    /// Reads all files that could be ours, in all directories that could be a
    /// cluster's. No link is followed. `None`: the folder does not exist.
    ///
    /// Where something else than a directory bears a name that `known` takes for
    /// a cluster's, or a file cannot be read, that is an error.
    pub fn texts(&self, known: impl Fn(&ClusterName) -> bool) -> Option<Texts> {
        let root = self.root.as_ref()?;
        let mut reader = Reader { left: LARGEST_TREE, texts: Texts::default() };
        let listed = match list(root) {
            Ok(listed) => listed,
            Err(error) => {
                reader.texts.findings.push(failed(&self.path, &error));
                return Some(reader.texts);
            }
        };
        for (name, kind) in listed {
            let Ok(cluster) = ClusterName::new(&name) else { continue };
            let path = self.path.join(&name);
            if kind.is_dir() {
                reader.directory(root, &path, &cluster);
            } else if known(&cluster) {
                reader.in_the_way(&path, kind, &cluster);
            } else if kind.is_symlink() {
                let message = format!("`{}` is a symbolic link, and is not looked into", path.display());
                reader.texts.findings.push(Finding::new(Kind::Note, Severity::Warning, message).fix(NO_LINKS));
            }
        }
        Some(reader.texts)
    }
}

const NO_LINKS: &str = "put real directories and files there; links are not followed, because they could lead out of the tree";

struct Reader {
    /// Bytes that may still be read.
    left: u64,
    texts: Texts,
}

impl Reader {
    fn directory(&mut self, root: &Dir, path: &Path, cluster: &ClusterName) {
        let opened = root.open_dir(cluster.as_str()).and_then(|dir| Ok((list(&dir)?, dir)));
        let (listed, dir) = match opened {
            Ok(opened) => opened,
            Err(error) => return self.texts.findings.push(failed(path, &error).cluster(cluster)),
        };
        for (name, kind) in listed {
            let Some(file) = FileName::listed(&name).filter(|file| *file != FileName::kustomization()) else { continue };
            let path = path.join(&name);
            if !kind.is_file() {
                self.in_the_way(&path, kind, cluster);
                continue;
            }
            match self.text(&dir, &name) {
                Ok(text) => self.texts.files.push((TreePath { cluster: cluster.clone(), file }, text)),
                Err(error) => self.texts.findings.push(failed(&path, &error).cluster(cluster)),
            }
        }
    }

    fn text(&mut self, dir: &Dir, name: &str) -> io::Result<String> {
        let most = self.left.min(LARGEST);
        let mut bytes = Vec::new();
        dir.open(name)?.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than any manifest, or the tree is too large"));
        }
        self.left -= bytes.len() as u64;
        String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
    }

    fn in_the_way(&mut self, path: &Path, kind: FileType, cluster: &ClusterName) {
        let message = format!(
            "`{}` is {}, where a rendered file or a cluster's directory would be",
            path.display(),
            obstacle(kind).as_str()
        );
        self.texts.findings.push(Finding::invalid(message).fix(NO_LINKS).cluster(cluster));
    }
}

/// The entries of a directory by name, without names that are no UTF-8: those are not ours.
fn list(dir: &Dir) -> io::Result<Vec<(String, FileType)>> {
    let mut entries = Vec::new();
    for entry in dir.entries()? {
        let entry = entry?;
        if let Ok(name) = entry.file_name().into_string() {
            entries.push((name, entry.file_type()?));
        }
    }
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(entries)
}

fn failed(path: &Path, error: &io::Error) -> Finding {
    Finding::invalid(format!("`{}` cannot be read: {error}", path.display()))
        .why("without reading it nobody can tell what Git wants")
        .fix("make it readable, or move it out of the tree")
}
