//! RFC 7396, JSON Merge Patch, on trees that know where their values came from.
//!
//! The tests hold it against the `json-patch` crate, which works on plain JSON
//! and would lose the origins. Pure.

use crate::tree::{Entry, Map, Node, Value};

/// Applies `over` to `base`: null deletes, objects are merged member by member,
/// everything else replaces. Members keep the base's order, new ones follow.
pub fn patch(base: &Node, over: &Node) -> Node {
    let Value::Map(changes) = &over.value else { return over.clone() };
    let Value::Map(there) = &base.value else { return without_nulls(over) };
    if changes.is_empty() {
        return base.clone();
    }
    let (of_change, of_base) = (changes.index(), there.index());
    let mut members = Vec::with_capacity(there.len() + changes.len());
    for entry in there {
        let value = match of_change.get(&entry.key) {
            None => entry.value.clone(),
            Some(change) if change.is_null() => continue,
            Some(change) => patch(&entry.value, change),
        };
        members.push(Entry { key: entry.key.clone(), key_span: entry.key_span, value });
    }
    for change in changes.iter().filter(|change| !change.value.is_null() && of_base.get(&change.key).is_none()) {
        members.push(Entry { key: change.key.clone(), key_span: change.key_span, value: without_nulls(&change.value) });
    }
    Node { value: Value::Map(members.into()), origin: base.origin }
}

/// What a patch is worth where there is nothing to patch.
fn without_nulls(over: &Node) -> Node {
    let Value::Map(changes) = &over.value else { return over.clone() };
    if !has_nulls(changes) {
        return over.clone();
    }
    let kept = changes.iter().filter(|entry| !entry.value.is_null());
    let map = kept.map(|entry| Entry { key: entry.key.clone(), key_span: entry.key_span, value: without_nulls(&entry.value) });
    Node { value: Value::Map(map.collect()), origin: over.origin }
}

fn has_nulls(map: &Map) -> bool {
    map.iter().any(|entry| entry.value.is_null() || entry.value.as_map().is_some_and(has_nulls))
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
