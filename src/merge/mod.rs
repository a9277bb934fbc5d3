//! `base` and `override` → one `CassandraCluster`, in two ways.
//!
//! [`patch`](fn@patch) is RFC 7396: what the user wrote is what they get.
//! [`operator`](fn@operator) is what Multi-CassKop computed, for people who migrate. Pure.

mod difference;
mod operator;
mod patch;

pub use difference::difference;
pub use operator::{operator, operator_shared};
pub use patch::patch;
