//! What is emitted reads back to the same value: with our own reader, and with
//! `serde_yaml`'s maintained fork as a second opinion.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hostile;

use multicasskop::source::Sources;
use multicasskop::tree::Node;
use multicasskop::yaml::{Budget, compose, decode, emit};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn compose_json(text: &str) -> Json {
    let mut sources = Sources::default();
    let id = sources.add("emitted.yaml", text);
    let mut documents = compose(&sources, id, &mut Budget::default()).unwrap_or_else(|finding| panic!("{finding:?}\n{text}"));
    assert_eq!(documents.len(), 1, "{text}");
    let document = documents.remove(0);
    assert!(document.ambiguous.is_empty(), "{:?}\n{text}", document.ambiguous);
    serde_json::to_value(&document.root).unwrap()
}

fn assert_round_trip(json: &Json) {
    let text = emit(&Node::from(json));
    assert_eq!(&compose_json(&text), json, "own reader:\n{text}");
    let second: Json = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(&second, json, "serde_yaml:\n{text}");
    assert!(text.ends_with('\n'), "{text:?}");
    assert!(!text.lines().any(|line| line.ends_with([' ', '\t'])), "blanks at the end of a line:\n{text}");
}

/// The string in every kind of place.
fn everywhere(text: &str) -> Json {
    json!({
        "value": text,
        text: "key",
        "list": [text, [text, text], {"first": text, text: text}],
        "nested": {"map": {text: {text: text}}, "list": [[[text]]]},
    })
}

#[test]
fn hostile_strings_read_back() {
    let long = hostile::long();
    assert!(hostile::HOSTILE.len() >= 200);
    for text in hostile::HOSTILE.iter().copied().chain(long.iter().map(String::as_str)) {
        assert_round_trip(&everywhere(text));
        assert_round_trip(&json!(text));
        assert_round_trip(&json!([text]));
    }
}

#[test]
fn numbers_read_back() {
    for number in [
        json!(0),
        json!(-1),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(0.1),
        json!(-0.5),
        json!(1e21),
        json!(1e-7),
        json!(1.5e300),
        json!(5e-324),
    ] {
        assert_round_trip(&json!({"a": number, "b": [number]}));
    }
}

fn hostile_string() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(hostile::HOSTILE).prop_map(str::to_owned);
    prop_oneof![
        3 => fixed.clone(),
        2 => any::<String>(),
        2 => "[-+0-9a-fxob_.:eE ]{1,8}",
        2 => "[ \t\n\"'#:a-c\\\\{}\\[\\]|>-]{0,12}",
        1 => (fixed.clone(), fixed).prop_map(|(a, b)| a + &b),
    ]
}

fn hostile_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        6 => hostile_string().prop_map(Json::from),
        1 => any::<bool>().prop_map(Json::from),
        1 => any::<i64>().prop_map(Json::from),
        1 => Just(Json::Null),
        1 => Just(json!({})),
        1 => Just(json!([])),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::vec((hostile_string(), inner), 0..4)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_string_reads_back_from_every_place(text in hostile_string()) {
        assert_round_trip(&everywhere(&text));
    }

    #[test]
    fn any_tree_reads_back(json in hostile_json()) {
        assert_round_trip(&json);
    }

    #[test]
    fn any_text_gets_an_answer(text in prop_oneof![any::<String>(), "[ \t\n\"'#:a-c*&!<\\\\{}\\[\\]|>?,-]{0,60}"]) {
        let mut sources = Sources::default();
        let id = sources.add("any.yaml", text);
        let _ = compose(&sources, id, &mut Budget { bytes: 1 << 20, nodes: 1000 });
    }
    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        match decode(bytes) {
            Ok(text) => {
                let mut sources = Sources::default();
                let id = sources.add("any.yaml", text);
                let _ = compose(&sources, id, &mut Budget { bytes: 1 << 20, nodes: 1000 });
            }
            Err(finding) => prop_assert!(finding.message.contains("UTF-8")),
        }
    }
}
