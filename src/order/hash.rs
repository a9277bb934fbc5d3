//! The hash of what a file asks for: SHA-256 over RFC 8785 JSON, so that the
//! order of members and the way numbers are written mean nothing. Pure.

use std::cmp::Ordering;

use crate::digest::sha256;
use crate::tree::{Entry, Map, Node, SmolStr, Value};

/// `sha256:` and the hex digits of the SHA-256 of `{"spec": …}` in canonical JSON;
/// with `seeds`, for the delivery by status, of `{"seeds": […], "spec": …}`.
pub fn content_hash(spec: &Node, seeds: Option<&[String]>) -> String {
    Hashes::default().of(spec, seeds)
}

/// Hashes objects one after the other. Those of a ring differ in few members of the
/// spec, so the JSON of the last one's members is kept and used again.
#[derive(Debug, Default)]
pub struct Hashes {
    /// The members of the last spec, in the order of the JSON.
    last: Vec<Member>,
}

/// A member with its JSON, `"name":…`.
#[derive(Debug)]
struct Member {
    key: SmolStr,
    value: Value,
    json: Vec<u8>,
}

impl Hashes {
    /// The same as [`content_hash`].
    pub fn of(&mut self, spec: &Node, seeds: Option<&[String]>) -> String {
        let mut before = b"{".to_vec();
        if let Some(seeds) = seeds {
            let list = Value::List(seeds.iter().map(|seed| Node::made(Value::Text(seed.into()))).collect());
            before.extend_from_slice(b"\"seeds\":");
            put(&list, &mut before);
            before.push(b',');
        }
        before.extend_from_slice(b"\"spec\":");
        let Value::Map(spec) = &spec.value else {
            put(&spec.value, &mut before);
            return sha256([before.as_slice(), b"}"]);
        };
        before.push(b'{');
        self.remember(spec);
        let members = self.last.iter().enumerate().flat_map(|(at, member)| [if at == 0 { &b""[..] } else { b"," }, &member.json]);
        sha256([before.as_slice()].into_iter().chain(members).chain([&b"}}"[..]]))
    }

    /// Makes these the last members, with what is known of those that are as before.
    fn remember(&mut self, spec: &Map) {
        let mut known = std::mem::take(&mut self.last).into_iter().peekable();
        let members = in_order(spec).into_iter().map(|Entry { key, value, .. }| {
            while known.next_if(|member| order(&member.key, key).is_lt()).is_some() {}
            let same = known.next_if(|member| member.key == *key && member.value.identical(&value.value));
            same.unwrap_or_else(|| {
                let mut json = Vec::new();
                put(&Value::Text(key.clone()), &mut json);
                json.push(b':');
                put(&value.value, &mut json);
                Member { key: key.clone(), value: value.value.clone(), json }
            })
        });
        self.last = members.collect();
    }
}

/// The members in the order of RFC 8785.
fn in_order(map: &Map) -> Vec<&Entry> {
    let mut members: Vec<_> = map.iter().collect();
    members.sort_unstable_by(|a, b| order(&a.key, &b.key));
    members
}

/// By UTF-16 units, which for ASCII is by bytes.
fn order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

/// Writes a value at the end of `out`.
fn put(value: &Value, out: &mut Vec<u8>) {
    // A vector takes all that is written, and nodes hold finite numbers and text only, which always have a JSON form.
    let _ = write(value, out);
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
            let mut open = b'{';
            for Entry { key, value, .. } in in_order(map) {
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

        #[test]
        fn what_was_hashed_before_means_nothing(
            members in prop::collection::btree_map("[a-cé]{0,2}", any_json(), 1..5),
            chosen in prop::collection::vec((any::<u8>(), prop::option::of(prop::collection::vec(".{0,3}", 0..3))), 1..6),
        ) {
            let mut hashes = Hashes::default();
            for (which, seeds) in chosen {
                let some = members.iter().enumerate().filter(|(at, _)| which >> at & 1 == 1);
                let spec = Json::Object(some.map(|(_, (name, value))| (name.clone(), value.clone())).collect());
                let whole = match &seeds {
                    Some(seeds) => json!({"spec": spec, "seeds": seeds}),
                    None => json!({"spec": spec}),
                };
                let known = sha256([serde_json_canonicalizer::to_string(&whole).unwrap().as_bytes()]);
                prop_assert_eq!(hashes.of(&Node::from(&spec), seeds.as_deref()), known);
            }
        }
    }
}
