//! The one description of the types that `CassKop` reads and writes.
//!
//! Every field of a `CassandraCluster`, down to the leaves of sidecar
//! containers, is written down once, as a [`Field`] in a static table: its JSON
//! name and Go type, in which versions it exists, what the CRD says of it and
//! what it means. Reading, merging, canonical form, lint and schemas all walk
//! these tables. Pure: tables and functions over [`crate::tree`].

mod casskop;
mod core;
mod decimal;
mod encode;
mod memo;
pub mod profile;
pub mod quantity;
mod status;
pub mod typed;
mod types;

pub use casskop::{CASSANDRA_CLUSTER, CASSANDRA_CLUSTER_SPEC};
pub use core::OBJECT_META;

pub use encode::{encode, encode_shared, is_empty};
pub use memo::Memo;
pub(crate) use memo::{Looked, Step};
pub use profile::{Profile, Release, TypeSet, Versions};
pub use typed::{Decoded, Mismatch, Problem, Strictness, decode, decode_shared};
pub use types::{Constant, Field, Pattern, Struct, Ty};
