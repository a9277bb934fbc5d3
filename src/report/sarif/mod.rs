//! A report as SARIF 2.1.0, for code scanning. Pure.
//!
//! A result is a finding, whatever the number of clusters that have it. It
//! points to the line that the user wrote; the rendered files are related
//! places. Its fingerprint is made of rule, ring and path (without a ring, of the file),
//! and not of the line, so that an alert stays the same one when lines move.

mod model;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use super::limits::{SARIF_BYTES, SARIF_RELATED, SARIF_RESULTS, Whole};
use super::page::{Item, Level, Page, Section, Spot};
use super::terminal;
use crate::digest::sha256;
use model::{
    Artifact, Descriptor, Details, Driver, Help, Invocation, Location, Log, Notification, Physical, Region, Result, Run,
    Suppression, Text, Tool,
};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The name of the fingerprint; another way to make one would get another name.
const FINGERPRINT: &str = "multicasskopRulePath/v1";

/// A longer message is cut off, in characters.
const LONGEST: usize = 4_000;

/// More clusters are counted.
const CLUSTERS: usize = 20;

/// Kept for what stands around the results, their rules included.
const AROUND: usize = 1_000_000;

pub(super) fn render(page: &Page, whole: &Whole) -> String {
    let items = page.by_importance();
    let mut rules: Vec<Descriptor> = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut results = Vec::new();
    let mut bytes = AROUND;
    for (section, item) in items.iter().take(SARIF_RESULTS) {
        let one = result(page, section, item, &mut rules, &mut seen);
        // Indented it is larger; the file is written without.
        bytes += serde_json::to_string(&one).map_or(0, |text| text.len() + 1);
        if bytes > SARIF_BYTES {
            break;
        }
        results.push(one);
    }
    let left_out = items.len() - results.len();
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "multicasskop",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules,
                },
            },
            automation_details: Details { id: format!("multicasskop/{}", page.command) },
            column_kind: "unicodeCodePoints",
            invocations: [Invocation {
                execution_successful: true,
                tool_execution_notifications: notifications(left_out, whole),
            }],
            results,
        }],
    };
    // Texts and numbers always have a JSON form.
    serde_json::to_string(&log).unwrap_or_default() + "\n"
}

fn notifications(left_out: usize, whole: &Whole) -> Vec<Notification> {
    if left_out == 0 {
        return Vec::new();
    }
    let place = whole.0.as_deref().unwrap_or("`-o json=FILE` has it");
    let text = message(&format!("{left_out} findings that matter less were left out; the whole report: {place}"));
    vec![Notification { level: "warning", message: Text { text } }]
}

fn result(page: &Page, section: &Section, item: &Item, rules: &mut Vec<Descriptor>, seen: &mut HashMap<String, usize>) -> Result {
    let rule_index = rules.iter().position(|rule| rule.id == item.rule.id).unwrap_or_else(|| {
        rules.push(descriptor(item));
        rules.len() - 1
    });
    let mut spots = page.spots(section, item).into_iter();
    let main = spots.next();
    let fingerprint = fingerprint(section, item, main);
    let count = seen.entry(fingerprint.clone()).or_default();
    *count += 1;
    Result {
        rule_id: item.rule.id,
        rule_index,
        level: match item.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note | Level::Allowed => "note",
        },
        message: Text { text: message(&words(section, item)) },
        locations: main.into_iter().filter_map(|spot| location(spot, None)).collect(),
        related_locations: spots.take(SARIF_RELATED).enumerate().filter_map(|(at, spot)| location(spot, Some(at))).collect(),
        // Two findings of one rule at one path are told apart by their order.
        partial_fingerprints: BTreeMap::from([(FINGERPRINT, format!("{fingerprint}:{count}"))]),
        suppressions: suppressions(item),
    }
}

fn descriptor(item: &Item) -> Descriptor {
    let rule = item.rule;
    let help = (!rule.help.is_empty()).then_some(Help { text: rule.help, markdown: rule.help });
    Descriptor { id: rule.id, short_description: Text { text: rule.title.to_owned() }, help }
}

fn fingerprint(section: &Section, item: &Item, main: Option<&Spot>) -> String {
    // A ring's findings have a path; where they are shown depends on what else is known.
    let file = main.filter(|_| section.ring.is_empty()).map(|spot| spot.file.as_str()).unwrap_or_default();
    let parts = [item.rule.id, &section.ring, &item.path, file].join("\0");
    sha256([parts.as_bytes()]).trim_start_matches("sha256:").to_owned()
}

fn suppressions(item: &Item) -> Vec<Suppression> {
    let why = || item.facts.iter().find(|fact| fact.name == "ignored").map(|fact| fact.text.as_str());
    let one = || Suppression { kind: "external", justification: message(why().unwrap_or("allowed in the fleet file")) };
    if item.level == Level::Allowed { vec![one()] } else { Vec::new() }
}

/// All that is known of a finding.
fn words(section: &Section, item: &Item) -> String {
    let mut text = format!("{}.", item.message);
    if !section.clusters.is_empty() || !section.ring.is_empty() {
        let _ = write!(text, "\n{}", section.title(CLUSTERS));
    }
    for line in item.lines.iter().take(20) {
        let _ = write!(text, "\n{line}");
    }
    for fact in &item.facts {
        let _ = write!(text, "\n{}: {}", fact.name, fact.text);
    }
    for (name, words) in [("Why", &item.why), ("What to do", &item.fix)] {
        if !words.is_empty() {
            let _ = write!(text, "\n{name}: {words}");
        }
    }
    text
}

/// Text as a message: brackets would be links, and numbers in braces placeholders.
fn message(text: &str) -> String {
    let kept: String = terminal(text).chars().take(LONGEST).collect();
    let mut out = String::with_capacity(kept.len());
    for (at, c) in kept.char_indices() {
        match c {
            '\\' | '[' | ']' => out.extend(['\\', c]),
            '{' if is_placeholder(kept.get(at + 1..).unwrap_or_default()) => out.push_str("{{"),
            c => out.push(c),
        }
    }
    out
}

/// Whether a brace before this would begin a placeholder.
fn is_placeholder(rest: &str) -> bool {
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    after.len() < rest.len() && after.starts_with('}')
}

/// A place; none for what is no file, such as standard input.
fn location(spot: &Spot, id: Option<usize>) -> Option<Location> {
    let (uri, base) = uri(&spot.file)?;
    let end = spot.exact.and_then(|exact| exact.end);
    Some(Location {
        id,
        physical_location: Physical {
            artifact_location: Artifact { uri, uri_base_id: base },
            region: Region {
                start_line: spot.line.max(1),
                start_column: spot.exact.map(|exact| exact.column.max(1)),
                end_line: end.map(|(line, _)| line.max(spot.line)),
                end_column: end.map(|(_, column)| column.max(1)),
            },
        },
        message: (!spot.text.is_empty()).then(|| Text { text: message(&spot.text) }),
    })
}

/// A file's address: relative to the repository, or absolute.
fn uri(file: &str) -> Option<(String, Option<&'static str>)> {
    if file.is_empty() || file.starts_with('<') || file == "-" {
        return None;
    }
    let mut encoded = String::with_capacity(file.len());
    for byte in file.trim_start_matches("./").replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    if encoded.starts_with('/') { Some((format!("file://{encoded}"), None)) } else { Some((encoded, Some("%SRCROOT%"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_no_links_and_no_placeholders() {
        assert_eq!(message("see [a](http://b) {0} {x} \\ \u{1b}"), "see \\[a\\](http://b) {{0} {x} \\\\ \\\\u{1b}");
    }

    #[test]
    fn files_are_addresses_below_the_repository() {
        assert_eq!(uri("./rings/a b#.yaml"), Some(("rings/a%20b%23.yaml".to_owned(), Some("%SRCROOT%"))));
        assert_eq!(uri("/a"), Some(("file:///a".to_owned(), None)));
        assert_eq!(uri("<stdin>"), None);
    }
}
