//! All files of a tree → a [`Tree`], and the clusters that a tree has. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::file::{self, Content};
use super::{Tree, Wanted};
use crate::emit::{RingKey, TreePath};
use crate::finding::{Finding, Kind, Severity};
use crate::fleet::{Cluster, Clusters, Fleet, Located, State};
use crate::names::ClusterName;
use crate::source::Sources;

/// Reads the files of a tree, given with their whole texts. `out` is what
/// messages call the folder; the texts go into `sources`, so that every value
/// has its place. With a fleet only its clusters and its own files count;
/// without one all that was rendered.
///
/// What cannot be used is an error that names the cluster. A file that was
/// edited since it was rendered is a warning, and used as it stands.
pub fn read(files: Vec<(TreePath, String)>, out: &str, fleet: Option<&Fleet>, sources: &mut Sources) -> Tree {
    let mut tree = Tree::default();
    let mut unknown: BTreeMap<ClusterName, Vec<String>> = BTreeMap::new();
    for (path, text) in files {
        let name = format!("{out}/{path}");
        let id = sources.add(name.clone(), text);
        let cluster = path.cluster.clone();
        let content = file::read(path, id, fleet, sources, &mut tree.findings);
        if matches!(content, Content::Nothing) {
            continue;
        }
        match fleet.map(|fleet| fleet.clusters.get(&cluster)) {
            Some(None) => unknown.entry(cluster).or_default().push(name),
            Some(Some(known)) if known.state == State::Retired => tree.findings.push(left_over(&name, &cluster)),
            None | Some(Some(_)) => match content {
                Content::Ring(wanted) => tree.rings.push(*wanted),
                Content::ConfigMap(wanted) => tree.config_maps.push(wanted),
                Content::Nothing => {}
            },
        }
    }
    tree.findings.extend(unknown.into_iter().map(|(cluster, files)| not_in_fleet(&cluster, &files)));
    tree.findings.extend(twice(&tree.rings));
    tree
}

fn left_over(name: &str, cluster: &ClusterName) -> Finding {
    let message = format!("`{name}` is left over: the cluster `{cluster}` is retired");
    Finding::new(Kind::Note, Severity::Warning, message)
        .why("Argo CD or Flux still apply it; here it counts as not wanted any more")
        .fix("run `multicasskop render`, which removes it, and commit that")
        .cluster(cluster)
}

fn not_in_fleet(cluster: &ClusterName, files: &[String]) -> Finding {
    let files = files.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Finding::invalid(format!("the fleet has no cluster `{cluster}`, but there are rendered files for it: {files}"))
        .why("they are applied to a cluster that is not checked")
        .fix("put the cluster back into the fleet file (`state: retired` keeps its place), or remove the files with `multicasskop render`")
        .cluster(cluster)
}

/// Two files that render one object. Names of files keep rings of one namespace
/// apart, so this takes an edited tree.
fn twice(rings: &[Wanted]) -> Vec<Finding> {
    let mut seen: BTreeSet<(&ClusterName, &RingKey)> = BTreeSet::new();
    let again = rings.iter().filter(|wanted| !seen.insert((&wanted.cluster, &wanted.ring)));
    again
        .map(|wanted| {
            Finding::invalid(format!("two files of cluster `{}` hold the ring `{}`", wanted.cluster, wanted.ring))
                .why("which of them is applied last is chance")
                .fix("remove both, and run `multicasskop render`")
                .cluster(&wanted.cluster)
        })
        .collect()
}

/// The clusters of a tree without a fleet file: in the order of their waves, as
/// the rendered objects state them, then by name. Nothing else is known of them.
///
/// # Errors
/// There are none, or too many.
pub fn clusters(tree: &Tree) -> Result<Clusters, Vec<Finding>> {
    let mut waves: BTreeMap<&ClusterName, Option<i64>> = BTreeMap::new();
    for finding in tree.findings.iter().filter(|finding| finding.stops()) {
        waves.extend(finding.clusters.iter().map(|cluster| (cluster, None)));
    }
    for wanted in &tree.rings {
        let wave = waves.entry(&wanted.cluster).or_default();
        *wave = Some(wave.map_or(wanted.wave, |lower| lower.min(wanted.wave)));
    }
    let mut clusters: Vec<_> = waves.into_iter().collect();
    // Those without a wave come last, and take one that is no lower.
    clusters.sort_by_key(|(name, wave)| (wave.is_none(), *wave, *name));
    let known =
        clusters.into_iter().map(|(name, wave)| Cluster { wave: wave.map(Located::typed), ..Cluster::new(name.clone(), None) });
    Clusters::new(known.collect())
}

#[cfg(test)]
mod tests;
