//! What Git wants: the rendered CassandraClusters, read back out of the tree.
//!
//! The tree on disk is the authority for the checks, not a fresh rendering: it
//! is what Argo CD or Flux apply. [`read()`] makes it of the texts of the files;
//! what is wrong with one of them is a finding, and no file of ours is left out
//! without one. Pure.

mod file;
mod read;

pub use read::{clusters, read};

use crate::emit::{RingKey, TreePath};
use crate::finding::Finding;
use crate::names::ClusterName;
use crate::schema::Versions;
use crate::tree::Node;

/// One rendered CassandraCluster.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The cluster whose directory it is in.
    pub cluster: ClusterName,
    /// The ring.
    pub ring: RingKey,
    /// The file in the tree.
    pub path: TreePath,
    /// Its wave: the sync-wave annotation of the object.
    pub wave: i64,
    /// The content hash that the object carries.
    pub hash: Option<String>,
    /// The CassKop of the cluster.
    pub versions: Versions,
    /// The object as it stands in the file.
    pub object: Node,
    /// Whether the file is still as it was rendered: its header's digest is right.
    pub intact: bool,
}

/// One rendered seeds ConfigMap.
#[derive(Clone, Debug)]
pub struct WantedConfigMap {
    /// The cluster whose directory it is in.
    pub cluster: ClusterName,
    /// The ring whose seeds it holds.
    pub ring: RingKey,
    /// The file in the tree.
    pub path: TreePath,
    /// The object as it stands in the file.
    pub object: Node,
}

impl Wanted {
    /// The wanted spec.
    pub fn spec(&self) -> &Node {
        self.object.get("spec").unwrap_or(&self.object)
    }
}

/// What the files of a tree say.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The CassandraClusters, by cluster and file.
    pub rings: Vec<Wanted>,
    /// The ConfigMaps, likewise.
    pub config_maps: Vec<WantedConfigMap>,
    /// What is wrong with files. An error names the clusters of which not all
    /// is known: nothing may be said about them.
    pub findings: Vec<Finding>,
}

impl Tree {
    /// Whether all files of a cluster could be used.
    pub fn knows(&self, cluster: &ClusterName) -> bool {
        !self.findings.iter().any(|finding| finding.stops() && finding.clusters.contains(cluster))
    }
}
