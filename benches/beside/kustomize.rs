//! The same rings for Kustomize: as base of each what the first cluster gets, and for
//! each other cluster an overlay with one JSON patch per object.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value as Json, json};

use crate::{Cluster, write, yaml};

/// Builds `kustomize/` with `bases/`, a folder for each cluster and one over all of them.
pub(crate) fn tree(folder: &Path, clusters: &[Cluster]) {
    let folder = folder.join("kustomize");
    let bases = &clusters[0].objects;
    let mut list = "resources:\n".to_owned();
    for (name, object) in bases {
        write(&folder.join("bases").join(name), &yaml(object));
        let _ = writeln!(list, "- {name}");
    }
    write(&folder.join("bases/kustomization.yaml"), &list);
    let mut all = "resources:\n".to_owned();
    for Cluster { name, objects } in clusters {
        let patches: Vec<_> = objects.iter().filter_map(|(file, object)| patch(&bases[file], object)).collect();
        let kustomization = json!({ "resources": ["../bases"], "patches": patches });
        write(&folder.join(name).join("kustomization.yaml"), &yaml(&kustomization));
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
