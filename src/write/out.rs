//! The directory that a user gave as `out`: reads a [`Snapshot`] of it and
//! carries out the steps of a plan in it.
//!
//! All of it goes through one handle on the directory (`cap-std`), which the
//! operating system keeps from being left by `..` or symbolic links, whatever
//! names are asked for. `out` itself may be a link: it is the user's word where
//! the tree is. Below it no link is followed, even if it stays inside.

mod texts;

use std::collections::HashMap;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, FileType, OpenOptions};

use super::apply::{Files, TempName};
use super::snapshot::{Directory, Obstacle, OnDisk, Ours, Place, Snapshot};
use super::{Fleet, Scope};
use crate::emit::{FileName, Mark, TreeFile, TreePath};
use crate::finding::Finding;
use crate::names::ClusterName;
use crate::render::shares;

pub use texts::Texts;

/// How much of a file is read to see whether it is ours; nearly all files are smaller.
const HEAD: u64 = 64 << 10;

/// No file that is worth reading is larger: all input of a run has to fit 32 MiB.
const LARGEST: u64 = 64 << 20;

/// The three names that Kustomize knows.
const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The directory `out`, which may not exist yet.
#[derive(Debug)]
pub struct OutDir {
    path: PathBuf,
    root: Option<Dir>,
    /// The directory that was used last: steps come grouped by directory, and a
    /// handle for each could be more than a process may have.
    last: Option<(ClusterName, Dir)>,
    /// Directories that [`Files::make_root`] made, outermost first.
    made: Vec<PathBuf>,
}

impl OutDir {
    /// Opens the directory. One that is missing is made when something is written.
    ///
    /// # Errors
    /// It is a file, a link that leads nowhere, or not readable: invalid input.
    #[expect(clippy::disallowed_methods, reason = "this module reads and writes the tree")]
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, Finding> {
        let path = path.into();
        let root = match Dir::open_ambient_dir(&path, ambient_authority()) {
            Ok(root) => Some(root),
            Err(error) if error.kind() == io::ErrorKind::NotFound && path.symlink_metadata().is_err() => None,
            Err(error) => {
                let message = match path.metadata() {
                    Ok(found) if !found.is_dir() => format!("`out` is `{}`, which is no directory", path.display()),
                    _ => format!("`out` is `{}`, which cannot be opened: {error}", path.display()),
                };
                return Err(Finding::invalid(message).fix("choose a directory as `out`; a missing one is created"));
            }
        };
        Ok(Self { path, root, last: None, made: Vec::new() })
    }

    /// Reads what a run of this scope is concerned with. `rendered` is what it
    /// renders: files that are the same are only noted.
    ///
    /// # Errors
    /// What could not be read; without it nobody can tell what is ours.
    pub fn read(&mut self, scope: &Scope, rendered: &[TreeFile]) -> Result<Snapshot, Vec<Finding>> {
        let mut snapshot = Snapshot { out: self.path.display().to_string(), ..Snapshot::default() };
        let Some(root) = &self.root else { return Ok(snapshot) };
        let mut reader =
            Reader { out: &self.path, rendered: rendered.iter().map(|file| (file.path(), file)).collect(), errors: Vec::new() };
        for (name, kind) in reader.list(root, &self.path) {
            let Ok(cluster) = ClusterName::new(&name) else { continue };
            let named = scope.clusters.contains(&cluster);
            if kind.is_dir() && (named || matches!(scope.fleet, Fleet::Whole(_))) {
                let directory = reader.directory(root, &cluster);
                snapshot.places.insert(cluster, Place::Directory(directory));
            } else if named {
                snapshot.places.insert(cluster, Place::Obstacle(obstacle(kind)));
            }
        }
        if reader.errors.is_empty() { Ok(snapshot) } else { Err(reader.errors) }
    }

    /// Reads a file of the snapshot again, to show what is in it.
    ///
    /// # Errors
    /// It cannot be read any more.
    pub fn bytes(&mut self, path: &TreePath) -> Result<Vec<u8>, Finding> {
        let mut bytes = Vec::new();
        let file = self.dir(&path.cluster).and_then(|dir| dir.open(path.file.as_str()));
        match file.and_then(|file| file.take(LARGEST).read_to_end(&mut bytes)) {
            Ok(_) => Ok(bytes),
            Err(error) => Err(unreadable(&self.path.join(path.cluster.as_str()).join(path.file.as_str()), &error)),
        }
    }

    fn dir(&mut self, cluster: &ClusterName) -> io::Result<&Dir> {
        let open = match self.last.take() {
            Some(open) if open.0 == *cluster => open,
            _ => (cluster.clone(), self.root.as_ref().ok_or(io::ErrorKind::NotFound)?.open_dir(cluster.as_str())?),
        };
        Ok(&self.last.insert(open).1)
    }
}

fn obstacle(kind: FileType) -> Obstacle {
    if kind.is_symlink() {
        Obstacle::Symlink
    } else if kind.is_dir() {
        Obstacle::Directory
    } else if kind.is_file() {
        Obstacle::File
    } else {
        Obstacle::Special
    }
}

/// Reads directories and notes what cannot be read.
struct Reader<'a> {
    out: &'a Path,
    /// What the run renders, by path.
    rendered: HashMap<&'a TreePath, &'a TreeFile>,
    errors: Vec<Finding>,
}

/// What is found under a name in a cluster's directory.
enum Found {
    File(FileName, OnDisk),
    /// The user's.
    Kustomization(String, Result<Vec<u8>, Obstacle>),
    Leftover(TempName),
    /// Nothing that we could have made, and nothing to be told.
    Other,
}

impl Reader<'_> {
    /// The entries of a directory, without names that are no UTF-8: those are not ours.
    fn list(&mut self, dir: &Dir, path: &Path) -> Vec<(String, FileType)> {
        let listed = dir.entries().and_then(|entries| {
            let kinds = entries.map(|entry| entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?))));
            kinds.collect::<io::Result<Vec<_>>>()
        });
        match listed {
            Ok(entries) => entries.into_iter().filter_map(|(name, kind)| Some((name.into_string().ok()?, kind))).collect(),
            Err(error) => {
                self.failed(path, &error);
                Vec::new()
            }
        }
    }

    fn directory(&mut self, root: &Dir, cluster: &ClusterName) -> Directory {
        let mut directory = Directory::default();
        let path = self.out.join(cluster.as_str());
        let dir = match root.open_dir(cluster.as_str()) {
            Ok(dir) => dir,
            Err(error) => {
                self.failed(&path, &error);
                return directory;
            }
        };
        let entries = self.list(&dir, &path);
        let found = shares(&entries, |entries| {
            let mut buffer = Vec::new();
            let found = entries.iter().map(|(name, kind)| self.entry(cluster, &dir, name, *kind, &mut buffer));
            found.collect::<Vec<_>>()
        });
        for (found, (name, _)) in found.into_iter().flatten().zip(&entries) {
            match found {
                Ok(Found::File(name, found)) => drop(directory.files.insert(name, found)),
                Ok(Found::Kustomization(name, content)) => drop(directory.kustomizations.insert(name, content)),
                Ok(Found::Leftover(temp)) => directory.leftovers.push(temp),
                Ok(Found::Other) => {}
                Err(error) => self.failed(&path.join(name), &error),
            }
        }
        directory
    }

    fn entry(&self, cluster: &ClusterName, dir: &Dir, name: &str, kind: FileType, buffer: &mut Vec<u8>) -> io::Result<Found> {
        if KUSTOMIZATIONS.contains(&name) {
            if !kind.is_file() {
                return Ok(Found::Kustomization(name.to_owned(), Err(obstacle(kind))));
            }
            read(dir, name, true, buffer)?;
            return Ok(match Mark::find(buffer) {
                Some(mark) if name == KUSTOMIZATIONS[0] => {
                    Found::File(FileName::kustomization(), OnDisk::Ours(Ours::new(mark, buffer)))
                }
                _ => Found::Kustomization(name.to_owned(), Ok(buffer.clone())),
            });
        }
        if let Some(file) = FileName::listed(name) {
            let path = TreePath { cluster: cluster.clone(), file };
            let found = if kind.is_file() {
                read(dir, name, false, buffer)?;
                if self.rendered.get(&path).is_some_and(|new| new.is(buffer)) {
                    OnDisk::Current
                } else {
                    Mark::find(buffer).map_or(OnDisk::Foreign, |mark| OnDisk::Ours(Ours::new(mark, buffer)))
                }
            } else {
                OnDisk::Obstacle(obstacle(kind))
            };
            return Ok(Found::File(path.file, found));
        }
        Ok(TempName::listed(name).filter(|_| kind.is_file()).map_or(Found::Other, Found::Leftover))
    }

    fn failed(&mut self, path: &Path, error: &io::Error) {
        self.errors.push(unreadable(path, error));
    }
}

/// Reads a file into the buffer, which is emptied first. Of a large file that is not ours
/// only the head, which is enough to tell, unless it is wanted as a `whole`.
fn read(dir: &Dir, name: &str, whole: bool, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    let mut file = dir.open(name)?;
    let head = (&mut file).take(HEAD).read_to_end(buffer)?;
    let large = head as u64 == HEAD;
    if large && (whole || Mark::find(buffer).is_some()) && file.take(LARGEST).read_to_end(buffer)? as u64 == LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than any manifest"));
    }
    Ok(())
}

fn unreadable(path: &Path, error: &io::Error) -> Finding {
    Finding::invalid(format!("`{}` cannot be read: {error}", path.display()))
        .why("without reading it nobody can tell whether it is a rendered file")
        .fix("make it readable, or move it out of the tree")
}

impl Files for OutDir {
    #[expect(clippy::disallowed_methods, reason = "this module reads and writes the tree")]
    fn make_root(&mut self) -> io::Result<()> {
        if self.root.is_some() {
            return Ok(());
        }
        let missing: Vec<_> = self.path.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.exists()).collect();
        let made = missing.into_iter().rev().map(Path::to_path_buf).collect::<Vec<_>>();
        let result = made.iter().try_for_each(|path| {
            std::fs::create_dir(path)?;
            self.made.push(path.clone());
            Ok(())
        });
        match result.and_then(|()| Dir::open_ambient_dir(&self.path, ambient_authority())) {
            Ok(root) => {
                self.root = Some(root);
                Ok(())
            }
            Err(error) => {
                self.unmake_root();
                Err(error)
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "this module reads and writes the tree")]
    fn unmake_root(&mut self) {
        if self.made.is_empty() {
            return;
        }
        // Windows removes no directory that is open.
        (self.root, self.last) = (None, None);
        for path in self.made.drain(..).rev() {
            // One that is not empty stays.
            let _ = std::fs::remove_dir(path);
        }
        self.root = Dir::open_ambient_dir(&self.path, ambient_authority()).ok();
    }

    fn make_dir(&mut self, cluster: &ClusterName) -> io::Result<bool> {
        match self.root.as_ref().ok_or(io::ErrorKind::NotFound)?.create_dir(cluster.as_str()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn remove_dir(&mut self, cluster: &ClusterName) -> io::Result<()> {
        self.last = None;
        self.root.as_ref().ok_or(io::ErrorKind::NotFound)?.remove_dir(cluster.as_str())
    }

    fn write_temp(&mut self, cluster: &ClusterName, name: &TempName, bytes: &[u8]) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        cap_std::fs::OpenOptionsExt::mode(&mut options, 0o644);
        self.dir(cluster)?.open_with(name.as_str(), &options)?.write_all(bytes)
    }

    fn remove_temp(&mut self, cluster: &ClusterName, name: &TempName) -> io::Result<()> {
        self.dir(cluster)?.remove_file(name.as_str())
    }

    fn rename(&mut self, from: &TempName, to: &TreePath) -> io::Result<()> {
        let dir = self.dir(&to.cluster)?;
        dir.rename(from.as_str(), dir, to.file.as_str())
    }

    fn remove(&mut self, path: &TreePath) -> io::Result<()> {
        self.dir(&path.cluster)?.remove_file(path.file.as_str())
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
