//! What kind of difference each differing value is, by who owns it and by what
//! CassKop says that it has processed (docs/facts.md, Field managers; What
//! can be seen of a change). Pure.

use super::compare::{Delta, covers};
use super::direction::carried;
use super::managed::Managers;
use super::model::{Actor, ActorKind, Class, Direction};
use crate::order::CONTENT_HASH;
use crate::tree::{DefaultBy, Node, Origin, Path};

/// What is known of a live object beside its values.
pub(super) struct Facts<'a> {
    managers: &'a Managers<'a>,
    direction: Direction,
    /// Where the live spec is not the one that CassKop last processed; `None` if it has processed none.
    unprocessed: Option<&'a [Delta<'a>]>,
    /// Managers that put Git's annotation there.
    appliers: Vec<Actor>,
    /// Whether the object has ever been applied from Git.
    from_git: bool,
}

/// Paths whose old value CassKop puts back also where Git leaves them out.
const PUT_BACK: [&str; 4] = ["spec.nodesPerRacks", "spec.dataCapacity", "spec.dataStorageClass", "spec.topology"];

/// What CassKop fills in once, when it makes an object its own. Where neither
/// Git nor the object has such a value, they agree.
const FILLED_ONCE: [&str; 4] = ["spec.nodesPerRacks", "spec.maxPodUnavailable", "spec.resources.limits", "spec.topology.dc"];

impl<'a> Facts<'a> {
    /// Gathers what is known.
    pub(super) fn new(
        live: &Node,
        managers: &'a Managers<'a>,
        direction: Direction,
        unprocessed: Option<&'a [Delta<'a>]>,
    ) -> Self {
        let (metadata, annotations) = (Path::ROOT.key("metadata"), "annotations");
        let appliers = managers.of_path(&metadata.key(annotations).key(CONTENT_HASH).to_buf());
        Self { managers, direction, unprocessed, appliers, from_git: carried(live).is_some() }
    }

    /// The class of a value of the spec that differs, and who has set it.
    pub(super) fn of_spec(&self, delta: &Delta<'_>) -> (Class, Vec<Actor>) {
        let actors = self.managers.of_path(&delta.live_path);
        (self.class(delta, &actors), actors)
    }

    /// Whether one of them applies Git.
    pub(super) fn is_from_git(&self, actors: &[Actor]) -> bool {
        let applied = actors.iter().any(|actor| self.appliers.iter().any(|applier| applier.manager == actor.manager));
        applied || (self.appliers.is_empty() && actors.iter().any(|actor| actor.kind == ActorKind::Engine))
    }

    fn class(&self, delta: &Delta<'_>, actors: &[Actor]) -> Class {
        if delta.live.is_none() {
            return Class::Missing;
        }
        let refused = self.was_put_back(delta, actors);
        if delta.wanted.is_none_or(is_filled) {
            let by_casskop = PUT_BACK.iter().any(|top| covers(top, delta.path.as_str()));
            return if refused && by_casskop { Class::Refused } else { Class::Extra };
        }
        if refused {
            return Class::Refused;
        }
        match self.direction {
            Direction::OtherRevision => Class::NotApplied,
            _ if !self.from_git || self.is_from_git(actors) => Class::NotApplied,
            Direction::EditedLive => Class::EditedLive,
            _ if actors.is_empty() => Class::NotApplied,
            _ => Class::EditedLive,
        }
    }

    /// Whether CassKop has refused Git's value: it owns what is live, and that is
    /// what it has processed. An object that never came from Git is none of it.
    fn was_put_back(&self, delta: &Delta<'_>, actors: &[Actor]) -> bool {
        let owner = actors.iter().any(|actor| actor.kind == ActorKind::Casskop && actor.operation == "Update");
        let seen = self.unprocessed.is_some_and(|deltas| !deltas.iter().any(|other| other.overlaps(delta)));
        owner && seen && self.from_git && self.direction != Direction::OtherRevision
    }
}

/// Whether a wanted value is a default and stands in no file.
fn is_filled(node: &Node) -> bool {
    matches!(node.origin, Origin::Default(DefaultBy::CassKop | DefaultBy::ApiServer))
}

/// Whether both sides agree although only the form of the wanted one has the
/// value: Git does not state it, or states 0, and CassKop does not fill it in again.
pub(super) fn is_silence(delta: &Delta<'_>) -> bool {
    let unsaid = delta.wanted.is_some_and(|node| is_filled(node) || node.as_int() == Some(0));
    unsaid && delta.live.is_none() && FILLED_ONCE.contains(&delta.path.as_str())
}
