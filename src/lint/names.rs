//! Names that `CassKop` and Kubernetes can use: data centres, racks (L01 to L03),
//! the ring (L05), and what is generated out of them (L06). Pure.

use std::collections::HashMap;

use crate::finding::Finding;
use crate::ring::{Part, name, racks};
use crate::seeds::is_dc_rack;
use crate::tree::Node;

use super::Context;
use super::written::as_yaml;
use crate::rule::RuleId;

/// Of what a name is one.
#[derive(Clone, Copy)]
enum Named {
    Dc,
    Rack,
}

impl Named {
    const fn what(self) -> &'static str {
        match self {
            Self::Dc => "data centre",
            Self::Rack => "rack",
        }
    }

    const fn allowed(self) -> &'static str {
        match self {
            Self::Dc => "lower-case letters and digits, beginning with a letter",
            Self::Rack => "lower-case letters and digits",
        }
    }

    /// `CassKop` cuts `<dc>-<rack>` at its dashes, so that neither half may have one.
    fn usable(self, text: &str) -> bool {
        let matches = match self {
            Self::Dc => is_dc_rack(text, "r"),
            Self::Rack => is_dc_rack("d", text),
        };
        matches && !text.contains('-')
    }

    /// The nearest usable name, if there is one.
    fn mended(self, text: &str) -> Option<String> {
        let kept = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
        Some(kept.collect::<String>()).filter(|name| self.usable(name))
    }
}

/// Data centres, or the racks of one.
struct Listed<'a> {
    items: &'a [Node],
    named: Named,
    /// Path of the list.
    path: &'a str,
}

/// L01, L02, L03.
pub(super) fn dcs_and_racks(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let mut found = Vec::new();
        let dcs = Listed { items: part.dcs(), named: Named::Dc, path: "spec.topology.dc" };
        dcs.check("data centres", &mut found);
        for (at, dc) in part.dcs().iter().enumerate() {
            let path = format!("spec.topology.dc[{at}].rack");
            Listed { items: racks(dc), named: Named::Rack, path: &path }.check("racks of one data centre", &mut found);
        }
        findings.extend(found.into_iter().map(|finding| finding.cluster(&part.cluster.name)));
    }
}

impl Listed<'_> {
    fn check(&self, plural: &str, found: &mut Vec<Finding>) {
        let mut first: HashMap<&str, &Node> = HashMap::new();
        for (at, item) in self.items.iter().enumerate() {
            let path = || format!("{}[{at}].name", self.path);
            let text = name(item);
            if text.is_empty() {
                found.extend(self.nameless(item, at));
                continue;
            }
            let place = item.get("name").and_then(Node::span);
            if !self.named.usable(text) {
                found.push(self.unusable(text, item).path(path()));
            }
            if let Some(earlier) = first.get(text) {
                found.push(
                    Finding::rule(RuleId::L03, format!("`{text}` is the name of two {plural}"))
                        .at(place, "again here")
                        .at(earlier.get("name").and_then(Node::span), "first here")
                        .path(path())
                        .fix(format!("give each {} a name of its own", self.named.what())),
                );
            } else {
                first.insert(text, item);
            }
        }
    }

    fn unusable(&self, text: &str, item: &Node) -> Finding {
        let what = self.named.what();
        let place = item.get("name").and_then(Node::span);
        let finding = Finding::rule(RuleId::L01, format!("CassKop cannot use `{text}` as the name of a {what}")).at(place, "");
        let allowed = self.named.allowed();
        match self.named.mended(text) {
            Some(mended) => finding.fix(format!("write `{mended}`: {allowed}")).replace(place, as_yaml(&mended)),
            None => finding.fix(format!("write a name of {allowed}")),
        }
    }

    /// Nothing for what `CassKop` makes up in place of a topology that L04 speaks of.
    fn nameless(&self, item: &Node, at: usize) -> Option<Finding> {
        let what = self.named.what();
        let finding = Finding::rule(RuleId::L02, format!("the {what} `{}[{at}]` has no name", self.path))
            .at(item.span()?, format!("this {what}"))
            .path(format!("{}[{at}].name", self.path))
            .fix(format!("add `name:` with {}", self.named.allowed()));
        Some(finding)
    }
}

/// L05.
pub(super) fn ring(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let ring = context.expanded.ring;
    for part in &context.expanded.parts {
        let node = part.object.at(&["metadata", "name"]);
        let text = node.and_then(Node::as_str).unwrap_or_default();
        let other = text != ring.name.as_str();
        if !other && is_dns_1035(text) {
            continue;
        }
        let place = node.and_then(Node::span);
        let finding = if text.is_empty() {
            let removed = part.over.node.at(&["metadata", "name"]).and_then(Node::span);
            Finding::rule(RuleId::L05, "the override takes the ring's name away")
                .at(removed.or(part.over.key_span), "")
                .at(ring.name_span, "the ring's name")
                .fix("remove `metadata.name` from the override")
        } else if other {
            Finding::rule(RuleId::L05, format!("the ring `{}` is called `{text}` in this cluster", ring.name))
                .at(place, "another name")
                .at(ring.name_span, "the ring's name")
                .fix("remove `metadata.name` from the override, or make it a MultiCasskop of its own if it is another ring")
                .replace(place, as_yaml(ring.name.as_str()))
        } else {
            no_label(text).at(place, "")
        };
        findings.push(finding.path("metadata.name").cluster(&part.cluster.name));
    }
}

fn no_label(text: &str) -> Finding {
    let finding = Finding::rule(RuleId::L05, format!("the headless Service cannot be called `{text}`"));
    let mended = text.replace('.', "-");
    if is_dns_1035(&mended) {
        finding.fix(format!("write a name without dots, such as `{mended}`"))
    } else {
        finding.fix("write a name of lower-case letters, digits and `-` that begins with a letter and does not end with `-`")
    }
}

/// A DNS-1035 label but for its length, of which L06 speaks.
fn is_dns_1035(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Longest name of a Service.
const SERVICE: usize = 63;
/// What `CassKop` adds to the ring's name for the Service of the exporter.
const EXPORTER: &str = "-exporter-jmx";
/// Longest name of a StatefulSet: the label `controller-revision-hash` of its pods
/// holds it with `-` and up to ten more characters. Its pods' own names then fit too.
const STATEFUL_SET: usize = 52;

/// L06.
pub(super) fn lengths(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let name = part.object.at(&["metadata", "name"]);
        let text = name.and_then(Node::as_str).unwrap_or_default();
        let finding = if text.len() + EXPORTER.len() > SERVICE {
            let most = SERVICE - EXPORTER.len();
            Some(
                Finding::rule(RuleId::L06, format!("the Service `{text}{EXPORTER}` is longer than {SERVICE} characters"))
                    .at(name.and_then(Node::span), format!("{} characters", text.len()))
                    .path("metadata.name")
                    .fix(format!(
                        "choose a name of at most {most} characters, and of at most {STATEFUL_SET} together with `-<dc>-<rack>`"
                    )),
            )
        } else {
            stateful_sets(part, text)
        };
        findings.extend(finding.map(|finding| finding.cluster(&part.cluster.name)));
    }
}

/// The longest of the StatefulSets that are too long.
fn stateful_sets(part: &Part<'_>, ring: &str) -> Option<Finding> {
    let all =
        part.dcs().iter().enumerate().flat_map(|(at, dc)| racks(dc).iter().enumerate().map(move |(of, rack)| (at, dc, of, rack)));
    let length = |dc, rack| ring.len() + 2 + name(dc).len() + name(rack).len();
    let too_long = all.filter(|(_, dc, _, rack)| length(dc, rack) > STATEFUL_SET);
    let (at, dc, of, rack) = too_long.max_by_key(|(_, dc, _, rack)| length(dc, rack))?;
    let (dc_name, rack_name) = (name(dc), name(rack));
    let length = length(dc, rack);
    let place = |node: &Node| node.get("name").and_then(Node::span);
    let finding = Finding::rule(
        RuleId::L06,
        format!("the StatefulSet `{ring}-{dc_name}-{rack_name}` is longer than {STATEFUL_SET} characters"),
    )
    .at(place(rack).or(place(dc)), format!("{length} characters with the ring and the data centre"))
    .path(format!("spec.topology.dc[{at}].rack[{of}].name"))
    .why("Kubernetes writes its name and a hash into a label of 63 characters, so that its pods are never created")
    .fix(format!(
        "shorten the name of ring, data centre or rack; with the dashes they may have {STATEFUL_SET} characters in all"
    ));
    Some(finding)
}
