//! Every key of the fleet file, by the object that may have it. Pure.

/// The keys that an object may have.
#[derive(Clone, Copy)]
pub(super) struct Keys(pub &'static [&'static str]);

pub(super) const TOP: Keys = Keys(&[
    "apiVersion",
    "kind",
    "metadata",
    "sources",
    "out",
    "casskopVersion",
    "engine",
    "merge",
    "seedDelivery",
    "clusters",
    "rings",
    "lint",
    "ignore",
]);
pub(super) const METADATA: Keys = Keys(&["name"]);
pub(super) const UPGRADE: Keys = Keys(&["from", "to"]);
pub(super) const CLUSTER: Keys =
    Keys(&["name", "zone", "namespace", "casskopVersion", "wave", "state", "allowPrune", "seedDelivery", "connect"]);
pub(super) const CONNECT: Keys = Keys(&["context", "kubeconfig", "inCluster", "dump", "clientConfig", "kubemcsa"]);
pub(super) const KUBEMCSA: Keys = Keys(&["hub", "namespace", "name", "file", "dir"]);
pub(super) const IN_HUB: Keys = Keys(&["hub", "namespace", "name"]);
pub(super) const RING: Keys = Keys(&["seeds", "zones", "seedDelivery"]);
pub(super) const LINT: Keys = Keys(&["allow"]);
pub(super) const ALLOWANCE: Keys = Keys(&["rule", "ring", "cluster", "path", "reason", "until"]);
pub(super) const IGNORE: Keys = Keys(&["ring", "cluster", "resource", "path", "reason", "owner", "until"]);

/// Where a key belongs, for those who look for it in the wrong place.
const PLACES: [(&str, Keys); 8] = [
    ("at the top", TOP),
    ("in `metadata`", METADATA),
    ("at a cluster, in `clusters`", CLUSTER),
    ("at a ring, in `rings.<name>`", RING),
    ("at an allowance, in `lint.allow`", ALLOWANCE),
    ("in `connect` of a cluster", CONNECT),
    ("in `kubemcsa` of a cluster's `connect`", KUBEMCSA),
    ("at a rule in `ignore`", IGNORE),
];

impl Keys {
    /// Whether an object may have this key.
    pub(super) fn has(self, key: &str) -> bool {
        self.0.contains(&key)
    }

    /// What to do with a key that an object may not have.
    pub(super) fn instead_of(self, key: &str) -> String {
        let place = PLACES.iter().find(|(_, keys)| keys.has(key));
        place.map_or_else(
            || format!("take it out; known here: {}", self.ticked()),
            |(place, _)| format!("`{key}` belongs {place}; known here: {}", self.ticked()),
        )
    }

    /// All of them, for messages.
    pub(super) fn ticked(self) -> String {
        self.0.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
    }
}
