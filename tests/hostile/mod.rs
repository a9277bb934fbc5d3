//! Strings that some reader of YAML takes for something else, or chokes on.

/// Each is put into a document as a value, as a key and as an element.
#[rustfmt::skip]
pub(crate) const HOSTILE: &[&str] = &[
    // nothing, and blanks
    "", " ", "  ", "\t", " a", "a ", "\ta", "a\t", "a\tb", "a  b", "\u{a0}", "\u{a0}a", "\u{3000}", "a\u{a0}",
    // words of YAML 1.1 and 1.2
    "null", "Null", "NULL", "nULL", "~", "~a", "nil", "none", "None", "true", "True", "TRUE", "tRUE", "false", "False",
    "FALSE", "y", "Y", "yes", "Yes", "YES", "yEs", "n", "N", "no", "No", "NO", "on", "On", "ON", "oN", "off", "Off",
    "OFF",
    // numbers
    "0", "-0", "+0", "1", "-1", "+1", "123", "00", "01", "007", "08", "09", "0777", "-0777", "+0777", "0o7", "0o777",
    "-0o7", "0O7", "0o8", "0o-7", "0o+7", "0x1F", "0X1f", "-0x1", "+0x1", "0xG", "0x", "0x_1F", "0b11", "0B11", "0b2",
    "-0b1", "0b-1", "0b+1", "0b", "1_000", "1__0", "1_", "_1", "-1_0", "_", "__", "-_", "+_", "1_0.5", "0._5", "._5",
    "_.5", "1_0:30", "1e3", "1E3", "1e+3", "1e-3", "1.e3", ".5", "-.5", "+.5", "5.", "1.", ".", "..", "-.", "+.",
    ".e1", ".5e1", ".5_0", "1e", "1e+", "e1", "1e400", "-1e400", "1e-400", "0.0", "-0.0", "0.1", "1.10", "4.0", "3.11",
    "3.11.10", "1.2.3.4", "10.0.0.1", "1e21", "1e-7", "12e03", "9007199254740993", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
    "18446744073709551616", "123456789012345678901234567890", ".inf", ".Inf", ".INF", "-.inf", "+.inf", ".nan", ".NaN",
    ".NAN", "inf", "nan", "Infinity", "NaN", "1,000", "1 000", "0 1",
    // sexagesimal numbers and points in time
    "12:30", "12:30:00", "190:20:30", "1:60", "-1:30", "1:30.5", "0:0", "2026-01-01", "2026-1-1",
    "2001-12-14t21:59:43.10-05:00", "2001-12-14T21:59:43Z", "2001-12-14 21:59:43.10 -5", "2001-12-14 21:59:43",
    "2001-12-14 1:2:3,5", "2026-13-41", "2026-01",
    // units, versions and names of our world
    "1Gi", "100m", "0.5", "1k", "1.5Gi", "v1", "cassandra:3.11.10", "a.b/c", "-Xmx1G", "1e3Mi", "1E", "1e9", "1P",
    "0e0", "0E0",
    // indicators
    "=", "<<", "<", ">", "|", "|-", ">-", "-", "--", "---", "--- a", "---a", "...", "... a", "- a", "-a", "- - a", "?",
    "? a", "?a", ":", ": a", ":a", "a:", "a: b", "a:b", "a :b", "a : b", "#", "# a", "#a", "a #b", "a# b", "a#b",
    "a\t#b", ",", ",a", "a,b", "[", "]", "[]", "[a]", "{", "}", "{}", "{a: b}", "{{ a }}", "a]", "a}", "a[b", "&",
    "&a", "*", "*a", "**/x", "!", "!!", "!a", "!!str", "!!str a", "%", "%a", "%YAML 1.1", "@", "@a", "`", "`a`",
    "$HOME", "${A}", "$(A)",
    // quotes and backslashes
    "'", "''", "\"", "\"\"", "'a'", "\"a\"", "it's", "say \"hi\"", "it's \"so\"", "[\"routable\"]", "{\"a\": \"b\"}",
    "\\", "a\\", "\\n", "\\\"", "C:\\x", "'\"", "\"'\\",
    // several lines
    "\n", "\n\n", "a\n", "a\nb", "a\nb\n", "a\n\nb", "a\nb\n\n", "a\nb\n\n\n", "\na", "\n\na\n", " a\nb", "  a\n b\n",
    "\n a\nb", "a\n b\n  c\n", "\ta\nb", "\n\ta", "a\n\tb\n", "a \nb", "a\t\nb", "a\n \nb", "a\n\t\nb", "a\n ",
    "a\n\n ", "---\na\n", "a\n---\nb\n", "...\nb\n", "# a\nb\n", "a\n# b\n", "- a\n- b\n", "a: b\nc: d\n",
    "\"a\"\n'b'\n", "a\\\nb\n", "%a\nb\n", "#!/bin/sh\nset -e\necho \"$1\"\n", "a\r\nb\r\n", "a\rb", "\r", "\r\n",
    "a\n\rb", "|\n", ">\n a\n", "*a\n", "é\nü\n", "a\u{85}b\n", "a\u{2028}b\nc\n", "a\u{feff}\nb\n", "\u{7}\nb", "1\n",
    "null\n", "yes\n", "~\n", "2026-01-01\n", "    deep\n  less\n",
    // control and other special characters
    "\0", "a\0b", "\u{1}", "\u{7}", "\u{8}", "\u{b}", "\u{c}", "\u{e}", "\u{1b}[31m", "\u{1f}", "\u{7f}", "\u{80}",
    "\u{85}", "a\u{85}b", "\u{9f}", "\u{ad}", "\u{200b}", "\u{200e}", "\u{202e}abc", "\u{2028}", "\u{2029}",
    "a\u{2028}b", "a\u{2029}b", "\u{2066}a\u{2069}", "\u{feff}", "\u{feff}a", "a\u{feff}", "\u{fffd}", "\u{fffe}",
    "\u{ffff}", "\u{fdd0}", "\u{e000}", "\u{d7ff}", "\u{1fffe}", "\u{10ffff}", "🚀", "é", "e\u{301}", "中文", "👩‍👩‍👧",
    "ª", "٣", "１２３", "a\u{1}\nb\n",
];

/// A few that are long: nothing may be folded, and no key may become `? `.
pub(crate) fn long() -> Vec<String> {
    vec![
        "a".repeat(127),
        "a".repeat(129),
        "word ".repeat(60) + "end",
        "a: b # c ".repeat(40) + "end",
        "k".repeat(1000),
        "é".repeat(500),
        "k".repeat(1025),
        "k: ".repeat(700) + "k",
        format!("{}\n{}\n", "line ".repeat(50) + "end", "x".repeat(300)),
    ]
}
