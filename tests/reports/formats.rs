//! Each format of a report that has something of everything.

#![cfg(test)]

use multicasskop::check::{Effect, EffectKind};
use multicasskop::report::{Format, Style, Whole};
use serde_json::Value as Json;

use crate::pages::{FORMATS, Made, drift, gate, render};

fn sarif_schema() -> jsonschema::Validator {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/sarif/sarif-schema-2.1.0.json");
    let mut schema: Json = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    // A pattern in it is no regular expression; we do not write what it is for.
    for of in ["run", "toolComponent"] {
        let language = schema.pointer_mut(&format!("/definitions/{of}/properties/language")).unwrap().as_object_mut().unwrap();
        assert_eq!(language.remove("pattern").unwrap(), "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$");
    }
    jsonschema::validator_for(&schema).unwrap()
}

/// Fails unless it is SARIF.
#[track_caller]
pub(crate) fn assert_sarif(text: &str) -> Json {
    let log = serde_json::from_str(text).unwrap();
    let errors: Vec<_> = sarif_schema().iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    log
}

#[test]
fn markdown_has_the_answer_the_table_and_the_findings() {
    insta::assert_snapshot!("drift-markdown", render(&drift(), Format::Markdown));
    insta::assert_snapshot!("gate-markdown", render(&gate(), Format::Markdown));
}

#[test]
fn a_comment_is_markdown_with_a_marker() {
    let (comment, markdown) = (render(&drift(), Format::Comment), render(&drift(), Format::Markdown));
    assert_eq!(comment, format!("<!-- multicasskop:drift:fleet.yaml -->\n{markdown}"));
}

#[test]
fn sarif_fits_the_schema_and_points_to_the_source() {
    let text = render(&drift(), Format::Sarif);
    let log = assert_sarif(&text);
    insta::assert_snapshot!("drift-sarif", format!("{log:#}"));
    let gate = assert_sarif(&render(&gate(), Format::Sarif));
    let place = |result: usize, of: &str| {
        let at = format!("/runs/0/results/{result}/{of}/0/physicalLocation/artifactLocation/uri");
        gate.pointer(&at).and_then(Json::as_str)
    };
    let results = gate["runs"][0]["results"].as_array().unwrap();
    let of_k1 = results.iter().position(|result| result["ruleId"] == "gate/done").unwrap();
    assert_eq!(place(of_k1, "locations"), Some("rings/demo.yaml"));
    assert_eq!(place(of_k1, "relatedLocations"), Some("clusters/k1/demo.yaml"));
    assert_eq!(place(0, "locations"), Some("fleet.yaml"), "the anchor, where nothing else is known");
}

#[test]
fn fingerprints_outlive_edits_above() {
    let fingerprints = |page| -> Vec<Json> {
        let log: Json = serde_json::from_str(&render(&page, Format::Sarif)).unwrap();
        log["runs"][0]["results"].as_array().unwrap().iter().map(|result| result["partialFingerprints"].clone()).collect()
    };
    let mut moved = drift();
    for section in &mut moved.sections {
        section.clusters.push("k9".to_owned());
        for item in &mut section.items {
            item.places.iter_mut().chain(&mut item.related).for_each(|spot| spot.line += 7);
        }
    }
    let before = fingerprints(drift());
    assert_eq!(before, fingerprints(moved.clone()));
    let unlike: std::collections::HashSet<_> = before.iter().map(ToString::to_string).collect();
    assert_eq!(unlike.len(), before.len(), "each finding has its own");
    moved.sections[2].items[0].path.push('x');
    assert_ne!(before, fingerprints(moved));
}

#[test]
fn junit_has_a_case_for_each_ring_in_each_cluster() {
    let text = render(&drift(), Format::Junit);
    insta::assert_snapshot!("drift-junit", text);
    let mut clean = drift();
    clean.sections.clear();
    clean.rows.retain(|row| row.state == multicasskop::topology::State::Good);
    let text = render(&clean, Format::Junit);
    let xml = roxmltree::Document::parse(&text).unwrap();
    assert!(xml.descendants().any(|node| node.has_tag_name("testcase")), "a clean run has a case that passes");
    assert_eq!(xml.root_element().attribute("failures"), Some("0"));
}

#[test]
fn annotations_stand_on_the_lines_of_the_source() {
    insta::assert_snapshot!("drift-github", render(&drift(), Format::Github));
}

#[test]
fn every_command_has_metrics() {
    insta::assert_snapshot!("gate-prometheus", render(&gate(), Format::Prometheus));
}

/// Markdown names twelve effects of a section and counts the others: never the lost volumes.
#[test]
fn what_cannot_be_undone_is_said_first() {
    let mut report = crate::sample::everything();
    let ring = report.clusters.iter_mut().flat_map(|cluster| &mut cluster.rings).find(|ring| !ring.effects.is_empty()).unwrap();
    let loses = ring.effects.iter().find(|effect| effect.kind == EffectKind::Removes).unwrap();
    let loses = Effect { text: "volumes are lost here alone".to_owned(), ..loses.clone() };
    let harmless = (0..20).map(|at| Effect { kind: EffectKind::Quiet, text: format!("harmless {at}"), ..loses.clone() });
    ring.effects = harmless.chain([loses.clone()]).collect();
    let page = multicasskop::report::page::drift_page(&report, None, &|_, _| None);
    let section = page.sections.iter().find(|section| section.effects.len() > 20).unwrap();
    assert!(section.effects[0].danger, "{section:?}");
    let text = render(&page, Format::Comment);
    let danger = text.find("❌ **danger** if Git were applied now").expect("said at the top");
    assert!(Some(danger) < text.find("| Cluster |"), "{text}");
    assert!(text.contains("volumes are lost here alone") && text.contains("* and 9 more"), "{text}");
}

#[test]
fn the_whole_report_is_named() {
    let whole = Whole(Some("https://example.net/runs/1".to_owned()));
    for format in [Format::Markdown, Format::Comment, Format::Github] {
        let text = format.render(&Made(drift()), Style::Plain, &whole);
        assert!(text.contains("https://example.net/runs/1"), "{text}");
    }
}

#[test]
fn the_same_page_gives_the_same_bytes() {
    for format in FORMATS {
        assert_eq!(render(&drift(), format), render(&drift(), format), "{}", format.as_str());
    }
}
