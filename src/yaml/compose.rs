//! Events of the YAML parser → [`Document`]s: anchors, limits, and the place
//! of every key and value.
//!
//! Plain scalars are typed as Go types them ([`super::scalar`]); those that
//! readers disagree about are listed beside the tree, because only the schema
//! can tell whether the disagreement matters. Pure.

mod typed;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, StrInput, StructureStyle, Tag};

use crate::finding::Finding;
use crate::source::{SourceId, Sources, Span};
use crate::tree::{Layer, Node, Origin, SmolStr, Value};

use super::mapping::Mapping;
use super::scalar::{Readings, Scalar, key_name, readings};
use super::syntax::{self, Fallible};
use typed::{Written, typed};

/// How deep collections may lie in each other, aliases expanded. Kubernetes
/// objects have less than 30 levels.
pub const MAX_DEPTH: usize = 100;

/// How far behind its start a key may end, in characters. YAML says 1,024, but
/// JSON has no such limit; the parser buffers what could still become a key, so there must be one.
const MAX_KEY_LENGTH: usize = 1 << 16;

/// How many plain scalars of a document readers may disagree about.
const MAX_AMBIGUOUS: usize = 10_000;

/// One YAML or JSON document.
#[derive(Debug)]
pub struct Document {
    /// Its value; every node is `Written(Layer::Document, …)`. A scalar's place
    /// is its own text, with the quotes; a collection's reaches from its first
    /// to its last character; an aliased node has the places of its anchor.
    pub root: Node,
    /// Plain scalars (values and keys) that readers read differently, by place, in order of their start.
    pub ambiguous: Vec<Ambiguous>,
}

/// A plain scalar that not all readers read alike.
#[derive(Clone, Debug)]
pub struct Ambiguous {
    /// Its place.
    pub span: Span,
    /// What the readers make of it. For a key [`Scalar::Text`] is its text, and
    /// any other scalar its JSON spelling in a string.
    pub readings: Readings,
}

/// What a run may still read; shared by all its sources, so that many small
/// files cannot do what one large file may not.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Bytes of text left.
    pub bytes: usize,
    /// Nodes left, after anchors are expanded.
    pub nodes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes: 32 << 20, nodes: 500_000 }
    }
}

/// Reads all documents of a source; empty ones (only comments) are left out.
///
/// # Errors
/// The first thing that is wrong with the text, with its place.
pub fn compose(sources: &Sources, id: SourceId, budget: &mut Budget) -> Result<Vec<Document>, Finding> {
    let text = sources.get(id).text();
    let place = |start, end| syntax::place(id, start, end);
    let Some(left) = budget.bytes.checked_sub(text.len()) else {
        return Err(Finding::invalid(format!(
            "the input is too large: {} bytes, and {} are left of what one run may read",
            text.len(),
            budget.bytes
        ))
        .at(place(0, 0), "")
        .why("a limit keeps a damaged or hostile file from taking all memory")
        .fix("check that this is the right file; split the sources into several runs if it is"));
    };
    budget.bytes = left;
    if let Some(at) = text.find('\0') {
        return Err(Finding::invalid("there is a NUL byte in the text, which YAML does not allow")
            .at(place(at, at + 1), "NUL byte")
            .fix("check that the file is text and was not damaged, and remove the byte"));
    }
    Composer::new(text, id, budget).documents().map_err(|finding| *finding)
}

/// What an alias stands for.
enum Anchor {
    /// Its node is still being read.
    Open,
    /// Its node; for a scalar, its name as a key, too.
    Done { node: Node, count: usize, height: usize, key: Option<SmolStr> },
}

/// What stands for a member's name.
pub(super) enum Key {
    /// A name.
    Name(SmolStr),
    /// `<<`
    Merge,
}

/// Reads the events of one source.
pub(super) struct Composer<'t, 'b> {
    parser: Parser<'t, StrInput<'t>>,
    text: &'t str,
    source: SourceId,
    budget: &'b mut Budget,
    anchors: HashMap<usize, Anchor>,
    ambiguous: Vec<Ambiguous>,
    depth: usize,
    /// Where the last scalar, alias or bracket ended.
    end: usize,
}

impl<'t, 'b> Composer<'t, 'b> {
    fn new(text: &'t str, source: SourceId, budget: &'b mut Budget) -> Self {
        let options = granit_parser::options! {
            emit_comments: false,
            emit_unresolved_aliases: true,
            simple_key_max_lookahead: MAX_KEY_LENGTH,
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
        };
        let parser = Parser::new_from_str_with_options(text, options);
        Self { parser, text, source, budget, anchors: HashMap::new(), ambiguous: Vec::new(), depth: 0, end: 0 }
    }

    fn documents(mut self) -> Fallible<Vec<Document>> {
        let mut documents = Vec::new();
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(documents),
                (Event::DocumentStart(..), _) => {
                    self.anchors.clear();
                    let (event, span) = self.next()?;
                    let empty = matches!(&event, Event::Scalar(_, ScalarStyle::Plain, 0, None) if is_empty(span));
                    let root = self.node(event, span)?;
                    if !empty {
                        documents.push(Document { root, ambiguous: std::mem::take(&mut self.ambiguous) });
                    }
                }
                _ => {}
            }
        }
    }

    /// The next event and its place. The parser's own span is four times as large, and all of this is moved a lot.
    pub(super) fn next(&mut self) -> Fallible<(Event<'t>, Span)> {
        match self.parser.next_event() {
            Some(Ok((event, range))) => {
                let (start, end) = range.byte_range().map_or((self.end, self.end), |range| (range.start, range.end));
                Ok((event, syntax::place(self.source, start, end)))
            }
            Some(Err(error)) => Err(syntax::explain(&error, self.text, self.source).into()),
            None => Ok((Event::StreamEnd, syntax::place(self.source, self.end, self.end))),
        }
    }

    /// The node that an event begins.
    pub(super) fn node(&mut self, event: Event<'t>, span: Span) -> Fallible<Node> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let span = self.trimmed(span, style);
                self.scalar(&Written { text, style, tag, span }, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => self.collection(span, anchor, tag.as_deref(), "seq"),
            Event::MappingStart(_, anchor, tag) => self.collection(span, anchor, tag.as_deref(), "map"),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::UnresolvedAlias(name) => Err(unknown_alias(&name, span).into()),
            _ => Err(Finding::invalid("a value is missing here").at(span, "").into()),
        }
    }

    /// The node that an event begins, as the value of a member.
    ///
    /// Of a list that is not indented below its key the parser says that it
    /// begins behind its first `-`.
    pub(super) fn member(&mut self, event: Event<'t>, span: Span) -> Fallible<Node> {
        let dash = match &event {
            Event::SequenceStart(StructureStyle::Block, ..) => self.dash_before(span.start as usize),
            _ => None,
        };
        let start = dash.map_or(span.start, syntax::offset);
        self.node(event, Span { start, ..span })
    }

    /// The dash that is the first character of a line, if this is further right in that line.
    fn dash_before(&self, start: usize) -> Option<usize> {
        let line = self.text.get(..start)?.rsplit('\n').next()?;
        let line = line.trim_start_matches([' ', '\t']);
        line.starts_with('-').then(|| start - line.len())
    }

    /// A member's name, or `<<`.
    pub(super) fn key(&mut self, event: Event<'t>, span: Span) -> Fallible<Key> {
        self.end = span.end as usize;
        let key = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let written = Written { text, style, tag, span };
                if written.is_merge() {
                    return Ok(Key::Merge);
                }
                let name = self.name(&written)?;
                if anchor != 0 {
                    charge(self.budget, 1, span)?;
                    let node = written_node(span, typed(&written)?.0);
                    self.anchors.insert(anchor, Anchor::Done { node, count: 1, height: 0, key: Some(name.clone()) });
                }
                name
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(Anchor::Done { key: Some(name), .. }) => name.clone(),
                _ => return Err(complex_key(span).into()),
            },
            Event::UnresolvedAlias(name) => return Err(unknown_alias(&name, span).into()),
            _ => return Err(complex_key(span).into()),
        };
        Ok(Key::Name(key))
    }

    fn scalar(&mut self, written: &Written<'t>, anchor: usize) -> Fallible<Node> {
        let span = written.span;
        charge(self.budget, 1, span)?;
        self.end = span.end as usize;
        let (value, readings) = typed(written)?;
        if let Some(readings) = readings.filter(|readings| !readings.agree()) {
            self.note(Ambiguous { span, readings })?;
        }
        let node = written_node(span, value);
        if anchor != 0 {
            charge(self.budget, 1, span)?;
            let key = key_name(&written.text).ok().filter(|_| written.is_plain()).map(SmolStr::new);
            let key = key.or_else(|| node.as_str().map(SmolStr::new));
            self.anchors.insert(anchor, Anchor::Done { node: node.clone(), count: 1, height: 0, key });
        }
        Ok(node)
    }

    fn note(&mut self, ambiguous: Ambiguous) -> Fallible<()> {
        if self.ambiguous.len() >= MAX_AMBIGUOUS {
            return Err(Finding::invalid(format!("more than {MAX_AMBIGUOUS} values are not read the same way by every reader"))
                .at(ambiguous.span, "this is one more")
                .why("a limit keeps a damaged or hostile file from taking all memory")
                .fix("put values such as `yes`, `1e3` or `0o7` in quotes if strings are meant; check that this is the right file")
                .into());
        }
        self.ambiguous.push(ambiguous);
        Ok(())
    }

    fn collection(&mut self, span: Span, anchor: usize, tag: Option<&Tag>, kind: &str) -> Fallible<Node> {
        charge(self.budget, 1, span)?;
        self.end = span.end as usize;
        if let Some(tag) = tag.filter(|tag| tag.core_suffix() != Some(kind)) {
            return Err(syntax::unusable_tag(tag, span).into());
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(syntax::too_deep(span).into());
        }
        if anchor != 0 {
            self.anchors.insert(anchor, Anchor::Open);
        }
        let value = if kind == "map" { Value::Map(Mapping::read(self)?) } else { Value::List(self.items()?.into()) };
        self.depth -= 1;
        let node = written_node(Span { end: syntax::offset(self.end).max(span.end), ..span }, value);
        if anchor != 0 {
            let (count, height) = (node.count(), height(&node));
            charge(self.budget, count, span)?;
            self.anchors.insert(anchor, Anchor::Done { node: node.clone(), count, height, key: None });
        }
        Ok(node)
    }

    fn items(&mut self) -> Fallible<Vec<Node>> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                self.close(span);
                return Ok(items);
            }
            items.push(self.node(event, span)?);
        }
    }

    /// Notes where a collection ended: behind its bracket, if it has one.
    pub(super) fn close(&mut self, span: Span) {
        if !is_empty(span) {
            self.end = span.end as usize;
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Fallible<Node> {
        self.end = span.end as usize;
        match self.anchors.get(&anchor) {
            Some(Anchor::Done { node, count, height, .. }) => {
                if self.depth + height > MAX_DEPTH {
                    return Err(syntax::too_deep(span).into());
                }
                charge(self.budget, *count, span)?;
                Ok(node.clone())
            }
            _ => Err(Finding::invalid("an alias stands inside the value that its own anchor names, which would never end")
                .at(span, "this alias")
                .fix("write the value out, or move the anchor to a value that does not hold the alias")
                .into()),
        }
    }

    /// A scalar's place without the blanks and line breaks at the end of a block scalar.
    fn trimmed(&self, span: Span, style: ScalarStyle) -> Span {
        let text = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => self.text.get(span.start as usize..span.end as usize),
            _ => None,
        };
        let kept = |text: &str| span.start + syntax::offset(text.trim_end_matches([' ', '\t', '\r', '\n']).len());
        Span { end: text.map_or(span.end, kept), ..span }
    }

    /// A scalar's name as a key.
    fn name(&mut self, written: &Written<'t>) -> Fallible<SmolStr> {
        if !written.is_plain() {
            return match typed(written)?.0 {
                Value::Text(text) => Ok(text),
                _ => Err(complex_key(written.span).into()),
            };
        }
        match key_name(&written.text) {
            Ok(name) => {
                if name != written.text {
                    let readings = Readings { kyaml: Scalar::Text, ..readings(&written.text) };
                    self.note(Ambiguous { span: written.span, readings })?;
                }
                Ok(SmolStr::new(name))
            }
            Err(why) => Err(Finding::invalid(format!("the key {why}"))
                .at(written.span, "this key")
                .why("members of an object have strings as names")
                .fix("quote the key, or write the name that is missing")
                .into()),
        }
    }
}

/// Takes nodes from the budget. Called before nodes are made, so that an
/// alias to something large costs nothing when it is refused.
fn charge(budget: &mut Budget, count: usize, span: Span) -> Fallible<()> {
    let Some(left) = budget.nodes.checked_sub(count) else {
        let most = Budget::default().nodes;
        return Err(Finding::invalid(format!("the sources of one run have more than {most} values, aliases expanded"))
            .at(span, "the limit is reached here")
            .why("a limit keeps a damaged or hostile file from taking all memory")
            .fix("check that this is the right file, and that aliases do not multiply each other; split the sources into several runs").into());
    };
    budget.nodes = left;
    Ok(())
}

fn is_empty(span: Span) -> bool {
    span.start == span.end
}

/// How many levels lie below a node.
fn height(node: &Node) -> usize {
    match &node.value {
        Value::List(items) => 1 + items.iter().map(height).max().unwrap_or(0),
        Value::Map(map) => 1 + map.iter().map(|entry| height(&entry.value)).max().unwrap_or(0),
        _ => 0,
    }
}

fn unknown_alias(name: &str, span: Span) -> Finding {
    Finding::invalid(format!("the alias `*{name}` has no anchor `&{name}` before it in the same document"))
        .at(span, "this alias")
        .fix(format!("define `&{name}` further up, or quote the value if it is text that begins with `*`"))
}

fn written_node(span: Span, value: Value) -> Node {
    Node { value, origin: Origin::Written(Layer::Document, span) }
}

fn complex_key(span: Span) -> Finding {
    Finding::invalid("a key is not a string")
        .at(span, "this key")
        .why("members of an object have strings as names; JSON, and so Kubernetes, has no other keys")
        .fix("write a string; if `{{ … }}` stands here, this is a template that has to be rendered first")
}
