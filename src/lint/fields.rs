//! What the type tables say of a source: unknown fields (L24), fields of another
//! API version (L52), wrong types (L48), and a source for the wrong version. Pure.

use crate::finding::Finding;
use crate::names::{distance, nearest};
use crate::read::{Api, Override, Ring};
use crate::schema::typed::Cause;
use crate::schema::{CASSANDRA_CLUSTER, Field, Mismatch, Problem, Profile, Strictness, Struct, Versions, decode};
use crate::source::Span;
use crate::tree::{Node, PathBuf, Segment};

use crate::rule::RuleId;

/// Fields that people write although they never were, or no longer are, fields
/// (docs/facts.md, Fields that came and went), and what to write instead.
const INSTEAD: [(&str, &str); 11] = [
    ("baseImage", "write image and tag as `cassandraImage: cassandra:3.11.10`"),
    ("version", "write image and tag as `cassandraImage: cassandra:3.11.10`"),
    ("gcStdout", "write `config: {jvm-options: {log_gc: …}}` with the same value"),
    ("numTokens", "write `config: {cassandra-yaml: {num_tokens: …}}` with the same number: nodes do not start with another one"),
    ("initContainerImage", "remove it: `configBuilderImage` has taken its place"),
    ("initContainerCmd", "remove it: `configBuilderImage` has taken its place"),
    ("rollingPartition", "write it at the rack: `topology.dc[].rack[].rollingPartition`"),
    ("imagePullPolicy", "write `imagepullpolicy`, in lower case"),
    ("imagePullSecrets", "write `imagePullSecret: {name: …}`"),
    ("livenessProbe", "write the `liveness…` fields, such as `livenessInitialDelaySeconds`"),
    ("exporter", "remove it: the exporter is always on"),
];

/// The finding of a refused value; `None` for unknown members.
pub fn refused(mismatch: &Mismatch) -> Option<Finding> {
    let Problem::Refused { wanted, found, cause } = &mismatch.problem else { return None };
    let path = &mismatch.path;
    let subject = if path.as_str().is_empty() { "the object".to_owned() } else { format!("`{path}`") };
    Some(match cause {
        Cause::Type { replacement } => {
            let finding = Finding::rule(RuleId::L48, format!("{subject} is {found}, not {wanted}")).at(mismatch.span, "");
            let finding = finding.path(path.clone());
            match (replacement, mismatch.span) {
                (Some(text), Some(span)) if says_more(span, text) => {
                    finding.fix("put it in quotes, as it stands: without them it is a number, and what was written is lost")
                }
                (Some(text), span) => finding.fix(format!("write `{text}`")).replace(span, text.clone()),
                (None, _) => finding.fix(format!("write {wanted}")),
            }
        }
        Cause::Rule => Finding::invalid(format!("{subject} is {found}, but the CRD wants {wanted}"))
            .at(mismatch.span, "")
            .path(path.clone())
            .why("the API server refuses the whole object")
            .fix(format!("write {wanted}")),
        Cause::Missing => Finding::invalid(format!("{subject} is missing"))
            .at(mismatch.span, "in this object")
            .path(path.clone())
            .why("the API server refuses the whole object")
            .fix("add it"),
    })
}

/// Whether a number that has to be a string was written in another way than it
/// is printed: `4.0` is the number 4, but not the string `"4"`.
fn says_more(span: Span, replacement: &str) -> bool {
    let number = replacement.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    number.is_some_and(|number| number.len() != (span.end - span.start) as usize)
}

/// The finding of an unknown member in `object`, which is for `profile`.
pub fn unknown(mismatch: &Mismatch, object: &Node, profile: Profile) -> Option<Finding> {
    let Problem::Unknown { member, of } = &mismatch.problem else { return None };
    let other = of.fields.iter().find(|field| field.name == member);
    let wrong_api = other.is_some_and(|field| (field.profiles.1 == Profile::V1_1_5) != (profile == Profile::V1_1_5));
    let rule = if wrong_api { RuleId::L52 } else { RuleId::L24 };
    let message = match other {
        Some(field) if wrong_api => format!("`{}` is a field of {} only", mismatch.path, api_of(field).as_str()),
        Some(field) => format!("`{}` exists only {}", mismatch.path, since(field)),
        None => format!("unknown field `{}`", mismatch.path),
    };
    let instead = INSTEAD.iter().find(|(name, _)| *name == member && (*name != "version" || of.name == "CassandraClusterSpec"));
    let siblings = parent(object, &mismatch.path);
    let free = |name: &&str| siblings.is_none_or(|siblings| siblings.get(name).is_none());
    // Few names are near, and looking for one takes as long as the object is large.
    let similar = of.fields(profile.types()).map(|field| field.name).filter(|name| distance(member, name).is_some());
    let near = nearest(member, similar.filter(free));
    let mut finding = Finding::rule(rule, message).at(mismatch.span, "it is dropped").path(mismatch.path.clone());
    finding = match (instead, near) {
        (Some((_, fix)), _) => finding.fix(*fix),
        (None, Some(near)) if other.is_none() => finding.fix(format!("did you mean `{near}`?")).replace(mismatch.span, near),
        _ if wrong_api && profile == Profile::V1_1_5 => {
            finding.fix("remove it, or write the source in v2, for CassKop 2.0.2 or later")
        }
        _ if wrong_api => finding.fix("remove it: CassKop has no such field from 2.0.0 on"),
        _ if other.is_some() => finding.fix("remove it, or upgrade CassKop there first and state the new `casskopVersion`"),
        _ => finding.fix("remove it; it is dropped when the manifest is rendered"),
    };
    Some(finding)
}

/// What a path's last step is a step from.
fn parent<'a>(object: &'a Node, path: &PathBuf) -> Option<&'a Node> {
    let steps: Vec<_> = path.steps().collect();
    let (_, above) = steps.split_last()?;
    above.iter().try_fold(object, |node, step| match step {
        Segment::Key(key) => node.get(key),
        Segment::Index(index) => node.items().get(*index),
    })
}

fn api_of(field: &Field) -> Api {
    if field.profiles.1 == Profile::V1_1_5 { Api::V1alpha1 } else { Api::V2 }
}

fn since(field: &Field) -> &'static str {
    match field.profiles.0 {
        Profile::V2_3_4 => "from CassKop 2.3.3 on",
        Profile::V2_3_1 => "from CassKop 2.3.0 on",
        Profile::V2_2_9 => "from CassKop 2.0.2 on",
        Profile::V1_1_5 => "in newer or older releases",
    }
}

/// A source of one API version for a `CassKop` of the other: what has to be decided.
pub fn wrong_api(ring: &Ring, over: &Override, versions: Versions) -> Finding {
    let target = if ring.api == Api::V2 { Profile::V1_1_5 } else { Profile::NEWEST };
    let source = if ring.api == Api::V2 { Profile::NEWEST } else { Profile::V1_1_5 };
    let of = |release: crate::schema::Release| if release.profile() == Profile::V1_1_5 { "v1alpha1" } else { "v2" };
    let wanted = if of(versions.from) == of(versions.to) {
        format!("CassKop {} reads {}", versions.from, of(versions.from))
    } else {
        format!(
            "an upgrade from CassKop {} to {} goes from {} to {}",
            versions.from,
            versions.to,
            of(versions.from),
            of(versions.to)
        )
    };
    let mut finding = Finding::invalid(format!("the source is written in {}, but {wanted}", ring.api.as_str()))
        .at(ring.api_span.or(ring.span), "the source's version")
        .path("apiVersion")
        .why("fields that the other version does not have would be dropped, and some of them keep nodes from starting when they change");
    let mut decisions = Vec::new();
    for node in [&ring.base, &over.node] {
        for (path, span, field) in only_in(node, source, target) {
            finding = finding.at(span, instead(field));
            decisions.push(format!("`{path}`: {}", instead(field)));
        }
    }
    if ring.api == Api::V1alpha1 {
        return finding.convertible(ring.api_span.or(ring.span)).fix(
            "convert the source, which says all that changes, or state a `casskopVersion` of 1.1.5 or earlier if that is what runs",
        );
    }
    let fix = if decisions.is_empty() {
        "write the source in the other version, or state a `casskopVersion` of 2.0.2 or later".to_owned()
    } else {
        format!(
            "decide for each field, then change `apiVersion` (or state a `casskopVersion` of 2.0.2 or later): {}",
            decisions.join("; ")
        )
    };
    finding.fix(fix)
}

fn instead(field: &str) -> &'static str {
    INSTEAD.iter().find(|(name, _)| *name == field).map_or("the other version has no such field", |(_, instead)| instead)
}

/// Members that `source` knows and `target` does not.
fn only_in(node: &Node, source: Profile, target: Profile) -> Vec<(String, Option<Span>, &'static str)> {
    let unknown = decode(node, &CASSANDRA_CLUSTER, target.types(), Strictness::Go).mismatches;
    unknown
        .iter()
        .filter_map(|mismatch| match &mismatch.problem {
            Problem::Unknown { member, of } => {
                let field = exists(of, member, source)?;
                Some((mismatch.path.to_string(), mismatch.span, field.name))
            }
            Problem::Refused { .. } => None,
        })
        .collect()
}

fn exists(of: &'static Struct, member: &str, profile: Profile) -> Option<&'static Field> {
    of.field(member, profile.types())
}
