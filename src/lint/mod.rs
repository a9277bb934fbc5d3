//! The rules: what is wrong with a ring although `CassKop` would take it.
//!
//! [`table`] is the one list of rules with ID, severity and reason; the other
//! files hold the checks, grouped by what they look at. Each check is a
//! function over a [`Context`] that adds findings. Pure: allowances are applied
//! to findings afterwards, and dates are given, never asked for.

mod table;

pub use table::{Judged, Rule, RuleId};
