//! What nodes need to reach each other: DNS, ports, network policies. Pure.

use super::asking::{Asking, in_words};
use super::model::Subject;
use crate::seeds::Origin;
use crate::seeds::resolve::{HOSTNAME_ANNOTATIONS, zone};
use crate::tree::Node;

/// Between nodes, without and with TLS, and Jolokia, which a node asks before it starts
/// (docs/facts.md, What a cluster must have; How a node starts).
pub(super) const BETWEEN: [u16; 3] = [7000, 7001, JOLOKIA];
/// Jolokia, over which CassKop runs its operations too.
pub(super) const JOLOKIA: u16 = 8778;
/// For clients.
pub(super) const CLIENTS: u16 = 9042;

/// Adds what the nodes of a part need to be reached.
pub(super) fn ask(asking: &mut Asking<'_>) {
    let others: Vec<_> = asking
        .ring
        .expanded
        .parts
        .iter()
        .filter(|other| other.cluster.name != asking.part.cluster.name)
        .map(|other| other.cluster.name.to_string())
        .collect();
    dns(asking, &others);
    ports(asking, &others);
}

fn dns(asking: &mut Asking<'_>, others: &[String]) {
    let (fleet, ring, part) = (asking.fleet, asking.ring, asking.part);
    let annotations = part.spec().at(&["service", "annotations"]);
    let set: Vec<_> = HOSTNAME_ANNOTATIONS.into_iter().filter(|key| annotations.and_then(|all| all.get(key)).is_some()).collect();
    let Some((zone, span)) = zone(fleet, &ring.expanded, part) else { return };
    if others.is_empty() && set.is_empty() {
        return;
    }
    let path = match (fleet.zone(&ring.expanded.ring.name, part.cluster), set.first()) {
        (None, Some(key)) => format!("spec.service.annotations[{key}]"),
        _ => "zone".to_owned(),
    };
    let shared = ring
        .expanded
        .parts
        .iter()
        .filter(|other| other.cluster.name != part.cluster.name)
        .any(|other| crate::seeds::resolve::zone(fleet, &ring.expanded, other).is_some_and(|(of_other, _)| of_other == zone));
    let mut what = vec!["External-DNS watches Services in the namespace and writes into this zone, through a provider (RFC 2136, or a cloud's DNS) that may change it".to_owned()];
    what.push(match set.as_slice() {
        [] => "the Service has no hostname annotation, so the records have to come from elsewhere".to_owned(),
        set => format!("the Service has {}, and `--annotation-prefix` must fit", in_words(set)),
    });
    if !others.is_empty() {
        what.push(format!("its names resolve in {}", in_words(others)));
    }
    if shared {
        what.push("another cluster uses the same zone, so each External-DNS needs a `--txt-owner-id` of its own".to_owned());
    }
    let seeds_use_it = ring.seeds.origin == Origin::Computed;
    let why = if seeds_use_it {
        "seeds do not resolve, and nodes of other clusters wait or start a ring of their own"
    } else {
        "nodes are not found by name"
    };
    let annotations = set.into_iter().map(str::to_owned).collect();
    let need = asking.need(path, span);
    asking.in_namespace(Subject::DnsZone { annotations }, &zone, what.join("; "), why, need);
}

fn ports(asking: &mut Asking<'_>, others: &[String]) {
    let span = asking.part.over.key_span;
    let ring = asking.ring_name().to_owned();
    if !others.is_empty() {
        let what = format!(
            "pods of {} reach the ring's pods here by their own addresses at 7000 (7001 with TLS) and 8778, without address translation",
            in_words(others)
        );
        let need = asking.need("spec.override", span);
        let subject = Subject::Ports { ports: BETWEEN.to_vec(), from: others.to_vec() };
        let why = "nodes cannot join; one that reaches no seed at 8778 waits or starts a ring of its own";
        asking.in_namespace(subject, &format!("{ring}-between-clusters"), what, why, need);
    }
    let need = asking.need("spec.override", span);
    let subject = Subject::Ports { ports: vec![CLIENTS], from: Vec::new() };
    asking.in_namespace(
        subject,
        &format!("{ring}-clients"),
        "clients reach the ring's pods at 9042",
        "nobody can use the ring",
        need,
    );
    let need = asking.need("metadata.name", asking.part.object.at(&["metadata", "name"]).and_then(Node::span));
    let what = "where traffic is denied by default: lets the nodes, CassKop (8778), clients (9042) and metrics (9500) in, and the nodes out to DNS and to each other";
    let subject = Subject::NetworkPolicy { other_clusters: !others.is_empty() };
    asking.in_namespace(subject, &ring, what, "nodes do not find each other, or CassKop cannot work on them", need);
}
