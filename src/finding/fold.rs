//! Equal findings of several clusters → one finding that names the clusters. Pure.

use std::collections::HashMap;

use super::{Finding, Kind, Severity};
use crate::names::RingName;
use crate::source::Span;

/// Folds findings that differ in nothing but the cluster; the first keeps its place.
pub fn fold(findings: Vec<Finding>) -> Vec<Finding> {
    type Key = (Kind, Severity, String, Option<RingName>, String, Vec<Span>);
    let mut places: HashMap<Key, usize> = HashMap::new();
    let mut folded: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        let spans = finding.labels.iter().map(|label| label.span).collect();
        let key =
            (finding.kind, finding.severity, finding.message.clone(), finding.ring.clone(), finding.path.to_string(), spans);
        if let Some(at) = places.get(&key) {
            let there = &mut folded[*at];
            for cluster in finding.clusters {
                if !there.clusters.contains(&cluster) {
                    there.clusters.push(cluster);
                }
            }
        } else {
            places.insert(key, folded.len());
            folded.push(finding);
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::ClusterName;

    #[test]
    fn equal_findings_name_all_their_clusters_once() {
        let on = |cluster: &str, message: &str| Finding::invalid(message).cluster(&ClusterName::new(cluster).unwrap());
        let folded = fold(vec![on("a", "x"), on("b", "y"), on("b", "x"), on("a", "x")]);
        let told: Vec<_> = folded.iter().map(|finding| (finding.message.as_str(), finding.clusters.len())).collect();
        assert_eq!(told, [("x", 2), ("y", 1)]);
    }
}
