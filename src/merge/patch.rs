//! RFC 7396, JSON Merge Patch, on trees that know where their values came from.
//!
//! The tests hold it against the `json-patch` crate, which works on plain JSON
//! and would lose the origins. Pure.

use std::collections::HashMap;

use crate::tree::{Entry, Lookup, Map, Node, Value};

/// Applies `over` to `base`: null deletes, objects are merged member by member,
/// everything else replaces. Members keep the base's order, new ones follow.
pub fn patch(base: &Node, over: &Node) -> Node {
    let Value::Map(changes) = &over.value else { return over.clone() };
    let empty = Map::new();
    let (there, origin) = match &base.value {
        Value::Map(map) => (map, base.origin),
        _ => (&empty, over.origin),
    };
    let mut lookup = Lookup::new(there);
    let (mut patches, mut added) = (HashMap::new(), Vec::new());
    for change in changes {
        match lookup.position(&change.key) {
            Some(at) => {
                patches.insert(at, &change.value);
            }
            None if change.value.is_null() => {}
            None => added.push(Entry { key: change.key.clone(), key_span: change.key_span, value: without_nulls(&change.value) }),
        }
    }
    let kept = there.iter().enumerate().filter_map(|(at, entry)| match patches.get(&at) {
        None => Some(entry.clone()),
        Some(change) if change.is_null() => None,
        Some(change) => Some(Entry { key: entry.key.clone(), key_span: entry.key_span, value: patch(&entry.value, change) }),
    });
    Node { value: Value::Map(kept.chain(added).collect()), origin }
}

/// What a patch is worth where there is nothing to patch.
fn without_nulls(over: &Node) -> Node {
    let Value::Map(changes) = &over.value else { return over.clone() };
    let kept = changes.iter().filter(|entry| !entry.value.is_null());
    let map = kept.map(|entry| Entry { key: entry.key.clone(), key_span: entry.key_span, value: without_nulls(&entry.value) });
    Node { value: Value::Map(map.collect()), origin: over.origin }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    fn patched(base: &Json, over: &Json) -> Json {
        serde_json::to_value(patch(&Node::from(base), &Node::from(over))).unwrap()
    }

    #[test]
    fn null_deletes_and_lists_are_replaced() {
        let base = json!({"a": {"b": 1, "c": [1, 2]}, "d": true});
        let over = json!({"a": {"b": null, "c": [3]}, "d": false, "e": {"f": null}});
        assert_eq!(patched(&base, &over), json!({"a": {"c": [3]}, "d": false, "e": {}}));
    }

    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![Just(Json::Null), any::<bool>().prop_map(Json::from), any::<i32>().prop_map(Json::from)];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
                prop::collection::btree_map("[a-d]", inner, 0..4).prop_map(|map| Json::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn equals_the_json_patch_crate(base in any_json(), over in any_json()) {
            let mut expected = base.clone();
            json_patch::merge(&mut expected, &over);
            prop_assert_eq!(patched(&base, &over), expected);
        }
    }
}
