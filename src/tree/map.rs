//! The containers of the tree: [`Map`] with its [`Entry`]s, and [`List`].
//!
//! A copy of either shares its content until one of the two changes, so that a large
//! part of a source that is the same in all clusters is held once. Pure.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::sync::Arc;

use crate::source::Span;

use super::{Node, SmolStr};

/// The elements of a list.
#[derive(Clone, Debug, Default)]
pub struct List(Arc<Vec<Node>>);

impl List {
    /// Where the content lies in memory, if another list shares it; until all of
    /// them are gone or changed, nothing else lies there.
    pub(crate) fn place_if_shared(&self) -> Option<usize> {
        (Arc::strong_count(&self.0) > 1).then(|| Arc::as_ptr(&self.0).addr())
    }

    /// Whether both are copies of one list that neither has changed since.
    pub fn shares(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

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

    /// Where the content lies in memory, if another object shares it; until all of
    /// them are gone or changed, nothing else lies there.
    pub(crate) fn place_if_shared(&self) -> Option<usize> {
        (Arc::strong_count(&self.0) > 1).then(|| Arc::as_ptr(&self.0).addr())
    }

    /// Finds members fast, also many of a large object.
    pub fn index(&self) -> Index<'_> {
        Index { map: self, next: Cell::new(0), table: OnceCell::new() }
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

    /// Whether the members are in the order of their names.
    pub fn is_sorted(&self) -> bool {
        self.0.is_sorted_by(|a, b| a.key <= b.key)
    }

    /// Orders the members by name.
    pub fn sort(&mut self) {
        if !self.is_sorted() {
            Arc::make_mut(&mut self.0).sort_by(|a, b| a.key.cmp(&b.key));
        }
    }
}

/// Members of a [`Map`] by name.
#[derive(Debug)]
pub struct Index<'a> {
    map: &'a Map,
    /// Behind the member that was found last. Who compares two objects asks for the
    /// names of one in the other, where they mostly stand in the same order.
    next: Cell<usize>,
    /// Made when it is needed.
    table: OnceCell<HashMap<&'a str, usize>>,
}

impl<'a> Index<'a> {
    /// The position of a member.
    pub fn position(&self, key: &str) -> Option<usize> {
        let next = self.next.get();
        let at = if self.map.0.get(next).is_some_and(|entry| entry.key == key) { next } else { self.search(key)? };
        self.next.set(at + 1);
        Some(at)
    }

    fn search(&self, key: &str) -> Option<usize> {
        // A short walk is cheaper than a table.
        const SHORT: usize = 24;
        if self.map.len() <= SHORT {
            return self.map.iter().position(|entry| entry.key == key);
        }
        let table = || self.map.iter().enumerate().map(|(at, entry)| (entry.key.as_str(), at)).collect();
        self.table.get_or_init(table).get(key).copied()
    }

    /// The value of a member.
    pub fn get(&self, key: &str) -> Option<&'a Node> {
        self.position(key).map(|at| &self.map.0[at].value)
    }
}

impl From<Vec<Entry>> for Map {
    fn from(entries: Vec<Entry>) -> Self {
        Self(Arc::new(entries))
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
