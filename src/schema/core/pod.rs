//! Kubernetes types that pods share: environment, resources, tolerations, volume claims.
//!
//! Fields, types and `omitempty` as in `k8s.io/api` 0.18.2, 0.22.0, 0.28.11 and
//! 0.31.0; required fields, defaults and list keys as in `CassKop`'s CRDs.
//! Tables only.

use super::super::profile::Profile;
use super::super::types::{Constant, Field, Struct, Ty};

/// Kubernetes `EnvVar`.
pub(in crate::schema) static ENV_VAR: Struct = Struct {
    name: "EnvVar",
    fields: &[
        Field::new("name", Ty::Text, "Name of the variable.").always().required(),
        Field::new("value", Ty::Text, "Its value; `$(NAME)` refers to other variables."),
        Field::new("valueFrom", Ty::Struct(&ENV_VAR_SOURCE), "Takes the value from elsewhere; not together with `value`.")
            .pointer(),
    ],
};

/// Kubernetes `EnvVarSource`.
pub(in crate::schema) static ENV_VAR_SOURCE: Struct = Struct {
    name: "EnvVarSource",
    fields: &[
        Field::new("fieldRef", Ty::Struct(&OBJECT_FIELD_SELECTOR), "A field of the pod, such as `status.podIP`.").pointer(),
        Field::new("resourceFieldRef", Ty::Struct(&RESOURCE_FIELD_SELECTOR), "A resource limit or request of a container.")
            .pointer(),
        Field::new("configMapKeyRef", Ty::Struct(&CONFIG_MAP_KEY_SELECTOR), "A key of a ConfigMap in the same namespace.")
            .pointer(),
        Field::new("secretKeyRef", Ty::Struct(&SECRET_KEY_SELECTOR), "A key of a Secret in the same namespace.").pointer(),
    ],
};

/// Kubernetes `ObjectFieldSelector`.
pub(in crate::schema) static OBJECT_FIELD_SELECTOR: Struct = Struct {
    name: "ObjectFieldSelector",
    fields: &[
        Field::new("apiVersion", Ty::Text, "API version that the path is written for; `v1` when left out."),
        Field::new("fieldPath", Ty::Text, "Path of the field.").always().required(),
    ],
};

/// Kubernetes `ResourceFieldSelector`.
pub(in crate::schema) static RESOURCE_FIELD_SELECTOR: Struct = Struct {
    name: "ResourceFieldSelector",
    fields: &[
        Field::new("containerName", Ty::Text, "The container; required where the variable is not in one."),
        Field::new("resource", Ty::Text, "Such as `limits.memory`.").always().required(),
        Field::new("divisor", Ty::Quantity, "Unit that the value is given in; stored as `0` when left out.").always(),
    ],
};

/// Kubernetes `ConfigMapKeySelector`.
pub(in crate::schema) static CONFIG_MAP_KEY_SELECTOR: Struct = Struct {
    name: "ConfigMapKeySelector",
    fields: &[
        Field::new("name", Ty::Text, "Name of the ConfigMap.").default_since(Profile::V2_3_1, Constant::Text("")),
        Field::new("key", Ty::Text, "The key.").always().required(),
        Field::new("optional", Ty::Bool, "Whether the object or its key may be missing.").pointer(),
    ],
};

/// Kubernetes `SecretKeySelector`.
pub(in crate::schema) static SECRET_KEY_SELECTOR: Struct = Struct {
    name: "SecretKeySelector",
    fields: &[
        Field::new("name", Ty::Text, "Name of the Secret.").default_since(Profile::V2_3_1, Constant::Text("")),
        Field::new("key", Ty::Text, "The key.").always().required(),
        Field::new("optional", Ty::Bool, "Whether the object or its key may be missing.").pointer(),
    ],
};

/// Kubernetes `EnvFromSource`.
pub(in crate::schema) static ENV_FROM_SOURCE: Struct = Struct {
    name: "EnvFromSource",
    fields: &[
        Field::new("prefix", Ty::Text, "Put before each name."),
        Field::new("configMapRef", Ty::Struct(&CONFIG_MAP_ENV_SOURCE), "All keys of a ConfigMap.").pointer(),
        Field::new("secretRef", Ty::Struct(&SECRET_ENV_SOURCE), "All keys of a Secret.").pointer(),
    ],
};

/// Kubernetes `ConfigMapEnvSource`.
pub(in crate::schema) static CONFIG_MAP_ENV_SOURCE: Struct = Struct {
    name: "ConfigMapEnvSource",
    fields: &[
        Field::new("name", Ty::Text, "Name of the ConfigMap.").default_since(Profile::V2_3_1, Constant::Text("")),
        Field::new("optional", Ty::Bool, "Whether the object or its key may be missing.").pointer(),
    ],
};

/// Kubernetes `SecretEnvSource`.
pub(in crate::schema) static SECRET_ENV_SOURCE: Struct = Struct {
    name: "SecretEnvSource",
    fields: &[
        Field::new("name", Ty::Text, "Name of the Secret.").default_since(Profile::V2_3_1, Constant::Text("")),
        Field::new("optional", Ty::Bool, "Whether the object or its key may be missing.").pointer(),
    ],
};

/// Kubernetes `ResourceRequirements`.
pub(in crate::schema) static RESOURCE_REQUIREMENTS: Struct = Struct {
    name: "ResourceRequirements",
    fields: &[
        Field::new("limits", Ty::Map(&Ty::Quantity), "Most that the container may use: `cpu` in cores, `memory` in bytes."),
        Field::new("requests", Ty::Map(&Ty::Quantity), "What the scheduler sets aside: `cpu` in cores, `memory` in bytes."),
        Field::new(
            "claims",
            Ty::List(&Ty::Struct(&RESOURCE_CLAIM)),
            "Claims of dynamic resource allocation that the container uses.",
        )
        .core_since(28)
        .keys(Profile::V2_2_9, &["name"]),
    ],
};

/// Kubernetes `ResourceClaim`.
pub(in crate::schema) static RESOURCE_CLAIM: Struct = Struct {
    name: "ResourceClaim",
    fields: &[
        Field::new("name", Ty::Text, "Name of an entry in the pod's `resourceClaims`.").always().required(),
        Field::new("request", Ty::Text, "The request in that claim; all of them when left out.").core_since(31),
    ],
};

/// Kubernetes `LocalObjectReference`.
pub(in crate::schema) static LOCAL_OBJECT_REFERENCE: Struct = Struct {
    name: "LocalObjectReference",
    fields: &[Field::new("name", Ty::Text, "Name of the object, in the same namespace.")
        .default_since(Profile::V2_3_1, Constant::Text(""))],
};

/// Kubernetes `Toleration`.
pub(in crate::schema) static TOLERATION: Struct = Struct {
    name: "Toleration",
    fields: &[
        Field::new("key", Ty::Text, "Taint key; all keys when empty with `Exists`."),
        Field::new("operator", Ty::Text, "`Exists` or `Equal` (when left out)."),
        Field::new("value", Ty::Text, "Taint value to match with `Equal`."),
        Field::new("effect", Ty::Text, "`NoSchedule`, `PreferNoSchedule` or `NoExecute`; all when empty."),
        Field::new(
            "tolerationSeconds",
            Ty::Int64,
            "Seconds that the pod stays after a `NoExecute` taint; for ever when left out.",
        )
        .pointer(),
    ],
};

/// Kubernetes `VolumeMount`.
pub(in crate::schema) static VOLUME_MOUNT: Struct = Struct {
    name: "VolumeMount",
    fields: &[
        Field::new("name", Ty::Text, "Name of the volume.").always().required(),
        Field::new("readOnly", Ty::Bool, "Mounted read-only."),
        Field::new("recursiveReadOnly", Ty::Text, "Whether mounts below are read-only too.").pointer().core_since(31),
        Field::new("mountPath", Ty::Text, "Path in the container.").always().required(),
        Field::new("subPath", Ty::Text, "Path within the volume."),
        Field::new("mountPropagation", Ty::Text, "How mounts spread between host and container.").pointer(),
        Field::new("subPathExpr", Ty::Text, "Path within the volume, with `$(NAME)` replaced."),
    ],
};

/// Kubernetes `VolumeDevice`.
pub(in crate::schema) static VOLUME_DEVICE: Struct = Struct {
    name: "VolumeDevice",
    fields: &[
        Field::new("name", Ty::Text, "Name of a claim with block mode.").always().required(),
        Field::new("devicePath", Ty::Text, "Path of the device in the container.").always().required(),
    ],
};

/// Kubernetes `PersistentVolumeClaimSpec`.
pub(in crate::schema) static PERSISTENT_VOLUME_CLAIM_SPEC: Struct = Struct {
    name: "PersistentVolumeClaimSpec",
    fields: &[
        Field::new("accessModes", Ty::List(&Ty::Text), "Such as `ReadWriteOnce`."),
        Field::new("selector", Ty::Struct(&LABEL_SELECTOR), "Labels of the volumes that may be bound.").pointer(),
        Field::new("resources", Ty::Struct(&VOLUME_RESOURCE_REQUIREMENTS), "Size of the volume."),
        Field::new("volumeName", Ty::Text, "A certain volume to bind."),
        Field::new("storageClassName", Ty::Text, r#"Storage class; `""` for none, the cluster's default when left out."#)
            .pointer(),
        Field::new("volumeMode", Ty::Text, "`Filesystem` or `Block`.").pointer(),
        Field::new("dataSource", Ty::Struct(&TYPED_LOCAL_OBJECT_REFERENCE), "Snapshot or claim to fill the volume from.")
            .pointer(),
        Field::new("dataSourceRef", Ty::Struct(&TYPED_OBJECT_REFERENCE), "The same, for any kind of object.")
            .pointer()
            .core_since(22),
        Field::new("volumeAttributesClassName", Ty::Text, "Volume attributes class.").pointer().core_since(31),
    ],
};

/// Kubernetes `VolumeResourceRequirements`.
pub(in crate::schema) static VOLUME_RESOURCE_REQUIREMENTS: Struct = Struct {
    name: "VolumeResourceRequirements",
    fields: &[
        Field::new("limits", Ty::Map(&Ty::Quantity), "Largest size that the volume may have."),
        Field::new("requests", Ty::Map(&Ty::Quantity), "Size of the volume: `storage` in bytes."),
        Field::new(
            "claims",
            Ty::List(&Ty::Struct(&RESOURCE_CLAIM)),
            "Of no use for volumes; only in the types of older releases.",
        )
        .core_since(28)
        .core_until(28)
        .keys(Profile::V2_2_9, &["name"]),
    ],
};

/// Kubernetes `LabelSelector`.
pub(in crate::schema) static LABEL_SELECTOR: Struct = Struct {
    name: "LabelSelector",
    fields: &[
        Field::new("matchLabels", Ty::Map(&Ty::Text), "Labels that must be there with these values."),
        Field::new(
            "matchExpressions",
            Ty::List(&Ty::Struct(&LABEL_SELECTOR_REQUIREMENT)),
            "Conditions on labels; all must hold.",
        ),
    ],
};

/// Kubernetes `LabelSelectorRequirement`.
pub(in crate::schema) static LABEL_SELECTOR_REQUIREMENT: Struct = Struct {
    name: "LabelSelectorRequirement",
    fields: &[
        Field::new("key", Ty::Text, "The label.").always().required(),
        Field::new("operator", Ty::Text, "`In`, `NotIn`, `Exists` or `DoesNotExist`.").always().required(),
        Field::new("values", Ty::List(&Ty::Text), "Values for `In` and `NotIn`."),
    ],
};

/// Kubernetes `TypedLocalObjectReference`.
pub(in crate::schema) static TYPED_LOCAL_OBJECT_REFERENCE: Struct = Struct {
    name: "TypedLocalObjectReference",
    fields: &[
        Field::new("apiGroup", Ty::Text, "API group of the object; core when left out.").pointer().always(),
        Field::new("kind", Ty::Text, "Kind of the object.").always().required(),
        Field::new("name", Ty::Text, "Name of the object.").always().required(),
    ],
};

/// Kubernetes `TypedObjectReference`.
pub(in crate::schema) static TYPED_OBJECT_REFERENCE: Struct = Struct {
    name: "TypedObjectReference",
    fields: &[
        Field::new("apiGroup", Ty::Text, "API group of the object; core when left out.").pointer().always(),
        Field::new("kind", Ty::Text, "Kind of the object.").always().required(),
        Field::new("name", Ty::Text, "Name of the object.").always().required(),
        Field::new("namespace", Ty::Text, "Its namespace; the claim's own when left out.").pointer().core_since(28),
    ],
};
