//! Decoding as Go does it, driven by the type tables.
//!
//! [`decode`] takes what Go's decoder takes: known members with the right type,
//! in the order of the Go struct; nulls become zero values, unknown members are
//! left out and reported. With [`Strictness::Crd`] the CRD's rules are checked
//! too, as the API server does before `CassKop` sees the object. Pure.

use std::collections::BTreeSet;

use crate::source::Span;
use crate::tree::{Entry, Map, Node, Path, PathBuf, SmolStr, Value};

use super::core::OBJECT_META;
use super::encode::zero;
use super::memo::{Looked, Memo, Step};
use super::profile::TypeSet;
use super::quantity::{self, Quantity};
use super::types::{Field, Struct, Ty};

/// How much is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strictness {
    /// What Go's decoder accepts; nulls in maps become zero values.
    Go,
    /// What the CRD accepts; nulls in objects count as absent, as the API server drops them.
    Crd,
}

/// Something in the input that does not fit the types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Path of the value.
    pub path: PathBuf,
    /// Where it was written: the value, or the member's name for unknown members.
    pub span: Option<Span>,
    /// What does not fit.
    pub problem: Problem,
}

/// What does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The member does not exist in these types; it is dropped.
    Unknown {
        /// Name of the member.
        member: SmolStr,
        /// The struct that does not have it.
        of: &'static Struct,
    },
    /// The value has the wrong type or breaks a rule of the CRD.
    Refused {
        /// What the value should be, with an article: "a whole number".
        wanted: String,
        /// What it is: "the string `2`".
        found: String,
        /// Whose rule it breaks.
        cause: Cause,
    },
}

/// Why a value is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It has the wrong type; with the same thing in the right one, where that is mechanical.
    Type {
        /// What to write instead.
        replacement: Option<String>,
    },
    /// It breaks a minimum, pattern, enum or uniqueness of the CRD.
    Rule,
    /// A required member is not there.
    Missing,
}

impl PartialEq for Struct {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Struct {}

/// A decoded value.
#[derive(Debug)]
pub struct Decoded {
    /// The value: known members only, struct members in Go's order.
    pub node: Node,
    /// What did not fit, in the order of the input.
    pub mismatches: Vec<Mismatch>,
}

impl Decoded {
    /// Whether a value was refused.
    pub fn refused(&self) -> bool {
        self.mismatches.iter().any(|mismatch| matches!(mismatch.problem, Problem::Refused { .. }))
    }
}

/// Decodes an object. For Go a null is an empty one.
pub fn decode(node: &Node, of: &'static Struct, types: TypeSet, strictness: Strictness) -> Decoded {
    decode_shared(node, of, types, strictness, &mut Memo::default())
}

/// The same as [`decode`] for one of several objects that share parts.
pub fn decode_shared(node: &Node, of: &'static Struct, types: TypeSet, strictness: Strictness, memo: &mut Memo) -> Decoded {
    let mut decoder = Decoder { types, strictness, memo, mismatches: Vec::new(), unknown: 0, refused: 0 };
    let node = match node.value {
        Value::Null if strictness == Strictness::Go => Node { value: Value::Map(Map::new()), origin: node.origin },
        _ => decoder.once(node, of, |decoder| decoder.structure(node, of, Path::ROOT)),
    };
    Decoded { node, mismatches: decoder.mismatches }
}

/// So many unknown members, and so many refused values, of one object are told:
/// nobody reads more, and a hostile file could make half a million.
const MOST: usize = 1000;

struct Decoder<'m> {
    types: TypeSet,
    strictness: Strictness,
    memo: &'m mut Memo,
    mismatches: Vec<Mismatch>,
    /// Number of unknown members, also of those that are not told.
    unknown: usize,
    /// Number of refused values, likewise.
    refused: usize,
}

impl Decoder<'_> {
    /// What `work` makes of a value of a type, or made of it before. What does not fit is
    /// told with its path, so only what fits is remembered.
    fn once<T>(&mut self, node: &Node, of: &'static T, work: impl FnOnce(&mut Self) -> Node) -> Node {
        let new = match self.memo.look(Step::Decode(self.strictness), &node.value, of, self.types) {
            Looked::Known(value) => return Node { value, origin: node.origin },
            Looked::New(new) => new,
        };
        let before = (self.unknown, self.refused);
        let decoded = work(self);
        let fits = (self.unknown, self.refused) == before;
        self.memo.keep(new, fits.then_some(&decoded.value));
        decoded
    }

    fn value(&mut self, node: &Node, ty: &'static Ty, path: Path<'_>) -> Node {
        self.once(node, ty, |decoder| decoder.fresh(node, ty, path))
    }

    fn fresh(&mut self, node: &Node, ty: &'static Ty, path: Path<'_>) -> Node {
        if node.is_null() && !matches!(ty, Ty::Raw) && self.strictness == Strictness::Go {
            return Node { value: zero(ty), origin: node.origin };
        }
        match ty {
            Ty::Text => self.scalar(node, path, WANTS_TEXT, |value| matches!(value, Value::Text(_))),
            Ty::Time => self.scalar(node, path, "a time such as `2026-01-31T12:00:00Z`", |value| matches!(value, Value::Text(_))),
            Ty::Bool => self.scalar(node, path, WANTS_BOOL, |value| matches!(value, Value::Bool(_))),
            Ty::Int32 => self.scalar(node, path, "a whole number of 32 bits", |value| match value {
                Value::Int(number) => i32::try_from(*number).is_ok(),
                _ => false,
            }),
            Ty::Int64 => self.scalar(node, path, "a whole number", |value| matches!(value, Value::Int(_))),
            Ty::IntOrString => self.scalar(node, path, "a whole number or a string", |value| match value {
                Value::Int(number) => i32::try_from(*number).is_ok(),
                value => matches!(value, Value::Text(_)),
            }),
            Ty::Quantity => self.quantity(node, path),
            Ty::Raw => {
                let mut node = node.clone();
                if self.strictness == Strictness::Crd {
                    if !matches!(node.value, Value::Map(_)) {
                        self.refuse(&node, path, "an object");
                    }
                    node.sort();
                }
                node
            }
            Ty::List(item) => self.list(node, item, path),
            Ty::Map(item) => self.map(node, item, path),
            // The API server decodes metadata itself, without a schema.
            Ty::Struct(of) if **of == OBJECT_META => {
                let outer = std::mem::replace(&mut self.strictness, Strictness::Go);
                let metadata = self.structure(node, of, path);
                self.strictness = outer;
                metadata
            }
            Ty::Struct(of) => self.structure(node, of, path),
        }
    }

    fn scalar(&mut self, node: &Node, path: Path<'_>, wanted: &str, fits: impl Fn(&Value) -> bool) -> Node {
        if !fits(&node.value) {
            self.refuse(node, path, wanted);
        }
        node.clone()
    }

    fn quantity(&mut self, node: &Node, path: Path<'_>) -> Node {
        const WANTED: &str = "a quantity such as `500m`, `2` or `8Gi`";
        let text = match &node.value {
            Value::Text(text) => text.clone(),
            Value::Int(number) => number.to_string().into(),
            Value::Float(number) if self.strictness == Strictness::Go => number.to_string().into(),
            _ => {
                self.refuse(node, path, WANTED);
                return node.clone();
            }
        };
        let written_as_text = matches!(node.value, Value::Text(_));
        let accepted = self.strictness == Strictness::Go || !written_as_text || quantity::crd_accepts(&text);
        if let Some(quantity) = Quantity::parse(&text).filter(|_| accepted) {
            return Node { value: Value::Text(quantity.canonical().into()), origin: node.origin };
        }
        self.refuse(node, path, WANTED);
        node.clone()
    }

    fn list(&mut self, node: &Node, item: &'static Ty, path: Path<'_>) -> Node {
        let Value::List(items) = &node.value else {
            self.refuse(node, path, "a list");
            return node.clone();
        };
        let items = items.iter().enumerate().map(|(at, node)| self.value(node, item, path.index(at))).collect();
        Node { value: Value::List(items), origin: node.origin }
    }

    fn map(&mut self, node: &Node, item: &'static Ty, path: Path<'_>) -> Node {
        let Value::Map(map) = &node.value else {
            self.refuse(node, path, "an object");
            return node.clone();
        };
        let mut out = Vec::with_capacity(map.len());
        for entry in map {
            if entry.value.is_null() && self.strictness == Strictness::Crd {
                continue;
            }
            let value = self.value(&entry.value, item, path.key(&entry.key));
            out.push(Entry { key: entry.key.clone(), key_span: entry.key_span, value });
        }
        let mut out = Map::from(out);
        out.sort();
        Node { value: Value::Map(out), origin: node.origin }
    }

    fn structure(&mut self, node: &Node, of: &'static Struct, path: Path<'_>) -> Node {
        let Value::Map(map) = &node.value else {
            self.refuse(node, path, "an object");
            return Node { value: Value::Map(Map::new()), origin: node.origin };
        };
        let mut members: Vec<(usize, Entry)> = Vec::with_capacity(map.len());
        let mut finder = of.finder(self.types);
        for entry in map {
            let Some((at, field)) = finder.find(&entry.key) else {
                self.unknown += 1;
                if self.unknown <= MOST {
                    let problem = Problem::Unknown { member: entry.key.clone(), of };
                    let span = entry.key_span.or(entry.value.span());
                    self.mismatches.push(Mismatch { path: path.key(&entry.key).to_buf(), span, problem });
                }
                continue;
            };
            if entry.value.is_null() {
                continue;
            }
            let value = self.value(&entry.value, &field.ty, path.key(field.name));
            if self.strictness == Strictness::Crd {
                self.rules(&value, field, path.key(field.name));
            }
            members.push((at, Entry { key: entry.key.clone(), key_span: entry.key_span, value }));
        }
        members.sort_by_key(|(at, _)| *at);
        let map: Map = members.into_iter().map(|(_, entry)| entry).collect();
        if self.strictness == Strictness::Crd {
            self.required(node, &map, of, path);
        }
        Node { value: Value::Map(map), origin: node.origin }
    }

    /// What the CRD says of a member that is there.
    fn rules(&mut self, node: &Node, field: &Field, path: Path<'_>) {
        if let (Some(minimum), Value::Int(number)) = (field.minimum, &node.value)
            && *number < minimum
        {
            self.break_rule(node, path, &format!("{minimum} or more"));
        }
        let Value::Text(text) = &node.value else {
            return self.keys(node, field, path);
        };
        if let Some(pattern) = field.pattern.filter(|pattern| !pattern.matches(text)) {
            self.break_rule(node, path, &format!("a string that matches `{}`", pattern.as_str()));
        }
        if !field.allowed.is_empty() && !field.allowed.contains(&text.as_str()) {
            self.break_rule(node, path, &format!("one of `{}`", field.allowed.join("`, `")));
        }
    }

    /// Lists whose elements must differ in certain members.
    fn keys(&mut self, node: &Node, field: &Field, path: Path<'_>) {
        let Some((_, keys)) = field.keys.filter(|(since, _)| *since <= self.types.profile) else { return };
        let mut earlier = BTreeSet::new();
        for (at, item) in node.items().iter().enumerate() {
            // Keys are texts and numbers, whose JSON is the same if they are.
            let key: Vec<_> = keys.iter().map(|key| item.get(key).map(|node| serde_json::to_string(node).ok())).collect();
            if !earlier.insert(key) {
                self.break_rule(
                    item,
                    path.index(at),
                    &format!("an element whose `{}` no other element has", keys.join("` and `")),
                );
            }
        }
    }

    fn required(&mut self, node: &Node, map: &Map, of: &'static Struct, path: Path<'_>) {
        for field in of.fields(self.types).filter(|field| field.required) {
            if map.get(field.name).is_none() {
                let wanted = format!("an object with `{}`", field.name);
                self.refused(node, path.key(field.name), wanted, "without it".to_owned(), Cause::Missing);
            }
        }
    }

    fn refuse(&mut self, node: &Node, path: Path<'_>, wanted: &str) {
        let cause = Cause::Type { replacement: retyped(&node.value, wanted) };
        self.push(node, path, wanted, cause);
    }

    fn break_rule(&mut self, node: &Node, path: Path<'_>, wanted: &str) {
        self.push(node, path, wanted, Cause::Rule);
    }

    fn push(&mut self, node: &Node, path: Path<'_>, wanted: &str, cause: Cause) {
        self.refused(node, path, wanted.to_owned(), describe(&node.value), cause);
    }

    fn refused(&mut self, node: &Node, path: Path<'_>, wanted: String, found: String, cause: Cause) {
        self.refused += 1;
        if self.refused <= MOST {
            let problem = Problem::Refused { wanted, found, cause };
            self.mismatches.push(Mismatch { path: path.to_buf(), span: node.span(), problem });
        }
    }
}

const WANTS_TEXT: &str = "a string";
const WANTS_BOOL: &str = "`true` or `false`";

/// The same value written in the wanted type, where there is one way to.
fn retyped(value: &Value, wanted: &str) -> Option<String> {
    match value {
        Value::Text(text) if wanted == WANTS_BOOL => matches!(text.as_str(), "true" | "false").then(|| text.to_string()),
        Value::Text(text) if wanted.starts_with("a whole number") => text.parse::<i64>().ok().map(|number| number.to_string()),
        Value::Int(number) if wanted == WANTS_TEXT => Some(format!("\"{number}\"")),
        Value::Bool(flag) if wanted == WANTS_TEXT => Some(format!("\"{flag}\"")),
        _ => None,
    }
}

/// A value in a few words: "the string `2`".
pub fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => format!("the boolean `{flag}`"),
        Value::Int(number) => format!("the number `{number}`"),
        Value::Float(number) => format!("the number `{number}`"),
        Value::Text(text) if text.chars().count() <= 60 => format!("the string `{text}`"),
        Value::Text(text) => format!("the string `{}…`", text.chars().take(60).collect::<String>()),
        Value::List(_) | Value::Map(_) => value.kind().to_owned(),
    }
}
