//! Names that would be paths, flags or escape sequences.

use super::*;

const BAD: [&str; 9] = ["../evil", "a/b", "..", ".", "-x", "a\\u0007b", "", "A", "a b"];

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

#[test]
fn bad_names_of_rings_clusters_and_namespaces_are_refused() {
    for name in BAD {
        // Without a namespace is a rule's business.
        let members = ["      name: demo", "      namespace: cassandra"];
        for from in members.into_iter().filter(|from| !(name.is_empty() && from.contains("namespace"))) {
            let (key, _) = from.split_once(": ").expect("a member");
            refused(ring_with(from, &format!("{key}: {}", quoted(name)))).says("ring.yaml:1");
        }
        refused(ring_with("    eu:", &format!("    {}:", quoted(name)))).says("ring.yaml:27:5");
    }
    refused(ring_with("      name: demo", "      name: kustomization"));
    assert_told!("ring-name", refused(ring_with("      name: demo", "      name: ../../etc/passwd")));
    assert_told!("cluster-name", refused(ring_with("    eu:", "    ../eu:")));
    assert_told!("namespace", refused(ring_with("namespace: cassandra", "namespace: kube/system")));
}

#[test]
fn bad_names_that_are_typed_are_refused_with_their_flag() {
    let site = site_with(RING);
    let before = site.tree();
    for (flag, value) in
        [("--local", "../eu"), ("--remote", "a/b"), ("--namespace", ".."), ("--zone", "eu=../x"), ("--local", "")]
    {
        let words = ["render", "ring.yaml", "--local", "eu", flag, value, "--out", "clusters"];
        let words = words.into_iter().skip(usize::from(false));
        let words: Vec<_> =
            if flag == "--local" { vec!["render", "ring.yaml", flag, value, "--out", "clusters"] } else { words.collect() };
        let run = site.run_words(words).exits(2);
        assert!(run.stderr.contains(flag), "{}", run.stderr);
    }
    assert!(site.tree() == before);
}

#[test]
fn bad_names_in_the_fleet_file_are_refused_with_their_place() {
    let site = Site::fleet();
    site.run("render").exits(0);
    for (from, to) in [("name: eu", "name: ../eu"), ("name: prod", "name: \"a\\nb\""), ("out: clusters", "out: 5")] {
        let good = site.read("fleet.yaml");
        site.replace("fleet.yaml", from, to);
        refused_in(&site, "render").says("fleet.yaml:");
        site.write("fleet.yaml", good);
    }
    site.replace("fleet.yaml", "engine: argocd", "engine: argo\nrings: {demmo: {seeds: auto}}");
    assert_told!("fleet", refused_in(&site, "render"));
}

#[test]
fn an_override_of_no_cluster_gets_the_nearest_name() {
    assert_told!("unknown-cluster", refused(ring_with("    eu:", "    eue:")));
    let site = site_with(RING);
    assert_told!("unlisted-cluster", refused_in(&site, "render ring.yaml --local eu --out clusters"));
}

#[test]
fn two_rings_that_would_be_the_same_files_are_refused() {
    let site = site_with(RING);
    site.write("other.yaml", RING);
    assert_told!("same-ring", refused_in(&site, &format!("render ring.yaml other.yaml {FLAGS} --out clusters")));
    site.write("other.yaml", RING.replace("namespace: cassandra", "namespace: elsewhere"));
    assert_told!("same-path", refused_in(&site, &format!("render ring.yaml other.yaml {FLAGS} --out clusters")));
}
