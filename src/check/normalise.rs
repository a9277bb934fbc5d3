//! Both sides in a form in which only what means something differs.
//!
//! A spec is taken through what the API server and CassKop would make of it
//! (docs/facts.md, Canonical form): defaults are there, zero values and unknown
//! members are not. Action flags are taken out, since CassKop resets them. Pure.

use crate::default::{canonical, running};
use crate::schema::{Mismatch, Problem, Release};
use crate::tree::{Entry, Map, Node, Path, PathBuf, SmolStr, Value};

/// The annotation in which CassKop keeps the object that it last processed.
const SEEN: &str = "cassandraclusters.db.orange.com/last-applied-configuration";

/// Numbers that CassKop fills in once, and for which a later 0 counts.
const FILLED_ONCE: [&str; 2] = ["nodesPerRacks", "maxPodUnavailable"];

/// A spec in comparable form.
///
/// # Errors
/// Why it cannot be decoded.
pub(super) fn spec(spec: &Node, release: Release, initialised: bool) -> Result<Node, Vec<Mismatch>> {
    let object = with_spec(spec);
    let form = if initialised { running(&object, release) } else { canonical(&object, release) }?;
    Ok(without_flags(form.object))
}

/// The wanted spec in comparable form: what a new object would get, but for a
/// zero that is written and that an object which CassKop has initialised keeps.
///
/// # Errors
/// What the CRD refuses.
pub(super) fn wanted(spec: &Node, release: Release, initialised: bool) -> Result<Node, Vec<Mismatch>> {
    let mut form = without_flags(canonical(&with_spec(spec), release)?.object);
    if initialised && let Some(map) = form.as_map_mut() {
        for name in FILLED_ONCE {
            if let Some(zero) = spec.get(name).filter(|node| node.as_int() == Some(0)) {
                map.set(name, None, zero.clone());
            }
        }
    }
    Ok(form)
}

/// An object with nothing but a spec: names and status have no part in the form.
fn with_spec(spec: &Node) -> Node {
    let mut map = Map::new();
    map.push(Entry { key: SmolStr::new_static("spec"), key_span: None, value: spec.clone() });
    Node::made(Value::Map(map))
}

/// The spec of an object in canonical form, which always has one.
fn without_flags(mut object: Node) -> Node {
    let entry = object.as_map_mut().and_then(|map| map.remove("spec"));
    let mut spec = entry.map_or_else(|| Node::made(Value::Map(Map::new())), |entry| entry.value);
    if flags(&spec).is_empty() {
        return spec;
    }
    if let Some(map) = spec.as_map_mut() {
        map.remove("unlockNextOperation");
    }
    for dc in list_mut(spec.as_map_mut().and_then(|map| map.get_mut("topology")), "dc") {
        for rack in list_mut(Some(dc), "rack") {
            if let Some(map) = rack.as_map_mut() {
                map.remove("rollingRestart");
            }
        }
    }
    spec
}

fn list_mut<'a>(node: Option<&'a mut Node>, name: &str) -> impl Iterator<Item = &'a mut Node> {
    let list = node.and_then(Node::as_map_mut).and_then(|map| map.get_mut(name));
    let items = match list.map(|node| &mut node.value) {
        Some(Value::List(items)) => Some(items.to_mut().iter_mut()),
        _ => None,
    };
    items.into_iter().flatten()
}

/// The action flags that are set in a spec, by path from the object.
pub(super) fn flags(spec: &Node) -> Vec<PathBuf> {
    let set = |node: &Node, name: &str| node.get(name).and_then(Node::as_bool) == Some(true);
    let top = Path::ROOT.key("spec");
    let mut found = Vec::new();
    for (at, dc) in spec.at(&["topology", "dc"]).map(Node::items).unwrap_or_default().iter().enumerate() {
        for (rack_at, rack) in dc.get("rack").map(Node::items).unwrap_or_default().iter().enumerate() {
            if set(rack, "rollingRestart") {
                found.push(PathBuf::from(format!("{top}.topology.dc[{at}].rack[{rack_at}].rollingRestart")));
            }
        }
    }
    if set(spec, "unlockNextOperation") {
        found.push(top.key("unlockNextOperation").to_buf());
    }
    found
}

/// Whether CassKop has initialised a live object, so that it fills in no more.
pub(super) fn is_initialised(object: &Node) -> bool {
    object.at(&["status", "phase"]).and_then(Node::as_str).is_some_and(|phase| !phase.is_empty())
}

/// The spec that CassKop last processed, by its annotation. `None` where it has
/// none, or one that another object brought along: a restored backup has the
/// old one's UID, and a generation that this object has not reached
/// (docs/facts.md, What can be seen of a change).
pub(super) fn processed(object: &Node) -> Option<Node> {
    let text = object.at(&["metadata", "annotations", SEEN])?.as_str()?;
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    let seen = Node::from(&json);
    let of = |node: &Node, name: &str| node.at(&["metadata", name]).cloned();
    if let (Some(here), Some(there)) = (of(object, "uid"), of(&seen, "uid"))
        && !here.value.same(&there.value)
    {
        return None;
    }
    let generation = |node: &Node| of(node, "generation").and_then(|node| node.as_int());
    if let (Some(here), Some(there)) = (generation(object), generation(&seen))
        && there > here
    {
        return None;
    }
    seen.get("spec").cloned()
}

/// Why a spec cannot be decoded, in a few words. What stands there instead is
/// not said: it may be a secret.
pub(super) fn told(mismatches: &[Mismatch]) -> String {
    const MOST: usize = 3;
    let refused = mismatches.iter().filter_map(|mismatch| match &mismatch.problem {
        Problem::Refused { wanted, .. } => Some(format!("{} should be {wanted}", mismatch.path)),
        Problem::Unknown { .. } => None,
    });
    let all: Vec<_> = refused.collect();
    let more = all.len().saturating_sub(MOST);
    let told = all.into_iter().take(MOST).collect::<Vec<_>>().join("; ");
    if more > 0 { format!("{told}; and {more} more") } else { told }
}
