//! Encoding as Go does it, driven by the type tables: zero values with `omitempty`
//! vanish, struct members always appear. Pure.

use crate::tree::{DefaultBy, Entry, List, Map, Node, Origin, SmolStr, Value};

use super::memo::{Looked, Memo, Step};
use super::profile::TypeSet;
use super::types::{Struct, Ty};

/// The zero value of a type, as Go has it.
pub(super) fn zero(ty: &Ty) -> Value {
    match ty {
        Ty::Text => Value::Text(SmolStr::default()),
        Ty::Quantity => Value::Text(SmolStr::new_static("0")),
        Ty::Bool => Value::Bool(false),
        Ty::Int32 | Ty::Int64 | Ty::IntOrString => Value::Int(0),
        Ty::Raw | Ty::Time => Value::Null,
        Ty::List(_) => Value::List(List::default()),
        Ty::Map(_) | Ty::Struct(_) => Value::Map(Map::new()),
    }
}

/// Whether Go's `omitempty` leaves the member out, were it no pointer.
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) | Value::Int(0) => true,
        Value::Bool(true) | Value::Int(_) | Value::Float(_) => false,
        Value::Text(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(map) => map.is_empty(),
    }
}

/// Encodes a decoded object as Go does. Members that Go writes although they
/// are zero, and that the user left out, are noted as `CassKop`'s.
pub fn encode(node: Node, of: &'static Struct, types: TypeSet) -> Node {
    encode_shared(node, of, types, &mut Memo::default())
}

/// The same as [`encode`] for one of several objects that share parts.
pub fn encode_shared(node: Node, of: &'static Struct, types: TypeSet, memo: &mut Memo) -> Node {
    Encoder { types, memo }.structure(node, of)
}

struct Encoder<'m> {
    types: TypeSet,
    memo: &'m mut Memo,
}

impl Encoder<'_> {
    fn structure(&mut self, node: Node, of: &'static Struct) -> Node {
        let Node { value: Value::Map(map), origin } = node else { return node };
        let mut out = Vec::with_capacity(map.len() + 4);
        let mut given = in_order(map, of, self.types).into_iter().peekable();
        for (at, field) in of.fields.iter().enumerate() {
            let found = given.next_if(|(of, _)| *of == at);
            if !field.exists(self.types) {
                continue;
            }
            match found {
                Some((_, entry))
                    if field.pointer
                        || field.written_when_zero()
                        || matches!(field.ty, Ty::Raw)
                        || !is_empty(&entry.value.value) =>
                {
                    let value = self.value(entry.value, &field.ty);
                    out.push(Entry { value, ..entry });
                }
                _ if field.written_when_zero() => {
                    let value = if field.pointer { Value::Null } else { zero(&field.ty) };
                    let node = Node { value, origin: Origin::Default(DefaultBy::CassKop) };
                    let value = self.value(node, &field.ty);
                    out.push(Entry { key: SmolStr::new_static(field.name), key_span: None, value });
                }
                _ => {}
            }
        }
        Node { value: Value::Map(out.into()), origin }
    }

    fn value(&mut self, node: Node, ty: &'static Ty) -> Node {
        let new = match self.memo.look(Step::Encode, &node.value, ty, self.types) {
            Looked::Known(value) => return Node { value, origin: node.origin },
            Looked::New(new) => new,
        };
        let encoded = self.fresh(node, ty);
        self.memo.keep(new, Some(&encoded.value));
        encoded
    }

    fn fresh(&mut self, node: Node, ty: &'static Ty) -> Node {
        let Node { value, origin } = node;
        let value = match (value, ty) {
            (value @ Value::Map(_), Ty::Struct(of)) => return self.structure(Node { value, origin }, of),
            (Value::List(items), Ty::List(item)) => Value::List(items.into_iter().map(|node| self.value(node, item)).collect()),
            (Value::Map(map), Ty::Map(item)) => {
                let encoded = map.into_iter().map(|entry| Entry { value: self.value(entry.value, item), ..entry });
                Value::Map(encoded.collect())
            }
            (value, _) => value,
        };
        Node { value, origin }
    }
}

/// The members of a decoded object with the numbers of their fields, in the order of these.
fn in_order(map: Map, of: &'static Struct, types: TypeSet) -> Vec<(usize, Entry)> {
    let mut finder = of.finder(types);
    let known = map.into_iter().filter_map(|entry| Some((finder.find(&entry.key)?.0, entry)));
    let mut members: Vec<_> = known.collect();
    members.sort_by_key(|(at, _)| *at);
    members
}
