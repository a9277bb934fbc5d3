//! Secrets of the rings, of dumps and of kubeconfigs reach no output.

#![cfg(test)]

use serde_json::json;

use crate::dumps::{edit, site};

/// Texts that must never be seen.
const PLANTED: [&str; 6] =
    ["pl4nted-wanted", "pl4nted-live", "pl4nted-config", "pl4nted-annotation", "pl4nted-secret", "pl4nted-token"];

#[test]
fn no_output_holds_a_planted_secret() {
    let site = site();
    let envs = "      backRestSidecar: {envVars: [{name: DB_PASSWORD, value: pl4nted-wanted}]}\n      maxPodUnavailable: 1\n";
    site.replace("rings/demo.yaml", "      maxPodUnavailable: 1\n", envs);
    site.run("render").exits(0);
    edit(&site, "eu", "demo", |object| {
        object["spec"]["backRestSidecar"]["envVars"] = json!([{"name": "DB_PASSWORD", "value": "pl4nted-live"}]);
        object["spec"]["config"] = json!({"cassandra-yaml": {"keystore_password": "pl4nted-config"}});
        object["spec"]["pod"] = json!({"annotations": {"vault/token": "pl4nted-annotation"}});
    });
    let mut dump: serde_json::Value = serde_json::from_str(&site.read("live/eu.json")).unwrap();
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "cassandra"}, "data": {"password": "pl4nted-secret"}});
    dump["items"].as_array_mut().unwrap().push(secret);
    site.write("live/eu.json", dump.to_string());
    // A dump that is none at all, but holds something.
    site.write("live/us.json", "apiVersion: v1\nkind: Config\nusers: [{name: a, user: {token: pl4nted-token}}\n");
    let mut all = String::new();
    for words in [
        "drift",
        "drift -v",
        "drift -v --color always",
        "drift -o json",
        "drift -o prometheus --history seen.jsonl",
        "drift -q -o json=out.json",
    ] {
        let run = site.run(words).exits(3);
        all.push_str(&run.stdout);
        all.push_str(&run.stderr);
    }
    all.push_str(&site.read("out.json"));
    all.push_str(&site.read("seen.jsonl"));
    assert!(all.contains("(masked "), "{all}");
    for planted in PLANTED {
        assert!(!all.contains(planted), "{planted} is in:\n{all}");
    }
}
