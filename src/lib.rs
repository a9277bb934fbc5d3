//! Renders and checks one Cassandra ring over several Kubernetes clusters.
//!
//! A `MultiCasskop` (a `base` `CassandraCluster` and an `override` per cluster)
//! goes in; a tree with one directory per cluster comes out, which Argo CD or
//! Flux apply and which `CassKop` never rewrites. The modules are the steps, in
//! the order in which the data passes through them:
//!
//! ```text
//! read → merge → default → seeds → lint → order → emit → write
//! ```
//!
//! Everything up to `emit` is pure: no files, network, clock, environment or
//! printing. Only [`write`] writes files and only [`cli`] talks to a person.

pub mod cli;
pub mod default;
mod digest;
pub mod emit;
pub mod finding;
pub mod fleet;
pub mod lint;
pub mod merge;
pub mod names;
pub mod order;
pub mod read;
pub mod render;
pub mod report;
pub mod ring;
pub mod rule;
pub mod schema;
pub mod seeds;
pub mod source;
pub mod tree;
pub mod write;
pub mod yaml;
