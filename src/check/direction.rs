//! Which side moved, by the content hash that the renderer writes into every
//! object and that is computed again from what is live. Pure.

use super::model::Direction;
use super::normalise;
use crate::order::{CONTENT_HASH, content_hash};
use crate::schema::{Release, Versions};
use crate::tree::Node;
use crate::wanted::Wanted;

/// One release of each set of types: the object may have been rendered for another
/// CassKop than the one of today, whose form differs in a default of the CRD.
const PROFILES: [Release; 4] = [
    Release { major: 1, minor: 1, patch: 5 },
    Release { major: 2, minor: 2, patch: 9 },
    Release { major: 2, minor: 3, patch: 1 },
    Release { major: 2, minor: 3, patch: 4 },
];

/// Which side moved. `differs`: whether the spec is not what Git wants.
pub(super) fn direction(wanted: &Wanted, live: &Node, differs: bool) -> Direction {
    let Some(carried) = carried(live) else {
        return if differs { Direction::Unknown } else { Direction::Same };
    };
    if wanted.hash.as_deref() == Some(carried) {
        return if differs { Direction::EditedLive } else { Direction::Same };
    }
    if is_of(carried, wanted, live) {
        return Direction::OtherRevision;
    }
    if differs { Direction::Both } else { Direction::Same }
}

/// The content hash that a live object carries.
pub(super) fn carried(live: &Node) -> Option<&str> {
    live.at(&["metadata", "annotations", CONTENT_HASH]).and_then(Node::as_str)
}

/// Whether a hash is that of the live spec, so that the object is as some
/// revision of the file made it. Where seeds go by status they are hashed too.
fn is_of(hash: &str, wanted: &Wanted, live: &Node) -> bool {
    let Some(spec) = live.get("spec") else { return false };
    let seeds = wanted.object.at(&["status", "seedlist"]).is_some().then(|| {
        let list = live.at(&["status", "seedlist"]).map(Node::items).unwrap_or_default();
        list.iter().filter_map(Node::as_str).map(str::to_owned).collect::<Vec<_>>()
    });
    let initialised = normalise::is_initialised(live);
    releases(wanted.versions).into_iter().any(|release| {
        normalise::spec(spec, release, initialised).is_ok_and(|form| {
            content_hash(&form, seeds.as_deref()) == hash || (seeds.is_some() && content_hash(&form, None) == hash)
        })
    })
}

fn releases(versions: Versions) -> Vec<Release> {
    let api = versions.from.profile().api_version();
    let mut all: Vec<_> = versions.each().collect();
    all.extend(PROFILES.into_iter().filter(|release| release.profile().api_version() == api));
    all
}
