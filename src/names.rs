//! Names that were checked: fleets, clusters, rings, namespaces, DNS zones.
//!
//! A value of one of these types is safe as a file or directory name and, for
//! rings and namespaces, as a Kubernetes name; there is no other way to make
//! one than through the check. Pure.

use std::fmt;

/// Why a text is no such name; reads after "the cluster name `X` …".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadName(&'static str);

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $type(Box<str>);

        impl $type {
            /// Checks a text.
            ///
            /// # Errors
            /// What the rule is, if the text breaks it.
            pub fn new(text: &str) -> Result<Self, BadName> {
                let check: fn(&str) -> Result<(), BadName> = $check;
                check(text).map(|()| Self(text.into()))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
    };
}

name!(
    /// Name of a Kubernetes cluster: the key in `spec.override`, and the
    /// directory in the tree. `[a-z0-9][a-z0-9._-]{0,62}`.
    ClusterName,
    |text| {
        let rest = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-');
        let good = text.len() <= 63
            && text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            && text.bytes().all(rest);
        good.then_some(()).ok_or(BadName(
            "must be 1 to 63 characters of a-z, 0-9, `.`, `_` and `-`, and begin with a letter or digit: it becomes a directory",
        ))
    }
);

name!(
    /// Name of a ring: `metadata.name` of its `CassandraCluster` objects and
    /// the file in the tree. A DNS-1123 subdomain, and not `kustomization`.
    RingName,
    |text| {
        if text == "kustomization" {
            return Err(BadName("is the name of Kustomize's own file `kustomization.yaml`"));
        }
        let good = text.len() <= 253 && text.split('.').all(is_dns_label);
        good.then_some(()).ok_or(BadName(
            "must be a DNS-1123 subdomain: at most 253 characters, labels of a-z, 0-9 and `-` joined by `.`, each beginning and ending with a letter or digit",
        ))
    }
);

name!(
    /// Name of a namespace: a DNS-1123 label.
    Namespace,
    |text| {
        let good = text.len() <= 63 && is_dns_label(text);
        good.then_some(()).ok_or(BadName(
            "must be a DNS-1123 label: at most 63 characters of a-z, 0-9 and `-`, beginning and ending with a letter or digit",
        ))
    }
);

name!(
    /// Name of a fleet, which stands in the header of every file of its tree: a DNS-1123 subdomain.
    FleetName,
    |text| {
        let good = text.len() <= 253 && text.split('.').all(is_dns_label);
        good.then_some(()).ok_or(BadName(
            "must be a DNS-1123 subdomain: at most 253 characters, labels of a-z, 0-9 and `-` joined by `.`, each beginning and ending with a letter or digit",
        ))
    }
);

name!(
    /// Name of an object in a Kubernetes cluster, safe in a URL: a DNS-1123 subdomain.
    ObjectName,
    |text| {
        let good = text.len() <= 253 && text.split('.').all(is_dns_label);
        good.then_some(()).ok_or(BadName(
            "must be a DNS-1123 subdomain: at most 253 characters, labels of a-z, 0-9 and `-` joined by `.`, each beginning and ending with a letter or digit",
        ))
    }
);

/// A DNS zone, without a dot at its end: `eu.example.net`. Pods of a ring are
/// reached as `<pod>.<zone>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Zone(Box<str>);

impl Zone {
    /// Checks a text; one dot at its end is taken away.
    ///
    /// # Errors
    /// What the rule is, if the text breaks it.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let zone = text.strip_suffix('.').unwrap_or(text);
        let good = zone.len() <= 253 && zone.split('.').all(|label| label.len() <= 63 && is_dns_label(label));
        good.then(|| Self(zone.into())).ok_or(BadName(
            "must be a DNS name such as eu.example.net: labels of a-z, 0-9 and `-`, at most 63 characters each, joined by `.`",
        ))
    }

    /// The zone as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A label of a DNS name but for its length: `a-z`, `0-9`, `-`, no `-` at the ends.
fn is_dns_label(text: &str) -> bool {
    let edge = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    bytes.first().is_some_and(edge) && bytes.last().is_some_and(edge) && bytes.iter().all(|byte| edge(byte) || *byte == b'-')
}

/// The name of the list that is nearest to what was typed, if one is near:
/// for "did you mean".
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known.into_iter().filter_map(|name| Some((distance(typed, name)?, name))).min().map(|(_, name)| name)
}

/// How many letters differ, if the names are near each other.
pub fn distance(typed: &str, name: &str) -> Option<usize> {
    let (typed, name) = (typed.to_lowercase(), name.to_lowercase());
    let (long, short) = (typed.chars().count(), name.chars().count());
    let most = 1 + long.min(short) / 4;
    // Comparing takes the product of the lengths, and what was typed can have any.
    let distance = (long.abs_diff(short) <= most).then(|| strsim::damerau_levenshtein(&typed, &name));
    distance.filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_leave_the_tree_are_refused() {
        for bad in ["", ".", "..", "-a", "a/b", "../a", "A", "a\u{202e}", "a\n", &"a".repeat(64)] {
            assert!(ClusterName::new(bad).is_err(), "{bad:?}");
            assert!(RingName::new(bad).is_err() || bad.len() == 64, "{bad:?}");
            assert!(Namespace::new(bad).is_err(), "{bad:?}");
        }
        assert!(ClusterName::new("k8s_cluster.1-a").is_ok());
        assert!(RingName::new("kustomization").is_err());
        assert!(RingName::new("a.b-c").is_ok());
        assert!(Namespace::new("a.b").is_err());
    }

    #[test]
    fn a_zone_is_a_dns_name_and_loses_its_last_dot() {
        assert_eq!(Zone::new("eu.example.net.").unwrap().as_str(), "eu.example.net");
        for bad in ["", ".", "a..", ".a", "a..b", "-a.b", "A.b", "*.a", "a_b.c", "a b", &"a".repeat(64)] {
            assert!(Zone::new(bad).is_err(), "{bad:?}");
        }
        assert!(FleetName::new("prod.eu").is_ok() && FleetName::new("Prod").is_err());
    }

    #[test]
    fn a_near_name_is_found_and_a_far_one_is_not() {
        let known = ["nodesPerRacks", "cassandraImage"];
        assert_eq!(nearest("nodesPerRack", known), Some("nodesPerRacks"));
        assert_eq!(nearest("NodesPerRacks", known), Some("nodesPerRacks"));
        assert_eq!(nearest("exporter", known), None);
    }
}
