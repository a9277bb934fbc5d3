//! The drift report in Prometheus' text format, for a textfile collector. Pure.
//!
//! Every checked ring has a series for each class, also if nothing differs, so that an
//! alert ends; what was not checked has none but `multicasskop_drift_cluster_checked`.

use std::fmt::Write as _;

use crate::check::{Class, ClusterDrift, DriftReport, RingDrift};
use crate::report::prometheus::escaped;

/// The report in Prometheus' format.
pub fn metrics(report: &DriftReport) -> String {
    let mut out = Out { text: String::new(), fleet: report.fleet.as_deref() };
    out.metric("multicasskop_drift_differences", "Differences between a live ring and Git, without ignored ones.");
    for (cluster, ring) in rings(report) {
        for class in Class::ALL {
            let counted = counted(ring, class).count();
            out.sample("multicasskop_drift_differences", &of_ring(cluster, ring, Some(class)), counted as u64);
        }
    }
    out.metric("multicasskop_drift_ignored_differences", "Differences that a rule of the fleet file ignores.");
    for (cluster, ring) in rings(report) {
        let ignored = ring.differences.iter().filter(|found| found.ignored.is_some()).count();
        out.sample("multicasskop_drift_ignored_differences", &of_ring(cluster, ring, None), ignored as u64);
    }
    let seen = "multicasskop_drift_first_seen_timestamp_seconds";
    out.metric(seen, "When the oldest difference that is there was first seen, with --history.");
    for (cluster, ring) in rings(report) {
        for class in Class::ALL {
            if let Some(first) = counted(ring, class).filter_map(|found| found.first_seen).min() {
                out.sample(seen, &of_ring(cluster, ring, Some(class)), seconds(first));
            }
        }
    }
    out.metric(
        "multicasskop_drift_cluster_checked",
        "1 if the whole cluster was looked at, 0 if not: then nothing is known of the rest.",
    );
    for cluster in &report.clusters {
        let checked = u64::from(cluster.not_checked.is_empty());
        out.sample("multicasskop_drift_cluster_checked", &[("cluster", &cluster.name)], checked);
    }
    out.metric("multicasskop_drift_last_check_timestamp_seconds", "When the clusters were looked at.");
    out.sample("multicasskop_drift_last_check_timestamp_seconds", &[], seconds(report.at));
    out.text
}

fn seconds(time: jiff::Timestamp) -> u64 {
    u64::try_from(time.as_second()).unwrap_or_default()
}

fn rings(report: &DriftReport) -> impl Iterator<Item = (&ClusterDrift, &RingDrift)> {
    report.clusters.iter().flat_map(|cluster| cluster.rings.iter().map(move |ring| (cluster, ring)))
}

fn counted(ring: &RingDrift, class: Class) -> impl Iterator<Item = &crate::check::Difference> {
    ring.differences.iter().filter(move |found| found.class == class && found.ignored.is_none())
}

fn of_ring<'a>(cluster: &'a ClusterDrift, ring: &'a RingDrift, class: Option<Class>) -> Vec<(&'static str, &'a str)> {
    let mut labels =
        vec![("cluster", cluster.name.as_str()), ("namespace", ring.namespace.as_str()), ("ring", ring.name.as_str())];
    labels.extend(class.map(|class| ("class", class.as_str())));
    labels
}

struct Out<'a> {
    text: String,
    /// A label of all series: two fleets may have their files in one collector.
    fleet: Option<&'a str>,
}

impl Out<'_> {
    fn metric(&mut self, name: &str, help: &str) {
        let _ = write!(self.text, "# HELP {name} {help}\n# TYPE {name} gauge\n");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: u64) {
        let fleet = self.fleet.map(|fleet| ("fleet", fleet));
        let labels: Vec<_> = fleet.iter().chain(labels).map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.text, "{name}{labels} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_labels_are_escaped() {
        let mut out = Out { text: String::new(), fleet: None };
        out.sample("a", &[("b", "x\\y\"z\n")], 1);
        assert_eq!(out.text, "a{b=\"x\\\\y\\\"z\\n\"} 1\n");
    }
}
