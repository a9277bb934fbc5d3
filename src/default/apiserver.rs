//! What the API server does to an object by its CRD: defaults in, nulls out.
//! Pure; the rules themselves are in the type tables.

use crate::schema::{Constant, Looked, Memo, Step, Struct, Ty, TypeSet};
use crate::tree::{DefaultBy, Entry, Map, Node, SmolStr, Value};

/// The API server with the types that it knows.
pub(super) struct ApiServer<'m> {
    pub(super) types: TypeSet,
    pub(super) memo: &'m mut Memo,
}

impl ApiServer<'_> {
    /// Fills the CRD's defaults into every object that is there. An absent object
    /// stays absent, whatever defaults its members have.
    pub(super) fn fill(&mut self, node: &mut Node, of: &'static Struct) {
        let Value::Map(map) = &mut node.value else { return };
        self.members(map, of, Self::lacks, Self::fill_in);
        for (name, constant) in self.defaults(of) {
            if map.get(name).is_none() {
                of.insert(map, name, constant_node(constant));
            }
        }
    }

    fn defaults(&self, of: &'static Struct) -> impl Iterator<Item = (&'static str, Constant)> + use<> {
        let types = self.types;
        of.fields(types).filter_map(move |field| Some((field.name, field.default_in(types.profile)?)))
    }

    /// Whether anything is to be filled in.
    fn lacks(&self, value: &Value, ty: &'static Ty) -> bool {
        match (value, ty) {
            (Value::Map(map), Ty::Struct(of)) => {
                let mut finder = of.finder(self.types);
                let in_member =
                    |entry: &Entry| finder.find(&entry.key).is_some_and(|(_, field)| self.lacks(&entry.value.value, &field.ty));
                map.iter().any(in_member) || self.defaults(of).any(|(name, _)| map.get(name).is_none())
            }
            (Value::List(items), Ty::List(item)) => items.iter().any(|node| self.lacks(&node.value, item)),
            (Value::Map(map), Ty::Map(item)) => map.iter().any(|entry| self.lacks(&entry.value.value, item)),
            _ => false,
        }
    }

    fn fill_in(&mut self, node: &mut Node, ty: &'static Ty) {
        self.once(Step::Fill, node, ty, |server, node| match (&mut node.value, ty) {
            (Value::Map(_), Ty::Struct(of)) => server.fill(node, of),
            (Value::List(items), Ty::List(item)) => items.to_mut().iter_mut().for_each(|node| server.fill_in(node, item)),
            (Value::Map(map), Ty::Map(item)) => map.iter_mut().for_each(|entry| server.fill_in(&mut entry.value, item)),
            _ => {}
        });
    }

    /// Drops members that are null, which Go writes for a few nil pointers; free-form
    /// `config` keeps its nulls.
    pub(super) fn drop_nulls(&mut self, node: &mut Node, of: &'static Struct) {
        let Value::Map(map) = &mut node.value else { return };
        map.retain(|entry| !entry.value.is_null());
        self.members(map, of, Self::has_nulls, Self::drop_nulls_in);
    }

    /// Changes the known members that need it. What stays as it is stays shared.
    fn members(
        &mut self,
        map: &mut Map,
        of: &'static Struct,
        needs: impl Fn(&Self, &Value, &'static Ty) -> bool,
        change: impl Fn(&mut Self, &mut Node, &'static Ty),
    ) {
        let mut finder = of.finder(self.types);
        for at in 0..map.len() {
            let Some(entry) = map.iter().nth(at) else { return };
            let Some((_, field)) = finder.find(&entry.key) else { continue };
            if (self.memo.minds(&entry.value.value) || needs(self, &entry.value.value, &field.ty))
                && let Some(entry) = map.iter_mut().nth(at)
            {
                change(self, &mut entry.value, &field.ty);
            }
        }
    }

    /// Whether there is any null to be dropped.
    fn has_nulls(&self, value: &Value, ty: &'static Ty) -> bool {
        match (value, ty) {
            (Value::Map(map), Ty::Struct(of)) => {
                let mut finder = of.finder(self.types);
                map.iter().any(|entry| {
                    let field = finder.find(&entry.key);
                    entry.value.is_null() || field.is_some_and(|(_, field)| self.has_nulls(&entry.value.value, &field.ty))
                })
            }
            (Value::List(items), Ty::List(item)) => items.iter().any(|node| self.has_nulls(&node.value, item)),
            _ => false,
        }
    }

    fn drop_nulls_in(&mut self, node: &mut Node, ty: &'static Ty) {
        self.once(Step::DropNulls, node, ty, |server, node| match (&mut node.value, ty) {
            (Value::Map(_), Ty::Struct(of)) => server.drop_nulls(node, of),
            (Value::List(items), Ty::List(item)) => {
                items.to_mut().iter_mut().for_each(|node| server.drop_nulls_in(node, item));
            }
            _ => {}
        });
    }

    /// Changes a value of a type, or puts in what became of it before.
    fn once(&mut self, step: Step, node: &mut Node, ty: &'static Ty, change: impl FnOnce(&mut Self, &mut Node)) {
        match self.memo.look(step, &node.value, ty, self.types) {
            Looked::Known(value) => node.value = value,
            Looked::New(new) => {
                change(self, node);
                self.memo.keep(new, Some(&node.value));
            }
        }
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
