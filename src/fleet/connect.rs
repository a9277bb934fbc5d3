//! How a cluster is reached, and which differences in it are nobody's concern.
//!
//! Plain data out of the fleet file; nothing here opens a connection. Pure.

use jiff::civil::Date;

use crate::names::{ClusterName, Namespace, ObjectName, RingName};
use crate::source::Span;
use crate::tree::PathBuf;

use super::setting::Located;

/// How a cluster is reached. Without one: the context of the cluster's own name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connect {
    /// A context of the user's kubeconfig: `KUBECONFIG`, else `~/.kube/config`.
    Context(String),
    /// A context of a file; its current one where none is named. Relative to the fleet file.
    Kubeconfig {
        /// The file.
        file: String,
        /// The context.
        context: Option<String>,
    },
    /// The cluster that this program runs in.
    InCluster,
    /// What `kubectl get -o yaml` wrote: a file or a folder, relative to the fleet file.
    Dump(String),
    /// A `ClientConfig` of K8ssandra in another cluster (docs/facts.md, ClientConfig).
    ClientConfig(InHub),
    /// A secret of kubemcsa in another cluster (docs/facts.md, kubemcsa).
    Kubemcsa(InHub),
    /// The manifest of a secret of kubemcsa, relative to the fleet file.
    KubemcsaFile(String),
    /// A folder in which a secret of kubemcsa is mounted.
    KubemcsaDir(String),
}

impl Connect {
    /// The object in a hub through which the cluster is reached, if it is.
    pub const fn hub(&self) -> Option<&InHub> {
        match self {
            Self::ClientConfig(object) | Self::Kubemcsa(object) => Some(object),
            Self::Context(_)
            | Self::Kubeconfig { .. }
            | Self::InCluster
            | Self::Dump(_)
            | Self::KubemcsaFile(_)
            | Self::KubemcsaDir(_) => None,
        }
    }
}

/// An object in another cluster of the fleet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InHub {
    /// The cluster that holds it; itself not reached through a hub.
    pub hub: ClusterName,
    /// Its namespace.
    pub namespace: Namespace,
    /// Its name.
    pub name: ObjectName,
}

/// Differences that the user has looked at and accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// Only in this ring.
    pub ring: Option<RingName>,
    /// Only in this cluster.
    pub cluster: Option<ClusterName>,
    /// Only in objects of this kind: `CassandraCluster`, `ConfigMap`.
    pub resource: Option<String>,
    /// This value and all below it; the empty path is the whole object.
    pub path: PathBuf,
    /// Why it is fine.
    pub reason: String,
    /// Whose it is.
    pub owner: Option<String>,
    /// The last day on which it is.
    pub until: Option<Located<Date>>,
    /// Where it is written.
    pub span: Option<Span>,
}
