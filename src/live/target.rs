//! What is to be looked at, and where: plain data, made from the fleet.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::fleet::{Cluster, Connect, Fleet, InHub};
use crate::names::{ClusterName, Namespace, ObjectName};
use crate::schema::Versions;
use crate::tree::SmolStr;

/// One cluster that is to be looked at.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its name in the fleet.
    pub cluster: ClusterName,
    /// How its API server is reached.
    pub way: Way,
    /// What to look at.
    pub wants: Wants,
}

/// What to look at in a cluster.
#[derive(Clone, Debug)]
pub struct Wants {
    /// The CassKop of the cluster, which decides the version of the objects.
    pub versions: Versions,
    /// The namespaces, each with the ConfigMaps that are wanted by name.
    pub namespaces: BTreeMap<Namespace, BTreeSet<SmolStr>>,
    /// Whether the StatefulSets are wanted too.
    pub stateful_sets: bool,
    /// Whether it is wanted what the CRD can hold.
    pub crd: bool,
}

impl Wants {
    /// The CassandraClusters of these namespaces, and nothing else.
    pub fn clusters(versions: Versions, namespaces: impl IntoIterator<Item = Namespace>) -> Self {
        let namespaces = namespaces.into_iter().map(|namespace| (namespace, BTreeSet::new())).collect();
        Self { versions, namespaces, stateful_sets: false, crd: false }
    }
}

/// Where the objects of a cluster come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// From its API server.
    Server(Way),
    /// From a file or a folder that `kubectl get -o yaml` wrote: not for this module.
    Dump(PathBuf),
}

impl Route {
    /// The route to a cluster of a fleet; `base` is the folder of the fleet file.
    /// A cluster that says nothing is reached by the context of its own name.
    pub fn of(fleet: &Fleet, cluster: &Cluster, base: &Path) -> Self {
        let own = || Connect::Context(cluster.name.to_string());
        match cluster.connect.as_ref().map_or_else(own, |connect| connect.value.clone()) {
            Connect::Context(name) => Self::Server(Way::Context(name)),
            Connect::Kubeconfig { file, context } => Self::Server(Way::Kubeconfig { file: base.join(file), context }),
            Connect::InCluster => Self::Server(Way::InCluster),
            Connect::Dump(path) => Self::Dump(base.join(path)),
            Connect::ClientConfig(object) => Self::Server(Way::ClientConfig(hub(fleet, &object, base))),
            Connect::Kubemcsa(object) => Self::Server(Way::Kubemcsa(hub(fleet, &object, base))),
            Connect::KubemcsaFile(file) => Self::Server(Way::KubemcsaFile(base.join(file))),
            Connect::KubemcsaDir(dir) => Self::Server(Way::KubemcsaDir(base.join(dir))),
        }
    }
}

/// A hub is reached directly: whoever reads the fleet file sees to that.
fn hub(fleet: &Fleet, object: &InHub, base: &Path) -> Hub {
    let direct = fleet.clusters.get(&object.hub).filter(|hub| hub.connect.as_ref().is_none_or(|way| way.value.hub().is_none()));
    let way = match direct.map(|hub| Route::of(fleet, hub, base)) {
        Some(Route::Server(way)) => way,
        Some(Route::Dump(_)) | None => Way::Context(object.hub.to_string()),
    };
    Hub { cluster: object.hub.clone(), way: Box::new(way), namespace: object.namespace.clone(), name: object.name.clone() }
}

/// How an API server is reached. Paths are absolute, or relative to the working directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// A context of `KUBECONFIG`, else of `~/.kube/config`.
    Context(String),
    /// A context of a file, its current one where none is named.
    Kubeconfig {
        /// The file.
        file: PathBuf,
        /// The context.
        context: Option<String>,
    },
    /// The service account of the pod that this program runs in.
    InCluster,
    /// A `ClientConfig` of K8ssandra in a hub.
    ClientConfig(Hub),
    /// A secret of kubemcsa in a hub.
    Kubemcsa(Hub),
    /// The manifest of a secret of kubemcsa.
    KubemcsaFile(PathBuf),
    /// A folder in which a secret of kubemcsa is mounted.
    KubemcsaDir(PathBuf),
}

/// An object in another cluster, and how that one is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hub {
    /// The other cluster's name in the fleet.
    pub cluster: ClusterName,
    /// How it is reached; not through a hub.
    pub way: Box<Way>,
    /// The object's namespace.
    pub namespace: Namespace,
    /// The object's name.
    pub name: ObjectName,
}

impl Way {
    /// The hub on the way, if there is one.
    pub const fn hub(&self) -> Option<&Hub> {
        match self {
            Self::ClientConfig(hub) | Self::Kubemcsa(hub) => Some(hub),
            Self::Context(_) | Self::Kubeconfig { .. } | Self::InCluster | Self::KubemcsaFile(_) | Self::KubemcsaDir(_) => None,
        }
    }

    /// The way in a few words: `context prod-eu`.
    pub fn words(&self) -> String {
        match self {
            Self::Context(name) => format!("context {name}"),
            Self::Kubeconfig { file, context: Some(context) } => format!("context {context} of {}", file.display()),
            Self::Kubeconfig { file, context: None } => format!("kubeconfig {}", file.display()),
            Self::InCluster => "in cluster".to_owned(),
            Self::ClientConfig(hub) => format!("ClientConfig {}/{} in {}", hub.namespace, hub.name, hub.cluster),
            Self::Kubemcsa(hub) => format!("kubemcsa secret {}/{} in {}", hub.namespace, hub.name, hub.cluster),
            Self::KubemcsaFile(file) => format!("kubemcsa secret {}", file.display()),
            Self::KubemcsaDir(dir) => format!("kubemcsa secret in {}", dir.display()),
        }
    }
}
