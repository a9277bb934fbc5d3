//! The JSON Schemas: the committed files are those that the program makes, they
//! say what CassKop's CRDs say, and they take what the program takes.

#![cfg(test)]
#![allow(clippy::disallowed_methods, reason = "the tests read files of the repository")]

#[path = "../common/mod.rs"]
mod common;

mod crds;
mod fixtures;
mod fleet_keys;

use std::collections::BTreeSet;
use std::path::Path;

use multicasskop::schemas::KINDS;

/// `UPDATE_FIXTURES=1` writes them anew; read the difference before you commit it.
#[test]
fn the_committed_schemas_are_those_that_the_program_makes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let update = std::env::var_os("UPDATE_FIXTURES").is_some();
    for kind in &KINDS {
        let file = folder.join(format!("{}.json", kind.name));
        if update {
            std::fs::write(&file, kind.text()).unwrap();
        }
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(committed == kind.text(), "{} is stale: run this test with UPDATE_FIXTURES=1", file.display());
    }
    let files = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(files, KINDS.len(), "a file in schemas/ belongs to no kind");
}

/// Editors read draft 7, and every reference has to lead somewhere.
#[test]
fn every_schema_is_a_good_one() {
    for kind in &KINDS {
        let schema = kind.schema();
        assert!(jsonschema::meta::is_valid(schema.as_value()), "{}", kind.name);
        assert!(jsonschema::validator_for(schema.as_value()).is_ok(), "{}", kind.name);
        assert_eq!(schema.get("$schema").unwrap(), "http://json-schema.org/draft-07/schema#", "{}", kind.name);
    }
}

/// Validators may refuse a schema with a format that they do not know.
#[test]
fn formats_are_those_that_validators_know() {
    fn walk(schema: &serde_json::Value, found: &mut BTreeSet<String>) {
        match schema {
            serde_json::Value::Object(members) => {
                found.extend(members.get("format").and_then(|format| format.as_str()).map(str::to_owned));
                members.values().for_each(|below| walk(below, found));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|below| walk(below, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    for kind in &KINDS {
        walk(kind.schema().as_value(), &mut found);
    }
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["date-time", "int32", "int64"]);
}

/// A schema that completes a name should also say what it is for.
#[test]
fn every_property_has_a_description() {
    fn walk(at: &str, schema: &serde_json::Value, silent: &mut Vec<String>) {
        let Some(members) = schema.as_object() else { return };
        for (name, property) in members.get("properties").and_then(|properties| properties.as_object()).into_iter().flatten() {
            let said = property.get("description").and_then(|text| text.as_str()).unwrap_or_default();
            if !said.ends_with('.') {
                silent.push(format!("{at}.{name}: {said:?}"));
            }
        }
        members.iter().for_each(|(key, below)| walk(&format!("{at}.{key}"), below, silent));
    }
    for kind in &KINDS {
        let mut silent = Vec::new();
        walk(kind.name, kind.schema().as_value(), &mut silent);
        assert!(silent.is_empty(), "{}", silent.join("\n"));
    }
}
