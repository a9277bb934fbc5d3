//! Tests of the composer: places, anchors, merge keys, and every kind of bad input.

use serde_json::json;

use super::*;

fn read(text: &str) -> (Sources, Result<Vec<Document>, Finding>) {
    let mut sources = Sources::default();
    let id = sources.add("f.yaml", text);
    let result = compose(&sources, id, &mut Budget::default());
    (sources, result)
}

#[track_caller]
fn assert_reads(text: &str, json: &serde_json::Value) {
    let documents = read(text).1.unwrap_or_else(|finding| panic!("{finding:?}"));
    let read: Vec<_> = documents.iter().map(|document| serde_json::to_value(&document.root).unwrap()).collect();
    assert_eq!(&serde_json::Value::from(read), json, "{text}");
}

/// The finding's message, and the positions of its labels.
fn refusal(text: &str) -> (String, Vec<String>) {
    let (sources, result) = read(text);
    let finding = result.map(|documents| format!("{documents:?}")).expect_err("an error");
    assert!(!finding.fix.is_empty(), "{finding:?}");
    let places = finding.labels.iter().map(|label| sources.position(label.span).to_string().replace("f.yaml:", "")).collect();
    (finding.message, places)
}

#[track_caller]
fn assert_refuses(text: &str, message: &str, places: &[&str]) {
    let (said, at) = refusal(text);
    assert!(said.contains(message), "{said}");
    assert_eq!(at, places, "{said}");
}

/// Every leaf and key with the text at its place.
fn leaves(sources: &Sources, node: &Node, out: &mut Vec<String>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| leaves(sources, item, out)),
        Value::Map(map) => {
            for entry in map {
                out.push(sources.slice(entry.key_span.unwrap()).to_owned());
                leaves(sources, &entry.value, out);
            }
        }
        _ => out.push(sources.slice(node.span().unwrap()).to_owned()),
    }
}

#[test]
fn every_key_and_leaf_keeps_its_own_text() {
    let text = "# é\na: 'ü'\n\"b\": [1, {c: \"\\u00fc\"}]\nd: |\n  x\n  y\n\ne:\nf: &f >-\n  z\ng: *f\nh: p\n  q # r\n";
    let (sources, documents) = read(text);
    let mut found = Vec::new();
    leaves(&sources, &documents.unwrap()[0].root, &mut found);
    let expected = ["a", "'ü'", "\"b\"", "1", "c", "\"\\u00fc\"", "d", "x\n  y", "e", "", "f", "z", "g", "z", "h", "p\n  q"];
    assert_eq!(found, expected);
}

#[test]
fn a_collection_reaches_from_its_first_to_its_last_character() {
    let (sources, documents) = read("a: {b: [1, 2 ] }\nc:\n  d:\n  - e\n  - f: 1\n\n# end\n");
    let root = &documents.unwrap()[0].root;
    let text = |node: &Node| sources.slice(node.span().unwrap()).to_owned();
    assert_eq!(text(&root.get("a").unwrap().clone()), "{b: [1, 2 ] }");
    assert_eq!(text(root.at(&["a", "b"]).unwrap()), "[1, 2 ]");
    assert_eq!(text(root.at(&["c"]).unwrap()), "d:\n  - e\n  - f: 1");
    assert_eq!(text(root.at(&["c", "d"]).unwrap()), "- e\n  - f: 1");
    for list in ["- - e\n", "  - - e\n", "- # x\n  - e\n", "  -\te\n"] {
        let (sources, documents) = read(&format!("a:\n{list}"));
        let documents = documents.unwrap();
        let span = documents[0].root.get("a").unwrap().span().unwrap();
        assert_eq!(sources.slice(span), list.trim(), "{list}");
    }
}

#[test]
fn documents_are_counted_without_the_empty_ones() {
    assert_reads("# x\n---\n---\na: 1\n...\n# y\n---\n- b\n---\n# z\n", &json!([{"a": 1}, ["b"]]));
    assert_reads("", &json!([]));
    assert_reads("# only a comment\n", &json!([]));
    assert_reads("\u{feff}a: 1\n", &json!([{"a": 1}]));
}

#[test]
fn json_is_read_with_tabs_escapes_and_long_keys() {
    assert_reads(
        "{\n\t\"a\":\t\"\\u00fc\\/\\ud83d\\ude80\",\n\t\"b\" : [\t1 ,\n\t2\t]\n}\n",
        &json!([{"a": "ü/🚀", "b": [1, 2]}]),
    );
    let long = "k".repeat(5000);
    assert_reads(&format!("{{\"{long}\":1}}"), &json!([{ long.clone(): 1 }]));
    assert_reads(&format!("{{\"a\":\"{}\"}}", "x".repeat(200_000)), &json!([{ "a": "x".repeat(200_000) }]));
    let line = serde_json::to_string(&vec![json!({"a": [1, "b"]}); 20_000]).unwrap();
    assert_reads(&line, &json!([vec![json!({"a": [1, "b"]}); 20_000]]));
}

#[test]
fn scalars_that_readers_read_differently_are_listed_in_order() {
    let (sources, documents) = read("on: &x yes\na: 'yes'\n01: [2026-01-01, 0777, 1]\nb: *x\nc: !!str no\n2: x\n");
    let document = &documents.unwrap()[0];
    let listed: Vec<_> = document.ambiguous.iter().map(|one| sources.slice(one.span)).collect();
    assert_eq!(listed, ["on", "yes", "01", "2026-01-01", "0777"]);
    assert_eq!(document.ambiguous[0].readings.sigs, Scalar::Bool(true));
    let value = serde_json::to_value(&document.root).unwrap();
    assert_eq!(value, json!({"true": true, "a": "yes", "1": ["2026-01-01", 511, 1], "b": true, "c": "no", "2": "x"}));
}

#[test]
fn tags_of_the_core_schema_are_honoured_and_no_others() {
    assert_reads(
        "a: !!str 12\nb: !!int \"12\"\nc: !!float 1\nd: !!null ''\ne: !!bool true\nf: !!map {}\ng: !!seq []\n",
        &json!([{"a": "12", "b": 12, "c": 1, "d": null, "e": true, "f": {}, "g": []}]),
    );
    for (value, message) in [
        ("!!binary aGk=", "the tag `!!binary` cannot be used"),
        ("!!timestamp 2026-01-01", "the tag `!!timestamp` cannot be used"),
        ("!custom 1", "the tag `!custom` cannot be used"),
        ("!!set {a: }", "the tag `!!set` cannot be used"),
        ("!!str {a: 1}", "the tag `!!str` cannot be used"),
        ("!!bool yes", "does not fit its tag `!!bool`"),
        ("!!int x", "does not fit its tag `!!int`"),
    ] {
        let (said, _) = refusal(&format!("a: {value}\n"));
        assert!(said.contains(message), "{said}");
    }
}

#[test]
fn aliases_and_merge_keys_are_expanded() {
    assert_reads("a: &a [1, {b: 2}]\nc: *a\n", &json!([{"a": [1, {"b": 2}], "c": [1, {"b": 2}]}]));
    assert_reads("a: &a {x: 1, z: 1}\nb: {<<: *a, x: 2}\n", &json!([{"a": {"x": 1, "z": 1}, "b": {"x": 2, "z": 1}}]));
    assert_reads(
        "a: &a {x: 1}\nb: &b {x: 2, v: 2}\nc:\n  <<: [*a, *b, {z: 3}]\n  w: 0\n",
        &json!([{"a": {"x": 1}, "b": {"x": 2, "v": 2}, "c": {"w": 0, "x": 1, "v": 2, "z": 3}}]),
    );
    assert_reads("\"<<\": 1\na: {!!merge <<: {b: 1}}\n", &json!([{"<<": 1, "a": {"b": 1}}]));
    assert_reads("&k a: 1\nb: *k\n*k : 2\n".replace("*k : 2\n", "").as_str(), &json!([{"a": 1, "b": "a"}]));
    assert_reads("a: &k x\n*k : 1\n", &json!([{"a": "x", "x": 1}]));
}

#[test]
fn an_aliased_node_and_a_merged_member_keep_the_place_of_the_anchor() {
    let (sources, documents) = read("a: &a {x: 1}\nb: *a\nc:\n  <<: *a\n");
    let root = &documents.unwrap()[0].root;
    for keys in [["b", "x"], ["c", "x"]] {
        assert_eq!(sources.position(root.at(&keys).unwrap().span().unwrap()).to_string(), "f.yaml:1:11");
    }
}

#[test]
fn wrong_merges_are_refused() {
    assert_refuses("a:\n  <<: 1\n", "`<<` needs an object", &["2:7"]);
    assert_refuses("a: &a [{b: 1}]\nc: {<<: *a}\n", "`<<` needs an object", &["2:9"]);
    assert_refuses("a: &a {b: 1}\nc: {<<: [*a, 2]}\n", "`<<` needs an object", &["2:14"]);
    assert_refuses("a: &a {b: 1}\nc:\n  <<: *a\n  <<: *a\n", "the key `<<` is written twice", &["4:3", "3:3"]);
    assert_refuses("a: &a {b: 1}\nc:\n  b: 2\n  <<: *a\n", "another value for the key `b`", &["4:3", "3:3"]);
}

#[test]
fn a_duplicate_key_is_reported_with_both_places() {
    assert_refuses("a: 1\nb: 2\na: 3\n", "the key `a` is written twice", &["3:1", "1:1"]);
    assert_refuses("\"a\": 1\nb: {c: 1, c: 2}\n", "the key `c` is written twice", &["2:11", "2:5"]);
    assert_refuses("yes: 1\n\"true\": 2\n", "the key `true` is written twice", &["2:1", "1:1"]);
    let keys: Vec<String> = (0..100).chain([7]).map(|at| format!("k{at}: 1\n")).collect();
    assert_refuses(&keys.concat(), "the key `k7` is written twice", &["101:1", "8:1"]);
}

#[test]
fn keys_that_are_no_strings_are_refused() {
    for (text, place) in [("? [a, b]\n: 1\n", "1:3"), ("a: {{ .Values.b }}\n", "1:5"), ("a: &a [1]\n*a : 2\n", "2:1")] {
        assert_refuses(text, "a key is not a string", &[place]);
    }
    for (text, place) in [("~: 1\n", "1:1"), ("a:\n  : 1\n", "2:3"), ("null: 1\n", "1:1")] {
        assert_refuses(text, "the key is null", &[place]);
    }
    assert_refuses("9223372036854775808: 1\n", "beyond 63 bits", &["1:1"]);
}

#[test]
fn numbers_that_json_lacks_are_refused() {
    for text in [".inf", "-.Inf", "+.INF", ".nan"] {
        assert_refuses(&format!("a: {text}\n"), "not a finite number", &["1:4"]);
    }
}

#[test]
fn text_that_is_not_yaml_is_refused_in_plain_words() {
    for (text, message, place) in [
        ("a: \"b", "this quote is never closed", "1:4"),
        ("a: [1, 2", "this `[` is never closed", "1:4"),
        ("a: {b: 1", "this `{` is never closed", "1:4"),
        ("a: [1}", "`[` is closed by `}`", "1:4"),
        ("a:\n\tb: 1\n", "there is a tab", "2:2"),
        ("a: 1\n\0b: 2\n", "there is a NUL byte", "2:1"),
        ("a: \u{1}\n", "the character U+0001 is not allowed", "1:4"),
        ("a: @b\n", "a value cannot begin with `@`", "1:4"),
        ("a: 1\n\u{feff}b: 2\n", "byte order mark", "2:1"),
        ("a: *b\n", "the alias `*b` has no anchor", "1:4"),
        ("a: &b 1\n---\na: *b\n", "the alias `*b` has no anchor", "3:4"),
        ("a: 1\nb\n", "neither `key: value`", "2:1"),
        ("a: b: c\n", "a `key: value` is not possible here", "1:5"),
        ("a:\n  - b\n c: 1\n", "does not fit the indentation", "3:2"),
        ("a: \"\\q\"\n", "unknown escape", "1:4"),
        ("a: \"\\ud83d\"\n", "half a surrogate pair", "1:4"),
        ("a: 'it's'\n", "behind the closing quote", "1:8"),
        ("&a [*a]\n", "inside the value that its own anchor names", "1:5"),
        ("a: &a\n  b: {c: *a}\n", "inside the value that its own anchor names", "2:10"),
    ] {
        assert_refuses(text, message, &[place]);
    }
}

#[test]
fn deep_nesting_is_refused_while_it_is_read() {
    let blocks: String = (0..3000).map(|level| " ".repeat(level) + "a:\n").collect();
    let through_aliases: String =
        (1..200).fold("a0: &a0 [1]\n".to_owned(), |text, at| text + &format!("a{at}: &a{at} [*a{}]\n", at - 1));
    for text in
        ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(50_000), "[{a: ".repeat(10_000), blocks, through_aliases]
    {
        let (said, places) = refusal(&text);
        assert!(said.contains("more than 100 deep"), "{said}");
        assert_eq!(places.len(), 1);
    }
    assert_reads(&("[".repeat(100) + &"]".repeat(100)), &json!([(1..100).fold(json!([]), |inner, _| json!([inner]))]));
}

#[test]
fn ten_thousand_block_levels_are_more_bytes_than_may_be_read_and_refused_by_depth_if_they_may() {
    let mut sources = Sources::default();
    let id = sources.add("deep.yaml", (0..10_000).map(|level| " ".repeat(level) + "a:\n").collect::<String>());
    assert!(compose(&sources, id, &mut Budget::default()).unwrap_err().message.contains("too large"));
    let finding = compose(&sources, id, &mut Budget { bytes: usize::MAX, nodes: 500_000 }).unwrap_err();
    assert!(finding.message.contains("more than 100 deep"));
    assert_eq!(sources.position(finding.labels[0].span).line, 101);
}

#[test]
fn billion_laughs_end_at_the_alias_that_is_too_much() {
    let mut text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for at in 1..=9 {
        let aliases = vec![format!("*a{}", at - 1); 9].join(", ");
        text = format!("{text}a{at}: &a{at} [{aliases}]\n");
    }
    let (said, places) = refusal(&text);
    assert!(said.contains("values, aliases expanded"), "{said}");
    assert!(places[0].starts_with("6:") || places[0].starts_with("5:"), "{places:?}");
}

#[test]
fn the_budget_is_shared_by_all_sources() {
    let mut sources = Sources::default();
    let (one, two) = (sources.add("1.yaml", "[1, 2, 3]"), sources.add("2.yaml", "[1, 2, 3]"));
    let mut budget = Budget { bytes: 18, nodes: 7 };
    assert!(compose(&sources, one, &mut budget).is_ok());
    assert_eq!((budget.bytes, budget.nodes), (9, 3));
    let finding = compose(&sources, two, &mut budget).unwrap_err();
    assert!(finding.message.contains("values, aliases expanded"));
    assert_eq!(sources.position(finding.labels[0].span).to_string(), "2.yaml:1:8");
    assert!(compose(&sources, two, &mut Budget { bytes: 8, nodes: 7 }).unwrap_err().message.contains("too large"));
}
