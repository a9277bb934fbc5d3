//! Text from manifests has no power in any format: a table of attacks is tried in
//! every place of every format.

#![cfg(test)]

use multicasskop::report::{Format, log, terminal};

use crate::formats::assert_sarif;
use crate::markdown::{found_in_bare, read};
use crate::pages::{all_of, render};

const ATTACKS: [&str; 44] = [
    "\u{1b}[31mred\u{1b}]0;title\u{7}",
    "\u{9b}2J\u{0}\u{8}\u{7f}",
    "a\u{202e}b\u{2066}c\u{200f}",
    "line\nbreak\r\nand\rmore\u{2028}x",
    "\n\n# heading\n\n* [ ] list\n",
    "\n```\nout of the fence\n```\n",
    "`````",
    "a `b` c ` d `` e",
    "~~~\nx\n~~~",
    "</details></summary><h1>x</h1>",
    "<details><details>",
    "| a | b |\n|---|---|\n| c | d |",
    "a|b\\|c\\\\|d",
    "\\",
    "\\`x\\`",
    "[link](https://evil.example) ![image](https://evil.example/x.png)",
    "[ref]: https://evil.example\n[ref]",
    "<https://evil.example>",
    "https://evil.example/a?b=c www.evil.example ftp://evil.example",
    "me@evil.example mailto:me@evil.example xmpp:me@evil.example",
    "@team @org/team a@b",
    "#123 GH-1 org/repo#45 deadbeef1 deadbeef1deadbeef1deadbeef1deadbeef1dead",
    ":tada: $x^2$ $$y$$ ~~s~~ [^1] **b** __i__ ==m==",
    "> quote\n---\n***\n===",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "<style>*{display:none}</style><!-- ",
    "-->",
    "--><script>",
    "]]><x>&amp;&#0;&lol;",
    "<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]>&y;",
    "\u{fffe}\u{ffff}\u{b}",
    "::error file=x::fake",
    "\n::stop-commands::x\n::add-mask::y",
    "%0A::error::x%25",
    "a,line=1::b:c",
    "##[error]fake",
    "{0} {1} {{2}}",
    "[click](1)",
    "../../etc/passwd",
    "",
    "   ",
];

/// Repeated, so that a text is also cut off in the middle of each.
fn attacks() -> impl Iterator<Item = String> {
    let long = ATTACKS.iter().map(|attack| attack.repeat(1 + 1_300 / attack.len().max(1)));
    ATTACKS.iter().map(|attack| (*attack).to_owned()).chain(long)
}

/// Characters that do something instead of being seen.
fn active(text: &str) -> bool {
    text.chars().any(|c| c != '\n' && terminal(&c.to_string()).starts_with("\\u{"))
}

#[test]
fn nothing_becomes_markup_in_markdown() {
    for attack in attacks() {
        for format in [Format::Markdown, Format::Comment] {
            let text = render(&all_of(&attack), format);
            let seen = read(&text);
            assert!(seen.wrong.is_empty(), "{attack:?}: {:?}\n{text}", seen.wrong);
            assert_eq!(seen.open_details, 0, "{attack:?}\n{text}");
            assert!(seen.columns.iter().all(|cells| *cells == 3), "{attack:?}: {:?}\n{text}", seen.columns);
            assert_eq!(found_in_bare(&seen.bare), [""; 0], "{attack:?}: {}\n{text}", seen.bare);
            assert!(!active(&text), "{attack:?}\n{text:?}");
        }
    }
}

/// The tags of ours; an attribute or tag of the input would be another one.
#[test]
fn nothing_becomes_markup_in_html() {
    let clean = tags(&render(&all_of("harmless"), Format::Html));
    for attack in attacks() {
        let text = render(&all_of(&attack), Format::Html);
        for tag in tags(&text) {
            let known = clean.contains(&tag) || tag == "<code>" || tag == "</code>" || tag == "<del>" || tag == "<ins>";
            assert!(known, "{attack:?}: {tag}");
        }
        assert!(!active(&text), "{attack:?}");
    }
}

/// All tags, with their attributes but the values that are free text.
fn tags(html: &str) -> std::collections::BTreeSet<String> {
    html.split('<').skip(1).map(|rest| format!("<{}", rest.split_inclusive('>').next().unwrap())).collect()
}

#[test]
fn junit_stays_xml_and_says_what_was_meant() {
    for attack in attacks() {
        let text = render(&all_of(&attack), Format::Junit);
        let xml = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{attack:?}: {error}\n{text}"));
        let names: std::collections::BTreeSet<_> =
            xml.descendants().filter(roxmltree::Node::is_element).map(|node| node.tag_name().name().to_owned()).collect();
        let ours = ["testsuites", "testsuite", "testcase", "failure", "error", "system-out"];
        assert!(names.iter().all(|name| ours.contains(&name.as_str())), "{attack:?}: {names:?}");
        let line_feeds = |c: char| c == '\n' || c == '\t';
        assert!(!text.chars().any(|c| c.is_control() && !line_feeds(c)), "{attack:?}");
    }
}

#[test]
fn no_workflow_command_is_made_by_the_input() {
    for attack in attacks() {
        let text = render(&all_of(&attack), Format::Github);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{attack:?}\n{text}");
        for (line, command) in lines.iter().zip(["::error ", "::warning ", "::notice "]) {
            let rest = line.strip_prefix(command).unwrap_or_else(|| panic!("{attack:?}\n{text}"));
            let (properties, message) = rest.split_once("::").unwrap();
            let names: Vec<_> = properties.split(',').map(|one| one.split_once('=').unwrap().0).collect();
            let ours = ["file", "line", "endLine", "col", "endColumn", "title"];
            assert!(names.iter().all(|name| ours.contains(name)), "{attack:?}: {names:?}");
            assert!(!message.contains("##["), "{attack:?}\n{text}");
        }
        assert!(!active(&text), "{attack:?}");
    }
}

#[test]
fn sarif_stays_sarif_without_links() {
    for attack in ATTACKS {
        let text = render(&all_of(attack), Format::Sarif);
        let log = assert_sarif(&text);
        for result in log["runs"][0]["results"].as_array().unwrap() {
            let message = result["message"]["text"].as_str().unwrap();
            let unescaped = message.replace("\\\\", "").replace("\\[", "").replace("\\]", "");
            assert!(!unescaped.contains(['[', ']']), "{attack:?}: {message}");
            assert!(!active(message), "{attack:?}");
            for location in result["locations"].as_array().into_iter().flatten() {
                let uri = location["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
                assert!(uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"`{}|\\".contains(&byte)), "{attack:?}: {uri}");
            }
        }
    }
}

#[test]
fn a_metric_stays_a_line() {
    for attack in ATTACKS {
        let text = render(&all_of(attack), Format::Prometheus);
        let good = |line: &str| line.starts_with("# ") || line.starts_with("multicasskop_drift_");
        assert!(text.split('\n').filter(|line| !line.is_empty()).all(good), "{attack:?}\n{text}");
    }
}

/// Text goes to the log of a workflow, where a line can be a command.
#[test]
fn text_for_a_terminal_holds_no_workflow_command() {
    for attack in ATTACKS {
        let escaped = terminal(attack);
        let text = log(&escaped);
        let command = |line: &str| line.trim_start().strip_prefix("::").is_some_and(|rest| rest.contains("::"));
        assert!(!text.lines().any(command) && !text.contains("##["), "{attack:?}: {text}");
    }
}
