//! What is masked, and what is not.

use super::*;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn salt() -> Salt {
    Salt::new(*b"0123456789abcdef")
}

/// How a value of an object is shown.
fn shown(root: &Json, path: &str) -> Shown {
    let root = Node::from(root);
    let mut at = &root;
    let path = PathBuf::from(path);
    for step in path.steps() {
        at = match step {
            Segment::Key(key) => at.get(key).unwrap(),
            Segment::Index(index) => &at.items()[index],
        };
    }
    Shown::of(at, &root, &path, &salt())
}

#[test]
fn names_look_secret_or_not() {
    for secret in [
        "password",
        "PGPASSWORD",
        "keystore_password",
        "truststore_password",
        "keyStorePassword",
        "DB_PASSWD",
        "API_KEY",
        "api-key",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "client.secret",
        "auth_token",
        "private_key",
        "credentials",
        "NUM_TOKENS_SECRET",
    ] {
        assert!(looks_secret(secret), "{secret}");
    }
    for harmless in [
        "key_cache_size",
        "key_cache_size_in_mb",
        "key_cache_save_period",
        "keyspace",
        "keyspaceCleanupThreads",
        "num_tokens",
        "initial_token",
        "allocate_tokens_for_keyspace",
        "credentials_validity_in_ms",
        "credentials_update_interval_in_ms",
        "keystore",
        "truststore",
        "authenticator",
        "secretKeyRef",
        "CASSANDRA_SEEDS",
    ] {
        assert!(!looks_secret(harmless), "{harmless}");
    }
}

#[test]
fn the_page_lists_every_word() {
    let page = include_str!("../../../docs/drift.md");
    let section = page.split("\n## ").find(|section| section.starts_with("Secrets")).unwrap();
    for word in SECRET_WORDS.iter().chain(&HARMLESS_WORDS) {
        assert!(section.contains(&format!("`{word}`")), "{word} is not on the page");
    }
}

#[test]
fn a_variable_is_masked_by_its_name_wherever_its_value_is_shown() {
    let root = json!({"spec": {"envVars": [{"name": "DB_PASSWORD", "value": "hunter2"}, {"name": "A", "value": "plain"}]}});
    for path in ["", "spec", "spec.envVars", "spec.envVars[0]", "spec.envVars[0].value"] {
        let shown = shown(&root, path);
        assert!(shown.masked && !shown.text.contains("hunter2"), "{path}: {}", shown.text);
    }
    assert_eq!(shown(&root, "spec.envVars[1].value").text, "\"plain\"");
}

#[test]
fn free_form_members_are_masked_by_their_names() {
    let root = json!({"spec": {
        "config": {"cassandra-yaml": {
            "server_encryption_options": {"keystore": "/k", "keystore_password": "hunter2"},
            "num_tokens": 16, "key_cache_size_in_mb": 5, "credentials": {"user": "hunter2", "pin": 1234},
        }},
        "imagePullSecret": {"name": "registry"},
        "pod": {"annotations": {"example.com/api-key": "hunter2"}},
        "sidecarConfigs": [{"name": "s", "args": ["--password", "hunter2", "--user", "bob", "--token=hunter2"],
            "env": [{"name": "P", "valueFrom": {"secretKeyRef": {"name": "n", "key": "password"}}}]}],
    }});
    let text = shown(&root, "").text;
    assert!(!text.contains("hunter2") && !text.contains("1234"), "{text}");
    for kept in ["registry", "\"num_tokens\":16", "\"key_cache_size_in_mb\":5", "/k", "bob", "\"key\":\"password\""] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    assert!(shown(&root, "spec.sidecarConfigs[0].args[1]").masked);
    assert!(shown(&root, "spec.config.cassandra-yaml.credentials.pin").masked);
    assert!(shown(&root, "spec.pod.annotations[example.com/api-key]").masked);
    assert!(!shown(&root, "spec.imagePullSecret").masked);
}

#[test]
fn secrets_inside_a_text_are_masked() {
    for text in [
        "https://bob:hunter2@example.net/x",
        "see http://bob:hun/hunter2@example.net.",
        "-Dkey.storePassword=hunter2 -Xmx1G",
        "export PASSWORD='hunter2 and more'",
        "password: hunter2\nuser: bob",
        "{\"password\":\"hunter2\"}",
        "{\\\"password\\\": \\\"hunter2\\\"}",
        "run --token hunter2 --x",
        "api_key = hunter2",
        "Authorization: Basic hunter2",
        "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----\n",
        "password=a password=hunter2",
    ] {
        let shown = shown(&json!({"spec": {"x": text}}), "spec.x");
        assert!(shown.masked && !shown.text.contains("hunter2"), "{text}: {}", shown.text);
    }
    for text in ["https://example.net:8080/a@b", "a=b", "note: the password file", "key_cache_size_in_mb: 100", "://@", "="] {
        assert!(!shown(&json!({"spec": {"x": text}}), "spec.x").masked, "{text}");
    }
}

#[test]
fn equal_secrets_look_equal_and_others_do_not() {
    let of = |value: &str| shown(&json!({"config": {"password": value}}), "config.password").text;
    assert_eq!(of("a"), of("a"));
    assert_ne!(of("a"), of("b"));
    let root = Node::from(&json!({"config": {"password": "a"}}));
    let path = PathBuf::from("config.password");
    let other = Shown::of(root.at(&["config", "password"]).unwrap(), &root, &path, &Salt::new(*b"another"));
    assert_ne!(other.text, of("a"));
    assert_eq!(format!("{:?}", salt()), "Salt");
}

proptest! {
    /// Whatever stands around it, a secret is never shown.
    #[test]
    fn masking_never_leaks(
        name in prop::sample::select(&["password", "MY_TOKEN", "apiKey", "client-secret"][..]),
        before in "[ -~]{0,12}", after in "[ -~]{0,12}", secret in "[0-9]{12}",
    ) {
        let text = format!("{before} {name}={secret}{after}");
        let roots = [
            json!({"config": {name: [before, {after.as_str(): secret}]}}),
            json!({"envVars": [{"name": name, "value": secret}]}),
            json!({"annotations": {name: secret}}),
            json!({"args": [format!("--{name}"), secret]}),
            json!({"a": text}),
        ];
        for root in roots {
            let shown = shown(&root, "");
            prop_assert!(!shown.text.contains(&secret), "{}", shown.text);
        }
    }

    #[test]
    fn any_text_gets_an_answer(text in any::<String>(), short in "[pwd:/@=\"' -]{0,14}") {
        for text in [text, short] {
            let _ = shown(&json!({"spec": {"x": text}}), "spec.x");
        }
    }
}
