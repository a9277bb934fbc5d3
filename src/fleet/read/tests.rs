//! Reading fleet files: what comes out, and what is said about bad ones.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::super::{Connect, Delivery, Engine, Fleet, InHub, MergeMode, Seeds, State};
use super::read;
use crate::finding::Finding;
use crate::names::{ClusterName, Namespace, ObjectName, RingName};
use crate::rule::RuleId;
use crate::schema::{Release, Versions};
use crate::source::Sources;
use crate::tree::Node;
use crate::yaml::Document;

fn read_json(json: &Json) -> Result<Fleet, Vec<Finding>> {
    read(&Document { root: Node::from(json), ambiguous: Vec::new() }, &Sources::default())
}

/// A fleet file of two clusters with more keys at the top.
fn with(more: &Json) -> Json {
    let mut file = json!({
        "apiVersion": "multicasskop.dev/v1alpha1",
        "kind": "Fleet",
        "metadata": {"name": "prod"},
        "clusters": [{"name": "eu"}, {"name": "us"}],
    });
    for (key, value) in more.as_object().unwrap() {
        file[key] = value.clone();
    }
    file
}

fn said(json: &Json) -> String {
    let findings = read_json(json).expect_err("it should be refused");
    assert!(findings.iter().all(|finding| finding.stops() && !finding.fix.is_empty() && !finding.why.is_empty()));
    findings.iter().map(|finding| format!("{} -> {}", finding.message, finding.fix)).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_key_arrives() {
    let fleet = read_json(&json!({
        "apiVersion": "multicasskop.dev/v1alpha1",
        "kind": "Fleet",
        "metadata": {"name": "prod"},
        "sources": ["rings/*.yaml"],
        "out": "clusters",
        "casskopVersion": {"from": "2.2.9", "to": "2.3.4"},
        "engine": "argocd",
        "merge": "merge-patch",
        "seedDelivery": "configmap",
        "clusters": [
            {"name": "k8s-cluster1", "zone": "eu.example.net.", "namespace": "cassandra", "allowPrune": true},
            {"name": "k8s-cluster2", "casskopVersion": "2.2.9", "wave": 20, "seedDelivery": "status"},
            {"name": "k8s-cluster0", "state": "retired"},
        ],
        "rings": {
            "demo": {"seeds": ["a.eu.example.net", "10.0.0.1"], "zones": {"k8s-cluster1": "demo.eu.example.net"}},
            "test": {"seeds": "none", "seedDelivery": "env"},
        },
        "lint": {"allow": [
            {"rule": "L17", "ring": "test", "cluster": "k8s-cluster1", "path": "spec.debug", "reason": "test", "until": "2027-01-31"},
            {"rule": "l08", "reason": "on purpose"},
        ]},
    }))
    .unwrap();
    assert_eq!(fleet.name.as_ref().map(ToString::to_string).as_deref(), Some("prod"));
    assert_eq!(fleet.sources[0].value, "rings/*.yaml");
    assert_eq!(fleet.out.as_ref().map(|out| out.value.as_str()), Some("clusters"));
    assert_eq!(fleet.engine.as_ref().map(|engine| engine.value), Some(Engine::Argocd));
    assert_eq!(fleet.merge.as_ref().map(|merge| merge.value), Some(MergeMode::MergePatch));
    let waves: Vec<_> = fleet.clusters.with_waves().map(|(cluster, wave)| (cluster.name.as_str(), wave)).collect();
    assert_eq!(waves, [("k8s-cluster1", 0), ("k8s-cluster2", 20), ("k8s-cluster0", 30)]);

    let [first, second, third] = &fleet.clusters.iter().collect::<Vec<_>>()[..] else { panic!("three clusters") };
    assert_eq!(first.zone.as_ref().unwrap().value.as_str(), "eu.example.net");
    assert_eq!(first.namespace.as_ref().unwrap().value.as_str(), "cassandra");
    assert!(first.allow_prune && !second.allow_prune);
    assert_eq!((first.state, third.state), (State::Active, State::Retired));
    assert_eq!(fleet.clusters.active().count(), 2);

    let release = |text| Release::parse(text).unwrap();
    let versions = |cluster| fleet.versions(cluster).unwrap().value;
    assert_eq!(versions(first), Versions { from: release("2.2.9"), to: release("2.3.4") });
    assert_eq!(versions(second), Versions::one(release("2.2.9")));

    let [demo, test, other] = ["demo", "test", "other"].map(|name| RingName::new(name).unwrap());
    assert!(matches!(&fleet.seeds(&demo).unwrap().value, Seeds::List(seeds) if seeds.len() == 2));
    assert_eq!(fleet.seeds(&test).unwrap().value, Seeds::None);
    assert!(fleet.seeds(&other).is_none());
    assert_eq!(fleet.zone(&demo, first).unwrap().value.as_str(), "demo.eu.example.net");
    assert_eq!(fleet.zone(&test, first).unwrap().value.as_str(), "eu.example.net");
    assert!(fleet.zone(&demo, second).is_none());
    let delivery = |ring, cluster| fleet.seed_delivery(ring, cluster).unwrap().value;
    assert_eq!(delivery(&demo, first), Delivery::ConfigMap);
    assert_eq!(delivery(&demo, second), Delivery::Status);
    assert_eq!(delivery(&test, second), Delivery::Env);

    let [full, short] = &fleet.allowances[..] else { panic!("two allowances") };
    assert_eq!((full.rule, short.rule), (RuleId::L17, RuleId::L08));
    assert_eq!(full.until, Some(jiff::civil::date(2027, 1, 31)));
    assert_eq!(full.path.as_ref().map(crate::tree::PathBuf::as_str), Some("spec.debug"));
    assert!(full.ring.is_some() && full.cluster.is_some() && short.ring.is_none() && short.until.is_none());
}

#[test]
fn the_least_that_a_fleet_needs_is_enough() {
    let fleet = read_json(&with(&json!({}))).unwrap();
    assert_eq!(fleet.clusters.iter().count(), 2);
    assert!(fleet.sources.is_empty() && fleet.allowances.is_empty() && fleet.versions.is_none());
}

#[test]
fn another_kind_of_file_gets_no_list_of_unknown_keys() {
    insta::assert_snapshot!(said(&json!({"apiVersion": "db.orange.com/v2", "kind": "MultiCasskop", "spec": {}})), @"
    `apiVersion` is `db.orange.com/v2`; in a fleet file it is `multicasskop.dev/v1alpha1` -> write `apiVersion: multicasskop.dev/v1alpha1`; if this is no fleet file, name another with `--fleet`
    `kind` is `MultiCasskop`; in a fleet file it is `Fleet` -> write `kind: Fleet`; if this is no fleet file, name another with `--fleet`
    ");
    insta::assert_snapshot!(said(&json!({"clusters": []})), @"
    `apiVersion` is missing; in a fleet file it is `multicasskop.dev/v1alpha1` -> write `apiVersion: multicasskop.dev/v1alpha1`; if this is no fleet file, name another with `--fleet`
    `kind` is missing; in a fleet file it is `Fleet` -> write `kind: Fleet`; if this is no fleet file, name another with `--fleet`
    ");
    insta::assert_snapshot!(said(&json!(["a"])), @"the fleet file is a list; it must be an object -> write an object with `apiVersion`, `kind`, `metadata`, `sources`, `out`, `casskopVersion`, `engine`, `merge`, `seedDelivery`, `clusters`, `rings`, `lint`, `ignore`");
    insta::assert_snapshot!(said(&json!(null)), @"the fleet file is empty -> write a value, or take the key out");
}

#[test]
fn unknown_keys_name_what_was_meant_or_where_it_belongs() {
    insta::assert_snapshot!(said(&with(&json!({
        "source": ["a.yaml"],
        "seeds": "auto",
        "connect": {"context": "eu"},
        "metadata": {"name": "prod", "labels": {}},
        "clusters": [{"name": "eu", "zones": "a.b", "retired": true}],
        "rings": {"demo": {"zone": "a.b", "namespace": "db"}},
        "lint": {"allow": [{"rule": "L17", "reason": "x", "expires": "2027-01-31"}], "deny": []},
    }))), @"
    the fleet file has no key `source` -> did you mean `sources`?
    the fleet file has no key `seeds` -> `seeds` belongs at a ring, in `rings.<name>`; known here: `apiVersion`, `kind`, `metadata`, `sources`, `out`, `casskopVersion`, `engine`, `merge`, `seedDelivery`, `clusters`, `rings`, `lint`, `ignore`
    the fleet file has no key `connect` -> `connect` belongs at a cluster, in `clusters`; known here: `apiVersion`, `kind`, `metadata`, `sources`, `out`, `casskopVersion`, `engine`, `merge`, `seedDelivery`, `clusters`, `rings`, `lint`, `ignore`
    the fleet file has no key `metadata.labels` -> take it out; known here: `name`
    the fleet file has no key `clusters[0].zones` -> did you mean `zone`?
    the fleet file has no key `clusters[0].retired` -> take it out; known here: `name`, `zone`, `namespace`, `casskopVersion`, `wave`, `state`, `allowPrune`, `seedDelivery`, `connect`
    the fleet file has no key `rings.demo.zone` -> did you mean `zones`?
    the fleet file has no key `rings.demo.namespace` -> `namespace` belongs at a cluster, in `clusters`; known here: `seeds`, `zones`, `seedDelivery`
    the fleet file has no key `lint.deny` -> take it out; known here: `allow`
    the fleet file has no key `lint.allow[0].expires` -> take it out; known here: `rule`, `ring`, `cluster`, `path`, `reason`, `until`
    ");
}

#[test]
fn wrong_types_are_all_found() {
    insta::assert_snapshot!(said(&with(&json!({
        "metadata": {"name": 7},
        "sources": "rings/*.yaml",
        "out": "",
        "engine": true,
        "merge": null,
        "clusters": ["eu", {"name": "us", "wave": "20", "allowPrune": "yes", "zone": ["a"]}, 3, {"zone": "a.b"}],
        "rings": {"demo": {"seeds": [], "zones": "a.b"}, "test": null, "other": {"seeds": {"from": "a"}}},
        "lint": {"allow": {"rule": "L17"}},
    }))), @r#"
    `metadata.name` is a number; it must be a string -> put it in quotes: "7"
    `clusters[0]` is a string; it must be an object -> write `{name: eu}`
    `clusters[1].zone` is a list; it must be a string -> write a text
    `clusters[1].wave` is a string; it must be a whole number -> write a number without quotes, such as 20
    `clusters[1].allowPrune` is a string; it must be true or false -> write true or false, without quotes
    `clusters[2]` is a number; it must be an object -> write an object with `name`, `zone`, `namespace`, `casskopVersion`, `wave`, `state`, `allowPrune`, `seedDelivery`, `connect`
    `clusters[3].name` is missing -> add the name that the cluster has in `spec.override`: `name: k8s-cluster1`
    `sources` is a string; it must be a list -> write `[rings/*.yaml]`
    `out` is empty -> write a value, or take the key out
    `engine` is a boolean; it must be one of argocd, flux, other -> write one of them, without anything around it
    `merge` is empty -> write a value, or take the key out
    `rings.demo.seeds` is a list; it must be `auto`, `none` or a list with at least one seed -> write `auto` to have them computed, a list of names, or `none`: each cluster then starts a ring of its own
    `rings.demo.zones` is a string; it must be an object -> write a zone per cluster: `k8s-cluster1: demo.eu.example.net`
    `rings.test` is empty -> write a value, or take the key out
    `rings.other.seeds` is an object; it must be `auto`, `none` or a list with at least one seed -> write `auto` to have them computed, a list of names, or `none`: each cluster then starts a ring of its own
    `lint.allow` is an object; it must be a list -> write a list, one element per line with `- ` before it
    "#);
}

#[test]
fn wrong_values_are_all_found() {
    insta::assert_snapshot!(said(&with(&json!({
        "metadata": {"name": "Prod"},
        "casskopVersion": {"from": "2.3.4", "to": "2.2.9"},
        "engine": "argo-cd",
        "merge": "strategic",
        "seedDelivery": "configMap",
        "clusters": [
            {"name": "eu", "zone": "*.example.net", "casskopVersion": "2.0.1", "wave": 10},
            {"name": "us", "namespace": "a.b", "casskopVersion": 2.3, "wave": 5, "state": "retierd"},
            {"name": "eu", "casskopVersion": {"from": "2.3.4"}},
        ],
        "rings": {
            "kustomization": {"seeds": "auto"},
            "demo": {"seeds": ["a b"], "zones": {"su": "a.b", "us": "A"}},
        },
    }))), @"
    the fleet name `Prod` must be a DNS-1123 subdomain: at most 253 characters, labels of a-z, 0-9 and `-` joined by `.`, each beginning and ending with a letter or digit -> write another name
    the zone `*.example.net` must be a DNS name such as eu.example.net: labels of a-z, 0-9 and `-`, at most 63 characters each, joined by `.` -> write another name
    `2.0.1` is not supported: 2.0.0 and 2.0.1 read v2 fields from a v1alpha1 CRD; use 2.0.2 or later, or 1.1.5 -> write the version of CassKop that runs in the cluster
    the namespace `a.b` must be a DNS-1123 label: at most 63 characters of a-z, 0-9 and `-`, beginning and ending with a letter or digit -> write another name
    `2.3` is read as a number, and is no CassKop version -> write three numbers, such as 2.3.4
    `retierd` is no state of a cluster -> did you mean `retired`?
    `clusters[2].casskopVersion.to` is missing -> add the version before and after the upgrade: `{from: 2.2.9, to: 2.3.4}`
    the cluster `eu` is listed twice -> keep one of the two entries
    wave 5 of cluster `us` is lower than wave 10 of `eu` before it -> move `us` up, or give it wave 10 or more
    the upgrade goes down, from 2.3.4 to 2.2.9 -> write `{from: 2.2.9, to: 2.3.4}`, or the one version that runs
    `argo-cd` is no engine -> did you mean `argocd`?
    `strategic` is no way of merging -> write one of: merge-patch, operator
    `configMap` is no way of delivering seeds -> did you mean `configmap`?
    the ring name `kustomization` is the name of Kustomize's own file `kustomization.yaml` -> write another name
    `a b` is no host name or address -> write one name or address per element
    the fleet has no cluster `su` -> did you mean `eu`?
    the zone `A` must be a DNS name such as eu.example.net: labels of a-z, 0-9 and `-`, at most 63 characters each, joined by `.` -> write another name
    ");
}

#[test]
fn every_way_to_a_cluster_arrives() {
    let ways = [
        (json!({"context": "a@b"}), Connect::Context("a@b".to_owned())),
        (json!({"kubeconfig": "k/eu.yaml"}), Connect::Kubeconfig { file: "k/eu.yaml".to_owned(), context: None }),
        (
            json!({"kubeconfig": "/k", "context": "x"}),
            Connect::Kubeconfig { file: "/k".to_owned(), context: Some("x".to_owned()) },
        ),
        (json!({"inCluster": true}), Connect::InCluster),
        (json!({"dump": "dumps/us"}), Connect::Dump("dumps/us".to_owned())),
        (json!({"clientConfig": {"hub": "eu", "namespace": "k8ssandra", "name": "us.b"}}), Connect::ClientConfig(hub("us.b"))),
        (json!({"kubemcsa": {"hub": "eu", "namespace": "k8ssandra", "name": "us"}}), Connect::Kubemcsa(hub("us"))),
        (json!({"kubemcsa": {"file": "us.yaml"}}), Connect::KubemcsaFile("us.yaml".to_owned())),
        (json!({"kubemcsa": {"dir": "/var/run/x"}}), Connect::KubemcsaDir("/var/run/x".to_owned())),
    ];
    for (json, wanted) in ways {
        let fleet = read_json(&with(&json!({"clusters": [{"name": "eu"}, {"name": "us", "connect": json}]}))).unwrap();
        let found: Vec<_> = fleet.clusters.iter().map(|cluster| cluster.connect.as_ref().map(|connect| &connect.value)).collect();
        assert_eq!(found, [None, Some(&wanted)]);
    }
}

fn hub(name: &str) -> InHub {
    InHub {
        hub: ClusterName::new("eu").unwrap(),
        namespace: Namespace::new("k8ssandra").unwrap(),
        name: ObjectName::new(name).unwrap(),
    }
}

#[test]
fn bad_ways_to_a_cluster_are_refused() {
    let object = |hub: &str| json!({"hub": hub, "namespace": "db", "name": "x"});
    insta::assert_snapshot!(said(&with(&json!({"clusters": [
        {"name": "c0", "connect": "prod-eu"},
        {"name": "c1", "connect": {}},
        {"name": "c2", "connect": {"context": "a", "dump": "b", "inCluster": true}},
        {"name": "c3", "connect": {"inCluster": false}},
        {"name": "c4", "connect": {"contxt": "a"}},
        {"name": "c5", "connect": {"context": 7}},
        {"name": "c6", "connect": {"clientConfig": {"hub": "c1", "name": "a/b"}}},
        {"name": "c7", "connect": {"kubemcsa": {"file": "a", "dir": "b"}}},
        {"name": "c8", "connect": {"kubemcsa": {}}},
        {"name": "c9", "connect": {"kubemcsa": {"hub": "c99", "namespace": "A", "name": "x"}}},
        {"name": "d0", "connect": {"hub": "c1", "file": "x"}},
        {"name": "d1", "connect": null},
        {"name": "d2", "connect": {"kubeconfig": "", "context": "x"}},
    ]}))), @r#"
    `clusters[0].connect` is a string; it must be an object -> write `{context: prod-eu}`
    `clusters[1].connect` says no way to the cluster -> write one of `{context: NAME}`, `{kubeconfig: FILE, context: NAME}`, `{inCluster: true}`, `{dump: FILE}`, `{clientConfig: {hub: CLUSTER, namespace: NS, name: N}}` and `{kubemcsa: {hub: CLUSTER, namespace: NS, name: N}}`
    `clusters[2].connect` says more than one way to the cluster: `context`, `inCluster`, `dump` -> write one of `{context: NAME}`, `{kubeconfig: FILE, context: NAME}`, `{inCluster: true}`, `{dump: FILE}`, `{clientConfig: {hub: CLUSTER, namespace: NS, name: N}}` and `{kubemcsa: {hub: CLUSTER, namespace: NS, name: N}}`
    `clusters[3].connect.inCluster` is false, which says nothing about how the cluster is reached -> take `connect` out to use the context of the cluster's own name, or say another way
    the fleet file has no key `clusters[4].connect.contxt` -> did you mean `context`?
    `clusters[5].connect.context` is a number; it must be a string -> put it in quotes: "7"
    `clusters[6].connect.clientConfig.namespace` is missing -> add the namespace of the object in the hub: `namespace: cassandra`
    the object name `a/b` must be a DNS-1123 subdomain: at most 253 characters, labels of a-z, 0-9 and `-` joined by `.`, each beginning and ending with a letter or digit -> write another name
    `clusters[7].connect.kubemcsa` says more than one way to the cluster: `file`, `dir` -> write one of `{hub: CLUSTER, namespace: NS, name: N}`, `{file: FILE}` and `{dir: FOLDER}`
    `clusters[8].connect.kubemcsa` says no way to the cluster -> write one of `{hub: CLUSTER, namespace: NS, name: N}`, `{file: FILE}` and `{dir: FOLDER}`
    the fleet has no cluster `c99` -> did you mean `c9`?
    the namespace `A` must be a DNS-1123 label: at most 63 characters of a-z, 0-9 and `-`, beginning and ending with a letter or digit -> write another name
    the fleet file has no key `clusters[10].connect.hub` -> `hub` belongs in `kubemcsa` of a cluster's `connect`; known here: `context`, `kubeconfig`, `inCluster`, `dump`, `clientConfig`, `kubemcsa`
    the fleet file has no key `clusters[10].connect.file` -> `file` belongs in `kubemcsa` of a cluster's `connect`; known here: `context`, `kubeconfig`, `inCluster`, `dump`, `clientConfig`, `kubemcsa`
    `clusters[11].connect` is empty -> write a value, or take the key out
    `clusters[12].connect.kubeconfig` is empty -> write a value, or take the key out
    "#);
    insta::assert_snapshot!(said(&with(&json!({"clusters": [
        {"name": "c0", "connect": {"clientConfig": object("c0")}},
        {"name": "c1", "connect": {"kubemcsa": object("c0")}},
        {"name": "c2", "connect": {"clientConfig": object("c3")}},
        {"name": "c3", "connect": {"dump": "x.yaml"}},
        {"name": "c4", "connect": {"clientConfig": object("c5")}},
        {"name": "c5"},
    ]}))), @"
    `c0` cannot be its own hub -> name a cluster of the fleet that has a context or kubeconfig of its own
    `c0` is reached through a hub, and cannot be the hub of `c1` -> name a cluster of the fleet that has a context or kubeconfig of its own
    `c3` is read from a dump, and cannot be the hub of `c2` -> name a cluster of the fleet that has a context or kubeconfig of its own
    ");
}

#[test]
fn rules_for_accepted_differences_arrive() {
    let fleet = read_json(&with(&json!({"ignore": [
        {"ring": "demo", "cluster": "eu", "resource": "CassandraCluster", "path": "spec.debug", "reason": "test", "owner": "sre", "until": "2027-01-31"},
        {"path": "spec.pod.annotations", "reason": "on purpose"},
        {"cluster": "us", "path": "", "reason": "not ours yet"},
    ]})))
    .unwrap();
    let [full, short, whole] = &fleet.ignores[..] else { panic!("three rules") };
    assert_eq!(full.until.as_ref().map(|until| until.value), Some(jiff::civil::date(2027, 1, 31)));
    assert_eq!((full.resource.as_deref(), full.owner.as_deref()), (Some("CassandraCluster"), Some("sre")));
    assert_eq!((full.path.as_str(), full.reason.as_str()), ("spec.debug", "test"));
    assert!(full.ring.is_some() && full.cluster.is_some() && short.ring.is_none() && short.until.is_none());
    assert_eq!((short.path.as_str(), whole.path.as_str()), ("spec.pod.annotations", ""));
}

#[test]
fn bad_rules_for_accepted_differences_are_refused() {
    insta::assert_snapshot!(said(&with(&json!({"ignore": [
        {"reason": "x"},
        {"path": "spec.debug"},
        {"path": "spec.debug", "reason": " "},
        {"path": "", "reason": "all"},
        {"path": 7, "reason": "x"},
        {"path": "a", "reason": "x", "resource": "cassandracluster"},
        {"path": "a", "reason": "x", "resource": "Pod"},
        {"path": "a", "reason": "x", "cluster": "uss", "ring": "A", "until": "tomorrow", "rule": "L17"},
        "spec.debug",
    ]}))), @r#"
    `ignore[0].path` is missing -> add the value that may differ, such as `path: spec.imagepullpolicy`
    `ignore[1].reason` is missing -> add why the difference is fine, for those who read it later: `reason: "night test"`
    `ignore[2].reason` is empty -> write a value, or take the key out
    the empty path ignores whole objects, here in every ring and every cluster -> name the `ring` or the `cluster` too, or the path of the value that may differ
    `ignore[4].path` is a number; it must be a string -> put it in quotes: "7"
    `cassandracluster` is no kind of object that is compared -> did you mean `CassandraCluster`?
    `Pod` is no kind of object that is compared -> write one of: CassandraCluster, ConfigMap
    the fleet file has no key `ignore[7].rule` -> `rule` belongs at an allowance, in `lint.allow`; known here: `ring`, `cluster`, `resource`, `path`, `reason`, `owner`, `until`
    the ring name `A` must be a DNS-1123 subdomain: at most 253 characters, labels of a-z, 0-9 and `-` joined by `.`, each beginning and ending with a letter or digit -> write another name
    the fleet has no cluster `uss` -> did you mean `us`?
    `tomorrow` is no date -> write year, month and day, for instance 2027-01-31
    `ignore[8]` is a string; it must be an object -> write an object with `ring`, `cluster`, `resource`, `path`, `reason`, `owner`, `until`
    "#);
    insta::assert_snapshot!(said(&with(&json!({"ignore": {"path": "spec.debug"}}))), @"`ignore` is an object; it must be a list -> write a list, one element per line with `- ` before it");
}

#[test]
fn bad_allowances_are_refused() {
    insta::assert_snapshot!(said(&with(&json!({"lint": {"allow": [
        {"rule": "L56", "reason": "x"},
        {"rule": "L34", "reason": "x"},
        {"rule": "L017", "reason": "x"},
        {"rule": "L17"},
        {"reason": "x"},
        {"rule": "L17", "reason": "  "},
        {"rule": "L17", "reason": "x", "until": "31.01.2027"},
        {"rule": "L17", "reason": "x", "until": 2027},
        {"rule": "L17", "reason": "x", "cluster": "uss", "ring": "A"},
    ]}}))), @r#"
    rule L56 cannot be allowed -> mend what it finds; see `multicasskop explain L56`
    rule L34 cannot be allowed -> mend what it finds; see `multicasskop explain L34`
    there is no rule `L017` -> did you mean `L17`?
    `lint.allow[3].reason` is missing -> add why the finding is fine, for those who read it later: `reason: "test ring"`
    `lint.allow[4].rule` is missing -> add the rule's ID, such as `rule: L17`
    `lint.allow[5].reason` is empty -> write a value, or take the key out
    `31.01.2027` is no date -> write year, month and day, for instance 2027-01-31
    `lint.allow[7].until` is a number; it must be a string -> put it in quotes: "2027"
    the ring name `A` must be a DNS-1123 subdomain: at most 253 characters, labels of a-z, 0-9 and `-` joined by `.`, each beginning and ending with a letter or digit -> write another name
    the fleet has no cluster `uss` -> did you mean `us`?
    "#);
}

#[test]
fn a_cluster_that_cannot_be_read_makes_no_others_unknown() {
    insta::assert_snapshot!(said(&with(&json!({
        "clusters": [{"name": "EU"}],
        "rings": {"demo": {"zones": {"EU2": "a.b", "us": "a.b"}}},
    }))), @"
    the cluster name `EU` must be 1 to 63 characters of a-z, 0-9, `.`, `_` and `-`, and begin with a letter or digit: it becomes a directory -> write another name
    the cluster name `EU2` must be 1 to 63 characters of a-z, 0-9, `.`, `_` and `-`, and begin with a letter or digit: it becomes a directory -> write another name
    ");
    insta::assert_snapshot!(said(&with(&json!({"clusters": [], "rings": {"demo": {"zones": {"eu": "a.b"}}}}))), @"the fleet has no cluster -> list the clusters in the order in which they get changes, for instance `clusters: [{name: k8s-cluster1}]`");
}

/// Values of every kind, near to and far from what a fleet file holds.
fn any_value() -> impl Strategy<Value = Json> {
    let word = prop_oneof![
        Just(String::new()),
        "[a-z]{1,8}",
        any::<String>(),
        proptest::sample::select(&["name", "zones", "seeds", "rule", "from", "auto", "L17", "2.3.4", "2027-01-31", "eu"][..])
            .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        word.clone().prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            proptest::collection::vec((word.clone(), inner), 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_gives_a_fleet_or_findings(key in proptest::sample::select(super::keys::TOP.0), value in any_value()) {
        match read_json(&with(&json!({key: value}))) {
            Ok(fleet) => prop_assert!(fleet.name.is_some() && fleet.clusters.iter().count() > 0),
            Err(findings) => prop_assert!(!findings.is_empty()),
        }
    }
}
