//! Whether the seeds in the tree are others than those rendered now, or go another
//! way, and what that does to the nodes.

use std::collections::BTreeMap;

use crate::emit::{FileKind, Mark, RingKey, TreeFile, TreePath};
use crate::finding::Finding;
use crate::names::ClusterName;
use crate::source::Sources;
use crate::tree::Node;
use crate::write::{OutDir, Snapshot};
use crate::yaml::{Budget, compose};

/// The seeds of a ring in a cluster, and how they go.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seeds {
    list: Vec<String>,
    way: Way,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    ConfigMap,
    Status,
    Env,
}

/// One line for each change, with the clusters in which it is so. `tree` is what is
/// there now, in `out`.
pub(super) fn lines(files: &[TreeFile], tree: &Snapshot, out: &mut OutDir) -> Result<Vec<String>, Finding> {
    let mut places: BTreeMap<(&ClusterName, &RingKey), Vec<&TreeFile>> = BTreeMap::new();
    for file in files {
        places.entry((&file.path().cluster, file.ring())).or_default().push(file);
    }
    let is_object = |file: &&TreeFile| file.kind() == FileKind::CassandraCluster;
    let alone = |ring: &RingKey| files.iter().filter(is_object).filter(|file| file.ring() == ring).count() == 1;
    let mut changes: Vec<(String, Vec<&ClusterName>)> = Vec::new();
    for ((cluster, ring), files) in places {
        // Most files are as they were; only the others are worth reading.
        if files.iter().all(|file| tree.is_current(file.path())) {
            continue;
        }
        let mut text = |kind| {
            let path = TreePath::of(cluster, &ring.name, kind);
            let rendered = files.iter().find(|file| *file.path() == path && tree.is_current(&path));
            match rendered {
                Some(file) => Ok(Some(file.body())),
                None if tree.is_other(&path) => out.bytes(&path).map(|bytes| body(&bytes)),
                None => Ok(None),
            }
        };
        let Some(object) = text(FileKind::CassandraCluster)? else { continue };
        let config_map = text(FileKind::SeedsConfigMap)?.and_then(|text| seeds(&text, FileKind::SeedsConfigMap));
        let before = config_map.or_else(|| seeds(&object, FileKind::CassandraCluster));
        let after = files.iter().find_map(|file| seeds(&file.body(), file.kind()));
        if before == after {
            continue;
        }
        let keeps = match (&before, &after) {
            // A ring in one cluster needs no seeds of ours; the last one that is left would restart for nothing.
            (Some(_), None) if alone(ring) => format!(", unless `rings.{}.seeds` in the fleet file states the list", ring.name),
            _ => String::new(),
        };
        let told = format!("the seeds of `{ring}` change, {}{keeps}", told(before.as_ref(), after.as_ref()));
        match changes.iter_mut().find(|(text, _)| *text == told) {
            Some((_, clusters)) => clusters.push(cluster),
            None => changes.push((told, vec![cluster])),
        }
    }
    Ok(changes.into_iter().map(|(told, clusters)| in_clusters(&told, &clusters)).collect())
}

/// The object in a file of ours, without the header.
fn body(bytes: &[u8]) -> Option<String> {
    let mark = Mark::find(bytes)?;
    std::str::from_utf8(mark.body(bytes)).ok().map(str::to_owned)
}

fn in_clusters(told: &str, clusters: &[&ClusterName]) -> String {
    let names: Vec<_> = clusters.iter().map(|cluster| format!("`{cluster}`")).collect();
    format!("in {}: {told}", names.join(", "))
}

/// What changes, and what that does to the nodes of the cluster.
fn told(before: Option<&Seeds>, after: Option<&Seeds>) -> String {
    const RESTART: &str = "every node there restarts, rack by rack";
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) => (before, after),
        (Some(before), None) => return format!("from {} {} to none: {RESTART}", before.list.len(), before.way.as_str()),
        (None, after) => {
            let after = after.map(|after| format!("{} {}", after.list.len(), after.way.as_str())).unwrap_or_default();
            return format!("from none to {after}: {RESTART}");
        }
    };
    let only =
        |one: &Seeds, other: &Seeds| one.list.iter().filter(|seed| !other.list.contains(seed)).cloned().collect::<Vec<_>>();
    let mut parts = Vec::new();
    if before.way != after.way {
        parts.push(format!("from {} to {}", before.way.as_str(), after.way.as_str()));
    }
    for (seeds, what) in [(only(before, after), "without"), (only(after, before), "with")] {
        if !seeds.is_empty() {
            parts.push(format!("{what} {}", seeds.join(", ")));
        }
    }
    if parts.is_empty() {
        parts.push("in their order".to_owned());
    }
    let by_config_map = before.way == Way::ConfigMap && after.way == Way::ConfigMap;
    let effect = if by_config_map { "nothing restarts; nodes read the list when they start" } else { RESTART };
    format!("{}: {effect}", parts.join(", "))
}

impl Way {
    fn as_str(self) -> &'static str {
        match self {
            Self::ConfigMap => "by ConfigMap",
            Self::Status => "by status",
            Self::Env => "by environment",
        }
    }
}

/// The seeds in an object, if it carries any.
fn seeds(text: &str, kind: FileKind) -> Option<Seeds> {
    let mut sources = Sources::default();
    let id = sources.add("", text);
    let object = compose(&sources, id, &mut Budget::default()).ok()?.pop()?.root;
    let owned = |text: &str| text.to_owned();
    if kind == FileKind::SeedsConfigMap {
        let list = object.at(&["data", "seeds"])?.as_str()?.lines().map(owned).collect();
        return Some(Seeds { list, way: Way::ConfigMap });
    }
    if let Some(list) = object.at(&["status", "seedlist"]) {
        let list = list.items().iter().filter_map(Node::as_str).map(owned).collect();
        return Some(Seeds { list, way: Way::Status });
    }
    let variables = object.at(&["spec", "backRestSidecar", "envVars"])?.items();
    let variable = variables.iter().find(|variable| crate::ring::name(variable) == crate::seeds::deliver::CASSANDRA_SEEDS)?;
    let list = variable.get("value")?.as_str()?.split(',').map(owned).collect();
    Some(Seeds { list, way: Way::Env })
}
