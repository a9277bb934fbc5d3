//! What a live CassandraCluster says of itself, read out of the object. Knows
//! the names of members, judges nothing. Pure.

use jiff::Timestamp;

use crate::order::CONTENT_HASH;
use crate::tree::{Map, Node};

/// The annotation in which CassKop keeps the object that it saw last.
const SEEN: &str = "cassandraclusters.db.orange.com/last-applied-configuration";

/// A live object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Live<'a>(pub &'a Node);

/// What CassKop says of a rack.
#[derive(Clone, Copy, Debug)]
pub(super) struct RackStatus<'a> {
    /// `<dc>-<rack>`.
    pub key: &'a str,
    node: &'a Node,
}

impl<'a> Live<'a> {
    fn text(self, path: &[&str]) -> &'a str {
        self.0.at(path).and_then(Node::as_str).unwrap_or("")
    }

    pub(super) fn uid(self) -> &'a str {
        self.text(&["metadata", "uid"])
    }

    pub(super) fn hash(self) -> Option<&'a str> {
        self.annotation(CONTENT_HASH)
    }

    fn annotation(self, name: &str) -> Option<&'a str> {
        self.0.at(&["metadata", "annotations"])?.get(name)?.as_str()
    }

    pub(super) fn is_being_deleted(self) -> bool {
        self.0.at(&["metadata", "deletionTimestamp"]).is_some()
    }

    pub(super) fn phase(self) -> &'a str {
        self.text(&["status", "phase"])
    }

    pub(super) fn last_action(self) -> &'a str {
        self.text(&["status", "lastClusterAction"])
    }

    pub(super) fn last_action_status(self) -> &'a str {
        self.text(&["status", "lastClusterActionStatus"])
    }

    /// How many pods may be down by CassKop's doing. Absent is 0: CassKop fills in
    /// its 1 only when it begins with an object (docs/facts.md, Fields and defaults).
    pub(super) fn max_pod_unavailable(self) -> i64 {
        self.0.at(&["spec", "maxPodUnavailable"]).and_then(Node::as_int).unwrap_or(0)
    }

    /// What it says of its racks, in the order of the object.
    pub(super) fn racks(self) -> impl Iterator<Item = RackStatus<'a>> {
        let racks = self.0.at(&["status", "cassandraRackStatus"]).and_then(Node::as_map).map(Map::iter);
        racks.into_iter().flatten().map(|entry| RackStatus { key: entry.key.as_str(), node: &entry.value })
    }

    pub(super) fn rack(self, key: &str) -> Option<RackStatus<'a>> {
        self.racks().find(|rack| rack.key == key)
    }

    /// The local seeds, as CassKop compares them with the StatefulSets.
    pub(super) fn seeds(self) -> String {
        let seeds = self.0.at(&["status", "seedlist"]).map(Node::items).unwrap_or_default();
        seeds.iter().filter_map(Node::as_str).collect::<Vec<_>>().join(",")
    }

    /// The object as CassKop saw it last: with `spec`, and `metadata` with `uid`
    /// and `generation`.
    pub(super) fn seen(self) -> Option<Node> {
        let json: serde_json::Value = serde_json::from_str(self.annotation(SEEN)?).ok()?;
        Some(Node::from(&json))
    }

    fn managers(self) -> &'a [Node] {
        self.0.at(&["metadata", "managedFields"]).map(Node::items).unwrap_or_default()
    }

    /// When the content hash was written last.
    pub(super) fn applied_at(self) -> Option<Timestamp> {
        let owns = |entry: &&Node| {
            let hash = format!("f:{CONTENT_HASH}");
            entry.at(&["fieldsV1", "f:metadata", "f:annotations"]).is_some_and(|fields| fields.get(&hash).is_some())
        };
        self.managers().iter().filter(owns).filter_map(|entry| time(entry.get("time"))).max()
    }

    /// Whether CassKop itself wrote the value at a path of the spec last: an
    /// entry of its manager covers it, and no other (docs/facts.md, What can be
    /// seen of a change).
    pub(super) fn casskop_wrote(self, path: &[String]) -> bool {
        let of_casskop = |entry: &Node| {
            let manager = entry.get("manager").and_then(Node::as_str).unwrap_or("");
            ["casskop", "Go-http-client"].contains(&manager) && entry.get("operation").and_then(Node::as_str) == Some("Update")
        };
        let mut owners = self.managers().iter().filter(|entry| covers(entry, path)).peekable();
        owners.peek().is_some() && owners.all(of_casskop)
    }
}

/// Whether an entry of `managedFields` owns a path below `spec`, or a list or
/// object around it as a whole.
fn covers(entry: &Node, path: &[String]) -> bool {
    let Some(mut fields) = entry.at(&["fieldsV1", "f:spec"]) else { return false };
    for key in path {
        let Some(inner) = fields.get(&format!("f:{key}")) else { return false };
        fields = inner;
        if fields.as_map().is_some_and(Map::is_empty) {
            return true;
        }
    }
    true
}

impl<'a> RackStatus<'a> {
    fn text(self, path: &[&str]) -> &'a str {
        self.node.at(path).and_then(Node::as_str).unwrap_or("")
    }

    pub(super) fn phase(self) -> &'a str {
        self.text(&["phase"])
    }

    pub(super) fn action(self) -> &'a str {
        self.text(&["cassandraLastAction", "name"])
    }

    pub(super) fn action_status(self) -> &'a str {
        self.text(&["cassandraLastAction", "status"])
    }

    pub(super) fn started(self) -> Option<Timestamp> {
        time(self.node.at(&["cassandraLastAction", "startTime"]))
    }

    pub(super) fn ended(self) -> Option<Timestamp> {
        time(self.node.at(&["cassandraLastAction", "endTime"]))
    }

    pub(super) fn pod_operation(self) -> &'a str {
        self.text(&["podLastOperation", "name"])
    }

    /// Whether an operation on its pods is waiting or under way.
    pub(super) fn has_pod_operation(self) -> bool {
        ["ToDo", "Ongoing"].contains(&self.text(&["podLastOperation", "status"]))
    }

    pub(super) fn pod_operation_started(self) -> Option<Timestamp> {
        time(self.node.at(&["podLastOperation", "startTime"]))
    }
}

fn time(node: Option<&Node>) -> Option<Timestamp> {
    node?.as_str()?.parse().ok()
}
