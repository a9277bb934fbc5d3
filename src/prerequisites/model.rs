//! The one model of what has to be in a cluster before a ring comes, from which
//! every format is made.
//!
//! Names and meaning of the members are the JSON format `multicasskop prerequisites
//! -o json`. Types only; pure.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::taints::Toleration;
use crate::names::ClusterName;

/// What all clusters must have.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Prerequisites {
    /// Version of this format: `multicasskop.dev/v1alpha1`.
    pub api_version: &'static str,
    /// `Prerequisites`.
    pub kind: &'static str,
    /// The clusters that a ring is rendered for, in the fleet's order.
    pub clusters: Vec<ClusterPrerequisites>,
}

/// What one cluster must have.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterPrerequisites {
    /// Its name.
    #[schemars(with = "String")]
    pub cluster: ClusterName,
    /// Its wave.
    pub wave: i64,
    /// What it must have, by kind and name.
    pub items: Vec<Prerequisite>,
}

/// One thing that has to be there.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Prerequisite {
    /// `CLUSTER/KIND/NAMESPACE/NAME`, with `-` for no namespace: the same from run to run.
    pub id: String,
    /// What it is.
    #[serde(flatten)]
    pub subject: Subject,
    /// Its namespace, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its name; empty for a cluster's default storage class.
    pub name: String,
    /// What has to be, one sentence without a full stop.
    pub what: String,
    /// What happens without it.
    pub why: String,
    /// What asks for it; at least one.
    pub needs: Vec<Need>,
}

/// What asks for a prerequisite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Need {
    /// The ring.
    pub ring: String,
    /// The field of the fleet file or of the CassandraCluster.
    pub path: String,
    /// Where it is written, `FILE:LINE:COLUMN`; nowhere if it is a default or a flag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// What a prerequisite is, with what a check has to compare. Their order is that of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Subject {
    /// A namespace.
    Namespace {
        /// Calico's annotations that the ring's pods carry, which the namespace may carry for all pods.
        annotations: BTreeMap<String, String>,
    },
    /// The definition of CassandraCluster.
    Crd {
        /// The version that it has to serve: `v2` or `v1alpha1`.
        serves: &'static str,
        /// Whether it has to have the status subresource, or must not have it.
        status_subresource: bool,
    },
    /// CassKop, which has to watch the namespace.
    Casskop {
        /// Its version.
        version: String,
        /// The version that comes next, while it is upgraded.
        #[serde(skip_serializing_if = "Option::is_none")]
        next: Option<String>,
    },
    /// The service account of the pods.
    ServiceAccount,
    /// A ConfigMap.
    ConfigMap {
        /// Whether it is among the rendered files and comes with them.
        rendered: bool,
        /// Keys that it must have, where they are known.
        keys: Vec<String>,
    },
    /// A secret. Its values are never known here.
    Secret {
        /// Keys that it must have, where they are known.
        keys: Vec<String>,
    },
    /// A storage class.
    StorageClass,
    /// Kubernetes nodes.
    KubernetesNodes {
        /// Labels that they must have.
        labels: BTreeMap<String, String>,
        /// How many there must be: one for each node of Cassandra with hard anti-affinity, else one.
        count: u64,
        /// The racks that share them, as `<dc>-<rack>`.
        racks: Vec<String>,
        /// The taints that the pods tolerate.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        tolerations: Vec<Toleration>,
    },
    /// An IP pool of Calico.
    IpPool,
    /// A DNS zone in which each pod gets a record.
    DnsZone {
        /// The annotations of the Service by which External-DNS learns of the zone.
        annotations: Vec<String>,
    },
    /// Ports that pods must be reached at, and from where.
    Ports {
        /// The ports.
        ports: Vec<u16>,
        /// The clusters that reach them; empty for clients.
        from: Vec<String>,
    },
    /// A network policy, where traffic is denied by default.
    NetworkPolicy {
        /// Whether the ring's pods of other clusters have to get in.
        other_clusters: bool,
    },
    /// An image that has to be pulled.
    Image {
        /// The secret it is pulled with.
        #[serde(skip_serializing_if = "Option::is_none")]
        pull_secret: Option<String>,
    },
}

impl Subject {
    /// Its kind as it stands in an ID and in JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Namespace { .. } => "namespace",
            Self::Crd { .. } => "crd",
            Self::Casskop { .. } => "casskop",
            Self::ServiceAccount => "service-account",
            Self::ConfigMap { .. } => "config-map",
            Self::Secret { .. } => "secret",
            Self::StorageClass => "storage-class",
            Self::KubernetesNodes { .. } => "kubernetes-nodes",
            Self::IpPool => "ip-pool",
            Self::DnsZone { .. } => "dns-zone",
            Self::Ports { .. } => "ports",
            Self::NetworkPolicy { .. } => "network-policy",
            Self::Image { .. } => "image",
        }
    }

    /// The heading of its kind in a list.
    pub fn heading(&self) -> &'static str {
        match self {
            Self::Namespace { .. } => "Namespace",
            Self::Crd { .. } => "Custom resource definition",
            Self::Casskop { .. } => "CassKop",
            Self::ServiceAccount => "Service account",
            Self::ConfigMap { .. } => "ConfigMap",
            Self::Secret { .. } => "Secret",
            Self::StorageClass => "Storage class",
            Self::KubernetesNodes { .. } => "Kubernetes nodes",
            Self::IpPool => "IP pool of Calico",
            Self::DnsZone { .. } => "DNS zone",
            Self::Ports { .. } => "Ports",
            Self::NetworkPolicy { .. } => "Network policy",
            Self::Image { .. } => "Image",
        }
    }

    /// Takes over what another ring wants of the same thing.
    fn absorb(&mut self, other: Self) {
        match (self, other) {
            (Self::Namespace { annotations }, Self::Namespace { annotations: more }) => {
                // Rings that want different pools of a namespace leave that to their pods.
                annotations.retain(|key, value| more.get(key).is_none_or(|other| other == value));
            }
            (Self::Secret { keys }, Self::Secret { keys: more })
            | (Self::ConfigMap { keys, .. }, Self::ConfigMap { keys: more, .. }) => {
                keys.extend(more.into_iter().filter(|key| !keys.contains(key)).collect::<Vec<_>>());
            }
            _ => {}
        }
    }

    /// Its place in a list.
    fn rank(&self) -> usize {
        const KINDS: [&str; 13] = [
            "namespace",
            "crd",
            "casskop",
            "service-account",
            "config-map",
            "secret",
            "storage-class",
            "kubernetes-nodes",
            "ip-pool",
            "dns-zone",
            "ports",
            "network-policy",
            "image",
        ];
        KINDS.iter().position(|kind| *kind == self.kind()).unwrap_or(KINDS.len())
    }
}

impl ClusterPrerequisites {
    /// Adds something, or one more that asks for what is there already: an ID stands once.
    pub(super) fn add(&mut self, item: Prerequisite) {
        let Some(there) = self.items.iter_mut().find(|there| there.id == item.id) else {
            return self.items.push(item);
        };
        there.subject.absorb(item.subject);
        if there.what != item.what {
            let _ = write!(there.what, "; also {}", item.what);
        }
        for need in item.needs {
            if !there.needs.contains(&need) {
                there.needs.push(need);
            }
        }
    }

    /// Brings the items into the order of a list.
    pub(super) fn sort(&mut self) {
        self.items.sort_by(|a, b| (a.subject.rank(), &a.id).cmp(&(b.subject.rank(), &b.id)));
    }
}
