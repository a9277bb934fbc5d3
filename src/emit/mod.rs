//! What a file of the tree is called and how it begins: paths, headers,
//! kustomizations.
//!
//! A rendered object becomes a [`TreeFile`]: its path, and its text with a
//! header by which a later run knows the file as ours. The kustomization of a
//! directory depends on what else is there, so [`crate::write::plan`] makes it
//! with [`kustomization()`]. Pure.

mod file;
mod header;
mod kustomization;
mod text;

pub use file::{FileKind, FileName, TreeFile, TreePath, check_paths};
pub use header::{About, Header, Mark, RingKey, State};
pub use kustomization::kustomization;
pub use text::{SharedText, digest, same_text};
