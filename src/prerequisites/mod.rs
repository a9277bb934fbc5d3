//! What has to be in each cluster before a ring comes, derived from the files.
//!
//! One model ([`Prerequisites`]), made of prepared rings; each format is a file
//! that only writes it, and escapes what came from the input for its own medium.
//! Nothing is asked of a cluster here. Pure.

mod derive;
mod lists;
mod model;
mod network;
mod pods;
mod skeleton;
mod volumes;

pub use derive::prerequisites;
pub use lists::{markdown, text};
pub use model::{ClusterPrerequisites, Need, Prerequisite, Prerequisites, Subject};
pub use skeleton::skeleton;
