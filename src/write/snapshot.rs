//! What was found in the tree, as data, so that the plan needs no files. Pure.

use std::collections::BTreeMap;

use super::apply::TempName;
use crate::emit::{FileName, Header, Mark, SharedText, State, TreePath, digest};
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
    /// Another file of ours.
    Ours(Ours),
    /// A file without our header.
    Foreign,
    /// No file.
    Obstacle(Obstacle),
}

/// A file of ours as it is now. Its bytes are not kept, because a run that changes
/// every file would hold the tree twice; who shows them reads them again.
#[derive(Clone, Debug)]
pub struct Ours {
    /// What its header says.
    pub header: Header,
    /// What became of it since it was written.
    pub state: State,
    digest: String,
}

impl Ours {
    /// The file with these bytes, in which the mark was found.
    pub fn new(mark: Mark, bytes: &[u8]) -> Self {
        Self { state: mark.state(bytes), digest: digest(bytes), header: mark.header }
    }

    /// Whether the file is this text, however its lines end.
    pub fn is(&self, text: &SharedText) -> bool {
        self.digest == text.digest()
    }
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

    /// Whether the tree has a file of ours there that is something else than what is rendered.
    pub fn is_other(&self, path: &TreePath) -> bool {
        matches!(self.on_disk(path), Some(OnDisk::Ours(_)))
    }

    fn on_disk(&self, path: &TreePath) -> Option<&OnDisk> {
        match self.places.get(&path.cluster)? {
            Place::Directory(directory) => directory.files.get(&path.file),
            Place::Obstacle(_) => None,
        }
    }
}
