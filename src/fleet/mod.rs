//! The fleet: which clusters there are, in which order, and how rings are rendered for them.
//!
//! A [`Fleet`] comes from a fleet file ([`read()`]) or from command-line flags
//! ([`Flags`]), which can also override what a file says. Everything in it was
//! checked and knows its place in the file. Pure.

mod clusters;
mod connect;
mod flags;
mod model;
mod parse;
mod read;
mod setting;

pub use clusters::{Cluster, Clusters, State};
pub use connect::{Connect, Ignore, InHub};
pub use flags::Flags;
pub use model::{Allowance, Fleet, RingSettings, Seeds};
pub use read::read;
pub use setting::{Choice, Delivery, Engine, Located, MergeMode};
