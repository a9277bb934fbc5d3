//! What the API server does to an object by its CRD: defaults in, nulls out.
//! Pure; the rules themselves are in the type tables.

use crate::schema::{CASSANDRA_CLUSTER, Constant, Struct, Ty, TypeSet};
use crate::tree::{DefaultBy, Node, SmolStr, Value};

/// Fills the CRD's defaults into every object that is there. An absent object
/// stays absent, whatever defaults its members have.
pub(super) fn fill(node: &mut Node, of: &'static Struct, types: TypeSet) {
    let Value::Map(map) = &mut node.value else { return };
    for field in of.fields(types) {
        match map.get_mut(field.name) {
            Some(value) => descend(value, &field.ty, types),
            None => {
                if let Some(constant) = field.default_in(types.profile) {
                    of.insert(map, field.name, constant_node(constant));
                }
            }
        }
    }
}

fn descend(node: &mut Node, ty: &Ty, types: TypeSet) {
    match (&mut node.value, ty) {
        (Value::Map(_), Ty::Struct(of)) => fill(node, of, types),
        (Value::List(items), Ty::List(item)) => items.to_mut().iter_mut().for_each(|node| descend(node, item, types)),
        (Value::Map(map), Ty::Map(item)) => map.iter_mut().for_each(|entry| descend(&mut entry.value, item, types)),
        _ => {}
    }
}

fn constant_node(constant: Constant) -> Node {
    let value = match constant {
        Constant::Text(text) => Value::Text(SmolStr::new_static(text)),
        Constant::Int(number) => Value::Int(number),
        Constant::Bool(flag) => Value::Bool(flag),
    };
    Node::filled(DefaultBy::ApiServer, value)
}

/// Drops members that are null, which Go writes for a few nil pointers; free-form
/// `config` keeps its nulls.
pub(super) fn drop_nulls(node: &mut Node) {
    drop_nulls_of(node, &CASSANDRA_CLUSTER);
}

fn drop_nulls_of(node: &mut Node, of: &'static Struct) {
    let Value::Map(map) = &mut node.value else { return };
    map.retain(|entry| !entry.value.is_null());
    for entry in map.iter_mut() {
        if let Some(field) = of.fields.iter().find(|field| field.name == entry.key) {
            drop_nulls_in(&mut entry.value, &field.ty);
        }
    }
}

fn drop_nulls_in(node: &mut Node, ty: &Ty) {
    match (&mut node.value, ty) {
        (Value::Map(_), Ty::Struct(of)) => drop_nulls_of(node, of),
        (Value::List(items), Ty::List(item)) => items.to_mut().iter_mut().for_each(|node| drop_nulls_in(node, item)),
        _ => {}
    }
}
