//! The one data tree of the program: JSON values that know where they came from.
//!
//! YAML is read into a [`Node`], merging and defaulting make new nodes out of
//! old ones, and the emitter writes nodes. Each node keeps its [`Origin`]: the
//! text it was read from and whether that was the base or an override, or the
//! default that put it there. Equality of *values* ignores origins
//! ([`Value::same`]); maps keep the order in which their members were added.
//! Pure: knows nothing of YAML, Kubernetes or `CassKop`.

mod compare;
mod json;
mod path;

pub use compare::{Difference, differences};
pub use path::{Path, PathBuf, Segment};
pub use smol_str::SmolStr;

use std::collections::HashMap;
use std::sync::Arc;

use crate::source::Span;

/// Which part of the input a value was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// A document that is neither base nor override: fleet file, `CassandraCluster`, `ConfigMap`.
    Document,
    /// `spec.base` of a `MultiCasskop`.
    Base,
    /// `spec.override.<cluster>` of a `MultiCasskop`.
    Override,
}

/// Who fills in a value that the user left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DefaultBy {
    /// The API server, by a `default:` in the CRD.
    ApiServer,
    /// `CassKop`: `CheckDefaults`, `SetDefaults`, the topology it invents, or a
    /// member that its typed encoding always writes.
    CassKop,
    /// This program: seeds, waves, guards, the namespace of the fleet file.
    Renderer,
}

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Written by the user at this place.
    Written(Layer, Span),
    /// Filled in.
    Default(DefaultBy),
}

impl Origin {
    /// The place in the user's text, if the user wrote the value.
    pub fn span(self) -> Option<Span> {
        match self {
            Self::Written(_, span) => Some(span),
            Self::Default(_) => None,
        }
    }
}

/// A value with its origin.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it came from.
    pub origin: Origin,
}

/// A JSON value. Integers that fit 64 signed bits are kept exactly, all other
/// numbers are floats, as the API server stores them (casskop.md 0.1(12)).
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other finite number.
    Float(f64),
    /// A string.
    Text(SmolStr),
    /// A list.
    List(List),
    /// An object.
    Map(Map),
}

/// The elements of a list; shared by copies, as those of a [`Map`].
#[derive(Clone, Debug, Default)]
pub struct List(Arc<Vec<Node>>);

impl List {
    /// The elements, to be changed in place or added to.
    pub fn to_mut(&mut self) -> &mut Vec<Node> {
        Arc::make_mut(&mut self.0)
    }
}

impl From<Vec<Node>> for List {
    fn from(items: Vec<Node>) -> Self {
        Self(Arc::new(items))
    }
}

impl FromIterator<Node> for List {
    fn from_iter<I: IntoIterator<Item = Node>>(items: I) -> Self {
        Self(Arc::new(items.into_iter().collect()))
    }
}

impl IntoIterator for List {
    type Item = Node;
    type IntoIter = std::vec::IntoIter<Node>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.0).into_iter()
    }
}

impl<'a> IntoIterator for &'a List {
    type Item = &'a Node;
    type IntoIter = std::slice::Iter<'a, Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl std::ops::Deref for List {
    type Target = [Node];

    fn deref(&self) -> &[Node] {
        &self.0
    }
}

/// One member of a [`Map`].
#[derive(Clone, Debug)]
pub struct Entry {
    /// The member's name.
    pub key: SmolStr,
    /// Where the name was written, if it was.
    pub key_span: Option<Span>,
    /// The member's value.
    pub value: Node,
}

/// An object: members in the order in which they were added, names unique.
///
/// A copy shares the members until one of the two changes, so that a large part of
/// a source that is the same in all clusters is held once.
#[derive(Clone, Debug, Default)]
pub struct Map(Arc<Vec<Entry>>);

impl Map {
    /// An empty object.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty object with room for `count` members.
    pub fn with_capacity(count: usize) -> Self {
        Self(Arc::new(Vec::with_capacity(count)))
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The members in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Entry> {
        self.0.iter()
    }

    /// The members in order, to be changed in place. Names must stay unique.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Entry> {
        Arc::make_mut(&mut self.0).iter_mut()
    }

    /// The member of that name, with its name's place.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.key == key)
    }

    /// The value of that name.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value of that name, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let at = self.0.iter().position(|entry| entry.key == key)?;
        Arc::make_mut(&mut self.0).get_mut(at).map(|entry| &mut entry.value)
    }

    /// Whether both are copies of one object that neither has changed since.
    pub fn shares(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Finds members fast, also many of a large object.
    pub fn index(&self) -> Index<'_> {
        // A short walk is cheaper than a table.
        const SHORT: usize = 24;
        let table = || self.0.iter().enumerate().map(|(at, entry)| (entry.key.as_str(), at)).collect();
        Index { map: self, table: (self.len() > SHORT).then(table) }
    }

    /// Sets a member: in place if there is one of that name, else at the end.
    pub fn set(&mut self, key: impl AsRef<str> + Into<SmolStr>, key_span: Option<Span>, value: Node) {
        let entries = Arc::make_mut(&mut self.0);
        if let Some(entry) = entries.iter_mut().find(|entry| entry.key == key.as_ref()) {
            entry.key_span = key_span.or(entry.key_span);
            entry.value = value;
        } else {
            entries.push(Entry { key: key.into(), key_span, value });
        }
    }

    /// Adds a member whose name is known to be new.
    pub fn push(&mut self, entry: Entry) {
        // A full look would make long objects slow in tests.
        debug_assert!(self.len() > 64 || self.entry(&entry.key).is_none(), "duplicate member {}", entry.key);
        Arc::make_mut(&mut self.0).push(entry);
    }

    /// Adds a member whose name is known to be new before the one at `index`.
    pub fn insert(&mut self, index: usize, entry: Entry) {
        debug_assert!(self.entry(&entry.key).is_none(), "duplicate member {}", entry.key);
        let entries = Arc::make_mut(&mut self.0);
        entries.insert(index.min(entries.len()), entry);
    }

    /// Keeps the members for which `keep` says so.
    pub fn retain(&mut self, keep: impl FnMut(&Entry) -> bool) {
        Arc::make_mut(&mut self.0).retain(keep);
    }

    /// Takes a member out.
    pub fn remove(&mut self, key: &str) -> Option<Entry> {
        let at = self.0.iter().position(|entry| entry.key == key)?;
        Some(Arc::make_mut(&mut self.0).remove(at))
    }

    /// Orders the members by name.
    pub fn sort(&mut self) {
        if !self.0.is_sorted_by(|a, b| a.key <= b.key) {
            Arc::make_mut(&mut self.0).sort_by(|a, b| a.key.cmp(&b.key));
        }
    }
}

/// Members of a [`Map`] by name.
#[derive(Debug)]
pub struct Index<'a> {
    map: &'a Map,
    table: Option<HashMap<&'a str, usize>>,
}

impl<'a> Index<'a> {
    /// The position of a member.
    pub fn position(&self, key: &str) -> Option<usize> {
        match &self.table {
            Some(table) => table.get(key).copied(),
            None => self.map.iter().position(|entry| entry.key == key),
        }
    }

    /// The value of a member.
    pub fn get(&self, key: &str) -> Option<&'a Node> {
        self.position(key).map(|at| &self.map.0[at].value)
    }
}

impl IntoIterator for Map {
    type Item = Entry;
    type IntoIter = std::vec::IntoIter<Entry>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.0).into_iter()
    }
}

impl<'a> IntoIterator for &'a Map {
    type Item = &'a Entry;
    type IntoIter = std::slice::Iter<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a mut Map {
    type Item = &'a mut Entry;
    type IntoIter = std::slice::IterMut<'a, Entry>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::make_mut(&mut self.0).iter_mut()
    }
}

impl FromIterator<Entry> for Map {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        Self(Arc::new(entries.into_iter().collect()))
    }
}

impl Node {
    /// A value that somebody filled in.
    pub fn filled(by: DefaultBy, value: Value) -> Self {
        Self { value, origin: Origin::Default(by) }
    }

    /// A value that this program put there.
    pub fn made(value: Value) -> Self {
        Self::filled(DefaultBy::Renderer, value)
    }

    /// The place in the user's text, if the user wrote the value.
    pub fn span(&self) -> Option<Span> {
        self.origin.span()
    }

    /// The member of an object; `None` for other kinds and missing members.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.get(key)
    }

    /// The value under nested members, for instance `&["metadata", "name"]`.
    pub fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The object, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The object to be changed, if it is one.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list, if it is one; an empty one otherwise.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self.value {
            Value::Int(number) => Some(number),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    /// Whether the value is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// Notes for this node and all below it in which layer they were written.
    pub fn set_layer(&mut self, layer: Layer) {
        if let Origin::Written(of, _) = &mut self.origin {
            *of = layer;
        }
        match &mut self.value {
            Value::List(items) => items.to_mut().iter_mut().for_each(|item| item.set_layer(layer)),
            Value::Map(map) => map.iter_mut().for_each(|entry| entry.value.set_layer(layer)),
            _ => {}
        }
    }

    /// Orders the members of all objects by name, as the API server does when it
    /// stores free-form JSON. A tree in that order is left as it is, shared.
    pub fn sort(&mut self) {
        if self.is_sorted() {
            return;
        }
        match &mut self.value {
            Value::List(items) => items.to_mut().iter_mut().for_each(Self::sort),
            Value::Map(map) => {
                map.sort();
                map.iter_mut().for_each(|entry| entry.value.sort());
            }
            _ => {}
        }
    }

    fn is_sorted(&self) -> bool {
        match &self.value {
            Value::List(items) => items.iter().all(Self::is_sorted),
            Value::Map(map) => map.0.is_sorted_by(|a, b| a.key <= b.key) && map.iter().all(|entry| entry.value.is_sorted()),
            _ => true,
        }
    }

    /// Number of nodes of the tree, itself included.
    pub fn count(&self) -> usize {
        1 + match &self.value {
            Value::List(items) => items.iter().map(Self::count).sum(),
            Value::Map(map) => map.iter().map(|entry| entry.value.count()).sum(),
            _ => 0,
        }
    }
}

impl Value {
    /// A number as the API server stores it: whole if it is one and fits 64
    /// signed bits (`1.0` is 1, `-0.0` is 0).
    pub fn number(number: f64) -> Self {
        // 2^63, the first float beyond the range; -2^63 itself is in it.
        const LIMIT: f64 = 9_223_372_036_854_775_808.0;
        if number.fract() == 0.0 && (-LIMIT..LIMIT).contains(&number) {
            #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
            return Self::Int(number as i64);
        }
        Self::Float(number)
    }

    /// What JSON calls this kind of value, with an article: "a string".
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Map(_) => "an object",
        }
    }

    /// Whether both are the same JSON value; the order of members and all
    /// origins mean nothing.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) => a == b,
            #[expect(clippy::float_cmp, reason = "the same stored number, not a measured one")]
            (Self::Float(a), Self::Float(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::List(a), Self::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.value.same(&b.value)),
            (Self::Map(a), Self::Map(b)) => {
                let in_b = b.index();
                a.shares(b)
                    || (a.len() == b.len()
                        && a.iter().all(|entry| in_b.get(&entry.key).is_some_and(|node| entry.value.value.same(&node.value))))
            }
            _ => false,
        }
    }
}
