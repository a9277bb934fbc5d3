//! Where two trees differ: the smallest values that do, by path.
//!
//! A list is named as a whole if the lengths differ, else its elements are
//! compared by index. Pure; knows nothing of defaults, compare canonical forms.

use super::{Node, Path, PathBuf, Value};

/// A value that differs, or that only one side has.
#[derive(Clone, Debug)]
pub struct Difference<'a> {
    /// Its path.
    pub path: PathBuf,
    /// The value on the left, if there is one.
    pub left: Option<&'a Node>,
    /// The value on the right, if there is one.
    pub right: Option<&'a Node>,
}

/// All differences, in the order of the left tree, then what only the right has.
pub fn differences<'a>(left: &'a Node, right: &'a Node) -> Vec<Difference<'a>> {
    let mut found = Vec::new();
    compare(left, right, Path::ROOT, &mut found);
    found
}

fn compare<'a>(left: &'a Node, right: &'a Node, path: Path<'_>, found: &mut Vec<Difference<'a>>) {
    match (&left.value, &right.value) {
        (Value::Map(a), Value::Map(b)) if a.shares(b) => {}
        (Value::Map(a), Value::Map(b)) => {
            let (in_a, in_b) = (a.index(), b.index());
            for entry in a {
                match in_b.get(&entry.key) {
                    Some(other) => compare(&entry.value, other, path.key(&entry.key), found),
                    None => found.push(Difference { path: path.key(&entry.key).to_buf(), left: Some(&entry.value), right: None }),
                }
            }
            for entry in b.iter().filter(|entry| in_a.get(&entry.key).is_none()) {
                found.push(Difference { path: path.key(&entry.key).to_buf(), left: None, right: Some(&entry.value) });
            }
        }
        (Value::List(a), Value::List(b)) if a.shares(b) => {}
        (Value::List(a), Value::List(b)) if a.len() == b.len() => {
            for (at, (left, right)) in a.iter().zip(b).enumerate() {
                compare(left, right, path.index(at), found);
            }
        }
        (a, b) if a.same(b) => {}
        _ => found.push(Difference { path: path.to_buf(), left: Some(left), right: Some(right) }),
    }
}
