//! What `drift` looks at, and the looks: from API servers and from dumps.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::Timestamp;

use super::drift::{DriftArgs, Scope};
use super::progress::Progress;
use super::tree::Loaded;
use super::{dumps, reach};
use crate::fleet::{Cluster, State};
use crate::live::{self, Route, Target, Wants};
use crate::names::{ClusterName, Namespace};
use crate::observed::{Answer, Look, Source};
use crate::tree::{Node, SmolStr};
use crate::wanted::{Wanted, WantedConfigMap};

/// A cluster that was looked at.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) name: ClusterName,
    pub(super) retired: bool,
}

/// What was seen, in the fleet's order.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub(super) looks: Vec<(Seen, Look)>,
    pub(super) notes: Vec<String>,
}

/// The rendered rings that are compared in a cluster: none where not all are known.
pub(super) fn rings<'a>(scope: &'a Scope, loaded: &'a Loaded, cluster: &'a ClusterName) -> impl Iterator<Item = &'a Wanted> {
    let all = loaded.tree.rings.iter().filter(|_| loaded.tree.knows(cluster));
    all.filter(|wanted| wanted.cluster == *cluster && scope.has_ring(wanted.ring.name.as_str()))
}

/// The rendered seeds ConfigMaps, likewise.
pub(super) fn config_maps<'a>(
    scope: &'a Scope,
    loaded: &'a Loaded,
    cluster: &'a ClusterName,
) -> impl Iterator<Item = &'a WantedConfigMap> {
    let all = loaded.tree.config_maps.iter().filter(|_| loaded.tree.knows(cluster));
    all.filter(|map| map.cluster == *cluster && scope.has_ring(map.ring.name.as_str()))
}

/// What one cluster is asked for.
struct Question {
    seen: Seen,
    /// The namespaces, each with the ConfigMaps that are wanted.
    namespaces: BTreeMap<Namespace, BTreeSet<SmolStr>>,
    /// Those that are only looked into for rings that should not be there.
    aside: BTreeSet<Namespace>,
    route: Option<Route>,
}

/// Looks at all clusters of the scope at once.
///
/// # Errors
/// The system gives no threads or no sockets.
pub(super) fn look(args: &DriftArgs, scope: &Scope, loaded: &mut Loaded) -> std::io::Result<Looked> {
    let (mut questions, mut out) = (Vec::new(), Looked::default());
    for cluster in loaded.fleet.clusters.iter().filter(|cluster| scope.has_cluster(&cluster.name)) {
        let stated = cluster.connect.is_some() || scope.dumps.contains_key(&cluster.name);
        if cluster.state == State::Retired && !stated {
            out.notes.push(format!("{} is retired and says no `connect:`, so it was not looked at", cluster.name));
            continue;
        }
        questions.push(question(args, scope, loaded, cluster));
    }
    let targets = targets(&mut questions, loaded);
    let mut live = BTreeMap::new();
    if !targets.is_empty() {
        let _progress = Progress::start(format!("asking {} clusters", targets.len()));
        let looks = live::block_on(live::look_all(targets, &args.reach.limits(), |_| {}))?;
        live.extend(looks.into_iter().map(|look| (look.cluster.clone(), look)));
    }
    for question in questions {
        let namespaces: BTreeSet<_> = question.namespaces.keys().cloned().collect();
        let mut look = match (&question.route, live.remove(&question.seen.name)) {
            (Some(Route::Dump(path)), _) => {
                let dump = dumps::read(&question.seen.name, path, &namespaces, &mut loaded.sources);
                out.notes.extend(dump.notes);
                dump.look
            }
            (Some(Route::Server(_)), Some(look)) => look,
            (None, _) | (Some(Route::Server(_)), None) => nothing(&question.seen.name),
        };
        out.notes.extend(leave_aside(&mut look, &question));
        only_rings(&mut look, scope);
        out.looks.push((question.seen, look));
    }
    Ok(out)
}

/// No look: not all rendered files of the cluster could be used, so nothing could be judged.
fn nothing(cluster: &ClusterName) -> Look {
    let (at, namespaces) = (Timestamp::now(), BTreeMap::new());
    Look { cluster: cluster.clone(), at, from: Source::Server, namespaces, crd: Answer::NotAsked }
}

fn question(args: &DriftArgs, scope: &Scope, loaded: &Loaded, cluster: &Cluster) -> Question {
    let retired = cluster.state == State::Retired;
    let mut namespaces: BTreeMap<Namespace, BTreeSet<SmolStr>> = BTreeMap::new();
    for wanted in rings(scope, loaded, &cluster.name) {
        namespaces.entry(wanted.ring.namespace.clone()).or_default();
    }
    for map in config_maps(scope, loaded, &cluster.name).filter(|_| args.seeds) {
        let name = map.object.at(&["metadata", "name"]).and_then(Node::as_str).map(SmolStr::from);
        namespaces.entry(map.ring.namespace.clone()).or_default().extend(name);
    }
    let mut aside = BTreeSet::new();
    for wanted in loaded.tree.rings.iter().filter(|wanted| scope.has_ring(wanted.ring.name.as_str())) {
        let namespace = &wanted.ring.namespace;
        if !namespaces.contains_key(namespace) {
            namespaces.insert(namespace.clone(), BTreeSet::new());
            // Of a retired cluster nothing else is asked, so it is no side matter there.
            if !retired {
                aside.insert(namespace.clone());
            }
        }
    }
    let seen = Seen { name: cluster.name.clone(), retired };
    let typed = scope.dumps.get(&cluster.name).map(|path| Route::Dump(PathBuf::from(path)));
    let route = typed.unwrap_or_else(|| Route::of(&loaded.fleet, cluster, &loaded.base));
    let route = loaded.tree.knows(&cluster.name).then_some(route);
    Question { seen, namespaces, aside, route }
}

fn targets(questions: &mut [Question], loaded: &Loaded) -> Vec<Target> {
    let one = |question: &mut Question| {
        let Some(Route::Server(way)) = &question.route else { return None };
        let versions = reach::versions(&loaded.fleet, loaded.fleet.clusters.get(&question.seen.name)?);
        let wants = Wants { versions, namespaces: question.namespaces.clone(), stateful_sets: false, crd: false };
        Some(Target { cluster: question.seen.name.clone(), way: way.clone(), wants })
    };
    questions.iter_mut().filter_map(one).collect()
}

/// Where nothing of Git's is, a right that is missing is only worth a note.
fn leave_aside(look: &mut Look, question: &Question) -> Vec<String> {
    let denied = |namespace: &&Namespace| {
        let contents = look.namespaces.get(*namespace);
        contents.is_some_and(|contents| matches!(contents.clusters, Answer::Denied(_)))
    };
    let denied: Vec<_> = question.aside.iter().filter(denied).cloned().collect();
    let note = |namespace: Namespace| {
        look.namespaces.remove(&namespace);
        format!(
            "{}: namespace {namespace} may not be listed, so that a ring there that Git does not want would not be seen",
            question.seen.name
        )
    };
    denied.into_iter().map(note).collect()
}

/// With `--ring` the others are nobody's concern.
fn only_rings(look: &mut Look, scope: &Scope) {
    let name = |node: &Node| node.at(&["metadata", "name"]).and_then(Node::as_str).is_some_and(|name| scope.has_ring(name));
    for contents in look.namespaces.values_mut() {
        if let Answer::Got(clusters) = &mut contents.clusters {
            clusters.retain(name);
        }
    }
}
