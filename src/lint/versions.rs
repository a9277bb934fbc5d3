//! The version of Cassandra, as CassKop and its config builder see it: L25, L26. Pure.

use crate::finding::Finding;
use crate::ring::Part;
use crate::schema::{Profile, Release};
use crate::source::Span;
use crate::tree::Node;

use super::Context;
use super::images::Image;
use crate::rule::RuleId;

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
            Some((_, text)) => Some(
                Finding::rule(RuleId::L25, format!("`spec.serverVersion` is `{text}`, which is no version of Cassandra"))
                    .path("spec.serverVersion")
                    .why("CassKop hands it to the config builder as it is, and tells 4.x by its first digit")
                    .fix("write three numbers as a string, such as `serverVersion: \"4.0.7\"`"),
            ),
            None => told_by_image(server.image_text).map(|finding| finding.path("spec.cassandraImage")),
        };
        findings.extend(found.map(|finding| finding.at(server.place(), "").cluster(&part.cluster.name)));
    }
}

/// What is wrong where the image alone does not tell the version.
pub(crate) fn told_by_image(text: &str) -> Option<Finding> {
    let Image { tag, digest, .. } = Image::parse(text);
    let told = tag.and_then(version);
    let finding = |message: &str| Finding::rule(RuleId::L25, format!("`spec.serverVersion` is not written, {message}"));
    let about = match (tag, told) {
        _ if digest => finding("and CassKop takes the image's digest for its tag"),
        (None, _) => finding("and the image has no tag"),
        (Some(tag), None) => finding(&format!("and the image's tag `{tag}` is no version of Cassandra")),
        (Some(_), Some((told, major, _))) if major >= 4 => {
            finding(&format!("and CassKop treats Cassandra {told} as 3.x without it"))
                .why("it writes the heap size into a file that 4.x does not read, and decommissions nodes as for 3.x")
        }
        _ => return None,
    };
    let fix = match told {
        Some((told, ..)) => format!("write `serverVersion: \"{told}\"` beside `cassandraImage`"),
        None => "write `serverVersion` beside `cassandraImage`: the version of the Cassandra in the image, such as `\"3.11.10\"`"
            .to_owned(),
    };
    Some(about.fix(fix))
}

/// L26: only with the config builder that is known not to know the version.
pub(super) fn config_builder(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for part in &context.expanded.parts {
        let Some(server) = Server::of(part) else { continue };
        let told = server.stated.map_or_else(|| Image::parse(server.image_text).tag, |(_, text)| Some(text));
        let Some((told, ..)) = told.and_then(version).filter(|(_, major, minor)| (*major, *minor) >= (4, 1)) else {
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
                .at(server.place(), "")
                .path(if server.stated.is_some() { "spec.serverVersion" } else { "spec.cassandraImage" })
                .why("the init container that writes `cassandra.yaml` fails or writes settings that this version does not know, and nodes do not start")
                .fix("stay with Cassandra 4.0, or write a `configBuilderImage` that knows this version and try it on a test ring")
                .cluster(&part.cluster.name),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_tells_its_version_or_not() {
        let told = |image| told_by_image(image).map(|finding| finding.message);
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
}
