//! What every part of the drawing is made of: text that fits, boxes, and pieces
//! that know their height. Pure.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::report::terminal;

/// Lengths and places, in user units (CSS pixels).
pub(super) type Px = i64;

/// A piece of the drawing: what it is, from its own top left corner, and how tall.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub(super) svg: String,
    pub(super) height: Px,
}

/// How a line of text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Font {
    pub(super) size: Px,
    pub(super) class: &'static str,
}

/// Text of the input as XML takes it, in one line.
pub(super) fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in terminal(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\n' | '\t' => escaped.push(' '),
            // XML has no way to write these two.
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// About how wide a text is; no font is at hand to ask, so rather too wide.
pub(super) fn width(text: &str, font: Font) -> Px {
    let hundredths = |c: char| match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | '|' | '\'' | ' ' | '-' => 36,
        'm' | 'w' | 'M' | 'W' | '…' => 92,
        'A'..='Z' | '=' | '+' => 70,
        c if c.is_ascii() => 58,
        _ => 100,
    };
    let sum: Px = terminal(text).chars().map(hundredths).sum();
    let bold = if font.class.contains("bold") { 106 } else { 100 };
    sum * font.size * bold / 10_000
}

/// The text, with an ellipsis in its middle where it is too wide: names of one family differ at their ends.
pub(super) fn fit(text: &str, room: Px, font: Font) -> Cow<'_, str> {
    if width(text, font) <= room {
        return Cow::Borrowed(text);
    }
    let all = text.chars().count();
    let with = |kept: usize| -> String {
        let tail = kept / 2;
        let head = text.chars().take(kept - tail);
        head.chain(['…']).chain(text.chars().skip(all - tail)).collect()
    };
    let fits = (1..all).map(with).take_while(|cut| width(cut, font) <= room);
    Cow::Owned(fits.last().unwrap_or_else(|| "…".to_owned()))
}

/// A line of text, cut where it is too wide; whole when a pointer rests on it.
pub(super) fn line(x: Px, y: Px, text: &str, room: Px, font: Font) -> String {
    let shown = fit(text, room, font);
    let whole = if shown == text { String::new() } else { format!("<title>{}</title>", xml(text)) };
    let Font { size, class } = font;
    format!("<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" class=\"{class}\">{whole}{}</text>\n", xml(&shown))
}

/// Words in as many lines as they need, from `y` as the top; at most `most`.
pub(super) fn paragraph(x: Px, y: Px, text: &str, room: Px, font: Font, most: usize) -> Piece {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let full = lines.len() == most;
        let Some(last) = lines.last_mut() else { continue };
        let longer = if last.is_empty() { word.to_owned() } else { format!("{last} {word}") };
        if last.is_empty() || full || width(&longer, font) <= room {
            *last = longer;
        } else {
            lines.push(word.to_owned());
        }
    }
    let step = font.size * 14 / 10;
    let mut piece = Piece::default();
    for text in lines {
        piece.svg.push_str(&line(x, y + piece.height + font.size, &text, room, font));
        piece.height += step;
    }
    piece
}

/// A box with round corners.
pub(super) fn frame(x: Px, y: Px, width: Px, height: Px, round: Px, class: &str) -> String {
    format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\" class=\"{class}\"/>\n")
}

/// A piece, moved.
pub(super) fn moved(x: Px, y: Px, svg: &str) -> String {
    let mut group = String::new();
    let _ = write!(group, "<g transform=\"translate({x} {y})\">\n{svg}</g>\n");
    group
}

#[cfg(test)]
mod tests {
    use super::*;

    const FONT: Font = Font { size: 10, class: "" };

    #[test]
    fn text_is_no_markup_and_nothing_that_xml_forbids() {
        let attack = "</text><script>\"a'&\u{1b}\u{0}\n\u{ffff}";
        assert_eq!(xml(attack), "&lt;/text&gt;&lt;script&gt;&quot;a&apos;&amp;\\u{1b}\\u{0} \u{fffd}");
    }

    #[test]
    fn long_text_is_cut_off_and_kept_whole_for_a_pointer() {
        assert_eq!(fit("short", 100, FONT), "short");
        let cut = fit("a-very-long-name-of-a-storage-class", 60, FONT);
        assert!(cut.contains('…') && width(&cut, FONT) <= 60, "{cut}");
        assert!(line(0, 0, "a<b-very-long-name-of-a-storage-class", 60, FONT).contains("<title>a&lt;b-very"));
        assert_eq!(fit("anything", 0, FONT), "…");
    }

    #[test]
    fn what_differs_only_at_the_end_stays_different_when_cut() {
        let cut = |name| fit(name, 120, FONT);
        assert_eq!(cut("production-europe-west-cluster-1"), "production-…-cluster-1");
        assert_ne!(cut("production-europe-west-cluster-1"), cut("production-europe-west-cluster-2"));
    }

    #[test]
    fn words_wrap_and_the_last_line_takes_the_rest() {
        let piece = paragraph(0, 0, "one two three four five six seven", 60, FONT, 2);
        assert_eq!((piece.svg.matches("<text").count(), piece.height), (2, 28));
    }
}
