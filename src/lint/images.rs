//! Images: which are left to defaults (L47), and whether the bootstrap image is
//! new enough (L54). Pure.

use crate::finding::Finding;
use crate::schema::{Profile, Release};
use crate::source::Span;
use crate::tree::Node;

use super::Context;
use crate::rule::RuleId;

/// An image, taken apart.
pub(super) struct Image<'a> {
    /// The last component of its path.
    pub(super) name: &'a str,
    /// Its tag, without a digest.
    pub(super) tag: Option<&'a str>,
    /// Whether a digest follows.
    pub(super) digest: bool,
}

impl<'a> Image<'a> {
    /// Takes an image apart as container runtimes do: a `:` before the last `/`
    /// is a registry's port.
    pub(super) fn parse(text: &'a str) -> Self {
        let (image, digest) = text.split_once('@').map_or((text, false), |(image, _)| (image, true));
        let last = image.rsplit('/').next().unwrap_or(image);
        let (name, tag) = last.split_once(':').map_or((last, None), |(name, tag)| (name, Some(tag)));
        Self { name, tag, digest }
    }
}

/// L47: what is rendered although nobody wrote it.
pub(super) fn images_are_written(context: &Context<'_>, findings: &mut Vec<Finding>) {
    const IMAGES: [&[&str]; 4] =
        [&["cassandraImage"], &["bootstrapImage"], &["configBuilderImage"], &["backRestSidecar", "image"]];
    for part in &context.expanded.parts {
        let no_sidecar = part.spec().at(&["backRestSidecar", "enabled"]).and_then(Node::as_bool) == Some(false);
        let filled_in = |path: &&&[&str]| {
            let image = part.spec().at(path);
            image.is_some_and(|image| image.span().is_none()) && !(no_sidecar && path.len() == 2)
        };
        let missing: Vec<_> = IMAGES.iter().filter(filled_in).collect();
        let Some(first) = missing.first() else { continue };
        let names: Vec<_> = missing.iter().map(|path| format!("`spec.{}`", path.join("."))).collect();
        let write = |path: &&&[&str]| {
            let image = part.spec().at(path).and_then(Node::as_str).unwrap_or_default();
            if path.len() == 2 { format!("`{}: {{{}: {image}}}`", path[0], path[1]) } else { format!("`{}: {image}`", path[0]) }
        };
        let lines: Vec<_> = missing.iter().map(write).collect();
        let (is, release) = (if missing.len() == 1 { "is" } else { "are" }, part.versions.from);
        findings.push(
            Finding::rule(
                RuleId::L47,
                format!("{} {is} not written; rendered is what CassKop {release} fills in", names.join(", ")),
            )
            .at(spec_of(context), "")
            .path(format!("spec.{}", first.join(".")))
            .why("another `casskopVersion` in the fleet can change them, which is a rolling restart of every rack")
            .fix(format!("write {}, or take the images that come with each CassKop", lines.join(", ")))
            .cluster(&part.cluster.name),
        );
    }
}

/// The base's `spec`, by its name.
fn spec_of(context: &Context<'_>) -> Option<Span> {
    let ring = context.expanded.ring;
    let entry = ring.base.as_map().and_then(|base| base.entry("spec"));
    entry.and_then(|entry| entry.key_span).or(ring.span)
}

/// The oldest bootstrap image that configures v2.
pub(crate) const FIRST_FOR_V2: Release = Release { major: 0, minor: 1, patch: 9 };
/// The first bootstrap image that does not take a DNS failure for an absent ring.
const FIRST_SAFE: Release = Release { major: 0, minor: 1, patch: 16 };

/// L54. A release's own image is nobody's mistake.
pub(super) fn bootstrap_image(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let release = part.versions.from;
        let Some(node) = part.spec().get("bootstrapImage").filter(|_| release.profile() != Profile::V1_1_5) else { continue };
        let Some(tag) = node.as_str().and_then(bootstrap_tag) else { continue };
        let default = release.images().bootstrap;
        let why = if tag < FIRST_FOR_V2 {
            "it belongs to v1alpha1 and cannot configure nodes of this version: they do not start"
        } else if tag < FIRST_SAFE && bootstrap_tag(default).is_some_and(|default| default >= FIRST_SAFE) {
            "before 0.1.16 a node whose DNS fails takes itself for the first one and starts a ring of its own"
        } else {
            continue;
        };
        let mirrored = node.as_str().is_some_and(|image| !is_upstream(image));
        let fix = if mirrored {
            format!(
                "mirror `{default}`, the image of CassKop {release}, to your registry and write it here (on a running ring a rolling restart)"
            )
        } else {
            format!(
                "write `{default}`, the image of CassKop {release} (on a running ring a rolling restart), or leave the line out"
            )
        };
        findings.push(
            Finding::rule(RuleId::L54, format!("the bootstrap image {tag} is too old for CassKop {release}"))
                .at(node.span(), "")
                .path("spec.bootstrapImage")
                .why(why)
                .fix(fix)
                .replace(node.span().filter(|_| !mirrored), default)
                .cluster(&part.cluster.name),
        );
    }
}

/// Whether an image comes from where CassKop's releases take theirs.
pub(crate) fn is_upstream(image: &str) -> bool {
    ["ghcr.io/cscetbon/", "orangeopensource/", "docker.io/orangeopensource/"].iter().any(|place| image.starts_with(place))
}

/// The tag of a bootstrap image of CassKop's, whatever the registry.
pub(crate) fn bootstrap_tag(image: &str) -> Option<Release> {
    let Image { name, tag, .. } = Image::parse(image);
    let known = matches!(name, "casskop-bootstrap" | "cassandra-bootstrap");
    Release::parse(tag.filter(|_| known)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_bootstrap_images_have_an_age() {
        let tag = |image| bootstrap_tag(image).map(|tag| tag.to_string());
        assert_eq!(tag("ghcr.io/cscetbon/casskop-bootstrap:0.1.4").as_deref(), Some("0.1.4"));
        assert_eq!(tag("registry:5000/cassandra-bootstrap:0.1.8@sha256:00").as_deref(), Some("0.1.8"));
        for unknown in ["my/bootstrap:0.1.4", "casskop-bootstrap", "casskop-bootstrap:0.1.4-mine", "casskop-bootstrap:main"] {
            assert_eq!(tag(unknown), None, "{unknown}");
        }
    }
}
