//! What becomes of sources, and that no node gets another number of tokens.

#![allow(clippy::format_push_string, reason = "a text that is put together reads best so")]

use proptest::prelude::*;

use super::*;
use crate::merge::{operator, patch};

fn read(text: &str) -> (Sources, SourceId, Vec<Node>) {
    let mut sources = Sources::default();
    let id = sources.add("ring.yaml", text);
    let documents = compose(&sources, id, &mut Budget::default()).unwrap();
    (sources, id, documents.into_iter().map(|document| document.root).collect())
}

fn converted(text: &str) -> Result<Converted, Vec<Finding>> {
    let (sources, id, documents) = read(text);
    let mut findings = Vec::new();
    convert(&sources, id, &documents, Release::NEWEST, &mut findings).ok_or(findings)
}

/// The new text.
#[track_caller]
fn text_of(text: &str) -> String {
    let converted = converted(text).unwrap_or_else(|findings| panic!("{findings:#?}"));
    assert!(converted.kept, "{}", converted.text);
    converted.text
}

/// What stops the conversion: places and messages.
#[track_caller]
fn refused(text: &str) -> String {
    let findings = converted(text).expect_err("it should be refused");
    let (sources, ..) = read(text);
    let stops = findings.iter().filter(|finding| finding.stops()).map(|finding| {
        let place = finding.labels.first().map(|label| sources.position(label.span).line);
        format!("{}: {} -> {}", place.unwrap_or_default(), finding.message, finding.fix)
    });
    stops.collect::<Vec<_>>().join("\n")
}

/// A MultiCasskop with this base spec and these overrides, each of them flow YAML.
fn ring(spec: &str, overrides: &str) -> String {
    format!(
        "apiVersion: db.orange.com/v1alpha1
kind: MultiCasskop
metadata: {{name: demo}}
spec:
  base:
    apiVersion: db.orange.com/v1alpha1
    metadata: {{name: demo}}
    spec: {{cassandraImage: cassandra:3.11.9, {spec}}}
  override: {overrides}
"
    )
}

#[test]
fn a_cassandra_cluster_is_converted_line_by_line() {
    let text = text_of(
        "# Ours.
apiVersion: 'db.orange.com/v1alpha1' # old
kind: CassandraCluster
metadata:
  name: demo
spec:
  cassandraImage: cassandra:3.11.9   # as it runs
  bootstrapImage: orangeopensource/cassandra-bootstrap:0.1.8
  initContainerImage: cassandra:3.11.9
  initContainerCmd: cp -vr /etc/cassandra/* /bootstrap # the default
  gcStdout: true # for the log collector
  topology:
    dc:
      - numTokens: 32
        name: dc1
        rack: [{name: rack1}]
      - name: dc2
        numTokens: 32 # never change this
        rack: [{name: rack1}]
",
    );
    insta::assert_snapshot!(text, @r#"
    # Ours.
    apiVersion: db.orange.com/v2 # old
    kind: CassandraCluster
    metadata:
      name: demo
    spec:
      cassandraImage: cassandra:3.11.9   # as it runs
      bootstrapImage: ghcr.io/cscetbon/casskop-bootstrap:0.1.21
      # the default
      # for the log collector
      config:
        cassandra-yaml:
          num_tokens: 32
        jvm-options:
          log_gc: "true"
      topology:
        dc:
          - name: dc1
            rack: [{name: rack1}]
          - name: dc2
            # never change this
            rack: [{name: rack1}]
    "#);
}

#[test]
fn data_centres_with_other_numbers_keep_them() {
    let dc = |name: &str, tokens: &str| format!("{{topology: {{dc: [{{name: {name}, {tokens}rack: [{{name: rack1}}]}}]}}}}");
    let overrides = format!("{{eu: {{spec: {}}}, us: {{spec: {}}}}}", dc("dc1", "numTokens: 32, "), dc("dc2", ""));
    insta::assert_snapshot!(text_of(&ring("nodesPerRacks: 1", &overrides)), @r#"
    apiVersion: db.orange.com/v2
    kind: MultiCasskop
    metadata: {name: demo}
    spec:
      base:
        apiVersion: db.orange.com/v2
        metadata: {name: demo}
        spec: {config: {cassandra-yaml: {num_tokens: 256}}, cassandraImage: cassandra:3.11.9, nodesPerRacks: 1}
      override: {eu: {spec: {topology: {dc: [{name: dc1, config: {cassandra-yaml: {num_tokens: 32}}, rack: [{name: rack1}]}]}}}, us: {spec: {topology: {dc: [{name: dc2, rack: [{name: rack1}]}]}}}}
    "#);
}

#[test]
fn a_base_without_a_spec_gets_one() {
    let text = "apiVersion: db.orange.com/v1alpha1
kind: MultiCasskop
metadata: {name: demo}
spec:
  base:
    metadata:
      name: demo
  override:
    eu:
      spec:
        cassandraImage: cassandra:3.11.9
";
    let converted = converted(text).unwrap();
    let (_, _, documents) = read(&converted.text);
    let tokens = documents[0].at(&["spec", "base", "spec", "config", "cassandra-yaml", "num_tokens"]).and_then(Node::as_int);
    assert_eq!(tokens, Some(256));
}

#[test]
fn the_old_default_image_is_written_where_there_is_none() {
    let image = |text: &str| {
        let converted = converted(text).unwrap();
        read(&converted.text).2[0].at(&["spec", "cassandraImage"]).and_then(Node::as_str).map(str::to_owned)
    };
    let cluster = |spec: &str| format!("apiVersion: db.orange.com/v1alpha1\nkind: CassandraCluster\n{spec}");
    for spec in ["", "spec: {}\n", "spec:\n", "spec:\n  cassandraImage: \"\" # none\n", "spec: {cassandraImage: null}\n"] {
        assert_eq!(image(&cluster(spec)).as_deref(), Some("cassandra:3.11"), "{spec}");
    }
    assert_eq!(image(&cluster("spec: {cassandraImage: mine}\n")).as_deref(), Some("mine"));
}

#[test]
fn versions_are_replaced_where_only_the_outer_one_is_old() {
    let text = ring("nodesPerRacks: 1", "{}")
        .replacen("v1alpha1", "v1alpha1 # outer", 1)
        .replace("    apiVersion: db.orange.com/v1alpha1", "    apiVersion: db.orange.com/v2");
    let converted = converted(&text).unwrap();
    assert_eq!((converted.text, converted.changes.len()), (text.replace("v1alpha1", "v2"), 1));
}

#[test]
fn what_a_person_has_to_decide_is_refused() {
    let of = |spec: &str, over: &str| refused(&ring(spec, over));
    insta::assert_snapshot!(of("initContainerImage: 'cassandra:3.11.8', initContainerCmd: cp -r /a /b", "{}"), @r#"
    8: `spec.base.spec.initContainerImage` takes Cassandra's configuration from elsewhere, and v2 cannot -> compare its `/etc/cassandra` with that of the Cassandra image, remove this line, convert, and write what differs into `config`
    8: `spec.base.spec.initContainerCmd` takes Cassandra's configuration from elsewhere, and v2 cannot -> compare its `/etc/cassandra` with that of the Cassandra image, remove this line, convert, and write what differs into `config`
    "#);
    insta::assert_snapshot!(of("gcStdout: true", "{eu: {spec: {gcStdout: false}}, us: {spec: {gcStdout: null}}}"), @r#"
    9: `spec.override.eu.spec.gcStdout` cannot be converted: the base says `true` -> remove the line to leave the log on, then convert; to turn it off, write `log_gc: "false"` into `config` afterwards
    9: `spec.override.us.spec.gcStdout` cannot be converted: the base says `true` -> remove the line to leave the log on, then convert; to turn it off, write `log_gc: "false"` into `config` afterwards
    "#);
    insta::assert_snapshot!(of("config: {cassandra-yaml: {num_tokens: 16}}", "{}"), @r#"8: `spec.config` has no effect in v1alpha1, and would have one in v2 -> take it out, convert, and then write into the new `config` what shall count"#);
    insta::assert_snapshot!(of("gcStdout: 'yes'", "{}"), @r#"8: `spec.gcStdout` is the string `yes`, not `true` or `false` -> write `true` or `false`"#);
    insta::assert_snapshot!(of("topology: {dc: [{name: dc1, numTokens: 0, rack: [{name: r}]}]}", "{}"), @r#"8: `spec.base.spec.topology.dc[0].numTokens` is 0 -> write what `nodetool status` says in the column `Tokens`"#);
    insta::assert_snapshot!(of("topology: {dc: [{name: dc1, numTokens: 32, rack: [{name: r}]}, {name: dc2}]}", "{}"), @r#"8: `spec.base.spec.topology.dc[0].numTokens` does not count: a data centre of this list has no racks -> write the racks that there are, and the number of tokens that the nodes have, then convert"#);
}

#[test]
fn an_override_that_needs_config_gets_all_of_it() {
    let text = text_of(&ring("gcStdout: false", "{eu: {spec: {gcStdout: true}}, us: {spec: {gcStdout: false}}}"));
    let (_, _, documents) = read(&text);
    let config = |at: &[&str]| documents[0].at(at).map(|config| serde_json::to_string(config).unwrap());
    let eu = config(&["spec", "override", "eu", "spec", "config"]).unwrap();
    assert_eq!(eu, r#"{"cassandra-yaml":{"num_tokens":256},"jvm-options":{"log_gc":"true"}}"#);
    assert_eq!(config(&["spec", "override", "us", "spec"]).unwrap(), "{}");
}

#[test]
fn what_is_v2_already_and_what_is_no_ring_stays_as_it_is() {
    let text = "# ours\nkind: ConfigMap\ndata: {a: b}\n---\napiVersion: db.orange.com/v2\nkind: CassandraCluster\nspec: {}\n";
    let converted = converted(text).unwrap();
    assert_eq!((converted.text.as_str(), converted.changes.len()), (text, 0));
}

#[test]
fn repeated_parts_are_edited_once_and_windows_line_ends_stay() {
    let text = ring(
        "nodesPerRacks: 1",
        "\n    eu: &all\n      spec:\n        topology:\n          dc:\n          - name: dc1\n            numTokens: 256 # all\n            rack: [{name: r}]\n    us: *all",
    );
    let text = text_of(&text.replace('\n', "\r\n"));
    assert!(!text.contains("numTokens") && text.contains("# all\r\n"), "{text}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
}

#[test]
fn a_text_that_cannot_be_edited_is_written_anew() {
    let text = ring("gcStdout: # odd\n      ", "{}");
    let converted = converted(&text).unwrap();
    assert!(!converted.kept && !converted.text.contains("odd"));
    assert!(says(&converted.text, &read(&converted.text).2));
}

/// The tokens of the data centres of a merged CassandraCluster.
fn effective(cluster: &Node, v2: bool) -> Vec<i64> {
    let number = |node: &Node| node.at(&["config", "cassandra-yaml", "num_tokens"]).and_then(Node::as_int);
    let spec = cluster.get("spec").expect("a spec");
    let dcs = spec.at(&["topology", "dc"]).map(Node::items).unwrap_or_default();
    let ring = if v2 { number(spec).expect("always written") } else { 256 };
    let of = |dc: &Node| if v2 { number(dc) } else { dc.get("numTokens").and_then(Node::as_int) };
    let mut tokens: Vec<i64> = dcs.iter().map(|dc| of(dc).unwrap_or(ring)).collect();
    if tokens.is_empty() {
        tokens.push(ring);
    }
    tokens
}

/// A layer's spec as lines: data centres with their tokens, or none; log; flow or block.
#[derive(Clone, Debug)]
struct Spec {
    dcs: Option<Vec<Option<i64>>>,
    log: Option<bool>,
    flow: bool,
    first: bool,
}

fn a_spec() -> impl Strategy<Value = Spec> {
    let tokens = prop_oneof![Just(None), Just(Some(32)), Just(Some(256)), Just(Some(16))];
    let dcs = prop::option::of(prop::collection::vec(tokens, 0..3));
    (dcs, prop::option::of(any::<bool>()), any::<bool>(), any::<bool>()).prop_map(|(dcs, log, flow, first)| Spec {
        dcs,
        log,
        flow,
        first,
    })
}

impl Spec {
    fn lines(&self, indent: usize, comments: &mut usize) -> String {
        let mut comment = || {
            *comments += 1;
            format!("# comment {comments}\n", comments = *comments)
        };
        let pad = " ".repeat(indent);
        let mut text = format!("{pad}nodesPerRacks: 1 {}", comment());
        if let Some(log) = self.log {
            text += &format!("{pad}gcStdout: {log} {}", comment());
        }
        let Some(dcs) = &self.dcs else { return text };
        if dcs.is_empty() {
            return text + &format!("{pad}topology: {{dc: []}} {}", comment());
        }
        text += &format!("{pad}topology: {}{pad}  dc:\n", comment());
        for (at, tokens) in dcs.iter().enumerate() {
            let tokens = tokens.map(|tokens| format!("numTokens: {tokens}"));
            if self.flow {
                let tokens = tokens.map(|tokens| format!(", {tokens}")).unwrap_or_default();
                text += &format!("{pad}  - {{name: dc{at}, rack: [{{name: rack1}}]{tokens}}} {}", comment());
                continue;
            }
            let mut members = vec![format!("name: dc{at}\n"), format!("rack: [{{name: rack1}}] {}", comment())];
            // A comment behind the first member of an element would not survive its removal.
            match tokens {
                Some(tokens) if self.first => members.insert(0, format!("{tokens}\n")),
                Some(tokens) => members.push(format!("{tokens} {}", comment())),
                None => {}
            }
            for (nth, member) in members.iter().enumerate() {
                text += &format!("{pad}  {} {member}", if nth == 0 { "-" } else { " " });
            }
        }
        text
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// In every cluster, whichever way of merging is chosen, every data centre keeps its
    /// tokens; and no comment is lost.
    #[test]
    fn no_node_gets_another_number_of_tokens(base in a_spec(), overrides in prop::collection::vec(a_spec(), 0..3)) {
        let mut comments = 0;
        let mut text = format!(
            "apiVersion: db.orange.com/v1alpha1\nkind: MultiCasskop\nmetadata: {{name: demo}}\nspec:\n  base:\n    metadata: {{name: demo}}\n    spec:\n{}  override:\n    zz: {{}}\n",
            base.lines(6, &mut comments)
        );
        for (at, over) in overrides.iter().enumerate() {
            text += &format!("    c{at}:\n      spec:\n{}", over.lines(8, &mut comments));
        }
        let off = base.log == Some(true) && overrides.iter().any(|over| over.log == Some(false));
        let found = converted(&text);
        prop_assert_eq!(found.is_err(), off, "{}", text);
        let Ok(found) = found else { return Ok(()) };
        prop_assert!(found.kept, "{}", text);
        for nth in 1..=comments {
            let comment = format!("# comment {nth}\n");
            prop_assert!(found.text.contains(&comment), "{}\n{}", comment, found.text);
        }
        let (before, after) = (read(&text).2, read(&found.text).2);
        let layers = |documents: &[Node]| {
            let spec = documents[0].get("spec").unwrap().clone();
            (spec.get("base").unwrap().clone(), spec.get("override").unwrap().clone())
        };
        let ((old_base, old), (new_base, new)) = (layers(&before), layers(&after));
        for entry in old.as_map().unwrap() {
            let over = new.get(&entry.key).unwrap();
            prop_assert_eq!(effective(&patch(&old_base, &entry.value), false), effective(&patch(&new_base, over), true), "{}", found.text);
            let was = operator(&old_base, &entry.value, Release::LAST_V1ALPHA1).unwrap();
            let is = operator(&new_base, over, Release::NEWEST).unwrap();
            prop_assert_eq!(effective(&was, false), effective(&is, true), "{}", found.text);
            let log = |node: &Node| node.at(&["spec", "config", "jvm-options", "log_gc"]).and_then(Node::as_str).map(|text| text == "true");
            let was = was.at(&["spec", "gcStdout"]).and_then(Node::as_bool).unwrap_or(false);
            prop_assert_eq!(was, log(&is).unwrap_or(false));
            prop_assert_eq!(was, log(&patch(&new_base, over)).unwrap_or(false));
        }
    }
}
