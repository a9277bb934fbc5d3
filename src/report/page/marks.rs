//! The states of clusters, data centres and racks, for the drawing. Pure.

use super::{Level, Section};
use crate::check::{ClusterDrift, Difference, DriftReport, EffectKind, NotChecked, RingDrift};
use crate::gate::{GateAnswer, GateReport, Remedy};
use crate::topology::{ClusterTopology, State, Topology, TopologyMarks};
use crate::tree::{PathBuf, Segment};

/// All parts of a ring in a cluster.
struct Ring<'a> {
    name: &'a str,
    cluster: &'a ClusterTopology,
}

impl Ring<'_> {
    fn set(&self, marks: &mut TopologyMarks, dc: &str, rack: &str, state: State, words: &str) {
        marks.set([self.name, &self.cluster.name, dc, rack], state, words);
    }

    /// The cluster and everything in it.
    fn all(&self, marks: &mut TopologyMarks, state: State, words: &str) {
        self.set(marks, "", "", state, words);
        for dc in &self.cluster.dcs {
            self.set(marks, &dc.name, "", state, words);
            dc.racks.iter().for_each(|rack| self.set(marks, &dc.name, &rack.name, state, words));
        }
    }

    /// The parts that a path leads through, from the cluster down.
    fn way(&self, marks: &mut TopologyMarks, path: &str, state: State, words: &str) {
        self.set(marks, "", "", state, words);
        let path = PathBuf::from(path);
        let steps: Vec<_> = path.steps().collect();
        let index = |at: usize| match steps.get(at) {
            Some(Segment::Index(index)) => Some(*index),
            _ => None,
        };
        let below = matches!(steps.get(1..3), Some([Segment::Key("topology"), Segment::Key("dc")]));
        let Some(dc) = index(3).filter(|_| below).and_then(|at| self.cluster.dcs.get(at)) else { return };
        self.set(marks, &dc.name, "", state, words);
        let in_rack = matches!(steps.get(4), Some(Segment::Key("rack")));
        if let Some(rack) = index(5).filter(|_| in_rack).and_then(|at| dc.racks.get(at)) {
            self.set(marks, &dc.name, &rack.name, state, words);
        }
    }

    /// A rack by CassKop's name for it, `DC-RACK`, and its data centre.
    fn rack(&self, marks: &mut TopologyMarks, key: &str, state: State, words: &str) {
        for dc in &self.cluster.dcs {
            let found = dc.racks.iter().find(|rack| format!("{}-{}", dc.name, rack.name) == key);
            if let Some(rack) = found {
                self.set(marks, &dc.name, &rack.name, state, words);
                self.set(marks, &dc.name, "", state, words);
            }
        }
    }
}

fn rings(topology: &Topology) -> impl Iterator<Item = Ring<'_>> {
    topology.rings.iter().flat_map(|ring| {
        let active = ring.clusters.iter().filter(|cluster| !cluster.is_retired());
        active.map(|cluster| Ring { name: &ring.name, cluster })
    })
}

/// What differs, what was not checked, and what would happen to racks.
pub fn drift_marks(topology: &Topology, report: &DriftReport) -> TopologyMarks {
    let mut marks = TopologyMarks::default();
    for ring in rings(topology) {
        let Some(cluster) = report.clusters.iter().find(|cluster| cluster.name == ring.cluster.name) else { continue };
        let live = live_ring(cluster, &ring);
        if let Some(live) = live {
            of_live(&mut marks, &ring, live);
        }
        // What was not looked at is never shown as good.
        let namespace = live.map(|live| &live.namespace);
        let here =
            |why: &NotChecked| why.namespace.is_none() || namespace.is_none_or(|name| why.namespace.as_ref() == Some(name));
        if cluster.not_checked.iter().any(here) {
            ring.all(&mut marks, State::Unknown, "not checked");
        }
    }
    marks
}

fn live_ring<'a>(cluster: &'a ClusterDrift, ring: &Ring<'_>) -> Option<&'a RingDrift> {
    let here = |live: &&RingDrift| ring.cluster.namespace.as_ref().is_none_or(|namespace| *namespace == live.namespace);
    cluster.rings.iter().filter(|live| live.name == ring.name).find(here)
}

fn of_live(marks: &mut TopologyMarks, ring: &Ring<'_>, live: &RingDrift) {
    let whole = live.differences.iter().any(|found| found.path.is_empty() && found.fails);
    ring.all(marks, if whole { State::Bad } else { State::Good }, if whole { "differs" } else { "as Git wants" });
    for found in &live.differences {
        let (state, words) = known(found);
        ring.way(marks, &found.path, state, words);
    }
    for effect in &live.effects {
        let words = match effect.kind {
            EffectKind::Refused => "change refused",
            EffectKind::Stuck => "CassKop gets stuck",
            EffectKind::Removes => "loses nodes",
            EffectKind::Restarts => "restarts",
            EffectKind::Adds => "gets nodes",
            EffectKind::Quiet | EffectKind::Nothing => continue,
        };
        effect.racks.iter().for_each(|rack| ring.rack(marks, rack, State::Bad, words));
    }
}

fn known(found: &Difference) -> (State, &'static str) {
    match found.fails {
        _ if found.ignored.is_some() => (State::Known, "ignored differences"),
        true => (State::Bad, "differs"),
        false => (State::Known, "differs as asked for"),
    }
}

/// What keeps the gate closed, cluster by cluster.
pub fn gate_marks(topology: &Topology, report: &GateReport) -> TopologyMarks {
    let mut marks = TopologyMarks::default();
    for ring in rings(topology) {
        let here = |name: &str| ring.cluster.name == name;
        for gate in report.rings.iter().filter(|gate| gate.name == ring.name) {
            let mut reasons = gate.reasons.iter().filter(|reason| here(&reason.cluster));
            let asks = gate.targets.iter().any(|name| here(name));
            if gate.unseen.iter().any(|unseen| here(&unseen.cluster)) {
                ring.all(&mut marks, State::Unknown, "could not be seen");
            } else if let Some(reason) = reasons.next() {
                let acts = reason.remedy == Remedy::Act || reasons.any(|other| other.remedy == Remedy::Act);
                ring.all(&mut marks, State::Bad, if acts { "somebody has to act" } else { "not settled yet" });
            } else if asks && report.answer != GateAnswer::Open {
                ring.all(&mut marks, State::Known, "has to wait");
            } else if asks {
                ring.all(&mut marks, State::Good, "may go");
            } else if gate.settled_first.iter().any(|name| here(name)) {
                ring.all(&mut marks, State::Good, "settled");
            }
        }
    }
    marks
}

/// What rules found, by the paths of the findings.
pub fn found_marks(topology: &Topology, sections: &[Section]) -> TopologyMarks {
    let mut marks = TopologyMarks::default();
    for ring in rings(topology) {
        ring.all(&mut marks, State::Good, "as it should be");
        let here = |section: &&Section| {
            let in_cluster = section.clusters.is_empty() || section.clusters.contains(&ring.cluster.name);
            section.ring == ring.name && in_cluster
        };
        for item in sections.iter().filter(here).flat_map(|section| &section.items) {
            match item.level {
                Level::Error => ring.way(&mut marks, &item.path, State::Bad, "error"),
                Level::Warning => ring.way(&mut marks, &item.path, State::Known, "warning"),
                Level::Note | Level::Allowed => {}
            }
        }
    }
    marks
}
