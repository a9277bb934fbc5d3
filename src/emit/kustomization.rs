//! The kustomization of a cluster's directory: the list of our files in it.
//!
//! With it `kubectl kustomize`, Argo CD and Flux take the directory as it is,
//! and nothing that somebody puts beside our files is applied by accident. Pure.

use std::collections::BTreeSet;

use super::file::FileName;
use super::header::{About, Header};
use super::text::SharedText;
use crate::names::ClusterName;

/// The whole text of `kustomization.yaml` for a directory with these files.
///
/// A [`FileName`] ends in `.yaml` and begins with a letter or digit, so every
/// YAML reader takes it as a string without quotes.
pub fn kustomization(fleet: Option<&str>, cluster: &ClusterName, files: &BTreeSet<FileName>) -> SharedText {
    let mut body = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n".to_owned();
    for file in files {
        body.push_str("- ");
        body.push_str(file.as_str());
        body.push('\n');
    }
    let header = Header { fleet: fleet.map(Into::into), cluster: cluster.clone(), about: About::Directory };
    let body = SharedText::from(&body);
    let mut text = SharedText::from(&header.text(&body));
    text.append(body);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_listed_once_in_order_and_read_back_as_a_string() {
        let names = ["b.yaml", "1e3.yaml", "on.yaml", "0x10-seeds.yaml"];
        let files = names.iter().filter_map(|name| FileName::listed(name)).collect();
        let text = kustomization(Some("prod"), &ClusterName::new("k1").unwrap(), &files);
        let json: serde_json::Value = serde_yaml::from_str(&text.to_string()).unwrap();
        let expected = serde_json::json!({
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": ["0x10-seeds.yaml", "1e3.yaml", "b.yaml", "on.yaml"],
        });
        assert_eq!(json, expected);
    }
}
