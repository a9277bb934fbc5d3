//! What the user may do in a cluster, asked by `SelfSubjectAccessReview`.

use serde_json::{Value as Json, json};

use super::client::{Client, Failure};
use super::fetch::{CLUSTERS, CONFIG_MAPS, STATEFUL_SETS};
use super::guard::ACCESS_REVIEWS;
use super::limits::Deadline;
use super::target::{Target, Way};
use super::trouble::{garbage, trouble};
use crate::names::{ClusterName, Namespace};
use crate::observed::{Trouble, TroubleKind};

/// One right in one namespace.
#[derive(Clone, Debug)]
pub struct Right {
    /// The cluster in which it is: the target, or its hub.
    pub cluster: ClusterName,
    /// The verb: `list`.
    pub verb: &'static str,
    /// The resource with its group: `cassandraclusters.db.orange.com`.
    pub resource: &'static str,
    /// The namespace.
    pub namespace: Namespace,
    /// What it is for.
    pub need: Need,
    /// Whether it is there; why not known otherwise.
    pub allowed: Result<bool, Trouble>,
}

/// What a right is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing works without it.
    Everything,
    /// `gate` proves with it that a change has reached the pods.
    Proof,
    /// `gate --wait` notices changes at once.
    Watch,
    /// `drift --seeds` compares the seeds.
    Seeds,
}

impl Need {
    /// What is lost without it.
    pub const fn without(self) -> &'static str {
        match self {
            Self::Everything => "nothing can be checked",
            Self::Proof => "`gate` has no proof of many changes and stays closed",
            Self::Watch => "`gate --wait` reads every few seconds instead",
            Self::Seeds => "`drift --seeds` cannot compare the seeds",
        }
    }
}

/// The rights that the commands use in a target.
const RIGHTS: [(&str, &str, Need); 4] = [
    ("list", CLUSTERS, Need::Everything),
    ("list", STATEFUL_SETS, Need::Proof),
    ("watch", CLUSTERS, Need::Watch),
    ("get", CONFIG_MAPS, Need::Seeds),
];

/// Asks for all of them in every namespace of the target.
pub(super) async fn of_target(client: &Client, target: &Target, deadline: Deadline) -> Vec<Right> {
    let asked = target.wants.namespaces.keys().flat_map(|namespace| RIGHTS.map(|right| (namespace, right)));
    let rights = asked.map(|(namespace, (verb, resource, need))| async move {
        let allowed = allowed(client, verb, resource, namespace, None, deadline).await;
        Right { cluster: target.cluster.clone(), verb, resource, namespace: namespace.clone(), need, allowed }
    });
    futures::future::join_all(rights).await
}

/// The rights on the hub on the way. Whoever got through has them; otherwise
/// they are asked for, as far as the names are known.
pub(super) async fn of_hub(client: &Client, way: &Way, through: bool, deadline: Deadline) -> Vec<Right> {
    let Some(hub) = way.hub() else { return Vec::new() };
    let name = Some(hub.name.as_str());
    let used: &[(&'static str, Option<&str>)] = match way {
        Way::ClientConfig(_) => &[("clientconfigs.config.k8ssandra.io", name), ("secrets", None)],
        _ => &[("secrets", name)],
    };
    let asked = used.iter().filter(|(_, name)| through || name.is_some());
    let rights = asked.map(|(resource, name)| async move {
        let allowed = if through { Ok(true) } else { allowed(client, "get", resource, &hub.namespace, *name, deadline).await };
        let (cluster, namespace) = (hub.cluster.clone(), hub.namespace.clone());
        Right { cluster, verb: "get", resource, namespace, need: Need::Everything, allowed }
    });
    futures::future::join_all(rights).await
}

async fn allowed(
    client: &Client,
    verb: &str,
    resource: &str,
    namespace: &Namespace,
    name: Option<&str>,
    deadline: Deadline,
) -> Result<bool, Trouble> {
    let (resource, group) = resource.split_once('.').unwrap_or((resource, ""));
    let question = json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {
            "namespace": namespace, "verb": verb, "group": group, "resource": resource, "name": name.unwrap_or_default(),
        }},
    });
    match client.post(ACCESS_REVIEWS, &question, deadline).await {
        Ok(answer) => answer
            .pointer("/status/allowed")
            .and_then(Json::as_bool)
            .ok_or_else(|| garbage(client.place(), "did not answer what the user may do")),
        Err(Failure::Trouble(trouble)) => Err(trouble),
        Err(_) => Err(trouble(
            TroubleKind::Server,
            format!("{} does not say what the user may do", client.place().host),
            "every user may ask that by the ClusterRole `system:basic-user`; bind it to this user",
        )),
    }
}
