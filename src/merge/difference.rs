//! Where the two ways of merging give different rings, and which line is to blame.
//!
//! Both results are compared in canonical form, so that only what would reach a
//! cluster counts. Each difference is a finding of L35; those in `config`, which
//! have one reason, are one finding of L36. A silent one would restart a migrated
//! ring. Pure.

use crate::finding::Finding;
use crate::fleet::MergeMode;
use crate::rule::RuleId;
use crate::source::Span;
use crate::tree::{Difference, Node, PathBuf, Segment, Value, differences};

/// Compares the canonical objects of both ways. `base` and `over` are the
/// sources, for the lines; `mode` is the way that is rendered, if it is stated.
pub fn difference(patched: &Node, operator: &Node, base: &Node, over: &Node, mode: Option<MergeMode>) -> Vec<Finding> {
    let all = differences(patched, operator);
    let (config, fields): (Vec<_>, Vec<_>) = all.iter().partition(|difference| in_config(&difference.path));
    let mut found: Vec<_> = fields.into_iter().map(|difference| field(difference, base, over, mode)).collect();
    if !config.is_empty() {
        found.push(whole_config(&config, base, over, mode));
    }
    found
}

/// Whether a path lies in `spec.config`; all of it, on one side only, is a field as any other.
fn in_config(path: &PathBuf) -> bool {
    path.steps().count() > 2 && path.steps().take(2).eq([Segment::Key("spec"), Segment::Key("config")])
}

fn field(difference: &Difference<'_>, base: &Node, over: &Node, mode: Option<MergeMode>) -> Finding {
    let Difference { path, left, right } = difference;
    let patch = left.map_or_else(|| "leaves it out".to_owned(), |node| format!("gives {}", in_words(node)));
    let operator = right.map_or_else(|| "left it out".to_owned(), |node| format!("gave {}", in_words(node)));
    let message = format!("`{path}`: a merge patch {patch}, Multi-CassKop {operator}");
    let fix = match mode {
        None => {
            "choose `merge: merge-patch` (what is written counts) or `merge: operator` (as Multi-CassKop did), or let both agree: write the value in the overrides instead of the base"
        }
        Some(MergeMode::MergePatch) => {
            "nothing, if the ring shall have what is written; a ring that Multi-CassKop made changes to it. To let both agree, write the value in the overrides instead of the base"
        }
        Some(MergeMode::Operator) => {
            "remove the line, which has no effect, or write the value in the other overrides instead of the base"
        }
    };
    let (in_base, in_over) = (deepest(base, path), deepest(over, path));
    let place = in_over.or_else(|| [left, right].into_iter().flatten().find_map(|node| node.span())).or(in_base);
    let mut found = Finding::rule(RuleId::L35, message).path(path.clone()).at(place, "").fix(fix);
    if in_over.is_some() && in_base != in_over {
        found = found.at(in_base, "the base");
    }
    found
}

/// How many members of `config` a message names.
const MOST_NAMES: usize = 20;

/// One finding for all that differs in `config`.
fn whole_config(found: &[&Difference<'_>], base: &Node, over: &Node, mode: Option<MergeMode>) -> Finding {
    let path = PathBuf::from("spec.config");
    let names: Vec<_> = found.iter().take(MOST_NAMES).map(|difference| format!("`{}`", difference.path)).collect();
    let others = match found.len().saturating_sub(MOST_NAMES) {
        0 => String::new(),
        hidden => format!(" and {hidden} more"),
    };
    let message = format!(
        "`spec.config` is written in base and override, and a merge patch and Multi-CassKop differ in {}{others}",
        names.join(", ")
    );
    let fix = match mode {
        None => {
            "write the whole `config` in every override and none in the base, or choose `merge: merge-patch` (both count) or `merge: operator` (as Multi-CassKop did)"
        }
        Some(MergeMode::MergePatch) => {
            "nothing, if the ring shall have both; a ring that Multi-CassKop made changes to it. To let both ways agree, write the whole `config` in every override and none in the base"
        }
        Some(MergeMode::Operator) => {
            "write the whole `config` in every override and none in the base: what is rendered is then what is written"
        }
    };
    let finding = Finding::rule(RuleId::L36, message).path(path.clone()).fix(fix).at(deepest(over, &path), "the override");
    let places = found.iter().filter_map(|difference| deepest(base, &difference.path));
    places.fold(finding, |finding, place| {
        let known = finding.labels.iter().any(|label| label.span == place);
        if known { finding } else { finding.at(place, "the base") }
    })
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
fn deepest(root: &Node, path: &PathBuf) -> Option<Span> {
    let mut node = root;
    let mut place = None;
    let mut depth = 0;
    for step in path.steps() {
        let next = match step {
            Segment::Key(key) => node.as_map().and_then(|map| map.entry(key)).map(|entry| (entry.key_span, &entry.value)),
            Segment::Index(index) => node.items().get(index).map(|item| (None, item)),
        };
        let Some((key_span, value)) = next else { break };
        place = value.span().filter(|_| !matches!(value.value, Value::Map(_) | Value::List(_))).or(key_span).or(value.span());
        node = value;
        depth += 1;
    }
    // `spec` alone says nothing about the value.
    place.filter(|_| depth > 1)
}
