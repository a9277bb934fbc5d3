//! Nodes → YAML that every reader takes the same way.
//!
//! The serializer quotes what YAML 1.1 or 1.2 would type, as value and as key.
//! Around it, this decides how a string is written, so that Go's readers get it
//! back, a file has no blanks at the ends of lines, and diffs stay small: no
//! folding, and lists not indented below their key. Pure.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_saphyr::{DoubleQuoted, SingleQuoted};

use crate::tree::{Entry, Node, Value};

/// Writes a node as one YAML document: block style, two spaces, members in
/// their order, a line feed at the end, no document start.
pub fn emit(node: &Node) -> String {
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    let mut text = String::new();
    if serde_saphyr::to_fmt_writer_with_options(&mut text, &Yaml(node), options).is_err() {
        // A string takes all that is written and every value has a spelling. Were that ever wrong: JSON is YAML, too.
        text = serde_json::to_string(node).unwrap_or_default() + "\n";
    }
    without_blank_lines(text)
}

/// The serializer indents the empty lines of a block literal; they are the only
/// lines with blanks at the end, because such strings are not written as literals.
fn without_blank_lines(text: String) -> String {
    if !text.contains(" \n") {
        return text;
    }
    let mut kept = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        kept.push_str(if line.trim_start_matches(' ') == "\n" { "\n" } else { line });
    }
    kept
}

struct Yaml<'a>(&'a Node);

impl Serialize for Yaml<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.value {
            Value::Text(text) => string(text, serializer),
            Value::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Yaml(item))?;
                }
                list.end()
            }
            Value::Map(map) => {
                let mut object = serializer.serialize_map(Some(map.len()))?;
                for Entry { key, value, .. } in map {
                    object.serialize_entry(key.as_str(), &Yaml(value))?;
                }
                object.end()
            }
            scalar => scalar.serialize(serializer),
        }
    }
}

fn string<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if text.contains('\n') {
        return if is_awkward(text) { DoubleQuoted(text).serialize(serializer) } else { serializer.serialize_str(text) };
    }
    // `'["routable"]'`, as kubectl prints it, is easier on the eye than escaped quotes.
    if text.contains('"') && text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'\'') {
        return SingleQuoted(text).serialize(serializer);
    }
    serializer.serialize_str(text)
}

/// Whether a string of several lines is no block literal: one without any text,
/// one whose text begins with a tab, which go-yaml refuses, and one with blanks
/// at the end of a line, which editors remove.
fn is_awkward(text: &str) -> bool {
    let begin = text.trim_start_matches('\n');
    begin.is_empty() || begin.starts_with('\t') || text.split('\n').any(|line| line.ends_with([' ', '\t']))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn assert_emits(json: &serde_json::Value, text: &str) {
        assert_eq!(emit(&Node::from(json)), text);
    }

    #[test]
    fn objects_and_lists_are_laid_out_as_kubectl_does() {
        assert_emits(
            &json!({"a": {"b": [{"c": 1, "d": [2, []]}, "e"], "f": {}, "g": null, "h": true, "i": 0.1}}),
            "a:\n  b:\n  - c: 1\n    d:\n    - 2\n    - []\n  - e\n  f: {}\n  g: null\n  h: true\n  i: 0.1\n",
        );
    }

    #[test]
    fn strings_that_look_like_something_else_are_quoted() {
        for text in ["yes", "1e3", "0o7", "2026-01-01", "null", "~", "=", "<<", "1_000", "0X1f", "12:30", ""] {
            assert_emits(&json!({ text: [text] }), &format!("\"{text}\":\n- \"{text}\"\n"));
        }
        assert_emits(&json!(["[\"routable\"]", "it's \"so\""]), "- '[\"routable\"]'\n- it's \"so\"\n");
        assert_emits(&json!("a\u{85}\u{2028}\u{fffe}\u{7}"), "\"a\\N\\L\\uFFFE\\a\"\n");
    }

    #[test]
    fn strings_of_several_lines_are_literals_without_blanks_at_line_ends() {
        assert_emits(
            &json!({"a": "x\n\n  y\n", "b": ["x\ny"], "c": " x\n"}),
            "a: |\n  x\n\n    y\nb:\n- |-\n  x\n  y\nc: |2\n   x\n",
        );
        assert_emits(&json!(["\tx\n", "x \ny", "\n"]), "- \"\\tx\\n\"\n- \"x \\ny\"\n- \"\\n\"\n");
    }

    #[test]
    fn long_lines_are_not_folded() {
        let long = "word ".repeat(100) + "end";
        assert_emits(&json!({ "a": long }), &format!("a: {long}\n"));
    }
}
