//! Rows of the table that are about containers: images, resources, probes,
//! sidecars. Pure.

use crate::ring::name;
use crate::tree::Node;

use super::same::same;
use super::{Pair, differs, number, shown};

const CASSANDRA: &str = "cassandra";
const BACK_REST: &str = "backrest-sidecar";

fn text<'a>(container: Option<&'a Node>, key: &str) -> Option<&'a str> {
    container?.get(key)?.as_str()
}

pub(super) fn cassandra_image(pair: &Pair<'_>) -> Option<String> {
    let wanted = pair.wanted_text("cassandraImage");
    let builder = pair.init_container("base-config-builder");
    differs("image of `cassandra`", Some(wanted), text(pair.container(CASSANDRA), "image")).or_else(|| {
        // Not there in v1alpha1 and in the first releases of v2.
        builder.and_then(|_| differs("image of `base-config-builder`", Some(wanted), text(builder, "image")))
    })
}

pub(super) fn pull_policy(pair: &Pair<'_>) -> Option<String> {
    let wanted = pair.wanted_text("imagepullpolicy");
    if wanted.is_empty() {
        return None;
    }
    differs("pull policy of `cassandra`", Some(wanted), text(pair.container(CASSANDRA), "imagePullPolicy"))
}

pub(super) fn bootstrap_image(pair: &Pair<'_>) -> Option<String> {
    let found = text(pair.init_container("bootstrap"), "image");
    differs("image of `bootstrap`", Some(pair.wanted_text("bootstrapImage")), found)
}

pub(super) fn config_builder_image(pair: &Pair<'_>) -> Option<String> {
    let found = text(pair.init_container("config-builder"), "image");
    differs("image of `config-builder`", Some(pair.wanted_text("configBuilderImage")), found)
}

/// The data centre's, when it has requests or limits, else the spec's.
pub(super) fn resources(pair: &Pair<'_>) -> Option<String> {
    let own = pair.rack.dc.get("resources").filter(|own| own.get("requests").is_some() || own.get("limits").is_some());
    let wanted = own.or_else(|| pair.wanted(&["resources"]));
    let found = pair.container(CASSANDRA).and_then(|container| container.get("resources"));
    (!same(wanted, found)).then(|| "has other requests or limits for `cassandra`".to_owned())
}

pub(super) fn debug(pair: &Pair<'_>) -> Option<String> {
    let command = pair.container(CASSANDRA)?.get("command")?;
    let debugs = command.items().first().and_then(Node::as_str) == Some("sh");
    let wanted = pair.wanted_flag("debug");
    (debugs != wanted).then(|| format!("runs {}", if debugs { "no Cassandra, but a shell" } else { "Cassandra, not a shell" }))
}

pub(super) fn read_only(pair: &Pair<'_>) -> Option<String> {
    let flag = |node: Option<&Node>| node.and_then(Node::as_bool);
    let wanted = flag(pair.wanted(&["readOnlyRootFilesystem"]));
    let found = pair.container(CASSANDRA).and_then(|container| container.at(&["securityContext", "readOnlyRootFilesystem"]));
    (wanted != flag(found)).then(|| "has another `readOnlyRootFilesystem` for `cassandra`".to_owned())
}

pub(super) fn liveness(pair: &Pair<'_>) -> Option<String> {
    probe(pair, "livenessProbe", "liveness")
}

pub(super) fn readiness(pair: &Pair<'_>) -> Option<String> {
    probe(pair, "readinessProbe", "readiness")
}

/// The members of a probe, the field's name behind `liveness` or `readiness`,
/// and what the API server makes of 0.
const PROBE: [(&str, &str, i64); 5] = [
    ("initialDelaySeconds", "InitialDelaySeconds", 0),
    ("timeoutSeconds", "HealthCheckTimeout", 1),
    ("periodSeconds", "HealthCheckPeriod", 10),
    ("failureThreshold", "FailureThreshold", 3),
    ("successThreshold", "SuccessThreshold", 1),
];

fn probe(pair: &Pair<'_>, member: &str, prefix: &str) -> Option<String> {
    let found = pair.container(CASSANDRA).and_then(|container| container.get(member));
    PROBE.iter().find_map(|(key, field, default)| {
        let or_default = |number: i64| if number == 0 { *default } else { number };
        let field = format!("{prefix}{field}");
        let wanted = or_default(number(pair.wanted(&[&field])));
        let runs = or_default(number(found.and_then(|probe| probe.get(key))));
        (wanted != runs).then(|| format!("has {runs} as `{member}.{key}` instead of {wanted}"))
    })
}

pub(super) fn back_rest(pair: &Pair<'_>) -> Option<String> {
    let side = pair.wanted(&["backRestSidecar"]);
    let enabled = side.and_then(|side| side.get("enabled")).and_then(Node::as_bool).unwrap_or(true);
    let Some(container) = pair.container(BACK_REST) else {
        return enabled.then(|| format!("has no container `{BACK_REST}`"));
    };
    if !enabled {
        return Some(format!("still has the container `{BACK_REST}`"));
    }
    let side = side?;
    if let Some(message) = differs("image of `backrest-sidecar`", text(Some(side), "image"), text(Some(container), "image")) {
        return Some(message);
    }
    if let Some(policy) = text(Some(side), "imagePullPolicy").filter(|policy| !policy.is_empty())
        && let Some(message) =
            differs("pull policy of `backrest-sidecar`", Some(policy), text(Some(container), "imagePullPolicy"))
    {
        return Some(message);
    }
    if let Some(wanted) = side.get("resources")
        && !same(Some(wanted), container.get("resources"))
    {
        return Some(format!("has other requests or limits for `{BACK_REST}`"));
    }
    mounts(side, container).map(|path| format!("does not mount {} in `{BACK_REST}`", shown(Some(path))))
}

/// A path that the spec mounts and the container does not. CassKop mounts more,
/// and mounts other volumes where paths collide.
fn mounts<'a>(wanted: &'a Node, container: &'a Node) -> Option<&'a str> {
    let mounts = |node| Node::get(node, "volumeMounts").map(Node::items).unwrap_or_default();
    let path = |mount| text(Some(mount), "mountPath").unwrap_or_default();
    let found: Vec<_> = mounts(container).iter().map(path).collect();
    mounts(wanted).iter().map(path).find(|path| !found.contains(path))
}

pub(super) fn sidecars(pair: &Pair<'_>) -> Option<String> {
    let wanted = pair.wanted(&["sidecarConfigs"]).map(Node::items).unwrap_or_default();
    let ours = |container: &str| {
        container == CASSANDRA || container == BACK_REST || wanted.iter().any(|wanted| name(wanted) == container)
    };
    if let Some(extra) = pair.pod(&["containers"])?.items().iter().map(name).find(|container| !ours(container)) {
        return Some(format!("still has the container `{extra}`"));
    }
    wanted.iter().find_map(|wanted| sidecar(wanted, pair.container(name(wanted))))
}

fn sidecar(wanted: &Node, found: Option<&Node>) -> Option<String> {
    let name = name(wanted);
    let Some(found) = found else { return Some(format!("has no container `{name}`")) };
    let own = |node: &Node, key: &str| node.get(key).map(Node::items).unwrap_or_default().to_vec();
    // CassKop adds the variables of the bootstrap container behind its own.
    let env = own(wanted, "env");
    let carried = own(found, "env");
    let same_env = carried.len() >= env.len() && env.iter().zip(&carried).all(|(a, b)| same(Some(a), Some(b)));
    if !same_env {
        return Some(format!("has other variables in the container `{name}`"));
    }
    if let Some(path) = mounts(wanted, found) {
        return Some(format!("does not mount `{path}` in the container `{name}`"));
    }
    let stripped = |node: &Node| {
        let mut node = node.clone();
        if let Some(map) = node.as_map_mut() {
            map.retain(|entry| !["env", "volumeMounts"].contains(&entry.key.as_str()));
        }
        node
    };
    (!same(Some(&stripped(wanted)), Some(&stripped(found)))).then(|| format!("has another container `{name}`"))
}
