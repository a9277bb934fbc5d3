//! Every rule has a case that fires and one that stays silent.
//!
//! `fixtures/rules/<ID>/fires*.yaml` and `silent*.yaml`: YAML streams with a
//! Fleet and the sources. What a firing case says is a snapshot, so that a
//! reviewer reads the message beside the source.

#![cfg(test)]
#![allow(clippy::disallowed_methods, reason = "tests read files")]

mod common;

use common::{Texts, repository};
use multicasskop::rule::RuleId;

fn cases(rule: RuleId, kind: &str) -> Vec<(String, String)> {
    let folder = repository(&format!("fixtures/rules/{rule}"));
    let mut files: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    let name = |path: &std::path::Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    files.retain(|path| name(path).starts_with(kind) && path.extension().is_some_and(|end| end == "yaml"));
    files.iter().map(|path| (name(path), std::fs::read_to_string(path).expect("readable"))).collect()
}

#[test]
fn every_rule_fires_where_it_should() {
    for rule in RuleId::ALL.iter().copied() {
        let cases = cases(rule, "fires");
        assert!(!cases.is_empty(), "{rule} has no case that fires: fixtures/rules/{rule}/fires.yaml");
        for (name, text) in cases {
            let texts = Texts::read(&[(&name, &text)]);
            let rendered = texts.render();
            let found: Vec<_> = rendered.findings.iter().filter(|finding| finding.rule_id() == Some(rule)).collect();
            let others: Vec<_> = rendered.findings.iter().map(|finding| texts.told(finding)).collect();
            assert!(!found.is_empty(), "{rule}/{name} does not fire; found was:\n{}", others.join("\n"));
            for finding in &found {
                assert!(
                    !finding.fix.is_empty() && !finding.why.is_empty(),
                    "{rule}/{name}: no reason or no fix\n{}",
                    texts.told(finding)
                );
            }
            let told: String = found.iter().map(|finding| texts.told(finding)).collect();
            insta::with_settings!({ snapshot_path => repository(&format!("fixtures/rules/{rule}")), prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(name.trim_end_matches(".yaml"), told);
            });
        }
    }
}

#[test]
fn every_rule_is_silent_where_it_should_be() {
    for rule in RuleId::ALL.iter().copied() {
        let cases = cases(rule, "silent");
        assert!(!cases.is_empty(), "{rule} has no case that is silent: fixtures/rules/{rule}/silent.yaml");
        for (name, text) in cases {
            let texts = Texts::read(&[(&name, &text)]);
            let rendered = texts.render();
            let found: Vec<_> = rendered
                .findings
                .iter()
                .filter(|finding| finding.rule_id() == Some(rule))
                .map(|finding| texts.told(finding))
                .collect();
            assert!(found.is_empty(), "{rule}/{name} fires:\n{}", found.join("\n"));
            assert!(!rendered.rings.is_empty(), "{rule}/{name} renders nothing, so its silence means nothing");
        }
    }
}
