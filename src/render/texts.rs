//! Objects → YAML, with what is the same in several clusters of a ring written out once. Pure.

use crate::tree::{Entry, Map, Node, SmolStr, Value};
use crate::yaml::emit;

/// The member of an object whose own members are looked at one by one.
const SPEC: &str = "spec";

/// What was written of a ring's objects. They differ between clusters in little but
/// the wave, the topology and the service.
#[derive(Default)]
pub(super) struct Texts {
    members: Vec<Written>,
    spec_members: Vec<Written>,
}

/// A member as it was last, and its text.
struct Written {
    key: SmolStr,
    value: Value,
    text: String,
}

impl Texts {
    /// The same text as [`emit`]: members of an object stand below each other and
    /// know nothing of each other, so that they can be written one by one.
    pub(super) fn emit(&mut self, object: &Node) -> String {
        let Some(map) = object.as_map().filter(|map| !map.is_empty()) else { return emit(object) };
        let mut text = String::with_capacity(16 << 10);
        for entry in map {
            match &entry.value.value {
                Value::Map(spec) if entry.key == SPEC && !spec.is_empty() => {
                    text.push_str("spec:\n");
                    for member in spec {
                        text.push_str(written(&mut self.spec_members, member, spec_member));
                    }
                }
                _ => text.push_str(written(&mut self.members, entry, member)),
            }
        }
        text
    }
}

/// The text of a member: the last one, if that was the same, else a new one.
fn written<'a>(known: &'a mut Vec<Written>, entry: &Entry, emit: impl Fn(&Entry) -> String) -> &'a str {
    let Entry { key, value: Node { value, .. }, .. } = entry;
    let at = known.iter().position(|written| written.key == *key).unwrap_or_else(|| {
        known.push(Written { key: key.clone(), value: value.clone(), text: emit(entry) });
        known.len() - 1
    });
    let written = &mut known[at];
    if !written.value.identical(value) {
        *written = Written { key: key.clone(), value: value.clone(), text: emit(entry) };
    }
    &written.text
}

fn member(entry: &Entry) -> String {
    emit(&alone(entry.clone()))
}

/// Written inside of a spec, because the depth decides about the indentation.
fn spec_member(entry: &Entry) -> String {
    let spec = Entry { key: SmolStr::new_static(SPEC), key_span: None, value: alone(entry.clone()) };
    let mut text = emit(&alone(spec));
    text.drain(.."spec:\n".len());
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
                prop::collection::btree_map("[a-c :]{0,2}|spec", inner, 0..4)
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
            assert_eq!(texts.emit(&node), emit(&node));
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
                prop_assert_eq!(texts.emit(&node), emit(&node));
            }
        }
    }
}
