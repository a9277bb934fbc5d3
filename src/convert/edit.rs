//! Changes of a tree → changes of the text that it was read from.
//!
//! Only lines that have to change do. Whoever calls reads the result again and
//! compares, so a case that is not thought of here costs comments, never
//! correctness. Pure.

use crate::source::Span;
use crate::tree::{Entry, Map, Node, SmolStr, Value};
use crate::yaml::emit;

use super::ops::{Act, Op, at};

/// A piece of the text, and what takes its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edit {
    start: usize,
    end: usize,
    text: String,
}

/// After which members new ones are written best, if they are there.
const NEIGHBOURS: [&str; 4] = ["gcStdout", "configMapName", "bootstrapImage", "cassandraImage"];

/// The edits of a text that do the same as `ops` do in the tree; `None` where
/// the text is written in a way that this cannot change.
pub(super) fn edits(text: &str, root: &Node, ops: &[Op]) -> Option<Vec<Edit>> {
    ops.iter().map(|op| edit(text, root, op)).collect()
}

/// The text with all edits made; `None` if they get in each other's way. Parts
/// that an alias repeats are edited once.
pub(super) fn apply(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    edits.sort();
    edits.dedup();
    let (mut result, mut done) = (String::with_capacity(text.len() + 256), 0);
    for edit in &edits {
        result.push_str(text.get(done..edit.start)?);
        result.push_str(&edit.text);
        done = edit.end;
    }
    result.push_str(text.get(done..)?);
    Some(result)
}

fn edit(text: &str, root: &Node, op: &Op) -> Option<Edit> {
    let parent = at(root, &op.above)?;
    let map = parent.as_map()?;
    let place = map.iter().position(|entry| entry.key == op.key);
    match (&op.act, place) {
        (Act::Set(value), Some(place)) => {
            let (_, old) = ends(map.iter().nth(place)?)?;
            Some(Edit { start: old.0, end: old.1, text: flow(value, is_json(text, old.0))? })
        }
        (Act::Become(name, value), Some(place)) => {
            let (key, old) = ends(map.iter().nth(place)?)?;
            Some(Edit { start: key.0, end: old.1, text: member(name, value, is_json(text, key.0))? })
        }
        (Act::Remove, Some(place)) => remove(text, map, place),
        (Act::Insert(value), None) => insert(text, parent, map, &op.key, value),
        _ => None,
    }
}

/// Where a member's name and its value stand.
fn ends(entry: &Entry) -> Option<((usize, usize), (usize, usize))> {
    let range = |span: Span| (span.start as usize, span.end as usize);
    let (key, value) = (range(entry.key_span?), range(entry.value.span()?));
    (key.1 < value.0 && value.0 < value.1).then_some((key, value))
}

/// The start of the line in which something is, and its end without the line feed.
fn line(text: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    let first = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let last = text.get(end..)?.find('\n').map_or(text.len(), |at| end + at);
    Some((first, last))
}

/// Takes a member out: its lines, or its piece of a line. A comment behind it stays.
fn remove(text: &str, map: &Map, place: usize) -> Option<Edit> {
    let entry = |at: usize| map.iter().nth(at).and_then(ends);
    let ((start, _), (_, end)) = entry(place)?;
    let cut = |start, end| Some(Edit { start, end, text: String::new() });
    let (first, last) = line(text, start, end)?;
    let alone = text.get(first..start)?.trim().is_empty();
    let behind = text.get(end..last)?.trim();
    if map.len() == 1 {
        let flow = text.get(..start)?.trim_end().ends_with('{');
        return Some(Edit { start, end, text: if flow { "" } else { "{}" }.to_owned() });
    }
    if alone && behind.is_empty() {
        return cut(first, (last + 1).min(text.len()));
    }
    if alone && behind.starts_with('#') {
        return cut(start, end + text.get(end..last)?.find('#')?);
    }
    match (entry(place + 1), place.checked_sub(1).and_then(entry)) {
        (Some(((next, _), _)), _) => text.get(end..next).filter(|between| !between.contains('#')).and_then(|_| cut(start, next)),
        (None, Some((_, (_, previous)))) => cut(previous, end),
        (None, None) => None,
    }
}

/// Adds a member: on lines of its own, or in front within braces.
fn insert(text: &str, parent: &Node, map: &Map, key: &SmolStr, value: &Value) -> Option<Edit> {
    let span = parent.span()?;
    let (start, end) = (span.start as usize, span.end as usize);
    let braces = text.get(start..)?.starts_with('{');
    if map.is_empty() {
        return braces.then(|| Some(Edit { start, end, text: format!("{{{}}}", member(key, value, false)?) }))?;
    }
    let ((first, _), _) = map.iter().next().and_then(ends)?;
    if braces {
        return Some(Edit { start: first, end: first, text: format!("{}, ", member(key, value, is_json(text, first))?) });
    }
    let (line_start, _) = line(text, first, first)?;
    let indent = " ".repeat(text.get(line_start..first)?.chars().count());
    let feed = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut alone = Map::new();
    alone.set(key.clone(), None, Node::made(value.clone()));
    let lines: Vec<_> = emit(&Node::made(Value::Map(alone))).lines().map(|line| format!("{indent}{line}{feed}")).collect();
    let lines = lines.concat();
    let named = |name: &&str| map.entry(name).and_then(|entry| line_after(text, entry));
    if let Some(at) = NEIGHBOURS.iter().find_map(named).or_else(|| map.iter().rev().find_map(|entry| line_after(text, entry))) {
        let missing = if text.get(..at)?.ends_with('\n') { "" } else { feed };
        return Some(Edit { start: at, end: at, text: format!("{missing}{lines}") });
    }
    let alone = text.get(line_start..first)?.trim().is_empty();
    alone.then_some(Edit { start: line_start, end: line_start, text: lines })
}

/// Where the line after a member begins that is all on one line.
fn line_after(text: &str, entry: &Entry) -> Option<usize> {
    let ((start, _), (from, to)) = ends(entry)?;
    let (_, last) = line(text, to, to)?;
    let value = text.get(from..to)?;
    let behind = text.get(to..last)?.trim();
    let block = value.starts_with(['|', '>', '&', '*']) || text.get(start..to)?.contains('\n');
    let scalar = !matches!(entry.value.value, Value::Map(_) | Value::List(_));
    (scalar && !block && (behind.is_empty() || behind.starts_with('#'))).then(|| (last + 1).min(text.len()))
}

/// Whether what stands there is in double quotes; then the file may be JSON, and stays it.
fn is_json(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with('"'))
}

/// A member on one line.
fn member(key: &str, value: &Value, json: bool) -> Option<String> {
    let value = flow(value, json)?;
    Some(if json { format!("\"{key}\": {value}") } else { format!("{key}: {value}") })
}

/// A value on one line.
fn flow(value: &Value, json: bool) -> Option<String> {
    match value {
        Value::Map(map) => {
            let members: Option<Vec<_>> = map.iter().map(|entry| member(&entry.key, &entry.value.value, json)).collect();
            Some(format!("{{{}}}", members?.join(", ")))
        }
        Value::List(_) => None,
        scalar if json => serde_json::to_string(&Node::made(scalar.clone())).ok(),
        scalar => Some(emit(&Node::made(scalar.clone())).trim_end().to_owned()),
    }
}
