//! Whatever is in a report, it keeps within the limits of those who take it, and says
//! what was left out.

#![cfg(test)]

use multicasskop::report::limits::{ANNOTATIONS, COMMENT, SARIF_BYTES, SARIF_RELATED, SARIF_RESULTS, SUMMARY};
use multicasskop::report::page::{Item, Level, Outlook, Page, Row, Section, Spot};
use multicasskop::report::{Format, Style, Whole};
use multicasskop::topology::State;
use proptest::prelude::*;

use crate::markdown::read;
use crate::pages::{Made, all_of, render};

/// A report with so many sections, findings in each, and characters in each text.
fn large(sections: usize, items: usize, text: &str) -> Page {
    let page = all_of(text);
    let item = |level| page.sections[0].items.iter().find(|item| item.level == level).unwrap().clone();
    let all: Vec<Item> = (0..items).map(|at| item(Level::ALL[at % 4])).collect();
    let section = |at: usize| Section {
        ring: format!("ring-{at}"),
        clusters: (0..at % 40).map(|cluster| format!("k{cluster}")).collect(),
        places: Vec::new(),
        items: all.clone(),
        effects: vec![Outlook { text: text.to_owned(), danger: at.is_multiple_of(2) }; at % 30],
    };
    let row = |at: usize| Row {
        cluster: format!("k{at}"),
        ring: text.to_owned(),
        state: [State::Good, State::Bad, State::Unknown, State::Known][at % 4],
        words: text.to_owned(),
    };
    // Findings may be the same in more clusters than what CassKop will do.
    let bare = |at: usize| Section { items: Vec::new(), ..section(at) };
    let sections = (0..sections).map(section).chain((0..sections).map(bare)).collect();
    Page { sections, rows: (0..items * 3).map(row).collect(), notes: vec![text.to_owned(); items], ..page.clone() }
}

fn nasty() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "word ",
        "`",
        "```",
        "|",
        "\\",
        "<",
        ">",
        "</details>",
        "\n",
        "@x",
        "#1",
        "é",
        "☃",
        "\u{1b}",
        "&",
        "[a](b)",
        "{0}",
        ":",
        "%",
    ]);
    prop::collection::vec(piece, 0..400).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn markdown_keeps_within_its_limits(sections in 0_usize..40, items in 0_usize..40, text in nasty()) {
        let page = large(sections, items, &text);
        for (format, limit) in [(Format::Comment, COMMENT), (Format::Markdown, SUMMARY)] {
            let text = render(&page, format);
            prop_assert!(text.len() <= limit, "{} of {limit}", text.len());
            let seen = read(&text);
            prop_assert!(seen.wrong.is_empty(), "{:?}", seen.wrong);
            prop_assert_eq!(seen.open_details, 0);
            prop_assert!(seen.columns.iter().all(|cells| *cells == 3));
        }
    }

    #[test]
    fn annotations_keep_within_their_number(sections in 0_usize..12, items in 0_usize..12) {
        let text = render(&large(sections, items, "x"), Format::Github);
        for command in ["::error ", "::warning ", "::notice "] {
            prop_assert!(text.lines().filter(|line| line.starts_with(command)).count() <= ANNOTATIONS);
        }
    }
}

/// More than ten of a kind share annotations; nothing is left out without a word.
#[test]
fn many_annotations_are_grouped_and_the_most_important_kept() {
    let page = all_of("x");
    let spot = |file: &str, line| Spot { line, ..Spot::start_of(file.to_owned()) };
    let item = |level, message: String, spot| {
        let one = page.sections[0].items[0].clone();
        Item { level, message, places: vec![spot], ..one }
    };
    let of = |number: usize, file: &dyn Fn(usize) -> String| -> Vec<Item> {
        (0..number).map(|at| item(Level::Error, format!("finding {at}"), spot(&file(at), at + 1))).collect()
    };
    let section = page.sections[0].clone();
    let told = |items: Vec<Item>, again: bool| {
        let one = Section { items, ..section.clone() };
        let other = Section { clusters: vec!["k9".to_owned()], ..one.clone() };
        let sections = if again { vec![one, other] } else { vec![one] };
        render(&Page { sections, ..page.clone() }, Format::Github)
    };
    let errors = |text: &str| text.lines().filter(|line| line.starts_with("::error ")).count();
    let ten = told(of(10, &|_| "a.yaml".to_owned()), true);
    assert_eq!(errors(&ten), 10, "each on its line, once for both sections: {ten}");
    assert!(ten.lines().next().unwrap().contains("k9") && !ten.contains("no annotation"), "{ten}");
    let many = told(of(40, &|at| format!("{}.yaml", at % 4)), false);
    assert_eq!(errors(&many), 4, "one for each file: {many}");
    assert!(many.starts_with("::error file=0.yaml,line=1,title=L01::10 findings%0Aline 1: finding 0 "), "{many}");
    assert!(many.contains("line 40: finding 39") && !many.contains("no annotation"), "{many}");
    let more = told(of(40, &|at| format!("{}.yaml", at % 20)), false);
    assert_eq!(errors(&more), ANNOTATIONS);
    assert!(more.lines().last().unwrap().contains("20 more findings have no annotation"), "{more}");
}

#[test]
fn a_huge_report_fits_and_says_what_is_missing() {
    let page = large(120, 30, &"many words of a message ".repeat(20));
    let whole = Whole(Some("report.html".to_owned()));
    for (format, limit) in [(Format::Comment, COMMENT), (Format::Markdown, SUMMARY)] {
        let text = format.render(&Made(page.clone()), Style::Plain, &whole);
        assert!(text.len() <= limit && text.len() > limit / 3, "{} of {limit}", text.len());
        let last = text.lines().last().unwrap();
        assert!(last.contains("findings left out") && last.ends_with("The whole report: `report.html`"), "{last}");
    }
}

#[test]
fn what_matters_most_is_kept() {
    let mut page = large(60, 40, "text");
    for item in page.sections.iter_mut().flat_map(|section| &mut section.items) {
        (item.level, item.message) = (Level::Warning, "matters less ".repeat(30));
    }
    let last = page.sections[59].items.last_mut().unwrap();
    (last.level, last.message) = (Level::Error, "needle in the last section".to_owned());
    let text = render(&page, Format::Comment);
    assert!(text.contains("needle in the last section") && text.contains("left out"), "{text}");
}

#[test]
fn sarif_keeps_the_first_results_and_its_size() {
    let many = render(&large(300, 40, "x"), Format::Sarif);
    let log: serde_json::Value = serde_json::from_str(&many).unwrap();
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), SARIF_RESULTS);
    assert_eq!(run["results"][0]["level"], "error");
    let told = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(told.starts_with("7000 findings"), "{told}");
    let wide = render(&large(200, 20, &"ä".repeat(4_000)), Format::Sarif);
    assert!(wide.len() <= SARIF_BYTES, "{}", wide.len());
    let mut page = all_of("x");
    let spot = page.sections[0].items[0].related[0].clone();
    page.sections[0].items[0].related = vec![spot; 2 * SARIF_RELATED];
    let log: serde_json::Value = serde_json::from_str(&render(&page, Format::Sarif)).unwrap();
    assert_eq!(log["runs"][0]["results"][0]["relatedLocations"].as_array().unwrap().len(), SARIF_RELATED);
}
