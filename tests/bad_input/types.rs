//! Wrong types anywhere.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use multicasskop::source::{Sources, Span};
use multicasskop::tree::{Node, Value};
use multicasskop::yaml::{Budget, compose};

use super::*;
use crate::command::FLEET;

const OTHERS: [&str; 9] =
    ["null", "true", "-7", "1e400", "99999999999999999999", "\"text\"", "[[], {}]", "{a: {b: []}}", "!!binary eA=="];

/// The places of all values of a text, the objects and lists among them.
fn places(text: &str) -> Vec<Span> {
    fn walk(node: &Node, found: &mut Vec<Span>) {
        found.extend(node.span());
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| walk(item, found)),
            Value::Map(map) => map.iter().for_each(|entry| walk(&entry.value, found)),
            _ => {}
        }
    }
    let mut sources = Sources::default();
    let id = sources.add("x", text);
    let mut found = Vec::new();
    for document in compose(&sources, id, &mut Budget::default()).expect("YAML") {
        walk(&document.root, &mut found);
    }
    found
}

/// The text with each of its values replaced by each other one.
fn broken(text: &str) -> Vec<String> {
    let cut = |span: Span| (&text[..span.start as usize], &text[span.end as usize..]);
    let all = places(text).into_iter().flat_map(|span| OTHERS.map(|other| (cut(span), other)));
    all.map(|((before, after), other)| format!("{before}{other}{after}")).collect()
}

/// Runs each text in a site of the thread's own; none may crash or be an internal error.
fn none_crashes(site: impl Fn() -> Site + Sync, path: &str, words: &str, texts: &[String]) {
    let next = AtomicUsize::new(0);
    let codes = Mutex::new([0; 3]);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let site = site();
                while let Some(text) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    site.write(path, text);
                    let before = site.tree();
                    let run = site.run(words);
                    let code = run.code.filter(|code| (0..=2).contains(code));
                    let code = code.unwrap_or_else(|| panic!("{}\n{text}", run.told()));
                    assert!(code == 0 || site.tree() == before, "the tree has changed:\n{}\n{text}", run.told());
                    assert!(code == 0 || run.stderr.contains("help:") || run.stderr.contains("+++"), "{}\n{text}", run.told());
                    codes.lock().expect("no thread has failed")[usize::try_from(code).expect("0 to 2")] += 1;
                }
            });
        }
    });
    let codes = codes.into_inner().expect("no thread has failed");
    println!("of {} texts {} were rendered, {} had findings, {} were refused", texts.len(), codes[0], codes[1], codes[2]);
    assert!(codes[2] > texts.len() / 3, "most of them are wrong");
}

#[test]
fn a_wrong_type_anywhere_in_a_ring_is_refused_or_rendered_and_never_a_crash() {
    let words = format!("render ring.yaml {FLAGS} --out clusters");
    none_crashes(|| site_with(RING), "ring.yaml", &words, &broken(RING));
}

#[test]
fn a_wrong_type_anywhere_in_a_fleet_file_is_refused_or_rendered_and_never_a_crash() {
    let fleet = format!(
        "{FLEET}  - {{name: old, state: retired, wave: 30, zone: x.example.net, namespace: a, casskopVersion: {{from: 2.2.9, to: 2.3.4}}}}\n\
         seedDelivery: configmap\nrings: {{demo: {{seeds: [a.b], zones: {{eu: eu.example.net}}, seedDelivery: env}}}}\n\
         lint: {{allow: [{{rule: L17, ring: demo, cluster: eu, path: spec, reason: x, until: \"2999-01-31\"}}]}}\n"
    );
    none_crashes(Site::fleet, "fleet.yaml", "render", &broken(&fleet));
}

#[test]
fn wrong_types_say_what_is_wanted() {
    let wrong = ring_with("hardAntiAffinity: true", "hardAntiAffinity: \"yes\"")
        .replace("nodesPerRacks: 1", "nodesPerRacks: -1")
        .replace("dataCapacity: 20Gi", "dataCapacity: 20 Gi")
        .replace("[{name: rack1}, {name: rack2}, {name: rack3}]", "rack1");
    assert_told!("wrong-types", refused(wrong));
}

#[test]
fn a_wrong_type_is_seen_behind_any_number_of_unknown_fields() {
    let unknown: Vec<_> = (0..3000).map(|number| format!("      unknown{number}: 1")).collect();
    let run = refused(ring_with("      deletePVC: false", &format!("{}\n      deletePVC: 5", unknown.join("\n"))));
    run.says("`spec.deletePVC` is the number `5`");
}
