//! Secrets of the rings, of dumps and of kubeconfigs reach no output.

#![cfg(test)]

use serde_json::json;

use crate::command::planted;
use crate::dumps::{edit, site};

#[test]
fn no_output_holds_a_planted_secret() {
    let site = site();
    let envs = "      backRestSidecar: {envVars: [{name: DB_PASSWORD, value: planted-wanted}]}\n      maxPodUnavailable: 1\n";
    site.replace("rings/demo.yaml", "      maxPodUnavailable: 1\n", envs);
    site.run("render").exits(0);
    edit(&site, "eu", "demo", |object| {
        object["spec"]["backRestSidecar"]["envVars"] = json!([{"name": "DB_PASSWORD", "value": "planted-live"}]);
        object["spec"]["config"] = json!({"cassandra-yaml": {"keystore_password": "planted-config"}});
        object["spec"]["pod"] = json!({"annotations": {"vault/token": "planted-annotation"}});
        let annotations = &mut object["metadata"]["annotations"];
        annotations["example.net/api-key"] = json!("planted-key");
        // What kubectl and CassKop keep of the object has all of it too.
        let seen = "cassandraclusters.db.orange.com/last-applied-configuration";
        let mut kept: serde_json::Value = serde_json::from_str(annotations[seen].as_str().unwrap()).unwrap();
        kept["spec"]["backRestSidecar"]["envVars"] = json!([{"name": "DB_PASSWORD", "value": "planted-kept"}]);
        annotations[seen] = json!(kept.to_string());
        annotations["kubectl.kubernetes.io/last-applied-configuration"] = json!(kept.to_string());
    });
    let mut dump: serde_json::Value = serde_json::from_str(&site.read("live/eu.json")).unwrap();
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "cassandra"}, "data": {"password": "planted-secret"}});
    dump["items"].as_array_mut().unwrap().push(secret);
    site.write("live/eu.json", dump.to_string());
    // A dump that is none at all, but holds something.
    site.write("live/us.json", "apiVersion: v1\nkind: Config\nusers: [{name: a, user: {token: planted-token}}\n");
    let mut all = String::new();
    for words in [
        "drift",
        "drift -v",
        "drift -v --color always",
        "drift -o json",
        "drift -o prometheus --history seen.jsonl",
        "drift -q -o json=out.json",
    ] {
        let mut command = site.command();
        command.args(words.split_whitespace()).env("RUST_LOG", "trace");
        let run = site.watched(|| command.output().unwrap()).exits(3);
        all.push_str(&run.stdout);
        all.push_str(&run.stderr);
    }
    all.push_str(&site.read("out.json"));
    all.push_str(&site.read("seen.jsonl"));
    assert!(all.contains("(masked "), "{all}");
    planted::assert_none("one of the outputs", &all);
}
