//! A user's own ConfigMap among the sources: what is merged, and what cannot be.

#![cfg(test)]

mod common;

use common::Texts;
use multicasskop::emit::{FileKind, TreeFile};
use multicasskop::finding::Exit;

const FLEET: &str = "\
apiVersion: multicasskop.dev/v1alpha1
kind: Fleet
metadata: {name: prod}
clusters:
- {name: a, namespace: db, zone: a.example.net}
- {name: b, namespace: db, zone: b.example.net}
";

fn ring(name: &str) -> String {
    format!(
        "\
apiVersion: db.orange.com/v2
kind: MultiCasskop
spec:
  base:
    metadata: {{name: {name}}}
    spec: {{configMapName: scripts}}
  override:
    a: {{spec: {{topology: {{dc: [{{name: dc1, rack: [{{name: r1}}]}}]}}}}}}
    b: {{spec: {{topology: {{dc: [{{name: dc2, rack: [{{name: r1}}]}}]}}}}}}
"
    )
}

fn scripts(rest: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: scripts}}\n{rest}\n")
}

/// The messages of findings that stop with exit code 2.
fn invalid(texts: &[(&str, &str)]) -> Vec<String> {
    let rendered = Texts::read(texts).render();
    let invalid = rendered.findings.iter().filter(|finding| finding.exit() == Exit::BadInput);
    invalid.map(|finding| finding.message.clone()).collect()
}

#[test]
fn the_users_keys_stay_and_their_script_runs_after_ours() {
    let own = scripts("data: {pre_run.sh: echo before, post_run.sh: echo after, x: '1'}");
    let ring = ring("demo");
    let texts = [("fleet.yaml", FLEET), ("ring.yaml", &ring), ("scripts.yaml", &own)];
    assert_eq!(invalid(&texts), Vec::<String>::new());
    let rendered = Texts::read(&texts).render();
    let of_kind = |kind| rendered.files.iter().filter(move |file| file.kind() == kind).map(TreeFile::body);
    let map = of_kind(FileKind::SeedsConfigMap).next().expect("a ConfigMap in the first cluster");
    for line in
        ["name: scripts", "pre_run.sh: echo before", "user_post_run.sh: echo after", "x: \"1\"", "demo-dc1-r1-0.a.example.net"]
    {
        assert!(map.contains(line), "{line}\n{map}");
    }
    assert!(of_kind(FileKind::CassandraCluster).all(|object| object.contains("configMapName: scripts")));
    let may_start: Vec<_> = of_kind(FileKind::SeedsConfigMap).map(|map| map.contains("may-start-ring: |")).collect();
    assert_eq!(may_start, [true, false]);
}

#[test]
fn keys_that_the_seeds_need_are_not_the_users() {
    for key in ["seeds", "may-start-ring"] {
        let own = scripts(&format!("data: {{{key}: x}}"));
        let found = invalid(&[("fleet.yaml", FLEET), ("ring.yaml", &ring("demo")), ("scripts.yaml", &own)]);
        assert_eq!(found, [format!("the ConfigMap has a key `{key}` of its own, which the seeds need")]);
    }
    let own = scripts("data: {post_run.sh: x, user_post_run.sh: z}");
    let found = invalid(&[("fleet.yaml", FLEET), ("ring.yaml", &ring("demo")), ("scripts.yaml", &own)]);
    assert_eq!(found, ["the ConfigMap has a key `user_post_run.sh` of its own, which the seeds need"]);
}

#[test]
fn a_config_map_that_cannot_change_is_refused() {
    let own = scripts("immutable: true");
    let found = invalid(&[("fleet.yaml", FLEET), ("ring.yaml", &ring("demo")), ("scripts.yaml", &own)]);
    assert_eq!(found, ["the ConfigMap `scripts` is immutable, but the seeds go into it"]);
    let own = scripts("immutable: false");
    assert_eq!(invalid(&[("fleet.yaml", FLEET), ("ring.yaml", &ring("demo")), ("scripts.yaml", &own)]), Vec::<String>::new());
}

#[test]
fn two_rings_do_not_share_one() {
    let own = scripts("data: {}");
    let (one, two) = (ring("one"), ring("two"));
    let found = invalid(&[("fleet.yaml", FLEET), ("one.yaml", &one), ("two.yaml", &two), ("scripts.yaml", &own)]);
    assert_eq!(found, ["the rings `one` and `two` share the ConfigMap `scripts`"]);
}
