//! Where the two ways of merging give different rings, and which line is to blame.
//!
//! Both results are compared in canonical form, so that only what would reach a
//! cluster counts. Each difference is a finding of L35 or, in `config`, of L36;
//! a silent one would restart a migrated ring. Pure.

use crate::finding::Finding;
use crate::lint::RuleId;
use crate::source::Span;
use crate::tree::{Difference, Node, Value, differences};

/// Compares the canonical objects of both ways. `base` and `over` are the
/// sources, for the lines.
pub fn difference(patched: &Node, operator: &Node, base: &Node, over: &Node) -> Vec<Finding> {
    differences(patched, operator).iter().map(|difference| finding(difference, base, over)).collect()
}

fn finding(difference: &Difference<'_>, base: &Node, over: &Node) -> Finding {
    let Difference { path, left, right } = difference;
    let config =
        path.as_str() == "spec.config" || path.as_str().starts_with("spec.config.") || path.as_str().starts_with("spec.config[");
    let rule = if config { RuleId::L36 } else { RuleId::L35 };
    let message = format!(
        "`{path}`: a merge patch gives {}, Multi-CassKop gave {}",
        left.map_or_else(|| "nothing".to_owned(), in_words),
        right.map_or_else(|| "nothing".to_owned(), in_words),
    );
    let fix = if config {
        "write the whole `config` in the override or only in the base, or choose `merge: merge-patch` (what is written counts) or `merge: operator` (as Multi-CassKop did)"
    } else {
        "choose `merge: merge-patch` (what is written counts) or `merge: operator` (as Multi-CassKop did); or write the value so that both agree"
    };
    let in_over = deepest(over, path.as_str());
    let in_base = deepest(base, path.as_str());
    let main = [left.and_then(Node::span), right.and_then(Node::span)].into_iter().flatten();
    let place = in_over.or_else(|| main.into_iter().next()).or(in_base);
    let mut found = Finding::rule(rule, message).path(path.clone()).at(place, "").fix(fix);
    if in_over.is_some() && in_base != in_over {
        found = found.at(in_base, "the base");
    }
    found
}

/// A value as a message shows it.
fn in_words(node: &Node) -> String {
    match &node.value {
        Value::List(items) => format!("a list of {}", items.len()),
        Value::Map(map) if map.is_empty() => "`{}`".to_owned(),
        Value::Map(map) => {
            format!("an object with {}", map.iter().map(|entry| format!("`{}`", entry.key)).collect::<Vec<_>>().join(", "))
        }
        value => crate::schema::typed::describe(value),
    }
}

/// The place of the value under a path or, where a step is missing or null, of
/// the last thing on the way that is written; `None` if not even the first step is.
fn deepest(root: &Node, path: &str) -> Option<Span> {
    let mut node = root;
    let mut place = None;
    for step in steps(path) {
        let next = match step {
            Step::Key(key) => node.as_map().and_then(|map| map.entry(key)).map(|entry| (entry.key_span, &entry.value)),
            Step::Index(index) => node.items().get(index).map(|item| (None, item)),
        };
        let Some((key_span, value)) = next else { break };
        place = value.span().filter(|_| !matches!(value.value, Value::Map(_) | Value::List(_))).or(key_span).or(value.span());
        node = value;
    }
    // `spec` alone says nothing about the value.
    let first = steps(path).next();
    let only_spec =
        first.is_some_and(|step| matches!(step, Step::Key(key) if root.get(key).is_some_and(|value| std::ptr::eq(value, node))));
    place.filter(|_| !only_spec)
}

enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// The steps of a written path: `a.b[0][x/y]`.
fn steps(path: &str) -> impl Iterator<Item = Step<'_>> {
    let mut rest = path;
    std::iter::from_fn(move || {
        if let Some(inner) = rest.strip_prefix('[') {
            let (step, after) = inner.split_once(']')?;
            rest = after.strip_prefix('.').unwrap_or(after);
            return Some(step.parse().map_or(Step::Key(step), Step::Index));
        }
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (step, after) = rest.split_at(end);
        rest = after.strip_prefix('.').unwrap_or(after);
        Some(Step::Key(step))
    })
}
