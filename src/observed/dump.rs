//! What `kubectl get cassandraclusters,statefulsets -o yaml --show-managed-fields`
//! wrote → a [`Look`]: a list, several documents, or JSON. Pure.
//!
//! A dump says nothing about what was not asked for, and that it cannot say
//! either: no StatefulSet in it is "not asked", never "none there".

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Answer, Contents, Look, Source, Trouble, TroubleKind};
use crate::names::{ClusterName, Namespace};
use crate::read::kind;
use crate::source::Sources;
use crate::tree::{Node, SmolStr};
use crate::yaml::{Budget, compose};

/// A dump has the objects of one cluster, each with its managed fields twice or more.
const BUDGET: Budget = Budget { bytes: 256 << 20, nodes: 8_000_000 };

/// How a dump is made.
pub const HOW: &str = "kubectl get cassandraclusters,statefulsets -A -o yaml --show-managed-fields";

/// A dump that was read.
#[derive(Clone, Debug)]
pub struct Dump {
    /// What it shows.
    pub look: Look,
    /// What it cannot show.
    pub notes: Vec<String>,
}

/// What is known of a dump before it is read.
#[derive(Clone, Debug)]
pub struct About<'a> {
    /// The cluster that it was taken from.
    pub cluster: &'a ClusterName,
    /// File or folder, as messages call it.
    pub path: &'a str,
    /// When it was written.
    pub at: Timestamp,
    /// The namespaces that are asked for.
    pub namespaces: &'a BTreeSet<Namespace>,
}

/// Reads the texts of one cluster's dump, each with the name of its file. They go
/// into `sources`, so that values have places. One text that cannot be used
/// makes the whole dump unusable: nobody knows what is missing then.
pub fn read(texts: Vec<(String, String)>, about: &About<'_>, sources: &mut Sources) -> Dump {
    let mut found = Found::default();
    let read = if texts.is_empty() { Err(trouble(format!("`{}` holds no file", about.path))) } else { Ok(()) };
    let read = read.and_then(|()| texts.into_iter().try_for_each(|(name, text)| found.read(&name, text, sources)));
    match read {
        Ok(()) => found.dump(about),
        Err(trouble) => Dump { look: failed(about, &trouble), notes: Vec::new() },
    }
}

/// A dump that could not even be opened, as a look that shows nothing.
pub fn unreadable(about: &About<'_>, message: String) -> Look {
    failed(about, &trouble(message))
}

fn trouble(message: String) -> Trouble {
    Trouble { kind: TroubleKind::Config, message, fix: format!("write the dump anew: `{HOW}`") }
}

fn failed(about: &About<'_>, trouble: &Trouble) -> Look {
    let contents = || Contents {
        clusters: Answer::Failed(trouble.clone()),
        stateful_sets: Answer::Failed(trouble.clone()),
        config_maps: Answer::NotAsked,
    };
    look(about, about.namespaces.iter().map(|namespace| (namespace.clone(), contents())).collect())
}

fn look(about: &About<'_>, namespaces: BTreeMap<Namespace, Contents>) -> Look {
    let from = Source::Dump(about.path.to_owned());
    Look { cluster: about.cluster.clone(), at: about.at, from, namespaces, crd: Answer::NotAsked }
}

/// The objects of a dump, by namespace.
#[derive(Default)]
struct Found {
    clusters: BTreeMap<Namespace, Vec<Node>>,
    stateful_sets: BTreeMap<Namespace, Vec<Node>>,
    config_maps: BTreeMap<Namespace, BTreeMap<SmolStr, Option<Node>>>,
    /// Whether any StatefulSet was seen, a ring's or another's.
    any_stateful_set: bool,
}

impl Found {
    fn read(&mut self, name: &str, text: String, sources: &mut Sources) -> Result<(), Trouble> {
        let id = sources.add(name, text);
        let documents = compose(sources, id, &mut BUDGET.clone()).map_err(|finding| {
            let line = finding.labels.first().map(|label| sources.position(label.span).line);
            let place = line.map_or_else(|| format!("`{name}`"), |line| format!("`{name}`, line {line},"));
            trouble(format!("{place} cannot be read: {}", finding.message))
        })?;
        if documents.is_empty() {
            return Err(trouble(format!("`{name}` is empty; even a namespace without objects gives a list")));
        }
        documents.into_iter().try_for_each(|document| self.document(name, document.root))
    }

    fn document(&mut self, name: &str, root: Node) -> Result<(), Trouble> {
        let Some(of) = kind(&root).map(str::to_owned) else {
            return Err(trouble(format!("`{name}` holds something that is no Kubernetes object: it has no `kind`")));
        };
        // The API server leaves the kind out of the members of a typed list.
        let Some(of_items) = of.strip_suffix("List") else { return self.object(name, &of, root) };
        let items = root.get("items").ok_or_else(|| trouble(format!("the list in `{name}` has no `items`: it was cut off")))?;
        for item in items.items() {
            let kind = kind(item).unwrap_or(of_items).to_owned();
            self.object(name, &kind, item.clone())?;
        }
        Ok(())
    }

    fn object(&mut self, name: &str, kind: &str, object: Node) -> Result<(), Trouble> {
        let group =
            object.get("apiVersion").and_then(Node::as_str).and_then(|version| version.split_once('/')).map(|(group, _)| group);
        let ours = match kind {
            "CassandraCluster" => group.is_none_or(|group| group == "db.orange.com"),
            "StatefulSet" => group.is_none_or(|group| group == "apps"),
            "ConfigMap" => group.is_none(),
            _ => false,
        };
        if !ours {
            return Ok(());
        }
        let text = |member: &str| object.at(&["metadata", member]).and_then(Node::as_str);
        let (Some(own), Some(Ok(namespace))) = (text("name").map(SmolStr::from), text("namespace").map(Namespace::new)) else {
            return Err(trouble(format!("a {kind} in `{name}` has no name or no namespace")));
        };
        match kind {
            "CassandraCluster" => self.clusters.entry(namespace).or_default().push(object),
            "StatefulSet" => {
                self.any_stateful_set = true;
                if of_a_ring(&object) {
                    self.stateful_sets.entry(namespace).or_default().push(object);
                }
            }
            _ => {
                self.config_maps.entry(namespace).or_default().insert(own, Some(object));
            }
        }
        Ok(())
    }

    fn dump(mut self, about: &About<'_>) -> Dump {
        let notes = self.notes(about);
        let mut names = about.namespaces.clone();
        names.extend(self.clusters.keys().cloned());
        let contents = |namespace: Namespace| {
            let clusters = Answer::Got(self.clusters.remove(&namespace).unwrap_or_default());
            let sets = self.stateful_sets.remove(&namespace).unwrap_or_default();
            let stateful_sets = if self.any_stateful_set { Answer::Got(sets) } else { Answer::NotAsked };
            let config_maps = self.config_maps.remove(&namespace).map_or(Answer::NotAsked, Answer::Got);
            (namespace, Contents { clusters, stateful_sets, config_maps })
        };
        let namespaces = names.into_iter().map(contents).collect();
        Dump { look: look(about, namespaces), notes }
    }

    fn notes(&self, about: &About<'_>) -> Vec<String> {
        let mut notes = Vec::new();
        let unmanaged = |object: &&Node| object.at(&["metadata", "managedFields"]).is_none();
        if self.clusters.values().flatten().any(|object| unmanaged(&object)) {
            notes.push(format!(
                "the dump `{}` was made without `--show-managed-fields`, so that nobody can tell who changed what: `{HOW}`",
                about.path
            ));
        }
        if self.clusters.is_empty() {
            notes.push(format!(
                "the dump `{}` holds no CassandraCluster; make sure that it was made of the right namespaces",
                about.path
            ));
        }
        notes
    }
}

/// Whether a StatefulSet is one of CassKop's.
fn of_a_ring(object: &Node) -> bool {
    let owners = object.at(&["metadata", "ownerReferences"]).map(Node::items).unwrap_or_default();
    let label = object.at(&["metadata", "labels", "app"]).and_then(Node::as_str);
    owners.iter().any(|owner| kind(owner) == Some("CassandraCluster")) || label == Some("cassandracluster")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dump(texts: &[&str]) -> Dump {
        let texts = texts.iter().enumerate().map(|(at, text)| (format!("{at}.yaml"), (*text).to_owned())).collect();
        let namespaces = [Namespace::new("asked").unwrap()].into();
        let cluster = ClusterName::new("eu").unwrap();
        let about = About { cluster: &cluster, path: "dump", at: Timestamp::UNIX_EPOCH, namespaces: &namespaces };
        read(texts, &about, &mut Sources::default())
    }

    fn names(dump: &Dump) -> Vec<String> {
        let contents = dump.look.namespaces.iter().map(|(namespace, contents)| match &contents.clusters {
            Answer::Got(list) => format!(
                "{namespace}: {}",
                list.iter().filter_map(|node| node.at(&["metadata", "name"])?.as_str()).collect::<String>()
            ),
            Answer::Failed(trouble) => format!("{namespace} failed: {}", trouble.message),
            other => format!("{namespace} {other:?}"),
        });
        contents.collect()
    }

    const RING: &str =
        "apiVersion: db.orange.com/v2\nkind: CassandraCluster\nmetadata: {name: a, namespace: ns, managedFields: []}\n";

    #[test]
    fn lists_documents_and_json_are_read_by_namespace() {
        let json = r#"{"apiVersion": "v1", "kind": "List", "items": [
            {"apiVersion": "db.orange.com/v2", "kind": "CassandraCluster", "metadata": {"name": "b", "namespace": "asked", "managedFields": []}},
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "x"}},
            {"apiVersion": "example.com/v1", "kind": "CassandraCluster", "metadata": {"name": "other"}}]}"#;
        let typed = "apiVersion: db.orange.com/v2\nkind: CassandraClusterList\nitems:\n- metadata: {name: c, namespace: typed, managedFields: []}\n";
        let found = dump(&[&format!("{RING}---\n{}", RING.replace("name: a", "name: z")), json, typed]);
        assert_eq!(names(&found), ["asked: b", "ns: az", "typed: c"]);
        assert_eq!(found.notes, Vec::<String>::new());
        assert_eq!(found.look.from, Source::Dump("dump".to_owned()));
    }

    #[test]
    fn what_is_not_in_a_dump_was_not_asked_for() {
        let found = dump(&[RING]);
        assert!(matches!(found.look.namespaces[&Namespace::new("ns").unwrap()].stateful_sets, Answer::NotAsked));
        let foreign = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web, namespace: ns}\n";
        let own = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a-dc1-rack1, namespace: ns, labels: {app: cassandracluster}}\n";
        let found = dump(&[RING, foreign, own]);
        let sets = found.look.namespaces[&Namespace::new("ns").unwrap()].stateful_sets.got().unwrap().len();
        let none = found.look.namespaces[&Namespace::new("asked").unwrap()].stateful_sets.got().unwrap().len();
        assert_eq!((sets, none), (1, 0));
    }

    #[test]
    fn a_dump_without_managed_fields_or_rings_says_so() {
        let without = RING.replace(", managedFields: []", "");
        assert!(dump(&[&without]).notes[0].contains("--show-managed-fields"));
        let none = dump(&["apiVersion: v1\nkind: List\nitems: []\n"]);
        assert_eq!(names(&none), ["asked: "]);
        assert!(none.notes[0].contains("holds no CassandraCluster"));
    }

    #[test]
    fn what_is_no_dump_fails_as_a_whole() {
        for (text, said) in [
            ("", "is empty"),
            ("# nothing\n", "is empty"),
            ("No resources found\n", "no Kubernetes object"),
            ("a: 1\n", "no Kubernetes object"),
            ("apiVersion: v1\nkind: List\n", "cut off"),
            ("kind: [\n", "line 1"),
            ("kind: CassandraCluster\nmetadata: {name: a}\n", "no namespace"),
        ] {
            let found = names(&dump(&[RING, text]));
            assert!(
                matches!(found.as_slice(), [one] if one.starts_with("asked failed") && one.contains(said)),
                "{text:?}: {found:?}"
            );
        }
        assert!(names(&dump(&[]))[0].contains("holds no file"));
    }
}
