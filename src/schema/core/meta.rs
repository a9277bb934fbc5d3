//! `metadata` of an object.
//!
//! Fields, types and `omitempty` as in `k8s.io/apimachinery` 0.18.2 to 0.31.0.
//! Tables only.

use super::super::types::{Field, Struct, Ty};

/// Kubernetes `ObjectMeta`.
pub static OBJECT_META: Struct = Struct {
    name: "ObjectMeta",
    fields: &[
        Field::new("name", Ty::Text, "Name of the ring: of all its objects, and Cassandra's cluster name. A DNS-1035 label."),
        Field::new("generateName", Ty::Text, "Prefix of a name made by the API server; of no use here."),
        Field::new("namespace", Ty::Text, "Namespace of the object."),
        Field::new("selfLink", Ty::Text, "Set by old API servers."),
        Field::new("uid", Ty::Text, "Set by the API server."),
        Field::new("resourceVersion", Ty::Text, "Set by the API server."),
        Field::new("generation", Ty::Int64, "Set by the API server."),
        Field::new("creationTimestamp", Ty::Time, "Set by the API server.").always(),
        Field::new("deletionTimestamp", Ty::Time, "Set by the API server.").pointer(),
        Field::new("deletionGracePeriodSeconds", Ty::Int64, "Set by the API server.").pointer(),
        Field::new("labels", Ty::Map(&Ty::Text), "Labels. CassKop puts them into selectors, which can never be changed."),
        Field::new("annotations", Ty::Map(&Ty::Text), "Annotations."),
        Field::new("ownerReferences", Ty::List(&Ty::Struct(&OWNER_REFERENCE)), "Objects that this one is deleted with."),
        Field::new("finalizers", Ty::List(&Ty::Text), "Finalizers. CassKop removes all of them when `deletePVC` is off."),
        Field::new("clusterName", Ty::Text, "Never used by Kubernetes.").core_until(22),
        Field::new("managedFields", Ty::List(&Ty::Struct(&MANAGED_FIELDS_ENTRY)), "Set by the API server."),
    ],
};

/// Kubernetes `OwnerReference`.
static OWNER_REFERENCE: Struct = Struct {
    name: "OwnerReference",
    fields: &[
        Field::new("apiVersion", Ty::Text, "API version of the owner.").always(),
        Field::new("kind", Ty::Text, "Kind of the owner.").always(),
        Field::new("name", Ty::Text, "Name of the owner.").always(),
        Field::new("uid", Ty::Text, "UID of the owner.").always(),
        Field::new("controller", Ty::Bool, "Whether the owner manages the object.").pointer(),
        Field::new("blockOwnerDeletion", Ty::Bool, "Whether the owner waits for the object.").pointer(),
    ],
};

/// Kubernetes `ManagedFieldsEntry`.
static MANAGED_FIELDS_ENTRY: Struct = Struct {
    name: "ManagedFieldsEntry",
    fields: &[
        Field::new("manager", Ty::Text, "Who wrote the fields."),
        Field::new("operation", Ty::Text, "`Apply` or `Update`."),
        Field::new("apiVersion", Ty::Text, "API version that was written."),
        Field::new("time", Ty::Time, "When.").pointer(),
        Field::new("fieldsType", Ty::Text, "`FieldsV1`."),
        Field::new("fieldsV1", Ty::Raw, "The fields.").pointer(),
        Field::new("subresource", Ty::Text, "Subresource that was written to.").core_since(22),
    ],
};
