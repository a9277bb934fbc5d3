//! Whether the network policies of a live namespace let a ring's traffic in. Pure.

use super::network::CLIENTS;
use super::tick::{State, Verdict};
use crate::tree::Node;

/// Jolokia, which nodes of other clusters ask; and the ports between nodes, of which one is in use.
const JOLOKIA: u16 = 8778;
const STORAGE: [u16; 2] = [7000, 7001];

/// What a policy means for the pods of a ring.
enum Meets {
    Not,
    Yes,
    /// It goes by labels that are not known here.
    Perhaps,
}

/// Judges the policies of the ring's namespace. Whom they let in is not compared.
pub(super) fn judge(policies: &[Node], ring: &str, other_clusters: bool) -> Verdict {
    let name = |policy: &Node| format!("`{}`", policy.at(&["metadata", "name"]).and_then(Node::as_str).unwrap_or_default());
    let named = |wanted: fn(&Meets) -> bool| policies.iter().filter(move |policy| wanted(&meets(policy, ring)));
    let perhaps: Vec<_> = named(|meets| matches!(meets, Meets::Perhaps)).map(name).collect();
    if !perhaps.is_empty() {
        let list = perhaps.join(", ");
        return Verdict::unseen(format!("{list} may select the ring's pods, by labels that are not known here: read it"));
    }
    let selecting: Vec<_> = named(|meets| matches!(meets, Meets::Yes)).collect();
    if selecting.is_empty() {
        return Verdict::new(State::There, "no NetworkPolicy selects the ring's pods, so none keeps anybody out");
    }
    let lets_in = |port: u16| selecting.iter().any(|policy| lets_in(policy, port));
    let between = if other_clusters {
        let storage = (!STORAGE.into_iter().any(lets_in)).then(|| "7000 or 7001".to_owned());
        storage.into_iter().chain((!lets_in(JOLOKIA)).then(|| JOLOKIA.to_string())).collect()
    } else {
        Vec::new()
    };
    let shut: Vec<_> = between.into_iter().chain((!lets_in(CLIENTS)).then(|| CLIENTS.to_string())).collect();
    let list = selecting.into_iter().map(name).collect::<Vec<_>>().join(", ");
    if shut.is_empty() {
        Verdict::new(State::There, format!("{list} let the ports in; from where was not compared"))
    } else {
        Verdict::new(State::Missing, format!("{list} select the ring's pods and let nobody in at {}", shut.join(", ")))
    }
}

fn meets(policy: &Node, ring: &str) -> Meets {
    let spec = |key: &str| policy.at(&["spec", key]);
    let types = spec("policyTypes").map(Node::items).unwrap_or_default();
    if !types.is_empty() && !types.iter().any(|one| one.as_str() == Some("Ingress")) {
        return Meets::Not;
    }
    let selector = spec("podSelector");
    let expressions = selector.and_then(|selector| selector.get("matchExpressions")).map(Node::items).unwrap_or_default();
    let labels = selector.and_then(|selector| selector.get("matchLabels")).and_then(Node::as_map);
    let mut unknown = !expressions.is_empty();
    for entry in labels.into_iter().flatten() {
        match (entry.key.as_str(), entry.value.as_str()) {
            ("app", Some("cassandracluster")) => {}
            ("cassandracluster", Some(name)) if name == ring => {}
            ("app" | "cassandracluster", _) => return Meets::Not,
            _ => unknown = true,
        }
    }
    if unknown { Meets::Perhaps } else { Meets::Yes }
}

fn lets_in(policy: &Node, port: u16) -> bool {
    let rules = policy.at(&["spec", "ingress"]).map(Node::items).unwrap_or_default();
    let port = i64::from(port);
    let fits = |one: &Node| {
        let tcp = one.get("protocol").and_then(Node::as_str).is_none_or(|protocol| protocol == "TCP");
        let from = one.get("port").and_then(Node::as_int);
        let to = one.get("endPort").and_then(Node::as_int).or(from);
        // Without a number it is all ports; a name cannot be looked up here.
        tcp && (one.get("port").is_none() || from.zip(to).is_some_and(|(from, to)| (from..=to).contains(&port)))
    };
    rules.iter().any(|rule| {
        let ports = rule.get("ports").map(Node::items).unwrap_or_default();
        ports.is_empty() || ports.iter().any(fits)
    })
}
