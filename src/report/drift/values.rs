//! Two values side by side: lines with `-` for what Git wants, `+` for what is
//! live, and the part of a line that differs. Pure.

use anstyle::{AnsiColor, Style as Paint};
use serde_json::Value as Json;
use similar::{ChangeTag, TextDiff};

use crate::check::Shown;
use crate::report::Style;
use crate::report::terminal;

/// A value with more lines is cut off; the JSON format has it whole.
const MOST_LINES: usize = 60;

/// Lines that are equal in both and shown around a difference.
const AROUND: usize = 3;

/// The lines, without line feeds.
pub(in crate::report) fn lines(wanted: Option<&Shown>, live: Option<&Shown>, style: Style) -> Vec<String> {
    let (old, new) = (readable(wanted), readable(live));
    let diff = TextDiff::from_lines(&old, &new);
    let mut lines = Vec::new();
    for (at, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if at > 0 {
            lines.push("  …".to_owned());
        }
        for change in group.iter().flat_map(|op| diff.iter_inline_changes(op)) {
            lines.push(line(change.tag(), change.iter_strings_lossy(), style));
        }
    }
    if lines.len() > MOST_LINES {
        let more = lines.len() - MOST_LINES;
        lines.truncate(MOST_LINES);
        lines.push(format!("  … and {more} more lines; `-o json` has them"));
    }
    lines
}

fn line<'a>(tag: ChangeTag, parts: impl Iterator<Item = (bool, std::borrow::Cow<'a, str>)>, style: Style) -> String {
    let (sign, paint) = match tag {
        ChangeTag::Equal => ("  ", Paint::new()),
        ChangeTag::Delete => ("- ", AnsiColor::Red.on_default()),
        ChangeTag::Insert => ("+ ", AnsiColor::Green.on_default()),
    };
    let mut out = painted(sign, paint, style);
    for (emphasised, part) in parts {
        let part = part.trim_end_matches(['\n', '\r']);
        if !part.is_empty() {
            let paint = if emphasised { paint.bold().underline() } else { paint };
            out.push_str(&painted(&terminal(part), paint, style));
        }
    }
    out
}

/// Text in a colour, where colour is wanted.
pub(super) fn painted(text: &str, paint: Paint, style: Style) -> String {
    match style {
        Style::Plain => text.to_owned(),
        Style::Colour => format!("{paint}{text}{paint:#}"),
    }
}

/// A value as lines: a text of several lines as it is, lists and objects one member per line.
fn readable(shown: Option<&Shown>) -> String {
    let Some(shown) = shown else { return String::new() };
    let text = match serde_json::from_str::<Json>(&shown.text) {
        Ok(Json::String(text)) if text.contains('\n') => text,
        Ok(json @ (Json::Array(_) | Json::Object(_))) => format!("{json:#}"),
        _ => shown.text.clone(),
    };
    if text.ends_with('\n') { text } else { text + "\n" }
}
