//! The prerequisites of `clusters check`: from the files, ticked off by what was seen.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::finding::Exit;
use crate::fleet::Fleet;
use crate::live::{Checkup, Target};
use crate::names::ClusterName;
use crate::prerequisites::{ClusterPrerequisites, State, Verdict, prerequisites, tick, ticked};
use crate::read::Input;
use crate::render::{Job, prepare};
use crate::source::Sources;

/// What the clusters must have, and the rings of which that is not known.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) lists: Vec<ClusterPrerequisites>,
    unknown: Vec<String>,
}

/// One cluster's list with a verdict for each item.
#[derive(Debug)]
pub(super) struct Ticked<'a> {
    list: Option<&'a ClusterPrerequisites>,
    verdicts: Vec<Verdict>,
}

impl Wanted {
    /// From the rings of a fleet.
    pub(super) fn of(fleet: &Fleet, input: &Input, sources: &Sources) -> Self {
        let job = Job { input, fleet, paths: &BTreeMap::new(), whole_fleet: true };
        let (mut prepared, mut unknown) = (Vec::new(), Vec::new());
        for ring in &input.rings {
            match prepare(&job, ring, &mut Vec::new()) {
                Some(ring) => prepared.push(ring),
                None => unknown.push(ring.name.to_string()),
            }
        }
        Self { lists: prerequisites(fleet, &prepared, sources).clusters, unknown }
    }

    /// The list of a cluster, if anything is wanted there.
    fn list(&self, cluster: &ClusterName) -> Option<&ClusterPrerequisites> {
        self.lists.iter().find(|list| list.cluster == *cluster)
    }

    /// The list of a target with what was seen there; nothing where the cluster does not answer.
    pub(super) fn ticked(&self, target: &Target, checkup: &Checkup) -> Ticked<'_> {
        let list = self.list(&target.cluster).filter(|_| checkup.server.is_ok());
        let verdicts = list.map(|list| tick(list, &checkup.prerequisites, &checkup.crd)).unwrap_or_default();
        Ticked { list, verdicts }
    }

    /// What is not known because rings could not be read.
    pub(super) fn note(&self) -> Option<String> {
        (!self.unknown.is_empty()).then(|| {
            format!("what {} asks for is not known: `multicasskop lint` says what is wrong with it", self.unknown.join(", "))
        })
    }
}

impl Ticked<'_> {
    fn count(&self, state: State) -> usize {
        self.verdicts.iter().filter(|verdict| verdict.state == state).count()
    }

    /// In a few words, for a table.
    pub(super) fn words(&self) -> String {
        let counts = [(State::There, "there"), (State::Missing, "missing"), (State::NotChecked, "not checked")];
        let words: Vec<_> = counts
            .into_iter()
            .map(|(state, word)| (self.count(state), word))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        if words.is_empty() { "-".to_owned() } else { words.join(", ") }
    }

    /// What it comes to. What may not be seen is no reason to fail; what could not be had is.
    pub(super) fn exit(&self) -> Exit {
        if self.verdicts.iter().any(|verdict| verdict.failed) {
            Exit::CouldNotTell
        } else if self.count(State::Missing) > 0 {
            Exit::Findings
        } else {
            Exit::Clean
        }
    }

    /// The lines of the list.
    pub(super) fn text(&self) -> String {
        self.list.map(|list| ticked(list, &self.verdicts)).unwrap_or_default()
    }

    pub(super) fn as_json(&self) -> Json {
        let items = self.list.map(|list| list.items.as_slice()).unwrap_or_default();
        let one = |(item, verdict): (&crate::prerequisites::Prerequisite, &Verdict)| {
            json!({
                "id": item.id,
                "kind": item.subject.kind(),
                "namespace": item.namespace,
                "name": item.name,
                "state": verdict.state,
                "detail": verdict.detail,
            })
        };
        items.iter().zip(&self.verdicts).map(one).collect()
    }
}
