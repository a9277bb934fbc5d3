//! Where a value of a finding stands in the rendered files. Pure.

use std::collections::HashMap;

use super::lint::FileEntry;
use crate::emit::{FileKind, TreeFile};
use crate::finding::Finding;
use crate::names::{ClusterName, RingName};
use crate::order::CONTENT_HASH;
use crate::source::{Sources, Span};
use crate::tree::{Node, PathBuf, Segment, differences, nearest};
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
        if let Some(file) = &finding.in_tree {
            return vec![FileEntry { file: file.clone(), line: 1 }];
        }
        let Some(ring) = &finding.ring else { return Vec::new() };
        let shown = finding.clusters.iter().take(MOST);
        shown.filter_map(|cluster| self.line(ring, cluster, &finding.path)).collect()
    }

    fn line(&mut self, ring: &RingName, cluster: &ClusterName, path: &PathBuf) -> Option<FileEntry> {
        let file = *self.files.get(&(ring, cluster))?;
        let read = self.read.entry((ring.clone(), cluster.clone())).or_insert_with(|| read(file.text()));
        let line = read.as_ref().and_then(|(sources, object)| Some(sources.position(place(object, path)?).line));
        Some(FileEntry { file: file.path().to_string(), line: line.unwrap_or(1) })
    }
}

/// What differs between a file of the tree and what would be rendered.
pub struct StaleAt {
    /// The first line in the file that differs, from 1.
    pub line: usize,
    /// Where the user wrote what differs, each place once.
    pub written: Vec<Span>,
}

/// Compares the text of a file with what would be rendered; `object` is what it is made
/// of, whose values know where they were written.
pub fn stale_at(old: &str, new: &str, object: &Node) -> StaleAt {
    let mut stale = StaleAt { line: 1, written: Vec::new() };
    let (Some((sources, old)), Some((_, new))) = (read(old.to_owned()), read(new.to_owned())) else { return stale };
    // The hash follows from the rest.
    let tells = |path: &PathBuf| !path.as_str().contains(CONTENT_HASH);
    let paths: Vec<_> = differences(&old, &new).into_iter().map(|found| found.path).filter(tells).collect();
    let lines = paths.iter().filter_map(|path| Some(sources.position(nearest(&old, path, false)?).line));
    stale.line = lines.min().unwrap_or(1);
    for span in paths.iter().filter_map(|path| nearest(object, path, true)) {
        if stale.written.len() < MOST && !stale.written.contains(&span) {
            stale.written.push(span);
        }
    }
    stale
}

fn read(text: String) -> Option<(Sources, Node)> {
    let mut sources = Sources::default();
    let id = sources.add("", text);
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
