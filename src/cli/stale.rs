//! Where the user wrote what makes a file of the tree out of date.

use std::collections::{BTreeMap, BTreeSet};

use super::load::Loaded;
use super::places::objects_of;
use crate::emit::{FileKind, TreePath};
use crate::finding::Finding;
use crate::read::Ring;
use crate::report::{DiffEntry, PlaceEntry, StaleAt, stale_at};
use crate::tree::Node;
use crate::write::{FileDiff, OutDir, Plan};

/// The differences between the tree and what would be rendered, with their places.
///
/// # Errors
/// A file cannot be read.
pub(super) fn entries(plan: &Plan, diffs: &[FileDiff], loaded: &Loaded, folder: &mut OutDir) -> Result<Vec<DiffEntry>, Finding> {
    let objects = objects(plan, loaded);
    let writes: BTreeMap<_, _> = plan.writes.iter().map(|write| (write.path.to_string(), write)).collect();
    let mut entries = Vec::with_capacity(diffs.len());
    let out = format!("{}/", plan.out);
    for diff in diffs {
        let file = diff.path.strip_prefix(&out).unwrap_or(&diff.path);
        let object = writes.get(file).and_then(|write| Some((write, objects.get(&write.path)?)));
        let stale = match object {
            Some((write, object)) => {
                let old = if write.replaces { folder.bytes(&write.path)? } else { Vec::new() };
                stale_at(&String::from_utf8_lossy(&old), &write.new.to_string(), object)
            }
            None => StaleAt { line: 1, written: Vec::new() },
        };
        entries.push(DiffEntry {
            file: file.to_owned(),
            line: stale.line,
            places: stale.written.iter().map(|span| PlaceEntry::new(*span, "", &loaded.sources)).collect(),
            text: diff.text.clone(),
        });
    }
    Ok(entries)
}

/// The objects of rings that are to be written anew; their values know where they were written.
fn objects(plan: &Plan, loaded: &Loaded) -> BTreeMap<TreePath, Node> {
    let Some(fleet) = &loaded.fleet else { return BTreeMap::new() };
    let written: BTreeSet<_> = plan.writes.iter().map(|write| &write.path).collect();
    let is_written = |ring: &&Ring| {
        let of = |cluster| TreePath::of(cluster, &ring.name, FileKind::CassandraCluster);
        fleet.clusters.iter().any(|cluster| written.contains(&of(&cluster.name)))
    };
    objects_of(fleet, loaded.input.rings.iter().filter(is_written)).collect()
}
