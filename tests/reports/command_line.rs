//! `-o FORMAT=FILE` as a user types it.

#![cfg(test)]

use multicasskop::schemas::Kind;
use serde_json::Value as Json;

use crate::command::Site;
use crate::formats::assert_sarif;

const ALL: &str = "-o json=r.json -o markdown=r.md -o comment=c.md -o html=r.html -o sarif=r.sarif -o junit=r.xml \
                   -o prometheus=r.prom -o text=r.txt -o github=r.gh";

/// A ring that a rule has something to say about, on a line of its own.
fn site() -> Site {
    let site = Site::fleet();
    site.replace("rings/demo.yaml", "      hardAntiAffinity: true\n", "      hardAntiAffinity: true\n      debug: true\n");
    site
}

#[track_caller]
fn assert_fits(kind: &str, text: &str) {
    let schema = Kind::named(kind).unwrap().schema();
    let report: Json = serde_json::from_str(text).unwrap();
    let validator = jsonschema::validator_for(schema.as_value()).unwrap();
    let errors: Vec<_> = validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn one_run_writes_all_formats_and_still_prints() {
    let site = site();
    let run = site.run(&format!("lint {ALL}"));
    assert!(run.stdout.contains("warning"), "{}", run.told());
    for file in ["r.json", "r.md", "c.md", "r.html", "r.sarif", "r.xml", "r.prom", "r.txt", "r.gh"] {
        assert!(site.read(file).ends_with('\n'), "{file}");
    }
    assert_fits("lint-report", &site.read("r.json"));
    roxmltree::Document::parse(&site.read("r.xml")).unwrap();
    assert!(site.read("c.md").starts_with("<!-- multicasskop:lint:fleet.yaml -->\n"));
    assert!(site.read("r.md").ends_with("The whole report: `r.html`\n"));
    assert!(site.read("r.html").contains("<svg"), "the HTML has the drawing");
}

/// The line of a file that holds a text, from 1.
fn line_of(site: &Site, file: &str, text: &str) -> u64 {
    1 + site.read(file).lines().position(|line| line.contains(text)).unwrap() as u64
}

/// File and line of a place in SARIF.
fn place(location: &Json) -> (String, u64) {
    let physical = &location["physicalLocation"];
    (physical["artifactLocation"]["uri"].as_str().unwrap().to_owned(), physical["region"]["startLine"].as_u64().unwrap())
}

#[test]
fn findings_of_rules_point_to_the_source_and_to_the_rendered_line() {
    let site = site();
    site.run("render").exits(0);
    site.run("lint -o sarif=r.sarif -o github=r.gh");
    let log = assert_sarif(&site.read("r.sarif"));
    let results = log["runs"][0]["results"].as_array().unwrap();
    let source = ("rings/demo.yaml".to_owned(), line_of(&site, "rings/demo.yaml", "debug: true"));
    let result = results.iter().find(|result| place(&result["locations"][0]) == source).expect("a finding on that line");
    let related: Vec<_> = result["relatedLocations"].as_array().unwrap().iter().map(place).collect();
    for cluster in ["eu", "us"] {
        let file = format!("clusters/{cluster}/demo.yaml");
        assert!(related.contains(&(file.clone(), line_of(&site, &file, "debug: true"))), "{related:?}");
    }
    let annotation = format!("file={},line={}", source.0, source.1);
    assert!(site.read("r.gh").lines().any(|line| line.contains(&annotation)), "{}", site.read("r.gh"));
}

#[test]
fn a_stale_tree_is_a_finding_in_every_format() {
    let site = Site::fleet();
    site.run("render").exits(0);
    site.replace("rings/demo.yaml", "nodesPerRacks: 1", "nodesPerRacks: 2");
    let run = site.run(&format!("render --check {ALL}")).exits(1);
    assert!(run.stdout.contains("+  nodesPerRacks: 2"), "{}", run.told());
    assert_fits("render-report", &site.read("r.json"));
    let log = assert_sarif(&site.read("r.sarif"));
    let stale = &log["runs"][0]["results"][0];
    assert_eq!((&stale["ruleId"], &stale["level"]), (&"render/stale".into(), &"error".into()));
    assert!(site.read("r.md").contains("### `demo` in `eu`, `us`, the same in 2 clusters"), "{}", site.read("r.md"));
    let comment = site.read("c.md");
    assert!(comment.find("render/stale") < comment.find("`L47`"), "what matters most comes first: {comment}");
    let annotations = site.read("r.gh");
    let errors: Vec<_> = annotations.lines().filter(|line| line.starts_with("::error ")).collect();
    assert_eq!(errors.len(), 1, "what is the same in two clusters is one: {annotations}");
    let written = line_of(&site, "rings/demo.yaml", "nodesPerRacks");
    assert!(errors[0].starts_with(&format!("::error file=rings/demo.yaml,line={written},")), "{annotations}");
    assert!(errors[0].contains("%0A-  nodesPerRacks: 1%0A+  nodesPerRacks: 2") && !errors[0].contains("digest"), "{annotations}");
    assert_eq!(place(&stale["locations"][0]), ("rings/demo.yaml".to_owned(), written));
    let related: Vec<_> = stale["relatedLocations"].as_array().unwrap().iter().map(place).collect();
    let rendered = |cluster: &str| {
        let file = format!("clusters/{cluster}/demo.yaml");
        (file.clone(), line_of(&site, &file, "nodesPerRacks"))
    };
    assert_eq!(related, [rendered("eu"), rendered("us")]);
    assert!(site.read("r.xml").contains("<failure"));
    assert!(site.read("r.prom").contains("multicasskop_render_good{fleet=\"prod\"} 0"));
    site.run("render").exits(0);
    site.run("render --check -o markdown=r.md").exits(0);
    assert!(site.read("r.md").starts_with("## ✅"), "{}", site.read("r.md"));
}

/// As code scanning compares them from run to run.
#[test]
fn alerts_outlive_lines_that_move() {
    let site = site();
    site.replace("rings/demo.yaml", "nodesPerRacks: 1\n", "nodesPerRacks: 1\n      noSuchField: 1\n      norThis: 1\n");
    let fingerprints = |words: &str| {
        site.run(words);
        let log = assert_sarif(&site.read("r.sarif"));
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        let one = |result: &Json| (result["ruleId"].to_string(), result["partialFingerprints"].to_string());
        let all: Vec<_> = results.iter().map(one).collect();
        let unlike: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(unlike.len(), all.len(), "each has its own: {all:?}");
        let lines: Vec<_> = results.iter().map(|result| place(&result["locations"][0]).1).collect();
        (all, lines)
    };
    let twice = |all: &[(String, String)]| all.iter().any(|one| all.iter().filter(|other| other.0 == one.0).count() > 1);
    let before = fingerprints("lint -o sarif=r.sarif");
    assert!(twice(&before.0), "a rule has two findings in a file: {before:?}");
    let moved = format!("# one\n# two\n{}", site.read("rings/demo.yaml"));
    site.write("rings/demo.yaml", moved);
    let after = fingerprints("lint -o sarif=r.sarif");
    assert_eq!(before.0, after.0);
    assert_ne!(before.1, after.1, "lines have moved");
    // The same for files that are out of date: object and seeds have alerts of their own.
    let site = Site::fleet();
    site.run("render").exits(0);
    site.replace("rings/demo.yaml", "nodesPerRacks: 1", "nodesPerRacks: 2");
    site.run("render --check -o sarif=a.sarif").exits(1);
    site.write("rings/demo.yaml", format!("# one\n{}", site.read("rings/demo.yaml")));
    site.run("render --check -o sarif=b.sarif").exits(1);
    let stale = |file: &str| assert_sarif(&site.read(file))["runs"][0]["results"][0]["partialFingerprints"].clone();
    assert_eq!(stale("a.sarif"), stale("b.sarif"));
}

/// Code scanning refuses a file of which one result has no place.
#[test]
fn every_result_has_a_place() {
    let of_first = |site: &Site, words: &str| {
        site.run(words);
        let log = assert_sarif(&site.read("r.sarif"));
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        assert!(results.iter().all(|result| result["locations"].as_array().is_some_and(|all| all.len() == 1)), "{results:#?}");
        place(&results[0]["locations"][0])
    };
    let site = Site::fleet();
    site.run("render").exits(0);
    site.replace("clusters/eu/demo.yaml", "nodesPerRacks: 1", "nodesPerRacks: 7");
    assert_eq!(of_first(&site, "render --check -o sarif=r.sarif"), ("clusters/eu/demo.yaml".to_owned(), 1), "an edited file");
    site.remove("clusters/eu/demo.yaml");
    assert_eq!(of_first(&site, "render --check -o sarif=r.sarif").0, "rings/demo.yaml", "a file that is not there");
    site.run("render").exits(0);
    site.remove("rings/test.yaml");
    assert!(of_first(&site, "render --check -o sarif=r.sarif").0.starts_with("clusters/eu/"), "a file without a source");
    site.remove("rings/demo.yaml");
    assert_eq!(of_first(&site, "render --check -o sarif=r.sarif").0, "fleet.yaml", "sources that are not there");
    assert_eq!(of_first(&site, "lint --fleet none.yaml -o sarif=r.sarif").0, "none.yaml", "a fleet file that is not there");
}

#[test]
fn the_gate_points_to_the_ring_and_to_the_rendered_file() {
    let site = Site::empty();
    let fleet = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo/fleet.yaml");
    site.run_words(["gate", "--all", "--fleet", fleet, "-o", "sarif=r.sarif"]).exits(3);
    let log = assert_sarif(&site.read("r.sarif"));
    for (result, cluster) in log["runs"][0]["results"].as_array().unwrap().iter().zip(["k8s-cluster1", "k8s-cluster2"]) {
        assert!(place(&result["locations"][0]).0.ends_with("fixtures/demo/rings/cassandra-demo.yaml"), "{result:#}");
        let related = place(&result["relatedLocations"][0]).0;
        assert!(related.ends_with(&format!("fixtures/demo/clusters/{cluster}/cassandra-demo.yaml")), "{result:#}");
    }
}

#[test]
fn input_that_cannot_be_read_is_reported_in_files_too() {
    let site = Site::fleet();
    site.write("rings/demo.yaml", "a: [");
    site.run("render --check -o sarif=r.sarif -o junit=r.xml").exits(2);
    let log = assert_sarif(&site.read("r.sarif"));
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "invalid-input");
    assert!(site.read("r.xml").contains("<failure"));
}

#[test]
fn a_format_on_standard_output_is_alone_there() {
    let site = site();
    let run = site.run("lint -o sarif");
    assert_sarif(&run.stdout);
    let run = site.run("render --check -o markdown");
    assert!(run.stdout.starts_with("## ❌"), "{}", run.told());
}

#[test]
fn what_cannot_be_had_is_a_usage_error() {
    let site = site();
    site.run("lint -o json -o html").exits(2).says("only one format");
    site.run("lint -o json=a -o html=a").exits(2).says("same file");
    site.run("lint -o pdf").exits(2).says("`sarif`");
    site.run("render --stdout --cluster eu -o html").exits(2).says("--stdout");
    site.run("lint --report-url javascript:alert(1)").exits(2).says("https://");
    let run = site.run("lint -o json=no/such/folder/a.json");
    assert_ne!(run.code, Some(0), "{}", run.told());
}
