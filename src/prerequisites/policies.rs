//! Whether the network policies of a live namespace let a ring's traffic through. Pure.

use super::network::{CLIENTS, JOLOKIA};
use super::verdict::{State, Verdict};
use crate::tree::Node;

/// Between nodes, of which one is in use (docs/facts.md, What a cluster must have).
const STORAGE: [u16; 2] = [7000, 7001];
/// DNS; the second one where its pods listen there, as those of `OpenShift` do, because policies see the port behind the Service.
const DNS: [u16; 2] = [53, 5353];

/// A direction of traffic, with its names in a policy.
#[derive(Clone, Copy)]
enum Way {
    In,
    Out,
}

impl Way {
    const BOTH: [Self; 2] = [Self::In, Self::Out];

    /// In `spec.policyTypes`; and the member with the rules.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::In => ("Ingress", "ingress"),
            Self::Out => ("Egress", "egress"),
        }
    }

    /// Ports of which one of each row must be open, with the row in words.
    fn needs(self) -> [(&'static [u16], &'static str, &'static str); 3] {
        let (storage, jolokia) = ((&STORAGE[..], "TCP", "7000 or 7001"), (&[JOLOKIA][..], "TCP", "8778"));
        match self {
            Self::In => [storage, jolokia, (&[CLIENTS], "TCP", "9042")],
            Self::Out => [(&DNS, "UDP", "53 or 5353 (DNS)"), storage, jolokia],
        }
    }
}

/// Whether something holds, as far as a policy alone tells.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    No,
    /// It goes by labels or names of ports that are not known here.
    Perhaps,
    Yes,
}

/// Judges the policies of the ring's namespace. Whom they let in, and where to out, is not compared.
pub(super) fn judge(policies: &[Node], ring: &str) -> Verdict {
    let name = |policy: &Node| format!("`{}`", policy.at(&["metadata", "name"]).and_then(Node::as_str).unwrap_or_default());
    let list = |wanted: &dyn Fn(&Node) -> bool| {
        let all: Vec<_> = policies.iter().filter(|policy| wanted(policy)).map(name).collect();
        (!all.is_empty()).then(|| all.join(", "))
    };
    let selects = |policy: &Node, holds: Holds| Way::BOTH.into_iter().any(|way| meets(policy, ring, way) == holds);
    if let Some(list) = list(&|policy| selects(policy, Holds::Perhaps)) {
        return Verdict::unseen(format!("{list} may select the ring's pods, by labels that are not known here: read it"));
    }
    let Some(selecting) = list(&|policy| selects(policy, Holds::Yes)) else {
        return Verdict::new(State::There, "no NetworkPolicy selects the ring's pods, so none keeps anybody out");
    };
    let (mut shut, mut named) = (Vec::new(), false);
    for way in Way::BOTH {
        let meeting: Vec<_> = policies.iter().filter(|policy| meets(policy, ring, way) == Holds::Yes).collect();
        let open = |ports: &[u16], protocol: &str| {
            let all = meeting.iter().flat_map(|policy| ports.iter().map(|port| lets(policy, way, *port, protocol)));
            all.max().unwrap_or(Holds::Yes)
        };
        let rows: Vec<_> = way.needs().into_iter().map(|(ports, protocol, words)| (open(ports, protocol), words)).collect();
        named |= rows.iter().any(|(holds, _)| *holds == Holds::Perhaps);
        let closed: Vec<_> = rows.into_iter().filter(|(holds, _)| *holds == Holds::No).map(|(_, words)| words).collect();
        let whom = match way {
            Way::In => "let nobody in at",
            Way::Out => "let nothing out to",
        };
        shut.extend((!closed.is_empty()).then(|| format!("{whom} {}", closed.join(", "))));
    }
    match (shut.is_empty(), named) {
        (false, _) => Verdict::new(State::Missing, format!("{selecting} select the ring's pods and {}", shut.join(", and "))),
        (true, true) => {
            Verdict::unseen(format!("{selecting} select the ring's pods and name ports that are not known here: read it"))
        }
        (true, false) => {
            Verdict::new(State::There, format!("{selecting} let the ports through; from where and to where was not compared"))
        }
    }
}

/// Whether a policy is about a ring's pods, in that direction.
fn meets(policy: &Node, ring: &str, way: Way) -> Holds {
    let spec = |key: &str| policy.at(&["spec", key]);
    let (kind, rules) = way.names();
    let types = spec("policyTypes").map(Node::items).unwrap_or_default();
    // Without types it is about what comes in, and about what goes out if it says so.
    let by_default = matches!(way, Way::In) || spec(rules).is_some();
    if !(types.is_empty() && by_default || types.iter().any(|one| one.as_str() == Some(kind))) {
        return Holds::No;
    }
    let selector = spec("podSelector");
    let expressions = selector.and_then(|selector| selector.get("matchExpressions")).map(Node::items).unwrap_or_default();
    let labels = selector.and_then(|selector| selector.get("matchLabels")).and_then(Node::as_map);
    let mut unknown = !expressions.is_empty();
    for entry in labels.into_iter().flatten() {
        match (entry.key.as_str(), entry.value.as_str()) {
            ("app", Some("cassandracluster")) => {}
            ("cassandracluster", Some(name)) if name == ring => {}
            ("app" | "cassandracluster", _) => return Holds::No,
            _ => unknown = true,
        }
    }
    if unknown { Holds::Perhaps } else { Holds::Yes }
}

/// Whether a rule of the policy is about the port.
fn lets(policy: &Node, way: Way, port: u16, protocol: &str) -> Holds {
    let rules = policy.at(&["spec", way.names().1]).map(Node::items).unwrap_or_default();
    let port = i64::from(port);
    let fits = |one: &Node| {
        if one.get("protocol").and_then(Node::as_str).unwrap_or("TCP") != protocol {
            return Holds::No;
        }
        // Without a number it is all ports.
        let Some(stated) = one.get("port") else { return Holds::Yes };
        let Some(from) = stated.as_int() else { return Holds::Perhaps };
        let to = one.get("endPort").and_then(Node::as_int).unwrap_or(from);
        if (from..=to).contains(&port) { Holds::Yes } else { Holds::No }
    };
    let rule = |rule: &Node| {
        let ports = rule.get("ports").map(Node::items).unwrap_or_default();
        ports.iter().map(fits).max().unwrap_or(Holds::Yes)
    };
    rules.iter().map(rule).max().unwrap_or(Holds::No)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn judged(specs: &[Json]) -> (State, String) {
        let policy = |spec: &Json| Node::from(&json!({"metadata": {"name": "p"}, "spec": spec}));
        let verdict = judge(&specs.iter().map(policy).collect::<Vec<_>>(), "demo");
        (verdict.state, verdict.detail)
    }

    fn ports(numbers: &[u16]) -> Json {
        json!([{"ports": numbers.iter().map(|number| json!({"port": number})).collect::<Vec<_>>()}])
    }

    #[test]
    fn what_the_ring_needs_must_come_in() {
        let with = |ingress: Json| judged(&[json!({"podSelector": {}, "ingress": ingress})]);
        assert_eq!(with(ports(&[7000, 8778, 9042])).0, State::There);
        assert_eq!(with(ports(&[7001, 8778, 9042])).0, State::There);
        assert_eq!(with(json!([{"from": []}])).0, State::There);
        let (state, detail) = with(ports(&[9042]));
        assert_eq!(
            (state, detail.as_str()),
            (State::Missing, "`p` select the ring's pods and let nobody in at 7000 or 7001, 8778")
        );
        assert_eq!(with(json!([])).0, State::Missing);
        assert_eq!(with(json!([{"ports": [{"port": 7000, "endPort": 9042}]}])).0, State::There);
        // Which number a name stands for, only the pods say.
        let (state, detail) = with(json!([{"ports": [{"port": 7000}, {"port": "jolokia"}, {"port": 9042}]}]));
        assert_eq!(state, State::NotChecked, "{detail}");
    }

    #[test]
    fn two_policies_together_let_in_what_either_does() {
        let one = |numbers: &[u16]| json!({"podSelector": {}, "ingress": ports(numbers)});
        assert_eq!(judged(&[one(&[7000, 8778]), one(&[9042])]).0, State::There);
    }

    #[test]
    fn nodes_must_get_out_to_dns_and_to_each_other() {
        let with = |egress: Json| judged(&[json!({"podSelector": {}, "policyTypes": ["Egress"], "egress": egress})]);
        let dns = || json!({"port": 53, "protocol": "UDP"});
        assert_eq!(with(json!([{}])).0, State::There);
        assert_eq!(with(json!([{"ports": [dns(), {"port": 7000}, {"port": 8778}]}])).0, State::There);
        let (state, detail) = with(json!([]));
        let said = "`p` select the ring's pods and let nothing out to 53 or 5353 (DNS), 7000 or 7001, 8778";
        assert_eq!((state, detail.as_str()), (State::Missing, said));
        assert_eq!(with(json!([{"ports": [{"port": 53}, {"port": 7000}, {"port": 8778}]}])).0, State::Missing, "DNS by TCP only");
        // Without types, rules for what goes out count as well.
        let both = json!({"podSelector": {}, "ingress": [{}], "egress": []});
        assert_eq!(judged(&[both]).0, State::Missing);
        let only_in = json!({"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]});
        assert_eq!(judged(&[only_in]).0, State::There);
    }

    #[test]
    fn policies_of_other_pods_do_not_count() {
        let of = |labels: Json| judged(&[json!({"podSelector": {"matchLabels": labels}, "ingress": []})]).0;
        assert_eq!(of(json!({"cassandracluster": "other"})), State::There);
        assert_eq!(of(json!({"app": "cassandracluster", "cassandracluster": "demo"})), State::Missing);
        assert_eq!(of(json!({"team": "x"})), State::NotChecked);
        let by_expression = json!({"podSelector": {"matchExpressions": [{"key": "app", "operator": "Exists"}]}, "ingress": []});
        assert_eq!(judged(&[by_expression]).0, State::NotChecked);
    }
}
