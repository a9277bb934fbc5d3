//! What CassKop would do if Git were applied now, as far as it can be told from
//! the two specs (docs/facts.md, Refused changes; Operations; Labels and
//! selectors).
//!
//! What is compared is Git with the spec that CassKop has last processed: what
//! was edited since, and not seen, it never knew. Pure.

mod shape;
mod storage;
mod table;
mod topology;

use std::collections::BTreeMap;

use shape::{Dc, Shape};
use table::{Leads, leads};
use topology::Verdict;

use super::classify::is_silence;
use super::compare::{self, Delta, covers};
use super::model::{Effect, EffectKind};
use crate::ring::name;
use crate::schema::Release;
use crate::tree::{Node, PathBuf};

/// All that the effects depend on.
pub(super) struct Change<'a> {
    /// The ring's name.
    pub(super) ring: &'a str,
    /// The CassKop of the cluster.
    pub(super) release: Release,
    /// The spec that CassKop has processed; `None` if it has not seen the object.
    pub(super) old: Option<&'a Node>,
    /// What Git wants. Both in comparable form.
    pub(super) new: &'a Node,
    /// The live object.
    pub(super) live: &'a Node,
    /// Labels that differ.
    pub(super) labels: &'a [Delta<'a>],
    /// Whether somebody else than who applies Git has set those that are live.
    pub(super) labels_by_hand: bool,
    /// Where the manifest has other seeds than the live status.
    pub(super) seeds: Seeds,
    /// Whether the object is being deleted.
    pub(super) deleting: bool,
    /// The StatefulSets of the namespace, if they were looked at.
    pub(super) stateful_sets: Option<&'a [Node]>,
}

/// Where a manifest has other seeds than the live status.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seeds {
    /// Nowhere.
    Same,
    /// In its own status.
    InStatus,
    /// In the variable of the back-up sidecar.
    InVariable,
}

/// The first release whose CRD has a status subresource.
const STATUS_DROPPED: Release = Release { major: 2, minor: 3, patch: 0 };

/// What CassKop would do, what hurts most first.
pub(super) fn effects(change: &Change<'_>) -> Vec<Effect> {
    if change.deleting {
        let text =
            "the object is being deleted: its pods go, and with `deletePVC` their volumes; applying Git does not stop that";
        return vec![effect(EffectKind::Removes, "deletion", Vec::new(), 0, text.to_owned(), vec![String::new()])];
    }
    let Some(old) = change.old else { return of_creation(change.new) };
    let mut deltas = compare::specs(change.new, old, change.release.profile().types());
    deltas.retain(|delta| !is_silence(delta));
    let (before, after) = (Shape::of(old), Shape::of(change.new));
    let mut effects = Effects { deltas: &deltas, before: &before, found: Vec::new() };
    let action = |name: &str| change.live.at(&["status", name]).and_then(Node::as_str);
    let scaling_down = action("lastClusterAction") == Some("ScaleDown") && action("lastClusterActionStatus") != Some("Done");
    let topology = effects.paths(&["spec.topology"]);
    let verdict = topology::judge(&before, &after, scaling_down, change.release);
    match &verdict {
        Verdict::Accepted => {}
        Verdict::Refused(why) => effects.refuse("topology", format!("the whole topology is put back: {why}"), topology.clone()),
        Verdict::Stuck(why) => effects.add(EffectKind::Stuck, "topology", effects.all_racks(), 0, why.clone(), topology.clone()),
        Verdict::Wiped => effects.wiped(&before, topology.clone()),
    }
    let nodes = |spec: &Node| spec.get("nodesPerRacks").and_then(Node::as_int).unwrap_or(0);
    if nodes(old) != 0 && nodes(change.new) == 0 {
        let paths = effects.paths(&["spec.nodesPerRacks"]);
        effects.refuse("nodesPerRacks", "0 nodes per rack is refused, and the old number put back".to_owned(), paths);
    }
    storage::judge(&before, &after, (old, change.new), change.release, &mut effects);
    if verdict == Verdict::Accepted {
        effects.scale(&after);
    }
    effects.restarts(&after, old, change.new, &verdict);
    effects.quiet();
    beside_the_spec(change, &mut effects);
    effects.frozen(change.new);
    let mut found = merged(effects.found);
    for refused in found.iter_mut().filter(|effect| effect.kind == EffectKind::Refused) {
        refused.text.push_str("; other changes go on, and the engine applies Git again and again");
    }
    found.sort_by_key(|effect| effect.kind);
    found
}

/// What applying Git does about fields that only the live object has.
pub(super) fn of_extra(paths: Vec<String>) -> Effect {
    let text = "the field stays: server-side apply removes nothing that another manager has set; what else is said here happens once it is removed by hand";
    effect(EffectKind::Nothing, "none", Vec::new(), 0, text.to_owned(), paths)
}

/// Nothing at all: CassKop has never seen the values that differ.
pub(super) fn none(paths: Vec<String>) -> Effect {
    let text = "CassKop has not seen what is live; if Git is applied before it does, nothing happens";
    effect(EffectKind::Nothing, "none", Vec::new(), 0, text.to_owned(), paths)
}

/// Effects of several data centres that are one operation become one.
fn merged(effects: Vec<Effect>) -> Vec<Effect> {
    let mut out: Vec<Effect> = Vec::new();
    for effect in effects {
        let same =
            |other: &&mut Effect| (other.kind, &other.operation, &other.paths) == (effect.kind, &effect.operation, &effect.paths);
        let Some(other) = out.iter_mut().find(same) else {
            out.push(effect);
            continue;
        };
        other.racks.extend(effect.racks.into_iter().filter(|rack| !other.racks.contains(rack)).collect::<Vec<_>>());
        other.pods = other.pods.saturating_add(effect.pods);
        if !other.text.contains(&effect.text) {
            other.text = format!("{}; {}", other.text, effect.text);
        }
    }
    out
}

/// What a new object leads to: every rack starts.
pub(super) fn of_creation(spec: &Node) -> Vec<Effect> {
    let shape = Shape::of(spec);
    let racks = shape.dcs.iter().flat_map(|dc| racks_of(*dc)).collect();
    let pods = shape.dcs.iter().map(|dc| pods(dc.racks().len(), dc.nodes)).sum();
    let text = "CassKop starts the racks one after the other, first one pod of each".to_owned();
    vec![effect(EffectKind::Adds, "Initializing", racks, pods, text, vec![String::new()])]
}

fn effect(kind: EffectKind, operation: &str, racks: Vec<String>, pods: i64, text: String, paths: Vec<String>) -> Effect {
    Effect { kind, operation: operation.to_owned(), racks, pods, text, paths }
}

fn pods(racks: usize, nodes: i64) -> i64 {
    i64::try_from(racks).unwrap_or(i64::MAX).saturating_mul(nodes)
}

/// The racks of a data centre, `DC-RACK`, in CassKop's order.
fn racks_of(dc: Dc<'_>) -> Vec<String> {
    dc.racks().iter().map(|rack| format!("{}-{}", dc.name, name(rack))).collect()
}

/// The effects while they are gathered.
struct Effects<'a> {
    deltas: &'a [Delta<'a>],
    before: &'a Shape<'a>,
    found: Vec<Effect>,
}

impl Effects<'_> {
    fn add(&mut self, kind: EffectKind, operation: &str, racks: Vec<String>, pods: i64, text: String, paths: Vec<String>) {
        self.found.push(effect(kind, operation, racks, pods, text, paths));
    }

    fn refuse(&mut self, what: &str, text: String, paths: Vec<String>) {
        self.add(EffectKind::Refused, &format!("CorrectCRDConfig ({what})"), Vec::new(), 0, text, paths);
    }

    /// The differing paths at or below these.
    fn paths(&self, tops: &[&str]) -> Vec<String> {
        let below = |delta: &&Delta<'_>| tops.iter().any(|top| covers(top, delta.path.as_str()));
        self.deltas.iter().filter(below).map(|delta| delta.path.as_str().to_owned()).collect()
    }

    fn all_racks(&self) -> Vec<String> {
        self.before.dcs.iter().flat_map(|dc| racks_of(*dc)).collect()
    }

    fn wiped(&mut self, before: &Shape<'_>, paths: Vec<String>) {
        let gone: Vec<_> = before.dcs.iter().flat_map(|dc| racks_of(*dc)).filter(|rack| rack != "dc1-rack1").collect();
        let nodes = before.dcs.first().map_or(0, |dc| dc.nodes);
        let lost = pods(gone.len(), nodes);
        let text = "without a topology CassKop deletes every StatefulSet but that of `dc1-rack1`, nodes or not".to_owned();
        self.add(EffectKind::Removes, "ActionDeleteDC", gone, lost, text, paths);
    }

    /// More, fewer, new and removed nodes.
    fn scale(&mut self, after: &Shape<'_>) {
        let paths = self.paths(&["spec.nodesPerRacks", "spec.topology"]);
        for dc in &after.dcs {
            let (racks, count) = (racks_of(*dc), dc.racks().len());
            let Some(before) = self.before.dc(dc.name) else {
                let nodes = pods(count, dc.nodes.max(1));
                let text = format!("the new data centre `{}` starts; its keyspaces and `rebuild` are up to you", dc.name);
                self.add(EffectKind::Adds, "Initializing", racks, nodes, text, paths.clone());
                continue;
            };
            let more = pods(count, dc.nodes.saturating_sub(before.nodes));
            if more > 0 {
                let text = "one pod per rack at a time; nothing restarts".to_owned();
                self.add(EffectKind::Adds, "ScaleUp", racks, more, text, paths.clone());
            } else if more < 0 {
                let mut text = "each node is decommissioned, then its volume deleted, with `deletePVC: false` too".to_owned();
                if dc.nodes == 0 {
                    text.push_str("; refused, and put back, while keyspaces still replicate there or nobody can be asked");
                }
                self.add(EffectKind::Removes, "ScaleDown", racks, more.saturating_neg(), text, paths.clone());
            }
        }
        let automatic = after.spec.get("autoUpdateSeedList").and_then(Node::as_bool) == Some(true);
        if automatic
            && self.found.iter().any(|effect| matches!(effect.operation.as_str(), "ScaleUp" | "ScaleDown" | "Initializing"))
        {
            let count = self.before.dcs.iter().map(|dc| pods(dc.racks().len(), dc.nodes)).sum();
            let text = "`autoUpdateSeedList` makes a new list of local seeds, and every rack restarts".to_owned();
            self.add(EffectKind::Restarts, "UpdateSeedList", self.all_racks(), count, text, paths.clone());
        }
        for dc in self.before.dcs.iter().filter(|dc| after.dc(dc.name).is_none()) {
            let lost = pods(dc.racks().len(), dc.nodes);
            let state =
                if lost > 0 { "has nodes (in the new order CassKop looks at another one)" } else { "has no nodes any more" };
            let text = format!("the StatefulSets of `{}`, which {state}, are deleted", dc.name);
            self.found.push(effect(EffectKind::Removes, "ActionDeleteDC", racks_of(*dc), lost, text, paths.clone()));
        }
    }

    /// Rolling restarts: per rack the first operation in CassKop's order, with everything that changes the template.
    fn restarts(&mut self, after: &Shape<'_>, old: &Node, new: &Node, verdict: &Verdict) {
        let mut groups: BTreeMap<Leads, (Vec<String>, i64, Vec<String>)> = BTreeMap::new();
        for dc in &self.before.dcs {
            for rack in dc.racks() {
                // What is refused is put back; without a data centre there is nothing to restart.
                let target = if *verdict == Verdict::Accepted { after.dc(dc.name) } else { Some(*dc) };
                let Some(target) = target else { continue };
                let causes = self.causes(*dc, target, name(rack), old, new);
                let Some(first) = causes.iter().map(|(leads, _)| *leads).min() else { continue };
                let partition = target.rack(name(rack)).and_then(|rack| rack.get("rollingPartition")).and_then(Node::as_int);
                let group = groups.entry(first).or_default();
                group.0.push(format!("{}-{}", dc.name, name(rack)));
                group.1 += (dc.nodes.min(target.nodes) - partition.unwrap_or(0)).max(0);
                for (_, path) in causes {
                    if !group.2.contains(&path) {
                        group.2.push(path);
                    }
                }
            }
        }
        for (leads, (racks, pods, paths)) in groups {
            let mut text = "rolling restart, rack by rack, one pod at a time".to_owned();
            if paths.iter().any(|path| covers("spec.backRestSidecar.envVars", path)) {
                text.push_str("; seeds that change here do not reach nodes that are there: the old ones are kept");
            }
            self.add(EffectKind::Restarts, leads.restart().unwrap_or_default(), racks, pods, text, paths);
        }
    }

    /// What changes the pod template of a rack, by path.
    fn causes(&self, old_dc: Dc<'_>, new_dc: Dc<'_>, rack: &str, old: &Node, new: &Node) -> Vec<(Leads, String)> {
        let mut causes = Vec::new();
        for delta in self.deltas {
            let leads = leads(member(&delta.path));
            // The heap is made of the spec's memory limit, whatever a data centre has.
            let memory = |spec: &Node| serde_json::to_string(&spec.at(&["resources", "limits", "memory"])).unwrap_or_default();
            let spared = leads == Leads::Resources && new_dc.has_resources() && memory(old) == memory(new);
            if leads.restart().is_some() && !spared {
                causes.push((leads, delta.path.as_str().to_owned()));
            }
        }
        let json =
            |node: Option<&Node>, name: &str| serde_json::to_string(&node.and_then(|node| node.get(name))).unwrap_or_default();
        let differs =
            |a: Option<&Node>, b: Option<&Node>, names: &[&str]| names.iter().any(|name| json(a, name) != json(b, name));
        let members = ["labels", "config", "numTokens"];
        if differs(Some(old_dc.node), Some(new_dc.node), &members) || differs(old_dc.rack(rack), new_dc.rack(rack), &members) {
            causes.extend(self.paths(&["spec.topology"]).into_iter().map(|path| (Leads::Template, path)));
        }
        causes
    }

    /// What changes without a restart.
    fn quiet(&mut self) {
        let of = |effects: &Self, wanted: Leads| -> Vec<String> {
            let found = effects.deltas.iter().filter(|delta| leads(member(&delta.path)) == wanted);
            found.map(|delta| delta.path.as_str().to_owned()).collect()
        };
        let quiet = of(self, Leads::Quiet);
        if !quiet.is_empty() {
            let mut text = "only CassKop itself or the PodDisruptionBudget reads it: no pod restarts".to_owned();
            if quiet.iter().any(|path| path == "spec.autoUpdateSeedList") {
                text.push_str("; `autoUpdateSeedList: true` replaces the ring's seeds by local ones, which restarts every rack");
            }
            self.add(EffectKind::Quiet, "none", Vec::new(), 0, text, quiet);
        }
        let partition: Vec<_> = self
            .deltas
            .iter()
            .map(|delta| delta.path.as_str().to_owned())
            .filter(|path| path.ends_with(".rollingPartition"))
            .collect();
        if !partition.is_empty() {
            let text =
                "pods below the partition keep the old revision; a lower one lets those restart that were held back".to_owned();
            self.add(EffectKind::Quiet, "UpdateStatefulSet", Vec::new(), 0, text, partition);
        }
        let nothing = of(self, Leads::Nothing);
        if !nothing.is_empty() {
            let text = "the Service is only read when it is created: change or delete it by hand".to_owned();
            self.add(EffectKind::Nothing, "none", Vec::new(), 0, text, nothing);
        }
    }

    /// Without a pod that may be down CassKop changes no StatefulSet.
    fn frozen(&mut self, new: &Node) {
        let works = |effect: &Effect| matches!(effect.kind, EffectKind::Restarts | EffectKind::Adds | EffectKind::Removes);
        let zero = new.get("maxPodUnavailable").and_then(Node::as_int).unwrap_or(0) == 0;
        if zero && self.found.iter().any(works) {
            let text =
                "with `maxPodUnavailable: 0` the first rack may change and the others never do, although the status says Done";
            let paths = vec!["spec.maxPodUnavailable".to_owned()];
            self.add(EffectKind::Stuck, "none", self.all_racks(), 0, text.to_owned(), paths);
        }
    }
}

/// The member of the spec that a path is in.
fn member(path: &PathBuf) -> &str {
    let rest = path.as_str().strip_prefix("spec.").unwrap_or_default();
    rest.split(['.', '[']).next().unwrap_or_default()
}

/// Labels and seeds.
fn beside_the_spec(change: &Change<'_>, effects: &mut Effects<'_>) {
    if !change.labels.is_empty() {
        let paths = change.labels.iter().map(|delta| delta.path.as_str().to_owned()).collect();
        let (kind, text) = of_labels(change);
        effects.add(kind, "none", effects.all_racks(), 0, text.to_owned(), paths);
    }
    let paths = || vec![super::seeds::path().as_str().to_owned()];
    let racks = effects.all_racks();
    if change.seeds == Seeds::InStatus && change.release < STATUS_DROPPED {
        let count = effects.before.dcs.iter().map(|dc| pods(dc.racks().len(), dc.nodes)).sum();
        effects.add(EffectKind::Restarts, "UpdateSeedList", racks, count, "rolling restart of every rack".to_owned(), paths());
    } else if change.seeds == Seeds::InStatus {
        let text =
            "the API server drops a status in a manifest: nodes keep the local seeds; let the seeds go by ConfigMap".to_owned();
        effects.add(EffectKind::Nothing, "none", Vec::new(), 0, text, paths());
    } else if change.seeds == Seeds::InVariable {
        let text = "CassKop goes through UpdateSeedList Ongoing and Done in turn, until the status has the list of the variable: let the seeds go by ConfigMap, or patch the status".to_owned();
        effects.add(EffectKind::Stuck, "UpdateSeedList", racks, 0, text, paths());
    }
}

/// Labels end in selectors that cannot be changed: what the StatefulSets have decides.
fn of_labels(change: &Change<'_>) -> (EffectKind, &'static str) {
    let owned = |set: &&Node| {
        let owners = set.at(&["metadata", "ownerReferences"]).map(Node::items).unwrap_or_default();
        let is = |node: &Node, name: &str, wanted: &str| node.get(name).and_then(Node::as_str) == Some(wanted);
        owners.iter().any(|owner| is(owner, "kind", "CassandraCluster") && is(owner, "name", change.ring))
    };
    let sets: Vec<_> = change.stateful_sets.unwrap_or_default().iter().filter(owned).collect();
    let selects = |set: &Node, delta: &Delta<'_>| {
        let name = delta.path.steps().last();
        let Some(crate::tree::Segment::Key(name)) = name else { return false };
        let live = set.at(&["spec", "selector", "matchLabels", name]).and_then(Node::as_str);
        live == delta.wanted.and_then(Node::as_str)
    };
    if sets.is_empty() && change.labels_by_hand {
        let text = "labels are in selectors that cannot be changed: this puts back what they were before somebody edited them";
        return (EffectKind::Quiet, text);
    }
    if sets.is_empty() {
        let text = "labels end in selectors that cannot be changed: this mends the ring if the StatefulSets were made with Git's labels, and else every later operation hangs";
        return (EffectKind::Stuck, text);
    }
    if sets.iter().all(|set| change.labels.iter().all(|delta| selects(set, delta))) {
        return (EffectKind::Quiet, "the StatefulSets were made with Git's labels: putting them back lets operations go on");
    }
    (
        EffectKind::Stuck,
        "the StatefulSets were made with other labels, and selectors cannot be changed: every later operation hangs",
    )
}

#[cfg(test)]
mod tests;
