//! The object `rings:` of the fleet file: what differs for one ring. Pure.

use crate::names::{ClusterName, Zone};
use crate::tree::{Entry, Node, Path, Value};

use super::super::model::{RingSettings, Seeds};
use super::super::parse;
use super::super::setting::Located;
use super::keys;
use super::reader::Reader;

/// Reads the rings; `clusters` are the fleet's, if all are known.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node, path: &Path<'_>, clusters: Option<&[ClusterName]>) -> Vec<RingSettings> {
    let Some(map) = node.as_map() else {
        reader.wrong_type(
            node,
            path,
            "an object",
            "write an object with a ring's name as key: `cassandra-demo: {seeds: auto}`",
            None,
        );
        return Vec::new();
    };
    map.iter().filter_map(|entry| ring(reader, entry, &path.key(&entry.key), clusters)).collect()
}

fn ring(reader: &mut Reader<'_>, entry: &Entry, path: &Path<'_>, clusters: Option<&[ClusterName]>) -> Option<RingSettings> {
    let name = parse::ring(&entry.key).map_err(|fault| reader.fault(entry.key_span, path, fault));
    let map = reader.object(&entry.value, path, keys::RING)?;
    let seeds = reader.member(map, path, "seeds", seeds);
    let zones = reader.member(map, path, "zones", |reader, node, path| Some(zones(reader, node, path, clusters)));
    let seed_delivery = reader.member(map, path, "seedDelivery", Reader::choice);
    Some(RingSettings { name: name.ok()?, span: entry.key_span, seeds, zones: zones.unwrap_or_default(), seed_delivery })
}

fn zones(
    reader: &mut Reader<'_>,
    node: &Node,
    path: &Path<'_>,
    clusters: Option<&[ClusterName]>,
) -> Vec<(ClusterName, Located<Zone>)> {
    let Some(map) = node.as_map() else {
        reader.wrong_type(node, path, "an object", "write a zone per cluster: `k8s-cluster1: demo.eu.example.net`", None);
        return Vec::new();
    };
    let mut zones = Vec::new();
    for Entry { key, key_span, value } in map {
        let path = path.key(key);
        let zone = reader.parsed(value, &path, parse::zone);
        match parse::known_cluster(key, clusters) {
            Ok(cluster) => zones.extend(zone.map(|zone| (cluster, zone))),
            Err(fault) => reader.fault(*key_span, &path, fault),
        }
    }
    zones
}

/// `auto`, `none`, or a list that is not empty.
fn seeds(reader: &mut Reader<'_>, node: &Node, path: &Path<'_>) -> Option<Located<Seeds>> {
    let span = node.span();
    if let Value::Text(text) = &node.value
        && let Some(value) = parse::seeds_word(text)
    {
        return Some(Located { value, span });
    }
    let items = match &node.value {
        Value::List(items) if !items.is_empty() => items,
        _ => {
            let fix =
                "write `auto` to have them computed, a list of names, or `none`: each cluster then starts a ring of its own";
            reader.wrong_type(node, path, "`auto`, `none` or a list with at least one seed", fix, None);
            return None;
        }
    };
    let seeds = items.iter().enumerate().filter_map(|(at, item)| reader.parsed(item, &path.index(at), parse::seed));
    Some(Located { value: Seeds::List(seeds.collect()), span })
}
