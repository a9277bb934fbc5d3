//! From rendered files to a tree on disk; the only module that writes files.
//!
//! ```text
//! OutDir::read → Snapshot ┐
//! rendered TreeFiles      ┴→ plan → Plan → apply
//! ```
//!
//! [`OutDir`] reads what is there, [`plan()`] decides without touching anything
//! what is written, removed, left alone or refused, and [`apply()`] does it so
//! that each file is the old one or the new one whenever the process is killed.
//! `--check` stops after the plan and shows [`Plan::diff`].

mod apply;
mod diff;
mod foreign;
mod one;
mod out;
mod plan;
mod snapshot;

use std::collections::BTreeSet;

pub use apply::{Files, TempName, apply};
pub use diff::FileDiff;
pub use one::{append_file, create_file, create_folder, lay_aside_unless_text, replace_file, update_file};
pub use out::{OutDir, Texts};
pub use plan::{Edit, Plan, Refusal, Removal, Write, plan};
pub use snapshot::{Directory, Obstacle, OnDisk, Ours, Place, Snapshot};

use crate::emit::{About, Header, RingKey};
use crate::names::ClusterName;
use crate::tree::SmolStr;

/// What a run was given, and so what it may replace and remove.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The fleet and how much of it.
    pub fleet: Fleet,
    /// The clusters whose directories are looked at, retired ones too. A run of
    /// the whole fleet looks at all directories below `out`.
    pub clusters: BTreeSet<ClusterName>,
    /// The rings that this run renders.
    pub rings: BTreeSet<RingKey>,
}

/// Whose files a run writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fleet {
    /// There is no fleet file.
    None,
    /// Some rings of the fleet of this name.
    Part(SmolStr),
    /// All rings of the fleet of this name.
    Whole(SmolStr),
}

impl Fleet {
    /// The fleet's name, if there is a fleet file.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Part(name) | Self::Whole(name) => Some(name),
        }
    }
}

impl Scope {
    /// Whether this run may replace or remove an untouched file with this header.
    ///
    /// Yes for the files of the rings that it was given, and for all files of a
    /// fleet that is rendered as a whole. A fleet takes over what was rendered
    /// without a fleet file, never what another fleet rendered.
    fn reaches(&self, header: &Header) -> bool {
        let own = self.is_own(header);
        let given = match &header.about {
            About::Ring { ring, .. } => self.rings.contains(ring),
            About::Directory => true,
        };
        (given && (own || header.fleet.is_none())) || (own && matches!(self.fleet, Fleet::Whole(_)))
    }

    /// Whether the header names this run's fleet, or neither has one.
    fn is_own(&self, header: &Header) -> bool {
        header.fleet.as_deref() == self.fleet.name()
    }
}
