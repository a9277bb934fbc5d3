//! The table on a StatefulSet as CassKop makes it: each row is spoiled once, on
//! the side of the spec and on that of the StatefulSet.

use serde_json::{Value as Json, json};

use super::*;
use crate::gate::rack::racks;

fn spec() -> Json {
    json!({
        "cassandraImage": "cassandra:4.1.3", "imagepullpolicy": "IfNotPresent", "bootstrapImage": "boot:1",
        "configBuilderImage": "builder:1", "configMapName": "cm", "runAsUser": 999, "fsGroup": 1, "serverVersion": "4.1.3",
        "serverType": "cassandra", "serviceAccountName": "node", "nodesPerRacks": 1, "dataCapacity": "10Gi",
        "dataStorageClass": "standard", "readOnlyRootFilesystem": true, "livenessInitialDelaySeconds": 120,
        "envVars": [{"name": "A", "value": "1"}], "imagePullSecret": {"name": "pull"}, "imageJolokiaSecret": {"name": "jolokia"},
        "backRestSidecar": {"enabled": true, "image": "rest:1", "envVars": [{"name": "B", "value": "2"}]},
        "sidecarConfigs": [{"name": "side", "image": "side:1", "resources": {}}], "jmxConfiguration": {"jmxRemotePort": 7199},
        "pod": {"annotations": {"team": "a"}, "tolerations": [{"key": "db", "operator": "Exists"}]},
        "resources": {"limits": {"cpu": "1", "memory": "2Gi"}, "requests": {"cpu": "500m", "memory": "2Gi"}},
        "config": {"cassandra-yaml": {"num_tokens": 16}, "jvm-options": {"log_gc": true}},
        "storageConfigs": [{"name": "extra", "mountPath": "/extra", "pvcSpec": {"resources": {"requests": {"storage": "1Gi"}}}}],
        "topology": {"dc": [{"name": "dc1", "resources": {}, "labels": {"zone": "a", "disk": "hdd"}, "rack": [
            {"name": "rack1", "labels": {"disk": "ssd"}, "config": {"cassandra-yaml": {"num_tokens": 8}}}]}]},
    })
}

fn set() -> Json {
    let config = json!({
        "cluster-info": {"name": "demo", "seeds": "whatever"}, "datacenter-info": {"name": "dc1"},
        "cassandra-yaml": {"num_tokens": 8, "read_request_timeout_in_ms": 5000, "write_request_timeout_in_ms": 5000,
            "counter_write_request_timeout_in_ms": 5000},
        "logback-xml": {"debuglog-enabled": false},
        "jvm-server-options": {"log_gc": true, "cassandra_ring_delay_ms": 30000, "jmx-connection-type": "remote-no-auth",
            "max_heap_size": "512M", "initial_heap_size": "128M"},
    });
    let claim = |name: &str, size: &str| {
        json!({"metadata": {"name": name},
            "spec": {"storageClassName": "standard", "resources": {"requests": {"storage": size}}, "volumeMode": "Filesystem"}})
    };
    let expression = |key: &str, value: &str| json!({"key": key, "operator": "In", "values": [value]});
    let side = json!({"name": "side", "image": "side:1", "env": [{"name": "POD_IP"}], "terminationMessagePolicy": "File"});
    let cassandra = json!({
        "name": "cassandra", "image": "cassandra:4.1.3", "imagePullPolicy": "IfNotPresent", "command": ["cassandra", "-f"],
        "env": [{"name": "A", "value": "1"}, {"name": "POD_IP"}, {"name": "JVM_OPTS",
            "value": "-Dcom.sun.management.jmxremote.port=7199 "},
            {"name": "JOLOKIA_USER", "valueFrom": {"secretKeyRef": {"name": "jolokia", "key": "username"}}}],
        "resources": {"limits": {"cpu": "1", "memory": "2Gi"}, "requests": {"cpu": "500m", "memory": "2Gi"}},
        "livenessProbe": {"initialDelaySeconds": 120, "timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1,
            "failureThreshold": 3},
        "securityContext": {"readOnlyRootFilesystem": true},
    });
    let builder = json!({"name": "config-builder", "image": "builder:1", "env": [
        {"name": "CONFIG_FILE_DATA", "value": config.to_string()}, {"name": "PRODUCT_NAME", "value": "cassandra"},
        {"name": "PRODUCT_VERSION", "value": "4.1.3"}]});
    json!({
        "metadata": {"name": "demo-dc1-rack1"},
        "spec": {
            "selector": {"matchLabels": {"app": "cassandracluster", "env": "test"}},
            "volumeClaimTemplates": [claim("data", "10Gi"), claim("extra", "1Gi")],
            "template": {"metadata": {"annotations": {"team": "a"}}, "spec": {
                "initContainers": [{"name": "base-config-builder", "image": "cassandra:4.1.3"}, builder,
                    {"name": "bootstrap", "image": "boot:1", "env": [{"name": "B", "value": "2"}, {"name": "CASSANDRA_SEEDS"}]}],
                "containers": [side, cassandra, {"name": "backrest-sidecar", "image": "rest:1"}],
                "volumes": [{"name": "cassandra-config", "configMap": {"name": "cm", "defaultMode": 493}}],
                "securityContext": {"runAsUser": 999, "fsGroup": 1}, "serviceAccountName": "node",
                "imagePullSecrets": [{"name": "pull"}], "tolerations": [{"key": "db", "operator": "Exists"}],
                "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
                    {"matchExpressions": [expression("disk", "ssd"), expression("zone", "a")]}]}},
                    "podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100}]}},
            }},
        },
    })
}

fn found(spec: &Json, set: &Json, profile: Profile) -> Vec<&'static str> {
    let (spec, set) = (Node::from(spec), Node::from(set));
    let live = Node::from(&json!({"metadata": {"labels": {"env": "test"}}}));
    let rendered = Node::from(&json!({"status": {"seedlist": ["s1", "s2"]}}));
    let racks = racks("demo", &spec);
    let pair = Pair { spec: &spec, profile, ring: "demo", live: &live, rendered: &rendered, rack: &racks[0], set: &set };
    lacks(&pair).into_iter().map(|lack| lack.field).collect()
}

fn spoiled(of: fn() -> Json, pointer: &str, value: Json) -> Json {
    let mut json = of();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = json.pointer_mut(parent).unwrap();
    match (value, parent) {
        (Json::Null, Json::Object(map)) => drop(map.remove(key)),
        (Json::Null, Json::Array(list)) => drop(list.remove(key.parse().unwrap())),
        (value, parent) => match parent {
            Json::Object(map) => drop(map.insert(key.to_owned(), value)),
            Json::Array(list) => list.push(value),
            _ => panic!("neither object nor list"),
        },
    }
    json
}

#[test]
fn a_statefulset_that_casskop_made_lacks_nothing() {
    assert_eq!(found(&spec(), &set(), Profile::NEWEST), [""; 0]);
}

#[test]
fn each_field_of_the_spec_is_missed_when_it_is_changed_or_removed() {
    let cases = [
        ("/cassandraImage", json!("cassandra:4.1.4"), "cassandraImage"),
        ("/imagepullpolicy", json!("Always"), "imagepullpolicy"),
        ("/bootstrapImage", json!("boot:2"), "bootstrapImage"),
        ("/configBuilderImage", json!("builder:2"), "configBuilderImage"),
        ("/resources/limits/cpu", json!("2"), "resources"),
        ("/resources/limits/cpu", Json::Null, "resources"),
        ("/topology/dc/0/resources", json!({"limits": {"cpu": "4"}}), "resources"),
        ("/envVars/0", Json::Null, "envVars"),
        ("/envVars/-", json!({"name": "C", "value": "3"}), "envVars"),
        ("/imageJolokiaSecret", Json::Null, "imageJolokiaSecret"),
        ("/jmxConfiguration/jmxRemoteSSL", json!(true), "jmxConfiguration"),
        ("/backRestSidecar/envVars", Json::Null, "backRestSidecar.envVars"),
        ("/backRestSidecar/enabled", json!(false), "backRestSidecar"),
        ("/backRestSidecar/image", json!("rest:2"), "backRestSidecar"),
        ("/sidecarConfigs/0", Json::Null, "sidecarConfigs"),
        ("/sidecarConfigs/0/args", json!(["x"]), "sidecarConfigs"),
        ("/sidecarConfigs/-", json!({"name": "new"}), "sidecarConfigs"),
        ("/debug", json!(true), "debug"),
        ("/readOnlyRootFilesystem", Json::Null, "readOnlyRootFilesystem"),
        ("/livenessInitialDelaySeconds", json!(10), "livenessProbe"),
        ("/readinessFailureThreshold", json!(9), "readinessProbe"),
        ("/config/cassandra-yaml/concurrent_reads", json!(4), "config"),
        ("/config/jvm-options/log_gc", Json::Null, "config"),
        ("/topology/dc/0/rack/0/config", Json::Null, "config"),
        ("/serverType", json!("dse"), "serverType"),
        ("/configMapName", Json::Null, "configMapName"),
        ("/pod/annotations/team", Json::Null, "pod"),
        ("/pod/tolerations/0", Json::Null, "pod"),
        ("/hardAntiAffinity", json!(true), "hardAntiAffinity"),
        ("/topology/dc/0/labels/zone", Json::Null, "topology.dc.labels"),
        ("/topology/dc/0/rack/0/labels", Json::Null, "topology.dc.labels"),
        ("/runAsUser", json!(1000), "runAsUser"),
        ("/imagePullSecret", Json::Null, "imagePullSecret"),
        ("/shareProcessNamespace", json!(true), "imagePullSecret"),
        ("/dataCapacity", json!("20Gi"), "dataCapacity"),
        ("/dataStorageClass", json!("fast"), "dataCapacity"),
        ("/storageConfigs/0", Json::Null, "storageConfigs"),
    ];
    for (pointer, value, field) in cases {
        let changed = spoiled(spec, pointer, value);
        assert_eq!(found(&changed, &set(), Profile::NEWEST), [field], "{pointer}");
    }
    let both = found(&spoiled(spec, "/serverVersion", json!("5.0.4")), &set(), Profile::NEWEST);
    assert_eq!(both, ["config", "serverVersion"]);
}

#[test]
fn what_only_the_statefulset_has_counts_too() {
    let labels = "/spec/selector/matchLabels/old";
    assert_eq!(found(&spec(), &spoiled(set, labels, json!("x")), Profile::NEWEST), ["metadata.labels"]);
    let mut restarted_set = set();
    restarted_set["spec"]["template"]["metadata"]["annotations"]["kubectl.kubernetes.io/restartedAt"] = json!("now");
    assert_eq!(found(&spec(), &restarted_set, Profile::NEWEST), [""; 0]);
}

#[test]
fn variables_count_since_they_have_an_effect_and_seeds_in_the_status_until_they_lost_it() {
    let without = spoiled(spec, "/envVars/0", Json::Null);
    assert_eq!(found(&without, &set(), Profile::V2_3_1), [""; 0]);
    assert_eq!(found(&spec(), &set(), Profile::V2_2_9), ["status.seedlist"]);
}

#[test]
fn no_value_of_a_variable_or_of_the_configuration_is_told() {
    let mut secret = spoiled(spec, "/envVars/-", json!({"name": "PASSWORD", "value": "hunter2"}));
    secret["config"]["cassandra-yaml"]["truststore_password"] = json!("hunter2");
    secret["pod"]["annotations"]["token"] = json!("hunter2");
    let (spec, set) = (Node::from(&secret), Node::from(&set()));
    let (live, racks) = (Node::from(&json!({})), racks("demo", &spec));
    let pair =
        Pair { spec: &spec, profile: Profile::NEWEST, ring: "demo", live: &live, rendered: &live, rack: &racks[0], set: &set };
    let told = lacks(&pair).into_iter().map(|lack| lack.message).collect::<Vec<_>>().join("\n");
    assert!(told.contains("PASSWORD") && told.contains("truststore_password") && !told.contains("hunter2"), "{told}");
}
