//! The schema of a MultiCasskop: a base, and an override for each cluster. Pure.

use schemars::Schema;
use serde_json::json;

use super::tables::{Definitions, Form};
use crate::schema::{CASSANDRA_CLUSTER, OBJECT_META, Profile};

/// Its schema, with base and overrides as releases of the profile read them.
pub(super) fn schema(profile: Profile) -> Schema {
    let (version, versions) = match profile {
        Profile::V1_1_5 => ("v1alpha1", &["db.orange.com/v1alpha1"][..]),
        _ => ("v2", &["db.orange.com/v2", "db.orange.com/v1"][..]),
    };
    let mut definitions = Definitions::new(profile);
    let metadata = definitions.refer(&OBJECT_META, Form::Whole);
    let base = definitions.refer(&CASSANDRA_CLUSTER, Form::Whole);
    let over = definitions.refer(&CASSANDRA_CLUSTER, Form::Patch);
    let mut schema = super::head(
        &format!("MultiCasskop ({version})"),
        "A Cassandra ring over several Kubernetes clusters: what all clusters share, and what differs in each.",
    );
    let object = json!({
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "additionalProperties": false,
        "properties": {
            "apiVersion": { "description": "Which fields `base` and `override` may have.", "type": "string", "enum": versions },
            "kind": { "description": "`MultiCasskop`.", "type": "string", "enum": ["MultiCasskop"] },
            "metadata": described(metadata, "Its own name and namespace. The ring is called by `spec.base.metadata.name`."),
            "spec": {
                "description": "The ring.",
                "type": "object",
                "required": ["base", "override"],
                "additionalProperties": false,
                "properties": {
                    "deleteCassandraCluster": {
                        "description": "Whether Multi-CassKop deletes the CassandraClusters with this object. Has no effect here, where nothing is ever deleted by itself; take it out.",
                        "type": "boolean",
                    },
                    "base": described(base, "The CassandraCluster as it is in all clusters, unless an override says otherwise. Nothing is required here that all overrides have."),
                    "override": {
                        "description": "What differs, by cluster; a key is the cluster's name in the fleet file. A cluster without a key does not have the ring. With `merge-patch` an object is merged member by member, a list replaces the base's whole list, and `null` takes a value away; with `operator` also `false`, `0`, `\"\"` and `null` are ignored.",
                        "type": "object",
                        "additionalProperties": described(over, "The fields that differ in this cluster; `{}` for none."),
                    },
                },
            },
            "status": { "description": "Written by Multi-CassKop; ignored.", "type": "object" },
        },
    });
    if let serde_json::Value::Object(members) = object {
        schema.ensure_object().extend(members);
    }
    definitions.finish(&mut schema);
    schema
}

/// A reference with a description of its own; editors show it in place of the type's.
fn described(reference: serde_json::Value, text: &str) -> serde_json::Value {
    let mut schema = json!({ "description": text });
    if let (Some(schema), serde_json::Value::Object(reference)) = (schema.as_object_mut(), reference) {
        schema.extend(reference);
    }
    schema
}
