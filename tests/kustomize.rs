//! `kubectl kustomize` of a rendered directory gives the objects of its files:
//! for names that YAML could take for something else, and for all trees in Git.

#![expect(clippy::disallowed_methods, reason = "the test runs another program")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]
#![expect(clippy::unwrap_used, reason = "a test")]

mod common;

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use multicasskop::emit::{FileKind, RingKey, TreeFile};
use multicasskop::names::{ClusterName, Namespace, RingName};
use multicasskop::write::{Fleet, OutDir, Scope, apply, plan};
use serde::Deserialize as _;
use serde_json::Value;

/// Builds a directory; `None` if there is no `kubectl`.
fn build(directory: &Path) -> Option<String> {
    match Command::new("kubectl").arg("kustomize").arg(directory).output() {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            Some(String::from_utf8(output.stdout).unwrap())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("skipped: kubectl is not installed, so kustomizations are not built");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// The objects of a YAML stream, in no order.
fn objects(stream: &str) -> BTreeSet<String> {
    let documents = serde_yaml::Deserializer::from_str(stream).map(|document| Value::deserialize(document).unwrap());
    documents.map(|object| serde_json_canonicalizer::to_string(&object).unwrap()).collect()
}

#[test]
fn kustomize_gives_the_objects_of_the_files() {
    let directory = tempfile::tempdir().unwrap();
    let cluster = ClusterName::new("k1").unwrap();
    // Names that YAML could take for something else.
    let rings = ["demo", "1e3", "on", "0x10", "a.b", "null"]
        .map(|name| RingKey { namespace: Namespace::new("ns").unwrap(), name: RingName::new(name).unwrap() });
    let mut files = Vec::new();
    for ring in &rings {
        let object = format!(
            "apiVersion: db.orange.com/v2\nkind: CassandraCluster\nmetadata:\n  name: \"{0}\"\n  namespace: ns\nspec:\n  nodesPerRacks: 1\n",
            ring.name
        );
        let seeds = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: \"{0}-seeds\"\n  namespace: ns\ndata:\n  seeds: |\n    a\n    b\n",
            ring.name
        );
        files.push(TreeFile::new(None, &cluster, ring, "r.yaml", FileKind::CassandraCluster, &object));
        files.push(TreeFile::new(None, &cluster, ring, "r.yaml", FileKind::SeedsConfigMap, &seeds));
    }
    let scope = Scope { fleet: Fleet::None, clusters: [cluster].into(), rings: rings.into() };
    let mut out = OutDir::open(directory.path()).unwrap();
    let snapshot = out.read(&scope, &files).unwrap();
    let plan = plan(files.clone(), snapshot, &scope, false).unwrap();
    apply(&plan, &mut out).unwrap();

    let Some(built) = build(&directory.path().join("k1")) else { return };
    let expected: BTreeSet<_> = files.iter().flat_map(|file| objects(&file.text())).collect();
    assert_eq!(expected.len(), 12);
    assert_eq!(objects(&built), expected);
}

#[test]
fn kustomize_gives_the_objects_of_every_tree_in_git() {
    let mut built = 0;
    for case in common::golden() {
        let files = common::tree_of(&case.tree);
        let kustomizations: Vec<_> = files.keys().filter_map(|name| name.strip_suffix("/kustomization.yaml")).collect();
        assert!(!kustomizations.is_empty(), "{}", case.tree.display());
        for cluster in kustomizations {
            let Some(found) = build(&case.tree.join(cluster)) else { return };
            let of_cluster = files.iter().filter(|(name, _)| name.split_once('/').is_some_and(|(folder, _)| folder == cluster));
            let others = of_cluster.filter(|(name, _)| !name.ends_with("/kustomization.yaml"));
            let expected: BTreeSet<_> = others.flat_map(|(_, text)| objects(text)).collect();
            assert!(!expected.is_empty());
            assert_eq!(objects(&found), expected, "{}/{cluster}", case.tree.display());
            built += 1;
        }
    }
    assert!(built >= 15, "{built}");
}
