//! Reads single values of the fleet file and collects what is wrong with them. Pure.

use std::fmt::Display;

use crate::finding::Finding;
use crate::names::{ClusterName, RingName, nearest};
use crate::source::{Sources, Span};
use crate::tree::{Map, Node, Path, Value};
use crate::yaml::{Ambiguous, Document};

use super::super::parse::{self, Fault};
use super::super::setting::{Choice, Located};
use super::keys::Keys;

/// Reads values; what is wrong with them is kept for the end.
pub(super) struct Reader<'a> {
    sources: &'a Sources,
    ambiguous: &'a [Ambiguous],
    findings: Vec<Finding>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(document: &'a Document, sources: &'a Sources) -> Self {
        Self { sources, ambiguous: &document.ambiguous, findings: Vec::new() }
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    pub(super) fn found(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
    }

    /// Reads a member, if it is there.
    pub(super) fn member<T>(
        &mut self,
        map: &Map,
        path: &Path<'_>,
        key: &str,
        read: impl FnOnce(&mut Self, &Node, &Path<'_>) -> Option<T>,
    ) -> Option<T> {
        read(self, map.get(key)?, &path.key(key))
    }

    /// The members `ring` and `cluster`, which say what a rule holds for; `clusters`
    /// are the fleet's, if all are known.
    pub(super) fn scope(
        &mut self,
        map: &Map,
        path: &Path<'_>,
        clusters: Option<&[ClusterName]>,
    ) -> (Option<RingName>, Option<ClusterName>) {
        let ring = self.member(map, path, "ring", |reader, node, path| reader.parsed(node, path, parse::ring));
        let cluster = self.member(map, path, "cluster", |reader, node, path| {
            reader.parsed(node, path, |text| parse::known_cluster(text, clusters))
        });
        (ring.map(|ring| ring.value), cluster.map(|cluster| cluster.value))
    }

    /// A member that must be there; `example` is what to write.
    pub(super) fn required<'n>(&mut self, map: &'n Map, path: &Path<'_>, key: &str, example: &str) -> Option<&'n Node> {
        let found = map.get(key);
        if found.is_none() {
            let path = path.key(key);
            self.findings.push(
                Finding::invalid(format!("`{path}` is missing"))
                    .at(first_key(map), "in this object")
                    .path(path.to_buf())
                    .why("there is no default for it")
                    .fix(format!("add {example}")),
            );
        }
        found
    }

    /// An object; keys that it may not have are reported.
    pub(super) fn object<'n>(&mut self, node: &'n Node, path: &Path<'_>, keys: Keys) -> Option<&'n Map> {
        let Some(map) = node.as_map() else {
            self.wrong_type(node, path, "an object", &format!("write an object with {}", keys.ticked()), None);
            return None;
        };
        for entry in map.iter().filter(|entry| !keys.has(&entry.key)) {
            let path = path.key(&entry.key);
            let near = nearest(&entry.key, keys.0.iter().copied());
            let finding = Finding::invalid(format!("the fleet file has no key `{path}`"))
                .at(entry.key_span, "")
                .path(path.to_buf())
                .why("what it should say would be ignored without a word")
                .fix(near.map_or_else(|| keys.instead_of(&entry.key), |name| format!("did you mean `{name}`?")));
            self.findings.push(match near {
                Some(name) => finding.replace(entry.key_span, name),
                None => finding,
            });
        }
        Some(map)
    }

    /// A list.
    pub(super) fn list<'n>(&mut self, node: &'n Node, path: &Path<'_>) -> Option<&'n [Node]> {
        match &node.value {
            Value::List(items) => Some(items),
            Value::Text(_) => {
                let instead = format!("[{}]", self.written(node));
                self.wrong_type(node, path, "a list", &format!("write `{instead}`"), Some(instead));
                None
            }
            _ => {
                self.wrong_type(node, path, "a list", "write a list, one element per line with `- ` before it", None);
                None
            }
        }
    }

    /// A text that is not empty.
    pub(super) fn text(&mut self, node: &Node, path: &Path<'_>) -> Option<Located<String>> {
        let text = self.str(node, path)?;
        Some(Located { value: text.to_owned(), span: node.span() })
    }

    fn str<'n>(&mut self, node: &'n Node, path: &Path<'_>) -> Option<&'n str> {
        match &node.value {
            Value::Text(text) if text.trim().is_empty() => self.empty(node, path),
            Value::Text(text) => return Some(text),
            Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
                let quoted = format!("\"{}\"", self.written(node));
                self.wrong_type(node, path, "a string", &format!("put it in quotes: {quoted}"), Some(quoted));
            }
            _ => self.wrong_type(node, path, "a string", "write a text", None),
        }
        None
    }

    /// A text that becomes something else.
    pub(super) fn parsed<T>(
        &mut self,
        node: &Node,
        path: &Path<'_>,
        parse: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Option<Located<T>> {
        let text = self.str(node, path)?;
        self.judged(node, path, parse(text))
    }

    /// What was made of a node, if that went well.
    pub(super) fn judged<T>(&mut self, node: &Node, path: &Path<'_>, result: Result<T, Fault>) -> Option<Located<T>> {
        match result {
            Ok(value) => Some(Located { value, span: node.span() }),
            Err(fault) => {
                self.fault(node.span(), path, fault);
                None
            }
        }
    }

    /// Reports a fault at its place.
    pub(super) fn fault(&mut self, span: Option<Span>, path: &Path<'_>, mut fault: Fault) {
        let instead = fault.instead.take();
        let finding = fault.finding().at(span, "").path(path.to_buf());
        self.findings.push(match instead {
            Some(text) => finding.replace(span, text),
            None => finding,
        });
    }

    /// A value of a fixed list.
    pub(super) fn choice<T: Choice>(&mut self, node: &Node, path: &Path<'_>) -> Option<Located<T>> {
        if node.as_str().is_some() {
            return self.parsed(node, path, parse::choice);
        }
        let known = T::ALL.iter().map(|value| value.as_str()).collect::<Vec<_>>().join(", ");
        self.wrong_type(node, path, &format!("one of {known}"), "write one of them, without anything around it", None);
        None
    }

    /// A whole number.
    pub(super) fn int(&mut self, node: &Node, path: &Path<'_>) -> Option<Located<i64>> {
        let Some(value) = node.as_int() else {
            self.wrong_type(node, path, "a whole number", "write a number without quotes, such as 20", None);
            return None;
        };
        self.clear(node, path, value)
    }

    /// `true` or `false`.
    pub(super) fn bool(&mut self, node: &Node, path: &Path<'_>) -> Option<Located<bool>> {
        let Some(value) = node.as_bool() else {
            self.wrong_type(node, path, "true or false", "write true or false, without quotes", None);
            return None;
        };
        self.clear(node, path, value)
    }

    /// A value that all readers of YAML take the same way.
    fn clear<T: Display>(&mut self, node: &Node, path: &Path<'_>, value: T) -> Option<Located<T>> {
        let span = node.span();
        if !self.ambiguous.iter().any(|ambiguous| Some(ambiguous.span) == span) {
            return Some(Located { value, span });
        }
        let text = self.written(node);
        self.findings.push(
            Finding::invalid(format!("`{path}: {text}` means {value} to some readers of YAML and something else to others"))
                .at(span, "")
                .path(path.to_buf())
                .why("people and tools would take the file differently")
                .fix(format!("write {value}, if that is meant")),
        );
        None
    }

    fn empty(&mut self, node: &Node, path: &Path<'_>) {
        self.findings.push(
            Finding::invalid(format!("{} is empty", named(path)))
                .at(node.span(), "")
                .path(path.to_buf())
                .why("it could mean the default or a forgotten value")
                .fix("write a value, or take the key out"),
        );
    }

    /// Reports a value of another type than wanted; `instead` is what to write in its place, where that is clear.
    pub(super) fn wrong_type(&mut self, node: &Node, path: &Path<'_>, wanted: &str, fix: &str, instead: Option<String>) {
        if node.is_null() {
            return self.empty(node, path);
        }
        let finding = Finding::invalid(format!("{} is {}; it must be {wanted}", named(path), node.value.kind()))
            .at(node.span(), "")
            .path(path.to_buf())
            .why("a value of another type has no meaning here")
            .fix(fix);
        self.findings.push(match instead {
            Some(text) => finding.replace(node.span(), text),
            None => finding,
        });
    }

    /// A scalar as the user wrote it.
    pub(super) fn written(&self, node: &Node) -> String {
        let slice = node.span().map(|span| self.sources.slice(span)).filter(|text| !text.is_empty());
        slice.map_or_else(|| without_source(&node.value), str::to_owned)
    }
}

fn without_source(value: &Value) -> String {
    match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Text(text) => text.to_string(),
        other => other.kind().to_owned(),
    }
}

fn named(path: &Path<'_>) -> String {
    let path = path.to_string();
    if path.is_empty() { "the fleet file".to_owned() } else { format!("`{path}`") }
}

/// Where an object begins: at its first key.
pub(super) fn first_key(map: &Map) -> Option<Span> {
    map.iter().find_map(|entry| entry.key_span)
}
