//! Objects → YAML, with what is the same in several clusters or rings written out
//! and held once. Pure.

use std::sync::Arc;

use crate::emit::SharedText;
use crate::order::Hashes;
use crate::tree::{Entry, Map, Node, SmolStr, Value};
use crate::yaml::emit;

/// What was written of the last object of a kind. Between the clusters of a ring
/// objects differ in little but the wave, the topology and the service; between
/// rings, ConfigMaps differ in little but the name and the list of seeds.
#[derive(Default)]
pub(super) struct Texts(Vec<Written>);

/// What was made of the last objects, by kind.
#[derive(Default)]
pub(super) struct ByKind {
    pub(super) hashes: Hashes,
    pub(super) objects: Texts,
    pub(super) config_maps: Texts,
}

/// A member of the last object.
struct Written {
    key: SmolStr,
    value: Last,
    /// All of it, or the line with the name where its members were written one by one.
    text: Arc<str>,
}

/// What a member was.
enum Last {
    Whole(Value),
    Members(Texts),
}

/// The members of a member that are written one by one, because that is where objects differ.
fn members(entry: &Entry, depth: usize) -> Option<&Map> {
    let open = depth == 0 || (depth == 1 && entry.key == "annotations");
    entry.value.as_map().filter(|map| open && !map.is_empty())
}

impl Texts {
    /// The same text as [`emit`]: members of an object stand below each other and
    /// know nothing of each other, so that they can be written one by one.
    pub(super) fn emit(&mut self, object: &Node) -> SharedText {
        let Some(map) = object.as_map().filter(|map| !map.is_empty()) else { return SharedText::from(&emit(object)) };
        let mut text = SharedText::default();
        self.add(map, 0, &mut text);
        text
    }

    /// Writes the members of an object that lies `depth` objects deep.
    fn add(&mut self, map: &Map, depth: usize, text: &mut SharedText) {
        for (at, entry) in map.iter().enumerate() {
            let mut written = self.take(at, &entry.key);
            match (members(entry, depth), &mut written) {
                (Some(members), Some(Written { value: Last::Members(last), text: line, .. })) => {
                    text.push(line.clone());
                    last.add(members, depth + 1, text);
                }
                (Some(members), other) => {
                    let mut last = Self::default();
                    let line = Arc::from(line(&entry.key, depth));
                    text.push(Arc::clone(&line));
                    last.add(members, depth + 1, text);
                    *other = Some(Written { key: entry.key.clone(), value: Last::Members(last), text: line });
                }
                (None, Some(Written { value: Last::Whole(last), text: known, .. })) if last.identical(&entry.value.value) => {
                    text.push(known.clone());
                }
                (None, other) => {
                    let new = Arc::from(member(entry.clone(), depth));
                    text.push(Arc::clone(&new));
                    let value = Last::Whole(entry.value.value.clone());
                    *other = Some(Written { key: entry.key.clone(), value, text: new });
                }
            }
            self.0.extend(written);
            let last = self.0.len().saturating_sub(1);
            self.0.swap(at, last);
        }
        // What this object does not have is forgotten, or a large fleet would fill the memory.
        self.0.truncate(map.len());
    }

    /// Takes what was written of a member out of what is left of the last object. Nearly
    /// always it is the next.
    fn take(&mut self, from: usize, key: &str) -> Option<Written> {
        let at = self.0.iter().skip(from).position(|written| written.key == key)?;
        Some(self.0.swap_remove(from + at))
    }
}

/// A member as it is written `depth` objects deep, because that decides about the indentation.
fn member(entry: Entry, depth: usize) -> String {
    let mut node = alone(entry);
    for _ in 0..depth {
        node = alone(Entry { key: SmolStr::new_static("a"), key_span: None, value: node });
    }
    let mut text = emit(&node);
    // `a:`, `  a:` and so on.
    let around: usize = (0..depth).map(|depth| 2 * depth + "a:\n".len()).sum();
    text.drain(..around);
    text
}

/// The line above the members of a member.
fn line(key: &SmolStr, depth: usize) -> String {
    let inner = alone(Entry { key: SmolStr::new_static("a"), key_span: None, value: Node::made(Value::Null) });
    let mut text = member(Entry { key: key.clone(), key_span: None, value: inner }, depth);
    let end = text.trim_end().rfind('\n').map_or(0, |at| at + 1);
    text.truncate(end);
    text
}

fn alone(entry: Entry) -> Node {
    Node::made(Value::Map(Map::from_iter([entry])))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::*;

    fn any_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i32>().prop_map(Json::from),
            "[a-z :#'\"\n\t-]{0,8}".prop_map(Json::from),
            Just(json!(" x\n\n  y\n")),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
                prop::collection::btree_map("[a-c :]{0,2}|spec|annotations", inner, 0..4)
                    .prop_map(|map| Json::Object(map.into_iter().collect())),
            ]
        })
    }

    #[test]
    fn what_differs_only_in_the_order_of_members_is_written_anew() {
        let mut texts = Texts::default();
        for json in
            [json!({"spec": {"a": {"x": 1, "y": 2}}}), json!({"spec": {"a": {"y": 2, "x": 1}}}), json!({"spec": {}}), json!({})]
        {
            let node = Node::from(&json);
            assert_eq!(texts.emit(&node).to_string(), emit(&node));
        }
    }

    proptest! {
        #[test]
        fn objects_are_written_as_if_each_were_the_only_one(
            objects in prop::collection::vec((any_json(), any_json()), 1..4),
            kind in any_json(),
        ) {
            let mut texts = Texts::default();
            for (data, spec) in objects {
                let mut all = json!({"kind": kind, "spec": spec});
                if let (Json::Object(all), Json::Object(data)) = (&mut all, data) {
                    all.extend(data);
                }
                let node = Node::from(&all);
                prop_assert_eq!(texts.emit(&node).to_string(), emit(&node));
            }
        }
    }
}
