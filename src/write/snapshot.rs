//! What was found in the tree, as data, so that the plan needs no files. Pure.

use std::collections::BTreeMap;

use super::apply::TempName;
use crate::emit::{FileName, Mark, TreePath};
use crate::names::ClusterName;

/// What lies below `out`, as far as a run is concerned with it.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// `out` as the user wrote it, for messages.
    pub out: String,
    /// What bears the name of a cluster.
    pub places: BTreeMap<ClusterName, Place>,
}

/// What is where a cluster's directory would be.
#[derive(Clone, Debug)]
pub enum Place {
    /// A directory.
    Directory(Directory),
    /// Something else, into which nothing can be written.
    Obstacle(Obstacle),
}

/// A cluster's directory.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// Everything with a name that we could have given; a `kustomization.yaml`
    /// only if it is ours.
    pub files: BTreeMap<FileName, OnDisk>,
    /// The user's kustomizations, under any of the three names that Kustomize
    /// knows, with their text.
    pub kustomizations: BTreeMap<String, Result<Vec<u8>, Obstacle>>,
    /// Temporary files that a killed run left.
    pub leftovers: Vec<TempName>,
}

/// What is found under a name that we could have given.
#[derive(Clone, Debug)]
pub enum OnDisk {
    /// A file of ours that is already what this run renders; nearly all are, so
    /// their bytes are not kept a second time.
    Current,
    /// Another file of ours, with all its bytes.
    Ours(Mark, Vec<u8>),
    /// A file without our header.
    Foreign,
    /// No file.
    Obstacle(Obstacle),
}

/// Something that is neither a file nor a directory where one is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// A symbolic link. Below `out` none is followed: it could lead out of it.
    Symlink,
    /// A directory where a file is needed.
    Directory,
    /// A file where a directory is needed.
    File,
    /// A pipe, a socket, a device.
    Special,
}

impl Obstacle {
    /// What it is, with an article.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Symlink => "a symbolic link",
            Self::Directory => "a directory",
            Self::File => "a file",
            Self::Special => "no regular file",
        }
    }
}

impl Snapshot {
    /// Whether the tree has what is rendered for a path.
    pub fn is_current(&self, path: &TreePath) -> bool {
        matches!(self.on_disk(path), Some(OnDisk::Current))
    }

    /// The object in a file of ours that is not current, as bytes, without the
    /// header: what the tree says now, for those who compare it with what is rendered.
    pub fn body(&self, path: &TreePath) -> Option<&[u8]> {
        match self.on_disk(path)? {
            OnDisk::Ours(mark, bytes) => Some(mark.body(bytes)),
            OnDisk::Current | OnDisk::Foreign | OnDisk::Obstacle(_) => None,
        }
    }

    fn on_disk(&self, path: &TreePath) -> Option<&OnDisk> {
        match self.places.get(&path.cluster)? {
            Place::Directory(directory) => directory.files.get(&path.file),
            Place::Obstacle(_) => None,
        }
    }
}
