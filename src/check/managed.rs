//! Who set a value, by `metadata.managedFields` (docs/facts.md, Field managers).
//!
//! Of all entries that cover a value the smallest does: `f:dc` has nothing below
//! it, so it stands for the whole list with everything in it. Pure.

use jiff::Timestamp;

use super::model::{Actor, ActorKind};
use crate::tree::{Map, Node, PathBuf, Segment};

/// The managers of a live object.
pub(super) struct Managers<'a> {
    object: &'a Node,
    entries: Vec<Entry<'a>>,
}

struct Entry<'a> {
    actor: Actor,
    fields: &'a Map,
}

impl<'a> Managers<'a> {
    /// Reads an object's entries; those that cannot be read are left out.
    pub(super) fn of(object: &'a Node) -> Self {
        let entries = object.at(&["metadata", "managedFields"]).map(Node::items).unwrap_or_default();
        let text = |entry: &Node, name: &str| entry.get(name).and_then(Node::as_str).unwrap_or_default().to_owned();
        let entries = entries.iter().filter_map(|entry| {
            let manager = text(entry, "manager");
            let actor = Actor {
                kind: kind_of(&manager),
                operation: text(entry, "operation"),
                time: entry.get("time").and_then(Node::as_str).and_then(|time| time.parse::<Timestamp>().ok()),
                manager,
            };
            Some(Entry { actor, fields: entry.get("fieldsV1")?.as_map()? })
        });
        Self { object, entries: entries.collect() }
    }

    /// Who has set the value at a path of the object: those whose entries cover
    /// it most closely; several if they agree on it, or share a whole list.
    pub(super) fn of_path(&self, path: &PathBuf) -> Vec<Actor> {
        let depths: Vec<_> = self.entries.iter().map(|entry| self.depth(entry.fields, path)).collect();
        let deepest = depths.iter().flatten().max();
        let close = self.entries.iter().zip(&depths).filter(|(_, depth)| depth.is_some() && depth.as_ref() == deepest);
        let mut actors: Vec<Actor> = Vec::new();
        for (entry, _) in close {
            if !actors.contains(&entry.actor) {
                actors.push(entry.actor.clone());
            }
        }
        actors
    }

    /// How many steps of a path an entry knows, if it covers the path.
    fn depth(&self, fields: &Map, path: &PathBuf) -> Option<usize> {
        let (mut fields, mut value) = (fields, Some(self.object));
        let mut depth = 0;
        for step in path.steps() {
            let below = match step {
                Segment::Key(key) => {
                    value = value.and_then(|node| node.get(key));
                    fields.get(&format!("f:{key}"))
                }
                Segment::Index(index) => {
                    value = value.and_then(|node| node.items().get(index));
                    element(fields, index, value)
                }
            };
            match below.and_then(Node::as_map) {
                Some(below) => fields = below,
                None => return (fields.is_empty() && depth > 0).then_some(depth),
            }
            depth += 1;
        }
        Some(depth)
    }
}

/// What an entry knows of an element of a list: by key `k:{"name":"x"}`, by
/// value `v:"x"` or by index `i:0`.
fn element<'a>(fields: &'a Map, index: usize, value: Option<&Node>) -> Option<&'a Node> {
    let parsed = |json: &str| serde_json::from_str::<serde_json::Value>(json).ok().map(|json| Node::from(&json));
    let is = |name: &str| match (name.split_once(':'), value) {
        (Some(("i", at)), _) => at.parse() == Ok(index),
        (Some(("v", json)), Some(value)) => parsed(json).is_some_and(|node| node.value.same(&value.value)),
        (Some(("k", json)), Some(value)) => parsed(json)
            .as_ref()
            .and_then(Node::as_map)
            .is_some_and(|keys| keys.iter().all(|key| value.get(&key.key).is_some_and(|node| node.value.same(&key.value.value)))),
        _ => false,
    };
    fields.iter().find(|entry| is(&entry.key)).map(|entry| &entry.value)
}

/// Beginnings of names of programs that a person has in hand. Lens and its kin
/// send the name of the library that they use, `node-fetch`.
const PERSON: [&str; 17] = [
    "kubectl",
    "k9s",
    "lens",
    "openlens",
    "freelens",
    "node-fetch",
    "headlamp",
    "octant",
    "dashboard",
    "kubernetes-dashboard",
    "rancher",
    "oc",
    "curl",
    "mozilla",
    "python",
    "okteto",
    "aptakube",
];

/// Beginnings of names of programs that apply Git.
const ENGINE: [&str; 12] = [
    "argocd",
    "argo-cd",
    "argo cd",
    "kustomize-controller",
    "helm",
    "flux",
    "gitops",
    "fleetagent",
    "fleet",
    "kluctl",
    "kapp",
    "config-management",
];

/// Names that CassKop and Multi-CassKop have: 2.2.9 sends none of its own.
const CASSKOP: [&str; 6] = ["casskop", "multi-casskop", "multi_casskop", "multicasskop", "manager", "go-http-client"];

/// What a field manager is, by its name.
pub(super) fn kind_of(manager: &str) -> ActorKind {
    let name = manager.to_lowercase();
    let begins = |words: &[&str]| {
        words.iter().any(|word| name.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_lowercase())))
    };
    if CASSKOP.contains(&name.as_str()) {
        ActorKind::Casskop
    } else if begins(&ENGINE) {
        ActorKind::Engine
    } else if begins(&PERSON) {
        ActorKind::Person
    } else {
        ActorKind::Controller
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    fn who(fields: &[(&str, &str, Json)], spec: &Json, path: &str) -> Vec<String> {
        let entries: Vec<_> = fields
            .iter()
            .map(|(manager, operation, fields)| {
                json!({"manager": manager, "operation": operation, "time": "2026-11-21T00:15:18Z", "fieldsV1": fields})
            })
            .collect();
        let object = Node::from(&json!({"metadata": {"managedFields": entries}, "spec": spec}));
        let managers = Managers::of(&object);
        managers.of_path(&PathBuf::from(path)).into_iter().map(|actor| actor.manager).collect()
    }

    #[test]
    fn the_smallest_entry_that_covers_a_path_counts() {
        let fields = [
            ("gitops", "Apply", json!({"f:spec": {"f:cassandraImage": {}, "f:resources": {"f:limits": {"f:cpu": {}}}}})),
            ("kubectl-edit", "Update", json!({"f:spec": {"f:topology": {"f:dc": {}}}})),
            ("casskop", "Update", json!({"f:spec": {"f:resources": {".": {}, "f:limits": {".": {}, "f:memory": {}}}}})),
            ("k9s", "Update", json!({"f:spec": {"f:topology": {"f:dc": {}}}})),
        ];
        let spec = json!({"topology": {"dc": [{"name": "a"}]}});
        let of = |path| who(&fields, &spec, path);
        assert_eq!(of("spec.cassandraImage"), ["gitops"]);
        assert_eq!(of("spec.topology.dc[0].rack[1].name"), ["kubectl-edit", "k9s"]);
        assert_eq!(of("spec.resources.limits.cpu"), ["gitops"]);
        assert_eq!(of("spec.resources.limits.memory"), ["casskop"]);
        assert_eq!(of("spec.resources.limits"), ["gitops", "casskop"]);
        assert_eq!(of("spec.resources.limits.other"), Vec::<String>::new());
        assert_eq!(of("spec.configMapName"), Vec::<String>::new());
    }

    #[test]
    fn elements_are_known_by_key_value_and_index() {
        let fields = [
            ("key", "Apply", json!({"f:spec": {"f:a": {"k:{\"name\":\"x\"}": {".": {}, "f:v": {}}}}})),
            ("value", "Apply", json!({"f:spec": {"f:b": {"v:\"y\"": {}}}})),
            ("index", "Apply", json!({"f:spec": {"f:c": {"i:1": {}}}})),
        ];
        let spec = json!({"a": [{"name": "w", "v": 1}, {"name": "x", "v": 2}], "b": ["z", "y"], "c": [1, 2]});
        assert_eq!(who(&fields, &spec, "spec.a[1].v"), ["key"]);
        assert_eq!(who(&fields, &spec, "spec.a[0].v"), Vec::<String>::new());
        assert_eq!(who(&fields, &spec, "spec.b[1]"), ["value"]);
        assert_eq!(who(&fields, &spec, "spec.c[1]"), ["index"]);
        assert_eq!(who(&fields, &spec, "spec.c[0]"), Vec::<String>::new());
    }

    #[test]
    fn names_say_what_a_manager_is() {
        for (name, kind) in [
            ("kubectl-edit", ActorKind::Person),
            ("kubectl-client-side-apply", ActorKind::Person),
            ("node-fetch", ActorKind::Person),
            ("oc", ActorKind::Person),
            ("ocean", ActorKind::Controller),
            ("argocd-controller", ActorKind::Engine),
            ("kustomize-controller", ActorKind::Engine),
            ("gitops", ActorKind::Engine),
            ("Go-http-client", ActorKind::Casskop),
            ("casskop", ActorKind::Casskop),
            ("kube-controller-manager", ActorKind::Controller),
            ("", ActorKind::Controller),
        ] {
            assert_eq!(kind_of(name), kind, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_read_names_nobody() {
        let object = Node::from(&json!({"metadata": {"managedFields": [{"manager": "x"}, 5, {"fieldsV1": {"f:spec": 3}}]}}));
        assert_eq!(Managers::of(&object).of_path(&PathBuf::from("spec.a")), []);
    }
}
