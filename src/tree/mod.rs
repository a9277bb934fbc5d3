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
mod map;
mod path;
mod place;

pub use compare::{Difference, differences};
pub use map::{Entry, Index, List, Map};
pub use path::{Path, PathBuf, Segment};
pub use place::nearest;
pub use smol_str::SmolStr;

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
/// numbers are floats, as the API server stores them (docs/facts.md, Numbers).
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
            Value::Map(map) => map.is_sorted() && map.iter().all(|entry| entry.value.is_sorted()),
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

    /// Whether both are the same JSON value with all members in the same order, so
    /// that they are written in the same way.
    pub fn identical(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(a), Self::List(b)) => {
                a.shares(b) || (a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.value.identical(&b.value)))
            }
            (Self::Map(a), Self::Map(b)) => {
                let same = |(a, b): (&Entry, &Entry)| a.key == b.key && a.value.value.identical(&b.value.value);
                a.shares(b) || (a.len() == b.len() && a.iter().zip(b).all(same))
            }
            (a, b) => a.same(b),
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
            (Self::List(a), Self::List(b)) => {
                a.shares(b) || (a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.value.same(&b.value)))
            }
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
