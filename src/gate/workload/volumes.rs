//! Rows of the table that are about volumes. Pure.

use crate::ring::name;
use crate::schema::quantity::Quantity;
use crate::tree::Node;

use super::same::same;
use super::{Pair, differs, named};

const DATA: &str = "data";

pub(super) fn config_map(pair: &Pair<'_>) -> Option<String> {
    let volume = named(pair.pod(&["volumes"]), "cassandra-config");
    let found = volume.and_then(|volume| volume.at(&["configMap", "name"])).and_then(Node::as_str);
    differs("ConfigMap", Some(pair.wanted_text("configMapName")), found)
}

fn claims<'a>(pair: &Pair<'a>) -> &'a [Node] {
    pair.set.at(&["spec", "volumeClaimTemplates"]).map(Node::items).unwrap_or_default()
}

fn claim_name(claim: &Node) -> &str {
    claim.get("metadata").map(name).unwrap_or_default()
}

fn claim<'a>(pair: &Pair<'a>, wanted: &str) -> Option<&'a Node> {
    claims(pair).iter().find(|found| claim_name(found) == wanted)
}

/// The data centre's where it has a capacity, else the spec's; CassKop takes the
/// class from the same place as the capacity.
pub(super) fn data(pair: &Pair<'_>) -> Option<String> {
    let text = |node: Option<&Node>| node.and_then(Node::as_str).unwrap_or("").to_owned();
    let of_dc = text(pair.rack.dc.get("dataCapacity"));
    let (capacity, class) = if of_dc.is_empty() {
        (pair.wanted_text("dataCapacity").to_owned(), pair.wanted_text("dataStorageClass").to_owned())
    } else {
        (of_dc, text(pair.rack.dc.get("dataStorageClass")))
    };
    let claim = claim(pair, DATA);
    if capacity.is_empty() {
        return claim.map(|_| "has a volume claim `data`, which the spec does not ask for".to_owned());
    }
    let Some(claim) = claim else { return Some("has no volume claim `data`".to_owned()) };
    let found = text(claim.at(&["spec", "resources", "requests", "storage"]));
    let same_size = match (Quantity::parse(&capacity), Quantity::parse(&found)) {
        (Some(wanted), Some(found)) => wanted.compare(&found).is_eq(),
        _ => false,
    };
    if !same_size {
        return differs("capacity of `data`", Some(&capacity), Some(&found));
    }
    // Without a class in the spec the cluster's default class may be filled in.
    let found = text(claim.at(&["spec", "storageClassName"]));
    (!class.is_empty()).then(|| differs("storage class of `data`", Some(&class), Some(&found))).flatten()
}

/// CassKop makes none of these where there is no `dataCapacity`.
pub(super) fn storage(pair: &Pair<'_>) -> Option<String> {
    claim(pair, DATA)?;
    let wanted = pair.wanted(&["storageConfigs"]).map(Node::items).unwrap_or_default();
    for one in wanted {
        let name = name(one);
        let Some(found) = claim(pair, name) else {
            return Some(format!("has no volume claim `{name}`, and volume claims can never change"));
        };
        if !same(one.at(&["pvcSpec", "resources"]), found.at(&["spec", "resources"])) {
            return Some(format!("has another volume claim `{name}`, and volume claims can never change"));
        }
    }
    let ours = |found: &str| found == DATA || wanted.iter().any(|one| name(one) == found);
    let extra = claims(pair).iter().map(claim_name).find(|found| !ours(found));
    extra.map(|extra| format!("has a volume claim `{extra}` that the spec does not ask for, and volume claims can never change"))
}
