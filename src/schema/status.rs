//! `status` of a `CassandraCluster`: written by `CassKop`, and by
//! Multi-CassKop's merge when a source has one. Tables only.

use super::profile::Profile;
use super::types::{Field, Struct, Ty};

/// `status` of a `CassandraCluster`.
pub(super) static CASSANDRA_CLUSTER_STATUS: Struct = Struct {
    name: "CassandraClusterStatus",
    fields: &[
        Field::new("phase", Ty::Text, "`Initializing`, `Running` or `Pending`."),
        Field::new("initializingSubPhase", Ty::Text, "Step of the first creation.").since(Profile::V2_3_1),
        Field::new("lastClusterAction", Ty::Text, "The last operation; `CorrectCRDConfig` for a refused change."),
        Field::new("lastClusterActionStatus", Ty::Text, "`Ongoing`, `Done` and others. Not touched by a refusal."),
        Field::new("seedlist", Ty::List(&Ty::Text), "Cassandra's seeds."),
        Field::new("cassandraNodeStatus", Ty::Map(&Ty::Struct(&NODE_STATUS)), "Host ID and address by pod."),
        Field::new("cassandraRackStatus", Ty::Map(&Ty::Struct(&RACK_STATUS)), "State by `<dc>-<rack>`.").pointer_values(),
    ],
};

static NODE_STATUS: Struct = Struct {
    name: "CassandraNodeStatus",
    fields: &[Field::new("hostId", Ty::Text, "Cassandra's host ID."), Field::new("nodeIp", Ty::Text, "Address of the pod.")],
};

static RACK_STATUS: Struct = Struct {
    name: "CassandraRackStatus",
    fields: &[
        Field::new("phase", Ty::Text, "Phase of the rack."),
        Field::new("initializingSubPhase", Ty::Text, "Step of the first creation.").since(Profile::V2_3_1),
        Field::new("cassandraLastAction", Ty::Struct(&LAST_ACTION), "Last operation on the rack."),
        Field::new("podLastOperation", Ty::Struct(&POD_LAST_OPERATION), "Last operation on pods of the rack."),
        Field::new("statefulSetSnapshotBeforeStorageResize", Ty::Text, "StatefulSet before a StorageUpsize.")
            .since(Profile::V2_3_1),
    ],
};

static LAST_ACTION: Struct = Struct {
    name: "CassandraLastAction",
    fields: &[
        Field::new("status", Ty::Text, "State of the operation."),
        Field::new("name", Ty::Text, "The operation."),
        Field::new("startTime", Ty::Time, "When it began.").pointer(),
        Field::new("endTime", Ty::Time, "When it ended.").pointer(),
        Field::new("updatedNodes", Ty::List(&Ty::Text), "Pods that were updated."),
    ],
};

static POD_LAST_OPERATION: Struct = Struct {
    name: "PodLastOperation",
    fields: &[
        Field::new("name", Ty::Text, "The operation."),
        Field::new("status", Ty::Text, "Its state."),
        Field::new("startTime", Ty::Time, "When it began.").pointer(),
        Field::new("endTime", Ty::Time, "When it ended.").pointer(),
        Field::new("pods", Ty::List(&Ty::Text), "Pods that it is for."),
        Field::new("podsOK", Ty::List(&Ty::Text), "Pods on which it succeeded."),
        Field::new("podsKO", Ty::List(&Ty::Text), "Pods on which it failed."),
        Field::new("operatorName", Ty::Text, "The operator's pod."),
    ],
};
