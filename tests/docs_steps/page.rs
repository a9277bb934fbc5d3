//! A page in Markdown → its steps.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// One step of a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Copy(String),
    Run { script: String, exits: i32 },
    Hidden(String),
    Elsewhere(String),
    File { path: String, text: String },
    Edit { path: String, before: String, after: String },
    Output { text: String, range: Range<usize> },
}

/// The steps of a page with the lines that they begin on.
pub(crate) fn steps(text: &str) -> Vec<(usize, Step)> {
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    let mut steps = Vec::new();
    let mut block: Option<(String, usize, Option<Range<usize>>)> = None;
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => block = Some((info.to_string(), range.start, None)),
            Event::Text(_) => {
                if let Some((_, _, content)) = &mut block {
                    let start = content.as_ref().map_or(range.start, |content| content.start);
                    *content = Some(start..range.end);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                let Some((info, start, Some(content))) = block.take() else { continue };
                if let Some(step) = of_block(&info, &text[content.clone()], content, line(start)) {
                    steps.push((line(start), step));
                }
            }
            Event::Html(html) => {
                let Some(said) = html.trim().strip_prefix("<!-- steps:") else { continue };
                let said = said.strip_suffix("-->").expect("a comment of one line").trim();
                let (what, rest) = said.split_once(' ').expect("a verb and what it is about");
                let step = match what {
                    "copy" => Step::Copy(rest.to_owned()),
                    "run" => Step::Hidden(rest.to_owned()),
                    _ => panic!("line {}: `{what}` is no step", line(range.start)),
                };
                steps.push((line(range.start), step));
            }
            _ => {}
        }
    }
    steps
}

fn of_block(info: &str, text: &str, range: Range<usize>, line: usize) -> Option<Step> {
    let mut words = info.split_whitespace();
    let language = words.next().unwrap_or_default();
    let (mut file, mut exits, mut elsewhere) = (None, 0, false);
    for word in words {
        match word.split_once('=') {
            Some(("file", path)) => file = Some(path.to_owned()),
            Some(("exits", code)) => exits = code.parse().expect("an exit code"),
            None if word == "elsewhere" => elsewhere = true,
            _ => panic!("line {line}: `{word}` means nothing to a code block"),
        }
    }
    match (language, file) {
        ("sh", None) if elsewhere => Some(Step::Elsewhere(text.to_owned())),
        ("sh", None) => Some(Step::Run { script: text.to_owned(), exits }),
        ("text", None) => Some(Step::Output { text: text.to_owned(), range }),
        ("diff", Some(path)) => {
            let keep = |out: char| {
                let lines = text.lines().filter(move |line| !line.starts_with(out));
                lines.flat_map(|line| [line.get(1..).unwrap_or_default(), "\n"]).collect::<String>()
            };
            Some(Step::Edit { path, before: keep('+'), after: keep('-') })
        }
        (_, Some(path)) => Some(Step::File { path, text: text.to_owned() }),
        _ => None,
    }
}

/// Whether what is printed is what the page shows; a line `…` stands for any lines.
pub(crate) fn matches(shown: &str, printed: &str) -> bool {
    fn lines(shown: &[&str], printed: &[&str]) -> bool {
        match shown {
            [] => printed.is_empty(),
            ["…", rest @ ..] => (0..=printed.len()).any(|skipped| lines(rest, &printed[skipped..])),
            [first, rest @ ..] => printed.first() == Some(first) && lines(rest, &printed[1..]),
        }
    }
    lines(&shown.lines().collect::<Vec<_>>(), &printed.lines().collect::<Vec<_>>())
}

#[test]
fn a_page_is_taken_apart() {
    let text = "# A\n\n<!-- steps: copy fixtures/demo -->\n\n```sh exits=1\nfalse\n```\n\n```text\nno\n```\n\n```sh elsewhere\nkubectl x\n```\n\n\
                ```yaml file=a/b.yaml\na: 1\n```\n\n```diff file=a/b.yaml\n-a: 1\n+a: 2\n+b: 3\n```\n\n```yaml\nonly: shown\n```\n\n\
                <!-- steps: run git init -q -->\n";
    let all = steps(text);
    let texts = |before: &str, after: &str| (before.to_owned(), after.to_owned());
    let (before, after) = texts("a: 1\n", "a: 2\nb: 3\n");
    let expected = [
        (3, Step::Copy("fixtures/demo".into())),
        (5, Step::Run { script: "false\n".into(), exits: 1 }),
        (9, Step::Output { text: "no\n".into(), range: text.find("no\n").unwrap()..text.find("no\n").unwrap() + 3 }),
        (13, Step::Elsewhere("kubectl x\n".into())),
        (17, Step::File { path: "a/b.yaml".into(), text: "a: 1\n".into() }),
        (21, Step::Edit { path: "a/b.yaml".into(), before, after }),
        (31, Step::Hidden("git init -q".into())),
    ];
    assert_eq!(all, expected);
}

#[test]
fn an_output_is_compared_line_by_line() {
    assert!(matches("a\nb\n", "a\nb\n"));
    assert!(matches("a\n…\nz\n", "a\nb\nc\nz\n") && matches("a\n…\nz\n", "a\nz\n") && matches("…\n", ""));
    assert!(!matches("a\n", "a\nb\n") && !matches("a\nb\n", "a\n") && !matches("a\n…\n", "b\n") && !matches("", "a\n"));
}
