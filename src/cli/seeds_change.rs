//! Whether the seeds in the tree are others than those rendered now, or go another
//! way, and what that does to the nodes.

use std::collections::BTreeMap;

use crate::emit::{FileKind, RingKey, TreeFile, TreePath};
use crate::names::ClusterName;
use crate::source::Sources;
use crate::tree::Node;
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

/// One line for each cluster in which something changes. `old` gives what the tree has.
pub(super) fn lines<'a>(files: &[TreeFile], old: impl Fn(&TreePath) -> Option<&'a [u8]>) -> Vec<String> {
    let text = |path: &TreePath| old(path).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let mut places: BTreeMap<(&ClusterName, &RingKey), Vec<&TreeFile>> = BTreeMap::new();
    for file in files {
        places.entry((&file.path().cluster, file.ring())).or_default().push(file);
    }
    let changed = places.into_iter().filter_map(|((cluster, ring), files)| {
        // Most files are as they were; only the others are worth reading.
        if files.iter().all(|file| text(file.path()) == Some(file.body())) {
            return None;
        }
        let object = TreePath::of(cluster, &ring.name, FileKind::CassandraCluster);
        text(&object)?;
        let before = [FileKind::SeedsConfigMap, FileKind::CassandraCluster]
            .into_iter()
            .find_map(|kind| seeds(text(&TreePath::of(cluster, &ring.name, kind))?, kind));
        let after = files.iter().find_map(|file| seeds(file.body(), file.kind()));
        (before != after).then(|| told(cluster, ring, before.as_ref(), after.as_ref()))
    });
    changed.collect()
}

fn told(cluster: &ClusterName, ring: &RingKey, before: Option<&Seeds>, after: Option<&Seeds>) -> String {
    let effect = match (before, after) {
        (Some(Seeds { way: Way::ConfigMap, .. }), Some(Seeds { way: Way::ConfigMap, .. })) => {
            "nothing restarts; nodes read the list when they start"
        }
        _ => "every node there restarts, rack by rack",
    };
    format!("seeds of `{ring}` in `{cluster}`: {} become {}: {effect}", described(before), described(after))
}

fn described(seeds: Option<&Seeds>) -> String {
    let Some(Seeds { list, way }) = seeds else { return "none".to_owned() };
    let way = match way {
        Way::ConfigMap => "ConfigMap",
        Way::Status => "status",
        Way::Env => "environment",
    };
    format!("{} (by {way})", list.join(", "))
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
