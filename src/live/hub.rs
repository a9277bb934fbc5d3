//! Secrets that lead to other clusters: K8ssandra's and kubemcsa's
//! (docs/facts.md, ClientConfig; kubemcsa).

use std::collections::BTreeMap;
use std::path::Path;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use kube::config::Kubeconfig;
use serde_json::{Value as Json, json};

use super::client::{Client, Failure};
use super::kubeconfig;
use super::limits::Deadline;
use super::target::{Hub, Way};
use super::trouble::{garbage, io_words, trouble};
use crate::observed::{Trouble, TroubleKind};
use crate::source::Sources;
use crate::yaml::{Budget, compose};

/// What a secret holds, by key.
type Data = BTreeMap<String, Vec<u8>>;

const CLIENT_CONFIGS: &str = "clientconfigs.config.k8ssandra.io";
const KUBECONFIG: &str = "kubeconfig";

/// The kubeconfig, with one context, that an object in a hub leads to, and what
/// it is called in messages. `client` is the hub's.
pub(super) async fn behind(way: &Way, hub: &Hub, client: &Client, deadline: Deadline) -> Result<(Kubeconfig, String), Trouble> {
    if matches!(way, Way::Kubemcsa(_)) {
        let (data, place) = secret(hub, hub.name.as_str(), client, deadline).await?;
        return Ok((kubemcsa(&data, &place)?, place));
    }
    let (context, name) = client_config(hub, client, deadline).await?;
    let (data, place) = secret(hub, &name, client, deadline).await?;
    let text = data.get(KUBECONFIG).ok_or_else(|| {
        let fix = "K8ssandra reads the kubeconfig from that key; `kubectl k8ssandra register` writes it";
        trouble(TroubleKind::Config, format!("{place} has no key `{KUBECONFIG}`"), fix)
    })?;
    let config = kubeconfig::of_secret(&text_of(text, &place)?, &place)?;
    Ok((kubeconfig::only(&config, Some(&context), &place)?, place))
}

/// Context and secret that a ClientConfig names.
async fn client_config(hub: &Hub, client: &Client, deadline: Deadline) -> Result<(String, String), Trouble> {
    let path = |version| format!("/apis/config.k8ssandra.io/{version}/namespaces/{}/clientconfigs/{}", hub.namespace, hub.name);
    let place = format!("ClientConfig {}/{} in `{}`", hub.namespace, hub.name, hub.cluster);
    match client.get(&path("v1beta1"), deadline).await {
        Ok(object) => names(&object, hub.name.as_str(), &place),
        Err(Failure::NotServed) => Err(match client.get(&path("v1alpha1"), deadline).await {
            Ok(_) => old_format(&place),
            Err(_) => trouble(
                TroubleKind::Config,
                format!("`{}` does not serve `{CLIENT_CONFIGS}` v1beta1", hub.cluster),
                "name the cluster that k8ssandra-operator's control plane runs in as `hub`",
            ),
        }),
        Err(failure) => Err(missed(failure, hub, CLIENT_CONFIGS, hub.name.as_str(), client)),
    }
}

fn names(object: &Json, name: &str, place: &str) -> Result<(String, String), Trouble> {
    let spec = object.get("spec").filter(|_| object.get("meta").is_none());
    let secret = spec.and_then(|spec| spec.get("kubeConfigSecret")?.get("name")?.as_str());
    match (spec, secret.filter(|secret| crate::names::ObjectName::new(secret).is_ok())) {
        (Some(spec), Some(secret)) => {
            let context = spec.get("contextName").and_then(Json::as_str).filter(|context| !context.is_empty());
            Ok((context.unwrap_or(name).to_owned(), secret.to_owned()))
        }
        (None, _) => Err(old_format(place)),
        (Some(_), None) => Err(trouble(
            TroubleKind::Config,
            format!("{place} names no secret in `spec.kubeConfigSecret.name`"),
            "`kubectl k8ssandra register` writes a whole one",
        )),
    }
}

fn old_format(place: &str) -> Trouble {
    trouble(
        TroubleKind::Config,
        format!("{place} is of the old format v1alpha1"),
        "that format is gone: write `apiVersion: config.k8ssandra.io/v1beta1`, `metadata:` instead of `meta:`, and below `spec:` \
         `contextName` and `kubeConfigSecret: {name: …}`",
    )
}

async fn secret(hub: &Hub, name: &str, client: &Client, deadline: Deadline) -> Result<(Data, String), Trouble> {
    let place = format!("secret {}/{name} in `{}`", hub.namespace, hub.cluster);
    let path = format!("/api/v1/namespaces/{}/secrets/{name}", hub.namespace);
    let object = client.get(&path, deadline).await.map_err(|failure| missed(failure, hub, "secrets", name, client))?;
    let data = data(object).ok_or_else(|| garbage(client.place(), "gave something else than a secret"))?;
    Ok((data, place))
}

fn missed(failure: Failure, hub: &Hub, resource: &str, name: &str, client: &Client) -> Trouble {
    let Hub { cluster, namespace, .. } = hub;
    match failure {
        Failure::Forbidden => trouble(
            TroubleKind::Config,
            format!("the hub `{cluster}` denies `get` on `{resource}` in namespace `{namespace}`"),
            format!("let this user `get` `{name}` there with a Role and a RoleBinding"),
        ),
        Failure::NotFound | Failure::NotServed => trouble(
            TroubleKind::Config,
            format!("the hub `{cluster}` has no `{resource}` `{name}` in namespace `{namespace}`"),
            "check `hub`, `namespace` and `name` in the fleet file",
        ),
        Failure::Gone => garbage(client.place(), "answers 410 for a single object"),
        Failure::Trouble(found) => Trouble { message: format!("in the hub `{cluster}`: {}", found.message), ..found },
    }
}

/// `data` and `stringData` of a secret.
fn data(object: Json) -> Option<Data> {
    let secret: Secret = serde_json::from_value(object).ok()?;
    let mut data: Data = secret.data.unwrap_or_default().into_iter().map(|(key, ByteString(bytes))| (key, bytes)).collect();
    data.extend(secret.string_data.unwrap_or_default().into_iter().map(|(key, text)| (key, text.into_bytes())));
    Some(data)
}

/// The kubeconfig of a secret's manifest in a file.
pub(super) fn of_manifest(file: &Path) -> Result<Kubeconfig, Trouble> {
    let place = file.display().to_string();
    let unusable = |what: &str| {
        let fix = "name the manifest that `kubemcsa export` printed";
        trouble(TroubleKind::Config, format!("{place}{what}"), fix)
    };
    let text =
        std::fs::read_to_string(file).map_err(|error| unusable(&format!(" cannot be read: {}", io_words(error.kind()))))?;
    let mut sources = Sources::default();
    let id = sources.add(place.as_str(), text);
    let documents = compose(&sources, id, &mut Budget::default()).map_err(|finding| {
        let at = finding.labels.first().map(|label| sources.position(label.span));
        unusable(&at.map_or(" is no YAML".to_owned(), |at| format!(":{}:{} is no YAML", at.line, at.column)))
    })?;
    let secrets = documents.iter().filter_map(|document| serde_json::to_value(&document.root).ok());
    let found = secrets.filter(|object| object.get("kind").and_then(Json::as_str) == Some("Secret")).find_map(data);
    kubemcsa(&found.ok_or_else(|| unusable(" holds no Secret"))?, &place)
}

/// The kubeconfig of a secret that is mounted as a folder.
pub(super) fn of_folder(dir: &Path) -> Result<Kubeconfig, Trouble> {
    let mut data = Data::new();
    for key in ["config", "server", "ca.crt", "token"] {
        match std::fs::read(dir.join(key)) {
            Ok(bytes) => drop(data.insert(key.to_owned(), bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                let message = format!("`{}` cannot be read: {}", dir.join(key).display(), io_words(error.kind()));
                return Err(trouble(TroubleKind::Config, message, "check the rights of the mounted secret"));
            }
        }
    }
    kubemcsa(&data, &dir.display().to_string())
}

/// `config` is a kubeconfig; without it, `server`, `ca.crt` and `token` make one.
fn kubemcsa(data: &Data, place: &str) -> Result<Kubeconfig, Trouble> {
    if let Some(text) = data.get("config") {
        let config = kubeconfig::of_secret(&text_of(text, place)?, place)?;
        return kubeconfig::only(&config, None, place);
    }
    let part = |key: &str| data.get(key).map(|bytes| text_of(bytes, place)).transpose();
    let (Some(server), Some(authority), Some(token)) = (part("server")?, data.get("ca.crt"), part("token")?) else {
        return Err(trouble(
            TroubleKind::Config,
            format!("{place} has neither the key `config` nor all of `server`, `ca.crt` and `token`"),
            "export it anew with `kubemcsa export`, or use a kubeconfig",
        ));
    };
    let made = json!({
        "current-context": "kubemcsa",
        "clusters": [{"name": "kubemcsa", "cluster": {
            "server": server.trim(),
            "certificate-authority-data": ByteString(authority.clone()),
        }}],
        "users": [{"name": "kubemcsa", "user": {"token": token.trim()}}],
        "contexts": [{"name": "kubemcsa", "context": {"cluster": "kubemcsa", "user": "kubemcsa"}}],
    });
    serde_json::from_value(made).map_err(|_| {
        let fix = "export it anew with `kubemcsa export`, or use a kubeconfig";
        trouble(TroubleKind::Config, format!("{place} cannot be made into a kubeconfig"), fix)
    })
}

fn text_of(bytes: &[u8], place: &str) -> Result<String, Trouble> {
    String::from_utf8(bytes.to_vec())
        .map_err(|_| trouble(TroubleKind::Config, format!("{place} holds bytes that are no text"), "export it anew"))
}
