//! What several checks need to know of how a source is written: values that the
//! operator's merge loses, and spellings for replacements. Pure.

use crate::fleet::MergeMode;
use crate::ring::Part;
use crate::tree::{Node, SmolStr};
use crate::yaml::{Scalar, readings};

use super::Context;

/// The value of the merged source under `keys`. Multi-CassKop's merge drops
/// explicit zeros; with it, what override or base say of a missing value.
pub(super) fn written<'a>(context: &Context<'a>, part: &'a Part<'a>, keys: &[&str]) -> Option<&'a Node> {
    part.source.at(keys).or_else(|| {
        let dropped = || part.over.node.at(keys).or_else(|| context.expanded.ring.base.at(keys));
        as_operator(context).then(dropped).flatten()
    })
}

/// Whether the rendered objects are those of Multi-CassKop's merge.
pub(super) fn as_operator(context: &Context<'_>) -> bool {
    context.fleet.merge.as_ref().is_some_and(|mode| mode.value == MergeMode::Operator)
}

/// A string of letters, digits, `.` and `-` as YAML that every reader takes as that string.
pub(super) fn as_yaml(text: &str) -> SmolStr {
    let said = readings(text);
    if said.agree() && said.sigs == Scalar::Text { text.into() } else { format!("\"{text}\"").into() }
}

/// A string field; `None` where it is absent or empty.
pub(super) fn text<'a>(node: &'a Node, field: &str) -> Option<&'a Node> {
    node.get(field).filter(|node| node.as_str().is_some_and(|text| !text.is_empty()))
}

/// Names in a message: "`a`, `b` and `c`".
pub(super) fn and<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match (names.pop(), names.is_empty()) {
        (Some(last), false) => format!("{} and {last}", names.join(", ")),
        (last, _) => last.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replacement_is_quoted_where_a_reader_would_make_something_else_of_it() {
        for plain in ["paris", "1Gi", "500m", "a-b"] {
            assert_eq!(as_yaml(plain), plain);
        }
        for quoted in ["1", "1e3", "no", "y", "null", "0.5"] {
            assert_eq!(as_yaml(quoted), format!("\"{quoted}\""));
        }
    }

    #[test]
    fn names_are_joined_as_people_join_them() {
        assert_eq!(and([]), "");
        assert_eq!(and(["a"]), "`a`");
        assert_eq!(and(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
