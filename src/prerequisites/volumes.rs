//! What volumes ask for: storage classes. Pure.

use super::asking::Asking;
use super::model::Subject;
use crate::source::Span;
use crate::topology::node_size;
use crate::tree::Node;

/// Adds the storage classes of a part.
pub(super) fn ask(asking: &mut Asking<'_>) {
    let part = asking.part;
    let class = |of: &Node, field: &str| of.get(field).and_then(Node::span);
    let mut volumes = false;
    for (at, dc) in part.dcs().iter().enumerate() {
        let size = node_size(part, dc);
        if size.data.is_none() {
            continue;
        }
        volumes = true;
        let of_dc = dc.get("dataCapacity").and_then(Node::as_str).is_some_and(|text| !text.is_empty());
        let (path, of) = if of_dc { (format!("spec.topology.dc[{at}]"), dc) } else { ("spec".to_owned(), part.spec()) };
        match &size.storage_class {
            Some(name) => add(asking, name, format!("{path}.dataStorageClass"), class(of, "dataStorageClass")),
            None => add(asking, "", format!("{path}.dataCapacity"), class(of, "dataCapacity")),
        }
    }
    // Without a capacity CassKop leaves the further volumes out (docs/facts.md, Operations).
    let further = part.spec().get("storageConfigs").map(Node::items).unwrap_or_default();
    for (at, config) in further.iter().enumerate().filter(|_| volumes) {
        let node = config.at(&["pvcSpec", "storageClassName"]);
        let name = node.and_then(Node::as_str).unwrap_or_default();
        let span = node.or(config.get("pvcSpec")).and_then(Node::span);
        add(asking, name, format!("spec.storageConfigs[{at}].pvcSpec.storageClassName"), span);
    }
}

fn add(asking: &mut Asking<'_>, name: &str, path: String, span: Option<Span>) {
    let what = if name.is_empty() {
        "one class is the cluster's default: no class is written"
    } else {
        "exists; with `allowVolumeExpansion` if the volumes shall grow later"
    };
    let need = asking.need(path, span);
    asking.cluster_wide(Subject::StorageClass, name, what, "the volumes stay `Pending`, and with them the pods", need);
}
