//! Whether the list of seeds in the tree is another one than what is rendered now, and
//! what that does to the nodes.

use crate::emit::{FileKind, TreeFile, TreePath};
use crate::source::Sources;
use crate::tree::Node;
use crate::yaml::{Budget, compose};

/// One line for each cluster whose list changes. `old` gives what the tree has.
pub(super) fn lines<'a>(files: &[TreeFile], old: impl Fn(&TreePath) -> Option<&'a [u8]>) -> Vec<String> {
    let changed = files.iter().filter_map(|file| {
        let before = std::str::from_utf8(old(file.path())?).ok().filter(|before| *before != file.body())?;
        let (before, after) = (seeds(before, file.kind())?, seeds(file.body(), file.kind()));
        let after = after.unwrap_or_default();
        (before != after).then(|| {
            let effect = match file.kind() {
                FileKind::SeedsConfigMap => "nothing restarts; nodes read the list when they start",
                FileKind::CassandraCluster => "every node restarts, rack by rack",
            };
            format!("the seeds of `{}` in `{}` change from {} to {}: {effect}", file.ring(), file.path().cluster, list(&before), list(&after))
        })
    });
    changed.collect()
}

fn list(seeds: &[String]) -> String {
    if seeds.is_empty() { "none".to_owned() } else { seeds.join(", ") }
}

/// The list in an object, if it carries one: as data, in the status or in the environment.
fn seeds(text: &str, kind: FileKind) -> Option<Vec<String>> {
    let mut sources = Sources::default();
    let id = sources.add("", text);
    let object = compose(&sources, id, &mut Budget::default()).ok()?.pop()?.root;
    let owned = |text: &str| text.to_owned();
    match kind {
        FileKind::SeedsConfigMap => Some(object.at(&["data", "seeds"])?.as_str()?.lines().map(owned).collect()),
        FileKind::CassandraCluster => {
            if let Some(list) = object.at(&["status", "seedlist"]) {
                return Some(list.items().iter().filter_map(Node::as_str).map(owned).collect());
            }
            let variables = object.at(&["spec", "backRestSidecar", "envVars"])?.items();
            let variable = variables.iter().find(|variable| crate::ring::name(variable) == crate::seeds::deliver::CASSANDRA_SEEDS)?;
            Some(variable.get("value")?.as_str()?.split(',').map(owned).collect())
        }
    }
}
