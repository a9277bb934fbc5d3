//! The same rings as a Helm chart: base of each object is what the last cluster gets,
//! and for each cluster there is what differs, merged by the chart's only template.

use std::path::Path;

use serde_json::{Map, Value as Json, json};

use crate::{Cluster, write, yaml};

const TEMPLATE: &str = "\
{{- range $cluster, $changes := .Values.clusters }}
{{- range $file, $base := $.Values.bases }}
---
{{ mergeOverwrite (deepCopy $base) (get $changes $file | default dict) | toYaml }}
{{- end }}
{{- end }}
";

/// Writes the chart, and beside it the values: in it they may have 5 MiB at most.
pub(crate) fn chart(folder: &Path, clusters: &[Cluster]) {
    let bases = &clusters[clusters.len() - 1].objects;
    let changes = |cluster: &Cluster| -> Json {
        let objects = cluster.objects.iter();
        objects.filter_map(|(file, object)| Some((file.clone(), changes(&bases[file], object)?))).collect()
    };
    let all: Map<_, _> = clusters.iter().map(|cluster| (cluster.name.clone(), changes(cluster))).collect();
    write(&folder.join("chart/Chart.yaml"), "apiVersion: v2\nname: bench\nversion: 0.1.0\n");
    write(&folder.join("values.yaml"), &yaml(&json!({ "bases": bases, "clusters": all })));
    write(&folder.join("chart/templates/objects.yaml"), TEMPLATE);
}

/// What is to be merged into one value to get another; nothing where they are the same.
fn changes(from: &Json, to: &Json) -> Option<Json> {
    let (Json::Object(from), Json::Object(to)) = (from, to) else { return (from != to).then(|| to.clone()) };
    assert!(from.keys().all(|key| to.contains_key(key)), "a merge of Helm's takes nothing away");
    let differing = to.iter().filter_map(|(key, value)| match from.get(key) {
        Some(there) => Some((key.clone(), changes(there, value)?)),
        None => Some((key.clone(), value.clone())),
    });
    let differing: Map<_, _> = differing.collect();
    (!differing.is_empty()).then_some(Json::Object(differing))
}
