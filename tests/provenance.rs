//! Every value knows where it was written: through anchors, merge keys, both
//! ways of merging and canonical form.
//!
//! Each leaf of several renders is looked up at its place in the source. What
//! stands there, read as a text of its own, is the leaf's value. Where it should
//! stand is worked out anew from the documents, without the merge under test.

#![cfg(test)]

mod common;

use common::{Golden, Texts, golden};
use multicasskop::fleet::MergeMode;
use multicasskop::render::expand;
use multicasskop::ring::Part;
use multicasskop::schema::quantity::Quantity;
use multicasskop::source::{Sources, Span};
use multicasskop::tree::{DefaultBy, Layer, Map, Node, Origin, Path, Value};
use multicasskop::yaml::{Budget, compose};

/// A source with all that could move a place: anchors, aliases, merge keys,
/// quotes, escapes, blocks, flow collections over lines, characters of several
/// bytes, comments, tags, numbers in many notations, nulls and empty values.
const PLAYED: &str = r#"# é 中文 🚀
apiVersion: multicasskop.dev/v1alpha1
kind: Fleet
metadata: {name: f}
sources: [a.yaml]
casskopVersion: 2.3.4
merge: merge-patch
clusters: [{name: k1, zone: a.net}, {name: k2, zone: b.net}]
---
apiVersion: db.orange.com/v2
kind: MultiCasskop
metadata: {name: demo}
spec:
  base:
    kind: CassandraCluster
    metadata:
      name: "demo"   # quoted
      namespace: 'ns'
      labels: &labels {team: &team storage, "été": 'c''est', "tab\tkey": "esc\u00e9 \x41"}
    spec:
      cassandraImage: &image cassandra:3.11.10
      bootstrapImage: !!str img:1
      nodesPerRacks: 3
      dataCapacity:
        20Gi
      dataStorageClass: "local\
        -storage"
      autoPilot: true
      pod:
        annotations:
          <<: *labels
          first: |
            one
              two

            three
          second: >-
            folded
            over lines
          third: |+
            kept

          long: plain text
            over two lines
          number: "1e3"
      resources: &resources
        requests: &size {cpu: 1, memory: 2048Mi}
        limits:
          <<: *size
          cpu: "1500m"
      sidecarConfigs:
      - name: *team
        image: *image
        resources: *resources
        command: ["/bin/sh", -c,
          'exec "$0"']
      - <<: [{name: other}, {image: c:1, name: x}]
      config: &config
        cassandra-yaml:
          num_tokens: 0x10
          ratio: 1.50
          large: 12345678901234567890
          octal: 0o17
          nothing: ~
          empty:
          list: [1, [2.0, null], {a: b}]
        ? jvm-options
        : {heap: 2G}
  override:
    k1:
      metadata: {labels: {team: null, more: *team}}
      spec:
        nodesPerRacks: 2
        resources: {requests: {cpu: 5e0, memory: 1Gi}}
        config: {cassandra-yaml: {num_tokens: 8, nothing: null}}
        topology: &topology
          dc:
          - {name: dc1, rack: [{name: rack1}, {name: rack2, labels: *labels}]}
    k2:
      spec:
        cassandraImage: *image
        config: *config
        pod: {annotations: null}
        topology: *topology
"#;

fn sources() -> Vec<(String, Texts)> {
    let of_case = |case: Golden| (case.folder.display().to_string(), case.texts());
    let mut all: Vec<_> = golden().into_iter().map(of_case).collect();
    all.push(("played".to_owned(), Texts::read(&[("a.yaml", PLAYED)])));
    all.push(("played, crlf".to_owned(), Texts::read(&[("a.yaml", &PLAYED.replace('\n', "\r\n"))])));
    let operator = PLAYED.replace("merge: merge-patch", "merge: operator");
    all.push(("played, operator".to_owned(), Texts::read(&[("a.yaml", &operator)])));
    all
}

/// Counts what was looked at, so that a test which looks at nothing fails.
#[derive(Debug, Default)]
struct Seen {
    written: usize,
    filled: usize,
    keys: usize,
    of_base: usize,
    of_override: usize,
}

/// Walks a tree: each leaf (empty collections too) with its path, each member's name.
fn walk(node: &Node, path: Path<'_>, leaf: &mut dyn FnMut(&Node, String), key: &mut dyn FnMut(&str, Span)) {
    match &node.value {
        Value::Map(map) if !map.is_empty() => {
            for entry in map {
                if let Some(span) = entry.key_span {
                    key(&entry.key, span);
                }
                walk(&entry.value, path.key(&entry.key), leaf, key);
            }
        }
        Value::List(items) if !items.is_empty() => {
            items.iter().enumerate().for_each(|(at, item)| walk(item, path.index(at), leaf, key));
        }
        _ => leaf(node, path.to_string()),
    }
}

/// The text of a place, with the header of a block scalar, which stands before it.
fn text_at(texts: &Texts, span: Span) -> String {
    let slice = texts.sources.slice(span);
    let before = &texts.sources.get(span.source).text()[..span.start as usize];
    let (header, indent) = (before.trim_end(), before.len() - before.trim_end_matches(' ').len());
    let header = header.rsplit(char::is_whitespace).next().unwrap_or_default();
    let same_line = !before[before.trim_end().len()..].contains('\n');
    if header.starts_with(['|', '>']) && !same_line {
        format!("{header}\n{}{slice}", " ".repeat(indent))
    } else {
        slice.to_owned()
    }
}

/// A text, read as a document of its own.
fn read_again(text: &str) -> Value {
    let mut sources = Sources::default();
    // A block scalar's place ends before the line feed that belongs to it.
    let id = sources.add("slice", format!("{text}\n"));
    let mut documents = compose(&sources, id, &mut Budget::default()).unwrap_or_else(|found| panic!("{text:?}: {found:?}"));
    documents.pop().map_or(Value::Null, |document| document.root.value)
}

/// The name of a member, read at its place.
fn key_again(text: &str) -> String {
    match read_again(&format!("{text}: 0")) {
        Value::Map(map) => map.iter().next().unwrap().key.to_string(),
        _ => panic!("{text:?} is no key"),
    }
}

/// Whether the value is what stands in the text, or what Go's types make of that.
fn is_told_by(value: &Value, text: &str) -> bool {
    let written = read_again(text);
    let canonical = |text: &str| Quantity::parse(text).map(|quantity| quantity.canonical());
    match (value, &written) {
        _ if value.same(&written) => true,
        // The text of a kept block has line feeds that its place does not cover.
        (Value::Text(value), Value::Text(written)) if text.starts_with("|+") => value.trim_end() == written.trim_end(),
        (Value::Text(value), Value::Text(written)) => Some(value.to_string()) == canonical(written),
        (Value::Text(value), Value::Int(written)) => value == text || Some(value.to_string()) == canonical(&written.to_string()),
        // A null of the override that Multi-CassKop takes for a zero value.
        (value, Value::Null) => multicasskop::schema::is_empty(value),
        _ => false,
    }
}

fn parts(texts: &Texts, mut each: impl FnMut(&Part<'_>, &Node)) {
    let fleet = texts.fleet.as_ref().expect("a fleet");
    for ring in &texts.input.rings {
        let mut findings = Vec::new();
        let expanded = expand(fleet, ring, &mut findings);
        let told: Vec<_> = findings.iter().map(|finding| texts.told(finding)).collect();
        for part in &expanded.unwrap_or_else(|| panic!("{}", told.join("\n"))).parts {
            each(part, &ring.base);
        }
    }
}

#[test]
fn every_leaf_stands_at_its_place() {
    let mut seen = Seen::default();
    for (name, texts) in sources() {
        assert!(texts.findings.is_empty(), "{name}: {:?}", texts.findings);
        parts(&texts, |part, _| {
            for root in [&part.source, &part.object] {
                check_places(&name, &texts, root, &mut seen);
            }
        });
    }
    assert!(seen.written > 1000 && seen.filled > 300 && seen.keys > 1000, "{seen:?}");
}

fn check_places(name: &str, texts: &Texts, root: &Node, seen: &mut Seen) {
    let (mut written, mut keys) = (0, 0);
    let leaf = &mut |node: &Node, path: String| match node.origin {
        Origin::Written(layer, span) => {
            written += 1;
            let text = text_at(texts, span);
            // An object may be empty because an override deleted all that was written in it.
            let empty = matches!(node.value, Value::Map(_)) && !text.is_empty();
            assert!(empty || is_told_by(&node.value, &text), "{name}: `{path}` is {:?}, and its place says {text:?}", node.value);
            assert_ne!(layer, Layer::Document, "{name}: `{path}` is of base or override");
        }
        Origin::Default(by) => {
            seen.filled += 1;
            assert_ne!(by, DefaultBy::Renderer, "{name}: `{path}` was filled in before anything was rendered");
        }
    };
    let key = &mut |key: &str, span: Span| {
        keys += 1;
        assert_eq!(key, key_again(texts.sources.slice(span)), "{name}");
    };
    walk(root, Path::ROOT, leaf, key);
    seen.written += written;
    seen.keys += keys;
}

/// What a merge patch gives is, leaf by leaf, the node of the override where it
/// says something, else that of the base, with the same place.
#[test]
fn every_leaf_of_a_merge_patch_is_of_the_layer_that_wins() {
    let mut seen = Seen::default();
    for (name, texts) in sources() {
        if texts.fleet.as_ref().unwrap().merge.as_ref().map(|mode| mode.value) == Some(MergeMode::Operator) {
            continue;
        }
        parts(&texts, |part, base| check_layers(&name, &part.source, Some(base), Some(&part.over.node), &mut seen));
    }
    assert!(seen.of_base > 200 && seen.of_override > 50, "{seen:?}");
}

fn check_layers(name: &str, merged: &Node, base: Option<&Node>, over: Option<&Node>, seen: &mut Seen) {
    let (Value::Map(members), Some(Value::Map(changes))) = (&merged.value, over.map(|over| &over.value)) else {
        // Taken from one side as a whole.
        let (layer, from, count) = match over {
            Some(over) => (Layer::Override, over, &mut seen.of_override),
            None => (Layer::Base, base.expect("every value comes from somewhere"), &mut seen.of_base),
        };
        *count += 1;
        return assert_same_places(name, merged, from, layer);
    };
    let gone = changes.iter().filter(|entry| entry.value.is_null()).all(|entry| members.get(&entry.key).is_none());
    assert!(gone, "{name}: a null did not delete its member");
    let base = base.and_then(Node::as_map);
    for entry in members {
        check_layers(name, &entry.value, base.and_then(|base| base.get(&entry.key)), changes.get(&entry.key), seen);
    }
}

fn assert_same_places(name: &str, merged: &Node, from: &Node, layer: Layer) {
    let collect = |node: &Node| {
        let mut found = Vec::new();
        walk(node, Path::ROOT, &mut |leaf, path| found.push((path, leaf.origin)), &mut |_, _| {});
        found
    };
    let (merged, from) = (collect(merged), collect(from));
    assert_eq!(merged, from, "{name}");
    assert!(merged.iter().all(|(_, origin)| matches!(origin, Origin::Written(of, _) if *of == layer)), "{name}: {merged:?}");
}

/// Canonical form keeps the places: a value that is as the user wrote it still
/// points there, and what was filled in points nowhere.
#[test]
fn canonical_form_loses_no_place() {
    let mut kept = 0;
    for (name, texts) in sources() {
        parts(&texts, |part, _| {
            let empty = Map::new();
            for below in ["metadata", "spec"] {
                let source = part.source.get(below).and_then(Node::as_map).unwrap_or(&empty);
                let object = part.object.get(below).and_then(Node::as_map).unwrap_or(&empty);
                for entry in source {
                    if let Some(there) = object.get(&entry.key) {
                        kept += compare(&name, &entry.value, there);
                    }
                }
            }
        });
    }
    assert!(kept > 500, "{kept}");
}

fn compare(name: &str, source: &Node, object: &Node) -> usize {
    match (&source.value, &object.value) {
        (Value::Map(source), Value::Map(object)) => {
            let both = source.iter().filter_map(|entry| Some((&entry.value, object.get(&entry.key)?)));
            both.map(|(source, object)| compare(name, source, object)).sum()
        }
        (Value::List(source), Value::List(object)) if source.len() == object.len() => {
            source.iter().zip(object).map(|(source, object)| compare(name, source, object)).sum()
        }
        (source_value, value) if source_value.same(value) => {
            assert_eq!(source.span(), object.span(), "{name}: {value:?}");
            1
        }
        _ => 0,
    }
}
