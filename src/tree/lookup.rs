//! Looks for members of an object by name, one after the other.
//!
//! Two objects that belong together mostly have the same members in the same
//! order, so the next member is tried first; large objects get an index when
//! that fails. Looking for every member of a large object one by one would take
//! the square of its size. Pure.

use std::collections::HashMap;

use super::{Entry, Map};

/// Up to so many members a name is looked for one by one.
const FEW: usize = 16;

/// Finds members of one object.
#[derive(Debug)]
pub struct Lookup<'a> {
    entries: &'a [Entry],
    /// Where the next member is expected.
    next: usize,
    /// Where each name is, once that was wrong in a large object.
    index: Option<HashMap<&'a str, usize>>,
}

impl<'a> Lookup<'a> {
    /// Begins with the first member.
    pub fn new(map: &'a Map) -> Self {
        Self { entries: &map.0, next: 0, index: None }
    }

    /// The index of the member of that name.
    pub fn position(&mut self, key: &str) -> Option<usize> {
        let entries = self.entries;
        let expected = entries.get(self.next).is_some_and(|entry| entry.key == key);
        let found = if expected {
            Some(self.next)
        } else if entries.len() <= FEW {
            entries.iter().position(|entry| entry.key == key)
        } else {
            let index = self
                .index
                .get_or_insert_with(|| entries.iter().enumerate().map(|(at, entry)| (entry.key.as_str(), at)).collect());
            index.get(key).copied()
        };
        self.next = found.map_or(self.next, |at| at + 1);
        found
    }

    /// The value of that name.
    pub fn get(&mut self, key: &str) -> Option<&'a super::Node> {
        self.position(key).map(|at| &self.entries[at].value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Node, Value};

    #[test]
    fn members_are_found_in_any_order_and_size() {
        for size in [0_i64, 1, 16, 17, 100] {
            let entry = |at: i64| Entry { key: format!("k{at}").into(), key_span: None, value: Node::made(Value::Int(at)) };
            let map: Map = (0..size).map(entry).collect();
            let mut lookup = Lookup::new(&map);
            for at in (0..size).chain((0..size).rev()).chain([size / 2, 0]) {
                let found = lookup.get(&format!("k{at}")).and_then(Node::as_int);
                assert_eq!(found, (at < size).then_some(at), "k{at} of {size}");
                assert!(lookup.get("k").is_none());
            }
        }
    }
}
