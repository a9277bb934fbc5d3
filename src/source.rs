//! The texts that were read, and places in them.
//!
//! A [`Span`] is a byte range in one of the [`Sources`]; every value of the
//! program carries one, so that a finding can point to the line that the user
//! wrote, however many steps later. Pure: the text comes in as a string, and
//! line numbers are computed only when a finding is printed.

use std::sync::OnceLock;

/// Which of the read texts a span lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(u32);

/// A byte range `start..end` in one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The source that the bytes are in.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Where a span begins, as people count: from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Name of the file, as the user would write it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One text with its name.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    line_starts: OnceLock<Vec<u32>>,
}

impl Source {
    /// The file's name as the user would write it, or `<stdin>`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect()
        })
    }
}

/// All texts of a run, in the order in which they were read.
#[derive(Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a text. `name` is what messages will call it.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        self.0.push(Source { name: name.into(), text: text.into(), line_starts: OnceLock::new() });
        id
    }

    /// The source of an id that [`Sources::add`] gave.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }

    /// All sources, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.0.iter().enumerate().map(|(at, source)| (SourceId(u32::try_from(at).unwrap_or(u32::MAX)), source))
    }

    /// The text under a span.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.source).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// File, line and column at which a span begins.
    pub fn position(&self, span: Span) -> Position {
        let source = self.get(span.source);
        let starts = source.line_starts();
        let line = starts.partition_point(|start| *start <= span.start).max(1);
        let begin = starts[line - 1] as usize;
        let column = source.text.get(begin..span.start as usize).map_or(0, |text| text.chars().count());
        Position { file: source.name.clone(), line, column: column + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", "x: 1\nüb: 2\n");
        let at = |start| sources.position(Span { source: id, start, end: start + 1 }).to_string();
        assert_eq!(at(0), "a.yaml:1:1");
        assert_eq!(at(3), "a.yaml:1:4");
        assert_eq!(at(5), "a.yaml:2:1");
        assert_eq!(at(10), "a.yaml:2:5");
        assert_eq!(sources.slice(Span { source: id, start: 5, end: 8 }), "üb");
    }
}
