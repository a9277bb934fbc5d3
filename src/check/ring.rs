//! One ring in one cluster: its CassandraCluster against its file. Pure.

use super::classify::{Facts, is_silence};
use super::compare::{self, Delta};
use super::direction::direction;
use super::effect::{self, Change, Seeds};
use super::managed::Managers;
use super::mask::Shown;
use super::model::{Actor, Class, Difference, Direction, Effect, Resource, RingDrift, RingState};
use super::{Context, normalise, seeds};
use crate::schema::Release;
use crate::tree::{Map, Node, Path, PathBuf, Value};
use crate::wanted::Wanted;

/// Labels by which engines know their objects (docs/facts.md, Argo CD; Flux).
const TRACKING: [&str; 7] = [
    "app.kubernetes.io/instance",
    "argocd.argoproj.io/instance",
    "argocd.argoproj.io/secret-type",
    "kustomize.toolkit.fluxcd.io/name",
    "kustomize.toolkit.fluxcd.io/namespace",
    "helm.toolkit.fluxcd.io/name",
    "helm.toolkit.fluxcd.io/namespace",
];

/// What a ring's comparison gives.
pub(super) struct Compared {
    pub(super) drift: RingDrift,
    pub(super) notes: Vec<String>,
}

/// Both specs in comparable form, for one release.
struct Sides {
    release: Release,
    wanted: Node,
    live: Node,
    processed: Option<Node>,
}

impl Sides {
    fn of(wanted: &Wanted, live: &Node, release: Release) -> Result<Self, String> {
        let initialised = normalise::is_initialised(live);
        let empty = Node::made(Value::Map(Map::new()));
        let spec = live.get("spec").unwrap_or(&empty);
        Ok(Self {
            release,
            wanted: normalise::wanted(wanted.spec(), release, initialised)
                .map_err(|found| format!("its file {} cannot be used: {}", wanted.path, normalise::told(&found)))?,
            live: normalise::spec(spec, release, initialised)
                .map_err(|found| format!("the live object cannot be used: {}", normalise::told(&found)))?,
            processed: normalise::processed(live).and_then(|seen| normalise::spec(&seen, release, initialised).ok()),
        })
    }

    fn deltas(&self) -> Vec<Delta<'_>> {
        let mut deltas = compare::specs(&self.wanted, &self.live, self.release.profile().types());
        deltas.retain(|delta| !is_silence(delta));
        deltas
    }

    /// Where the live spec is not what CassKop has processed; `None` if it has processed none.
    fn unprocessed<'a>(&'a self) -> Option<Vec<Delta<'a>>> {
        let seen = self.processed.as_ref()?;
        let deltas = compare::specs(&self.live, seen, self.release.profile().types());
        // The left side is the live one here.
        let turned =
            |delta: Delta<'a>| Delta { wanted: None, live: delta.wanted, live_path: delta.path.clone(), path: delta.path };
        Some(deltas.into_iter().map(turned).collect())
    }
}

/// Compares a file with its live object.
///
/// # Errors
/// Why one of the two cannot be decoded, so that nothing can be said.
pub(super) fn compare(
    wanted: &Wanted,
    live: &Node,
    stateful_sets: Option<&[Node]>,
    context: &Context<'_>,
) -> Result<Compared, String> {
    let (sides, other) = sides(wanted, live)?;
    let mut deltas = sides.deltas();
    if let Some(other) = &other {
        let still = other.deltas();
        deltas.retain(|delta| still.iter().any(|also| also.overlaps(delta)));
    }
    let unprocessed = sides.unprocessed();
    let managers = Managers::of(live);
    let direction = direction(wanted, live, !deltas.is_empty());
    let facts = Facts::new(live, &managers, direction, unprocessed.as_deref());
    let mut found = Found { wanted, context, differences: Vec::new() };
    let (labels, notes) = labels(wanted, live, &sides);
    let mut labels_by_hand = true;
    for delta in &labels {
        let actors = managers.of_path(&delta.live_path);
        labels_by_hand &= !actors.is_empty() && !facts.is_from_git(&actors);
        found.delta(delta, Class::Labels, actors, &wanted.object, live);
    }
    let (wanted_root, live_root) = (rooted(&sides.wanted), rooted(&sides.live));
    for delta in &deltas {
        let (class, actors) = facts.of_spec(delta);
        found.delta(delta, class, actors, &wanted_root, &live_root);
    }
    found.unprocessed(unprocessed.as_deref(), &deltas, &managers, &live_root);
    found.flags(live, &managers);
    let seeds = found.seeds(&sides.wanted, live, &managers);
    let deleting = live.at(&["metadata", "deletionTimestamp"]).is_some();
    if deleting {
        found.whole(Class::Missing, managers.of_path(&PathBuf::from("metadata.deletionTimestamp")));
    }
    let effects = found.effects(&Change {
        ring: wanted.ring.name.as_str(),
        release: sides.release,
        old: sides.processed.as_ref(),
        new: &sides.wanted,
        live,
        labels: &labels,
        labels_by_hand,
        seeds,
        deleting,
        stateful_sets,
    });
    let action = live.at(&["status", "lastClusterAction"]).and_then(Node::as_str);
    let state = RingState {
        direction,
        processed: unprocessed.as_ref().is_some_and(Vec::is_empty),
        refused_before: action == Some("CorrectCRDConfig"),
    };
    let notes = notes.into_iter().map(|note| format!("{}: {}: {note}", wanted.cluster, wanted.ring)).collect();
    Ok(Compared { drift: ring(wanted, state, found.differences, effects), notes })
}

/// Both sides for the release that runs. During an upgrade also for the one that
/// will run: a value is as it should be if it is so for either.
fn sides(wanted: &Wanted, live: &Node) -> Result<(Sides, Option<Sides>), String> {
    let mut all = wanted.versions.each().map(|release| Sides::of(wanted, live, release));
    match (all.next(), all.next()) {
        (Some(Ok(sides)), Some(Ok(other))) => Ok((sides, Some(other))),
        (Some(Ok(sides)), _) | (_, Some(Ok(sides))) => Ok((sides, None)),
        (Some(Err(why)), _) => Err(why),
        (None, _) => Err("it has no release of CassKop".to_owned()),
    }
}

/// What is said of a file whose object is not there.
pub(super) fn missing(wanted: &Wanted, context: &Context<'_>) -> RingDrift {
    let mut found = Found { wanted, context, differences: Vec::new() };
    found.whole(Class::Missing, Vec::new());
    let state = RingState { direction: Direction::NotThere, processed: false, refused_before: false };
    let form = normalise::wanted(wanted.spec(), wanted.versions.from, false);
    let effects = form.map(|form| effect::of_creation(&form)).unwrap_or_default();
    ring(wanted, state, found.differences, effects)
}

fn ring(wanted: &Wanted, state: RingState, differences: Vec<Difference>, effects: Vec<Effect>) -> RingDrift {
    RingDrift {
        namespace: wanted.ring.namespace.to_string(),
        name: wanted.ring.name.to_string(),
        file: Some(wanted.path.to_string()),
        state,
        differences,
        effects,
    }
}

/// An object with nothing but this spec, so that paths lead into it.
fn rooted(spec: &Node) -> Node {
    let mut map = Map::new();
    map.set("spec", None, spec.clone());
    Node::made(Value::Map(map))
}

/// Labels that differ, and what is to be said of those that engines add.
fn labels<'a>(wanted: &'a Wanted, live: &'a Node, sides: &Sides) -> (Vec<Delta<'a>>, Vec<String>) {
    static NONE: Node = Node { value: Value::Null, origin: crate::tree::Origin::Default(crate::tree::DefaultBy::Renderer) };
    let of = |object: &'a Node| object.at(&["metadata", "labels"]).unwrap_or(&NONE);
    let metadata = Path::ROOT.key("metadata");
    let top = metadata.key("labels");
    let types = sides.release.profile().types();
    let (mut differing, mut notes) = (Vec::new(), Vec::new());
    for delta in each_label(of(&wanted.object), of(live), top, types) {
        let tracking = TRACKING.into_iter().find(|name| delta.path == top.key(name).to_buf());
        match tracking {
            Some(name) if delta.wanted.is_none() => notes.push(format!(
                "selector risk: the engine added the label `{name}`, and CassKop takes labels into selectors that cannot be changed; track objects by annotation instead"
            )),
            _ => differing.push(delta),
        }
    }
    (differing, notes)
}

/// Differing labels one by one, also where a side has none at all.
fn each_label<'a>(wanted: &'a Node, live: &'a Node, top: Path<'_>, types: crate::schema::TypeSet) -> Vec<Delta<'a>> {
    match (wanted.as_map(), live.as_map()) {
        (Some(_), Some(_)) => compare::free(wanted, live, top, types),
        (a, b) => {
            let only = |map: Option<&'a Map>| map.into_iter().flatten();
            let one = |name: &str, wanted, live| Delta {
                path: top.key(name).to_buf(),
                live_path: top.key(name).to_buf(),
                wanted,
                live,
            };
            let missing = only(a).map(|entry| one(&entry.key, Some(&entry.value), None));
            let extra = only(b).map(|entry| one(&entry.key, None, Some(&entry.value)));
            missing.chain(extra).collect()
        }
    }
}

/// The differences of a ring while they are gathered.
struct Found<'a> {
    wanted: &'a Wanted,
    context: &'a Context<'a>,
    differences: Vec<Difference>,
}

impl Found<'_> {
    fn delta(&mut self, delta: &Delta<'_>, class: Class, actors: Vec<Actor>, wanted_root: &Node, live_root: &Node) {
        let salt = &self.context.salt;
        let wanted = delta.wanted.map(|node| Shown::of(node, wanted_root, &delta.path, salt));
        let live = delta.live.map(|node| Shown::of(node, live_root, &delta.live_path, salt));
        self.push(&delta.path, class, (wanted, live), actors);
    }

    fn push(&mut self, path: &PathBuf, class: Class, shown: (Option<Shown>, Option<Shown>), actors: Vec<Actor>) {
        self.differences.push(Difference {
            resource: Resource::CassandraCluster,
            path: path.as_str().to_owned(),
            class,
            wanted: shown.0,
            live: shown.1,
            actors,
            place: (self.context.place)(self.wanted, path),
            rendered: None,
            first_seen: None,
            ignored: None,
            fails: false,
        });
    }

    /// The whole object.
    fn whole(&mut self, class: Class, actors: Vec<Actor>) {
        self.push(&PathBuf::default(), class, (None, None), actors);
    }

    /// What CassKop would do about them.
    fn effects(&self, change: &Change<'_>) -> Vec<Effect> {
        if self.differences.iter().all(|found| found.class == Class::RequestedOperation) {
            return Vec::new();
        }
        let mut effects = effect::effects(change);
        let extra = self.differences.iter().filter(|found| found.class == Class::Extra && !found.path.contains('['));
        let extra: Vec<_> = extra.map(|found| found.path.clone()).collect();
        if !extra.is_empty() {
            effects.push(effect::of_extra(extra));
        }
        if effects.is_empty() {
            effects.push(effect::none(self.differences.iter().map(|found| found.path.clone()).collect()));
        }
        effects
    }

    /// What was applied and CassKop has not seen; where something differs from Git anyway, that is said instead.
    fn unprocessed(&mut self, unprocessed: Option<&[Delta<'_>]>, deltas: &[Delta<'_>], managers: &Managers<'_>, live: &Node) {
        let Some(unprocessed) = unprocessed else {
            let path = Path::ROOT.key("spec").to_buf();
            let actors = managers.of_path(&path);
            return self.push(&path, Class::NotProcessed, (None, None), actors);
        };
        for delta in unprocessed.iter().filter(|delta| !deltas.iter().any(|other| other.overlaps(delta))) {
            let salt = &self.context.salt;
            let shown = delta.live.map(|node| Shown::of(node, live, &delta.live_path, salt));
            self.push(&delta.path, Class::NotProcessed, (shown.clone(), shown), managers.of_path(&delta.live_path));
        }
    }

    /// Action flags that are set and that Git does not set.
    fn flags(&mut self, live: &Node, managers: &Managers<'_>) {
        let set = |object: &Node| object.get("spec").map(normalise::flags).unwrap_or_default();
        let in_git = set(&self.wanted.object);
        for path in set(live).into_iter().filter(|path| !in_git.contains(path)) {
            let flag = Node::made(Value::Bool(true));
            let shown = Shown::of(&flag, live, &path, &self.context.salt);
            self.push(&path, Class::RequestedOperation, (None, Some(shown)), managers.of_path(&path));
        }
    }

    /// The list of seeds in the status. Says where the manifest has another one.
    fn seeds(&mut self, spec: &Node, live: &Node, managers: &Managers<'_>) -> Seeds {
        let Some(wanted) = seeds::wanted(&self.wanted.object, spec) else { return Seeds::Same };
        if !seeds::differ(&self.wanted.object, &wanted, live) {
            return Seeds::Same;
        }
        let path = seeds::path();
        let delta = Delta { path: path.clone(), live_path: path.clone(), wanted: Some(&wanted), live: live.at(&seeds::SEEDLIST) };
        self.delta(&delta, Class::Seeds, managers.of_path(&path), &self.wanted.object, live);
        if self.wanted.object.at(&seeds::SEEDLIST).is_some() { Seeds::InStatus } else { Seeds::InVariable }
    }
}
