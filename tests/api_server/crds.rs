//! The CRDs that the tests install: those of `fixtures/crd`, made from the type
//! tables (`UPDATE_FIXTURES=1` rewrites them), say what `CassKop`'s own say, which
//! lie where `CASSKOP_UPSTREAM` names them.

use std::fs;
use std::path::{Path, PathBuf};

use multicasskop::schema::Profile;
use multicasskop::tree::{self, Node};
use serde_json::Value;

use crate::common::{folder, repository};
use crate::plane::{crd, documents};

const NAMES: [(Profile, &str); 4] =
    [(Profile::V1_1_5, "1.1.5"), (Profile::V2_2_9, "2.2.9"), (Profile::V2_3_1, "2.3.1"), (Profile::V2_3_4, "2.3.4")];

/// The CRD that the type tables give, and where it lies in Git.
pub(crate) fn own_crds() -> impl Iterator<Item = (PathBuf, Profile, Value)> {
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

/// `CassKop`'s own CRDs.
pub(crate) fn upstream_crds(upstream: &Path) -> Vec<(Profile, Value)> {
    let read = |name: &str| {
        let path = upstream.join("crds").join(name).join("db.orange.com_cassandraclusters.yaml");
        documents(name, &fs::read_to_string(path).unwrap()).remove(0)
    };
    NAMES.into_iter().map(|(profile, name)| (profile, read(name))).collect()
}
