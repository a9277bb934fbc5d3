//! What a fleet is: plain types, and which setting wins where several are given.
//!
//! What is typed on the command line beats the file ([`super::Flags`] writes it
//! over the file's settings); in the file a ring's setting beats a cluster's,
//! and a cluster's the fleet's. Pure.

use jiff::civil::Date;

use crate::names::{ClusterName, FleetName, RingName, Zone};
use crate::rule::RuleId;
use crate::schema::Versions;
use crate::source::Span;
use crate::tree::PathBuf;

use super::clusters::{Cluster, Clusters};
use super::connect::Ignore;
use super::setting::{Delivery, Engine, Located, MergeMode};

/// Clusters in their order, and the settings for rendering rings for them.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// Its name; none if flags made it.
    pub name: Option<FleetName>,
    /// Files, folders and globs to read, relative to the fleet file.
    pub sources: Vec<Located<String>>,
    /// Folder of the tree, relative to the fleet file.
    pub out: Option<Located<String>>,
    /// `CassKop` of the clusters that say nothing else.
    pub versions: Option<Located<Versions>>,
    /// What applies the tree.
    pub engine: Option<Located<Engine>>,
    /// How an override is laid over the base.
    pub merge: Option<Located<MergeMode>>,
    /// The seeds of all rings, if they were typed; beats the rings' own.
    pub seeds: Option<Located<Seeds>>,
    /// How seeds reach the nodes where ring and cluster say nothing else.
    pub seed_delivery: Option<Located<Delivery>>,
    /// The clusters.
    pub clusters: Clusters,
    /// What differs for some rings; names are unique.
    pub rings: Vec<RingSettings>,
    /// Findings that the user accepts.
    pub allowances: Vec<Allowance>,
    /// Differences in live clusters that the user accepts.
    pub ignores: Vec<Ignore>,
}

/// What differs for one ring.
#[derive(Clone, Debug)]
pub struct RingSettings {
    /// The ring: `metadata.name` of the base, in whatever namespace.
    pub name: RingName,
    /// Where its name is written.
    pub span: Option<Span>,
    /// Its seeds.
    pub seeds: Option<Located<Seeds>>,
    /// Its DNS zones by cluster; names are unique.
    pub zones: Vec<(ClusterName, Located<Zone>)>,
    /// How its seeds reach the nodes.
    pub seed_delivery: Option<Located<Delivery>>,
}

/// Findings of one rule that the user accepts.
#[derive(Clone, Debug)]
pub struct Allowance {
    /// The rule; one that may be allowed.
    pub rule: RuleId,
    /// Only in this ring.
    pub ring: Option<RingName>,
    /// Only in this cluster.
    pub cluster: Option<ClusterName>,
    /// Only for this value.
    pub path: Option<PathBuf>,
    /// Why it is fine.
    pub reason: String,
    /// The last day on which it is.
    pub until: Option<Date>,
    /// Where it is written.
    pub span: Option<Span>,
}

/// Where the seeds of a ring come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seeds {
    /// Computed.
    Auto,
    /// There are none.
    None,
    /// These, in this order; never empty.
    List(Vec<Located<String>>),
}

impl Fleet {
    /// A fleet of which nothing but the clusters is known.
    pub const fn of(clusters: Clusters) -> Self {
        Self {
            name: None,
            sources: Vec::new(),
            out: None,
            versions: None,
            engine: None,
            merge: None,
            seeds: None,
            seed_delivery: None,
            clusters,
            rings: Vec::new(),
            allowances: Vec::new(),
            ignores: Vec::new(),
        }
    }

    /// What the file says of a ring.
    pub fn ring(&self, name: &RingName) -> Option<&RingSettings> {
        self.rings.iter().find(|ring| ring.name == *name)
    }

    /// The `CassKop` of a cluster, if one is stated.
    pub fn versions<'a>(&'a self, cluster: &'a Cluster) -> Option<&'a Located<Versions>> {
        cluster.versions.as_ref().or(self.versions.as_ref())
    }

    /// The DNS zone of a ring in a cluster, if one is stated.
    pub fn zone<'a>(&'a self, ring: &RingName, cluster: &'a Cluster) -> Option<&'a Located<Zone>> {
        let of_ring = self.ring(ring).and_then(|ring| ring.zones.iter().find(|(name, _)| *name == cluster.name));
        of_ring.map(|(_, zone)| zone).or(cluster.zone.as_ref())
    }

    /// The seeds of a ring, if they are stated.
    pub fn seeds(&self, ring: &RingName) -> Option<&Located<Seeds>> {
        self.seeds.as_ref().or_else(|| self.ring(ring)?.seeds.as_ref())
    }

    /// How a ring's seeds reach the nodes of a cluster, if it is stated.
    pub fn seed_delivery<'a>(&'a self, ring: &RingName, cluster: &'a Cluster) -> Option<&'a Located<Delivery>> {
        let of_ring = self.ring(ring).and_then(|ring| ring.seed_delivery.as_ref());
        of_ring.or(cluster.seed_delivery.as_ref()).or(self.seed_delivery.as_ref())
    }
}
