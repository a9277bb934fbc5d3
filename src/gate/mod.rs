//! The gate: may the next cluster of a ring receive its change now?
//!
//! Running and Done in the status are no proof (docs/facts.md, Operations), so
//! the gate asks for six conditions, and any that does not hold is a [`Reason`]
//! to stay closed. One look at one cluster is judged by itself ([`judge`]); a
//! [`Verdict`] needs all clusters of the ring, held over some time. Pure: the
//! time is given.

mod busy;
mod case;
mod done;
mod ends;
mod facts;
mod git;
mod hold;
mod judge;
mod live;
mod model;
mod rack;
mod report;
mod sets;
mod text;
mod verdict;
mod wait;
mod workload;

pub use case::{Case, Judged, Sets};
pub use hold::{Held, Hold, Patience, Taken};
pub use judge::judge;
pub use model::{Condition, Reason, Remedy, Settings, Unseen, Verdict, Warning};
pub use report::{GateAnswer, GateEnd, GateIgnored, GateReason, GateReport, GateRing, GateUnseen, GateWarning};
pub use text::{headline, line, text};
pub use verdict::{Ask, Assessment, Member, Rules, assess};
pub use wait::{Gate, Stand};
