//! Where a value of a finding stands in the rendered files. Pure.

use std::collections::HashMap;

use super::lint::FileEntry;
use crate::emit::{FileKind, TreeFile};
use crate::finding::Finding;
use crate::names::{ClusterName, RingName};
use crate::source::{Sources, Span};
use crate::tree::{Node, PathBuf, Segment};
use crate::yaml::{Budget, compose};

/// A finding about more clusters is shown in so many of their files.
const MOST: usize = 20;

/// The lines of rendered files; a file is read when a finding is about it.
pub(super) struct Lines<'a> {
    files: HashMap<(&'a RingName, &'a ClusterName), &'a TreeFile>,
    read: HashMap<(RingName, ClusterName), Option<(Sources, Node)>>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(files: &'a [TreeFile]) -> Self {
        let objects = files.iter().filter(|file| file.kind() == FileKind::CassandraCluster);
        let files = objects.map(|file| ((&file.ring().name, &file.path().cluster), file)).collect();
        Self { files, read: HashMap::new() }
    }

    /// The line in each cluster's file: of the value, or of the nearest one around it.
    pub(super) fn of(&mut self, finding: &Finding) -> Vec<FileEntry> {
        let Some(ring) = &finding.ring else { return Vec::new() };
        let shown = finding.clusters.iter().take(MOST);
        shown.filter_map(|cluster| self.line(ring, cluster, &finding.path)).collect()
    }

    fn line(&mut self, ring: &RingName, cluster: &ClusterName, path: &PathBuf) -> Option<FileEntry> {
        let file = *self.files.get(&(ring, cluster))?;
        let read = self.read.entry((ring.clone(), cluster.clone())).or_insert_with(|| read(file));
        let line = read.as_ref().and_then(|(sources, object)| Some(sources.position(place(object, path)?).line));
        Some(FileEntry { file: file.path().to_string(), line: line.unwrap_or(1) })
    }
}

fn read(file: &TreeFile) -> Option<(Sources, Node)> {
    let mut sources = Sources::default();
    let id = sources.add("", file.text());
    let document = compose(&sources, id, &mut Budget::default()).ok()?.pop()?;
    Some((sources, document.root))
}

fn place(object: &Node, path: &PathBuf) -> Option<Span> {
    let (mut node, mut span) = (object, object.span());
    for step in path.steps() {
        let next = match step {
            Segment::Key(key) => node.as_map().and_then(|map| map.entry(key)).map(|entry| (&entry.value, entry.key_span)),
            Segment::Index(index) => node.items().get(index).map(|item| (item, None)),
        };
        let Some((inner, key)) = next else { break };
        span = key.or(inner.span()).or(span);
        node = inner;
    }
    span
}
