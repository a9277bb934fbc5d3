//! Where a value of an object is written. Pure.

use super::{Node, PathBuf, Segment};
use crate::source::Span;

/// Where a value is written; for one that is not there, the object around it,
/// but not the whole spec. With `exact` a value that is there and was filled in
/// by somebody has no place.
pub fn nearest(object: &Node, path: &PathBuf, exact: bool) -> Option<Span> {
    let (mut node, mut span, mut depth, mut whole) = (object, None, 0, true);
    for step in path.steps() {
        let next = match step {
            Segment::Key(key) => node.as_map().and_then(|map| map.entry(key)).map(|entry| (&entry.value, entry.key_span)),
            Segment::Index(index) => node.items().get(index).map(|item| (item, None)),
        };
        let Some((inner, key)) = next else {
            whole = false;
            break;
        };
        depth += 1;
        let own = key.or(inner.span());
        span = if exact { own } else { own.or(span) };
        node = inner;
    }
    if path.as_str().is_empty() {
        return object.span();
    }
    span.filter(|_| whole || depth > 1)
}
