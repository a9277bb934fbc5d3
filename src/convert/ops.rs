//! Changes of a tree, as data: made in the tree here, in the text in [`super::edit`]. Pure.

use crate::tree::{Map, Node, SmolStr, Value};

/// A step down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Into a member.
    Key(SmolStr),
    /// Into an element.
    Index(usize),
}

/// What happens to a member.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// It gets another value, a scalar.
    Set(Value),
    /// It goes.
    Remove,
    /// It is added; there is none of that name.
    Insert(Value),
    /// Another member takes its place, with its comment.
    Become(&'static str, Value),
}

/// A change of one member of an object.
#[derive(Clone, Debug)]
pub(super) struct Op {
    /// The way to the object.
    pub above: Vec<Step>,
    /// The member.
    pub key: SmolStr,
    /// What happens to it.
    pub act: Act,
}

/// The node at the end of a way.
pub(super) fn at<'a>(root: &'a Node, way: &[Step]) -> Option<&'a Node> {
    way.iter().try_fold(root, |node, step| match step {
        Step::Key(key) => node.get(key),
        Step::Index(index) => node.items().get(*index),
    })
}

fn at_mut<'a>(root: &'a mut Node, way: &[Step]) -> Option<&'a mut Map> {
    let mut node = root;
    for step in way {
        node = match (step, &mut node.value) {
            (Step::Key(key), Value::Map(map)) => map.get_mut(key)?,
            (Step::Index(index), Value::List(items)) => items.to_mut().get_mut(*index)?,
            _ => return None,
        };
    }
    node.as_map_mut()
}

/// Makes the changes in a tree; `None` if the place of one is not there.
pub(super) fn apply(root: &mut Node, ops: &[Op]) -> Option<()> {
    for op in ops {
        let map = at_mut(root, &op.above)?;
        match &op.act {
            Act::Set(value) | Act::Insert(value) => map.set(op.key.clone(), None, Node::made(value.clone())),
            Act::Remove => drop(map.remove(&op.key)?),
            Act::Become(name, value) => {
                map.remove(&op.key)?;
                map.set(*name, None, Node::made(value.clone()));
            }
        }
    }
    Some(())
}
