//! The only module that talks to GitHub: one comment in a pull request, one issue
//! for drift, both kept in place.
//!
//! What is said comes as text; this module finds the comment or issue that an
//! earlier run left (by a hidden [`Marker`](crate::report::Marker) and by its author), and makes,
//! changes or ends it. It waits where GitHub asks to wait, and repeats what a
//! server did not do. No error that leaves it holds the token. Blocking.
#![allow(clippy::disallowed_methods, reason = "the edge: this module waits, and asks for the time to do so")]

mod client;
mod comment;
mod issue;
mod marker;
mod ours;
mod problem;

pub use client::{Client, Patience, Repository};
pub use comment::{Comment, Commented};
pub use issue::{Issue, Issued};
pub use marker::RunId;
pub use ours::Text;
pub use problem::{Problem, ProblemKind};
