//! Where two specs differ, as the types say: quantities by amount, lists with
//! keys by their keys, everything else as it is.
//!
//! The smallest differing value is named; a list as a whole if the lengths
//! differ (docs/facts.md, Comparing specs). Pure.

use std::collections::HashMap;

use crate::schema::quantity::Quantity;
use crate::schema::{CASSANDRA_CLUSTER_SPEC, Field, Pattern, Struct, Ty, TypeSet};
use crate::tree::{Map, Node, Path, PathBuf, Value};

/// A value that differs, or that only one side has.
#[derive(Clone, Debug)]
pub(super) struct Delta<'a> {
    /// Its path in the wanted object, or in the live one if only that has it.
    pub(super) path: PathBuf,
    /// Its path in the live object, whose lists with keys may have another order.
    pub(super) live_path: PathBuf,
    /// What Git wants.
    pub(super) wanted: Option<&'a Node>,
    /// What is live.
    pub(super) live: Option<&'a Node>,
}

impl Delta<'_> {
    /// Whether one of the two lies in the other, in the live object.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let (a, b) = (self.live_path.as_str(), other.live_path.as_str());
        covers(a, b) || covers(b, a)
    }
}

/// Whether a path is the other one or lies above it.
pub(super) fn covers(above: &str, path: &str) -> bool {
    above.is_empty() || path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

static SPEC: Ty = Ty::Struct(&CASSANDRA_CLUSTER_SPEC);

/// Where two specs in comparable form differ, in the order of the wanted one.
pub(super) fn specs<'a>(wanted: &'a Node, live: &'a Node, types: TypeSet) -> Vec<Delta<'a>> {
    let mut comparison = Comparison { types, found: Vec::new() };
    let top = Path::ROOT.key("spec");
    comparison.value(Some(&SPEC), None, wanted, live, (top, top));
    comparison.found
}

/// Where two maps of free names differ, below a path: labels, data of a ConfigMap.
pub(super) fn free<'a>(wanted: &'a Node, live: &'a Node, top: Path<'_>, types: TypeSet) -> Vec<Delta<'a>> {
    let mut comparison = Comparison { types, found: Vec::new() };
    comparison.value(None, None, wanted, live, (top, top));
    comparison.found
}

struct Comparison<'a> {
    types: TypeSet,
    found: Vec<Delta<'a>>,
}

/// A place on both sides.
type At<'p> = (Path<'p>, Path<'p>);

impl<'a> Comparison<'a> {
    fn value(&mut self, ty: Option<&'static Ty>, field: Option<&'static Field>, wanted: &'a Node, live: &'a Node, at: At<'_>) {
        match (&wanted.value, &live.value) {
            (Value::Map(a), Value::Map(b)) if a.shares(b) => {}
            (Value::Map(a), Value::Map(b)) => self.maps(ty, a, b, at),
            (Value::List(a), Value::List(b)) if a.len() == b.len() => self.lists(ty, field, a, b, at),
            (Value::Text(a), Value::Text(b)) if a == b || (is_amount(ty, field) && same_amount(a, b)) => {}
            (a, b) if a.same(b) => {}
            _ => self.push(Some(wanted), Some(live), at),
        }
    }

    fn maps(&mut self, ty: Option<&'static Ty>, wanted: &'a Map, live: &'a Map, at: At<'_>) {
        let of = match ty {
            Some(Ty::Struct(of)) => Some(*of),
            _ => None,
        };
        let values = match ty {
            Some(Ty::Map(item)) => Some(*item),
            _ => None,
        };
        let field = |name: &str| of.and_then(|of: &'static Struct| of.field(name, self.types));
        let fields: Vec<_> = wanted.iter().map(|entry| field(&entry.key)).collect();
        let (in_wanted, in_live) = (wanted.index(), live.index());
        for (entry, field) in wanted.iter().zip(fields) {
            let at = (at.0.key(&entry.key), at.1.key(&entry.key));
            match in_live.get(&entry.key) {
                Some(other) => self.value(field.map(|field| &field.ty).or(values), field, &entry.value, other, at),
                None => self.push(Some(&entry.value), None, at),
            }
        }
        for entry in live.iter().filter(|entry| in_wanted.get(&entry.key).is_none()) {
            let at = at.1.key(&entry.key);
            self.push(None, Some(&entry.value), (at, at));
        }
    }

    fn lists(
        &mut self,
        ty: Option<&'static Ty>,
        field: Option<&'static Field>,
        wanted: &'a [Node],
        live: &'a [Node],
        at: At<'_>,
    ) {
        let item = match ty {
            Some(Ty::List(item)) => Some(*item),
            _ => None,
        };
        let keys = field.and_then(|field| field.keys).filter(|(since, _)| *since <= self.types.profile);
        let pairs = keys.and_then(|(_, keys)| pairs_by_key(wanted, live, keys));
        for (index, node) in wanted.iter().enumerate() {
            let other = pairs.as_ref().and_then(|pairs| pairs.get(index).copied()).unwrap_or(index);
            if let Some(there) = live.get(other) {
                self.value(item, None, node, there, (at.0.index(index), at.1.index(other)));
            }
        }
    }

    fn push(&mut self, wanted: Option<&'a Node>, live: Option<&'a Node>, at: At<'_>) {
        self.found.push(Delta { path: at.0.to_buf(), live_path: at.1.to_buf(), wanted, live });
    }
}

/// Which live element each wanted one is compared with; `None` if the elements
/// do not have the same keys, each once.
fn pairs_by_key(wanted: &[Node], live: &[Node], keys: &[&str]) -> Option<Vec<usize>> {
    // Keys are texts and numbers, whose JSON is the same if they are.
    let key = |node: &Node| keys.iter().map(|key| serde_json::to_string(&node.get(key)).unwrap_or_default()).collect::<Vec<_>>();
    let places: HashMap<_, _> = live.iter().enumerate().map(|(at, node)| (key(node), at)).collect();
    let mut pairs = wanted.iter().map(|node| places.get(&key(node)).copied()).collect::<Option<Vec<_>>>()?;
    let in_order = pairs.clone();
    pairs.sort_unstable();
    pairs.dedup();
    (pairs.len() == live.len()).then_some(in_order)
}

/// Whether a text is an amount: `dataCapacity` is one, although its type is a text.
fn is_amount(ty: Option<&Ty>, field: Option<&Field>) -> bool {
    matches!(ty, Some(Ty::Quantity)) || field.is_some_and(|field| field.pattern == Some(Pattern::Capacity))
}

fn same_amount(a: &str, b: &str) -> bool {
    match (Quantity::parse(a), Quantity::parse(b)) {
        (Some(a), Some(b)) => a.compare(&b).is_eq(),
        _ => false,
    }
}
