//! The one table of `CassKop` versions: which types, CRD and images a release has.
//!
//! Releases fall into four [`Profile`]s with the same types and CRD
//! (docs/facts.md, API versions); the default images differ by release
//! (docs/facts.md, Fields and defaults). Pure.

use std::fmt;

/// Releases with the same types and CRD, named by their last member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Profile {
    /// `v1alpha1`, up to 1.1.5.
    V1_1_5,
    /// `v2` without a status subresource, 2.0.2 to 2.2.9.
    V2_2_9,
    /// `v2` with a status subresource, 2.3.0 to 2.3.2.
    V2_3_1,
    /// With `envVars`, from 2.3.3.
    V2_3_4,
}

impl Profile {
    /// The first profile.
    pub const OLDEST: Self = Self::V1_1_5;
    /// The last profile.
    pub const NEWEST: Self = Self::V2_3_4;
    /// All, oldest first.
    pub const ALL: [Self; 4] = [Self::V1_1_5, Self::V2_2_9, Self::V2_3_1, Self::V2_3_4];

    /// The `apiVersion` of a `CassandraCluster`.
    pub const fn api_version(self) -> &'static str {
        match self {
            Self::V1_1_5 => "db.orange.com/v1alpha1",
            _ => "db.orange.com/v2",
        }
    }

    /// Whether the CRD keeps members of `spec` that it does not know
    /// (`x-kubernetes-preserve-unknown-fields`); `CassKop` drops them later.
    pub const fn keeps_unknown(self) -> bool {
        !matches!(self, Self::V1_1_5)
    }

    /// Whether the CRD has the status subresource, so that the API server
    /// drops a status in a manifest.
    pub const fn status_subresource(self) -> bool {
        matches!(self, Self::V2_3_1 | Self::V2_3_4)
    }

    /// The Go types that `CassKop` itself is built with.
    pub const fn types(self) -> TypeSet {
        let core = match self {
            Self::V1_1_5 => 18,
            Self::V2_2_9 => 28,
            Self::V2_3_1 | Self::V2_3_4 => 31,
        };
        TypeSet { profile: self, core }
    }

    /// The Go types that Multi-CassKop is linked with: Kubernetes 1.22
    /// whatever the version (docs/facts.md, Linked types), 1.18 for v1alpha1.
    pub const fn merge_types(self) -> TypeSet {
        match self {
            Self::V1_1_5 => self.types(),
            _ => TypeSet { profile: self, core: 22 },
        }
    }
}

/// Which Go types: `CassKop`'s by profile, Kubernetes' by minor version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypeSet {
    /// `CassKop`'s own types.
    pub profile: Profile,
    /// Minor version of `k8s.io/api` 0.x.
    pub core: u8,
}

/// A release of `CassKop`: `2.3.4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release {
    /// First number.
    pub major: u16,
    /// Second number.
    pub minor: u16,
    /// Third number.
    pub patch: u16,
}

/// Why a text is no usable release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRelease {
    /// Not three numbers joined by dots.
    Malformed,
    /// 2.0.0 or 2.0.1.
    Unsupported,
}

impl fmt::Display for BadRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "is no CassKop version: write three numbers, such as 2.3.4",
            Self::Unsupported => {
                "is not supported: 2.0.0 and 2.0.1 read v2 fields from a v1alpha1 CRD; use 2.0.2 or later, or 1.1.5"
            }
        })
    }
}

const fn release(major: u16, minor: u16, patch: u16) -> Release {
    Release { major, minor, patch }
}

impl Release {
    /// The newest release that this program knows.
    pub const NEWEST: Self = release(2, 3, 4);
    /// The last release with `v1alpha1`.
    pub const LAST_V1ALPHA1: Self = release(1, 1, 5);

    /// Reads `2.3.4` or `v2.3.4`.
    ///
    /// # Errors
    /// If it is no release, or one that is not supported.
    pub fn parse(text: &str) -> Result<Self, BadRelease> {
        let mut numbers = text.strip_prefix('v').unwrap_or(text).split('.').map(|part| {
            let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| part.parse::<u16>().ok()).flatten()
        });
        let mut next = || numbers.next().flatten().ok_or(BadRelease::Malformed);
        let found = Self { major: next()?, minor: next()?, patch: next()? };
        if numbers.next().is_some() {
            return Err(BadRelease::Malformed);
        }
        if (release(2, 0, 0)..release(2, 0, 2)).contains(&found) {
            return Err(BadRelease::Unsupported);
        }
        Ok(found)
    }

    /// Whether it is newer than any release that this program knows; it is
    /// then treated as the newest.
    pub fn is_unknown(self) -> bool {
        self > Self::NEWEST
    }

    /// Its types and CRD.
    pub fn profile(self) -> Profile {
        if self < release(2, 0, 0) {
            Profile::V1_1_5
        } else if self < release(2, 3, 0) {
            Profile::V2_2_9
        } else if self < release(2, 3, 3) {
            Profile::V2_3_1
        } else {
            Profile::V2_3_4
        }
    }

    /// The first release that fills in this bootstrap image; the newest release of all where
    /// the newest fills it in. `None` for an image of somebody's own.
    pub fn of_bootstrap_image(image: &str) -> Option<Self> {
        let last = IMAGES.iter().next_back().filter(|(_, images)| images.bootstrap == image).map(|_| Self::NEWEST);
        last.or_else(|| IMAGES.iter().find(|(_, images)| images.bootstrap == image).map(|(since, _)| *since))
    }

    /// The images that it fills in (docs/facts.md, Fields and defaults).
    pub fn images(self) -> Images {
        IMAGES.iter().rev().find(|(since, _)| *since <= self).map_or(IMAGES[0].1, |(_, images)| *images)
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// Default images of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Images {
    /// `spec.cassandraImage`
    pub cassandra: &'static str,
    /// `spec.bootstrapImage`
    pub bootstrap: &'static str,
    /// `spec.configBuilderImage`, in releases that have it.
    pub config_builder: &'static str,
    /// `spec.backRestSidecar.image`
    pub backrest: &'static str,
}

const CONFIG_BUILDER: &str = "datastax/cass-config-builder:1.0.4";
const OLD_ICARUS: &str = "gcr.io/cassandra-operator/instaclustr-icarus:1.1.0";
const ICARUS: &str = "ghcr.io/cscetbon/instaclustr-icarus:1.1.3";
const ICARUS_2: &str = "ghcr.io/cscetbon/instaclustr-icarus:2.0.4";

const fn images(cassandra: &'static str, bootstrap: &'static str, backrest: &'static str) -> Images {
    Images { cassandra, bootstrap, config_builder: CONFIG_BUILDER, backrest }
}

/// Since which release which images are the defaults, oldest first.
const IMAGES: [(Release, Images); 15] = [
    (release(0, 0, 0), images("cassandra:latest", "orangeopensource/cassandra-bootstrap:0.1.3", OLD_ICARUS)),
    (release(1, 0, 0), images("cassandra:3.11", "orangeopensource/cassandra-bootstrap:0.1.5", OLD_ICARUS)),
    (release(1, 1, 4), images("cassandra:3.11", "orangeopensource/cassandra-bootstrap:0.1.8", OLD_ICARUS)),
    (release(2, 0, 0), images("cassandra:3.11.10", "orangeopensource/cassandra-bootstrap:0.1.9", OLD_ICARUS)),
    (release(2, 1, 2), images("cassandra:3.11.10", "ghcr.io/cscetbon/casskop-bootstrap:0.1.9", OLD_ICARUS)),
    (release(2, 1, 10), images("cassandra:3.11.10", "ghcr.io/cscetbon/casskop-bootstrap:0.1.10", OLD_ICARUS)),
    (release(2, 1, 15), images("cassandra:3.11.10", "ghcr.io/cscetbon/casskop-bootstrap:0.1.11", ICARUS)),
    (release(2, 1, 17), images("cassandra:3.11.10", "ghcr.io/cscetbon/casskop-bootstrap:0.1.12", ICARUS_2)),
    (release(2, 1, 18), images("cassandra:3.11.10", "ghcr.io/cscetbon/casskop-bootstrap:0.1.12", ICARUS)),
    (release(2, 2, 0), images("cassandra:3.11.10", "ghcr.io/cscetbon/casskop-bootstrap:0.1.13", ICARUS)),
    (release(2, 2, 2), images("cassandra:3.11.10", "ghcr.io/cscetbon/casskop-bootstrap:0.1.14", ICARUS)),
    (release(2, 2, 4), images("cassandra:3.11.10", "ghcr.io/cscetbon/casskop-bootstrap:0.1.15", ICARUS)),
    (release(2, 2, 5), images("cassandra:3.11.10", "ghcr.io/cscetbon/casskop-bootstrap:0.1.16", ICARUS)),
    (release(2, 2, 7), images("cassandra:3.11.10", "ghcr.io/cscetbon/casskop-bootstrap:0.1.19", ICARUS)),
    (release(2, 3, 0), images("cassandra:3.11.10", "ghcr.io/cscetbon/casskop-bootstrap:0.1.21", ICARUS)),
];

/// The release of a cluster, or two while an upgrade is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// What runs now; its images and seed delivery are rendered.
    pub from: Release,
    /// What will run; the same as `from` outside an upgrade.
    pub to: Release,
}

impl Versions {
    /// One release, no upgrade under way.
    pub const fn one(release: Release) -> Self {
        Self { from: release, to: release }
    }

    /// The releases to check for: one or two.
    pub fn each(self) -> impl Iterator<Item = Release> {
        std::iter::once(self.from).chain((self.to != self.from).then_some(self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_fall_into_their_profiles() {
        let profile = |text| Release::parse(text).map(Release::profile);
        assert_eq!(profile("1.1.5"), Ok(Profile::V1_1_5));
        assert_eq!(profile("0.5.0"), Ok(Profile::V1_1_5));
        assert_eq!(profile("2.0.1"), Err(BadRelease::Unsupported));
        assert_eq!(profile("2.0.2"), Ok(Profile::V2_2_9));
        assert_eq!(profile("2.2.9"), Ok(Profile::V2_2_9));
        assert_eq!(profile("2.3.2"), Ok(Profile::V2_3_1));
        assert_eq!(profile("v2.3.3"), Ok(Profile::V2_3_4));
        assert_eq!(profile("9.0.0"), Ok(Profile::V2_3_4));
        assert_eq!(profile("2.3"), Err(BadRelease::Malformed));
        assert_eq!(profile("2.3.x"), Err(BadRelease::Malformed));
    }

    #[test]
    fn images_are_those_of_the_release() {
        let bootstrap = |text| Release::parse(text).map(|release| release.images().bootstrap);
        assert_eq!(bootstrap("2.2.9"), Ok("ghcr.io/cscetbon/casskop-bootstrap:0.1.19"));
        assert_eq!(bootstrap("2.3.0"), Ok("ghcr.io/cscetbon/casskop-bootstrap:0.1.21"));
        assert_eq!(bootstrap("1.1.5"), Ok("orangeopensource/cassandra-bootstrap:0.1.8"));
        let release = |tag: &str| Release::of_bootstrap_image(&format!("ghcr.io/cscetbon/casskop-bootstrap:{tag}"));
        assert_eq!(release("0.1.21"), Some(Release::NEWEST));
        assert_eq!(release("0.1.19"), Release::parse("2.2.7").ok());
        assert_eq!(release("0.1.99"), None);
    }
}
