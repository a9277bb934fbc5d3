//! What a live cluster would have to be asked to tick off a list. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{ClusterPrerequisites, Prerequisite, Subject};
use super::operator;
use crate::observed::Answer;
use crate::tree::Node;

/// What a cluster was asked, with its answers. A name that does not exist is an empty list.
/// Of a secret only the names of its keys are kept.
pub type Answers = BTreeMap<Question, Answer<Vec<Node>>>;

/// One read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// What kind of objects.
    pub resource: Resource,
    /// In which namespace; `None` for those that lie in none, and for all namespaces.
    pub namespace: Option<String>,
    /// Which of them.
    pub which: Which,
}

/// Which objects are asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// The one of that name.
    Named(String),
    /// All that have these labels; with none, all.
    Labelled(BTreeMap<String, String>),
}

/// A kind of objects that tells something of a prerequisite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "they are Kubernetes' own names")]
pub enum Resource {
    Namespaces,
    ServiceAccounts,
    ConfigMaps,
    Secrets,
    StorageClasses,
    Nodes,
    Deployments,
    NetworkPolicies,
}

impl Resource {
    /// Its name with its group, as in a Role: `deployments.apps`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Namespaces => "namespaces",
            Self::ServiceAccounts => "serviceaccounts",
            Self::ConfigMaps => "configmaps",
            Self::Secrets => "secrets",
            Self::StorageClasses => "storageclasses.storage.k8s.io",
            Self::Nodes => "nodes",
            Self::Deployments => "deployments.apps",
            Self::NetworkPolicies => "networkpolicies.networking.k8s.io",
        }
    }

    /// The `kind` and the `apiVersion` of its objects.
    pub const fn object(self) -> (&'static str, &'static str) {
        match self {
            Self::Namespaces => ("Namespace", "v1"),
            Self::ServiceAccounts => ("ServiceAccount", "v1"),
            Self::ConfigMaps => ("ConfigMap", "v1"),
            Self::Secrets => ("Secret", "v1"),
            Self::StorageClasses => ("StorageClass", "storage.k8s.io/v1"),
            Self::Nodes => ("Node", "v1"),
            Self::Deployments => ("Deployment", "apps/v1"),
            Self::NetworkPolicies => ("NetworkPolicy", "networking.k8s.io/v1"),
        }
    }
}

/// What is still to be asked, given what is known: empty when nothing more would help.
pub fn questions(list: &ClusterPrerequisites, known: &Answers) -> BTreeSet<Question> {
    list.items.iter().flat_map(|item| of(item, known)).filter(|question| !known.contains_key(question)).collect()
}

/// The questions of an item, those of later rounds included once it is known that they matter.
fn of(item: &Prerequisite, known: &Answers) -> Vec<Question> {
    let Some(first) = first(item) else { return Vec::new() };
    // A CassKop that is not in the namespace may watch it from another one.
    let namespace = item.namespace.as_deref().unwrap_or_default();
    let elsewhere = matches!(item.subject, Subject::Casskop { .. })
        && known.get(&first).and_then(Answer::got).is_some_and(|found| !operator::any(found, namespace));
    let everywhere = elsewhere.then(|| Question { namespace: None, ..first.clone() });
    [first].into_iter().chain(everywhere).collect()
}

/// The question that decides an item. None where nothing in the API server tells of it, and
/// where the ring does not say in which namespace it would be.
pub(super) fn first(item: &Prerequisite) -> Option<Question> {
    let inside = |resource, which| Some(Question { resource, namespace: Some(item.namespace.clone()?), which });
    let wide = |resource, which| Some(Question { resource, namespace: None, which });
    let named = || Which::Named(item.name.clone());
    let all = || Which::Labelled(BTreeMap::new());
    match &item.subject {
        Subject::Namespace { .. } => {
            // A namespace lies in itself: a Role there is enough to see it.
            Some(Question { resource: Resource::Namespaces, namespace: Some(item.name.clone()), which: named() })
        }
        Subject::ServiceAccount => inside(Resource::ServiceAccounts, named()),
        Subject::ConfigMap { .. } => inside(Resource::ConfigMaps, named()),
        Subject::Secret { .. } => inside(Resource::Secrets, named()),
        Subject::StorageClass if item.name.is_empty() => wide(Resource::StorageClasses, all()),
        Subject::StorageClass => wide(Resource::StorageClasses, named()),
        Subject::KubernetesNodes { labels, .. } => wide(Resource::Nodes, Which::Labelled(labels.clone())),
        Subject::Casskop { .. } => inside(Resource::Deployments, all()),
        Subject::NetworkPolicy { .. } => inside(Resource::NetworkPolicies, all()),
        Subject::Crd { .. } | Subject::IpPool | Subject::DnsZone { .. } | Subject::Ports { .. } | Subject::Image { .. } => None,
    }
}
