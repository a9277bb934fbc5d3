//! ConfigMaps among the sources: a ring's `configMapName` may refer to one, into
//! which the seeds are then merged. Pure.

use super::ambiguous::config_map_ambiguities;
use crate::finding::Finding;
use crate::tree::Node;
use crate::yaml::Document;

/// A ConfigMap of the user's.
#[derive(Debug)]
pub struct ConfigMap {
    /// Its name.
    pub name: String,
    /// Its namespace, where it states one.
    pub namespace: Option<String>,
    /// The whole object.
    pub root: Node,
}

/// Reads a document of kind ConfigMap.
pub(super) fn read(document: Document, findings: &mut Vec<Finding>) -> Option<ConfigMap> {
    let Document { root, ambiguous } = document;
    let text = |key| root.at(&["metadata", key]).and_then(Node::as_str).map(str::to_owned);
    let Some(name) = text("name") else {
        findings.push(
            Finding::invalid("this ConfigMap has no `metadata.name`")
                .at(root.span(), "")
                .why("no ring can refer to it")
                .fix("give it a name, or remove it from the sources"),
        );
        return None;
    };
    let maps: [&[&str]; 4] = [&["data"], &["binaryData"], &["metadata", "labels"], &["metadata", "annotations"]];
    let wrong: Vec<_> = maps.into_iter().filter_map(|path| strings_only(&root, path)).chain(namespace(&root)).collect();
    if !wrong.is_empty() {
        findings.extend(wrong);
        return None;
    }
    findings.extend(config_map_ambiguities(&root, &ambiguous));
    Some(ConfigMap { name, namespace: text("namespace"), root })
}

/// What is wrong with a member that must be an object of strings; it may be missing.
fn strings_only(root: &Node, path: &[&str]) -> Option<Finding> {
    let node = root.at(path).filter(|node| !node.is_null())?;
    let wrong = match node.as_map() {
        Some(map) => map.iter().map(|entry| &entry.value).find(|value| value.as_str().is_none())?,
        None => node,
    };
    let path = path.join(".");
    Some(
        Finding::invalid(format!("`{path}` of a ConfigMap holds strings only"))
            .at(wrong.span(), format!("this is {}", wrong.value.kind()))
            .path(path)
            .why("the API server refuses anything else")
            .fix("put the value in quotes, or write it as a block (`key: |`)"),
    )
}

/// What is wrong with a namespace that is no string.
fn namespace(root: &Node) -> Option<Finding> {
    let node = root.at(&["metadata", "namespace"]).filter(|node| !node.is_null() && node.as_str().is_none())?;
    Some(
        Finding::invalid("the namespace of this ConfigMap is no string")
            .at(node.span(), format!("this is {}", node.value.kind()))
            .path("metadata.namespace")
            .why("the API server refuses anything else, and no ring can refer to it")
            .fix("put the name in quotes"),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::source::Sources;
    use crate::yaml::{Budget, compose};

    fn problems(object: &Json) -> Vec<Finding> {
        let mut findings = Vec::new();
        let found = read(Document { root: Node::from(object), ambiguous: Vec::new() }, &mut findings);
        assert_eq!(found.is_none(), !findings.is_empty());
        findings
    }

    #[test]
    fn keys_and_values_that_readers_read_differently_are_refused() {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", "metadata: {name: a, labels: {1_0: x}}\ndata: {on: x, b: 2026-01-01, c: '2026-01-01'}\n");
        let document = compose(&sources, id, &mut Budget::default()).unwrap().remove(0);
        let mut findings = Vec::new();
        read(document, &mut findings);
        let places: Vec<_> = findings.iter().map(|finding| sources.slice(finding.labels[0].span)).collect();
        assert_eq!(places, ["1_0", "on", "2026-01-01"], "{findings:?}");
        assert!(findings.iter().all(Finding::stops));
    }

    #[test]
    fn a_config_map_with_wrong_types_is_refused() {
        let with = |metadata: Json, data: Json| json!({"metadata": metadata, "data": data, "binaryData": null});
        let good = with(json!({"name": "a", "labels": {"a": "1"}, "annotations": null, "namespace": null}), json!({"a": "1"}));
        assert_eq!(problems(&good), []);
        for (metadata, data, path) in [
            (json!({"name": 1}), json!({}), ""),
            (json!({"name": "a"}), json!({"a": 1}), "data"),
            (json!({"name": "a"}), json!([]), "data"),
            (json!({"name": "a", "labels": {"a": true}}), json!({}), "metadata.labels"),
            (json!({"name": "a", "annotations": "a"}), json!({}), "metadata.annotations"),
            (json!({"name": "a", "namespace": 1}), json!({}), "metadata.namespace"),
        ] {
            let found = problems(&with(metadata, data));
            assert_eq!(found.iter().map(|finding| finding.path.as_str()).collect::<Vec<_>>(), [path]);
        }
    }
}
