//! What a cluster's CRD for CassandraClusters can hold, out of `/openapi/v3`.
//!
//! Everybody who is logged in may read that; the CRD itself needs a right of its own.

use serde_json::Value as Json;

use super::client::{Client, Failure};
use super::fetch::{CLUSTERS, not_served};
use super::limits::Deadline;
use super::trouble::garbage;
use crate::observed::{Answer, CrdFacts, Denied};
use crate::schema::{CASSANDRA_CLUSTER_SPEC, Struct, Ty, TypeSet, Versions};

const GROUP: &str = "apis/db.orange.com/";
const KEEPS: &str = "x-kubernetes-preserve-unknown-fields";

/// Asks which versions are served, and what they hold.
pub(super) async fn facts(client: &Client, versions: Versions, deadline: Deadline) -> Answer<CrdFacts> {
    let index = match client.get("/openapi/v3", deadline).await {
        Ok(index) => index,
        Err(failure) => return refused(failure, client),
    };
    let Some(paths) = index.get("paths").and_then(Json::as_object) else {
        return Answer::Failed(garbage(client.place(), "gave something else than an index of OpenAPI documents"));
    };
    let mut known: Vec<_> = paths.keys().filter_map(|path| path.strip_prefix(GROUP)).filter(|name| is_version(name)).collect();
    known.sort_unstable();
    let wanted = versions.to.profile().api_version();
    let mut facts = CrdFacts::default();
    for version in known {
        let document = match client.get(&format!("/openapi/v3/{GROUP}{version}"), deadline).await {
            Ok(document) => document,
            Err(Failure::NotServed | Failure::NotFound) => continue,
            Err(failure) => return refused(failure, client),
        };
        if !serves(&document, version, "") {
            continue;
        }
        facts.served.push(version.to_owned());
        // Without the version that is wanted, the last one still says what there is.
        if wanted.ends_with(&format!("/{version}")) || !facts.served.iter().any(|other| wanted.ends_with(&format!("/{other}"))) {
            facts.status_subresource = serves(&document, version, "/status");
            let spec = spec(&document);
            facts.env_vars = spec.is_some_and(|spec| has(spec, &["backRestSidecar", "envVars"]));
            facts.prunes = spec.map(|spec| pruned(spec, versions.to.profile().types())).unwrap_or_default();
        }
    }
    if facts.served.is_empty() { Answer::Failed(not_served(CLUSTERS, wanted, client)) } else { Answer::Got(facts) }
}

fn refused(failure: Failure, client: &Client) -> Answer<CrdFacts> {
    match failure {
        Failure::Forbidden => Answer::Denied(Denied { verb: "get", resource: "/openapi/v3", namespace: None }),
        Failure::Trouble(trouble) => Answer::Failed(trouble),
        Failure::NotFound | Failure::NotServed | Failure::Gone => {
            Answer::Failed(garbage(client.place(), "does not serve `/openapi/v3`: it is older than Kubernetes 1.24"))
        }
    }
}

/// A version as it may stand in a path.
fn is_version(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn serves(document: &Json, version: &str, below: &str) -> bool {
    let path = format!("/{GROUP}{version}/namespaces/{{namespace}}/cassandraclusters/{{name}}{below}");
    document.get("paths").and_then(|paths| paths.get(&path)).is_some()
}

/// The schema of a CassandraCluster's `spec`.
fn spec(document: &Json) -> Option<&Json> {
    let schemas = document.pointer("/components/schemas")?.as_object()?;
    let is = |schema: &&Json| {
        let kinds = schema.get("x-kubernetes-group-version-kind").and_then(Json::as_array);
        kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind.get("kind").and_then(Json::as_str) == Some("CassandraCluster")))
    };
    schemas.values().find(is)?.pointer("/properties/spec")
}

fn has(schema: &Json, path: &[&str]) -> bool {
    let step = |schema: &Json, name: &&str| schema.get("properties")?.get(*name).cloned();
    path.iter().try_fold(schema.clone(), |schema, name| step(&schema, name)).is_some()
}

/// The paths below `spec` that these types have and the API server would drop.
fn pruned(spec: &Json, types: TypeSet) -> Vec<String> {
    let mut paths = Vec::new();
    members(&CASSANDRA_CLUSTER_SPEC, types, spec, "spec", &mut paths);
    paths
}

fn members(of: &'static Struct, types: TypeSet, schema: &Json, path: &str, paths: &mut Vec<String>) {
    let keeps = schema.get(KEEPS).and_then(Json::as_bool) == Some(true);
    let known = schema.get("properties");
    for field in of.fields(types) {
        let path = format!("{path}.{}", field.name);
        match known.and_then(|known| known.get(field.name)) {
            Some(schema) => value(&field.ty, types, schema, &path, paths),
            None if keeps => {}
            None => paths.push(path),
        }
    }
}

fn value(ty: &Ty, types: TypeSet, schema: &Json, path: &str, paths: &mut Vec<String>) {
    match ty {
        Ty::Struct(of) => members(of, types, schema, path, paths),
        Ty::List(item) => {
            if let Some(schema) = schema.get("items") {
                value(item, types, schema, &format!("{path}[]"), paths);
            }
        }
        Ty::Map(item) => {
            if let Some(schema) = schema.get("additionalProperties") {
                value(item, types, schema, &format!("{path}.*"), paths);
            }
        }
        Ty::Text | Ty::Bool | Ty::Int32 | Ty::Int64 | Ty::Quantity | Ty::IntOrString | Ty::Raw | Ty::Time => {}
    }
}
