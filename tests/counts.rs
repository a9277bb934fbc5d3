//! Negative numbers are invalid input: exit code 2, whatever is allowed.

#![cfg(test)]

mod common;

use common::Texts;
use multicasskop::finding::{Exit, Kind};

const FLEET: &str = "\
apiVersion: multicasskop.dev/v1alpha1
kind: Fleet
metadata: {name: prod}
sources: [rings.yaml]
out: clusters
merge: MERGE
clusters:
  - {name: one, namespace: cassandra}
";

const RING: &str = "\
apiVersion: db.orange.com/v2
kind: MultiCasskop
metadata: {name: demo}
spec:
  base:
    metadata: {name: cassandra-demo}
    spec:
      nodesPerRacks: -1
      maxPodUnavailable: -2
      restartCountBeforePodDeletion: -3
      keyspaceCleanupThreads: -4
      livenessInitialDelaySeconds: -5
      jmxConfiguration: {jmxRemotePort: -6, jmxRemoteRmiPort: 7199}
      topology:
        dc:
        - {name: dc1, nodesPerRacks: -7, rack: [{name: rack1, rollingPartition: -8}]}
        - {name: dc2, nodesPerRacks: 0, rack: [{name: rack1, rollingPartition: 0}]}
  override:
    one: {}
";

#[test]
fn negative_numbers_are_invalid_input_with_their_place_however_it_is_merged() {
    for merge in ["merge-patch", "operator"] {
        let texts = Texts::read(&[("fleet.yaml", &FLEET.replace("MERGE", merge)), ("rings.yaml", RING)]);
        let rendered = texts.render();
        let negative = rendered.findings.iter().filter(|finding| finding.message.ends_with("less than 0"));
        let found: Vec<_> = negative
            .map(|finding| {
                assert_eq!((finding.kind, finding.exit()), (Kind::Invalid, Exit::BadInput), "{}", finding.message);
                (finding.path.as_str(), texts.sources.slice(finding.labels[0].span))
            })
            .collect();
        let expected = [
            ("spec.nodesPerRacks", "-1"),
            ("spec.maxPodUnavailable", "-2"),
            ("spec.restartCountBeforePodDeletion", "-3"),
            ("spec.keyspaceCleanupThreads", "-4"),
            ("spec.livenessInitialDelaySeconds", "-5"),
            ("spec.jmxConfiguration.jmxRemotePort", "-6"),
            ("spec.topology.dc[0].nodesPerRacks", "-7"),
            ("spec.topology.dc[0].rack[0].rollingPartition", "-8"),
        ];
        assert_eq!(found, expected, "{merge}");
    }
}
