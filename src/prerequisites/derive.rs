//! Prepared rings → what their clusters must have: who asks, and where it is written. Pure.

use std::collections::BTreeMap;

use super::asking::{Asking, in_words};
use super::model::{ClusterPrerequisites, Need, Prerequisites, Subject};
use super::{network, pods, volumes};
use crate::fleet::{Delivery, Fleet};
use crate::render::Prepared;
use crate::schema::{Profile, Release};
use crate::source::Sources;
use crate::tree::Node;

/// The first release whose CRD has a status subresource (docs/facts.md, API versions).
const STATUS_SUBRESOURCE: Release = Release { major: 2, minor: 3, patch: 0 };

/// Name of the definition of CassandraCluster.
const CRD: &str = "cassandraclusters.db.orange.com";

/// What the clusters of the rings must have.
pub fn prerequisites(fleet: &Fleet, rings: &[Prepared<'_>], sources: &Sources) -> Prerequisites {
    let mut clusters = Vec::new();
    for (cluster, wave) in fleet.clusters.with_waves() {
        let mut list = ClusterPrerequisites { cluster: cluster.name.clone(), wave, items: Vec::new() };
        for ring in rings {
            let here = ring.expanded.parts.iter().zip(&ring.ways).find(|(part, _)| part.cluster.name == cluster.name);
            if let Some((part, way)) = here {
                let mut asking = Asking { fleet, ring, part, way: *way, sources, list: &mut list };
                asking.basics();
                asking.config_map();
                pods::ask(&mut asking);
                volumes::ask(&mut asking);
                network::ask(&mut asking);
            }
        }
        if !list.items.is_empty() {
            list.sort();
            clusters.push(list);
        }
    }
    Prerequisites { api_version: "multicasskop.dev/v1alpha1", kind: "Prerequisites", clusters }
}

impl Asking<'_> {
    /// Namespace, CRD, CassKop, service account.
    fn basics(&mut self) {
        let part = self.part;
        if let Some(namespace) = self.namespace() {
            let written = part.object.at(&["metadata", "namespace"]).and_then(Node::span);
            let need = match (written, &part.cluster.namespace) {
                (Some(span), _) => self.need("metadata.namespace", Some(span)),
                (None, stated) => self.need("clusters[].namespace", stated.as_ref().and_then(|stated| stated.span)),
            };
            let annotations =
                pods::pools(part).map(|(key, value, _)| (key.to_owned(), value.to_owned())).collect::<BTreeMap<_, _>>();
            let what = if annotations.is_empty() {
                "exists".to_owned()
            } else {
                format!("exists; with {} on it too, all its pods get routable addresses", in_words(annotations.keys()))
            };
            let why = "no object of the ring can be created";
            self.cluster_wide(Subject::Namespace { annotations }, &namespace, what, why, need);
        }
        let stated = self.fleet.versions(part.cluster);
        let need = self.need("casskopVersion", stated.and_then(|stated| stated.span));
        self.definition(need.clone());
        let (version, next) = (part.versions.from, (part.versions.to != part.versions.from).then_some(part.versions.to));
        let what = match next {
            None => format!("runs in version {version} and watches the namespace"),
            Some(next) => format!("runs in version {version}, then {next}, and watches the namespace"),
        };
        let subject = Subject::Casskop { version: version.to_string(), next: next.map(|next| next.to_string()) };
        self.in_namespace(subject, "casskop", what, "nothing makes nodes out of the object", need);
        if let Some((account, span)) = self.text(&["serviceAccountName"]) {
            let (account, need) = (account.to_owned(), self.need("spec.serviceAccountName", span));
            self.in_namespace(Subject::ServiceAccount, &account, "exists", "no pod is created", need);
        }
    }

    fn definition(&mut self, need: Need) {
        let versions = self.part.versions;
        let serves = if versions.from.profile() == Profile::V1_1_5 { "v1alpha1" } else { "v2" };
        let status_subresource = versions.from >= STATUS_SUBRESOURCE;
        let status = if status_subresource { "with the status subresource" } else { "without a status subresource" };
        let mut what = vec![format!("is that of CassKop {}: serves `{serves}`, {status}", versions.from)];
        if versions.to != versions.from {
            what.push(format!("that of {} comes before the operator of that version", versions.to));
        }
        let why = "objects are refused, or CassKop's status stays at `Initializing`: Helm never upgrades definitions";
        self.cluster_wide(Subject::Crd { serves, status_subresource }, CRD, what.join("; "), why, need);
    }

    /// The ConfigMap that the bootstrap container mounts.
    fn config_map(&mut self) {
        let Some((name, span)) = self.text(&["configMapName"]) else { return };
        let name = name.to_owned();
        let rendered = self.way == Some(Delivery::ConfigMap);
        let stated = self.fleet.seed_delivery(&self.ring.expanded.ring.name, self.part.cluster);
        let need = match span {
            Some(span) => self.need("spec.configMapName", Some(span)),
            None => self.need("seedDelivery", stated.and_then(|stated| stated.span)),
        };
        let (what, keys) = if rendered {
            ("comes with the rendered files, with the ring's seeds in it: apply it before the ring", vec!["post_run.sh", "seeds"])
        } else {
            ("exists", Vec::new())
        };
        let keys = keys.into_iter().map(str::to_owned).collect();
        self.in_namespace(Subject::ConfigMap { rendered, keys }, &name, what, "the pods wait for it and do not start", need);
    }
}
