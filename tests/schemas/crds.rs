//! Schemas against CassKop's own CRDs, in both directions, to the leaves.
//!
//! Compared are types, enums, patterns, minima, defaults, required members and
//! the names of all members. Where we differ on purpose stands in
//! `fixtures/schema-exceptions.json`, with the reason; an exception that nothing
//! needs is an error.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

use multicasskop::schema::{Profile, Release};
use multicasskop::schemas::cassandra_cluster;
use serde_json::{Value as Json, json};

use super::common::folder;

/// The releases whose CRDs are compared; together they cover every profile.
const RELEASES: [&str; 5] = ["1.1.5", "2.2.9", "2.3.1", "2.3.3", "2.3.4"];

struct Exception {
    /// Exactly this place, or what lies below it where it ends with `.*`.
    path: String,
    /// `type`, `enum`, `pattern`, `minimum`, `default`, `required`, `unknown`, `missing here`, `missing there`.
    what: String,
    used: RefCell<bool>,
}

fn exceptions() -> Vec<Exception> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schema-exceptions.json");
    let rows: Vec<Json> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    rows.iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap_or_else(|| panic!("{row} has no {key}")).to_owned();
            assert!(text("reason").len() > 20, "{row}");
            Exception { path: text("path"), what: text("what"), used: RefCell::new(false) }
        })
        .collect()
}

impl Exception {
    fn covers(&self, path: &str, what: &str) -> bool {
        let here = match self.path.strip_suffix(".*") {
            Some(above) => path.strip_prefix(above).is_some_and(|rest| rest.starts_with(['.', '['])),
            None => self.path == path,
        };
        if here && self.what == what {
            *self.used.borrow_mut() = true;
        }
        here && self.what == what
    }
}

struct Comparison<'a> {
    root: &'a Json,
    exceptions: &'a [Exception],
    leaves: usize,
    found: Vec<String>,
}

impl Comparison<'_> {
    fn differs(&mut self, path: &str, what: &str, ours: &Json, theirs: &Json) {
        if !self.exceptions.iter().any(|exception| exception.covers(path, what)) {
            self.found.push(format!("{path}: {what}: here {ours}, in the CRD {theirs}"));
        }
    }

    fn same(&mut self, path: &str, what: &str, ours: &Json, theirs: &Json) {
        if ours != theirs {
            self.differs(path, what, ours, theirs);
        }
    }

    fn compare(&mut self, path: &str, ours: &Json, theirs: &Json) {
        let root = self.root;
        let ours = match ours["$ref"].as_str() {
            Some(reference) => root.pointer(reference.trim_start_matches('#')).expect("a definition"),
            None => ours,
        };
        self.leaves += 1;
        self.same(path, "type", &types(ours), &types(theirs));
        for key in ["pattern", "minimum", "maximum", "default", "minLength", "maxLength", "minItems", "maxItems"] {
            self.same(path, key, &ours[key], &theirs[key]);
        }
        for key in ["enum", "required"] {
            self.same(path, key, &as_set(&ours[key]), &as_set(&theirs[key]));
        }
        self.same(path, "unknown", &keeps_unknown(ours), &keeps_unknown(theirs));
        self.members(path, &ours["properties"], &theirs["properties"]);
        match (&ours["items"], &theirs["items"]) {
            (Json::Null, Json::Null) => {}
            (ours, theirs) => self.compare(&format!("{path}[]"), ours, theirs),
        }
        match (&ours["additionalProperties"], &theirs["additionalProperties"]) {
            (ours @ Json::Object(_), theirs @ Json::Object(_)) => self.compare(&format!("{path}.<key>"), ours, theirs),
            (ours, theirs) if ours.is_object() || theirs.is_object() => self.differs(path, "type", ours, theirs),
            _ => {}
        }
    }

    fn members(&mut self, path: &str, ours: &Json, theirs: &Json) {
        let names = |of: &Json| of.as_object().map(|of| of.keys().cloned().collect::<BTreeSet<_>>()).unwrap_or_default();
        for name in names(ours).union(&names(theirs)) {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            match (ours.get(name), theirs.get(name)) {
                (Some(ours), Some(theirs)) => self.compare(&path, ours, theirs),
                (None, _) => self.differs(&path, "missing here", &Json::Null, &json!("there")),
                (_, None) => self.differs(&path, "missing there", &json!("there"), &Json::Null),
            }
        }
    }
}

/// The types of a value, in order.
fn types(schema: &Json) -> Json {
    if schema["x-kubernetes-int-or-string"] == true {
        return json!(["integer", "string"]);
    }
    let mut types: Vec<&str> = match &schema["type"] {
        Json::String(one) => vec![one],
        several => several.as_array().into_iter().flatten().filter_map(Json::as_str).collect(),
    };
    if schema["nullable"] == true {
        types.push("null");
    }
    types.sort_unstable();
    json!(types)
}

fn as_set(list: &Json) -> Json {
    let mut items: Vec<String> = list.as_array().into_iter().flatten().map(Json::to_string).collect();
    items.sort_unstable();
    json!(items)
}

/// Whether an object may have members that the schema does not know.
fn keeps_unknown(schema: &Json) -> Json {
    let open = schema["x-kubernetes-preserve-unknown-fields"] == true || schema["additionalProperties"] == true;
    json!(open)
}

/// The schema in the CRD of the version that the release stores.
fn crd(upstream: &Path, release: &str, version: &str) -> Json {
    let file = upstream.join("crds").join(release).join("db.orange.com_cassandraclusters.yaml");
    let crd: Json = serde_yaml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let versions = crd["spec"]["versions"].as_array().unwrap();
    let found = versions.iter().find(|one| one["name"] == version).unwrap_or_else(|| panic!("{release} has no {version}"));
    found["schema"]["openAPIV3Schema"].clone()
}

#[test]
fn the_schemas_say_what_the_crds_say() {
    let Some(upstream) = folder("CASSKOP_UPSTREAM") else { return };
    let exceptions = exceptions();
    let (mut found, mut profiles) = (Vec::new(), Vec::new());
    for release in RELEASES {
        let profile = Release::parse(release).unwrap().profile();
        profiles.push(profile);
        let version = profile.api_version().rsplit('/').next().unwrap();
        let ours = cassandra_cluster(profile);
        let mut comparison = Comparison { root: ours.as_value(), exceptions: &exceptions, leaves: 0, found: Vec::new() };
        comparison.compare("", ours.as_value(), &crd(&upstream, release, version));
        assert!(comparison.leaves > 300, "{release}: only {} places were compared", comparison.leaves);
        found.extend(comparison.found.into_iter().map(|line| format!("{release} {line}")));
    }
    assert!(Profile::ALL.iter().all(|profile| profiles.contains(profile)));
    assert!(found.is_empty(), "{} differences:\n{}", found.len(), found.join("\n"));
    let unused: Vec<_> = exceptions.iter().filter(|exception| !*exception.used.borrow()).map(|one| &one.path).collect();
    assert!(unused.is_empty(), "exceptions that nothing needs: {unused:?}");
}
