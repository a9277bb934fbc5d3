//! Whether a part of a StatefulSet is what the spec says, although the API
//! server has filled in defaults and the encoders drop empty values. Pure.

use crate::schema::quantity::Quantity;
use crate::tree::{Node, Value};

/// What the API server fills into containers and their parts, with the values
/// that it fills in (docs/facts.md, From spec to StatefulSet).
const FILLED_IN: [(&str, &[&str]); 16] = [
    ("apiVersion", &["v1"]),
    ("defaultMode", &["420"]),
    ("divisor", &["0"]),
    ("failureThreshold", &["3"]),
    ("imagePullPolicy", &["Always", "IfNotPresent"]),
    ("path", &["/"]),
    ("periodSeconds", &["10"]),
    ("procMount", &["Default"]),
    ("protocol", &["TCP"]),
    ("scheme", &["HTTP"]),
    ("service", &[""]),
    ("successThreshold", &["1"]),
    ("terminationMessagePath", &["/dev/termination-log"]),
    ("terminationMessagePolicy", &["File"]),
    ("timeoutSeconds", &["1"]),
    ("volumeMode", &["Filesystem"]),
];

/// Whether `found` is `wanted`, but for defaults and empty values. `None` is an
/// absent value.
pub(super) fn same(wanted: Option<&Node>, found: Option<&Node>) -> bool {
    match (wanted, found) {
        (Some(wanted), Some(found)) => both(wanted, found),
        (Some(one), None) | (None, Some(one)) => is_empty(one),
        (None, None) => true,
    }
}

fn both(wanted: &Node, found: &Node) -> bool {
    match (&wanted.value, &found.value) {
        (Value::Map(a), Value::Map(b)) => {
            let member = |key: &str, one: &Node| match b.get(key) {
                Some(other) => both(one, other),
                None => is_empty(one),
            };
            let extra = |key: &str, one: &Node| a.get(key).is_some() || is_empty(one) || filled_in(key, one);
            a.iter().all(|entry| member(&entry.key, &entry.value)) && b.iter().all(|entry| extra(&entry.key, &entry.value))
        }
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| both(a, b)),
        (a, b) => a.same(b) || (is_empty(wanted) && is_empty(found)) || same_amount(wanted, found),
    }
}

fn filled_in(key: &str, found: &Node) -> bool {
    let text = match &found.value {
        Value::Text(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        _ => return false,
    };
    FILLED_IN.iter().any(|(name, values)| *name == key && values.contains(&text.as_str()))
}

/// What Go's encoder leaves out; the API server's own empty objects too.
fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Null | Value::Bool(false) | Value::Int(0) => true,
        Value::Text(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(map) => map.iter().all(|entry| is_empty(&entry.value)),
        Value::Bool(true) | Value::Int(_) | Value::Float(_) => false,
    }
}

/// The same quantity in the text that Go gives it: another notation of the same
/// amount is another template (docs/facts.md, Quantities).
fn same_amount(wanted: &Node, found: &Node) -> bool {
    let canonical = |node: &Node| {
        let text = match &node.value {
            Value::Text(text) => text.to_string(),
            Value::Int(number) => number.to_string(),
            _ => return None,
        };
        Quantity::parse(&text).map(|quantity| quantity.canonical())
    };
    canonical(wanted).is_some_and(|wanted| canonical(found) == Some(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    fn check(wanted: &Json, found: &Json) -> bool {
        same(Some(&Node::from(wanted)), Some(&Node::from(found)))
    }

    #[test]
    fn defaults_and_empty_values_are_no_difference() {
        let filled = json!({"name": "a", "image": "b", "terminationMessagePath": "/dev/termination-log", "resources": {}});
        assert!(check(&json!({"name": "a", "image": "b", "args": []}), &filled));
        assert!(check(&json!({"limits": {"cpu": "1000m"}}), &json!({"limits": {"cpu": "1"}})));
        assert!(same(None, Some(&Node::from(&json!({})))) && same(None, None));
    }

    #[test]
    fn a_removed_added_or_changed_member_is_one() {
        assert!(!check(&json!({"name": "a"}), &json!({"name": "a", "args": ["x"]})));
        assert!(!check(&json!({"name": "a", "args": ["x"]}), &json!({"name": "a"})));
        assert!(!check(&json!({"limits": {"memory": "2Gi"}}), &json!({"limits": {"memory": "2147483648"}})));
        assert!(!check(&json!({"imagePullPolicy": "Never"}), &json!({"imagePullPolicy": "Always"})));
        assert!(!check(&json!({}), &json!({"imagePullPolicy": "Never"})));
        assert!(!check(&json!(["a"]), &json!(["a", "b"])));
        assert!(!same(None, Some(&Node::from(&json!("x")))));
    }
}
