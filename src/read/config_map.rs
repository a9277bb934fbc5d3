//! ConfigMaps among the sources: a ring's `configMapName` may refer to one, into
//! which the seeds are then merged. Pure.

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
    let root = document.root;
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
    for part in ["data", "binaryData"] {
        let Some(data) = root.get(part).filter(|data| !data.is_null()) else { continue };
        let strings = data.as_map().is_some_and(|map| map.iter().all(|entry| entry.value.as_str().is_some()));
        if !strings {
            let wrong = data.as_map().and_then(|map| map.iter().map(|entry| &entry.value).find(|value| value.as_str().is_none()));
            let wrong = wrong.unwrap_or(data);
            findings.push(
                Finding::invalid(format!("`{part}` of a ConfigMap holds strings only"))
                    .at(wrong.span(), format!("this is {}", wrong.value.kind()))
                    .path(part)
                    .why("the API server refuses anything else")
                    .fix("put the value in quotes, or write it as a block (`key: |`)"),
            );
            return None;
        }
    }
    Some(ConfigMap { name, namespace: text("namespace"), root })
}
