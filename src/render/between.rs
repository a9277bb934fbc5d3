//! What lies between rings: names that two rings share, ConfigMaps that two rings
//! write, settings for rings that are not there. Pure.

use std::collections::BTreeMap;

use crate::emit::check_paths;
use crate::finding::{Finding, fold};
use crate::names::{ClusterName, Namespace, nearest};
use crate::read::Ring;
use crate::tree::Node;

use super::{Job, Rendered, Summary};

/// Checks all rings of a job against each other and against the fleet.
pub(super) fn check(job: &Job<'_>, rendered: &Rendered, findings: &mut Vec<Finding>) {
    let before = findings.len();
    same_name(job, findings);
    // Rings of the same name share everything else, too.
    if findings.len() == before {
        shared_config_maps(&rendered.rings, findings);
        findings.extend(check_paths(&rendered.files));
    }
    if job.whole_fleet {
        unknown_rings(job, findings);
    }
}

fn namespace(ring: &Ring) -> Option<&str> {
    ring.base.at(&["metadata", "namespace"]).and_then(Node::as_str)
}

/// A ring is known by its name and namespace, and its files by its name alone.
fn same_name(job: &Job<'_>, findings: &mut Vec<Finding>) {
    let mut by_name: BTreeMap<&str, Vec<&Ring>> = BTreeMap::new();
    for ring in &job.input.rings {
        let earlier = by_name.entry(ring.name.as_str()).or_default();
        let clash = earlier.iter().find_map(|other| Some((other, clash(job, other, ring)?)));
        if let Some((other, (message, why))) = clash {
            findings.push(
                Finding::invalid(message)
                    .ring(&ring.name)
                    .at(ring.name_span.or(ring.span), "again here")
                    .at(other.name_span.or(other.span), "first here")
                    .path("metadata.name")
                    .why(why)
                    .fix("rename one of them, or remove one from the sources"),
            );
        } else {
            earlier.push(ring);
        }
    }
}

/// What two rings of the same name have in common that they must not.
fn clash(job: &Job<'_>, one: &Ring, other: &Ring) -> Option<(String, &'static str)> {
    let name = &one.name;
    if namespace(one) == namespace(other) {
        let why = "a ring is known by its name and namespace; one would replace the other in the tree";
        return Some((format!("two rings are called `{name}`"), why));
    }
    let shared =
        job.fleet.clusters.active().find(|cluster| one.over(&cluster.name).is_some() && other.over(&cluster.name).is_some());
    let why = "a file holds one object, so one ring would replace the other";
    shared.map(|cluster| (format!("two rings would both be written to `{}/{name}.yaml`", cluster.name), why))
}

/// Two rings in one cluster and namespace whose seeds go into the same ConfigMap.
fn shared_config_maps(rendered: &[Summary], findings: &mut Vec<Finding>) {
    let mut taken: BTreeMap<(&ClusterName, &Option<Namespace>, &str), &Summary> = BTreeMap::new();
    let mut shared = Vec::new();
    for ring in rendered {
        for place in &ring.places {
            let Some((namespace, name)) = &place.config_map else { continue };
            let key = (&place.cluster, namespace, name.value.as_str());
            let Some(other) = taken.get(&key) else {
                taken.insert(key, ring);
                continue;
            };
            shared.push(
                Finding::invalid(format!("the rings `{}` and `{}` share the ConfigMap `{}`", other.ring, ring.ring, name.value))
                    .ring(&ring.ring)
                    .cluster(&place.cluster)
                    .at(name.span.or(ring.span), "")
                    .at(other.span, "the other ring")
                    .path("spec.configMapName")
                    .why("it holds the seeds of one ring; nodes of the other would join the wrong ring")
                    .fix("give each ring a ConfigMap of its own"),
            );
        }
    }
    findings.extend(fold(shared));
}

/// Settings in the fleet file for a ring that no source describes.
fn unknown_rings(job: &Job<'_>, findings: &mut Vec<Finding>) {
    let known = || job.input.rings.iter().map(|ring| ring.name.as_str());
    for settings in job.fleet.rings.iter().filter(|settings| known().all(|name| name != settings.name.as_str())) {
        let fix = match nearest(settings.name.as_str(), known()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "remove the entry, or add the ring's file to `sources`".to_owned(),
        };
        findings.push(
            Finding::invalid(format!(
                "the fleet file has settings for `{}`, but no source describes a ring of that name",
                settings.name
            ))
            .at(settings.span, "")
            .path("rings")
            .why("the settings are meant for a ring that is not rendered, or that is rendered without them")
            .fix(fix),
        );
    }
}
