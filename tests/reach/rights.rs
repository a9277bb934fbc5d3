//! The table of rights in `docs/access.md`: each row is enough for what it is
//! for, and what it is for is denied without it.

use multicasskop::live::{Limits, Lines, Way, block_on};
use multicasskop::names::Namespace;
use multicasskop::observed::{Answer, Denied};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::plane::{Cluster, How, Plane, User};
use crate::{look, ring, rings, target, with_config_map};

fn way(cluster: &Cluster, user: &User) -> Way {
    Way::Kubeconfig { file: cluster.kubeconfig("eu", user, How::Token), context: None }
}

fn denied(verb: &'static str, resource: &'static str, namespace: &Namespace) -> Denied {
    Denied { verb, resource, namespace: Some(namespace.clone()) }
}

#[test]
fn each_right_is_enough_for_its_row_and_nothing_else() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.shared(0);
    let namespace = ring(cluster, "demo");
    let name = namespace.as_str();
    let metadata = json!({"name": "demo-seeds", "namespace": name});
    cluster.create(&json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"seeds": "a"}}), "test");
    let user = cluster.user();
    let all = || {
        let mut target = with_config_map(target(way(cluster, &user), &namespace), "demo-seeds");
        target.wants.stateful_sets = true;
        let look = look(target);
        look.namespaces.into_values().next().unwrap()
    };
    let none = all();
    assert!(
        matches!(&none.clusters, Answer::Denied(found) if *found == denied("list", "cassandraclusters.db.orange.com", &namespace))
    );
    assert!(matches!(&none.stateful_sets, Answer::Denied(found) if *found == denied("list", "statefulsets.apps", &namespace)));
    assert!(matches!(&none.config_maps, Answer::Denied(found) if *found == denied("get", "configmaps", &namespace)));

    cluster.grant(&user, Some(name), &["list"], &["cassandraclusters.db.orange.com"]);
    let more = all();
    assert_eq!(more.clusters.got().map(Vec::len), Some(1));
    assert!(matches!((&more.stateful_sets, &more.config_maps), (Answer::Denied(_), Answer::Denied(_))));
    cluster.grant(&user, Some(name), &["list"], &["statefulsets.apps"]);
    let more = all();
    assert_eq!(more.stateful_sets.got().map(Vec::len), Some(0));
    assert!(matches!(&more.config_maps, Answer::Denied(_)));
    cluster.grant(&user, Some(name), &["get"], &["configmaps"]);
    let more = all();
    let seeds = more.config_maps.got().unwrap().get("demo-seeds").unwrap();
    assert!(seeds.as_ref().is_some_and(|seeds| seeds.at(&["data", "seeds"]).is_some()));
    let gone = look(with_config_map(target(way(cluster, &user), &namespace), "gone")).namespaces.into_values().next().unwrap();
    assert!(gone.config_maps.got().unwrap().get("gone").unwrap().is_none());
}

#[test]
fn a_right_in_one_namespace_is_none_in_another() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.shared(0);
    let (mine, other) = (ring(cluster, "mine"), ring(cluster, "other"));
    let user = cluster.user();
    cluster.grant(&user, Some(mine.as_str()), &["list"], &["cassandraclusters.db.orange.com"]);
    let mut both = target(way(cluster, &user), &mine);
    both.wants.namespaces.insert(other.clone(), std::collections::BTreeSet::new());
    let look = look(both);
    assert_eq!(look.namespaces[&mine].clusters.got().map(Vec::len), Some(1));
    assert!(matches!(&look.namespaces[&other].clusters, Answer::Denied(found) if found.namespace.as_ref() == Some(&other)));
}

/// Whether a pause of that length after a look ends early, because the ring changed meanwhile.
fn ends_early(cluster: &'static Cluster, user: &User, namespace: &Namespace, change: bool, pause: Duration) -> bool {
    let object = json!({"apiVersion": "db.orange.com/v2", "kind": "CassandraCluster", "metadata": {"name": "demo", "namespace": namespace}});
    block_on(async {
        let mut lines = Lines::new(vec![target(way(cluster, user), namespace)], &Limits::default());
        assert_eq!(rings(&lines.look(|_| {}).await[0]).unwrap(), ["demo"]);
        // The first pause begins the watch.
        lines.changed(Duration::from_secs(3)).await;
        let start = Instant::now();
        let patch = json!({"metadata": {"annotations": {"changed": format!("{start:?}")}}});
        let wait = lines.changed(pause);
        let edit = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if change {
                // On a thread of its own: another runtime on this one would swallow the watch's call.
                let patched = move || cluster.patch(&object, "application/merge-patch+json", &patch, "test");
                tokio::task::spawn_blocking(patched).await.unwrap();
            }
        };
        tokio::join!(wait, edit);
        start.elapsed() < pause
    })
    .unwrap()
}

#[test]
fn a_watch_ends_the_pause_early_where_it_is_allowed() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.shared(0);
    let namespace = ring(cluster, "demo");
    let user = cluster.user();
    cluster.grant(&user, Some(namespace.as_str()), &["list"], &["cassandraclusters.db.orange.com"]);
    let short = Duration::from_secs(6);
    assert!(!ends_early(cluster, &user, &namespace, true, short), "it polls");
    cluster.grant(&user, Some(namespace.as_str()), &["watch"], &["cassandraclusters.db.orange.com"]);
    // A server that was just told of a right may take a moment, and a busy machine too.
    let early = || ends_early(cluster, &user, &namespace, true, Duration::from_secs(30));
    assert!((0..3).any(|_| early()), "it watches");
    assert!(!ends_early(cluster, &user, &namespace, false, short), "nothing changed");
}
