//! What the conditions about one ring in one cluster share: the live spec in
//! canonical form, where it differs from Git, what CassKop has seen. Pure.

use crate::default::{canonical, without_live_members};
use crate::schema::Profile;
use crate::tree::{Map, Node, PathBuf, Value, differences};

use super::case::Case;
use super::live::Live;
use super::rack::{Rack, racks};

/// Facts about a live object.
pub(super) struct Facts<'a> {
    pub case: &'a Case<'a>,
    pub live: Live<'a>,
    /// The live spec in canonical form, without action flags; the raw one where
    /// the CRD would refuse it, which `canonical` says.
    pub spec: Node,
    /// Whether live and rendered spec could both be brought into canonical form.
    pub canonical: bool,
    /// Where the live spec differs from the rendered one, without ignored paths.
    pub differs: Vec<PathBuf>,
    /// What ignore rules covered: the path and the rule.
    pub ignored: Vec<(PathBuf, String)>,
    /// Action flags that are set in the live spec.
    pub flags: Vec<String>,
    /// Whether CassKop's annotation has the live spec and the object's uid.
    pub seen: bool,
}

impl<'a> Facts<'a> {
    pub(super) fn new(case: &'a Case<'a>, object: &'a Node) -> Self {
        let live = Live(object);
        let (mut spec, live_fits) = canonical_spec(object, case);
        let (mut wanted, wanted_fits) = canonical_spec(&case.wanted.object, case);
        let flags = take_flags(&mut spec);
        take_flags(&mut wanted);
        let mut differs = Vec::new();
        let mut ignored = Vec::new();
        for path in different_paths(&wanted, &spec) {
            match (case.ignored)(&path) {
                Some(rule) => ignored.push((path, rule)),
                None => differs.push(path),
            }
        }
        let seen = has_seen(case, live, &spec);
        Self { case, live, spec, canonical: live_fits && wanted_fits, differs, ignored, flags, seen }
    }

    pub(super) fn profile(&self) -> Profile {
        self.case.wanted.versions.from.profile()
    }

    pub(super) fn ring(&self) -> &'a str {
        self.case.wanted.ring.name.as_str()
    }

    pub(super) fn racks(&self) -> Vec<Rack<'_>> {
        racks(self.ring(), &self.spec)
    }

    /// Whether Git's revision of the object has been applied.
    pub(super) fn is_applied(&self) -> bool {
        self.case.wanted.hash.is_some() && self.live.hash() == self.case.wanted.hash.as_deref()
    }
}

/// Where two specs in canonical form differ, by path from the object's top.
fn different_paths(wanted: &Node, live: &Node) -> Vec<PathBuf> {
    let object = |spec: &Node| {
        let mut map = Map::new();
        map.set("spec", None, spec.clone());
        Node::made(Value::Map(map))
    };
    differences(&object(wanted), &object(live)).into_iter().map(|difference| difference.path).collect()
}

/// The spec of an object in canonical form, and whether it has one.
pub(super) fn canonical_spec(object: &Node, case: &Case<'_>) -> (Node, bool) {
    let mut object = object.clone();
    without_live_members(&mut object);
    let (object, fits) = match canonical(&object, case.wanted.versions.from) {
        Ok(canonical) => (canonical.object, true),
        Err(_) => (object, false),
    };
    (object.get("spec").cloned().unwrap_or(object), fits)
}

/// Takes the flags that ask CassKop for an action out of a spec; gives their paths.
pub(super) fn take_flags(spec: &mut Node) -> Vec<String> {
    let mut flags = Vec::new();
    let Some(spec) = spec.as_map_mut() else { return flags };
    if spec.remove("unlockNextOperation").is_some_and(|entry| entry.value.as_bool() == Some(true)) {
        flags.push("unlockNextOperation".to_owned());
    }
    let dcs = spec.get_mut("topology").and_then(Node::as_map_mut).and_then(|topology| topology.get_mut("dc"));
    for dc in dcs.map(items_mut).unwrap_or_default() {
        let dc_name = crate::ring::name(dc).to_owned();
        let Some(racks) = dc.as_map_mut().and_then(|dc| dc.get_mut("rack")) else { continue };
        for rack in items_mut(racks) {
            let name = crate::ring::name(rack).to_owned();
            let flag = rack.as_map_mut().and_then(|rack| rack.remove("rollingRestart"));
            if flag.is_some_and(|entry| entry.value.as_bool() == Some(true)) {
                flags.push(format!("rollingRestart of {dc_name}-{name}"));
            }
        }
    }
    flags
}

fn items_mut(node: &mut Node) -> &mut [Node] {
    match &mut node.value {
        Value::List(items) => items.to_mut(),
        _ => &mut [],
    }
}

fn has_seen(case: &Case<'_>, live: Live<'_>, spec: &Node) -> bool {
    let Some(mut seen) = live.seen() else { return false };
    let uid = seen.at(&["metadata", "uid"]).and_then(Node::as_str).unwrap_or("");
    if uid != live.uid() {
        return false;
    }
    if let Some(map) = seen.as_map_mut() {
        map.remove("status");
    }
    let (mut seen, _) = canonical_spec(&seen, case);
    take_flags(&mut seen);
    differences(&seen, spec).is_empty()
}
