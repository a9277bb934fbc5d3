//! Multi-CassKop's merge: mergo with `WithOverride` on Go structs.
//!
//! One rule (docs/facts.md, Operator merge): a value of the override wins unless it is empty in
//! Go's sense; structs and pointers to structs are merged member by member, maps
//! key by key, lists and scalars are replaced whole. What "empty" hides from the
//! user is what [`super::difference`] reports. Pure; the vectors are the authority.

use crate::default::check_defaults;
use crate::schema::is_empty;
use crate::schema::{
    CASSANDRA_CLUSTER, Field, Memo, Mismatch, Release, Strictness, Struct, Ty, TypeSet, decode_shared, encode_shared,
};
use crate::tree::{Entry, Map, Node, Value};

/// Merges as Multi-CassKop does and fills in its defaults, those of `release`.
/// The result is in Go's encoding, with `creationTimestamp: null` and `status: {}`.
///
/// # Errors
/// What Go's decoder refuses in `base` or in `over`; paths are relative to either.
pub fn operator(base: &Node, over: &Node, release: Release) -> Result<Node, Vec<Mismatch>> {
    operator_shared(base, over, release, &mut Memo::default())
}

/// The same as [`operator`] for one of several overrides of a base.
///
/// # Errors
/// The same.
pub fn operator_shared(base: &Node, over: &Node, release: Release, memo: &mut Memo) -> Result<Node, Vec<Mismatch>> {
    let types = release.profile().merge_types();
    let decoded = [base, over].map(|node| decode_shared(node, &CASSANDRA_CLUSTER, types, Strictness::Go, memo));
    if decoded.iter().any(crate::schema::Decoded::refused) {
        return Err(decoded.into_iter().flat_map(|decoded| decoded.mismatches).collect());
    }
    let [base, over] = decoded.map(|decoded| decoded.node);
    let mut merged = structure(base, over, &CASSANDRA_CLUSTER, types);
    if let Value::Map(map) = &mut merged.value {
        if map.get("spec").is_none() {
            map.set("spec", None, Node { value: Value::Map(Map::new()), origin: merged.origin });
        }
        if let Some(spec) = map.get_mut("spec").and_then(Node::as_map_mut) {
            check_defaults(spec, release);
        }
    }
    Ok(encode_shared(merged, &CASSANDRA_CLUSTER, types, memo))
}

/// Merges two decoded structs, whose members are in Go's order and stay in it.
fn structure(base: Node, over: Node, of: &'static Struct, types: TypeSet) -> Node {
    let origin = base.origin;
    let (Value::Map(base), Value::Map(over)) = (base.value, over.value) else {
        return Node { value: Value::Map(Map::new()), origin };
    };
    let mut out = Vec::with_capacity(base.len() + over.len());
    let (mut base, mut over) = (base.into_iter().peekable(), over.into_iter().peekable());
    for field in of.fields(types) {
        let is = |entry: &Entry| entry.key == field.name;
        let merged = match (base.next_if(is), over.next_if(is)) {
            (base, None) if !matches!(field.ty, Ty::Time) || field.pointer => base,
            (Some(base), Some(over)) => Some(member(base, over, field, types)),
            // Times are structs without exported members: the override's always wins.
            (_, over) => over,
        };
        if let Some(entry) = merged {
            out.push(entry);
        }
    }
    Node { value: Value::Map(out.into()), origin }
}

/// Merges a member that both sides have.
fn member(base: Entry, over: Entry, field: &Field, types: TypeSet) -> Entry {
    match field.ty {
        Ty::Struct(of) => Entry { key: base.key, key_span: base.key_span, value: structure(base.value, over.value, of, types) },
        Ty::Map(item) => {
            Entry { key: base.key, key_span: base.key_span, value: map(&base.value, &over.value, item, field, types) }
        }
        Ty::Time if !field.pointer => over,
        _ if is_empty(&over.value.value) && !matches!(field.ty, Ty::Raw) => base,
        _ => over,
    }
}

/// Union by key; the override's value wins, even an empty one.
fn map(base: &Node, over: &Node, item: &'static Ty, field: &Field, types: TypeSet) -> Node {
    let origin = base.origin;
    let (Value::Map(base), Value::Map(over)) = (&base.value, &over.value) else {
        return Node { value: Value::Map(Map::new()), origin };
    };
    let (in_base, in_over) = (base.index(), over.index());
    let mut out = Vec::with_capacity(base.len() + over.len());
    for entry in base.iter().filter(|entry| in_over.get(&entry.key).is_none()) {
        out.push(entry.clone());
    }
    for entry in over {
        let value = match (in_base.get(&entry.key), item) {
            (Some(there), Ty::Struct(of)) if field.pointer_values => structure(there.clone(), entry.value.clone(), of, types),
            _ => entry.value.clone(),
        };
        out.push(Entry { key: entry.key.clone(), key_span: entry.key_span, value });
    }
    let mut out = Map::from(out);
    out.sort();
    Node { value: Value::Map(out), origin }
}
