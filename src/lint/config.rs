//! Configuration that nodes read: the name of the ConfigMap (L27) and the
//! cluster name in free-form `config` (L53). Pure.

use crate::finding::Finding;
use crate::fleet::Delivery;
use crate::ring::{Part, racks};
use crate::source::Span;
use crate::tree::{Node, Value};

use super::Context;
use crate::rule::RuleId;

/// L27: not where the seeds go into the ConfigMap, which is to change in place.
pub(super) fn config_map_version(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let ring = context.expanded.ring.name.as_str();
    for (part, way) in context.expanded.parts.iter().zip(context.ways) {
        let Some(node) = part.spec().get("configMapName").filter(|_| *way != Some(Delivery::ConfigMap)) else { continue };
        let Some(name) = node.as_str().filter(|name| !name.is_empty()) else { continue };
        if name.replace(ring, "").bytes().any(|byte| byte.is_ascii_digit()) {
            continue;
        }
        findings.push(
            Finding::rule(RuleId::L27, format!("`spec.configMapName` is `{name}`, a name without a version"))
                .at(node.span(), "")
                .path("spec.configMapName")
                .fix(format!("give each content a name of its own, such as `{name}-v1`: the new name is a rolling restart by which the nodes get it"))
                .cluster(&part.cluster.name),
        );
    }
}

/// A cluster name that somebody wrote.
struct Written {
    path: String,
    /// The name as a message shows it.
    name: String,
    span: Option<Span>,
}

/// L53.
pub(super) fn cluster_name(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let ring = context.expanded.ring.name.as_str();
    let written: Vec<_> = context.expanded.parts.iter().map(|part| names(part, ring)).collect();
    let same = |a: &[Written], b: &[Written]| a.iter().map(|name| &name.name).eq(b.iter().map(|name| &name.name));
    for (at, (part, here)) in context.expanded.parts.iter().zip(&written).enumerate() {
        let others = || context.expanded.parts.iter().zip(&written).enumerate().filter(|(other, _)| *other != at);
        let differing = others().map(|(_, other)| other).find(|(_, names)| !same(here, names));
        for Written { path, name, span } in here {
            let message = match differing {
                Some(_) => format!("`{path}` names Cassandra's cluster {name}, but not in every cluster of the ring"),
                None => format!("`{path}` names Cassandra's cluster {name}, not `{ring}`"),
            };
            let mut finding = Finding::rule(RuleId::L53, message)
                .at(*span, "")
                .path(path.clone())
                .fix(format!("in a new ring remove it: CassKop names the cluster `{ring}`; a running ring cannot be renamed: write its name once, in the base, and allow L53"));
            if let Some((other, names)) = differing {
                let place = names.first().and_then(|name| name.span);
                let what =
                    names.first().map_or_else(|| format!("here it is `{ring}`"), |name| format!("here it is {}", name.name));
                finding = finding.at(place.or(other.over.key_span), what);
            }
            findings.push(finding.cluster(&part.cluster.name));
        }
        findings.extend(seeds_in_config(part));
    }
}

/// Free-form configurations of a part, with their paths.
fn configs<'a>(part: &'a Part<'_>) -> Vec<(String, &'a Node)> {
    let mut found = Vec::new();
    let mut add =
        |node: &'a Node, path: String| found.extend(node.get("config").map(|config| (format!("{path}.config"), config)));
    add(part.spec(), "spec".to_owned());
    for (at, dc) in part.dcs().iter().enumerate() {
        add(dc, format!("spec.topology.dc[{at}]"));
        for (rack_at, rack) in racks(dc).iter().enumerate() {
            add(rack, format!("spec.topology.dc[{at}].rack[{rack_at}]"));
        }
    }
    found
}

/// The cluster names that a part sets itself; the one that CassKop sets anyway is none.
fn names(part: &Part<'_>, ring: &str) -> Vec<Written> {
    const PLACES: [[&str; 2]; 2] = [["cassandra-yaml", "cluster_name"], ["cluster-info", "name"]];
    let mut found = Vec::new();
    for (path, config) in configs(part) {
        for place in PLACES {
            let Some(node) = config.at(&place).filter(|node| node.as_str() != Some(ring)) else { continue };
            let name = match &node.value {
                Value::Text(text) => format!("`{text}`"),
                other => crate::schema::typed::describe(other),
            };
            found.push(Written { path: format!("{path}.{}", place.join(".")), name, span: node.span() });
        }
    }
    found
}

/// Seeds in `cluster-info`, which the bootstrap container writes over.
fn seeds_in_config(part: &Part<'_>) -> Vec<Finding> {
    let seeds = configs(part).into_iter().filter_map(|(path, config)| Some((path, config.at(&["cluster-info", "seeds"])?)));
    seeds
        .map(|(path, node)| {
            Finding::rule(RuleId::L53, format!("`{path}.cluster-info.seeds` has no effect"))
                .at(node.span(), "")
                .path(format!("{path}.cluster-info.seeds"))
                .why("the bootstrap container writes its own list over it")
                .fix("remove it; write seeds in the fleet file, `seeds: […]`")
                .cluster(&part.cluster.name)
        })
        .collect()
}
