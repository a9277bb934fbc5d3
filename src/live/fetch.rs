//! Requests for objects, and what their answers are: got, denied or failed.
//!
//! One LIST per namespace and kind. A list is read to its end even where the
//! server cuts it into pieces, and is only taken for what it says it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::client::{Client, Failure};
use super::limits::Deadline;
use super::target::Wants;
use super::trouble::{garbage, trouble};
use crate::names::Namespace;
use crate::observed::{Answer, Contents, Denied, Trouble, TroubleKind};
use crate::schema::Versions;
use crate::tree::{Node, SmolStr};

/// The resources that are read, with their groups.
pub(super) const CLUSTERS: &str = "cassandraclusters.db.orange.com";
pub(super) const STATEFUL_SETS: &str = "statefulsets.apps";
pub(super) const CONFIG_MAPS: &str = "configmaps";

/// A list that is to be read.
pub(super) struct List<'a> {
    pub(super) path: String,
    pub(super) query: &'a str,
    /// `apiVersion` of its items.
    pub(super) version: &'a str,
    /// `kind` of its items.
    pub(super) kind: &'static str,
    pub(super) resource: &'static str,
    /// Takes away of each item what nobody looks at.
    pub(super) trim: fn(&mut serde_json::Map<String, Json>),
}

/// What a namespace holds of what is wanted.
pub(super) async fn contents(client: &Client, wants: &Wants, namespace: &Namespace, deadline: Deadline) -> Contents {
    let none = BTreeSet::new();
    let names = wants.namespaces.get(namespace).unwrap_or(&none);
    let stateful_sets =
        async { if wants.stateful_sets { stateful_sets(client, namespace, deadline).await } else { Answer::NotAsked } };
    let (clusters, stateful_sets, config_maps) = tokio::join!(
        clusters(client, wants.versions, namespace, deadline),
        stateful_sets,
        config_maps(client, names, namespace, deadline),
    );
    Contents { clusters, stateful_sets, config_maps }
}

/// The CassandraClusters, in the version of the CassKop that will run; while it
/// is not served yet during an upgrade, in that of the one that runs.
async fn clusters(client: &Client, versions: Versions, namespace: &Namespace, deadline: Deadline) -> Answer<Vec<Node>> {
    let of = |version: &'static str| async move {
        let path = format!("/apis/{version}/namespaces/{namespace}/cassandraclusters");
        list(
            client,
            List { path, query: "", version, kind: "CassandraCluster", resource: CLUSTERS, trim: |_| () },
            Some(namespace),
            deadline,
        )
        .await
    };
    let (now, then) = (versions.from.profile().api_version(), versions.to.profile().api_version());
    let found = of(then).await;
    match &found {
        Answer::Failed(trouble) if trouble.kind == TroubleKind::NoCrd && now != then => of(now).await,
        _ => found,
    }
}

/// The StatefulSets that CassKop made (docs/facts.md, Labels and selectors).
async fn stateful_sets(client: &Client, namespace: &Namespace, deadline: Deadline) -> Answer<Vec<Node>> {
    let wanted = List {
        path: format!("/apis/apps/v1/namespaces/{namespace}/statefulsets"),
        query: "labelSelector=app%3Dcassandracluster",
        version: "apps/v1",
        kind: "StatefulSet",
        resource: STATEFUL_SETS,
        trim: |_| (),
    };
    list(client, wanted, Some(namespace), deadline).await
}

/// Reads a list to its end; `namespace` is where it lies, for what is said if it is denied.
pub(super) async fn list(
    client: &Client,
    wanted: List<'_>,
    namespace: Option<&Namespace>,
    deadline: Deadline,
) -> Answer<Vec<Node>> {
    let mut items = Vec::new();
    let mut next = String::new();
    loop {
        let parts: Vec<_> = [wanted.query, next.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
        let mark = if parts.is_empty() { "" } else { "?" };
        let path = format!("{}{mark}{}", wanted.path, parts.join("&"));
        let page = match client.get(&path, deadline).await {
            Ok(page) => page,
            Err(failure) => return refused(failure, "list", wanted.resource, wanted.version, namespace, client),
        };
        let Some(found) = page_items(&page, wanted.version, wanted.kind, wanted.trim) else {
            let message = format!("gave something else than a list of {} {}", wanted.kind, wanted.version);
            return Answer::Failed(garbage(client.place(), &message));
        };
        items.extend(found);
        match page.pointer("/metadata/continue").and_then(Json::as_str) {
            Some(token) if !token.is_empty() => next = format!("continue={}", escaped(token)),
            _ => return Answer::Got(items),
        }
    }
}

/// The items of a list, whole objects; `None` if it is no such list.
fn page_items(page: &Json, version: &str, kind: &str, trim: fn(&mut serde_json::Map<String, Json>)) -> Option<Vec<Node>> {
    let text = |json: &Json, key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
    let is_list =
        text(page, "kind").as_deref() == Some(&format!("{kind}List")) && text(page, "apiVersion").as_deref() == Some(version);
    let items = match page.get("items") {
        Some(Json::Array(items)) if is_list => items.as_slice(),
        // Go writes an empty list that was never made as null.
        Some(Json::Null) if is_list => &[],
        _ => return None,
    };
    let whole = |item: &Json| {
        let object = item.as_object()?;
        object.get("metadata")?.get("name")?.as_str()?;
        // Items of Kubernetes' own lists do not repeat what they are.
        let mut named = serde_json::Map::new();
        named.insert("apiVersion".to_owned(), version.into());
        named.insert("kind".to_owned(), kind.into());
        named.extend(object.iter().map(|(key, value)| (key.clone(), value.clone())));
        trim(&mut named);
        let is_kind = named.get("kind").and_then(Json::as_str) == Some(kind);
        is_kind.then(|| Node::from(&Json::Object(named)))
    };
    items.iter().map(whole).collect()
}

/// ConfigMaps by name. If one may not be read, or could not be, that is the answer.
async fn config_maps(
    client: &Client,
    names: &BTreeSet<SmolStr>,
    namespace: &Namespace,
    deadline: Deadline,
) -> Answer<BTreeMap<SmolStr, Option<Node>>> {
    if names.is_empty() {
        return Answer::NotAsked;
    }
    let mut found = BTreeMap::new();
    for name in names {
        let path = format!("/api/v1/namespaces/{namespace}/configmaps/{}", escaped(name));
        let object = match client.get(&path, deadline).await {
            Ok(object) if object.get("kind").and_then(Json::as_str) == Some("ConfigMap") => Some(Node::from(&object)),
            Ok(_) => return Answer::Failed(garbage(client.place(), "gave something else than a ConfigMap")),
            Err(Failure::NotFound) => None,
            Err(failure) => return refused(failure, "get", CONFIG_MAPS, "v1", Some(namespace), client),
        };
        found.insert(name.clone(), object);
    }
    Answer::Got(found)
}

/// What a failure means for the question.
pub(super) fn refused<T>(
    failure: Failure,
    verb: &'static str,
    resource: &'static str,
    version: &str,
    namespace: Option<&Namespace>,
    client: &Client,
) -> Answer<T> {
    let trouble = match failure {
        Failure::Forbidden => return Answer::Denied(Denied { verb, resource, namespace: namespace.cloned() }),
        Failure::NotServed => not_served(resource, version, client),
        Failure::NotFound => garbage(client.place(), "says that a list does not exist"),
        Failure::Gone => trouble(
            TroubleKind::Server,
            format!("{}: the list of `{resource}` changed while it was read in pieces", client.place().host),
            "try again",
        ),
        Failure::Trouble(trouble) => trouble,
    };
    Answer::Failed(trouble)
}

/// A version of a resource that the server does not know.
pub(super) fn not_served(resource: &str, version: &str, client: &Client) -> Trouble {
    trouble(
        TroubleKind::NoCrd,
        format!("{} does not serve `{resource}` in version {version}", client.place().host),
        "install CassKop's CRD of the version in `casskopVersion`: `kubectl apply --server-side` it, since Helm never upgrades CRDs",
    )
}

/// A text as it may stand in a URL.
pub(super) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
#[path = "fetch_tests.rs"]
mod tests;
