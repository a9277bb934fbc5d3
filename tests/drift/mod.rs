//! A comparison made of JSON: what Git has, what is live, and the report.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::date;
use multicasskop::check::{Class, Context, DriftReport, Salt, Subject, drift};
use multicasskop::default::canonical;
use multicasskop::emit::{FileKind, RingKey, TreePath};
use multicasskop::fleet::Ignore;
use multicasskop::names::{ClusterName, Namespace, RingName};
use multicasskop::observed::{Answer, Contents, CrdFacts, Look, Source};
use multicasskop::order::{CONTENT_HASH, content_hash};
use multicasskop::schema::{Release, Versions};
use multicasskop::tree::Node;
use multicasskop::wanted::{Wanted, WantedConfigMap};
use serde_json::{Value as Json, json};

pub(crate) const CLUSTER: &str = "k1";

pub(crate) fn cluster() -> ClusterName {
    ClusterName::new(CLUSTER).unwrap()
}

/// A file of the tree.
pub(crate) fn wanted(object: &Json, release: Release) -> Wanted {
    let text = |name: &str| object["metadata"][name].as_str().unwrap();
    let ring = RingKey { namespace: Namespace::new(text("namespace")).unwrap(), name: RingName::new(text("name")).unwrap() };
    Wanted {
        cluster: cluster(),
        path: TreePath::of(&cluster(), &ring.name, FileKind::CassandraCluster),
        ring,
        wave: 0,
        hash: object["metadata"]["annotations"][CONTENT_HASH].as_str().map(str::to_owned),
        versions: Versions::one(release),
        object: Node::from(object),
        intact: true,
    }
}

/// What was seen: these CassandraClusters, in their namespaces.
pub(crate) fn look(objects: &[Json]) -> Look {
    let mut namespaces: BTreeMap<Namespace, Contents> = BTreeMap::new();
    for object in objects {
        let namespace = Namespace::new(object["metadata"]["namespace"].as_str().unwrap()).unwrap();
        let contents = namespaces.entry(namespace).or_insert_with(|| Contents {
            clusters: Answer::Got(Vec::new()),
            stateful_sets: Answer::NotAsked,
            config_maps: Answer::NotAsked,
        });
        if let Answer::Got(list) = &mut contents.clusters {
            list.push(Node::from(object));
        }
    }
    Look {
        cluster: cluster(),
        at: Timestamp::UNIX_EPOCH,
        from: Source::Server,
        namespaces,
        crd: Answer::Got(CrdFacts::default()),
    }
}

/// The report on one cluster.
pub(crate) fn report(wanted: &[&Wanted], config_maps: &[&WantedConfigMap], look: &Look, ignores: &[Ignore]) -> DriftReport {
    let cluster = cluster();
    let subject = Subject { cluster: &cluster, retired: false, wanted: wanted.to_vec(), config_maps: config_maps.to_vec(), look };
    drift(&[subject], &context(ignores))
}

/// A context in which seeds are compared and nothing else is special.
pub(crate) fn context(ignores: &[Ignore]) -> Context<'_> {
    Context {
        at: Timestamp::UNIX_EPOCH,
        today: date(2026, 11, 21),
        fleet: None,
        ignores,
        fail_on_not_processed: false,
        seeds: true,
        salt: Salt::new(*b"a salt for tests"),
        place: &|_, _| None,
    }
}

/// Paths and classes of all differences, sorted.
pub(crate) fn found(report: &DriftReport) -> Vec<(String, Class)> {
    let rings = report.clusters.iter().flat_map(|cluster| &cluster.rings);
    let mut all: Vec<_> = rings.flat_map(|ring| &ring.differences).map(|found| (found.path.clone(), found.class)).collect();
    all.sort();
    all
}

/// The hash that the renderer would write into an object.
pub(crate) fn hash_of(object: &Json, release: Release) -> String {
    let form = canonical(&Node::from(object), release).unwrap();
    let seeds: Option<Vec<String>> = serde_json::from_value(object["status"]["seedlist"].clone()).ok();
    content_hash(form.object.get("spec").unwrap(), seeds.as_deref())
}

/// A rendered object as it is once CassKop runs it: applied, processed and written back.
pub(crate) fn settled(object: &Json, release: Release) -> Json {
    let form = canonical(&Node::from(object), release).unwrap();
    let spec = serde_json::to_value(form.object.get("spec").unwrap()).unwrap();
    let mut live = object.clone();
    live["spec"] = spec.clone();
    let metadata = &mut live["metadata"];
    metadata["uid"] = json!("u");
    metadata["generation"] = json!(3);
    let seen = json!({"metadata": {"uid": "u", "generation": 3}, "spec": spec});
    metadata["annotations"]["cassandraclusters.db.orange.com/last-applied-configuration"] = json!(seen.to_string());
    live["status"]["phase"] = json!("Running");
    live
}
