//! Images and versions: L25, L26, L47, L54. Pure.

use crate::finding::Finding;
use crate::ring::Part;
use crate::schema::{Profile, Release};
use crate::source::Span;
use crate::tree::Node;

use super::{Context, RuleId};

/// The last path component of an image, its tag and whether a digest follows.
struct Image<'a> {
    name: &'a str,
    tag: Option<&'a str>,
    digest: bool,
}

impl<'a> Image<'a> {
    /// Takes an image apart as container runtimes do: a `:` before the last `/`
    /// is a registry's port.
    fn parse(text: &'a str) -> Self {
        let (image, digest) = text.split_once('@').map_or((text, false), |(image, _)| (image, true));
        let last = image.rsplit('/').next().unwrap_or(image);
        let (name, tag) = last.split_once(':').map_or((last, None), |(name, tag)| (name, Some(tag)));
        Self { name, tag, digest }
    }
}

/// `4.0.7` in `4.0.7` and, with what follows a dash, in `4.0.7-slim`.
fn version(text: &str) -> Option<(&str, u64, u64)> {
    let text = text.split('-').next().unwrap_or(text);
    let mut numbers =
        text.split('.').map(|part| part.parse::<u64>().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit())));
    let (major, minor) = (numbers.next()??, numbers.next().unwrap_or(Some(0))?);
    numbers.all(|number| number.is_some()).then_some((text, major, minor))
}

/// What is known of a part's Cassandra, in profiles that configure it by version.
struct Server<'a> {
    image: &'a Node,
    image_text: &'a str,
    /// `serverVersion`, if one is written.
    stated: Option<(&'a Node, &'a str)>,
}

impl<'a> Server<'a> {
    /// Nothing for v1alpha1 and for DSE, whose versions are others.
    fn of(part: &'a Part<'_>) -> Option<Self> {
        let spec = part.spec();
        let dse = spec.get("serverType").and_then(Node::as_str) == Some("dse");
        if part.versions.from.profile() == Profile::V1_1_5 || dse {
            return None;
        }
        let image = spec.get("cassandraImage")?;
        let stated = spec.get("serverVersion").and_then(|node| Some((node, node.as_str().filter(|text| !text.is_empty())?)));
        Some(Self { image, image_text: image.as_str()?, stated })
    }

    fn place(&self) -> Option<Span> {
        self.stated.map_or(self.image, |(node, _)| node).span()
    }
}

/// L25.
pub(super) fn server_version(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let Some(server) = Server::of(part) else { continue };
        let found = match server.stated {
            Some((_, text)) if version(text).is_some() => None,
            Some((_, text)) => {
                let fix = "write three numbers as a string, such as `serverVersion: \"4.0.7\"`".to_owned();
                Some((format!("`spec.serverVersion` is `{text}`, which is no version of Cassandra"), fix, "spec.serverVersion"))
            }
            None => told_by_image(server.image_text).map(|(message, fix)| (message, fix, "spec.cassandraImage")),
        };
        let Some((message, fix, path)) = found else { continue };
        let finding = Finding::rule(RuleId::L25, message).at(server.place(), "").path(path).fix(fix);
        findings.push(finding.cluster(&part.cluster.name));
    }
}

/// Why the image alone does not tell the version, and what to write.
fn told_by_image(text: &str) -> Option<(String, String)> {
    let Image { tag, digest, .. } = Image::parse(text);
    let told = tag.and_then(version);
    let message = match (tag, told) {
        _ if digest => {
            format!("`{text}` ends with a digest, in which CassKop looks for the version, and no `serverVersion` is written")
        }
        (None, _) => format!("`{text}` has no tag, and no `serverVersion` is written"),
        (Some(tag), None) => format!("the tag `{tag}` is no version of Cassandra, and no `serverVersion` is written"),
        (Some(_), Some((told, major, _))) if major >= 4 => {
            format!("`serverVersion` is not written for Cassandra {told}, so that CassKop treats it as 3.x")
        }
        _ => return None,
    };
    let fix = match told {
        Some((told, ..)) => format!("write `serverVersion: \"{told}\"` beside `cassandraImage`"),
        None => "write `serverVersion` beside `cassandraImage`: the version of the Cassandra in the image, such as `\"3.11.10\"`"
            .to_owned(),
    };
    Some((message, fix))
}

/// L26: only with the config builder that is known not to know the version.
pub(super) fn config_builder(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let Some(server) = Server::of(part) else { continue };
        let told = server.stated.map_or_else(|| Image::parse(server.image_text).tag, |(_, text)| Some(text));
        let Some((told, major, minor)) = told.and_then(version).filter(|(_, major, minor)| (*major, *minor) >= (4, 1)) else {
            continue;
        };
        let builder = part.spec().get("configBuilderImage").and_then(Node::as_str).unwrap_or_default();
        let Image { name, tag, .. } = Image::parse(builder);
        let old = tag.and_then(|tag| Release::parse(tag).ok()).is_some_and(|tag| tag <= Release { major: 1, minor: 0, patch: 4 });
        if name != "cass-config-builder" || !old {
            continue;
        }
        findings.push(
            Finding::rule(RuleId::L26, format!("`{builder}` has no definitions for Cassandra {told}"))
                .at(server.place(), format!("Cassandra {major}.{minor}"))
                .path(if server.stated.is_some() { "spec.serverVersion" } else { "spec.cassandraImage" })
                .why("the init container that writes `cassandra.yaml` fails or writes settings that this version does not know, and nodes do not start")
                .fix("stay with Cassandra 4.0, or write a `configBuilderImage` that knows this version and try it on a test ring")
                .cluster(&part.cluster.name),
        );
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
        let names: Vec<_> = missing.iter().map(|path| format!("`{}`", path.join("."))).collect();
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
const FIRST_FOR_V2: Release = Release { major: 0, minor: 1, patch: 9 };
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
        findings.push(
            Finding::rule(RuleId::L54, format!("the bootstrap image {tag} is too old for CassKop {release}"))
                .at(node.span(), "")
                .path("spec.bootstrapImage")
                .why(why)
                .fix(format!("write `{default}`, the image of CassKop {release} (on a running ring a rolling restart), or leave the line out"))
                .replace(node.span(), default)
                .cluster(&part.cluster.name),
        );
    }
}

/// The tag of a bootstrap image of CassKop's, whatever the registry.
fn bootstrap_tag(image: &str) -> Option<Release> {
    let Image { name, tag, .. } = Image::parse(image);
    let known = matches!(name, "casskop-bootstrap" | "cassandra-bootstrap");
    Release::parse(tag.filter(|_| known)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_tells_its_version_or_not() {
        let told = |image| told_by_image(image).map(|(message, _)| message);
        for good in ["cassandra:3.11", "cassandra:3.11.10-slim", "registry:5000/team/cassandra:3.0.29"] {
            assert_eq!(told(good), None, "{good}");
        }
        for bad in [
            "cassandra",
            "cassandra:latest",
            "registry:5000/cassandra",
            "cassandra@sha256:0123",
            "cassandra:3.11.10@sha256:0123",
            "cassandra:4.0.7",
            "cassandra:10.0",
            "cassandra:3.x",
            "cassandra:v3.11",
            "",
        ] {
            assert!(told(bad).is_some(), "{bad}");
        }
    }

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
