//! CPU and memory (L14), empty limits (L58), and how quantities are written (L15). Pure.

use std::collections::HashSet;

use crate::finding::Finding;
use crate::ring::name;
use crate::schema::quantity::Quantity;
use crate::schema::{CASSANDRA_CLUSTER_SPEC, Profile, Ty, TypeSet};
use crate::source::Span;
use crate::tree::{Map, Node, Path, Value};

use super::Context;
use super::written::{as_operator, as_yaml};
use crate::rule::RuleId;

/// The amount that a value stands for.
fn amount(node: &Node) -> Option<Quantity> {
    Quantity::parse(&quantity_text(node)?)
}

/// The text of a quantity, which may be written as a number too.
fn quantity_text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(text.to_string()),
        Value::Int(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        _ => None,
    }
}

/// L14.
pub(super) fn consistent(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let Some(spec) = part.source.get("spec") else { continue };
        let mut found = Vec::new();
        let root = Path::ROOT;
        let path = root.key("spec");
        above_limits(spec, path, &mut found);
        found.extend(no_memory_limit(spec));
        if let Some(sidecar) = spec.get("backRestSidecar") {
            above_limits(sidecar, path.key("backRestSidecar"), &mut found);
        }
        let sidecars = spec.get("sidecarConfigs").map(Node::items).unwrap_or_default();
        for (at, sidecar) in sidecars.iter().enumerate() {
            above_limits(sidecar, path.key("sidecarConfigs").index(at), &mut found);
        }
        let dcs = spec.at(&["topology", "dc"]).map(Node::items).unwrap_or_default();
        for (at, dc) in dcs.iter().enumerate() {
            above_limits(dc, path.key("topology").key("dc").index(at), &mut found);
            if part.versions.from.profile() != Profile::V1_1_5 {
                found.extend(heap_of_another_size(spec, dc, at));
            }
        }
        findings.extend(found.into_iter().map(|finding| finding.cluster(&part.cluster.name)));
    }
}

/// Requests of `of.resources` that exceed their limits.
fn above_limits(of: &Node, path: Path<'_>, found: &mut Vec<Finding>) {
    let part = |name| of.at(&["resources", name]).and_then(Node::as_map);
    let (Some(requests), Some(limits)) = (part("requests"), part("limits")) else { return };
    for request in requests {
        let Some(limit) = limits.get(&request.key) else { continue };
        let (Some(wanted), Some(most)) = (amount(&request.value), amount(limit)) else { continue };
        if wanted.compare(&most).is_gt() {
            let path = path.key("resources").key("requests").key(&request.key).to_buf();
            let texts = [&request.value, limit].map(|node| quantity_text(node).unwrap_or_default());
            found.push(
                Finding::rule(RuleId::L14, format!("`{path}` is {}, more than its limit of {}", texts[0], texts[1]))
                    .at(request.value.span(), "")
                    .at(limit.span(), "the limit")
                    .path(path)
                    .why("the API server takes the StatefulSet and refuses each of its pods")
                    .fix("raise the limit or lower the request"),
            );
        }
    }
}

/// Resources without a limit of the memory, from which the heap is sized.
fn no_memory_limit(spec: &Node) -> Option<Finding> {
    let resources = spec.get("resources")?;
    let written = |name| resources.get(name).and_then(Node::as_map);
    let empty = |map: Option<&Map>| map.is_none_or(Map::is_empty);
    let (requests, limits) = (written("requests"), written("limits"));
    // Of limits `{}` beside requests L58 speaks; absent ones become a copy of the requests.
    if empty(limits) && (limits.is_some() || empty(requests)) {
        return None;
    }
    let counted = limits.or(requests)?;
    if counted.get("memory").is_some() || heap_is_stated(spec) {
        return None;
    }
    let place = ["limits", "requests"].into_iter().find_map(|name| resources.as_map()?.entry(name)?.key_span);
    let finding = Finding::rule(RuleId::L14, "`spec.resources.limits.memory` is not set")
        .at(place.or(resources.span()), "no memory here")
        .path("spec.resources.limits.memory")
        .why("CassKop makes the heap a quarter of it, and 2048 MiB where it is missing, whatever memory the node has")
        .fix("write the memory of a node there, such as `limits: {memory: 8Gi}`");
    Some(finding)
}

/// Memory of a data centre that the heap does not follow; up to 1.1.5 it does.
fn heap_of_another_size(spec: &Node, dc: &Node, at: usize) -> Option<Finding> {
    let own = dc.at(&["resources", "limits", "memory"])?;
    let resources = spec.get("resources");
    let of_spec = |part| resources?.get(part)?.get("memory");
    let common = match resources.and_then(|resources| resources.get("limits")) {
        Some(_) => of_spec("limits"),
        None => of_spec("requests"),
    };
    let same = common.and_then(amount).zip(amount(own)).is_some_and(|(a, b)| a.compare(&b).is_eq());
    if same || heap_is_stated(spec) || heap_is_stated(dc) {
        return None;
    }
    let path = format!("spec.topology.dc[{at}].resources.limits.memory");
    let finding = Finding::rule(
        RuleId::L14,
        format!("the heap of `{}` does not follow its memory of {}", name(dc), quantity_text(own)?),
    )
    .at(own.span(), "")
    .at(common.and_then(Node::span), "the heap follows this")
    .path(path)
    .why("CassKop sizes the heap of all data centres by `spec.resources`; a node with a heap too large for its memory is killed")
        .fix("state the heap at the data centre: `config: {jvm-options: {initial_heap_size: …, max_heap_size: …}}`; or give all data centres the same memory");
    Some(finding)
}

/// Whether the user's own `config` sets the heap's size, which then counts.
fn heap_is_stated(of: &Node) -> bool {
    ["jvm-options", "jvm-server-options"].iter().any(|options| of.at(&["config", options, "max_heap_size"]).is_some())
}

/// L58.
pub(super) fn empty_limits(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let Some(resources) = part.source.at(&["spec", "resources"]) else { continue };
        let (Some(limits), Some(requests)) = (resources.get("limits"), resources.get("requests").and_then(Node::as_map)) else {
            continue;
        };
        if requests.is_empty() || !limits.as_map().is_some_and(Map::is_empty) {
            continue;
        }
        let copied: Vec<_> = requests
            .iter()
            .filter_map(|entry| Some(format!("{}: {}", entry.key, as_yaml(&amount(&entry.value)?.canonical()))))
            .collect();
        let text = format!("{{{}}}", copied.join(", "));
        findings.push(
            Finding::rule(RuleId::L58, "`spec.resources.limits` is `{}` beside requests")
                .at(limits.span(), "")
                .cluster(&part.cluster.name)
                .path("spec.resources.limits")
                .fix(format!("write the limits; those of a new object would be `{text}`"))
                .replace(limits.span(), text),
        );
    }
}

/// L15.
pub(super) fn notation(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let types = part.versions.from.profile().types();
        let in_spec = |object: &'_ Node, visit: &mut dyn FnMut(Path<'_>, &Node)| {
            let root = Path::ROOT;
            if let Some(spec) = object.get("spec") {
                quantities(spec, &Ty::Struct(&CASSANDRA_CLUSTER_SPEC), types, root.key("spec"), visit);
            }
        };
        let mut found = Vec::new();
        if as_operator(context) {
            // The merge has already rewritten them: what counts is what was written there.
            let mut places: HashSet<Span> = HashSet::new();
            in_spec(&part.source, &mut |_, node| places.extend(node.span()));
            for object in [&context.expanded.ring.base, &part.over.node] {
                in_spec(object, &mut |path, node| {
                    if node.span().is_some_and(|span| places.contains(&span)) {
                        found.extend(other_notation(path, node));
                    }
                });
            }
        } else {
            in_spec(&part.source, &mut |path, node| found.extend(other_notation(path, node)));
        }
        findings.extend(found.into_iter().map(|finding: Finding| finding.cluster(&part.cluster.name)));
    }
}

/// Calls `visit` for each quantity in a value of a type.
fn quantities(node: &Node, ty: &Ty, types: TypeSet, path: Path<'_>, visit: &mut dyn FnMut(Path<'_>, &Node)) {
    match (ty, &node.value) {
        (Ty::Quantity, _) => visit(path, node),
        (Ty::List(item), Value::List(items)) => {
            for (at, node) in items.iter().enumerate() {
                quantities(node, item, types, path.index(at), visit);
            }
        }
        (Ty::Map(item), Value::Map(map)) => {
            for entry in map {
                quantities(&entry.value, item, types, path.key(&entry.key), visit);
            }
        }
        (Ty::Struct(of), Value::Map(map)) => {
            for entry in map {
                if let Some(field) = of.field(&entry.key, types) {
                    quantities(&entry.value, &field.ty, types, path.key(field.name), visit);
                }
            }
        }
        _ => {}
    }
}

/// The finding of a quantity that Kubernetes stores in another way.
fn other_notation(path: Path<'_>, node: &Node) -> Option<Finding> {
    let text = quantity_text(node)?;
    let quantity = Quantity::parse(&text)?;
    let canonical = quantity.canonical();
    if canonical == text {
        return None;
    }
    let path = path.to_buf();
    let kept = Quantity::parse(&canonical).is_some_and(|stored| stored.compare(&quantity).is_eq());
    let finding = if kept {
        Finding::rule(RuleId::L15, format!("`{path}` is written `{text}` and stored as `{canonical}`"))
            .fix(format!("write `{canonical}`"))
            .replace(node.span(), as_yaml(&canonical))
    } else {
        Finding::rule(RuleId::L15, format!("`{path}` is written `{text}`, but another amount is stored: `{canonical}`"))
            .why("from 10^21 on Kubernetes loses the unit of a quantity in decimal notation")
            .fix("write the amount that is meant; what is this large is nearly always a wrong unit")
    };
    Some(finding.at(node.span(), "").path(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &serde_json::Value) -> Option<Finding> {
        other_notation(Path::ROOT.key("cpu"), &Node::from(value))
    }

    #[test]
    fn a_whole_number_counts_as_the_string_that_is_stored() {
        assert_eq!(of(&serde_json::json!(2)), None);
        assert_eq!(of(&serde_json::json!("2")), None);
        assert!(of(&serde_json::json!(2000)).is_some_and(|finding| finding.message.ends_with("stored as `2k`")));
    }

    #[test]
    fn a_lost_unit_is_no_matter_of_notation() {
        let finding = of(&serde_json::json!("1000E")).unwrap();
        assert!(finding.message.contains("another amount is stored: `1`"), "{}", finding.message);
        assert_eq!(finding.replacement, None);
    }
}
