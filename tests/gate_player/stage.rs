//! Writes to an API server what was recorded: each version of the object and of
//! its StatefulSets, by the field manager and in the way that wrote it.
//!
//! `CassKop`'s own annotation gets uid and generation of the server's object, and
//! observed generations are the server's.
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};

use multicasskop::order::CONTENT_HASH;
use serde_json::{Map, Value, json};

use crate::clock::Clock;
use crate::plane::{Cluster, Way};

const SEEN: &str = "cassandraclusters.db.orange.com/last-applied-configuration";
/// The managers of `CassKop` 2.3.4 and 2.2.9.
const CASSKOP: [&str; 2] = ["casskop", "Go-http-client"];
/// What the server alone decides.
const SERVERS: [&str; 8] = [
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "managedFields",
    "selfLink",
];

/// Manager, operation, subresource.
type Writer = (String, String, String);

/// One recording's namespace.
pub(crate) struct Stage<'a> {
    pub(crate) cluster: &'a Cluster,
    /// Whether the CRD has the status subresource.
    pub(crate) subresource: bool,
    pub(crate) clock: Clock,
    /// A manifest that is being applied: its record.
    pub(crate) applying: Option<Value>,
    /// The object as it was recorded last, and as the server has it.
    recorded: Option<Value>,
    live: Option<Value>,
    sets: BTreeMap<String, Value>,
    /// Recorded uids, and the server's.
    uids: BTreeMap<String, String>,
    /// Recorded generations by uid, and the server's.
    generations: BTreeMap<(String, i64), i64>,
    /// Where the server has noted other managers than were recorded.
    pub(crate) odd: Vec<String>,
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What the managers own, and when they wrote.
fn managers(object: &Value) -> BTreeMap<Writer, (&Value, &Value)> {
    let key = |entry: &Value| {
        let [manager, operation, subresource] = ["manager", "operation", "subresource"].map(|key| text(&entry[key]).to_owned());
        (manager, operation, subresource)
    };
    let all = object["metadata"]["managedFields"].as_array().into_iter().flatten();
    all.map(|entry| (key(entry), (&entry["time"], &entry["fieldsV1"]))).collect()
}

/// Who wrote a version: whose entry is newer, or has more in it.
fn writers(before: Option<&Value>, now: &Value) -> Vec<Writer> {
    let before = before.map(managers).unwrap_or_default();
    let wrote = |writer: &Writer, (time, fields): (&Value, &Value)| {
        before.get(writer).is_none_or(|(then, old)| *then != time || fields.to_string().len() > old.to_string().len())
    };
    managers(now).into_iter().filter(|(writer, entry)| wrote(writer, *entry)).map(|(writer, _)| writer).collect()
}

/// Who updates a part of an object: who wrote this version, else who wrote last.
fn updater(writers: &[Writer], now: &Value, subresource: &str) -> String {
    let is = |writer: &&Writer| writer.1 == "Update" && writer.2 == subresource;
    let last = || {
        let all = managers(now).into_iter().filter(|(writer, _)| is(&writer));
        all.max_by_key(|(_, (time, _))| text(time).to_owned()).map(|(writer, _)| writer)
    };
    let casskop = |writer: &Writer| CASSKOP.contains(&writer.0.as_str());
    let mut found: Vec<_> = writers.iter().filter(is).cloned().collect();
    found.sort_by_key(casskop);
    found.into_iter().next().or_else(last).map_or_else(|| "casskop".to_owned(), |writer| writer.0)
}

/// Who wrote `CassKop`'s annotation.
fn owner_of_seen(object: &Value) -> Option<String> {
    let owns = |fields: &Value| fields["f:metadata"]["f:annotations"].get(format!("f:{SEEN}")).is_some();
    managers(object).into_iter().find(|(_, (_, fields))| owns(fields)).map(|(writer, _)| writer.0)
}

/// An object without what the server decides.
fn body(object: &Value) -> Value {
    let mut object = object.clone();
    let metadata = object["metadata"].as_object_mut().unwrap();
    for name in SERVERS {
        metadata.remove(name);
    }
    object
}

fn status(object: &Value) -> Value {
    object.get("status").cloned().unwrap_or_else(|| json!({}))
}

impl<'a> Stage<'a> {
    pub(crate) fn new(cluster: &'a Cluster, subresource: bool, clock: Clock) -> Self {
        Self {
            cluster,
            subresource,
            clock,
            applying: None,
            recorded: None,
            live: None,
            sets: BTreeMap::new(),
            uids: BTreeMap::new(),
            generations: BTreeMap::new(),
            odd: Vec::new(),
        }
    }

    /// What was recorded, as it is now: times, uids, generations.
    fn now(&self, recorded: &Value) -> Value {
        let mut text = self.clock.moved(&recorded.to_string());
        for (theirs, ours) in &self.uids {
            text = text.replace(theirs, ours);
        }
        let mut now: Value = serde_json::from_str(&text).unwrap();
        let annotation = |object: &Value| object["metadata"]["annotations"][SEEN].clone();
        if let (Some(before), Some(live)) = (&self.recorded, &self.live)
            && annotation(before) == annotation(recorded)
            && !annotation(live).is_null()
        {
            now["metadata"]["annotations"][SEEN] = annotation(live);
        } else if let Some(seen) = recorded["metadata"]["annotations"][SEEN].as_str() {
            let seen: Value = serde_json::from_str(seen).unwrap();
            let annotation = &mut now["metadata"]["annotations"][SEEN];
            let mut mapped: Value = serde_json::from_str(annotation.as_str().unwrap()).unwrap();
            mapped["metadata"]["generation"] = json!(self.generation(&seen, seen["metadata"]["generation"].as_i64()));
            *annotation = json!(mapped.to_string());
        }
        now
    }

    /// The server's number for a recorded generation of an object.
    fn generation(&self, of: &Value, recorded: Option<i64>) -> Option<i64> {
        let key = (text(&of["metadata"]["uid"]).to_owned(), recorded?);
        Some(self.generations.get(&key).copied().unwrap_or(key.1))
    }

    /// Takes note of what the server made of a recorded version.
    fn learn(&mut self, recorded: &Value, live: &Value) {
        let uid = text(&recorded["metadata"]["uid"]).to_owned();
        self.uids.insert(uid.clone(), text(&live["metadata"]["uid"]).to_owned());
        if let (Some(theirs), Some(ours)) = (recorded["metadata"]["generation"].as_i64(), live["metadata"]["generation"].as_i64())
        {
            self.generations.insert((uid, theirs), ours);
        }
    }

    /// Plays a version of the object.
    pub(crate) fn object(&mut self, event: &str, recorded: Value) {
        if event == "DELETED" {
            return self.gone(&recorded);
        }
        let writers = writers(self.recorded.as_ref(), &recorded);
        let mut live = self.live.clone();
        if self.is_applied(&writers, &recorded)
            && let Some(record) = self.applying.take()
        {
            live = Some(self.cluster.apply(&record["manifest"], Way::ServerSide, text(&record["manager"])));
        }
        let create = || self.cluster.create(&body(&self.now(&recorded)), &updater(&writers, &recorded, ""));
        let mut live = live.unwrap_or_else(create);
        if self.recorded.is_none() {
            self.learn(&recorded, &live);
        }
        if self.recorded.as_ref().is_some_and(|before| is_deleted(&recorded) && !is_deleted(before)) {
            self.cluster.delete(&body(&recorded));
        }
        let main = |object: &Value| {
            let mut main = body(object);
            if self.subresource {
                main.as_object_mut().unwrap().remove("status");
            }
            main
        };
        let now = self.now(&recorded);
        let seen = |object: &Value| object["metadata"]["annotations"][SEEN].clone();
        let manager = updater(&writers, &recorded, "");
        if let Some(owner) = owner_of_seen(&recorded).filter(|owner| *owner != manager && seen(&live) != seen(&now)) {
            // Versions that differ in times alone were left out, so that two writes may be one here.
            let mut between = body(&live);
            between["metadata"]["annotations"][SEEN] = seen(&now);
            live = self.cluster.put(&between, &owner);
        }
        if main(&now) != main(&live) {
            live = self.cluster.put(&body(&now), &manager);
        }
        if self.subresource && status(&now) != status(&live) {
            live = self.cluster.put_status(&body(&now), &updater(&writers, &recorded, "status"));
        }
        self.compare(&recorded, &now, &live);
        self.learn(&recorded, &live);
        (self.recorded, self.live) = (Some(recorded), Some(live));
    }

    /// Whether the manifest that is being applied made this version. Later versions may
    /// have been seen late, when the next one was being applied already.
    fn is_applied(&self, writers: &[Writer], recorded: &Value) -> bool {
        let Some(record) = self.applying.as_ref().filter(|record| record["how"] == "server-side") else { return false };
        let hash = |object: &Value| object["metadata"]["annotations"][CONTENT_HASH].clone();
        let changes_spec = self.recorded.as_ref().is_some_and(|before| before["spec"] != recorded["spec"]);
        // Two writes within a second leave no trace in `managedFields` but the fields themselves.
        let nobody_else = writers.iter().all(|writer| CASSKOP.contains(&writer.0.as_str()));
        let made = nobody_else && changes_spec && carries(&recorded["spec"], &record["manifest"]["spec"]);
        hash(recorded) == hash(&record["manifest"]) && (writers.iter().any(|writer| writer.1 == "Apply") || made)
    }

    /// The server has what was recorded, written by the same.
    fn compare(&mut self, recorded: &Value, now: &Value, live: &Value) {
        let (mut now, mut other) = (body(now), body(live));
        now["status"] = status(&now);
        other["status"] = status(&other);
        assert_eq!(now, other, "what was recorded cannot be written");
        let fields = |object: &Value| -> BTreeMap<Writer, Value> {
            managers(object).into_iter().map(|(writer, (_, fields))| (writer, fields.clone())).collect()
        };
        let (theirs, ours) = (fields(recorded), fields(live));
        let all: BTreeSet<_> = theirs.keys().chain(ours.keys()).collect();
        let paths = |of: Option<&Value>| of.map(leaves).unwrap_or_default();
        for writer in all {
            let (theirs, ours) = (paths(theirs.get(writer)), paths(ours.get(writer)));
            let only = |here: &BTreeSet<String>, there| here.difference(there).cloned().collect::<Vec<_>>().join(" ");
            if theirs != ours {
                let (lacks, more) = (only(&theirs, &ours), only(&ours, &theirs));
                self.odd.push(format!("{writer:?} lacks {lacks} and has {more}, at {}", recorded["metadata"]["resourceVersion"]));
            }
        }
    }

    fn gone(&mut self, recorded: &Value) {
        let mut object = body(recorded);
        if let Some(live) = self.cluster.get(&object) {
            if !is_deleted(&live) {
                self.cluster.delete(&object);
            }
            object["metadata"].as_object_mut().unwrap().remove("finalizers");
            if self.cluster.get(&object).is_some() {
                self.cluster.put(&object, "casskop");
            }
        }
        assert_eq!(self.cluster.get(&object), None, "it was deleted");
        (self.recorded, self.live) = (None, None);
    }

    /// A manifest was applied; what it has changed is seen later, if anything.
    pub(crate) fn applied(&mut self) {
        if let Some(record) = self.applying.take_if(|record| record["how"] == "server-side") {
            self.live = Some(self.cluster.apply(&record["manifest"], Way::ServerSide, text(&record["manager"])));
        }
        self.applying = None;
    }

    /// Plays a version of a StatefulSet.
    pub(crate) fn set(&mut self, event: &str, recorded: Value) {
        let name = text(&recorded["metadata"]["name"]).to_owned();
        let before = self.sets.remove(&name);
        if event == "DELETED" {
            return self.cluster.delete(&before.expect("it was there"));
        }
        let whole = if recorded.get("spec").is_some() { recorded } else { with_status(before.clone().unwrap(), &recorded) };
        let now = body(&self.now(&whole));
        let spec = |set: &Value| {
            let mut spec = body(set);
            spec.as_object_mut().unwrap().remove("status");
            spec
        };
        let live = match &before {
            None => Some(self.cluster.create(&spec(&now), "casskop")),
            Some(before) => (spec(before) != spec(&whole)).then(|| self.cluster.put(&now, "casskop")),
        };
        if let Some(live) = live {
            self.learn(&whole, &live);
        }
        if before.as_ref().map_or_else(|| json!({}), status) != status(&whole) {
            let mut now = now;
            now["status"]["observedGeneration"] = json!(self.generation(&whole, whole["status"]["observedGeneration"].as_i64()));
            self.cluster.put_status(&now, "kube-controller-manager");
        }
        self.sets.insert(name, whole);
    }
}

/// A whole StatefulSet out of the one before and a record of its status.
fn with_status(mut set: Value, recorded: &Value) -> Value {
    let metadata: &Map<String, Value> = recorded["metadata"].as_object().unwrap();
    for (name, value) in metadata {
        set["metadata"][name] = value.clone();
    }
    set["status"] = recorded["status"].clone();
    set
}

/// Whether all that is applied stands there, lists as they are.
fn carries(there: &Value, applied: &Value) -> bool {
    match applied {
        Value::Object(members) => members.iter().all(|(name, value)| carries(&there[name], value)),
        _ => there == applied,
    }
}

/// The paths of all that an entry of `managedFields` owns.
fn leaves(fields: &Value) -> BTreeSet<String> {
    let members = fields.as_object().into_iter().flatten();
    members
        .flat_map(|(name, inner)| {
            let below = leaves(inner);
            let below = below.into_iter().map(|path| format!("{name}/{path}"));
            below.chain([name.clone()]).collect::<Vec<_>>()
        })
        .collect()
}

fn is_deleted(object: &Value) -> bool {
    object["metadata"].get("deletionTimestamp").is_some()
}
