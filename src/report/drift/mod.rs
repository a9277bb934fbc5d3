//! The drift report's own formats, text and metrics, and what pages of it are made
//! of. Pure.

mod fold;
mod prometheus;
mod text;
mod values;
mod words;

pub(super) use fold::{Folded, FoldedEffect, Group, groups};
pub use prometheus::metrics;
pub use text::text;
pub(super) use values::lines;
pub(super) use words::{counts, effect, state, summary, when, who};
