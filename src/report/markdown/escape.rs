//! Text from the input as GitHub's Markdown, without any power. Pure.
//!
//! A word that is not plainly a word is set as code: there GitHub makes no
//! markup, link, mention, reference or emoji out of it (docs/facts.md, Markdown
//! on GitHub). What was in backticks already stays code as a whole.

use std::fmt::Write as _;

use crate::report::terminal;

/// What stands around the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Where {
    /// A line of its own or the text of a list; never its first character.
    Line,
    /// A cell of a table.
    Cell,
    /// The inside of an HTML element, where Markdown does not hold.
    Html,
}

/// A longer text is cut off; the other formats have it whole.
const LONGEST: usize = 600;

/// Text of a few sentences, in one line.
pub(super) fn prose(text: &str, place: Where) -> String {
    let text = line(text, LONGEST);
    let mut out = String::with_capacity(text.len() + 16);
    let quoted = text.matches('`').count().is_multiple_of(2);
    if !quoted {
        words(&text, place, &mut out);
        return out;
    }
    for (at, part) in text.split('`').enumerate() {
        match at % 2 {
            0 => words(part, place, &mut out),
            _ if part.is_empty() => {}
            _ => out.push_str(&code(part, place)),
        }
    }
    out
}

/// One line without control characters, cut off where it is too long.
fn line(text: &str, longest: usize) -> String {
    let escaped = terminal(text);
    let mut chars = escaped.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    let kept: String = chars.by_ref().take(longest).collect();
    if chars.next().is_some() { kept + "…" } else { kept }
}

/// Words with blanks between them.
fn words(text: &str, place: Where, out: &mut String) {
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            out.push(' ');
        }
        if is_plain(word) {
            out.push_str(word);
        } else {
            let inner = word.trim_end_matches([',', '.', ';', ':', '?']);
            let (inner, after) = if inner.is_empty() { (word, "") } else { (inner, &word[inner.len()..]) };
            let _ = write!(out, "{}{after}", code(inner, place));
        }
    }
}

/// Whether nothing can be made of a word, wherever it stands in a line.
fn is_plain(word: &str) -> bool {
    let bare = word.trim_start_matches('(').trim_end_matches([',', '.', ';', ':', '?', ')', '…']);
    let letters = bare.chars().all(|c| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '–' | '…'));
    // A day or a time of day.
    let numbers = bare.len() <= 10 && bare.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ':'));
    // Seven hexadecimal digits may be a commit, and letters, a dash and digits a ticket.
    let commit = bare.len() >= 7 && bare.chars().all(|c| c.is_ascii_hexdigit()) && bare.contains(|c: char| c.is_ascii_digit());
    let ticket = bare.split_once('-').is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()));
    (letters && !commit && !ticket) || (numbers && !commit)
}

/// Text as code, in one line.
pub(super) fn code(text: &str, place: Where) -> String {
    let text = line(text, LONGEST);
    if text.trim().is_empty() {
        return String::new();
    }
    match place {
        Where::Html => html(&text),
        // A table's parser looks for bars before it knows of code.
        Where::Cell if text.contains('|') => html(&text),
        Where::Cell | Where::Line => ticks(&text),
    }
}

fn ticks(text: &str) -> String {
    let fence = "`".repeat(longest_run(text, '`') + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn html(text: &str) -> String {
    let mut out = String::from("<code>");
    for c in text.chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | '-' | '…') {
            out.push(c);
        } else {
            let _ = write!(out, "&#{};", u32::from(c));
            // Addresses are also looked for where no markup is.
            if c == '@' {
                out.push_str("&#8203;");
            }
        }
    }
    out + "</code>"
}

/// A block of lines as they are, between fences that none of them can close.
pub(super) fn fenced(lines: &[String], info: &str, longest: usize) -> String {
    let lines: Vec<_> = lines.iter().map(|text| line(text, longest)).collect();
    let run = lines.iter().map(|line| longest_run(line, '`')).max().unwrap_or(0);
    let fence = "`".repeat(run.max(2) + 1);
    let mut out = format!("{fence}{info}\n");
    for line in lines {
        out.push_str(&line);
        out.push('\n');
    }
    out + &fence + "\n"
}

fn longest_run(text: &str, of: char) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == of { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words_and_all_else_is_code() {
        let line = |text| prose(text, Where::Line);
        assert_eq!(
            line("nodes of `dc1` are lost (3 of them), aren't they?"),
            "nodes of `dc1` are lost (3 of them), aren't they?"
        );
        assert_eq!(line("see @team, #123 and GH-7."), "see `@team`, `#123` and `GH-7`.");
        assert_eq!(line("spec.topology.dc[0]: 2"), "`spec.topology.dc[0]`: 2");
        assert_eq!(line("[a](http://b)"), "`[a](http://b)`");
        assert_eq!(line("deadbeef1 cafe"), "`deadbeef1` cafe");
        assert_eq!(line("since 2026-11-17 14:20, 20261117"), "since 2026-11-17 14:20, `20261117`");
        assert_eq!(line("a `b"), "a `` `b ``");
        assert_eq!(line("a\n# b\u{1b}"), "a `#` `b\\u{1b}`");
        assert_eq!(line("``"), "");
    }

    #[test]
    fn cells_and_elements_have_no_bars_and_no_tags() {
        assert_eq!(prose("a|b", Where::Cell), "<code>a&#124;b</code>");
        assert_eq!(prose("<b>", Where::Cell), "`<b>`");
        assert_eq!(prose("<b> me@x.org", Where::Html), "<code>&#60;b&#62;</code> <code>me&#64;&#8203;x&#46;org</code>");
    }

    #[test]
    fn fences_are_longer_than_what_they_hold() {
        let lines = ["````".to_owned(), "x".repeat(9)];
        assert_eq!(fenced(&lines, "diff", 5), "`````diff\n````\nxxxxx…\n`````\n");
    }
}
