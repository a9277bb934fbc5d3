//! Seeds: which nodes, and how every node of every cluster learns of them.
//!
//! A node that reaches no seed starts a ring of its own, so the list spans all
//! clusters of a ring. [`pods`] is `CassKop`'s own choice of pods (docs/facts.md,
//! Choice of seeds); [`resolve`](fn@resolve) makes the ring's list; [`deliver`] puts it
//! where nodes find it (docs/facts.md, Ways to deliver seeds). Pure.

pub mod deliver;
mod list;
pub mod resolve;

pub use list::{Pod, is_dc_rack, pods, pods_with_nodes};
pub use resolve::{Origin, Seed, SeedPlan, resolve};

/// The script that writes the ring's seeds into a node's configuration, and
/// that refuses to start a node alone; a constant, the same in every ring.
pub const POST_RUN: &str = include_str!("post_run.sh");
