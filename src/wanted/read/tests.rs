//! Tests of reading a tree back.

use super::*;
use crate::emit::{FileKind, FileName, RingKey, TreeFile};
use crate::names::{Namespace, RingName};
use crate::order::content_hash;
use crate::schema::Release;
use crate::tree::Node;

fn name(text: &str) -> ClusterName {
    ClusterName::new(text).unwrap()
}

fn ring() -> RingKey {
    RingKey { namespace: Namespace::new("ns").unwrap(), name: RingName::new("demo").unwrap() }
}

/// A rendered CassandraCluster, with its wave as YAML.
fn object(wave: &str) -> String {
    let hash = content_hash(&Node::from(&serde_json::json!({"nodesPerRacks": 1})), None);
    format!(
        "apiVersion: db.orange.com/v2\nkind: CassandraCluster\nmetadata:\n  name: demo\n  namespace: ns\n  annotations:\n    \
         argocd.argoproj.io/sync-wave: {wave}\n    multicasskop.dev/content-hash: {hash}\nspec:\n  nodesPerRacks: 1\n"
    )
}

fn file(fleet: Option<&str>, cluster: &str, body: &str) -> (TreePath, String) {
    let file = TreeFile::new(fleet, &name(cluster), &ring(), "ring.yaml", FileKind::CassandraCluster, body);
    (file.path().clone(), file.text())
}

fn fleet(text: &str) -> Fleet {
    let mut sources = Sources::default();
    let head = "apiVersion: multicasskop.dev/v1alpha1\nkind: Fleet\nmetadata: {name: prod}\n";
    let id = sources.add("fleet.yaml", format!("{head}{text}"));
    let documents = crate::yaml::compose(&sources, id, &mut crate::yaml::Budget::default()).unwrap();
    crate::fleet::read(&documents[0], &sources).unwrap()
}

/// What is found, and how many rings there are.
fn found(files: Vec<(TreePath, String)>, fleet: Option<&Fleet>) -> (Vec<String>, usize) {
    let tree = read(files, "out", fleet, &mut Sources::default());
    assert!(tree.findings.iter().all(|finding| finding.severity == crate::finding::Severity::Info || !finding.fix.is_empty()));
    let said = tree.findings.iter().map(|finding| format!("{:?} {}", finding.exit(), finding.message)).collect();
    (said, tree.rings.len())
}

#[test]
fn a_rendered_file_is_read_with_wave_hash_version_and_places() {
    let fleet = fleet("clusters: [{name: eu, casskopVersion: 2.2.9}, {name: us}]\n");
    let mut sources = Sources::default();
    let tree = read(
        vec![file(Some("prod"), "eu", &object("\"10\"")), file(None, "us", &object("'20'"))],
        "out",
        Some(&fleet),
        &mut sources,
    );
    assert_eq!(tree.findings, []);
    let [eu, us] = tree.rings.as_slice() else { panic!("{tree:?}") };
    assert_eq!((eu.wave, us.wave), (10, 20));
    assert_eq!((eu.versions.from, us.versions.from), (Release::parse("2.2.9").unwrap(), Release::NEWEST));
    assert!(eu.intact && eu.hash.as_deref().unwrap().starts_with("sha256:"));
    let place = sources.position(eu.object.at(&["spec", "nodesPerRacks"]).and_then(Node::span).unwrap());
    assert_eq!(place.to_string(), "out/eu/demo.yaml:13:18");
}

#[test]
fn an_edit_is_found_whether_or_not_it_changes_the_spec() {
    let (path, text) = file(None, "eu", &object("\"0\""));
    let edit = |from: &str, to: &str| {
        let tree = read(vec![(path.clone(), text.replace(from, to))], "out", None, &mut Sources::default());
        (tree.rings[0].intact, tree.findings[0].message.clone(), tree.findings[0].why.contains("content hash"))
    };
    let said = "`out/eu/demo.yaml` was edited since it was rendered".to_owned();
    assert_eq!(edit("Racks: 1", "Racks: 2"), (false, said.clone(), true));
    assert_eq!(edit("spec:", "spec: # mine"), (false, said, false));
}

#[test]
fn a_hash_that_is_not_that_of_the_spec_is_found_under_a_right_digest() {
    let tree =
        read(vec![file(None, "eu", &object("\"0\"").replace("Racks: 1", "Racks: 2"))], "out", None, &mut Sources::default());
    assert!(!tree.rings[0].intact && tree.findings[0].why.contains("is not that of its spec"), "{tree:?}");
    let hashless = object("\"0\"").split_inclusive('\n').filter(|line| !line.contains("hash")).collect::<String>();
    let tree = read(vec![file(None, "eu", &hashless)], "out", None, &mut Sources::default());
    assert!(!tree.rings[0].intact && tree.findings[0].why.contains("carries no content hash"), "{tree:?}");
}

#[test]
fn what_cannot_be_used_is_an_error_that_names_the_cluster() {
    let moved = || {
        let (path, text) = file(None, "eu", &object("\"0\""));
        (TreePath { cluster: name("us"), ..path }, text)
    };
    let renamed = || {
        let (path, text) = file(None, "eu", &object("\"0\""));
        (TreePath { file: FileName::listed("other.yaml").unwrap(), ..path }, text)
    };
    let conflict = || {
        let (path, text) = file(None, "eu", &object("\"0\""));
        (path, text.replace("spec:", "<<<<<<< a\n=======\n>>>>>>> b\nspec:"))
    };
    let cases = [
        (moved(), "belongs to ring `ns/demo` in cluster `eu`"),
        (renamed(), "belongs to ring `ns/demo` in cluster `eu`"),
        (conflict(), "conflict markers"),
        (file(None, "eu", "a: [\n"), "cannot be read"),
        (file(None, "eu", &object("0")), "does not say its wave"),
        (file(None, "eu", &object("\"first\"")), "does not say its wave"),
        (file(None, "eu", &format!("{}---\na: 1\n", object("\"0\""))), "does not hold one object"),
        (file(None, "eu", &object("\"0\"").replace("namespace: ns", "namespace: other")), "is not what its header says"),
        (file(None, "eu", &object("\"0\"").replace("CassandraCluster", "Secret")), "is not what its header says"),
        (file(None, "eu", &object("\"0\"").replace("spec:\n  nodesPerRacks: 1", "spec: 1")), "has no `spec`"),
    ];
    for ((path, text), expected) in cases {
        let cluster = path.cluster.clone();
        let tree = read(vec![(path, text)], "out", None, &mut Sources::default());
        assert!(tree.rings.is_empty() && !tree.knows(&cluster), "{tree:?}");
        assert!(tree.findings[0].message.contains(expected), "{}", tree.findings[0].message);
    }
}

#[test]
fn clusters_that_the_fleet_does_not_have_or_has_retired_are_found() {
    let fleet = fleet("clusters: [{name: eu, state: retired}, {name: us}]\n");
    let files = || ["eu", "us", "xx"].map(|cluster| file(Some("prod"), cluster, &object("\"0\""))).to_vec();
    let (said, rings) = found(files(), Some(&fleet));
    assert_eq!(rings, 1);
    assert_eq!(
        said,
        [
            "Clean `out/eu/demo.yaml` is left over: the cluster `eu` is retired",
            "BadInput the fleet has no cluster `xx`, but there are rendered files for it: `out/xx/demo.yaml`",
        ]
    );
}

#[test]
fn files_of_others_are_named() {
    let fleet = fleet("clusters: [{name: eu}]\n");
    let own = |file: &str, text: &str| (TreePath { cluster: name("eu"), file: FileName::listed(file).unwrap() }, text.to_owned());
    let files =
        vec![file(Some("test"), "eu", &object("\"0\"")), own("a.yaml", "a: 1\n"), own("b.yaml", "kind: CassandraCluster\n")];
    let (said, rings) = found(files, Some(&fleet));
    assert_eq!(rings, 0);
    assert_eq!(
        said,
        [
            "Clean `out/eu/demo.yaml` belongs to the fleet `test` and is not looked at",
            "Clean `out/eu/a.yaml` is not a rendered file and is not looked at",
            "Clean `out/eu/b.yaml` holds a CassandraCluster, but was not rendered",
        ]
    );
}

#[test]
fn without_a_fleet_the_clusters_are_in_the_order_of_their_waves() {
    let files = [("b", "\"0\""), ("a", "\"10\""), ("c", "\"0\""), ("0-broken", "0")]
        .map(|(cluster, wave)| file(None, cluster, &object(wave)));
    let tree = read(files.to_vec(), "out", None, &mut Sources::default());
    let clusters = clusters(&tree).unwrap();
    let order: Vec<_> = clusters.with_waves().map(|(cluster, wave)| format!("{} {wave}", cluster.name)).collect();
    assert_eq!(order, ["b 0", "c 0", "a 10", "0-broken 20"]);
}
