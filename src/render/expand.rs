//! A ring's source → its parts: merge and canonical form, cluster by cluster.
//!
//! Both ways of merging are always computed and compared after canonical form;
//! which one is rendered is the fleet's choice. What the types do not fit, and
//! what is a fixed point of only one of two versions, are findings. Pure.

use crate::default::{Canonical, canonical, canonical_shared};
use crate::finding::Finding;
use crate::fleet::{Cluster, Fleet, MergeMode, State};
use crate::lint::fields;
use crate::merge::{difference, operator_shared, patch};
use crate::names::{Namespace, nearest};
use crate::read::{Api, Override, Ring, ambiguities};
use crate::ring::{Expanded, Part};
use crate::rule::RuleId;
use crate::schema::{Memo, Profile, Release, Versions};
use crate::tree::{DefaultBy, Node, Origin, differences};

/// Expands a ring for all active clusters that it has an override for. Nothing,
/// with findings, if a part could not be made or nothing is left.
///
/// The first step of [`super::render`](fn@super::render), without seeds, lint and
/// annotations: for those who look at values and where they were written.
pub fn expand<'a>(fleet: &'a Fleet, ring: &'a Ring, findings: &mut Vec<Finding>) -> Option<Expanded<'a>> {
    overrides_in_fleet(fleet, ring, findings);
    findings.extend(ambiguities(&ring.base, &ring.ambiguous));
    for over in &ring.overrides {
        findings.extend(ambiguities(&over.node, &ring.ambiguous).into_iter().map(|finding| finding.cluster(&over.cluster)));
    }
    let active = fleet.clusters.with_waves().filter(|(cluster, _)| cluster.state == State::Active);
    let chosen: Vec<_> = active.filter_map(|(cluster, wave)| Some((cluster, wave, ring.over(&cluster.name)?))).collect();
    if chosen.is_empty() {
        findings.push(nothing_left(fleet, ring));
        return None;
    }
    let wanted = chosen.len();
    let mut differing = Vec::new();
    // Held twice, it counts as shared as a whole.
    let base = ring.base.clone();
    let mut memo = Memo::default();
    let parts: Vec<_> = chosen
        .into_iter()
        .filter_map(|(cluster, wave, over)| {
            let mut expander =
                Expander { fleet, ring, base: &base, cluster, over, findings, differing: &mut differing, memo: &mut memo };
            expander.part(wave)
        })
        .collect();
    if fleet.merge.is_none() && !differing.is_empty() {
        findings.push(no_mode(&differing));
    }
    findings.extend(differing);
    (parts.len() == wanted).then_some(Expanded { ring, parts })
}

/// The `CassKop` of a cluster: as stated, else the newest that reads the source.
pub(super) fn versions(fleet: &Fleet, ring: &Ring, cluster: &Cluster) -> Versions {
    let newest = match ring.api {
        Api::V2 => Release::NEWEST,
        Api::V1alpha1 => Release::LAST_V1ALPHA1,
    };
    fleet.versions(cluster).map_or(Versions::one(newest), |versions| versions.value)
}

/// L34: overrides of clusters that the fleet does not have.
fn overrides_in_fleet(fleet: &Fleet, ring: &Ring, findings: &mut Vec<Finding>) {
    for over in ring.overrides.iter().filter(|over| fleet.clusters.get(&over.cluster).is_none()) {
        let known = || fleet.clusters.iter().map(|cluster| cluster.name.as_str());
        let fix = match nearest(over.cluster.as_str(), known()) {
            Some(near) => format!("did you mean `{near}`? Otherwise add the cluster to the fleet, at its place in the order"),
            None => {
                format!("add it to the fleet, at its place in the order, or remove the override; the fleet has {}", list(known()))
            }
        };
        findings.push(
            Finding::rule(RuleId::L34, format!("`{}` is no cluster of the fleet", over.cluster))
                .at(over.key_span, "")
                .path("spec.override")
                .fix(fix),
        );
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn nothing_left(fleet: &Fleet, ring: &Ring) -> Finding {
    let known = list(fleet.clusters.active().map(|cluster| cluster.name.as_str()));
    Finding::invalid(format!("nothing is left to render of `{}`: it has no override for any active cluster", ring.name))
        .at(ring.span, "")
        .path("spec.override")
        .why("a cluster without an override is skipped, as Multi-CassKop did")
        .fix(format!("write an override, `{{}}` for the base as it is, for one of {known}"))
}

/// So many places are pointed to at once; each difference is also a finding of its own.
const MOST_PLACES: usize = 20;

fn no_mode(differing: &[Finding]) -> Finding {
    let finding = Finding::invalid(format!(
        "a merge patch and Multi-CassKop's merge give different rings in {} {}, and it is not stated which one is meant",
        differing.len(),
        if differing.len() == 1 { "place" } else { "places" },
    ))
    .why("a silent difference restarts a ring that was made by Multi-CassKop")
    .fix("state `merge: merge-patch` (what is written counts) or `merge: operator` (as Multi-CassKop did) in the fleet file, or `--merge merge-patch`; or change the lines so that both agree")
    .remedy("--merge", "merge-patch");
    let places = differing.iter().filter_map(|difference| difference.labels.first()).take(MOST_PLACES);
    places.fold(finding, |finding, label| {
        let known = finding.labels.iter().any(|there| there.span == label.span);
        if known { finding } else { finding.at(label.span, "") }
    })
}

/// Canonical form of what will be created from a file: where it would not stay as it is
/// when created anew, what it becomes then.
fn lasting(source: &Node, release: Release, memo: &mut Memo) -> Result<Canonical, Vec<crate::schema::Mismatch>> {
    let first = canonical_shared(source, release, memo)?;
    if first.stable_when_recreated {
        return Ok(first);
    }
    let Canonical { object, .. } = canonical_shared(&first.object, release, memo)?;
    Ok(Canonical { object, ..first })
}

struct Expander<'a, 'f> {
    fleet: &'a Fleet,
    ring: &'a Ring,
    base: &'f Node,
    cluster: &'a Cluster,
    over: &'a Override,
    findings: &'f mut Vec<Finding>,
    differing: &'f mut Vec<Finding>,
    memo: &'f mut Memo,
}

impl<'a> Expander<'a, '_> {
    fn part(&mut self, wave: i64) -> Option<Part<'a>> {
        let versions = versions(self.fleet, self.ring, self.cluster);
        self.api_fits(versions)?;
        let release = versions.from;
        let patched = patch(self.base, &self.over.node);
        let canonical_patched = self.canonical(&patched, release);
        let as_operator = self.operator(release);
        if let (Some(patched), Some((_, operator))) = (&canonical_patched, &as_operator) {
            let mode = self.fleet.merge.as_ref().map(|mode| mode.value);
            let found = difference(&patched.object, &operator.object, self.base, &self.over.node, mode);
            self.differing.extend(found.into_iter().map(|finding| finding.cluster(&self.cluster.name)));
        }
        let (source, chosen) = match self.fleet.merge.as_ref().map(|mode| mode.value) {
            Some(MergeMode::Operator) => as_operator?,
            Some(MergeMode::MergePatch) | None => (patched, canonical_patched?),
        };
        let Canonical { object, mismatches, .. } = chosen;
        self.fixed_point_of_both(&object, versions);
        let namespace = self.namespace(&object)?;
        Some(Part { cluster: self.cluster, wave, versions, over: self.over, source, mismatches, object, namespace })
    }

    /// The source's fields must be those of the version, or nothing fits.
    fn api_fits(&mut self, versions: Versions) -> Option<()> {
        let of = |release: Release| if release.profile() == Profile::V1_1_5 { Api::V1alpha1 } else { Api::V2 };
        let (from, to) = (of(versions.from), of(versions.to));
        if from == self.ring.api && to == from {
            return Some(());
        }
        let finding = fields::wrong_api(self.ring, self.over, versions).cluster(&self.cluster.name);
        self.findings.push(finding);
        None
    }

    fn canonical(&mut self, source: &Node, release: Release) -> Option<Canonical> {
        lasting(source, release, self.memo)
            .map_err(|mismatches| {
                let refused = mismatches.iter().filter_map(fields::refused);
                self.findings.extend(refused.map(|finding| finding.cluster(&self.cluster.name)));
            })
            .ok()
    }

    /// Multi-CassKop's result, as it is and in canonical form. What it cannot
    /// read counts only if it is what shall be rendered: the other way may be
    /// able to, or says the same of it.
    fn operator(&mut self, release: Release) -> Option<(Node, Canonical)> {
        let merged = operator_shared(self.base, &self.over.node, release, self.memo);
        let wanted = self.fleet.merge.as_ref().is_some_and(|mode| mode.value == MergeMode::Operator);
        match merged {
            Ok(node) => {
                let canonical = lasting(&node, release, self.memo);
                match canonical {
                    Ok(canonical) => Some((node, canonical)),
                    Err(mismatches) => {
                        self.refused_by_operator(&mismatches, wanted);
                        None
                    }
                }
            }
            Err(mismatches) => {
                self.refused_by_operator(&mismatches, wanted);
                None
            }
        }
    }

    fn refused_by_operator(&mut self, mismatches: &[crate::schema::Mismatch], wanted: bool) {
        if wanted {
            let refused = mismatches.iter().filter_map(fields::refused);
            self.findings.extend(refused.map(|finding| finding.cluster(&self.cluster.name)));
        }
    }

    /// While an upgrade is under way the spec must stay as it is for both
    /// versions, but for what the API server fills in by itself.
    fn fixed_point_of_both(&mut self, object: &Node, versions: Versions) {
        if versions.from == versions.to {
            return;
        }
        let Ok(later) = canonical(object, versions.to) else {
            return self.findings.push(self.only_one(versions, "", "the CRD of the later version refuses it"));
        };
        for difference in differences(object, &later.object) {
            let by_api_server = difference.right.is_some_and(|node| node.origin == Origin::Default(DefaultBy::ApiServer));
            if difference.left.is_none() && by_api_server {
                continue;
            }
            let what =
                if difference.right.is_none() { "the later version drops it" } else { "the later version writes another value" };
            let finding = self.only_one(versions, difference.path.as_str(), what);
            let span = difference.left.and_then(Node::span);
            self.findings.push(finding.at(span, ""));
        }
    }

    fn only_one(&self, versions: Versions, path: &str, what: &str) -> Finding {
        let Versions { from, to } = versions;
        let message = format!(
            "`{}` stays as it is with only one of CassKop {from} and {to}: {what}",
            if path.is_empty() { "spec" } else { path }
        );
        Finding::invalid(message)
            .cluster(&self.cluster.name)
            .path(path)
            .why("during the upgrade Git and CassKop would overwrite each other")
            .fix("change the field so that both versions keep it, or state one version after the upgrade")
    }

    /// The namespace of source or fleet; the outer `None` if it is no namespace.
    #[expect(clippy::option_option, reason = "no namespace is a lint finding, a bad one ends the part")]
    fn namespace(&mut self, object: &Node) -> Option<Option<Namespace>> {
        let written = object.at(&["metadata", "namespace"]).filter(|node| node.as_str().is_some_and(|text| !text.is_empty()));
        let Some(node) = written else {
            return Some(self.cluster.namespace.as_ref().map(|namespace| namespace.value.clone()));
        };
        match Namespace::new(node.as_str().unwrap_or_default()) {
            Ok(namespace) => Some(Some(namespace)),
            Err(reason) => {
                self.findings.push(
                    Finding::invalid(format!("`{}` is no namespace: it {reason}", node.as_str().unwrap_or_default()))
                        .cluster(&self.cluster.name)
                        .at(node.span(), "")
                        .path("metadata.namespace")
                        .fix("write the name of the namespace that the ring shall run in"),
                );
                None
            }
        }
    }
}
