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
//! The checks compare live clusters with that tree and say when the next
//! cluster may go:
//!
//! ```text
//! connect → fetch → normalise → compare → classify → report
//! ```
//!
//! All but the edges is pure: no files, network, clock, environment or
//! printing. Only [`write`] writes files, only [`live`] talks to Kubernetes and
//! only [`cli`] talks to a person.

pub mod check;
pub mod cli;
pub mod convert;
pub mod default;
mod digest;
pub mod emit;
pub mod finding;
pub mod fleet;
pub mod gate;
pub mod github;
pub mod history;
pub mod init;
pub mod lint;
pub mod live;
pub mod merge;
pub mod names;
pub mod observed;
pub mod order;
pub mod prerequisites;
pub mod read;
pub mod render;
pub mod report;
pub mod ring;
pub mod rule;
pub mod schema;
pub mod schemas;
pub mod seeds;
pub mod source;
pub mod topology;
pub mod tree;
pub mod wanted;
pub mod write;
pub mod yaml;
