//! The object `lint:` of the fleet file: findings that the user accepts. Pure.

use crate::names::ClusterName;
use crate::tree::{Node, Path, PathBuf};

use super::super::model::Allowance;
use super::super::parse;
use super::keys;
use super::reader::Reader;

/// Reads the allowances; `clusters` are the fleet's, if all are known.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, path: &Path<'_>, clusters: Option<&[ClusterName]>) -> Vec<Allowance> {
    let allow = |reader: &mut Reader<'_>, node: &Node, path: &Path<'_>| {
        let items = reader.list(node, path)?;
        Some(items.iter().enumerate().filter_map(|(at, item)| allowance(reader, item, &path.index(at), clusters)).collect())
    };
    let map = reader.object(node, path, keys::LINT);
    map.and_then(|map| reader.member(map, path, "allow", allow)).unwrap_or_default()
}

fn allowance(reader: &mut Reader<'_>, node: &Node, path: &Path<'_>, clusters: Option<&[ClusterName]>) -> Option<Allowance> {
    let map = reader.object(node, path, keys::ALLOWANCE)?;
    let rule = reader
        .required(map, path, "rule", "the rule's ID, such as `rule: L17`")
        .and_then(|node| reader.parsed(node, &path.key("rule"), parse::allowable));
    let reason = reader
        .required(map, path, "reason", "why the finding is fine, for those who read it later: `reason: \"test ring\"`")
        .and_then(|node| reader.text(node, &path.key("reason")));
    let (ring, cluster) = reader.scope(map, path, clusters);
    let value = reader.member(map, path, "path", Reader::text);
    let until = reader.member(map, path, "until", |reader, node, path| reader.parsed(node, path, parse::date));
    Some(Allowance {
        rule: rule?.value,
        ring,
        cluster,
        path: value.map(|path| PathBuf::from(path.value)),
        reason: reason?.value,
        until: until.map(|until| until.value),
        span: node.span(),
    })
}
