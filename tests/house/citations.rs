//! What comments cite: documents that exist, and headings that the page of
//! facts has. `(docs/facts.md, Names)` names one, `(docs/facts.md, Names;
//! Quantities)` two; a line may end between words.

use std::collections::BTreeSet;
use std::path::Path;

const FACTS: &str = "docs/facts.md";

/// Headings of a page, as they are written.
fn headings(page: &str) -> BTreeSet<&str> {
    let headings =
        page.lines().filter_map(|line| line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')));
    headings.map(str::trim).collect()
}

/// Comments, each joined to one line, with the line that it begins on.
fn comments(text: &str) -> Vec<(usize, String)> {
    let mut comments: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (at, line) in text.lines().enumerate() {
        let comment = line.trim_start().strip_prefix("//").map(|rest| rest.trim_start_matches(['/', '!']).trim());
        match (comment, comments.last_mut()) {
            (Some(more), Some((_, joined))) if goes_on => {
                joined.push(' ');
                joined.push_str(more);
            }
            (Some(first), _) => comments.push((at + 1, first.to_owned())),
            (None, _) => {}
        }
        goes_on = comment.is_some();
    }
    comments
}

/// What is wrong with the citations of one comment.
fn complaints(comment: &str, headings: &BTreeSet<&str>, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut complaints = Vec::new();
    let is_path = |c: char| c.is_alphanumeric() || ['/', '.', '-', '_'].contains(&c);
    for word in comment.split(|c| !is_path(c)).map(|word| word.trim_end_matches('.')) {
        if word.len() > ".md".len() && Path::new(word).extension().is_some_and(|kind| kind == "md") && !exists(word) {
            complaints.push(format!("cites {word}, which does not exist"));
        }
    }
    for (at, _) in comment.match_indices(FACTS) {
        let cited = comment[at + FACTS.len()..].strip_prefix(", ").and_then(|rest| rest.split_once(')'));
        match cited {
            None => complaints.push(format!("cites {FACTS} without a heading: write `({FACTS}, NAME)`")),
            Some((names, _)) => {
                let strays = names.split("; ").filter(|name| !headings.contains(name));
                complaints.extend(strays.map(|name| format!("cites `{name}`, which is no heading of {FACTS}")));
            }
        }
    }
    complaints
}

#[test]
fn comments_cite_what_is_there() {
    let page = super::read(Path::new(FACTS));
    let headings = headings(&page);
    let exists = |path: &str| super::root().join(path).exists();
    let texts = ["src", "tests"].iter().flat_map(|dir| super::texts_under(dir, "rs"));
    let found = texts.flat_map(|(path, text)| {
        let comments = comments(&text);
        let found = comments.into_iter().flat_map(|(line, comment)| {
            let complaints = complaints(&comment, &headings, exists);
            complaints.into_iter().map(move |complaint| (line, complaint))
        });
        found.map(move |(line, complaint)| format!("{}:{line}: {complaint}", path.display())).collect::<Vec<_>>()
    });
    super::assert_none(&found.collect::<Vec<_>>());
}

#[test]
fn wrong_citations_are_found() {
    let headings = headings("# Page\n\n## One\n\n### And two\n\n#no heading\n");
    let of = |comment: &str| complaints(comment, &headings, |path| [FACTS, "README.md"].contains(&path));
    for good in ["(docs/facts.md, One)", "a (docs/facts.md, And two; One). b", "README.md.", "no .md", "(docs/facts.md, Page): c"]
    {
        assert_eq!(of(good), Vec::<String>::new(), "{good}");
    }
    for (bad, part) in [
        ("docs/facts.md", "without a heading"),
        ("(docs/facts.md, One", "without a heading"),
        ("(docs/facts.md, one)", "`one`"),
        ("(docs/facts.md, One; no heading)", "`no heading`"),
        ("(facts.md 4.1)", "facts.md, which does not exist"),
    ] {
        let found = of(bad);
        assert!(found.len() == 1 && found[0].contains(part), "{bad}: {found:?}");
    }
}

#[test]
fn comments_are_joined() {
    let text = "//! One (docs/facts.md,\n//! And two).\n\nlet a = 1;\n    /// Three.\nfn f() {} // not a whole line\n// Four\n";
    let joined = [(1, "One (docs/facts.md, And two)."), (5, "Three."), (7, "Four")];
    assert_eq!(comments(text), joined.map(|(line, comment)| (line, comment.to_owned())));
}
