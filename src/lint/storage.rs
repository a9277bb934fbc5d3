//! Volumes: the data volume (L16, L17, L19), its class (L18), further ones (L20). Pure.

use std::collections::HashMap;

use crate::finding::Finding;
use crate::ring::{Part, name};
use crate::schema::quantity::Quantity;
use crate::tree::Node;

use super::Context;
use super::written::{and, text};
use crate::rule::RuleId;

/// What a size is called, in the spec and at a data centre.
const CAPACITY: &str = "dataCapacity";
/// What a storage class is called.
const CLASS: &str = "dataStorageClass";

/// The data centres that have a capacity of their own, with it.
fn own_capacities<'a>(part: &'a Part<'_>) -> impl Iterator<Item = (usize, &'a Node, &'a Node)> {
    part.dcs().iter().enumerate().filter_map(|(at, dc)| Some((at, dc, text(dc, CAPACITY)?)))
}

/// L16, L17, L19.
pub(super) fn capacity(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let spec = text(part.spec(), CAPACITY);
        let mut found = Vec::new();
        if spec.is_none() {
            found.push(no_capacity(context, part));
        }
        let of_spec = spec.map(|node| (format!("spec.{CAPACITY}"), node));
        let of_dcs = own_capacities(part).map(|(at, _, node)| (format!("spec.topology.dc[{at}].{CAPACITY}"), node));
        found.extend(of_spec.into_iter().chain(of_dcs).filter_map(|(path, node)| no_quantity(path, node)));
        findings.extend(found.into_iter().map(|finding| finding.cluster(&part.cluster.name)));
    }
}

/// L16 where a data centre has a capacity, else L17.
fn no_capacity(context: &Context<'_>, part: &Part<'_>) -> Finding {
    let own: Vec<_> = own_capacities(part).collect();
    let Some((.., first)) = own.first() else {
        return Finding::rule(RuleId::L17, "`spec.dataCapacity` is not set")
            .at(context.expanded.ring.name_span, "this ring")
            .path("spec.dataCapacity")
            .fix("write the size of each node's volume, such as `dataCapacity: 20Gi`; allow L17 if the data may be lost");
    };
    let dcs = and(own.iter().map(|(_, dc, _)| name(dc)));
    let finding = Finding::rule(RuleId::L16, format!("`dataCapacity` is set for {dcs}, but not in `spec`"))
        .path("spec.dataCapacity")
        .fix(format!(
            "write `dataCapacity: {}` under `spec` and remove it from the data centres; before you do that to a running ring, copy its data elsewhere, because the nodes start with empty volumes",
            first.as_str().unwrap_or_default()
        ));
    own.iter().fold(finding, |finding, (.., node)| finding.at(node.span(), "has a volume that is not mounted"))
}

/// L19.
fn no_quantity(path: String, node: &Node) -> Option<Finding> {
    let text = node.as_str()?;
    let message = match Quantity::parse(text) {
        Some(quantity) if quantity.is_positive() => return None,
        Some(_) => format!("`{path}` is `{text}`, which is not more than 0"),
        None => format!("`{path}` is `{text}`, which is no quantity"),
    };
    Some(Finding::rule(RuleId::L19, message).at(node.span(), "").path(path).fix("write a size such as `20Gi`"))
}

/// L18.
pub(super) fn classes(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let of_spec = |field| text(part.spec(), field);
        for (at, dc) in part.dcs().iter().enumerate() {
            let finding = match (text(dc, CAPACITY), text(dc, CLASS)) {
                (None, Some(class)) => ignored_class(at, class, of_spec(CLASS)),
                // Without a capacity in the spec nothing is mounted at all, of which L16 speaks.
                (Some(capacity), None) if of_spec(CAPACITY).is_some() => match of_spec(CLASS) {
                    Some(class) => lost_class(at, dc, capacity, class),
                    None => continue,
                },
                _ => continue,
            };
            findings.push(finding.cluster(&part.cluster.name));
        }
    }
}

fn ignored_class(at: usize, class: &Node, of_spec: Option<&Node>) -> Finding {
    let path = format!("spec.topology.dc[{at}].{CLASS}");
    let instead =
        of_spec.and_then(Node::as_str).map_or_else(|| "the cluster's default class".to_owned(), |class| format!("`{class}`"));
    Finding::rule(RuleId::L18, format!("`{path}` is ignored; the volumes get {instead}")).at(class.span(), "").path(path).fix(
        "remove it from a running data centre, whose class cannot change; for a new one write the class as `spec.dataStorageClass`, or write `dataCapacity` beside it",
    )
}

fn lost_class(at: usize, dc: &Node, capacity: &Node, class: &Node) -> Finding {
    let class_name = class.as_str().unwrap_or_default();
    let path = format!("spec.topology.dc[{at}].{CLASS}");
    Finding::rule(RuleId::L18, format!("the volumes of `{}` get the cluster's default class, not `{class_name}`", name(dc)))
        .at(capacity.span(), "a capacity without a class")
        .at(class.span(), "does not count there")
        .path(path)
        .fix(format!("remove the data centre's `dataCapacity`, or write `dataStorageClass: {class_name}` beside it; for a running data centre, whose class cannot change, allow L18"))
}

/// L20.
pub(super) fn further_volumes(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let configs = part.spec().get("storageConfigs").map(Node::items).unwrap_or_default();
        let Some(first) = configs.first() else { continue };
        let mut found = Vec::new();
        if text(part.spec(), CAPACITY).is_none() && own_capacities(part).next().is_none() {
            found.push(
                about("spec.storageConfigs", "`spec.storageConfigs` is ignored, because `spec.dataCapacity` is not set")
                    .at(first.get("name").and_then(Node::span).or(first.span()), "")
                    .fix("write `dataCapacity` too, or remove `storageConfigs`"),
            );
        }
        names(configs, &mut found);
        for (at, config) in configs.iter().enumerate() {
            claim(config, at, &mut found);
        }
        findings.extend(found.into_iter().map(|finding| finding.cluster(&part.cluster.name)));
    }
}

fn about(path: &str, message: impl Into<String>) -> Finding {
    Finding::rule(RuleId::L20, message).path(path)
}

/// Names must differ from each other and from that of the data volume.
fn names(configs: &[Node], found: &mut Vec<Finding>) {
    let mut first: HashMap<&str, &Node> = HashMap::new();
    for (at, config) in configs.iter().enumerate() {
        let Some(node) = text(config, "name") else { continue };
        let path = format!("spec.storageConfigs[{at}].name");
        let name = node.as_str().unwrap_or_default();
        if name == "data" {
            found.push(
                about(&path, format!("`{path}` is `data`, the name of the data volume"))
                    .at(node.span(), "")
                    .fix("give the volume another name"),
            );
        }
        if let Some(earlier) = first.get(name) {
            found.push(
                about(&path, format!("`{name}` is the name of two `storageConfigs`"))
                    .at(node.span(), "again here")
                    .at(earlier.span(), "first here")
                    .fix("give each volume a name of its own"),
            );
        } else {
            first.insert(name, node);
        }
    }
}

/// What the API server wants of a volume claim and the CRD does not ask for.
fn claim(config: &Node, at: usize, found: &mut Vec<Finding>) {
    let Some(claim) = config.get("pvcSpec") else { return };
    let place = config.get("name").and_then(Node::span).or(config.span());
    let volume = name(config);
    if claim.get("accessModes").is_none_or(|modes| modes.items().is_empty()) {
        found.push(
            about(
                &format!("spec.storageConfigs[{at}].pvcSpec.accessModes"),
                format!("the volume `{volume}` has no `accessModes`"),
            )
            .at(place, "")
            .fix("add `accessModes: [ReadWriteOnce]` to its `pvcSpec`"),
        );
    }
    let path = format!("spec.storageConfigs[{at}].pvcSpec.resources.requests.storage");
    match claim.at(&["resources", "requests", "storage"]) {
        None => found.push(
            about(&path, format!("the volume `{volume}` has no size"))
                .at(place, "")
                .fix("add `resources: {requests: {storage: 10Gi}}` to its `pvcSpec`"),
        ),
        Some(size) if !size.as_str().and_then(Quantity::parse).is_some_and(|quantity| quantity.is_positive()) => found
            .push(about(&path, format!("`{path}` is not more than 0")).at(size.span(), "").fix("write a size such as `10Gi`")),
        Some(_) => {}
    }
}
