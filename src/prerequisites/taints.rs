//! Taints of Kubernetes nodes that keep a ring's pods off. Pure.

use schemars::JsonSchema;
use serde::Serialize;

use crate::ring::Part;
use crate::tree::Node;

/// An element of `spec.pod.tolerations`, as Kubernetes reads it; what is left out is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Toleration {
    /// The taint's key; empty for all.
    pub key: String,
    /// The taint's value, unless any will do.
    pub value: Option<String>,
    /// The taint's effect; empty for all.
    pub effect: String,
}

/// What the pods of a part tolerate.
pub(super) fn tolerations(part: &Part<'_>) -> Vec<Toleration> {
    let all = part.spec().at(&["pod", "tolerations"]).map(Node::items).unwrap_or_default();
    let text = |one: &Node, key: &str| one.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
    all.iter()
        .map(|one| {
            let any = text(one, "operator") == "Exists";
            Toleration { key: text(one, "key"), value: (!any).then(|| text(one, "value")), effect: text(one, "effect") }
        })
        .collect()
}

/// The key of a taint for which the scheduler puts no pod with these tolerations on a node.
///
/// Kubernetes' own taints for conditions, such as `node.kubernetes.io/not-ready`, come and go and are not looked at.
pub(super) fn keeps_off<'n>(node: &'n Node, tolerations: &[Toleration]) -> Option<&'n str> {
    let taints = node.at(&["spec", "taints"]).map(Node::items).unwrap_or_default();
    taints.iter().find_map(|taint| {
        let text = |key: &str| taint.get(key).and_then(Node::as_str).unwrap_or_default();
        let (key, value, effect) = (text("key"), text("value"), text("effect"));
        let tolerated = tolerations.iter().any(|one| {
            (one.key.is_empty() || one.key == key)
                && one.value.as_deref().is_none_or(|wanted| wanted == value)
                && (one.effect.is_empty() || one.effect == effect)
        });
        let hard = matches!(effect, "NoSchedule" | "NoExecute") && !key.starts_with("node.kubernetes.io/");
        (hard && !tolerated).then_some(key)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn toleration(key: &str, value: Option<&str>, effect: &str) -> Toleration {
        Toleration { key: key.to_owned(), value: value.map(str::to_owned), effect: effect.to_owned() }
    }

    #[test]
    fn a_taint_keeps_off_who_does_not_tolerate_it() {
        let taint =
            |key: &str, effect: &str| Node::from(&json!({"spec": {"taints": [{"key": key, "value": "db", "effect": effect}]}}));
        let dedicated = taint("dedicated", "NoSchedule");
        for (tolerations, off) in [
            (vec![], true),
            (vec![toleration("dedicated", Some("db"), "NoSchedule")], false),
            (vec![toleration("dedicated", Some("db"), "")], false),
            (vec![toleration("dedicated", None, "NoSchedule")], false),
            (vec![toleration("", None, "")], false),
            (vec![toleration("dedicated", Some("web"), "NoSchedule")], true),
            (vec![toleration("dedicated", Some("db"), "NoExecute")], true),
            (vec![toleration("other", None, "")], true),
        ] {
            assert_eq!(keeps_off(&dedicated, &tolerations), off.then_some("dedicated"), "{tolerations:?}");
        }
        assert_eq!(keeps_off(&taint("dedicated", "PreferNoSchedule"), &[]), None);
        assert_eq!(keeps_off(&taint("node.kubernetes.io/not-ready", "NoSchedule"), &[]), None);
        assert_eq!(keeps_off(&Node::from(&json!({})), &[]), None);
    }
}
