//! What the commands ask of API servers, and that no cluster waits for another:
//! all that does not depend on how fast a machine is. The figures that do are in
//! `benches/clusters`.

#![cfg(test)]
#![allow(clippy::disallowed_methods, reason = "the tests start servers and run the program")]

#[path = "stub/mod.rs"]
mod stub;

use std::time::Duration;

use multicasskop::live::{Limits, Lines, Target, Wants, Way, block_on, look_all};
use multicasskop::names::{ClusterName, Namespace};
use multicasskop::observed::Look;
use multicasskop::schema::{Release, Versions};

use crate::stub::{Manner, NAMESPACE, Site, cluster};

const AT_ONCE: Manner = Manner::Answers(Duration::ZERO);

/// The one list of a namespace.
fn list(namespace: &str) -> String {
    format!("GET /apis/db.orange.com/v2/namespaces/{namespace}/cassandraclusters")
}

/// The requests of each cluster, sorted. What is asked at the same time may take a connection each.
fn asked(site: &Site) -> Vec<Vec<String>> {
    let of_one = |server: &stub::Stub| {
        let mut counts = server.take();
        assert!(counts.connections <= counts.requests.len() as u64, "{counts:?}");
        counts.requests.sort();
        counts.requests
    };
    site.servers.iter().map(of_one).collect()
}

#[test]
fn drift_asks_once_per_cluster_and_namespace_and_nothing_else() {
    let site = Site::new(3, |_| AT_ONCE);
    site.run("drift", 0);
    assert_eq!(asked(&site), [[list(NAMESPACE)], [list(NAMESPACE)], [list(NAMESPACE)]]);

    site.add_ring("second", NAMESPACE);
    site.run("drift", 1);
    assert_eq!(asked(&site), [[list(NAMESPACE)], [list(NAMESPACE)], [list(NAMESPACE)]], "two rings of one namespace");

    site.add_ring("third", "other");
    site.run("drift", 1);
    let both = || [list(NAMESPACE), list("other")];
    assert_eq!(asked(&site), [both(), both(), both()]);
}

#[test]
fn every_format_and_the_history_cost_no_request() {
    let site = Site::new(1, |_| AT_ONCE);
    site.run("drift -o json -o prometheus=metrics.prom -o text=report.txt --history seen.jsonl", 0);
    assert_eq!(asked(&site), [[list(NAMESPACE)]]);
}

#[test]
fn with_seeds_there_is_one_more_request_for_each_config_map() {
    let site = Site::new(2, |_| AT_ONCE);
    site.run("drift --seeds", 1);
    let seeds = || format!("GET /api/v1/namespaces/{NAMESPACE}/configmaps/ring-0-seeds");
    assert_eq!(asked(&site), [[seeds(), list(NAMESPACE)], [seeds(), list(NAMESPACE)]]);
}

#[test]
fn requests_say_who_asks_and_take_packed_answers() {
    let site = Site::new(1, |_| AT_ONCE);
    site.run("drift", 0);
    let clients = site.servers[0].take().clients;
    let agent = format!("multicasskop/{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(clients.into_iter().collect::<Vec<_>>(), [(agent, "gzip".to_owned())]);
}

fn target(site: &Site, at: usize) -> Target {
    let wants = Wants::clusters(Versions::one(Release::NEWEST), [Namespace::new(NAMESPACE).unwrap()]);
    let way = Way::Kubeconfig { file: site.path("kubeconfig"), context: Some(cluster(at)) };
    Target { cluster: ClusterName::new(&cluster(at)).unwrap(), way, wants }
}

#[test]
fn a_look_of_the_gate_lists_stateful_sets_too_and_asks_the_target_for_its_crd() {
    let site = Site::new(2, |_| AT_ONCE);
    let targets = (0..2).map(|at| {
        let mut target = target(&site, at);
        target.wants.stateful_sets = true;
        target.wants.crd = at == 1;
        target
    });
    let lines = Lines::new(targets.collect(), &Limits::default());
    let sets = || format!("GET /apis/apps/v1/namespaces/{NAMESPACE}/statefulsets?labelSelector=app%3Dcassandracluster");
    let schema = || "GET /openapi/v3/apis/db.orange.com/v2".to_owned();
    let looks = async {
        for look in 0..2 {
            lines.look(|_| {}).await;
            let first = vec![sets(), list(NAMESPACE)];
            let second = vec![sets(), list(NAMESPACE), "GET /openapi/v3".to_owned(), schema()];
            assert_eq!(asked(&site), [first, second], "look {look}");
        }
    };
    block_on(looks).unwrap();
}

#[test]
fn a_cluster_that_hangs_delays_no_other() {
    const CLUSTERS: usize = 7;
    let site = Site::new(CLUSTERS, |at| if at == 0 { Manner::Hangs } else { AT_ONCE });
    let targets = (0..CLUSTERS).map(|at| target(&site, at)).collect();
    // Time enough for a slow machine. Two at once: behind the one that hangs, the others take turns.
    let long = Duration::from_secs(300);
    let limits = Limits { connect: long, request: long, cluster: long, overall: long, at_once: 2, ..Limits::default() };
    let mut order = Vec::new();
    // The cluster answers when all others have: if one of them waited for it, none would ever be done.
    let arrived = |look: &Look| {
        order.push(look.cluster.to_string());
        if order.len() == CLUSTERS - 1 {
            site.servers[0].release();
        }
    };
    let looks = block_on(look_all(targets, &limits, arrived)).unwrap();
    assert_eq!(order.last(), Some(&cluster(0)), "{order:?}");
    let names: Vec<_> = looks.iter().map(|look| look.cluster.to_string()).collect();
    assert_eq!(names, (0..CLUSTERS).map(cluster).collect::<Vec<_>>(), "in the order of the fleet");
    for look in &looks {
        let contents = look.namespaces.values().next().unwrap();
        assert_eq!(contents.clusters.got().map(Vec::len), Some(1), "{:?}", contents.clusters);
    }
}
