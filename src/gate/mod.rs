//! The gate: may the next cluster of a ring receive its change now?
//!
//! Running and Done in the status are no proof (docs/facts.md, Operations), so
//! the gate asks for six conditions, and any that does not hold is a [`Reason`]
//! to stay closed. One look at one cluster is judged by itself; a [`Verdict`]
//! needs all clusters of the ring, held over some time. Pure: the time is given.

mod model;

pub use model::{Condition, Reason, Remedy, Verdict};
