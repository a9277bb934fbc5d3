//! What one run may make, so that no input takes all memory or all day. Pure.
//!
//! Far above what anybody renders: a ring has a few hundred values in each of a
//! handful of clusters, and its manifests are some kilobytes each.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::emit::TreeFile;
use crate::finding::Finding;
use crate::fleet::Fleet;
use crate::read::Ring;

use super::Rendered;

/// Values of one ring, in all its clusters together.
const RING_VALUES: usize = 200_000;
/// Findings about one ring.
const RING_FINDINGS: usize = 1_000;
/// Bytes of all manifests, which are held until the first of them is written.
const BYTES: usize = 128 << 20;
/// Findings about all rings.
const FINDINGS: usize = 20_000;

const WHY: &str = "a limit keeps a damaged or hostile file from taking all memory";
const FEWER: &str = "name some of the sources only, such as `multicasskop render rings/demo.yaml`, and run several times";

/// What the rings of a run have come to, counted while they are rendered side by side.
#[derive(Debug, Default)]
pub(super) struct Total {
    bytes: AtomicUsize,
    findings: AtomicUsize,
}

impl Total {
    /// Adds a ring.
    pub(super) fn add(&self, one: &Rendered) {
        let bytes = one.files.iter().map(TreeFile::size).sum();
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.findings.fetch_add(one.findings.len(), Ordering::Relaxed);
    }

    /// What is too much, if anything is; once it is, it stays so.
    pub(super) fn exceeded(&self) -> Option<Finding> {
        let message = if self.bytes.load(Ordering::Relaxed) > BYTES {
            format!("the manifests of all rings come to more than {} MiB", BYTES >> 20)
        } else if self.findings.load(Ordering::Relaxed) > FINDINGS {
            format!("there are more than {FINDINGS} findings about the rings")
        } else {
            return None;
        };
        Some(Finding::invalid(message).why(WHY).fix(FEWER))
    }
}

/// A ring that is too large in all its clusters together to be rendered.
pub(super) fn too_large(fleet: &Fleet, ring: &Ring) -> Option<Finding> {
    let base = ring.base.count();
    let values: usize = ring
        .overrides
        .iter()
        .filter(|over| fleet.clusters.get(&over.cluster).is_some())
        .map(|over| base.saturating_add(over.node.count()))
        .sum();
    (values > RING_VALUES).then(|| {
        Finding::invalid(format!("`{}` would have {values} values in all its clusters, more than {RING_VALUES}", ring.name))
            .at(ring.span, "")
            .why("a limit keeps a damaged or hostile file from taking all memory; the API server takes no object of that size anyway")
            .fix("check that this is the right file, and that aliases do not multiply each other; a ring has a few hundred values in each cluster")
    })
}

/// Keeps the first findings about a ring, and says how many more there are.
pub(super) fn shorten(findings: &mut Vec<Finding>) {
    let more = findings.len().saturating_sub(RING_FINDINGS);
    if more > 0 {
        findings.truncate(RING_FINDINGS);
        findings.push(
            Finding::invalid(format!("there are {more} more findings about the ring")).why(WHY).fix("mend those above first"),
        );
    }
}
