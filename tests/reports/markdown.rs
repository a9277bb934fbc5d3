//! Reads Markdown back, to see what a renderer would make of it.

#![cfg(test)]

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// What a text becomes.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Text that is neither code nor inside of `<code>`.
    pub(crate) bare: String,
    /// Everything that gives a text power and should not be there.
    pub(crate) wrong: Vec<String>,
    /// How deep in `<details>` the end is.
    pub(crate) open_details: i64,
    /// Number of code blocks.
    pub(crate) blocks: usize,
    /// Cells of the first row of each table.
    pub(crate) columns: Vec<usize>,
}

const SENTINEL: &str = "the end of all";

/// Reads a text of ours.
pub(crate) fn read(text: &str) -> Seen {
    let whole = format!("{text}\n\n{SENTINEL}\n");
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH;
    let mut seen = Seen::default();
    let (mut in_block, mut in_code, mut ended, mut cells) = (false, false, false, 0);
    for event in Parser::new_ext(&whole, options) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                in_block = true;
                seen.blocks += 1;
            }
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Start(Tag::TableRow | Tag::TableHead) => cells = 0,
            Event::Start(Tag::TableCell) => cells += 1,
            Event::End(TagEnd::TableRow | TagEnd::TableHead) => seen.columns.push(cells),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                seen.wrong.push(format!("link to {dest_url}"));
            }
            Event::Start(tag @ (Tag::FootnoteDefinition(_) | Tag::Strikethrough | Tag::BlockQuote(_))) => {
                seen.wrong.push(format!("{tag:?}"));
            }
            Event::TaskListMarker(_)
            | Event::FootnoteReference(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::Rule => {
                seen.wrong.push(format!("{event:?}"));
            }
            Event::Html(html) | Event::InlineHtml(html) => tags(&html, &mut in_code, &mut seen),
            Event::Text(part) if !in_block && !in_code => {
                seen.bare.push_str(&part);
                ended |= part.contains(SENTINEL);
            }
            _ => {}
        }
    }
    if !ended {
        seen.wrong.push("the end was swallowed: something is open".to_owned());
    }
    seen
}

/// Tags of ours, and no others.
fn tags(html: &str, in_code: &mut bool, seen: &mut Seen) {
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        if !*in_code {
            seen.bare.push_str(&rest[..start]);
        }
        let end = rest[start..].find('>').map_or(rest.len(), |end| start + end + 1);
        match &rest[start..end] {
            "<details>" => seen.open_details += 1,
            "</details>" => seen.open_details -= 1,
            "<summary>" | "</summary>" => {}
            "<code>" => *in_code = true,
            "</code>" => *in_code = false,
            comment if comment.starts_with("<!-- multicasskop:") => {}
            other => seen.wrong.push(format!("tag {other}")),
        }
        rest = &rest[end..];
    }
}

/// What GitHub makes of bare text after all Markdown is done: mentions, references, addresses, emoji.
pub(crate) fn found_in_bare(bare: &str) -> Vec<&'static str> {
    let after = |sign: char| {
        bare.match_indices(sign).any(|(at, _)| bare[at + sign.len_utf8()..].starts_with(|c: char| c.is_alphanumeric()))
    };
    let checks = [
        ("mention", after('@')),
        ("reference", after('#')),
        ("address", bare.contains("://") || bare.contains("www.")),
        ("emoji", bare.contains(":tada:")),
        ("ticket", bare.contains("GH-1")),
        ("commit", bare.contains("deadbeef1")),
    ];
    checks.into_iter().filter(|(_, found)| *found).map(|(what, _)| what).collect()
}
