//! What one look at a cluster showed, as data: between the module that talks to
//! Kubernetes and those that judge.
//!
//! A [`Look`] never claims more than was seen: every answer says whether it was
//! got, not asked for, denied or could not be had, so that "nothing there" and
//! "could not look" are never the same value. Types only; pure.

pub mod dump;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::names::{ClusterName, Namespace};
use crate::tree::{Node, SmolStr};

/// One look at one cluster.
#[derive(Clone, Debug)]
pub struct Look {
    /// The cluster.
    pub cluster: ClusterName,
    /// When it was taken: all that it holds is at least that new.
    pub at: Timestamp,
    /// Where it came from.
    pub from: Source,
    /// What was seen, by namespace; every namespace that was asked for is there.
    pub namespaces: BTreeMap<Namespace, Contents>,
    /// What the cluster's CRD can hold.
    pub crd: Answer<CrdFacts>,
}

/// Where a look came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The cluster's API server, just now.
    Server,
    /// A file that `kubectl get -o yaml` wrote; a look into the past, of unknown age.
    Dump(String),
}

/// What was seen in a namespace.
#[derive(Clone, Debug)]
pub struct Contents {
    /// Its CassandraClusters, whole objects with `metadata.managedFields`.
    pub clusters: Answer<Vec<Node>>,
    /// Its StatefulSets that belong to a CassandraCluster, whole objects.
    pub stateful_sets: Answer<Vec<Node>>,
    /// The ConfigMaps that were asked for by name; `None` for one that is not there.
    pub config_maps: Answer<BTreeMap<SmolStr, Option<Node>>>,
}

/// The answer to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// This is there.
    Got(T),
    /// It was not asked for.
    NotAsked,
    /// The cluster refused to say.
    Denied(Denied),
    /// There was no answer, or none that can be used.
    Failed(Trouble),
}

impl<T> Answer<T> {
    /// The answer, if there is one.
    pub fn got(&self) -> Option<&T> {
        match self {
            Self::Got(value) => Some(value),
            Self::NotAsked | Self::Denied(_) | Self::Failed(_) => None,
        }
    }
}

/// A right that is missing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Denied {
    /// The verb: `list`.
    pub verb: &'static str,
    /// The resource with its group: `cassandraclusters.db.orange.com`.
    pub resource: &'static str,
    /// Where; `None` for what lies in no namespace.
    pub namespace: Option<Namespace>,
}

/// Why a cluster gave no usable answer. Holds nothing secret: neither tokens nor
/// anything out of a kubeconfig but names and the server's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What kind of trouble.
    pub kind: TroubleKind,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub fix: String,
}

/// Kinds of [`Trouble`], as a report may count them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TroubleKind {
    /// The kubeconfig, secret or dump cannot be used.
    Config,
    /// No connection: refused, no route, name unknown, proxy.
    Unreachable,
    /// The certificate is not the one that is expected.
    Certificate,
    /// The credentials are not accepted, or could not be had.
    Unauthenticated,
    /// No answer in time.
    Timeout,
    /// The server answered with an error.
    Server,
    /// The answer was cut off or is no JSON of the expected kind.
    Garbage,
    /// The CRD is not installed or does not serve the version.
    NoCrd,
}

impl TroubleKind {
    /// The word for it in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Unreachable => "unreachable",
            Self::Certificate => "certificate",
            Self::Unauthenticated => "unauthenticated",
            Self::Timeout => "timeout",
            Self::Server => "server-error",
            Self::Garbage => "unusable-answer",
            Self::NoCrd => "no-crd",
        }
    }
}

/// What a cluster's CRD for CassandraClusters can hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CrdFacts {
    /// The versions it serves: `v2`.
    pub served: Vec<String>,
    /// Whether it has the status subresource (docs/facts.md, API versions).
    pub status_subresource: bool,
    /// Whether it knows `spec.backRestSidecar.envVars`.
    pub env_vars: bool,
    /// Paths of members that the cluster's CassKop knows and the API server would
    /// drop without a word: `spec.backRestSidecar.envVars`; lists as `[]`.
    pub prunes: Vec<String>,
}
