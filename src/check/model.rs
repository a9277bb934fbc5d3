//! The one model of a drift report, from which every format is made.
//!
//! Values are masked when they are put in, so no format can leak one. Names and
//! meaning of the members are the JSON format `multicasskop drift -o json`,
//! whose schema is generated from these types. Types only; pure.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::mask::Shown;
use crate::finding::Exit;

/// What the clusters hold that Git does not want, and the other way round.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DriftReport {
    /// Version of this format: `multicasskop.dev/v1alpha1`.
    pub api_version: &'static str,
    /// `DriftReport`.
    pub kind: &'static str,
    /// When the clusters were looked at, RFC 3339 in UTC.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// The fleet's name, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fleet: Option<String>,
    /// The clusters, in the fleet's order.
    pub clusters: Vec<ClusterDrift>,
    /// What is to be known beside the differences: edited files, ignore rules
    /// that expired or that nothing matched, rights that would show more.
    pub notes: Vec<String>,
}

impl DriftReport {
    /// How a run with this report ends: could not tell, if anything was not
    /// checked; findings, if a difference fails; else clean.
    pub fn exit(&self) -> Exit {
        let fails = |cluster: &ClusterDrift| cluster.rings.iter().flat_map(|ring| &ring.differences).any(|found| found.fails);
        if self.clusters.iter().any(|cluster| !cluster.not_checked.is_empty()) {
            Exit::CouldNotTell
        } else if self.clusters.iter().any(fails) {
            Exit::Findings
        } else {
            Exit::Clean
        }
    }
}

/// One cluster.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterDrift {
    /// Its name.
    pub name: String,
    /// Whether it is still rendered, or retired.
    pub retired: bool,
    /// Where the objects came from, if not from the API server: a dump's path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dump: Option<String>,
    /// Why it, or a namespace of it, was not checked; empty if it was checked as a whole.
    pub not_checked: Vec<NotChecked>,
    /// The rings in it, by namespace and name.
    pub rings: Vec<RingDrift>,
}

/// Something that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotChecked {
    /// Kind of trouble: `unreachable`, `denied`, `timeout` and others.
    pub reason: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub fix: String,
    /// The namespace, if only one is concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// A ring's part in a cluster.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RingDrift {
    /// Namespace of the object.
    pub namespace: String,
    /// Name of the object.
    pub name: String,
    /// The file in the tree, `CLUSTER/FILE`, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Which side moved.
    pub state: RingState,
    /// Every difference, ignored ones included.
    pub differences: Vec<Difference>,
    /// What CassKop would do if Git were applied now; empty where nothing differs.
    pub effects: Vec<Effect>,
}

/// How a live object and its rendered file stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RingState {
    /// Which side moved, as far as the content hash tells.
    pub direction: Direction,
    /// Whether CassKop has seen the live spec.
    pub processed: bool,
    /// Whether CassKop last refused a change (`CorrectCRDConfig`); says nothing about now.
    pub refused_before: bool,
}

/// Which side moved, by the content hash of file and object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Neither.
    Same,
    /// The object carries Git's hash, but its spec is another one: edited, or refused by CassKop.
    EditedLive,
    /// The object is another revision of the file, applied cleanly.
    OtherRevision,
    /// Another revision, and edited.
    Both,
    /// The object carries no hash of ours, so nothing can be said.
    Unknown,
    /// There is no live object.
    NotThere,
    /// There is no file.
    NotInGit,
}

/// A value that differs, or a whole object (path "").
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// Which of the ring's objects differs.
    pub resource: Resource,
    /// Its path: `spec.topology.dc[0].nodesPerRacks`; "" for a whole object.
    pub path: String,
    /// What kind of difference.
    pub class: Class,
    /// What Git wants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Shown>,
    /// What is live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<Shown>,
    /// Who set what is live, as far as the object tells; several for a list
    /// that is owned as a whole.
    pub actors: Vec<Actor>,
    /// The place in the MultiCasskop, else in the rendered file, that says what Git wants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The place in the rendered file, where `place` is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rendered: Option<Place>,
    /// When it was first seen: from the history, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub first_seen: Option<Timestamp>,
    /// The ignore rule of the fleet file that covers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored: Option<IgnoredBy>,
    /// Whether it makes the run fail.
    pub fails: bool,
}

/// The objects of a ring that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub enum Resource {
    /// The CassandraCluster.
    CassandraCluster,
    /// The ConfigMap with the seeds.
    ConfigMap,
}

impl Resource {
    /// Its kind in Kubernetes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CassandraCluster => "CassandraCluster",
            Self::ConfigMap => "ConfigMap",
        }
    }
}

/// Classes of differences. All fail a run but `requested-operation`, and
/// `not-processed`, which does only if asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The rendered value was never applied.
    NotApplied,
    /// Applied, but CassKop has not seen it.
    NotProcessed,
    /// CassKop has put the old value back.
    Refused,
    /// Somebody else has set another value.
    EditedLive,
    /// A rendered field, or the whole object, is absent.
    Missing,
    /// A field, or a whole object, is live but not rendered.
    Extra,
    /// `status.seedlist` is not what the manifest says, or a seeds ConfigMap differs.
    Seeds,
    /// Labels differ; they end in immutable selectors.
    Labels,
    /// An action flag set by hand that CassKop has not taken yet; not to be undone.
    RequestedOperation,
}

impl Class {
    /// All, in the order of the reports.
    pub const ALL: [Self; 9] = [
        Self::NotApplied,
        Self::NotProcessed,
        Self::Refused,
        Self::EditedLive,
        Self::Missing,
        Self::Extra,
        Self::Seeds,
        Self::Labels,
        Self::RequestedOperation,
    ];

    /// The word for it in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotApplied => "not-applied",
            Self::NotProcessed => "not-processed",
            Self::Refused => "refused",
            Self::EditedLive => "edited-live",
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Seeds => "seeds",
            Self::Labels => "labels",
            Self::RequestedOperation => "requested-operation",
        }
    }
}

/// Who set a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// Field manager: `kubectl-edit`.
    pub manager: String,
    /// `Apply` or `Update`.
    pub operation: String,
    /// When it last wrote one of the fields that it owns, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub time: Option<Timestamp>,
    /// What it is, by its name.
    pub kind: ActorKind,
}

/// What a field manager is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ActorKind {
    /// A tool in somebody's hand: kubectl, k9s, Lens, …
    Person,
    /// Argo CD, Flux or another engine that applies Git.
    Engine,
    /// CassKop or Multi-CassKop.
    Casskop,
    /// Another program.
    Controller,
}

/// A place in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The file as the user wrote it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

/// The ignore rule that covers a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct IgnoredBy {
    /// Why.
    pub reason: String,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The last day on which it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// What CassKop would do if Git were applied now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Effect {
    /// What kind.
    pub kind: EffectKind,
    /// CassKop's name of the operation: `UpdateDockerImage`; or of the refusal.
    pub operation: String,
    /// The racks concerned, `DC-RACK`, in the order in which CassKop takes them.
    pub racks: Vec<String>,
    /// How many pods restart, start or stop.
    pub pods: i64,
    /// In words.
    pub text: String,
    /// The paths whose change causes it.
    pub paths: Vec<String>,
}

/// Kinds of [`Effect`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EffectKind {
    /// The change is refused and put back.
    Refused,
    /// CassKop fails on it: a panic, or an update that the API server rejects for ever.
    Stuck,
    /// Nodes are removed, with their volumes.
    Removes,
    /// Pods restart one after the other.
    Restarts,
    /// New nodes start.
    Adds,
    /// Something changes, but no pod restarts.
    Quiet,
    /// Nothing happens: the field is read only at creation, or not at all.
    Nothing,
}
