//! What a real API server makes of the rendered trees: applied in both ways of
//! kubectl, each object reads back as it was rendered, and again after `CassKop`
//! has written it back with its own types.
//!
//! The CRDs are those of `fixtures/crd`, made from the type tables
//! (`UPDATE_FIXTURES=1` rewrites them), and `CassKop`'s own where
//! `CASSKOP_UPSTREAM` names them.

use std::fs;
use std::path::{Path, PathBuf};

use multicasskop::default::{canonical, without_live_members};
use multicasskop::schema::{CASSANDRA_CLUSTER, Profile, Release, Strictness, Versions, decode, encode};
use multicasskop::tree::{self, Node};
use serde_json::{Value, json};

use crate::common::{folder, golden, repository, tree_of};
use crate::plane::{Cluster, Plane, Way, crd, documents};

const NAMES: [(Profile, &str); 4] =
    [(Profile::V1_1_5, "1.1.5"), (Profile::V2_2_9, "2.2.9"), (Profile::V2_3_1, "2.3.1"), (Profile::V2_3_4, "2.3.4")];

/// The CRD that the type tables give, and where it lies in Git.
fn own_crds() -> impl Iterator<Item = (PathBuf, Profile, Value)> {
    NAMES.into_iter().map(|(profile, name)| (repository(&format!("fixtures/crd/{name}.yaml")), profile, crd::crd(profile)))
}

#[test]
fn the_crds_in_git_are_those_of_the_type_tables() {
    for (path, _, crd) in own_crds() {
        let text =
            format!("# Made from src/schema by tests/plane/crd.rs. Do not edit.\n{}", serde_yaml::to_string(&crd).unwrap());
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert!(found == text, "{}: run the test with UPDATE_FIXTURES=1, and read the difference", path.display());
    }
}

/// A schema without what changes nothing of what is stored: texts, formats, and
/// whether a list or map is merged as a whole.
fn without_words(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            // A member of `properties` may have any name, also one of those.
            let is_schema = !members.values().all(Value::is_object) || members.is_empty();
            let words = |name: &str, value: &Value| {
                is_schema && (["description", "format", "x-kubernetes-map-type"].contains(&name) || value == "atomic")
            };
            let kept = members.iter().filter(|(name, value)| !words(name, value));
            kept.map(|(name, value)| (name.clone(), without_words(value))).collect::<serde_json::Map<_, _>>().into()
        }
        Value::Array(items) => {
            let mut items: Vec<_> = items.iter().map(without_words).collect();
            items.sort_by_key(ToString::to_string);
            items.into()
        }
        other => other.clone(),
    }
}

/// Members of the status that the profile of 2.3.0 to 2.3.2 has for its last
/// release only, and the CRD that we compare with is that of 2.3.1.
fn is_of_2_3_2(profile: Profile, path: &str) -> bool {
    let members = [".initializingSubPhase", ".statefulSetSnapshotBeforeStorageResize"];
    profile == Profile::V2_3_1 && path.contains(".status.") && members.iter().any(|member| path.ends_with(member))
}

#[test]
fn the_crds_say_what_casskops_own_say() {
    let Some(upstream) = folder("CASSKOP_UPSTREAM") else { return };
    for ((_, profile, ours), (_, theirs)) in own_crds().zip(upstream_crds(&upstream)) {
        let [ours, theirs] = [ours, theirs].map(|crd| Node::from(&without_words(&crd["spec"]["versions"])));
        let json = |node: Option<&Node>| serde_json::to_string(&node).unwrap();
        let found = tree::differences(&ours, &theirs);
        let found = found.iter().filter(|one| !is_of_2_3_2(profile, one.path.as_str()));
        let found = found.map(|one| format!("{}: {} and {}", one.path.as_str(), json(one.left), json(one.right)));
        assert_eq!(found.collect::<Vec<_>>(), [""; 0], "{profile:?}");
    }
}

/// A rendered object and the releases that it is rendered for.
struct Rendered {
    file: PathBuf,
    object: Value,
    versions: Versions,
}

/// All objects of all trees in Git.
fn rendered() -> Vec<Rendered> {
    let mut all = Vec::new();
    for case in golden() {
        let fleet = case.texts().fleet.expect("a case has a fleet");
        for cluster in fleet.clusters.iter() {
            let versions = fleet.versions(cluster).map_or(Versions::one(Release::NEWEST), |found| found.value);
            let folder = case.tree.join(cluster.name.as_str());
            for (name, text) in tree_of(&folder).into_iter().filter(|(name, _)| name != "kustomization.yaml") {
                let objects = documents(&name, &text).into_iter();
                all.extend(objects.map(|object| Rendered { file: folder.join(&name), object, versions }));
            }
        }
    }
    assert!(all.len() >= 30, "only {} objects were found", all.len());
    all
}

/// Where the live object differs from the rendered one, for people, but for the
/// status. Nothing is taken for equal but by the library: both are brought into the
/// canonical form of the release that looks after them, which during an upgrade may
/// not be the one that was rendered for.
fn differences(rendered: &Value, live: &Value, release: Release) -> Vec<String> {
    let normal = |object: &Value| {
        let mut node = Node::from(object);
        without_live_members(&mut node);
        if node.get("kind").and_then(Node::as_str) == Some("CassandraCluster") {
            node = canonical(&node, release).unwrap_or_else(|refused| panic!("{refused:?}")).object;
        }
        node
    };
    let (rendered, live) = (normal(rendered), normal(live));
    let json = |node: Option<&Node>| serde_json::to_string(&node).unwrap();
    let found = tree::differences(&rendered, &live);
    found.iter().map(|one| format!("{}: {} and {}", one.path.as_str(), json(one.left), json(one.right))).collect()
}

/// What `CassKop` sends when it updates the object: its own types, all filled in,
/// with its annotation and a status.
fn typed_form(live: &Value, release: Release) -> Value {
    let types = release.profile().types();
    let canonical = canonical(&Node::from(live), release).unwrap().object;
    let decoded = decode(&canonical, &CASSANDRA_CLUSTER, types, Strictness::Go).node;
    let mut sent = serde_json::to_value(encode(decoded, &CASSANDRA_CLUSTER, types)).unwrap();
    let applied = json!({"metadata": {"name": live["metadata"]["name"]}, "spec": sent["spec"]});
    sent["metadata"]["annotations"]["cassandraclusters.db.orange.com/last-applied-configuration"] = json!(applied.to_string());
    sent["status"] = live.get("status").cloned().unwrap_or_else(|| json!({}));
    sent["status"]["phase"] = json!("Running");
    sent
}

/// Applies one object in one way, in a namespace of its own, and looks at it after each step.
fn check(cluster: &Cluster, one: &Rendered, release: Release, way: Way) {
    let mut object = one.object.clone();
    object["metadata"]["namespace"] = json!(cluster.namespace("case"));
    let same = |step: &str| {
        let live = cluster.get(&object).unwrap();
        let found = differences(&object, &live, release);
        assert!(found.is_empty(), "{} {release} {way:?}, {step}:\n{}", one.file.display(), found.join("\n"));
        live
    };
    let manager = if way == Way::ClientSide { "kubectl-client-side-apply" } else { "kubectl" };
    cluster.apply(&object, way, manager);
    let first = same("applied");
    if object["kind"] == "CassandraCluster" {
        // Seeds that go by status are rendered where the API server keeps a status in a manifest.
        let kept = if release.profile().status_subresource() { &Value::Null } else { &object["status"] };
        assert_eq!(first.get("status").unwrap_or(&Value::Null), kept, "{} {release} {way:?}", one.file.display());
        let typed = typed_form(&first, release);
        cluster.put(&typed, "casskop");
        if release.profile().status_subresource() {
            cluster.put_status(&typed, "casskop");
        }
        let second = same("written back by CassKop");
        assert_eq!(second["status"]["phase"], "Running");
        cluster.apply(&object, way, manager);
        let third = same("applied again");
        if release.profile().status_subresource() {
            let generation = |live: &Value| live["metadata"]["generation"].as_i64();
            assert_eq!(generation(&first), generation(&third), "{} {release} {way:?}", one.file.display());
        }
    }
}

/// All objects with the CRDs, one CRD after the other.
fn check_all(plane: &'static Plane, crds: &[(Profile, Value)], all: &[Rendered]) -> usize {
    let cluster = plane.start();
    let mut checked = 0;
    for (profile, crd) in crds {
        cluster.install(crd);
        for one in all {
            let of_profile = one.versions.each().filter(|release| release.profile() == *profile);
            for release in of_profile {
                for way in [Way::ServerSide, Way::ClientSide] {
                    check(&cluster, one, release, way);
                    checked += 1;
                }
            }
        }
    }
    checked
}

fn upstream_crds(upstream: &Path) -> Vec<(Profile, Value)> {
    let read = |name: &str| {
        let path = upstream.join("crds").join(name).join("db.orange.com_cassandraclusters.yaml");
        documents(name, &fs::read_to_string(path).unwrap()).remove(0)
    };
    NAMES.into_iter().map(|(profile, name)| (profile, read(name))).collect()
}

#[test]
fn every_rendered_object_reads_back_as_it_was_rendered() {
    let Some(plane) = Plane::find() else { return };
    let all = rendered();
    let own: Vec<_> = own_crds().map(|(_, profile, crd)| (profile, crd)).collect();
    let upstream = folder("CASSKOP_UPSTREAM").map(|folder| upstream_crds(&folder));
    std::thread::scope(|scope| {
        let sets = [Some(own), upstream].into_iter().flatten();
        let checks: Vec<_> = sets.map(|crds| scope.spawn(|| (check_all(plane, &crds, &all), crds).0)).collect();
        for check in checks {
            let checked = check.join().unwrap();
            assert!(checked >= 2 * all.len(), "only {checked} checks of {} objects", all.len());
        }
    });
}
