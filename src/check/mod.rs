//! Drift: live objects against the rendered tree.
//!
//! ```text
//! normalise → compare → classify → report
//! ```
//!
//! Both sides are brought into canonical form, the smallest differing values are
//! found, and each is given a class, somebody who did it, and what CassKop
//! would do if Git were applied now. Reads [`Wanted`](crate::wanted::Wanted) and
//! [`Look`](crate::observed::Look), gives a [`DriftReport`]. Pure: the time is given.

mod model;

pub use model::{
    Actor, ActorKind, Class, ClusterDrift, Difference, Direction, DriftReport, Effect, EffectKind, IgnoredBy, NotChecked, Place,
    Resource, RingDrift, RingState, Shown,
};
