//! One cluster: which file belongs to which live object, what is there without
//! a file, and what could not be looked at. Pure.

use std::collections::BTreeSet;

use super::compare::Delta;
use super::direction::carried;
use super::managed::Managers;
use super::mask::Shown;
use super::model::{Class, ClusterDrift, Difference, Direction, Effect, EffectKind, NotChecked, Resource, RingDrift, RingState};
use super::{Context, Subject, ring, seeds};
use crate::names::Namespace;
use crate::observed::{Answer, Denied, Source, Trouble};
use crate::schema::Profile;
use crate::tree::{Node, PathBuf};
use crate::wanted::{Wanted, WantedConfigMap};

/// What a cluster's comparison gives.
pub(super) struct Compared {
    pub(super) drift: ClusterDrift,
    pub(super) notes: Vec<String>,
}

/// Compares a cluster with its directory. `rings` are the names of all rings of the tree.
pub(super) fn compare(subject: &Subject<'_>, rings: &BTreeSet<&str>, context: &Context<'_>) -> Compared {
    let mut cluster = Cluster { subject, context, not_checked: Vec::new(), rings: Vec::new(), notes: Vec::new() };
    if subject.retired && subject.look.namespaces.is_empty() {
        cluster.not_checked.push(not_asked(None));
    }
    cluster.answers();
    // Whatever is left of the directory of a retired cluster, nothing should run there.
    for wanted in subject.wanted.iter().filter(|_| !subject.retired) {
        cluster.ring(wanted);
    }
    cluster.extra(rings);
    cluster.config_maps();
    cluster.rings.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    let dump = match &subject.look.from {
        Source::Dump(path) => Some(path.clone()),
        Source::Server => None,
    };
    let name = subject.cluster.as_str().to_owned();
    let Cluster { not_checked, rings, notes, .. } = cluster;
    Compared { drift: ClusterDrift { name, retired: subject.retired, dump, not_checked, rings }, notes }
}

struct Cluster<'a> {
    subject: &'a Subject<'a>,
    context: &'a Context<'a>,
    not_checked: Vec<NotChecked>,
    rings: Vec<RingDrift>,
    notes: Vec<String>,
}

impl<'a> Cluster<'a> {
    /// Every namespace that was asked for or is needed has an answer, or is told.
    fn answers(&mut self) {
        let needed = self.subject.wanted.iter().map(|wanted| &wanted.ring.namespace);
        let all: BTreeSet<_> = self.subject.look.namespaces.keys().chain(needed).collect();
        for namespace in all {
            let answer = self.subject.look.namespaces.get(namespace).map(|contents| &contents.clusters);
            self.not_checked.extend(trouble(answer, namespace, self.subject.cluster.as_str(), ""));
        }
    }

    fn live(&self, namespace: &Namespace) -> Option<&'a [Node]> {
        self.subject.look.namespaces.get(namespace)?.clusters.got().map(Vec::as_slice)
    }

    fn ring(&mut self, wanted: &'a Wanted) {
        let Some(live) = self.live(&wanted.ring.namespace) else { return };
        let Some(object) = live.iter().find(|object| name(object) == Some(wanted.ring.name.as_str())) else {
            self.rings.push(ring::missing(wanted, self.context));
            return;
        };
        let contents = self.subject.look.namespaces.get(&wanted.ring.namespace);
        let stateful_sets = contents.and_then(|contents| contents.stateful_sets.got()).map(Vec::as_slice);
        match ring::compare(wanted, object, stateful_sets, self.context) {
            Ok(compared) => {
                self.rings.push(compared.drift);
                self.notes.extend(compared.notes);
            }
            Err(why) => self.not_checked.push(NotChecked {
                reason: "unusable-object",
                message: format!("{} in cluster {} was not compared: {why}", wanted.ring, self.subject.cluster),
                fix: "correct the value; CassKop cannot read it either".to_owned(),
                namespace: Some(wanted.ring.namespace.to_string()),
            }),
        }
    }

    /// Objects without a file: of a ring of ours by name, or rendered by us once.
    fn extra(&mut self, rings: &BTreeSet<&str>) {
        for (namespace, contents) in &self.subject.look.namespaces {
            for object in contents.clusters.got().into_iter().flatten() {
                let Some(name) = name(object) else { continue };
                let rendered = |wanted: &&Wanted| wanted.ring.namespace == *namespace && wanted.ring.name.as_str() == name;
                if !self.subject.retired && self.subject.wanted.iter().any(rendered) {
                    continue;
                }
                if rings.contains(name) || carried(object).is_some() {
                    self.rings.push(extra(namespace, name, object));
                }
            }
        }
    }

    fn config_maps(&mut self) {
        if self.subject.config_maps.is_empty() || self.subject.retired {
            return;
        }
        let cluster = self.subject.cluster;
        if !self.context.seeds {
            self.notes.push("the seeds ConfigMaps were not looked at; `--seeds` compares them".to_owned());
            return;
        }
        let mut told = BTreeSet::new();
        for wanted in self.subject.config_maps.clone() {
            let namespace = &wanted.ring.namespace;
            let answer = self.subject.look.namespaces.get(namespace).map(|contents| &contents.config_maps);
            let what = "the seeds ConfigMaps were not looked at: ";
            if let Some(trouble) = trouble(answer, namespace, cluster.as_str(), what) {
                if told.insert(namespace) {
                    self.not_checked.push(trouble);
                }
                continue;
            }
            let named = name(&wanted.object);
            let live = answer.and_then(Answer::got).zip(named).and_then(|(maps, name)| maps.get(name));
            match live {
                Some(live) => self.config_map(wanted, live.as_ref()),
                None => self.not_checked.push(NotChecked {
                    message: format!("{cluster}: {what}{} was not asked for in namespace {namespace}", named.unwrap_or("one")),
                    ..not_asked(Some(namespace))
                }),
            }
        }
    }

    fn config_map(&mut self, wanted: &WantedConfigMap, live: Option<&Node>) {
        let differences = match live {
            None => vec![difference(Class::Seeds, PathBuf::default().as_str(), Resource::ConfigMap)],
            Some(live) => {
                let managers = Managers::of(live);
                let deltas = seeds::config_map(&wanted.object, live, Profile::NEWEST.types());
                deltas.iter().map(|delta| self.of_config_map(delta, wanted, live, &managers)).collect()
            }
        };
        if differences.is_empty() {
            return;
        }
        let effect = Effect {
            kind: EffectKind::Quiet,
            operation: "ConfigMap".to_owned(),
            racks: Vec::new(),
            pods: 0,
            text: "nodes read the seeds when they start: nothing restarts".to_owned(),
            paths: differences.iter().map(|found| found.path.clone()).collect(),
        };
        let key = (wanted.ring.namespace.as_str(), wanted.ring.name.as_str());
        let Some(ring) = self.rings.iter_mut().find(|ring| (ring.namespace.as_str(), ring.name.as_str()) == key) else {
            self.rings.push(RingDrift {
                namespace: wanted.ring.namespace.to_string(),
                name: wanted.ring.name.to_string(),
                file: Some(wanted.path.to_string()),
                state: RingState { direction: Direction::Unknown, processed: false, refused_before: false },
                differences,
                effects: vec![effect],
            });
            return;
        };
        ring.differences.extend(differences);
        ring.effects.push(effect);
    }

    fn of_config_map(&self, delta: &Delta<'_>, wanted: &WantedConfigMap, live: &Node, managers: &Managers<'_>) -> Difference {
        let salt = &self.context.salt;
        Difference {
            wanted: delta.wanted.map(|node| Shown::of(node, &wanted.object, &delta.path, salt)),
            live: delta.live.map(|node| Shown::of(node, live, &delta.live_path, salt)),
            actors: managers.of_path(&delta.live_path),
            ..difference(Class::Seeds, delta.path.as_str(), Resource::ConfigMap)
        }
    }
}

fn name(object: &Node) -> Option<&str> {
    object.at(&["metadata", "name"]).and_then(Node::as_str)
}

fn difference(class: Class, path: &str, resource: Resource) -> Difference {
    Difference {
        resource,
        path: path.to_owned(),
        class,
        wanted: None,
        live: None,
        actors: Vec::new(),
        place: None,
        rendered: None,
        first_seen: None,
        ignored: None,
        fails: false,
    }
}

/// A live object that no file renders. Nothing is done to it: whoever is
/// responsible for it has to say.
fn extra(namespace: &Namespace, name: &str, object: &Node) -> RingDrift {
    let actors = Managers::of(object).of_path(&PathBuf::from("spec"));
    let action = object.at(&["status", "lastClusterAction"]).and_then(Node::as_str);
    RingDrift {
        namespace: namespace.to_string(),
        name: name.to_owned(),
        file: None,
        state: RingState {
            direction: Direction::NotInGit,
            processed: super::normalise::processed(object).is_some(),
            refused_before: action == Some("CorrectCRDConfig"),
        },
        differences: vec![Difference { actors, ..difference(Class::Extra, "", Resource::CassandraCluster) }],
        effects: vec![Effect {
            kind: EffectKind::Nothing,
            operation: String::new(),
            racks: Vec::new(),
            pods: 0,
            text: "applying Git leaves it alone, unless the engine may prune it: then its nodes go, and with `deletePVC` their volumes"
                .to_owned(),
            paths: vec![String::new()],
        }],
    }
}

/// Why there is no answer; `None` if there is one.
fn trouble<T>(answer: Option<&Answer<T>>, namespace: &Namespace, cluster: &str, what: &str) -> Option<NotChecked> {
    match answer {
        Some(Answer::Got(_)) => None,
        Some(Answer::NotAsked) | None => Some(NotChecked {
            message: format!("{cluster}: {what}nobody asked for namespace {namespace}"),
            ..not_asked(Some(namespace))
        }),
        Some(Answer::Denied(denied)) => Some(of_denied(denied, namespace, cluster, what)),
        Some(Answer::Failed(Trouble { kind, message, fix })) => Some(NotChecked {
            reason: kind.as_str(),
            message: format!("{cluster}: {what}{message}"),
            fix: fix.clone(),
            namespace: Some(namespace.to_string()),
        }),
    }
}

fn of_denied(denied: &Denied, namespace: &Namespace, cluster: &str, what: &str) -> NotChecked {
    let Denied { verb, resource, namespace: place } = denied;
    let place = place.as_ref().map_or_else(|| "in the whole cluster".to_owned(), |place| format!("in namespace {place}"));
    NotChecked {
        reason: "denied",
        message: format!("{what}the right to {verb} {resource} {place} of cluster {cluster} is missing"),
        fix: format!("grant `{verb}` on `{resource}` {place} to the user of this connection"),
        namespace: Some(namespace.to_string()),
    }
}

fn not_asked(namespace: Option<&Namespace>) -> NotChecked {
    NotChecked {
        reason: "not-asked",
        message: "no namespace was looked at".to_owned(),
        fix: "let the cluster be looked at in every namespace that a ring is in".to_owned(),
        namespace: namespace.map(ToString::to_string),
    }
}
