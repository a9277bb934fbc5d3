//! Types of Kubernetes itself that a `CassandraCluster` contains. Tables only.

mod container;
mod meta;
mod pod;

pub(super) use container::CONTAINER;
pub use meta::OBJECT_META;
pub(super) use pod::{
    ENV_VAR, LOCAL_OBJECT_REFERENCE, PERSISTENT_VOLUME_CLAIM_SPEC, RESOURCE_REQUIREMENTS, TOLERATION, VOLUME_MOUNT,
};
