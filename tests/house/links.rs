//! Links in our Markdown: relative ones lead to a file and an anchor that
//! exist, others are at least addresses.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use pulldown_cmark::{BrokenLink, Event, LinkType, Options, Parser, Tag, TagEnd};

/// What matters of one Markdown file.
#[derive(Default)]
struct Page {
    /// Link destinations with the lines that they stand on.
    links: Vec<(usize, String)>,
    /// What `#…` may name.
    anchors: BTreeSet<String>,
    /// References like `[text][name]` without a definition.
    undefined: Vec<(usize, String)>,
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
}

impl Page {
    fn parse(text: &str) -> Self {
        let mut page = Self::default();
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        let mut undefined = Vec::new();
        let mut callback = |broken: BrokenLink<'_>| {
            if matches!(broken.link_type, LinkType::Reference | LinkType::Collapsed) {
                undefined.push((line(broken.span.start), broken.reference.to_string()));
            }
            None
        };
        let parser = Parser::new_with_broken_link_callback(text, options(), Some(&mut callback));
        let mut heading: Option<String> = None;
        for (event, range) in parser.into_offset_iter() {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push((line(range.start), dest_url.to_string()));
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => page.add_heading(&heading.take().unwrap_or_default()),
                Event::Text(part) | Event::Code(part) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&part);
                    }
                }
                Event::Html(html) | Event::InlineHtml(html) => page.add_html_anchors(&html),
                _ => {}
            }
        }
        page.undefined = undefined;
        page
    }

    /// Adds the anchor that GitHub makes of a heading.
    fn add_heading(&mut self, heading: &str) {
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
        let slug = kept.collect::<String>().to_lowercase().replace(' ', "-");
        let mut anchor = slug.clone();
        let mut count = 0;
        while !self.anchors.insert(anchor) {
            count += 1;
            anchor = format!("{slug}-{count}");
        }
    }

    fn add_html_anchors(&mut self, html: &str) {
        for start in ["id=\"", "name=\""] {
            let values = html.split(start).skip(1).filter_map(|rest| rest.split('"').next());
            self.anchors.extend(values.map(str::to_owned));
        }
    }
}

/// What is wrong with a link of the page at `from`, if something is.
fn complaint(from: &Path, link: &str, pages: &BTreeMap<PathBuf, Page>, exists: impl Fn(&Path) -> bool) -> Option<String> {
    if let Some((scheme, rest)) = link.split_once(':') {
        return (!well_formed(scheme, rest)).then(|| "is no address".to_owned());
    }
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let target = if path.is_empty() { from.to_path_buf() } else { resolve(from, path)? };
    if target.starts_with("..") || path.starts_with('/') {
        return Some("leaves the repository".to_owned());
    }
    if !exists(&target) {
        return Some(format!("leads to {}, which does not exist", target.display()));
    }
    let (anchor, page) = (anchor?, pages.get(&target)?);
    (!page.anchors.contains(anchor)).then(|| format!("leads to the anchor #{anchor}, which {} does not have", target.display()))
}

/// `path` as seen from the folder of `from`, relative to the root; one that leaves it begins with `..`.
fn resolve(from: &Path, path: &str) -> Option<PathBuf> {
    let mut target = PathBuf::new();
    for part in from.parent()?.join(path.replace("%20", " ")).components() {
        if part == Component::ParentDir && target.file_name().is_some() {
            target.pop();
        } else if part != Component::CurDir {
            target.push(part);
        }
    }
    Some(target)
}

fn well_formed(scheme: &str, rest: &str) -> bool {
    match scheme {
        "mailto" => rest.contains('@'),
        "http" | "https" => rest.strip_prefix("//").is_some_and(|rest| {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let name = host.split(':').next().unwrap_or_default();
            !name.is_empty()
                && !rest.contains(char::is_whitespace)
                && name.split('.').all(|label| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'))
        }),
        _ => false,
    }
}

fn complaints(texts: &[(PathBuf, String)], exists: impl Fn(&Path) -> bool) -> Vec<String> {
    let pages: BTreeMap<_, _> = texts.iter().map(|(path, text)| (path.clone(), Page::parse(text))).collect();
    let mut complaints = Vec::new();
    for (path, page) in &pages {
        for (line, name) in &page.undefined {
            complaints.push(format!("{}:{line}: [{name}] is defined nowhere", path.display()));
        }
        for (line, link) in &page.links {
            if let Some(reason) = complaint(path, link, &pages, &exists) {
                complaints.push(format!("{}:{line}: `{link}` {reason}", path.display()));
            }
        }
    }
    complaints
}

#[test]
fn links_in_our_documents_lead_somewhere() {
    let texts = super::texts_under("", "md");
    assert!(!texts.is_empty());
    super::assert_none(&complaints(&texts, |path| super::root().join(path).exists()));
}

#[test]
fn good_links_pass() {
    let text = "# A `b` C!\n\n## Twice\n\n## Twice\n\n<a id=\"own\"></a>\n\n[1](#a-b-c) [2](#twice-1) [3](../README.md#a-b-c) [4](x%20y.txt) \
                [5](#own) [6](https://example.net/x?y#z) <mailto:a@example.net> [not a link] [7][seven]\n\n[seven]: ./p.md#twice\n";
    let texts = [(PathBuf::from("docs/p.md"), text.to_owned()), (PathBuf::from("README.md"), "A b C\n===\n".to_owned())];
    let there = ["docs/p.md", "README.md", "docs/x y.txt"];
    assert_eq!(complaints(&texts, |path| there.iter().any(|one| Path::new(one) == path)), Vec::<String>::new());
}

#[test]
fn broken_links_are_found_with_their_line() {
    let broken = ["gone.md", "#gone", "p.md#gone", "../../p.md", "/docs/p.md", "https://", "https://a b", "file:p.md"];
    for link in broken {
        let texts = [(PathBuf::from("docs/p.md"), format!("# There\n\n[1](<{link}>)\n"))];
        let found = complaints(&texts, |path| path == Path::new("docs/p.md"));
        assert_eq!(found.len(), 1, "{link}: {found:?}");
        assert!(found[0].starts_with("docs/p.md:3: "), "{found:?}");
    }
    let texts = [(PathBuf::from("p.md"), "[text][nowhere]\n".to_owned())];
    assert_eq!(complaints(&texts, |_| true), ["p.md:1: [nowhere] is defined nowhere"]);
}
