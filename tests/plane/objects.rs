//! Writing and reading objects, with all rights: as `kubectl apply` does it in
//! both of its ways, as operators do it, and CRDs.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::{Duration, Instant};

use http::Method;
use kube::Error;
use multicasskop::source::Sources;
use multicasskop::yaml::{Budget, compose};
use serde_json::{Map, Value, json};

use super::{Cluster, wait};

/// Where client-side apply keeps what it applied last.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// So long the API server may take to serve a CRD, or to stop serving it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The two ways of `kubectl apply`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// The default: the client computes a patch.
    ClientSide,
    /// `--server-side --force-conflicts`.
    ServerSide,
}

/// The objects of a YAML stream.
pub(crate) fn documents(name: &str, text: &str) -> Vec<Value> {
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    let documents = compose(&sources, id, &mut Budget::default()).unwrap_or_else(|finding| panic!("{name}: {finding:?}"));
    documents.iter().map(|document| serde_json::to_value(&document.root).unwrap()).collect()
}

/// The path under which the API server has objects of this one's kind.
fn collection(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("no text in {object}")).to_owned();
    let version = text(&object["apiVersion"]);
    let api = if version.contains('/') { "apis" } else { "api" };
    let kind = text(&object["kind"]).to_lowercase();
    let plural = match kind.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if kind.ends_with('s') => kind + "es",
        None => kind + "s",
    };
    match &object["metadata"]["namespace"] {
        Value::Null => format!("/{api}/{version}/{plural}"),
        namespace => format!("/{api}/{version}/namespaces/{}/{plural}", text(namespace)),
    }
}

/// The path of an object; of its status with `/status` added.
fn path(object: &Value) -> String {
    format!("{}/{}", collection(object), object["metadata"]["name"].as_str().expect("a name"))
}

/// `None` where the server has no such object.
fn found(answer: Result<Value, Error>) -> Option<Value> {
    match answer {
        Err(Error::Api(status)) if status.code == 404 => None,
        answer => Some(answer.unwrap_or_else(|error| panic!("{error}"))),
    }
}

impl Cluster {
    /// One request with all rights: what the server answers, as JSON.
    pub(crate) fn request(&self, method: Method, path: &str, content: &str, body: Option<&Value>) -> Result<Value, Error> {
        let body = body.map(ToString::to_string).unwrap_or_default().into_bytes();
        let request = http::Request::builder().method(method).uri(path).header("content-type", content).body(body).unwrap();
        wait(self.client().request(request))
    }

    fn told(&self, method: &Method, path: &str, content: &str, body: &Value) -> Value {
        let answer = self.request(method.clone(), path, content, Some(body));
        answer.unwrap_or_else(|error| panic!("{method} {path}: {error}\n{body}"))
    }

    /// A new namespace, with a name that begins so.
    pub(crate) fn namespace(&self, prefix: &str) -> String {
        let name = format!("{prefix}-{}", self.given.fetch_add(1, Ordering::Relaxed));
        self.create(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}), "plane");
        name
    }

    /// The object of that kind, namespace and name, if there is one.
    pub(crate) fn get(&self, object: &Value) -> Option<Value> {
        found(self.request(Method::GET, &path(object), "application/json", None))
    }

    /// Creates an object.
    pub(crate) fn create(&self, object: &Value, manager: &str) -> Value {
        self.told(&Method::POST, &format!("{}?fieldManager={manager}", collection(object)), "application/json", object)
    }

    /// Applies an object in one of the ways of kubectl.
    pub(crate) fn apply(&self, object: &Value, way: Way, manager: &str) -> Value {
        match way {
            Way::ServerSide => {
                let path = format!("{}?fieldManager={manager}&force=true", path(object));
                self.told(&Method::PATCH, &path, "application/apply-patch+yaml", object)
            }
            Way::ClientSide => self.apply_client_side(object, manager),
        }
    }

    /// What has gone since the last time is removed, and what differs is set; with
    /// a merge patch, as kubectl does it for custom resources.
    fn apply_client_side(&self, object: &Value, manager: &str) -> Value {
        let mut noted = object.clone();
        noted["metadata"]["annotations"][LAST_APPLIED] = json!(format!("{object}\n"));
        let Some(live) = self.get(object) else { return self.create(&noted, manager) };
        let last = live["metadata"]["annotations"][LAST_APPLIED].as_str().unwrap_or("{}");
        let last: Value = serde_json::from_str(last).expect("JSON");
        let patch = three_way(&last, &noted, &live).unwrap_or_else(|| json!({}));
        self.patch(object, "application/merge-patch+json", &patch, manager)
    }

    /// Sends a patch of some type for an object.
    pub(crate) fn patch(&self, object: &Value, content: &str, patch: &Value, manager: &str) -> Value {
        self.told(&Method::PATCH, &format!("{}?fieldManager={manager}", path(object)), content, patch)
    }

    /// Replaces an object, as operators do it: whatever it was before.
    pub(crate) fn put(&self, object: &Value, manager: &str) -> Value {
        self.replace(object, "", manager)
    }

    /// Replaces the status of an object, where that is a subresource.
    pub(crate) fn put_status(&self, object: &Value, manager: &str) -> Value {
        self.replace(object, "/status", manager)
    }

    fn replace(&self, object: &Value, subresource: &str, manager: &str) -> Value {
        let mut object = object.clone();
        let version = self.get(&object).expect("the object is there")["metadata"]["resourceVersion"].clone();
        object["metadata"]["resourceVersion"] = version;
        let path = format!("{}{subresource}?fieldManager={manager}", path(&object));
        self.told(&Method::PUT, &path, "application/json", &object)
    }

    /// Deletes an object; it is gone at once unless it has finalizers.
    pub(crate) fn delete(&self, object: &Value) {
        found(self.request(Method::DELETE, &path(object), "application/json", None));
    }

    /// Installs a CRD and waits until it is served and in `/openapi/v3`. Another
    /// one of that name is removed first, with all its objects.
    pub(crate) fn install(&self, crd: &Value) {
        let _one_at_a_time = self.crds.lock().unwrap();
        let served = || crd["spec"]["versions"].as_array().unwrap().iter().map(|version| &version["name"]);
        if self.get(crd).is_some() {
            self.delete(crd);
            self.until("the old CRD is gone", || {
                self.get(crd).is_none() && served().all(|version| self.knows(crd, version) == (false, false))
            });
        }
        self.create(crd, "plane");
        for version in served() {
            self.until("the CRD is served", || self.knows(crd, version) == (true, true));
        }
    }

    /// Whether the server has the path and the schema of a version; the schema comes, and
    /// goes, a moment later, and its page may be empty in between (docs/facts.md, API server).
    fn knows(&self, crd: &Value, version: &Value) -> (bool, bool) {
        let (group, kind) = (crd["spec"]["group"].as_str().unwrap(), &crd["spec"]["names"]["kind"]);
        let api = format!("{group}/{}", version.as_str().unwrap());
        let get = |path: &str| self.request(Method::GET, path, "application/json", None).ok();
        let list = get(&collection(&json!({"apiVersion": api, "kind": kind, "metadata": {}})));
        let schemas = get(&format!("/openapi/v3/apis/{api}")).map(|schemas| schemas.to_string());
        (list.is_some(), schemas.is_some_and(|schemas| schemas.contains(&format!("\"kind\":{kind}"))))
    }

    /// Waits for something that comes soon.
    fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let start = Instant::now();
        while !holds() {
            assert!(start.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}, at {}", self.url());
            sleep(Duration::from_millis(50));
        }
    }
}

/// The merge patch that takes out of the live object what the last one had and
/// the new one has not, and sets what differs from the new one.
fn three_way(last: &Value, new: &Value, live: &Value) -> Option<Value> {
    let (Value::Object(new), Value::Object(live)) = (new, live) else {
        return (new != live).then(|| new.clone());
    };
    let nothing = Map::new();
    let last = last.as_object().unwrap_or(&nothing);
    let mut patch = Map::new();
    let keys: BTreeSet<&String> = last.keys().chain(new.keys()).collect();
    for key in keys {
        let change = match (new.get(key), live.get(key)) {
            (Some(new), Some(live)) => three_way(last.get(key).unwrap_or(&Value::Null), new, live),
            (Some(new), None) => Some(new.clone()),
            (None, live) => live.map(|_| Value::Null),
        };
        patch.extend(change.map(|change| (key.clone(), change)));
    }
    (!patch.is_empty()).then_some(Value::Object(patch))
}
