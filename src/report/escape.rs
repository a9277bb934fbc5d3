//! Text from the input, made harmless for a terminal. Pure.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character does something to a terminal instead of being seen:
/// control characters, and those that turn the direction of text around.
fn is_active(c: char) -> bool {
    let bidi = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = matches!(c, '\u{2028}' | '\u{2029}');
    (c.is_control() && c != '\n') || bidi || breaks
}

/// Writes active characters as `\u{1b}`; line feeds and tabs stay.
pub fn terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_active(c) && c != '\t') {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_active(c) && c != '\t' {
            let _ = write!(escaped, "\\u{{{:x}}}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// Lines for people, made harmless for the log of a GitHub workflow, which takes
/// `::command::` at the beginning of a line and `##[command]` anywhere for commands.
pub fn log(text: &str) -> Cow<'_, str> {
    let command = |line: &str| line.trim_start().strip_prefix("::").is_some_and(|rest| rest.contains("::"));
    if !text.contains("##[") && !text.lines().any(command) {
        return Cow::Borrowed(text);
    }
    let line = |line: &str| {
        let line = line.replace("##[", "#\\u{23}[");
        if command(&line) { line.replacen("::", "\\u{3a}:", 1) } else { line }
    };
    Cow::Owned(text.split_inclusive('\n').map(line).collect())
}

/// A word as a shell takes it.
pub fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_active_is_left() {
        let attack = "a\u{1b}[31mb\u{9b}2Jc\u{202e}d\r\u{7}\u{0}e\u{2066}\u{200f}\u{61c}\u{2028}";
        let escaped = terminal(attack);
        assert!(!escaped.chars().any(is_active), "{escaped}");
        assert!(escaped.starts_with("a\\u{1b}[31mb\\u{9b}2Jc\\u{202e}d\\u{d}"), "{escaped}");
        assert_eq!(terminal("ünï ☃\tx\ny"), "ünï ☃\tx\ny");
    }

    #[test]
    fn a_line_is_no_workflow_command() {
        assert_eq!(log("a\n  ::add-mask::x\n::1\nb ##[error]"), "a\n  \\u{3a}:add-mask::x\n::1\nb #\\u{23}[error]");
        assert_eq!(log("a::b::c\n"), "a::b::c\n");
    }
}
