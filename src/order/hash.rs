//! The hash of what a file asks for: SHA-256 over RFC 8785 JSON, so that the
//! order of members and the way numbers are written mean nothing. Pure.

use crate::digest::sha256;
use crate::tree::{Entry, Map, Node, SmolStr, Value};

/// `sha256:` and the hex digits of the SHA-256 of `{"spec": …}` in canonical JSON;
/// with `seeds`, for the delivery by status, of `{"seeds": […], "spec": …}`.
pub fn content_hash(spec: &Node, seeds: Option<&[String]>) -> String {
    let mut map = Map::with_capacity(2);
    let entry = |key, value| Entry { key: SmolStr::new_static(key), key_span: None, value };
    map.push(entry("spec", spec.clone()));
    if let Some(seeds) = seeds {
        let list = seeds.iter().map(|seed| Node::made(Value::Text(seed.into()))).collect();
        map.push(entry("seeds", Node::made(Value::List(list))));
    }
    let mut json = Vec::with_capacity(4 << 10);
    // A vector takes all that is written, and nodes hold finite numbers and text only, which always have a JSON form.
    let _ = write(&Value::Map(map), &mut json);
    sha256([json.as_slice()])
}

/// Writes a value as RFC 8785 JSON. Strings, words and numbers are as `serde_json` and
/// `serde_json_canonicalizer` write them; only the order of members is decided here,
/// because the library parses every name again to find it.
fn write(value: &Value, out: &mut Vec<u8>) -> serde_json::Result<()> {
    /// Whole numbers up to 2^53 are the same as floats, which is what RFC 8785 has.
    const EXACT: std::ops::RangeInclusive<i64> = -(1 << 53)..=1 << 53;
    match value {
        Value::List(items) => {
            let mut open = b'[';
            for item in items {
                out.push(std::mem::replace(&mut open, b','));
                write(&item.value, out)?;
            }
            out.extend_from_slice(if items.is_empty() { b"[]" } else { b"]" });
        }
        Value::Map(map) => {
            let mut members: Vec<_> = map.iter().collect();
            members.sort_unstable_by(|a, b| a.key.encode_utf16().cmp(b.key.encode_utf16()));
            let mut open = b'{';
            for Entry { key, value, .. } in members {
                out.push(std::mem::replace(&mut open, b','));
                serde_json::to_writer(&mut *out, key.as_str())?;
                out.push(b':');
                write(&value.value, out)?;
            }
            out.extend_from_slice(if map.is_empty() { b"{}" } else { b"}" });
        }
        Value::Float(_) => serde_json_canonicalizer::to_writer(value, out)?,
        Value::Int(number) if !EXACT.contains(number) => serde_json_canonicalizer::to_writer(value, out)?,
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Text(_) => serde_json::to_writer(out, value)?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    #[test]
    fn the_order_of_members_means_nothing_and_seeds_count() {
        let hash = |json, seeds| content_hash(&Node::from(&json), seeds);
        // printf '{"spec":{"a":1,"b":["x"]}}' | sha256sum
        let known = "sha256:226a7fe2337abd1fa68696bbd535d834b069940a097e0acd27699c0c9c257a7c";
        let one = hash(json!({"b": ["x"], "a": 1}), None);
        assert_eq!(one, hash(json!({"a": 1.0, "b": ["x"]}), None));
        assert_ne!(one, hash(json!({"a": 1, "b": ["x"]}), Some(&["s".to_owned()])));
        assert_eq!(one, known);
    }

    #[test]
    fn names_are_ordered_by_utf_16_and_text_is_escaped_as_little_as_may_be() {
        let node = Node::from(&json!({"\u{fb33}": "/\u{7f}\u{1f}\"\\\n", "\u{1f600}": [], "\r": {}, "1": 1e30, "é": -0.0}));
        let mut out = Vec::new();
        write(&node.value, &mut out).unwrap();
        let known = "{\"\\r\":{},\"1\":1e+30,\"é\":0,\"\u{1f600}\":[],\"\u{fb33}\":\"/\u{7f}\\u001f\\\"\\\\\\n\"}";
        assert_eq!(String::from_utf8(out).unwrap(), known);
    }

    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            (-3_i64..=3).prop_map(|off| Json::from((1 << 53) + off)),
            (-3_i64..=3).prop_map(|off| Json::from(off - (1 << 53))),
            any::<f64>().prop_filter("JSON has finite numbers", |number| number.is_finite()).prop_map(Json::from),
            ".{0,6}".prop_map(Json::from),
            "[\u{0}-\u{22}\\\\/\u{7f}-\u{a0}\u{2028}\u{ffff}\u{1f600}]{0,6}".prop_map(Json::from),
        ];
        let name = || prop_oneof!["[a-c]{0,2}", ".{0,3}", "[\u{0}-\u{22}\\\\\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{10ffff}]{0,2}"];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
                prop::collection::hash_map(name(), inner, 0..6).prop_map(|map| Json::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_json_is_that_of_the_library(json in any_json()) {
            let node = Node::from(&json);
            let mut out = Vec::new();
            write(&node.value, &mut out).unwrap();
            let known = serde_json_canonicalizer::to_string(&node).unwrap();
            prop_assert_eq!(String::from_utf8(out).unwrap(), known);
        }
    }
}
