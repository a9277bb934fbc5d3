//! What of a report goes into a text of limited length. Pure.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::escape::{Where, code};
use super::parts::{self, TABLE};
use crate::report::limits::Whole;
use crate::report::page::{Item, Level, Page, Section};
use crate::topology::State;

/// Kept for the last lines, which say what was left out.
const FOOT: usize = 4_096;
/// With more findings than this, sections are folded.
const UNFOLDED: usize = 5;
/// So much of the room the table of states may take, in hundredths.
const TABLE_SHARE: usize = 30;
/// So much of it the short forms of findings may take.
const BRIEF_SHARE: usize = 50;
/// So much of it what CassKop will do in clusters of which nothing else is said.
const FORETOLD_SHARE: usize = 20;
/// More notes than this are counted.
const NOTES: usize = 20;

/// How a finding is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    Full,
    Brief,
    LeftOut,
}

/// A finding, with what it looks like.
struct Entry<'a> {
    section: usize,
    item: &'a Item,
    detail: Detail,
}

/// Room that is left, in bytes.
struct Room(usize);

impl Room {
    /// Takes so much of it, if there is so much.
    fn take(&mut self, bytes: usize) -> bool {
        let enough = self.0 >= bytes;
        self.0 -= if enough { bytes } else { 0 };
        enough
    }
}

/// The whole report in at most `most` bytes.
pub(super) fn fitted(page: &Page, whole: &Whole, marker: &str, most: usize) -> String {
    let mut out = format!("{marker}{}", parts::head(page));
    let mut room = Room(most.saturating_sub(out.len() + FOOT));
    let rows_left = table(page, &mut out, &mut room);
    let notes = notes(page, &mut room);
    let (foretold, untold) = foretold(page, &mut room);
    let entries = chosen(page, &mut room);
    let folded = entries.iter().filter(|entry| entry.detail == Detail::Full).count() > UNFOLDED;
    for (at, section) in page.sections.iter().enumerate() {
        let own: Vec<_> = entries.iter().filter(|entry| entry.section == at && entry.detail != Detail::LeftOut).collect();
        if !own.is_empty() || foretold.contains(&at) {
            out.push_str(&self::section(section, &own, folded));
        }
    }
    out.push_str(&notes);
    out + &foot(&entries, rows_left, untold, whole)
}

/// The table of states: what is not well in sight, the rest folded. Says how many rows did not fit.
fn table(page: &Page, out: &mut String, room: &mut Room) -> usize {
    let mut share = Room(room.0 * TABLE_SHARE / 100);
    let overhead = 2 * TABLE.len() + 200;
    if page.rows.is_empty() || !share.take(overhead) {
        return page.rows.len();
    }
    let before = share.0;
    let mut fitting = |good: bool| -> Vec<String> {
        let rows = page.rows.iter().filter(|row| (row.state == State::Good) == good).map(parts::row);
        rows.take_while(|row| share.take(row.len())).collect()
    };
    let (bad, good) = (fitting(false), fitting(true));
    if !bad.is_empty() {
        let _ = writeln!(out, "{TABLE}{}", bad.concat());
    }
    let all_good = page.rows.iter().filter(|row| row.state == State::Good).count();
    if !good.is_empty() {
        let rows = good.concat();
        let _ = writeln!(out, "<details>\n<summary>{all_good} as it should be</summary>\n\n{TABLE}{rows}\n</details>\n");
    }
    room.0 -= overhead + before - share.0;
    page.rows.len() - bad.len() - good.len()
}

fn notes(page: &Page, room: &mut Room) -> String {
    if page.notes.is_empty() {
        return String::new();
    }
    let mut out = "### Notes\n\n".to_owned();
    let shown: Vec<_> = page.notes.iter().take(NOTES).map(|text| parts::note(text)).collect();
    let mut share = Room(room.0 / 10);
    let fitting: Vec<_> = shown.into_iter().take_while(|note| share.take(note.len())).collect();
    out.push_str(&fitting.concat());
    let more = page.notes.len() - fitting.len();
    if more > 0 {
        let _ = writeln!(out, "* and {more} more");
    }
    out.push('\n');
    if room.take(out.len()) { out } else { String::new() }
}

/// The sections that have no finding and say what CassKop will do, because findings are the same in more clusters
/// than that. Those that fit, and how many do not.
fn foretold(page: &Page, room: &mut Room) -> (BTreeSet<usize>, usize) {
    let bare = |section: &Section| section.items.is_empty() && !section.effects.is_empty();
    let all: Vec<_> = page.sections.iter().enumerate().filter(|(_, section)| bare(section)).collect();
    let mut share = Room(room.0 * FORETOLD_SHARE / 100);
    let before = share.0;
    let fitting: BTreeSet<_> = all.iter().filter(|(_, section)| share.take(around(section))).map(|(at, _)| *at).collect();
    room.0 -= before - share.0;
    let untold = all.len() - fitting.len();
    (fitting, untold)
}

/// Decides by importance: first all are named, then as many as possible get their details.
fn chosen<'a>(page: &'a Page, room: &mut Room) -> Vec<Entry<'a>> {
    let mut entries: Vec<_> = page
        .sections
        .iter()
        .enumerate()
        .flat_map(|(section, of)| of.items.iter().map(move |item| Entry { section, item, detail: Detail::LeftOut }))
        .collect();
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|at| entries.get(*at).map(|entry| entry.item.level));
    let mut briefs = Room(room.0 * BRIEF_SHARE / 100);
    let before = briefs.0;
    let mut begun = BTreeSet::new();
    for at in &order {
        let Some(entry) = entries.get_mut(*at) else { continue };
        let section = page.sections.get(entry.section).filter(|_| !begun.contains(&entry.section));
        let bytes = section.map_or(0, around) + parts::brief(entry.item).len();
        if briefs.take(bytes) {
            begun.insert(entry.section);
            entry.detail = Detail::Brief;
        }
    }
    room.0 -= before - briefs.0;
    for at in &order {
        let Some(entry) = entries.get_mut(*at).filter(|entry| entry.detail == Detail::Brief) else { continue };
        // The short form gives its room back.
        let more = parts::full(entry.item).len().saturating_sub(parts::brief(entry.item).len());
        if room.take(more) {
            entry.detail = Detail::Full;
        }
    }
    entries
}

/// How much a section takes besides its findings.
fn around(section: &Section) -> usize {
    let heading = parts::heading(section).len().max(parts::folded_heading(section).len());
    heading + parts::effects(section).len() + "\n</details>\n\n".len()
}

fn section(section: &Section, entries: &[&Entry<'_>], folded: bool) -> String {
    let quiet = section.items.iter().all(|item| item.level >= Level::Note) && !section.effects.iter().any(|effect| effect.danger);
    let folded = folded || quiet;
    let mut out = if folded { parts::folded_heading(section) } else { parts::heading(section) };
    let of = |detail| entries.iter().filter(move |entry| entry.detail == detail);
    out.extend(of(Detail::Full).map(|entry| parts::full(entry.item)));
    let brief: String = of(Detail::Brief).map(|entry| parts::brief(entry.item)).collect();
    if !brief.is_empty() {
        out.push_str(&brief);
        out.push('\n');
    }
    out.push_str(&parts::effects(section));
    if folded {
        out.push_str("</details>\n\n");
    }
    out
}

/// What was left out, and where it is.
fn foot(entries: &[Entry<'_>], rows: usize, untold: usize, whole: &Whole) -> String {
    let number = |detail| entries.iter().filter(|entry| entry.detail == detail).count();
    let (brief, left_out) = (number(Detail::Brief), number(Detail::LeftOut));
    let mut cut = Vec::new();
    for (number, what) in [
        (brief, "findings without their details"),
        (left_out, "findings left out"),
        (untold, "clusters without what CassKop will do"),
        (rows, "rows of the table left out"),
    ] {
        if number > 0 {
            cut.push(format!("{number} {what}"));
        }
    }
    let place = match &whole.0 {
        Some(address) if address.starts_with("https://") || address.starts_with("http://") => Some(format!("<{address}>")),
        Some(file) => Some(code(file, Where::Line)),
        None => None,
    };
    match (cut.is_empty(), place) {
        (true, None) => String::new(),
        (true, Some(place)) => format!("The whole report: {place}\n"),
        (false, None) => format!("Too much for this place: {}. `-o html=FILE` has the whole report.\n", cut.join(", ")),
        (false, Some(place)) => format!("Too much for this place: {}. The whole report: {place}\n", cut.join(", ")),
    }
}
