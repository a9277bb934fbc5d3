//! A recording of the real CassKop, read once: what a reader could see at each
//! moment, what was wanted, and the truth.
#![cfg(test)]
#![allow(clippy::disallowed_methods, reason = "test data are read from disk")]

use std::collections::BTreeMap;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use multicasskop::default::canonical;
use multicasskop::emit::{FileKind, RingKey, TreePath};
use multicasskop::names::{ClusterName, Namespace, RingName};
use multicasskop::order::{CONTENT_HASH, content_hash};
use multicasskop::schema::{Release, Versions};
use multicasskop::tree::{Node, Value};
use multicasskop::wanted::Wanted;
use serde_json::Value as Json;

/// What was to be seen from a time on.
pub(crate) struct Moment {
    /// Seconds since the first action.
    pub(crate) t: f64,
    pub(crate) object: Option<Node>,
    pub(crate) sets: Vec<Node>,
    /// The change that counts, by its number; `None` between `apply` and `applied`.
    pub(crate) change: Option<usize>,
    /// Whether the wanted spec runs in full.
    pub(crate) desired: bool,
    /// How many times somebody has done something.
    pub(crate) acts: usize,
    /// Equal for moments in which a reader sees the same.
    pub(crate) state: usize,
}

/// A manifest that was applied.
pub(crate) struct Change {
    pub(crate) wanted: Wanted,
    /// The manifest applied before.
    pub(crate) since: Option<Node>,
}

pub(crate) struct Recording {
    pub(crate) name: String,
    pub(crate) start: Timestamp,
    pub(crate) end: f64,
    pub(crate) moments: Vec<Moment>,
    pub(crate) changes: Vec<Change>,
    /// Opaque content hashes of the recording, and ours.
    pub(crate) hashes: BTreeMap<String, String>,
}

impl Recording {
    pub(crate) fn read(path: &Path) -> Self {
        Self::of(path, &std::fs::read_to_string(path).unwrap())
    }

    /// Makes it of the text of the file of that path.
    pub(crate) fn of(path: &Path, text: &str) -> Self {
        let mut lines = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
        let meta = lines.next().unwrap()["meta"].take();
        let release = Release::parse(meta["casskop"].as_str().unwrap()).unwrap();
        let name = format!("{}/{}", release, path.file_stem().unwrap().to_str().unwrap());
        let mut reader = Reader { release, hashes: BTreeMap::new(), sets: BTreeMap::new(), since: None, pending: None };
        let mut recording = Self {
            name,
            start: Timestamp::from_second(meta["start"].as_i64().unwrap()).unwrap(),
            end: 0.0,
            moments: vec![],
            changes: vec![],
            hashes: BTreeMap::new(),
        };
        for record in lines {
            reader.add(record, &mut recording);
        }
        recording.hashes = reader.hashes;
        recording
    }

    /// The point in time of a moment.
    pub(crate) fn at(&self, t: f64) -> Timestamp {
        self.start + SignedDuration::from_secs_f64(t)
    }

    /// What was to be seen at a time.
    pub(crate) fn seen(&self, t: f64) -> Option<&Moment> {
        let after = self.moments.partition_point(|moment| moment.t <= t);
        self.moments.get(after.checked_sub(1)?)
    }
}

struct Reader {
    release: Release,
    hashes: BTreeMap<String, String>,
    sets: BTreeMap<String, (Json, Node)>,
    since: Option<Node>,
    pending: Option<Json>,
}

impl Reader {
    fn add(&mut self, mut record: Json, to: &mut Recording) {
        let t = record["t"].as_f64().unwrap();
        to.end = t;
        let last = to.moments.last();
        let mut moment = Moment {
            t,
            object: last.and_then(|last| last.object.clone()),
            sets: last.map(|last| last.sets.clone()).unwrap_or_default(),
            change: last.and_then(|last| last.change),
            desired: last.is_some_and(|last| last.desired),
            acts: last.map_or(0, |last| last.acts),
            state: last.map_or(0, |last| last.state),
        };
        let deleted = record["event"] == "DELETED";
        moment.state += usize::from(record.get("truth").is_none());
        if let Some(object) = record.get("object") {
            moment.object = (!deleted).then(|| self.hashed(&Node::from(object)));
        } else if record.get("statefulset").is_some() {
            self.set(record["statefulset"].take(), deleted);
            moment.sets = self.sets.values().map(|(_, set)| set.clone()).collect();
        } else if let Some(truth) = record.get("truth") {
            moment.desired = truth["desired"] == true;
        } else if let Some(action) = record["action"].as_str().map(ToOwned::to_owned) {
            let done = ["settled", "not-settled", "end", "mark", "applied"].contains(&action.as_str());
            moment.acts += usize::from(!done);
            match action.as_str() {
                "apply" => {
                    moment.change = None;
                    self.pending = Some(record["manifest"].take());
                }
                "applied" if self.pending.is_some() => {
                    let manifest = self.pending.take().unwrap();
                    moment.change = Some(to.changes.len());
                    to.changes.push(self.change(&manifest));
                }
                _ => {}
            }
        }
        match to.moments.last_mut() {
            // What happens at the same time is seen at once.
            Some(last) if last.t >= t => *last = moment,
            _ => to.moments.push(moment),
        }
    }

    fn set(&mut self, set: Json, deleted: bool) {
        let name = set["metadata"]["name"].as_str().unwrap().to_owned();
        if deleted {
            self.sets.remove(&name);
        } else if set.get("spec").is_some() {
            let node = Node::from(&set);
            self.sets.insert(name, (set, node));
        } else {
            let (kept, node) = self.sets.get_mut(&name).unwrap();
            for member in ["generation", "resourceVersion", "uid"] {
                kept["metadata"][member] = set["metadata"][member].clone();
            }
            kept["status"] = set["status"].clone();
            *node = Node::from(&*kept);
        }
    }

    fn change(&mut self, manifest: &Json) -> Change {
        let source = Node::from(manifest);
        let mut object = canonical(&source, self.release).unwrap().object;
        if let Some(status) = source.get("status") {
            object.as_map_mut().unwrap().set("status", None, status.clone());
        }
        if let Some(opaque) = annotation(&source) {
            let seeds: Option<Vec<String>> = object
                .at(&["status", "seedlist"])
                .map(|list| list.items().iter().filter_map(Node::as_str).map(ToOwned::to_owned).collect());
            let ours = content_hash(object.get("spec").unwrap(), seeds.as_deref());
            self.hashes.entry(opaque.to_owned()).or_insert(ours);
        }
        let object = self.hashed(&object);
        let text = |key: &str| object.at(&["metadata", key]).and_then(Node::as_str).unwrap();
        let cluster = ClusterName::new("c1").unwrap();
        let ring = RingKey { namespace: Namespace::new(text("namespace")).unwrap(), name: RingName::new(text("name")).unwrap() };
        let wanted = Wanted {
            path: TreePath::of(&cluster, &ring.name, FileKind::CassandraCluster),
            cluster,
            ring,
            wave: 0,
            hash: annotation(&object).map(ToOwned::to_owned),
            versions: Versions::one(self.release),
            object: object.clone(),
            intact: true,
        };
        Change { wanted, since: self.since.replace(object) }
    }

    /// The object with our hash instead of the recording's.
    fn hashed(&self, object: &Node) -> Node {
        let mut object = object.clone();
        let ours = annotation(&object).and_then(|opaque| self.hashes.get(opaque)).cloned();
        if let Some(ours) = ours {
            let annotations = object
                .as_map_mut()
                .and_then(|map| map.get_mut("metadata"))
                .and_then(Node::as_map_mut)
                .and_then(|map| map.get_mut("annotations"))
                .and_then(Node::as_map_mut)
                .unwrap();
            annotations.set(CONTENT_HASH, None, Node::made(Value::Text(ours.into())));
        }
        object
    }
}

fn annotation(object: &Node) -> Option<&str> {
    object.at(&["metadata", "annotations", CONTENT_HASH])?.as_str()
}
