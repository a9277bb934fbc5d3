//! Text ⇄ tree: YAML and JSON are read into [`crate::tree::Node`]s with a place
//! for every key and value, and nodes are written as YAML that every reader
//! takes the same way. Pure; knows nothing of Kubernetes but how its readers
//! type plain scalars.

mod compose;
mod emit;
mod mapping;
mod number;
mod scalar;
mod syntax;
mod text;
mod time;

pub use compose::{Ambiguous, Budget, Document, MAX_DEPTH, compose};
pub use emit::emit;
pub use scalar::{Readings, Scalar, key_name, readings};
pub use text::decode;
