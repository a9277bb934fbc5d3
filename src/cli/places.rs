//! Where the user wrote what Git wants: the line of the MultiCasskop, else the
//! line of the rendered file.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::flags::FleetArgs;
use super::load::{self, Loaded};
use crate::check::{DriftReport, Place, Resource};
use crate::emit::{FileKind, TreePath};
use crate::fleet::Fleet;
use crate::read::Ring;
use crate::render::{Job, expand, render};
use crate::ring::{Expanded, Part};
use crate::source::{Sources, Span};
use crate::tree::{Node, PathBuf, nearest};
use crate::wanted::{Tree, Wanted};

/// Looks places up. The sources are read when the first one is asked for: mostly nothing differs.
pub(super) struct Places<'a> {
    /// The texts of the tree.
    tree: &'a Sources,
    /// The fleet file; without one there are no sources.
    fleet: Option<String>,
    rendered: OnceCell<Rendered>,
}

/// What the sources render now.
#[derive(Default)]
struct Rendered {
    sources: Sources,
    /// The objects, whose values know their lines, with the hash that their files would carry.
    objects: BTreeMap<TreePath, (Node, Option<String>)>,
}

impl<'a> Places<'a> {
    /// For a tree and the fleet file, if there is one, that it was rendered from.
    pub(super) fn new(loaded: &'a super::tree::Loaded) -> Self {
        let fleet = loaded.file.as_ref().map(|path| path.to_string_lossy().into_owned());
        Self { tree: &loaded.sources, fleet, rendered: OnceCell::new() }
    }

    /// The place of a value, or of the nearest one around it. A line of the
    /// sources only if they would render this very object.
    pub(super) fn of(&self, wanted: &Wanted, path: &PathBuf) -> Option<Place> {
        let rendered = self.rendered.get_or_init(|| self.fleet.as_deref().map(render_again).unwrap_or_default());
        let current = rendered.objects.get(&wanted.path).filter(|(_, hash)| *hash == wanted.hash && wanted.intact);
        let written = current.and_then(|(object, _)| nearest(object, path, true)).map(|span| place(&rendered.sources, span));
        written.or_else(|| nearest(&wanted.object, path, false).map(|span| place(self.tree, span)))
    }

    /// Where a ring, `NAMESPACE/NAME`, is written for a cluster.
    pub(super) fn of_ring(&self, tree: &Tree, ring: &str, cluster: &str) -> Option<Place> {
        let (namespace, name) = ring.split_once('/')?;
        wanted(tree, cluster, namespace, name).and_then(|wanted| self.whole(wanted).0)
    }

    /// Where a ring is written, if that is known, and its rendered file.
    pub(super) fn whole(&self, wanted: &Wanted) -> (Option<Place>, Option<Place>) {
        let rendered = wanted.object.span().map(|span| place(self.tree, span));
        (self.of(wanted, &PathBuf::default()).filter(|place| Some(place) != rendered.as_ref()), rendered)
    }

    /// Adds the places in the rendered files, where the main ones are in the sources.
    pub(super) fn add_rendered(&self, report: &mut DriftReport, tree: &Tree) {
        for cluster in &mut report.clusters {
            for ring in &mut cluster.rings {
                let Some(wanted) = wanted(tree, &cluster.name, &ring.namespace, &ring.name) else { continue };
                for found in ring.differences.iter_mut().filter(|found| found.resource == Resource::CassandraCluster) {
                    let span = nearest(&wanted.object, &PathBuf::from(found.path.as_str()), false);
                    let there = span.or(wanted.object.span()).map(|span| place(self.tree, span));
                    found.rendered = there.filter(|there| found.place.as_ref() != Some(there));
                }
            }
        }
    }
}

/// The line of a cluster in the fleet file.
pub(super) fn of_cluster(loaded: &super::tree::Loaded, name: &str) -> Option<Place> {
    let cluster = loaded.fleet.clusters.iter().find(|cluster| cluster.name.as_str() == name)?;
    cluster.span.map(|span| place(&loaded.sources, span))
}

/// The rendered ring of a cluster.
fn wanted<'a>(tree: &'a Tree, cluster: &str, namespace: &str, name: &str) -> Option<&'a Wanted> {
    let is = |one: &&Wanted| {
        one.cluster.as_str() == cluster && one.ring.namespace.as_str() == namespace && one.ring.name.as_str() == name
    };
    tree.rings.iter().find(is)
}

fn place(sources: &Sources, span: Span) -> Place {
    let position = sources.position(span);
    Place { file: position.file, line: position.line, column: position.column }
}

/// Renders the fleet in memory. What cannot be rendered has no places.
fn render_again(fleet: &str) -> Rendered {
    let args = FleetArgs { fleet: Some(fleet.to_owned()), ..FleetArgs::default() };
    let Loaded { sources, input, fleet, paths, whole_fleet, .. } = load::load(&args, None);
    let mut objects = BTreeMap::new();
    if let Some(fleet) = &fleet {
        // The files carry the hash of what is rendered; the expanded objects know where it is written.
        let job = Job { input: &input, fleet, paths: &paths, whole_fleet };
        let files = render(&job).files;
        let hashes: BTreeMap<TreePath, Option<String>> =
            files.iter().map(|file| (file.path().clone(), hash(&file.body()))).collect();
        for (path, object) in objects_of(fleet, input.rings.iter()) {
            if let Some(hash) = hashes.get(&path) {
                objects.insert(path, (object, hash.clone()));
            }
        }
    }
    Rendered { sources, objects }
}

/// The objects of rings, whose values know where they are written, by their files.
pub(super) fn objects_of<'a>(fleet: &'a Fleet, rings: impl Iterator<Item = &'a Ring>) -> impl Iterator<Item = (TreePath, Node)> {
    let expanded = rings.filter_map(|ring| expand(fleet, ring, &mut Vec::new()));
    expanded.flat_map(|Expanded { ring, parts }| {
        let path = |part: &Part<'_>| TreePath::of(&part.cluster.name, &ring.name, FileKind::CassandraCluster);
        parts.into_iter().map(move |part| (path(&part), part.object))
    })
}

/// The content hash that a rendered text carries.
fn hash(body: &str) -> Option<String> {
    let mut lines = body.lines().map(str::trim_start);
    lines.find_map(|line| line.strip_prefix(crate::order::CONTENT_HASH)?.strip_prefix(": ")).map(str::to_owned)
}
