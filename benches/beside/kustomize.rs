//! The same rings for Kustomize: as base of each what the first cluster gets, and for
//! each other cluster an overlay with one JSON patch per object.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use multicasskop::tree::Node;
use multicasskop::yaml::emit;
use serde_json::{Value as Json, json};

use crate::{read, write};

/// Builds `bases/`, a folder for each cluster and one over all of them.
pub(crate) fn tree(folder: &Path, rendered: &Path) {
    let mut clusters: Vec<_> = std::fs::read_dir(rendered).unwrap().map(|entry| entry.unwrap().path()).collect();
    clusters.sort();
    let first = files(&clusters[0]);
    for (name, object) in &first {
        write(&folder.join("bases").join(name), &yaml(object));
    }
    let list: String = first.keys().fold(String::new(), |mut list, name| {
        let _ = writeln!(list, "- {name}");
        list
    });
    write(&folder.join("bases/kustomization.yaml"), &format!("resources:\n{list}"));
    let mut all = "resources:\n".to_owned();
    for cluster in &clusters {
        let name = cluster.file_name().unwrap().to_string_lossy();
        let patches: Vec<_> = files(cluster).iter().filter_map(|(file, object)| patch(&first[file], object)).collect();
        let kustomization = json!({ "resources": ["../bases"], "patches": patches });
        write(&folder.join(&*name).join("kustomization.yaml"), &yaml(&kustomization));
        let _ = writeln!(all, "- {name}");
    }
    write(&folder.join("kustomization.yaml"), &all);
}

/// What makes one object of another, for Kustomize; nothing where they are the same.
fn patch(from: &Json, to: &Json) -> Option<Json> {
    let target = json!({ "kind": from["kind"], "name": from["metadata"]["name"] });
    let changes = json_patch::diff(from, to);
    (!changes.is_empty()).then(|| json!({ "target": target, "patch": serde_json::to_string(&changes).unwrap() }))
}

fn yaml(json: &Json) -> String {
    emit(&Node::from(json))
}

/// The objects of a rendered cluster, by file.
fn files(cluster: &Path) -> BTreeMap<String, Json> {
    let files = std::fs::read_dir(cluster).unwrap().map(|entry| entry.unwrap().path());
    let named = files.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path));
    let objects = named.filter(|(name, _)| name != "kustomization.yaml");
    objects.map(|(name, path)| (name, read(&path).remove(0))).collect()
}
