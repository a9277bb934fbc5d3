//! In which order clusters change, and what keeps their objects safe: waves,
//! guards against pruning, and a hash of what was rendered.
//!
//! [`annotate`] puts the annotations beside the user's own, [`content_hash`] is
//! what the live checker later compares. Pure.

mod annotations;
mod hash;

pub use annotations::{CONTENT_HASH, SYNC_WAVE, annotate};
pub use hash::{Hashes, content_hash};
