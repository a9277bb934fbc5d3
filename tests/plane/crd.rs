//! The CRD of CassandraClusters, made from the project's own type tables, so that
//! tests with a real API server need nobody else's files.
//!
//! `tests/api_server/` keeps it in `fixtures/crd/`.

use multicasskop::schema::{
    CASSANDRA_CLUSTER, CASSANDRA_CLUSTER_SPEC, Constant, Field, OBJECT_META, Profile, Struct, Ty, TypeSet,
};
use serde_json::{Map, Value, json};

/// What a quantity looks like (docs/facts.md, Quantities).
const QUANTITY: &str =
    r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";

/// The CRD of the releases of a profile.
pub(crate) fn crd(profile: Profile) -> Value {
    let (group, version) = profile.api_version().split_once('/').expect("group/version");
    let mut served = json!({
        "name": version,
        "served": true,
        "storage": true,
        "schema": {"openAPIV3Schema": structure(&CASSANDRA_CLUSTER, profile.types())},
    });
    if profile.status_subresource() {
        served["subresources"] = json!({"status": {}});
    }
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("cassandraclusters.{group}")},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {
                "kind": "CassandraCluster",
                "listKind": "CassandraClusterList",
                "plural": "cassandraclusters",
                "singular": "cassandracluster",
            },
            "versions": [served],
        },
    })
}

/// The same without, or with, the status subresource.
pub(crate) fn with_status_subresource(mut crd: Value, with: bool) -> Value {
    for version in crd["spec"]["versions"].as_array_mut().expect("versions") {
        let version = version.as_object_mut().expect("an object");
        version.remove("subresources");
        if with {
            version.insert("subresources".to_owned(), json!({"status": {}}));
        }
    }
    crd
}

fn structure(of: &'static Struct, types: TypeSet) -> Value {
    // The API server knows metadata itself, and allows no schema for it.
    if *of == OBJECT_META {
        return json!({"type": "object"});
    }
    let mut schema = json!({"type": "object"});
    let fields = || of.fields(types);
    let required: Vec<_> = fields().filter(|field| field.required).map(|field| field.name).collect();
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema["properties"] = fields().map(|field| (field.name.to_owned(), member(field, types))).collect::<Map<_, _>>().into();
    if *of == CASSANDRA_CLUSTER_SPEC && types.profile.keeps_unknown() {
        schema["x-kubernetes-preserve-unknown-fields"] = json!(true);
    }
    schema
}

fn member(field: &Field, types: TypeSet) -> Value {
    let mut schema = of_type(&field.ty, types);
    if let Some(default) = field.default_in(types.profile) {
        schema["default"] = match default {
            Constant::Text(text) => json!(text),
            Constant::Int(number) => json!(number),
            Constant::Bool(flag) => json!(flag),
        };
    }
    if let Some(minimum) = field.minimum {
        schema["minimum"] = json!(minimum);
    }
    if let Some(pattern) = field.pattern {
        schema["pattern"] = json!(pattern.as_str());
    }
    if !field.allowed.is_empty() {
        schema["enum"] = json!(field.allowed);
    }
    if let Some((_, keys)) = field.keys.filter(|(since, _)| *since <= types.profile) {
        schema["x-kubernetes-list-type"] = json!("map");
        schema["x-kubernetes-list-map-keys"] = json!(keys);
    }
    schema
}

fn of_type(ty: &Ty, types: TypeSet) -> Value {
    match ty {
        Ty::Text => json!({"type": "string"}),
        Ty::Bool => json!({"type": "boolean"}),
        Ty::Int32 => json!({"type": "integer", "format": "int32"}),
        Ty::Int64 => json!({"type": "integer", "format": "int64"}),
        Ty::IntOrString => json!({"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": true}),
        Ty::Quantity => {
            json!({"anyOf": [{"type": "integer"}, {"type": "string"}], "pattern": QUANTITY, "x-kubernetes-int-or-string": true})
        }
        Ty::Raw => json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true}),
        Ty::Time => json!({"type": "string", "format": "date-time"}),
        Ty::List(item) => json!({"type": "array", "items": of_type(item, types)}),
        Ty::Map(item) => json!({"type": "object", "additionalProperties": of_type(item, types)}),
        Ty::Struct(of) => structure(of, types),
    }
}
