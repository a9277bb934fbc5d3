//! As much of HTTP and of the Kubernetes API as the stub servers need.

use std::io::Read;

use serde_json::{Value as Json, json};

use super::fleet::VERSION;

/// A request.
pub(super) struct Request {
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    /// `User-Agent`, or nothing.
    pub(super) agent: String,
    /// `Accept-Encoding`, or nothing.
    pub(super) encodings: String,
    /// Whether the client takes the newer form of discovery.
    aggregated: bool,
}

/// Reads a request and its body; `None` at the end of the connection.
pub(super) fn read(stream: &mut impl Read) -> Option<Request> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(length) => bytes.extend_from_slice(&piece[..length]),
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers: Vec<_> = lines.filter_map(|line| line.split_once(": ")).collect();
    let header = |wanted: &str| headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| *value);
    let length: usize = header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; (end + 4 + length).saturating_sub(bytes.len())];
    stream.read_exact(&mut body).ok()?;
    let aggregated = header("accept").is_some_and(|accept| accept.contains("apidiscovery.k8s.io"));
    let text = |name: &str| header(name).unwrap_or_default().to_owned();
    Some(Request { method, target, agent: text("user-agent"), encodings: text("accept-encoding"), aggregated })
}

/// The answer as it goes over the wire.
pub(super) fn answer(request: &Request, objects: &[Json]) -> Vec<u8> {
    let (path, _) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let found = match path.trim_matches('/') {
        "version" => Some(json!({"major": "1", "minor": "34", "gitVersion": "v1.34.4"})),
        "api" if request.aggregated => Some(discovery(&[])),
        "apis" if request.aggregated => Some(discovery(&[group()])),
        "openapi/v3" => Some(json!({"paths": {
            (format!("apis/{VERSION}")): {"serverRelativeURL": format!("/openapi/v3/apis/{VERSION}?hash=1")},
        }})),
        path if path == format!("openapi/v3/apis/{VERSION}") => Some(open_api()),
        path if path.starts_with("apis/apps/v1/") && path.ends_with("/statefulsets") => Some(list("apps/v1", "StatefulSet", &[])),
        path => of_objects(path, objects),
    };
    let missing = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404});
    let (status, body) = found.map_or(("404 Not Found", missing), |body| ("200 OK", body));
    let body = body.to_string();
    let kind = if body.contains("APIGroupDiscoveryList") { ";g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList" } else { "" };
    format!("HTTP/1.1 {status}\r\nContent-Type: application/json{kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        .into_bytes()
}

/// A list or an object. What a dry run of a patch would give is the object as it
/// is: the patch is not looked at.
fn of_objects(path: &str, objects: &[Json]) -> Option<Json> {
    let rest = path.strip_prefix(&format!("apis/{VERSION}/namespaces/"))?;
    let mut parts = rest.split('/');
    let (namespace, "cassandraclusters") = (parts.next()?, parts.next()?) else { return None };
    let mut there = objects.iter().filter(|object| object["metadata"]["namespace"] == namespace);
    match parts.next() {
        Some(name) => there.find(|object| object["metadata"]["name"] == name).cloned(),
        None => Some(list(VERSION, "CassandraCluster", &there.collect::<Vec<_>>())),
    }
}

fn list(version: &str, kind: &str, items: &[&Json]) -> Json {
    json!({"apiVersion": version, "kind": format!("{kind}List"), "metadata": {"resourceVersion": "1"}, "items": items})
}

fn discovery(groups: &[Json]) -> Json {
    json!({"apiVersion": "apidiscovery.k8s.io/v2", "kind": "APIGroupDiscoveryList", "metadata": {}, "items": groups})
}

fn group() -> Json {
    let (group, version) = VERSION.split_once('/').unwrap();
    json!({"metadata": {"name": group}, "versions": [{"version": version, "freshness": "Current", "resources": [{
        "resource": "cassandraclusters",
        "responseKind": {"group": group, "version": version, "kind": "CassandraCluster"},
        "scope": "Namespaced",
        "singularResource": "cassandracluster",
        "verbs": ["delete", "get", "list", "patch", "create", "update", "watch"],
    }]}]})
}

/// What `kubectl` looks up before it asks for a dry run.
fn open_api() -> Json {
    let (group, version) = VERSION.split_once('/').unwrap();
    let kind = json!({"group": group, "version": version, "kind": "CassandraCluster"});
    let of = |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": true}});
    json!({
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes CRD Swagger", "version": "v0.1.0"},
        "paths": {(format!("/apis/{VERSION}/namespaces/{{namespace}}/cassandraclusters/{{name}}")): {"patch": {
            "operationId": "patchNamespacedCassandraCluster",
            "parameters": [of("dryRun"), of("fieldManager"), of("fieldValidation"), of("force")],
            "responses": {"200": {"description": "OK"}},
            "x-kubernetes-action": "patch",
            "x-kubernetes-group-version-kind": kind,
        }}},
        "components": {"schemas": {"com.orange.db.v2.CassandraCluster": {
            "type": "object",
            "x-kubernetes-group-version-kind": [kind],
        }}},
    })
}
