//! What has to be in each cluster before a ring comes, derived from the files.
//!
//! One model ([`Prerequisites`]), made of prepared rings; each format is a file
//! that only writes it, and escapes what came from the input for its own medium.
//! Nothing is asked of a cluster here: [`questions`] says what would have to be, and
//! [`tick`] what the answers mean. Pure.

mod ask;
mod asking;
mod derive;
mod lists;
mod model;
mod network;
mod operator;
mod pods;
mod policies;
mod skeleton;
mod taints;
mod tick;
mod verdict;
mod volumes;

pub use ask::{Answers, Question, Resource, Which, questions};
pub use derive::prerequisites;
pub use lists::{markdown, text, ticked};
pub use model::{ClusterPrerequisites, Need, Prerequisite, Prerequisites, Subject};
pub use skeleton::skeleton;
pub use taints::Toleration;
pub use tick::tick;
pub use verdict::{State, Verdict};
