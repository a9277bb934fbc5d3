//! Documents → what a run renders: `MultiCasskop`s, and ConfigMaps that they refer to.
//!
//! Only the shape is checked here: the right kind, names that can be files,
//! a base and overrides that are objects. What is in them is typed later, per
//! cluster and version. Other kinds are skipped with a note. Pure: the texts
//! come in through [`crate::yaml`].

mod ambiguous;
mod config_map;
mod multicasskop;

pub use ambiguous::ambiguities;
pub use config_map::ConfigMap;
pub use multicasskop::{Api, MOST_CLUSTERS, Override, Ring};

use crate::finding::Finding;
use crate::tree::Node;
use crate::yaml::Document;

/// What the sources hold.
#[derive(Debug, Default)]
pub struct Input {
    /// One per MultiCasskop, in the order in which they were read.
    pub rings: Vec<Ring>,
    /// All ConfigMaps.
    pub config_maps: Vec<ConfigMap>,
}

/// Sorts documents by kind.
pub fn read(documents: Vec<Document>, findings: &mut Vec<Finding>) -> Input {
    let mut input = Input::default();
    for document in documents {
        match kind(&document.root) {
            Some("MultiCasskop") => input.rings.extend(multicasskop::read(document, findings)),
            Some("ConfigMap") => input.config_maps.extend(config_map::read(document, findings)),
            // A fleet file may lie among the sources; it is read by itself.
            Some("Fleet") => {}
            Some(kind) => findings.push(skipped(&document.root, kind)),
            None => findings.push(not_an_object(&document.root)),
        }
    }
    input
}

/// The `kind` of an object.
pub fn kind(root: &Node) -> Option<&str> {
    root.get("kind").and_then(Node::as_str)
}

fn skipped(root: &Node, kind: &str) -> Finding {
    let at = root.get("kind").and_then(Node::span);
    Finding::note(format!("skipped an object of kind `{kind}`: only MultiCasskops and ConfigMaps are read")).at(at, "")
}

fn not_an_object(root: &Node) -> Finding {
    Finding::invalid("this document is no Kubernetes object: it has no `kind`")
        .at(root.span(), format!("{} without `kind`", root.value.kind()))
        .why("nothing can be rendered from it")
        .fix("remove it from the sources, or give it `apiVersion: db.orange.com/v2` and `kind: MultiCasskop`")
}
