//! `CassandraCluster`, `v2` and `v1alpha1`: the types of `CassKop` itself.
//!
//! Fields, order, pointers and `omitempty` as in the Go types of 1.1.5, 2.2.9,
//! 2.3.1 and 2.3.4; required fields, defaults, patterns and enums as in the CRDs
//! (docs/facts.md, Fields and defaults). What `CassKop` fills in is not here but in
//! [`crate::default`]. Tables only.

use super::core::{
    CONTAINER, ENV_VAR, LOCAL_OBJECT_REFERENCE, OBJECT_META, PERSISTENT_VOLUME_CLAIM_SPEC, RESOURCE_REQUIREMENTS, TOLERATION,
    VOLUME_MOUNT,
};
use super::profile::Profile;
use super::status::CASSANDRA_CLUSTER_STATUS;
use super::types::{Constant, Field, Pattern, Struct, Ty};

/// A whole object.
pub static CASSANDRA_CLUSTER: Struct = Struct {
    name: "CassandraCluster",
    fields: &[
        Field::new("kind", Ty::Text, "`CassandraCluster`."),
        Field::new("apiVersion", Ty::Text, "`db.orange.com/v2`, or `db.orange.com/v1alpha1` up to CassKop 2.0.1."),
        Field::new("metadata", Ty::Struct(&OBJECT_META), "Name, namespace, labels and annotations."),
        Field::new("spec", Ty::Struct(&CASSANDRA_CLUSTER_SPEC), "What the ring's part in this Kubernetes cluster should be."),
        Field::new(
            "status",
            Ty::Struct(&CASSANDRA_CLUSTER_STATUS),
            "Written by CassKop. `status.seedlist` in a source is taken as the ring's seeds.",
        ),
    ],
};

/// `spec` of a `CassandraCluster`.
pub static CASSANDRA_CLUSTER_SPEC: Struct = Struct {
    name: "CassandraClusterSpec",
    fields: &[
        Field::new(
            "nodesPerRacks",
            Ty::Int32,
            "Cassandra nodes in each rack, unless the data centre says otherwise. Default 1; CassKop refuses 0 later. More is a ScaleUp, fewer a ScaleDown.",
        ),
        Field::new("cassandraImage", Ty::Text, "Image of Cassandra, with a tag. A change is UpdateDockerImage, a rolling restart rack by rack."),
        Field::new(
            "imagepullpolicy",
            Ty::Text,
            "`Always` (default), `IfNotPresent` or `Never`. The name is in lower case. A change is a rolling restart.",
        ),
        Field::new(
            "envVars",
            Ty::List(&Ty::Struct(&ENV_VAR)),
            "Environment of the `cassandra` container; wins over what CassKop sets. A change is a rolling restart.",
        )
        .since(Profile::V2_3_4),
        Field::new("bootstrapImage", Ty::Text, "Image that configures a node before Cassandra starts. Default: the one of the CassKop release. A change is a rolling restart."),
        Field::new(
            "initContainerImage",
            Ty::Text,
            "v1alpha1 only: image whose default configuration is copied. Default: `cassandraImage`. A change is a rolling restart.",
        )
        .until(Profile::V1_1_5),
        Field::new("initContainerCmd", Ty::Text, "v1alpha1 only: the command that copies that configuration to `/bootstrap`. A change is a rolling restart.").until(Profile::V1_1_5),
        Field::new("configBuilderImage", Ty::Text, "Image that makes Cassandra's configuration out of `config`, before the bootstrap image runs. Default `datastax/cass-config-builder:1.0.4`, which knows Cassandra up to 4.0. A change is a rolling restart.").since(Profile::V2_2_9),
        Field::new("runAsUser", Ty::Int64, "User ID of the containers. Default 999. A change is a rolling restart.")
            .default(Constant::Int(999))
            .minimum(1),
        Field::new("fsGroup", Ty::Int64, "Group that owns the volumes. Default 1. A change is a rolling restart.")
            .default(Constant::Int(1))
            .minimum(1),
        Field::new("readOnlyRootFilesystem", Ty::Bool, "Root file system of the `cassandra` container read-only. Default true. A change is a rolling restart.").pointer(),
        Field::new(
            "resources",
            Ty::Struct(&RESOURCE_REQUIREMENTS),
            "CPU and memory of each node. Cassandra's heap is a quarter of `limits.memory`. Left-out limits become a copy of the requests. A change is UpdateResources, a rolling restart of all racks.",
        ),
        Field::new(
            "hardAntiAffinity",
            Ty::Bool,
            "Whether two nodes may never share a Kubernetes node (needs as many nodes as pods). Default false: only if possible. A change is a rolling restart.",
        ),
        Field::new("pod", Ty::Struct(&POD_POLICY), "Annotations and tolerations of the pods. A change is a rolling restart.").pointer(),
        Field::new(
            "service",
            Ty::Struct(&SERVICE_POLICY),
            "Annotations of the headless Service, such as External-DNS's host name. Only read when the Service is created.",
        )
        .pointer(),
        Field::new("deletePVC", Ty::Bool, "Whether volumes are deleted with the object. Default false: they stay."),
        Field::new("debug", Ty::Bool, "Run `tail -f /dev/null` instead of Cassandra. Default false. A change is a rolling restart."),
        Field::new("autoPilot", Ty::Bool, "Run clean-ups after a ScaleUp by itself. Default false: they wait for a person."),
        Field::new("noCheckStsAreEqual", Ty::Bool, "Update StatefulSets without comparing them first. Default false."),
        Field::new("gcStdout", Ty::Bool, "v1alpha1 only: garbage collection log on standard output. Default false. In v2 it is `config.jvm-options.log_gc`. A change is a rolling restart.").until(Profile::V1_1_5),
        Field::new(
            "autoUpdateSeedList",
            Ty::Bool,
            "Recompute the seeds after a topology change, with the names of this Kubernetes cluster only. Must stay false in a ring of several clusters.",
        ),
        Field::new("maxPodUnavailable", Ty::Int32, "How many pods may be down at once, for the PodDisruptionBudget. Default 1; 0 freezes CassKop."),
        Field::new("restartCountBeforePodDeletion", Ty::Int32, "Restarts after which CassKop deletes a pod. 0 (default): never."),
        Field::new("unlockNextOperation", Ty::Bool, "An action flag: let the next operation start although a pod is not ready. CassKop resets it."),
        Field::new(
            "dataCapacity",
            Ty::Text,
            "Size of each node's data volume, such as `20Gi`. Without it there are no volumes. Growing is possible from CassKop 2.3.2 on, shrinking never.",
        )
        .pattern(Pattern::Capacity),
        Field::new("dataStorageClass", Ty::Text, "Storage class of the data volumes; the cluster's default when left out. Never to be changed."),
        Field::new(
            "storageConfigs",
            Ty::List(&Ty::Struct(&STORAGE_CONFIG)),
            "Further volumes of each node. Ignored without `dataCapacity`; never to be changed.",
        ),
        Field::new(
            "sidecarConfigs",
            Ty::List(&Ty::Struct(&CONTAINER)),
            "Further containers of each pod. A change is a rolling restart.",
        ),
        Field::new(
            "configMapName",
            Ty::Text,
            "ConfigMap with `pre_run.sh` and `post_run.sh`, run when a node starts. Another name is UpdateConfigMap, a rolling restart; changed content restarts nothing.",
        ),
        Field::new(
            "serverVersion",
            Ty::Text,
            "Version of Cassandra, such as `4.0.7`. Read from the image's tag when left out, which needs a tag like `3.11.10`. A change is a rolling restart.",
        )
        .since(Profile::V2_2_9),
        Field::new("serverType", Ty::Text, "`cassandra` (default) or `dse`. A change is a rolling restart.")
            .since(Profile::V2_2_9)
            .default_since(Profile::V2_2_9, Constant::Text("cassandra"))
            .allowed(&["cassandra", "dse"]),
        Field::new(
            "config",
            Ty::Raw,
            "Cassandra's configuration, by file as the config builder names them: `cassandra-yaml`, `jvm-options` and others. State `cassandra-yaml.num_tokens`: nodes do not start with another number than they have. With merge mode `operator` an override's `config` replaces the base's as a whole. A change is a rolling restart.",
        )
        .since(Profile::V2_2_9),
        Field::new("imagePullSecret", Ty::Struct(&LOCAL_OBJECT_REFERENCE), "Secret for pulling images, in the same namespace. A change is a rolling restart."),
        Field::new("imageJolokiaSecret", Ty::Struct(&LOCAL_OBJECT_REFERENCE), "Secret with keys `username` and `password` for Jolokia. A change is a rolling restart."),
        Field::new("keyspaceCleanupThreads", Ty::Int32, "Threads of a clean-up. 0 (default): as many as Cassandra likes.").since(Profile::V2_2_9),
        Field::new("topology", Ty::Struct(&TOPOLOGY), "Data centres and racks. CassKop invents `dc1` with `rack1` when it is left out."),
        Field::new("livenessInitialDelaySeconds", Ty::Int32, "Seconds before the first liveness probe. Default 120. A change is a rolling restart.").pointer(),
        Field::new("livenessHealthCheckTimeout", Ty::Int32, "Seconds after which a liveness probe has failed. Default 20. A change is a rolling restart.").pointer(),
        Field::new("livenessHealthCheckPeriod", Ty::Int32, "Seconds between liveness probes. Default 10. A change is a rolling restart.").pointer(),
        Field::new("livenessFailureThreshold", Ty::Int32, "Failed liveness probes before a restart. Kubernetes' default when left out. A change is a rolling restart.").pointer(),
        Field::new("livenessSuccessThreshold", Ty::Int32, "Liveness probes that must succeed. Kubernetes' default when left out. A change is a rolling restart.").pointer(),
        Field::new("readinessInitialDelaySeconds", Ty::Int32, "Seconds before the first readiness probe. Default 60. A change is a rolling restart.").pointer(),
        Field::new("readinessHealthCheckTimeout", Ty::Int32, "Seconds after which a readiness probe has failed. Default 10. A change is a rolling restart.").pointer(),
        Field::new("readinessHealthCheckPeriod", Ty::Int32, "Seconds between readiness probes. Default 10. A change is a rolling restart.").pointer(),
        Field::new("readinessFailureThreshold", Ty::Int32, "Failed readiness probes that make a pod unready. Kubernetes' default when left out. A change is a rolling restart.")
            .pointer(),
        Field::new("readinessSuccessThreshold", Ty::Int32, "Readiness probes that must succeed. Kubernetes' default when left out. A change is a rolling restart.").pointer(),
        Field::new("shareProcessNamespace", Ty::Bool, "Whether the containers of a pod see each other's processes. A change is a rolling restart.").pointer(),
        Field::new(
            "backRestSidecar",
            Ty::Struct(&BACKREST_SIDECAR),
            "The sidecar for backups; on unless `enabled: false`. A change is a rolling restart.",
        )
        .pointer(),
        Field::new(
            "serviceAccountName",
            Ty::Text,
            "Service account of the pods; must exist in the namespace. Default `cassandra-cluster-node`. A change is a rolling restart.",
        ),
        Field::new("jmxConfiguration", Ty::Struct(&JMX_CONFIGURATION), "Whether and how Cassandra's management interface (JMX) can be reached from other hosts. A change is a rolling restart.").pointer().since(Profile::V2_2_9),
    ],
};

static POD_POLICY: Struct = Struct {
    name: "PodPolicy",
    fields: &[
        Field::new("annotations", Ty::Map(&Ty::Text), "Annotations of the pods, such as Calico's IP pools."),
        Field::new("tolerations", Ty::List(&Ty::Struct(&TOLERATION)), "Tolerations of the pods."),
    ],
};

static SERVICE_POLICY: Struct = Struct {
    name: "ServicePolicy",
    fields: &[Field::new("annotations", Ty::Map(&Ty::Text), "Annotations of the headless Service.")],
};

static STORAGE_CONFIG: Struct = Struct {
    name: "StorageConfig",
    fields: &[
        Field::new("mountPath", Ty::Text, "Where the volume is mounted.").always().required(),
        Field::new("name", Ty::Text, "Name of the volume; not `data`.").always().required().pattern(Pattern::StorageName),
        Field::new("pvcSpec", Ty::Struct(&PERSISTENT_VOLUME_CLAIM_SPEC), "The volume claim: access modes, size, class.")
            .pointer()
            .always()
            .required(),
    ],
};

static BACKREST_SIDECAR: Struct = Struct {
    name: "BackRestSidecar",
    fields: &[
        Field::new("enabled", Ty::Bool, "Whether the sidecar runs. Default true.")
            .pointer()
            .since(Profile::V2_2_9)
            .default_since(Profile::V2_2_9, Constant::Bool(true)),
        Field::new("image", Ty::Text, "Image of the sidecar, with a tag. Default: the one of the CassKop release."),
        Field::new("imagePullPolicy", Ty::Text, "`Always`, `IfNotPresent` or `Never`. Here the name is in camel case."),
        Field::new("envVars", Ty::List(&Ty::Struct(&ENV_VAR)), "Environment of the sidecar, and of the bootstrap container too.")
            .since(Profile::V2_3_4),
        Field::new(
            "resources",
            Ty::Struct(&RESOURCE_REQUIREMENTS),
            "CPU and memory of the sidecar. Half a core and 1Gi when left out.",
        )
        .pointer(),
        Field::new("volumeMount", Ty::List(&Ty::Struct(&VOLUME_MOUNT)), "Further mounts of the sidecar.").since(Profile::V2_2_9),
    ],
};

static JMX_CONFIGURATION: Struct = Struct {
    name: "JMXConfiguration",
    fields: &[
        Field::new("jmxRemoteEnable", Ty::Bool, "Whether JMX can be reached from other hosts.").pointer(),
        Field::new("jmxRemotePort", Ty::Int64, "Port on which JMX listens, such as 7199."),
        Field::new("jmxRemoteRmiPort", Ty::Int64, "Port on which JMX opens its second connection (RMI); often the same number."),
        Field::new("jmxRemoteSSL", Ty::Bool, "Whether JMX is encrypted with TLS.").pointer(),
        Field::new("jmxRemoteAuthenticate", Ty::Bool, "Whether JMX asks for a name and a password.").pointer(),
    ],
};

static TOPOLOGY: Struct = Struct {
    name: "Topology",
    fields: &[Field::new(
        "dc",
        Ty::List(&Ty::Struct(&DC)),
        "Data centres. Append new ones at the end; one change at a time, or CassKop refuses it.",
    )],
};

static DC: Struct = Struct {
    name: "DC",
    fields: &[
        Field::new("name", Ty::Text, "Name; unique in the whole ring: lower case, begins with a letter, no dash.")
            .pattern(Pattern::NoDash),
        Field::new("labels", Ty::Map(&Ty::Text), "Labels of the Kubernetes nodes that the data centre runs on. A change is a rolling restart."),
        Field::new("config", Ty::Raw, "Configuration of this data centre, laid over the ring's `config` key by key. A change is a rolling restart.").since(Profile::V2_2_9),
        Field::new("rack", Ty::List(&Ty::Struct(&RACK)), "Racks; at least one. No rack can be added, removed or renamed later."),
        Field::new(
            "nodesPerRacks",
            Ty::Int32,
            "Nodes in each rack of this data centre. 0 empties it, the step before its removal.",
        )
        .pointer(),
        Field::new("dataCapacity", Ty::Text, "Leave out: CassKop handles a capacity per data centre wrongly.")
            .pattern(Pattern::Capacity),
        Field::new("dataStorageClass", Ty::Text, "Leave out: ignored unless `dataCapacity` is set beside it."),
        Field::new(
            "resources",
            Ty::Struct(&RESOURCE_REQUIREMENTS),
            "CPU and memory of this data centre. The heap size does not follow; a later change makes CassKop panic.",
        ),
        Field::new("numTokens", Ty::Int32, "v1alpha1 only: tokens of each node. Default 256. In v2 it is `config.cassandra-yaml.num_tokens`, with another default; a node does not start with another number than it has.").pointer().until(Profile::V1_1_5),
    ],
};

static RACK: Struct = Struct {
    name: "Rack",
    fields: &[
        Field::new("name", Ty::Text, "Name; unique in the data centre: lower case, no dash.").pattern(Pattern::NoDash),
        Field::new(
            "labels",
            Ty::Map(&Ty::Text),
            "Labels of the Kubernetes nodes that the rack runs on. A change is a rolling restart.",
        ),
        Field::new(
            "config",
            Ty::Raw,
            "Configuration of this rack, laid over the data centre's `config` key by key. A change is a rolling restart.",
        )
        .since(Profile::V2_2_9),
        Field::new(
            "rollingRestart",
            Ty::Bool,
            "An action flag: restart the rack's pods one by one. CassKop resets it; never keep it in Git.",
        ),
        Field::new(
            "rollingPartition",
            Ty::Int32,
            "Pods with a lower ordinal keep the old revision. 0 (default): all are updated.",
        ),
    ],
};
