//! The laws of the comparison: an object does not differ from itself, and any
//! single change is found, exactly there.

#![cfg(test)]

mod common;
mod drift;
mod typed;

use common::golden;
use drift::{found, hash_of, look, report, settled, wanted};
use multicasskop::check::Class;
use multicasskop::default::canonical;
use multicasskop::emit::FileKind;
use multicasskop::order::CONTENT_HASH;
use multicasskop::schema::{CASSANDRA_CLUSTER_SPEC, Profile, Release, Ty};
use multicasskop::source::Sources;
use multicasskop::tree::Node;
use multicasskop::yaml::{Budget, compose};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn release(text: &str) -> Release {
    Release::parse(text).unwrap()
}

/// A random object as the renderer would write it.
fn rendered() -> impl Strategy<Value = (Release, Json)> {
    let of = |text| {
        let release = release(text);
        typed::spec(release.profile().types()).prop_filter_map("the CRD refuses it", move |spec| {
            let object = json!({
                "apiVersion": release.profile().api_version(), "kind": "CassandraCluster",
                "metadata": {"name": "ring", "namespace": "ns", "annotations": {}}, "spec": spec,
            });
            let once = canonical(&Node::from(&object), release).ok()?;
            let form = if once.stable_when_recreated { once } else { canonical(&once.object, release).ok()? };
            let mut object = object;
            object["spec"] = serde_json::to_value(form.object.get("spec").unwrap()).unwrap();
            let spec = object["spec"].as_object_mut().unwrap();
            spec.remove("unlockNextOperation");
            for dc in spec["topology"]["dc"].as_array_mut().unwrap() {
                dc["rack"]
                    .as_array_mut()
                    .unwrap()
                    .iter_mut()
                    .for_each(|rack| drop(rack.as_object_mut().unwrap().remove("rollingRestart")));
            }
            // Two data centres of one name are never rendered.
            object["metadata"]["annotations"][CONTENT_HASH] = hash_of(&object, release).into();
            Some((release, object))
        })
    };
    prop_oneof![of("1.1.5"), of("2.2.9"), of("2.3.1"), of("2.3.4")]
}

/// Pointers to the leaves of a spec, with the path that a report names them by.
fn leaves(value: &Json, pointer: &str, path: &str, out: &mut Vec<(String, String)>) {
    match value {
        Json::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                let plain =
                    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
                let path = if plain { format!("{path}.{key}") } else { format!("{path}[{key}]") };
                let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                leaves(value, &pointer, &path, out);
            }
        }
        Json::Array(items) if !items.is_empty() => {
            for (at, value) in items.iter().enumerate() {
                leaves(value, &format!("{pointer}/{at}"), &format!("{path}[{at}]"), out);
            }
        }
        _ => out.push((pointer.to_owned(), path.to_owned())),
    }
}

/// Another value of the same kind that no default, zero value or notation hides.
fn other(value: &Json) -> Option<Json> {
    Some(match value {
        Json::Bool(false) => json!(true),
        Json::Number(number) => json!(if number.as_i64() == Some(7) { 8 } else { 7 }),
        // Amounts, patterns and enums take this one too, except where the caller looks away.
        Json::String(text) => json!(if text == "77" { "78" } else { "77" }),
        _ => return None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn an_object_does_not_differ_from_itself((release, object) in rendered()) {
        let wanted = wanted(&object, release);
        let same = report(&[&wanted], &[], &look(&[settled(&object, release)]), &[]);
        prop_assert_eq!(found(&same), []);
        prop_assert_eq!(same.exit().code(), 0);
        prop_assert!(same.clusters[0].rings[0].effects.is_empty());
        // Just applied: CassKop has not been there, and nothing else is to be said.
        let fresh = report(&[&wanted], &[], &look(std::slice::from_ref(&object)), &[]);
        prop_assert_eq!(found(&fresh), [("spec".to_owned(), Class::NotProcessed)]);
    }

    #[test]
    fn a_single_changed_leaf_is_found_there((release, object) in rendered(), which: prop::sample::Index) {
        let mut all = Vec::new();
        leaves(&object["spec"], "", "spec", &mut all);
        // Elements with keys change places with their key, and a key is no leaf of its own.
        all.retain(|(_, path)| !path.ends_with(".serverType"));
        prop_assume!(!all.is_empty());
        let (pointer, path) = which.get(&all).clone();
        let mut live = settled(&object, release);
        let place = live["spec"].pointer_mut(&pointer).unwrap();
        let Some(changed) = other(place) else { return Ok(()) };
        *place = changed;
        let report = report(&[&wanted(&object, release)], &[], &look(&[live]), &[]);
        let paths: Vec<_> = found(&report).into_iter().map(|(path, _)| path).collect();
        if report.clusters[0].not_checked.is_empty() {
            prop_assert_eq!(paths, [path]);
        }
        prop_assert!(report.exit().code() > 0);
    }

    #[test]
    fn a_value_that_is_gone_is_found((release, object) in rendered(), which: prop::sample::Index) {
        let mut live = settled(&object, release);
        let spec = live["spec"].as_object_mut().unwrap();
        let names: Vec<_> = spec.keys().cloned().collect();
        let name = which.get(&names).clone();
        spec.remove(&name);
        let mut before = canonical_spec(&object, release);
        let after = running_spec(&live, release);
        before.as_object_mut().unwrap().remove("unlockNextOperation");
        let report = report(&[&wanted(&object, release)], &[], &look(&[live]), &[]);
        let paths: Vec<_> = found(&report).into_iter().map(|(path, _)| path).collect();
        if before == after {
            prop_assert_eq!(paths, Vec::<String>::new(), "{}", name);
        } else {
            prop_assert!(!paths.is_empty() && paths.iter().all(|path| path.starts_with(&format!("spec.{name}"))), "{}: {:?}", name, paths);
        }
    }
}

fn canonical_spec(object: &Json, release: Release) -> Json {
    serde_json::to_value(canonical(&Node::from(object), release).unwrap().object.get("spec").unwrap()).unwrap()
}

fn running_spec(object: &Json, release: Release) -> Json {
    let form = multicasskop::default::running(&Node::from(object), release).unwrap();
    serde_json::to_value(form.object.get("spec").unwrap()).unwrap()
}

#[test]
fn every_rendered_tree_agrees_with_what_it_becomes() {
    let mut compared = 0;
    for case in golden() {
        let rendered = case.texts().render();
        for summary in &rendered.rings {
            for place in &summary.places {
                let file = rendered.files.iter().find(|file| {
                    file.kind() == FileKind::CassandraCluster
                        && file.path().cluster == place.cluster
                        && file.ring().name == summary.ring
                });
                let Some(file) = file else { continue };
                let mut sources = Sources::default();
                let id = sources.add("file.yaml", file.body());
                let documents = compose(&sources, id, &mut Budget::default()).unwrap();
                let object = serde_json::to_value(&documents[0].root).unwrap();
                let release = place.versions.from;
                let mut wanted = wanted(&object, release);
                wanted.object = documents[0].root.clone();
                wanted.versions = place.versions;
                let mut live = settled(&object, release);
                if object["status"].is_null() {
                    live["status"]["seedlist"] = json!(drift_seeds(&object));
                }
                let report = report(&[&wanted], &[], &look(&[live]), &[]);
                assert_eq!(found(&report), [], "{}", file.path());
                assert_eq!(report.exit().code(), 0, "{:?}", report.clusters);
                compared += 1;
            }
        }
    }
    assert!(compared >= 10, "{compared}");
}

/// The seeds of a variable, so that status and variable agree.
fn drift_seeds(object: &Json) -> Vec<&str> {
    let variables = object["spec"]["backRestSidecar"]["envVars"].as_array();
    let seeds = variables.into_iter().flatten().find(|one| one["name"] == "CASSANDRA_SEEDS");
    seeds.and_then(|one| one["value"].as_str()).map(|list| list.split(',').collect()).unwrap_or_default()
}

/// A test that walks the leaves is worth nothing if the types have none.
#[test]
fn the_types_have_leaves() {
    let leaf = |ty: &Ty| !matches!(ty, Ty::Struct(_) | Ty::List(_) | Ty::Map(_) | Ty::Raw);
    let types = Profile::NEWEST.types();
    assert!(CASSANDRA_CLUSTER_SPEC.fields(types).filter(|field| leaf(&field.ty)).count() > 30);
}
