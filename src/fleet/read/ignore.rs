//! The list `ignore:` of the fleet file: differences in live clusters that the user accepts. Pure.

use crate::finding::Finding;
use crate::names::ClusterName;
use crate::tree::{Node, Path, PathBuf, Value};

use super::super::connect::Ignore;
use super::super::parse;
use super::keys;
use super::reader::Reader;

/// Reads the rules; `clusters` are the fleet's, if all are known.
pub(super) fn read(
    reader: &mut Reader<'_>,
    node: &Node,
    path: &Path<'_>,
    clusters: Option<&[ClusterName]>,
) -> Option<Vec<Ignore>> {
    let items = reader.list(node, path)?;
    Some(items.iter().enumerate().filter_map(|(at, item)| rule(reader, item, &path.index(at), clusters)).collect())
}

fn rule(reader: &mut Reader<'_>, node: &Node, path: &Path<'_>, clusters: Option<&[ClusterName]>) -> Option<Ignore> {
    let map = reader.object(node, path, keys::IGNORE)?;
    let value = reader
        .required(map, path, "path", "the value that may differ, such as `path: spec.imagepullpolicy`")
        .and_then(|node| value(reader, node, &path.key("path")));
    let reason = reader
        .required(map, path, "reason", "why the difference is fine, for those who read it later: `reason: \"night test\"`")
        .and_then(|node| reader.text(node, &path.key("reason")));
    let (ring, cluster) = reader.scope(map, path, clusters);
    let resource = reader.member(map, path, "resource", |reader, node, path| reader.parsed(node, path, parse::resource));
    let owner = reader.member(map, path, "owner", Reader::text);
    let until = reader.member(map, path, "until", |reader, node, path| reader.parsed(node, path, parse::date));
    let value = value?;
    if value.as_str().is_empty() && map.get("ring").is_none() && map.get("cluster").is_none() {
        reader.found([everywhere(map.get("path"), path)]);
        return None;
    }
    Some(Ignore {
        ring,
        cluster,
        resource: resource.map(|resource| resource.value),
        path: value,
        reason: reason?.value,
        owner: owner.map(|owner| owner.value),
        until,
        span: node.span(),
    })
}

/// A path; the empty text is one too, and means the whole object.
fn value(reader: &mut Reader<'_>, node: &Node, path: &Path<'_>) -> Option<PathBuf> {
    match &node.value {
        Value::Text(text) if text.is_empty() => Some(PathBuf::from(String::new())),
        _ => reader.text(node, path).map(|text| PathBuf::from(text.value)),
    }
}

fn everywhere(value: Option<&Node>, path: &Path<'_>) -> Finding {
    Finding::invalid("the empty path ignores whole objects, here in every ring and every cluster")
        .at(value.and_then(Node::span), "")
        .path(path.key("path").to_buf())
        .why("nothing would be compared any more, and every check would be clean")
        .fix("name the `ring` or the `cluster` too, or the path of the value that may differ")
}
