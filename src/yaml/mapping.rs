//! Members of one object: no name twice, and `<<` merge keys.
//!
//! Explicit members win over merged ones, and of several merged objects the
//! earlier wins, as in YAML 1.1. Where Go's two readers differ, that is a finding. Pure.

use std::collections::HashMap;

use granit_parser::Event;

use crate::finding::Finding;
use crate::source::Span;
use crate::tree::{Entry, Map, Node, SmolStr, Value};

use super::compose::{Composer, Key};
use super::syntax::Fallible;

/// Up to so many members a name is looked for one by one.
const FEW: usize = 16;

/// An object while it is read.
#[derive(Default)]
pub(super) struct Mapping {
    entries: Vec<Entry>,
    /// Where each name is, once there are many.
    index: HashMap<SmolStr, usize>,
    merge: Option<Merge>,
}

/// A `<<` key.
struct Merge {
    span: Span,
    /// How many members stand before it.
    before: usize,
    maps: Vec<Map>,
}

impl Mapping {
    /// Reads up to the end of the object whose start was the last event.
    pub(super) fn read(composer: &mut Composer<'_, '_>) -> Fallible<Map> {
        let mut mapping = Self::default();
        loop {
            let (event, span) = composer.next()?;
            if event == Event::MappingEnd {
                composer.close(span);
                return mapping.finish();
            }
            let key = composer.key(event, span)?;
            match key {
                Key::Name(name) => {
                    if let Some(first) = mapping.find(&name) {
                        return Err(duplicate(&name, span, mapping.entries[first].key_span).into());
                    }
                    let (event, place) = composer.next()?;
                    let value = composer.member(event, place)?;
                    mapping.add(Entry { key: name, key_span: Some(span), value });
                }
                Key::Merge => {
                    if let Some(first) = &mapping.merge {
                        return Err(duplicate("<<", span, Some(first.span))
                            .fix("write one `<<` with a list: `<<: [*a, *b]`")
                            .into());
                    }
                    let (event, place) = composer.next()?;
                    let before = mapping.entries.len();
                    mapping.merge = Some(Merge { span, before, maps: merged(composer, event, place)? });
                }
            }
        }
    }

    fn find(&self, name: &str) -> Option<usize> {
        if self.index.is_empty() {
            return self.entries.iter().position(|entry| entry.key == name);
        }
        self.index.get(name).copied()
    }

    fn add(&mut self, entry: Entry) {
        if !self.index.is_empty() {
            self.index.insert(entry.key.clone(), self.entries.len());
        }
        self.entries.push(entry);
        if self.index.is_empty() && self.entries.len() > FEW {
            self.index = self.entries.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at)).collect();
        }
    }

    fn finish(mut self) -> Fallible<Map> {
        if let Some(Merge { span, before, maps }) = self.merge.take() {
            for entry in maps.into_iter().flatten() {
                match self.find(&entry.key) {
                    None => self.add(entry),
                    Some(at) if at < before && !self.entries[at].value.value.same(&entry.value.value) => {
                        return Err(late_merge(span, &self.entries[at]).into());
                    }
                    Some(_) => {}
                }
            }
        }
        Ok(self.entries.into_iter().collect())
    }
}

/// The objects that a `<<` names: one, or a list of them.
fn merged<'t>(composer: &mut Composer<'t, '_>, event: Event<'t>, span: Span) -> Fallible<Vec<Map>> {
    let aliased = matches!(event, Event::Alias(_)).then_some(span);
    let node = composer.node(event, span)?;
    match node.value {
        Value::Map(map) => Ok(vec![map]),
        // Go takes a list that stands here, but none by way of an alias.
        Value::List(items) if aliased.is_none() => items.into_iter().map(object).collect(),
        _ => Err(no_object(aliased.or(node.span())).into()),
    }
}

fn object(node: Node) -> Fallible<Map> {
    let span = node.span();
    match node.value {
        Value::Map(map) => Ok(map),
        _ => Err(no_object(span).into()),
    }
}

fn no_object(span: Option<Span>) -> Finding {
    Finding::invalid("the merge key `<<` needs an object or a list of objects")
        .at(span, "this is neither")
        .fix("write an alias of an object (`<<: *name`), or quote `\"<<\"` if it is an ordinary key")
}

fn duplicate(name: &str, again: Span, first: Option<Span>) -> Finding {
    Finding::invalid(format!("the key `{name}` is written twice in the same object"))
        .at(again, "again here")
        .at(first, "first here")
        .why("readers take the first, the last or none")
        .fix("remove one of the two")
}

fn late_merge(merge: Span, entry: &Entry) -> Finding {
    Finding::invalid(format!("`<<` brings another value for the key `{}` that stands before it", entry.key))
        .at(merge, "this `<<`")
        .at(entry.key_span, "this key")
        .why("kubectl and Argo CD would take the merged value, Kustomize and Flux the one written here")
        .fix("move `<<` to the beginning of the object: then what is written here wins everywhere")
}
