//! Fleet file → [`Fleet`]: every key and type is checked, and all that is
//! wrong is found at once, with its place.
//!
//! [`keys`] lists what may be written where, [`reader`] reads single values; the other
//! files read the parts. Pure.

mod clusters;
mod connect;
mod ignore;
mod keys;
mod lint;
mod reader;
mod rings;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod text_tests;

use crate::finding::Finding;
use crate::names::FleetName;
use crate::schema::Versions;
use crate::source::Sources;
use crate::tree::{Map, Node, Path, Value};
use crate::yaml::Document;

use super::clusters::Clusters;
use super::model::Fleet;
use super::parse;
use super::setting::Located;
use reader::Reader;

const API_VERSION: &str = "multicasskop.dev/v1alpha1";
const KIND: &str = "Fleet";

/// Reads a fleet file.
///
/// # Errors
/// All that is wrong with it. Each finding has a place, a reason and a fix.
pub fn read(document: &Document, sources: &Sources) -> Result<Fleet, Vec<Finding>> {
    let mut reader = Reader::new(document, sources);
    let fleet = fleet(&mut reader, &document.root);
    let findings = reader.into_findings();
    match fleet {
        Some(fleet) if findings.is_empty() => Ok(fleet),
        _ => Err(findings),
    }
}

fn fleet(reader: &mut Reader<'_>, root: &Node) -> Option<Fleet> {
    if !is_fleet(reader, root) {
        return None;
    }
    let map = reader.object(root, &Path::ROOT, keys::TOP)?;
    let root = &Path::ROOT;
    let name = name(reader, map);
    let found = clusters::read(reader, map);
    let names = found.names();
    let names = names.as_deref();
    let clusters = in_order(reader, map, found);
    let sources = sources(reader, map);
    let out = reader.member(map, root, "out", Reader::text);
    let versions = reader.member(map, root, "casskopVersion", versions);
    let engine = reader.member(map, root, "engine", Reader::choice);
    let merge = reader.member(map, root, "merge", Reader::choice);
    let seed_delivery = reader.member(map, root, "seedDelivery", Reader::choice);
    let rings = reader.member(map, root, "rings", |reader, node, path| Some(rings::read(reader, node, path, names)));
    let allowances = reader.member(map, root, "lint", |reader, node, path| Some(lint::read(reader, node, path, names)));
    let ignores = reader.member(map, root, "ignore", |reader, node, path| ignore::read(reader, node, path, names));
    Some(Fleet {
        name: Some(name?),
        sources,
        out,
        versions,
        engine,
        merge,
        seeds: None,
        seed_delivery,
        clusters: clusters?,
        rings: rings.unwrap_or_default(),
        allowances: allowances.unwrap_or_default(),
        ignores: ignores.unwrap_or_default(),
    })
}

/// Whether it is a fleet file at all; if not, there is no point in looking at its keys.
fn is_fleet(reader: &mut Reader<'_>, root: &Node) -> bool {
    let mut is = true;
    for (key, wanted) in [("apiVersion", API_VERSION), ("kind", KIND)] {
        let found = root.get(key);
        if found.and_then(Node::as_str) == Some(wanted) {
            continue;
        }
        let Some(map) = root.as_map() else { break };
        let message = match found.and_then(Node::as_str) {
            Some(text) => format!("`{key}` is `{text}`; in a fleet file it is `{wanted}`"),
            None if found.is_some() => format!("`{key}` of a fleet file is `{wanted}`"),
            None => format!("`{key}` is missing; in a fleet file it is `{wanted}`"),
        };
        let place = found.map_or_else(|| reader::first_key(map), Node::span);
        let finding = Finding::invalid(message)
            .at(place, "")
            .path(key)
            .why("by it the file is known to be a fleet file of a version that this program reads")
            .fix(format!("write `{key}: {wanted}`; if this is no fleet file, name another with `--fleet`"));
        let finding = if found.is_some() { finding.replace(place, wanted) } else { finding };
        reader.found([finding]);
        is = false;
    }
    is
}

fn name(reader: &mut Reader<'_>, map: &Map) -> Option<FleetName> {
    let node = reader.required(map, &Path::ROOT, "metadata", "`metadata: {name: prod}`")?;
    let path = Path::ROOT.key("metadata");
    let metadata = reader.object(node, &path, keys::METADATA)?;
    let node =
        reader.required(metadata, &path, "name", "a name such as `prod`; it stands in the header of every rendered file")?;
    reader.parsed(node, &path.key("name"), parse::fleet).map(|name| name.value)
}

/// The clusters as a whole: at least one, each once, waves never decreasing.
fn in_order(reader: &mut Reader<'_>, map: &Map, found: clusters::Found) -> Option<Clusters> {
    if !found.all && found.clusters.is_empty() {
        return None;
    }
    let place = map.get("clusters").and_then(Node::span);
    let placed = |finding: Finding| if finding.labels.is_empty() { finding.at(place, "") } else { finding };
    Clusters::new(found.clusters).map_err(|findings| reader.found(findings.into_iter().map(placed))).ok()
}

fn sources(reader: &mut Reader<'_>, map: &Map) -> Vec<Located<String>> {
    let read = |reader: &mut Reader<'_>, node: &Node, path: &Path<'_>| {
        let items = reader.list(node, path)?;
        Some(items.iter().enumerate().filter_map(|(at, item)| reader.text(item, &path.index(at))).collect())
    };
    reader.member(map, &Path::ROOT, "sources", read).unwrap_or_default()
}

/// One release, or `{from, to}`.
fn versions(reader: &mut Reader<'_>, node: &Node, path: &Path<'_>) -> Option<Located<Versions>> {
    match &node.value {
        Value::Map(_) => {
            let map = reader.object(node, path, keys::UPGRADE)?;
            let mut end = |key| {
                let node =
                    reader.required(map, path, key, "the version before and after the upgrade: `{from: 2.2.9, to: 2.3.4}`")?;
                reader.parsed(node, &path.key(key), parse::release)
            };
            let (from, to) = (end("from"), end("to"));
            let versions = parse::upgrade(from?.value, to?.value);
            reader.judged(node, path, versions)
        }
        Value::Int(_) | Value::Float(_) => {
            let text = reader.written(node);
            reader.found([Finding::invalid(format!("`{text}` is read as a number, and is no CassKop version"))
                .at(node.span(), "")
                .path(path.to_buf())
                .why("types, default images and the CRD differ from version to version")
                .fix("write three numbers, such as 2.3.4")]);
            None
        }
        _ => reader.parsed(node, path, |text| parse::release(text).map(Versions::one)),
    }
}
