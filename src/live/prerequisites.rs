//! Reads what tells of prerequisites: objects by name, and lists.
//!
//! The values of secrets are dropped here, as soon as the answer is there: nothing else of
//! the program ever sees them.

use serde_json::{Value as Json, json};

use super::client::{Client, Failure};
use super::fetch::{List, escaped, list, refused};
use super::limits::Deadline;
use super::trouble::garbage;
use crate::names::Namespace;
use crate::observed::Answer;
use crate::prerequisites::{Answers, ClusterPrerequisites, Question, Resource, Which, questions};
use crate::tree::Node;

/// Asks all that a list wants to know, all at once, and then what follows from the answers.
pub(super) async fn answers(client: &Client, wanted: &ClusterPrerequisites, deadline: Deadline) -> Answers {
    let mut known = Answers::new();
    loop {
        let open = questions(wanted, &known);
        if open.is_empty() {
            return known;
        }
        let asked = open.into_iter().map(|question| async move {
            let answer = ask(client, &question, deadline).await;
            (question, answer)
        });
        known.extend(futures::future::join_all(asked).await);
    }
}

/// So many objects in one answer: clusters have thousands of nodes, with 10 KiB each.
const PIECE: u16 = 500;

/// Most of a node is its status, and much of everything who set it when; neither is looked at.
fn trim(object: &mut serde_json::Map<String, Json>) {
    if object.get("kind").and_then(Json::as_str) == Some("Node") {
        object.remove("status");
    }
    if let Some(metadata) = object.get_mut("metadata").and_then(Json::as_object_mut) {
        metadata.remove("managedFields");
    }
}

async fn ask(client: &Client, question: &Question, deadline: Deadline) -> Answer<Vec<Node>> {
    let Question { resource, namespace, which } = question;
    let (kind, version) = resource.object();
    let place = namespace.as_deref().and_then(|name| Namespace::new(name).ok());
    let path = path(*resource, namespace.as_deref());
    let labels = match which {
        Which::Named(name) => {
            return match client.get(&format!("{path}/{}", escaped(name)), deadline).await {
                Ok(object) if object.get("kind").and_then(Json::as_str) == Some(kind) => {
                    Answer::Got(vec![kept(*resource, &object)])
                }
                Ok(_) => Answer::Failed(garbage(client.place(), &format!("gave something else than a {kind}"))),
                Err(Failure::NotFound) => Answer::Got(Vec::new()),
                Err(failure) => refused(failure, "get", resource.name(), version, place.as_ref(), client),
            };
        }
        Which::Labelled(labels) => labels,
    };
    let selector: Vec<_> = labels.iter().map(|(key, value)| escaped(&format!("{key}={value}"))).collect();
    let selector = if selector.is_empty() { String::new() } else { format!("&labelSelector={}", selector.join("%2C")) };
    let query = format!("limit={PIECE}{selector}");
    let wanted = List { path, query: &query, version, kind, resource: resource.name(), trim };
    list(client, wanted, place.as_ref(), deadline).await
}

/// The path under which the API server has objects of a kind.
fn path(resource: Resource, namespace: Option<&str>) -> String {
    let (_, version) = resource.object();
    let api = if version.contains('/') { "apis" } else { "api" };
    let plural = resource.name().split('.').next().unwrap_or_default();
    match namespace {
        Some(namespace) if resource != Resource::Namespaces => {
            format!("/{api}/{version}/namespaces/{}/{plural}", escaped(namespace))
        }
        _ => format!("/{api}/{version}/{plural}"),
    }
}

/// What is kept of an object: all, but of a secret its type and the names of its keys.
fn kept(resource: Resource, object: &Json) -> Node {
    if resource != Resource::Secrets {
        return Node::from(object);
    }
    let keys = object.get("data").and_then(Json::as_object).into_iter().flatten();
    let keys: serde_json::Map<_, _> = keys.map(|(key, _)| (key.clone(), Json::Null)).collect();
    let name = object.pointer("/metadata/name").cloned().unwrap_or_default();
    Node::from(&json!({"kind": "Secret", "metadata": {"name": name}, "type": object.get("type"), "data": keys}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_secret_nothing_but_names_is_kept() {
        let annotations =
            json!({"kubectl.kubernetes.io/last-applied-configuration": "{\"data\":{\"password\":\"cGxhbnRlZA==\"}}"});
        let secret = json!({
            "kind": "Secret", "type": "Opaque", "metadata": {"name": "jolokia", "annotations": annotations, "labels": {"x": "planted"}},
            "data": {"username": "cGxhbnRlZA==", "password": "cGxhbnRlZA=="}, "stringData": {"password": "planted"},
        });
        let kept = kept(Resource::Secrets, &secret);
        let text = format!("{kept:?}");
        assert!(!text.contains("cGxhbnRlZA") && !text.contains("planted"), "{text}");
        assert!(kept.at(&["data", "password"]).is_some() && kept.at(&["data", "username"]).is_some());
    }

    #[test]
    fn of_a_node_the_status_is_dropped_and_of_others_it_stays() {
        let trimmed = |kind: &str| {
            let mut object =
                json!({"kind": kind, "metadata": {"name": "a", "managedFields": []}, "status": {"readyReplicas": 1}});
            trim(object.as_object_mut().unwrap());
            object
        };
        assert_eq!(trimmed("Node"), json!({"kind": "Node", "metadata": {"name": "a"}}));
        assert_eq!(trimmed("Deployment")["status"]["readyReplicas"], 1);
    }

    #[test]
    fn paths_are_those_of_the_api_server() {
        assert_eq!(path(Resource::Namespaces, Some("db")), "/api/v1/namespaces");
        assert_eq!(path(Resource::Secrets, Some("a/b")), "/api/v1/namespaces/a%2Fb/secrets");
        assert_eq!(path(Resource::Deployments, None), "/apis/apps/v1/deployments");
        assert_eq!(path(Resource::StorageClasses, None), "/apis/storage.k8s.io/v1/storageclasses");
    }
}
