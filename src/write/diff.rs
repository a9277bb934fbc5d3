//! Unified diffs of files, as text without colour. Pure.

use std::borrow::Cow;

use similar::TextDiff;

/// More than this many lines are not compared: the time grows with the square.
const MOST_LINES: usize = 20_000;

/// How a file differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDiff {
    /// The file, as the user would write it.
    pub path: String,
    /// The unified diff, with its two header lines. May hold parts of the file
    /// unescaped.
    pub text: String,
}

/// One side of a diff: what it is called, and the bytes; `None` for no file.
pub(super) struct Side<'a> {
    pub(super) name: String,
    pub(super) bytes: Option<&'a [u8]>,
}

/// The unified diff of two files; line endings mean nothing.
pub(super) fn unified(old: &Side<'_>, new: &Side<'_>) -> String {
    let (from, to) = (text(old), text(new));
    if from.lines().count() + to.lines().count() > MOST_LINES {
        return format!("--- {}\n+++ {}\nthe files are too long to be compared line by line\n", old.name, new.name);
    }
    TextDiff::from_lines(&*from, &*to).unified_diff().context_radius(3).header(&old.name, &new.name).to_string()
}

fn text<'a>(side: &Side<'a>) -> Cow<'a, str> {
    let text = String::from_utf8_lossy(side.bytes.unwrap_or_default());
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: &[u8], new: &[u8]) -> String {
        let side = |name: &str, bytes| Side { name: name.to_owned(), bytes: Some(bytes) };
        unified(&side("a/x", old), &side("b/x", new))
    }

    #[test]
    fn a_diff_shows_lines_and_not_line_endings() {
        assert_eq!(diff(b"a\r\nb\r\n", b"a\nc\n"), "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
    }

    #[test]
    fn long_files_are_not_compared() {
        let long = |line: &str| line.repeat(15_000).into_bytes();
        assert!(diff(&long("a\n"), &long("b\n")).contains("too long"));
    }
}
