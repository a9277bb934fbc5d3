//! Fleet files as text: places, replacements, and what YAML makes of plain words.

use super::super::Fleet;
use super::read;
use crate::finding::Finding;
use crate::source::Sources;
use crate::yaml::{Budget, compose};

fn read_text(text: &str) -> (Sources, Result<Fleet, Vec<Finding>>) {
    let mut sources = Sources::default();
    let id = sources.add("fleet.yaml", text);
    let documents = compose(&sources, id, &mut Budget::default()).unwrap();
    let fleet = read(&documents[0], &sources);
    (sources, fleet)
}

/// Findings as `line:column {what is there} message`, each further place on a line of its own.
fn said(text: &str) -> String {
    let (sources, fleet) = read_text(text);
    let mut lines = Vec::new();
    for finding in fleet.expect_err("it should be refused") {
        assert!(!finding.labels.is_empty(), "no place: {}", finding.message);
        for (at, label) in finding.labels.iter().enumerate() {
            let place = sources.position(label.span);
            let about = if at == 0 { &finding.message } else { &label.text };
            let indent = if at == 0 { "" } else { "    " };
            lines.push(format!("{indent}{}:{} {{{}}} {about}", place.line, place.column, sources.slice(label.span)));
        }
    }
    lines.join("\n")
}

/// The text with all replacements made, the last ones first.
fn mended(text: &str) -> String {
    let (_, fleet) = read_text(text);
    let mut replacements: Vec<_> = fleet.unwrap_err().into_iter().filter_map(|finding| finding.replacement).collect();
    replacements.sort_by_key(|replacement| std::cmp::Reverse(replacement.span.start));
    replacements.into_iter().fold(text.to_owned(), |mut text, replacement| {
        text.replace_range(replacement.span.start as usize..replacement.span.end as usize, &replacement.text);
        text
    })
}

const HEAD: &str = "apiVersion: multicasskop.dev/v1alpha1\nkind: Fleet\nmetadata: {name: prod}\n";

#[test]
fn a_real_file_is_read_with_places() {
    let text = format!(
        r#"{HEAD}sources: [rings/*.yaml]
out: clusters
casskopVersion: 2.3.4         # or {{from: 2.2.9, to: 2.3.4}}
engine: argocd
merge: merge-patch
clusters:                     # in order
  - name: k8s-cluster1
    zone: eu.example.net
    namespace: cassandra
  - {{name: k8s-cluster2, casskopVersion: 2.2.9, wave: 20}}
  - {{name: k8s-cluster0, state: retired}}
rings:
  cassandra-demo: {{seeds: auto, zones: {{k8s-cluster1: demo.eu.example.net}}}}
lint:
  allow:
    - {{rule: L17, ring: cassandra-test, reason: "test ring", until: "2027-01-31"}}
    - {{rule: L08, reason: on purpose, until: 2027-01-31}}
"#
    );
    let (sources, fleet) = read_text(&text);
    let fleet = fleet.unwrap();
    let slice = |span: Option<_>| sources.slice(span.unwrap());
    let second = fleet.clusters.iter().nth(1).unwrap();
    assert_eq!(slice(second.span), "k8s-cluster2");
    assert_eq!(slice(second.wave.as_ref().unwrap().span), "20");
    assert_eq!(slice(fleet.versions.as_ref().unwrap().span), "2.3.4");
    assert_eq!(slice(fleet.rings[0].span), "cassandra-demo");
    assert_eq!(slice(fleet.rings[0].zones[0].1.span), "demo.eu.example.net");
    assert!(slice(fleet.allowances[0].span).starts_with("{rule: L17"));
    assert_eq!(fleet.allowances[0].until, fleet.allowances[1].until);
}

#[test]
fn findings_point_at_key_or_value_and_to_both_of_two_places() {
    let text = format!(
        "{HEAD}egnine: flux
casskopVersion: 2.3
clusters:
  - name: eu
    wave: 30
  - name: us
  - {{name: eu, wave: 20, zone: }}
  - {{zone: a.b}}
rings:
  demo:
    zones: {{su: a.b, us: -a}}
    seeds: []
lint: {{allow: [{{rule: L71, reason: x}}, {{rule: L17}}]}}
"
    );
    insta::assert_snapshot!(said(&text), @"
    4:1 {egnine} the fleet file has no key `egnine`
    10:30 {} `clusters[2].zone` is empty
    11:6 {zone} `clusters[3].name` is missing
    10:12 {eu} the cluster `eu` is listed twice
        7:11 {eu} first here
    10:22 {20} wave 20 of cluster `eu` is lower than wave 40 of `us` before it
        9:11 {us} wave 40
    5:17 {2.3} `2.3` is read as a number, and is no CassKop version
    15:12 {[]} `rings.demo.seeds` is a list; it must be `auto`, `none` or a list with at least one seed
    14:26 {-a} the zone `-a` must be a DNS name such as eu.example.net: labels of a-z, 0-9 and `-`, at most 63 characters each, joined by `.`
    16:23 {L71} there is no rule `L71`
    16:41 {rule} `lint.allow[1].reason` is missing
    ");
}

#[test]
fn what_is_missing_is_shown_where_it_should_be() {
    insta::assert_snapshot!(said("a: 1\n"), @"
    1:1 {a} `apiVersion` is missing; in a fleet file it is `multicasskop.dev/v1alpha1`
    1:1 {a} `kind` is missing; in a fleet file it is `Fleet`
    ");
    insta::assert_snapshot!(said("apiVersion: multicasskop.dev/v1alpha1\nkind: Fleet\n"), @"
    1:1 {apiVersion} `metadata` is missing
    1:1 {apiVersion} `clusters` is missing
    ");
    insta::assert_snapshot!(said(&format!("{HEAD}clusters: []\n")), @"4:11 {[]} the fleet has no cluster");
    insta::assert_snapshot!(said("just words\n"), @"1:1 {just words} the fleet file is a string; it must be an object");
}

#[test]
fn words_that_readers_disagree_about_are_no_settings() {
    insta::assert_snapshot!(said(&format!("{HEAD}clusters: [{{name: eu, allowPrune: yes, wave: 010}}, {{name: on}}, {{name: 1e3}}]\n")), @"
    4:46 {010} `clusters[0].wave: 010` means 8 to some readers of YAML and something else to others
    4:35 {yes} `clusters[0].allowPrune: yes` means true to some readers of YAML and something else to others
    4:59 {on} `clusters[1].name` is a boolean; it must be a string
    4:71 {1e3} `clusters[2].name` is a number; it must be a string
    ");
}

#[test]
fn the_replacements_mend_the_file() {
    let text = format!(
        "{HEAD}source: rings/*.yaml
engine: ArgoCD
\"merg\": operator
clusters: [{{name: eu, sate: retired}}, \"us\", {{name: 123}}]
lint: {{allow: [{{rule: 'l-17', reason: x}}]}}
"
    );
    let once = mended(&text);
    let twice = mended(&once);
    insta::assert_snapshot!(twice, @r#"
    apiVersion: multicasskop.dev/v1alpha1
    kind: Fleet
    metadata: {name: prod}
    sources: [rings/*.yaml]
    engine: argocd
    merge: operator
    clusters: [{name: eu, state: retired}, {name: "us"}, {name: "123"}]
    lint: {allow: [{rule: L17, reason: x}]}
    "#);
    assert!(read_text(&twice).1.is_ok());
}
