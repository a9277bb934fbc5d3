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
    // Nodes hold finite numbers and text only, which always have a JSON form.
    let json = serde_json_canonicalizer::to_vec(&map).unwrap_or_default();
    sha256([json.as_slice()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
}
