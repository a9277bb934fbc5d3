//! What has to change in one document, and what a person has to decide
//! (docs/facts.md, From v1alpha1 to v2). Pure.

use crate::finding::{Finding, Kind, Severity};
use crate::lint::{fields, images, versions};
use crate::read::kind;
use crate::schema::typed::Problem;
use crate::schema::{CASSANDRA_CLUSTER, Profile, Release, Strictness, decode};
use crate::tree::{Node, Value};

use super::config;
use super::model::{Layer, Plan, shown};
use super::ops::{Act, Step};

const OLD: &str = "db.orange.com/v1alpha1";
const NEW: &str = "db.orange.com/v2";
/// What CassKop 1.1.5 runs without an `initContainerCmd`.
const COPY: &str = "cp -vr /etc/cassandra/* /bootstrap";

/// Decides for one document; others of its file are looked at for ConfigMaps.
pub(super) fn plan(root: &Node, all: &[Node], release: Release, findings: &mut Vec<Finding>) -> Plan {
    let mut plan = Plan::default();
    let layers = layers(root);
    let old = |node: &Node| node.get("apiVersion").and_then(Node::as_str) == Some(OLD);
    let Some(base) = layers.first() else { return plan };
    let outer = (!base.way.is_empty()).then(|| (Vec::new(), root));
    for (way, node) in outer.into_iter().chain(layers.iter().map(|layer| (layer.way.clone(), layer.node))) {
        if let Some(version) = node.get("apiVersion").filter(|_| old(node)) {
            let what = format!("`{}: {OLD}` became `{NEW}`", shown(&way, "apiVersion"));
            plan.add(way, "apiVersion", Act::Set(Value::Text(NEW.into())), what, version.span());
        }
    }
    if !(old(base.node) || (base.node.get("apiVersion").is_none() && old(root))) {
        return plan;
    }
    for layer in layers.iter().filter(|layer| !layer.node.is_null()) {
        typed(layer, findings);
    }
    for layer in &layers {
        init_container(layer, base, &mut plan, findings);
        bootstrap(layer, release, &mut plan, findings);
        by_hand(layer, all, findings);
    }
    config::plan(&layers, &mut plan, findings);
    default_image(base, &layers, &mut plan);
    plan
}

/// The CassandraClusters of a document: the base first, then the overrides.
fn layers(root: &Node) -> Vec<Layer<'_>> {
    let way = |keys: &[&str]| keys.iter().map(|key| Step::Key((*key).into())).collect::<Vec<_>>();
    match kind(root) {
        Some("CassandraCluster") => vec![Layer { way: Vec::new(), node: root }],
        Some("MultiCasskop") => {
            let Some(base) = root.at(&["spec", "base"]) else { return Vec::new() };
            let overrides = root.at(&["spec", "override"]).and_then(Node::as_map).into_iter().flat_map(|map| map.iter());
            let overrides = overrides
                .filter(|entry| entry.value.as_map().is_some() || entry.value.is_null())
                .map(|entry| Layer { way: way(&["spec", "override", entry.key.as_str()]), node: &entry.value });
            std::iter::once(Layer { way: way(&["spec", "base"]), node: base }).chain(overrides).collect()
        }
        _ => Vec::new(),
    }
}

/// Wrong types, and fields that had no effect in v1alpha1 and would get one.
fn typed(layer: &Layer<'_>, findings: &mut Vec<Finding>) {
    let types = Profile::V1_1_5.types();
    for mismatch in decode(layer.node, &CASSANDRA_CLUSTER, types, Strictness::Go).mismatches {
        let Problem::Unknown { member, of } = &mismatch.problem else {
            findings.extend(fields::refused(&mismatch));
            continue;
        };
        if of.field(member, Profile::NEWEST.types()).is_none() {
            continue;
        }
        let message = format!("`{}` has no effect in v1alpha1, and would have one in v2", mismatch.path);
        let finding = if member == "config" {
            Finding::invalid(message)
                .why("the configuration of running nodes would change with it, and it could contradict what is converted")
                .fix("take it out, convert, and then write into the new `config` what shall count")
        } else {
            warning(message).fix("take it out if the ring shall stay as it is")
        };
        findings.push(finding.at(mismatch.span, "").path(mismatch.path.clone()));
    }
}

fn warning(message: String) -> Finding {
    Finding::new(Kind::Note, Severity::Warning, message)
}

/// `initContainerImage` and `initContainerCmd`, which go if they said nothing of their own.
fn init_container(layer: &Layer<'_>, base: &Layer<'_>, plan: &mut Plan, findings: &mut Vec<Finding>) {
    let image = layer.spec("cassandraImage").or_else(|| base.spec("cassandraImage")).and_then(Node::as_str);
    let image = image.unwrap_or(Release::LAST_V1ALPHA1.images().cassandra);
    for (key, default) in [("initContainerImage", image), ("initContainerCmd", COPY)] {
        let Some(node) = layer.spec(key) else { continue };
        let path = shown(&layer.spec_way(), key);
        match node.as_str() {
            Some(text) if !text.is_empty() && text != default => findings.push(
                Finding::invalid(format!("`{path}` takes Cassandra's configuration from elsewhere, and v2 cannot"))
                    .at(node.span(), "")
                    .path(path)
                    .why("in v2 the configuration is made from `config` alone; what that image or command brings would be lost without a word")
                    .fix("compare its `/etc/cassandra` with that of the Cassandra image, remove this line, convert, and write what differs into `config`"),
            ),
            _ => plan.add(layer.spec_way(), key, Act::Remove, format!("`{path}` went: it said what was done without it"), node.span()),
        }
    }
}

/// A bootstrap image of 1.x cannot configure nodes of 2.x.
fn bootstrap(layer: &Layer<'_>, release: Release, plan: &mut Plan, findings: &mut Vec<Finding>) {
    let Some(node) = layer.spec("bootstrapImage") else { return };
    let Some(image) = node.as_str().filter(|image| !image.is_empty()) else { return };
    if images::bootstrap_tag(image).is_some_and(|tag| tag >= images::FIRST_FOR_V2) {
        return;
    }
    let path = shown(&layer.spec_way(), "bootstrapImage");
    let default = release.images().bootstrap;
    if images::is_upstream(image) && images::bootstrap_tag(image).is_some() {
        let what = format!("`{path}: {image}` became `{default}`, the image of CassKop {release}");
        plan.add(layer.spec_way(), "bootstrapImage", Act::Set(Value::Text(default.into())), what, node.span());
    } else {
        findings.push(
            warning(format!("`{path}` is an image of your own"))
                .at(node.span(), "")
                .path(path)
                .why("a bootstrap image for v1alpha1 cannot configure nodes of v2: they do not start")
                .fix(format!("build or mirror it from `{default}`, the image of CassKop {release}, and write that here")),
        );
    }
}

/// Without an image 1.1.5 takes another one than 2.x.
fn default_image(base: &Layer<'_>, layers: &[Layer<'_>], plan: &mut Plan) {
    let stated = |layer: &Layer<'_>| layer.spec("cassandraImage").and_then(Node::as_str).is_some_and(|image| !image.is_empty());
    let overrides = layers.get(1..).unwrap_or_default();
    if stated(base) || (!overrides.is_empty() && overrides.iter().all(stated)) {
        return;
    }
    let image = Release::LAST_V1ALPHA1.images().cassandra;
    let what = format!(
        "`{}: {image}` was added: it is the default of v1alpha1, and v2 has another",
        shown(&base.spec_way(), "cassandraImage")
    );
    let span = base.node.get("spec").and_then(Node::span);
    let value = Value::Text(image.into());
    let act = if base.spec("cassandraImage").is_some() { Act::Set(value) } else { Act::Insert(value) };
    plan.add(base.spec_way(), "cassandraImage", act, what, span);
}

/// What the source says, but cannot be converted, or cannot be seen from here.
fn by_hand(layer: &Layer<'_>, all: &[Node], findings: &mut Vec<Finding>) {
    if let Some((name, node)) =
        layer.spec("configMapName").and_then(|node| Some((node.as_str().filter(|name| !name.is_empty())?, node)))
    {
        let held = keys_of(name, all).filter(|key| !["pre_run.sh", "post_run.sh"].contains(key)).collect::<Vec<_>>();
        let said = if held.is_empty() { String::new() } else { format!(": here {}", held.join(", ")) };
        findings.push(
            warning(format!("v2 reads nothing but `pre_run.sh` and `post_run.sh` from the ConfigMap `{name}`"))
                .at(node.span(), "")
                .path(shown(&layer.spec_way(), "configMapName"))
                .why("files such as `cassandra.yaml` and `jvm.options` in it no longer count, so nodes would run with other settings")
                .fix(format!("write what those files change into `config`, and take the files out of the ConfigMap{said}")),
        );
    }
    let image = layer.spec("cassandraImage").filter(|_| layer.spec("serverVersion").is_none());
    if let Some(node) = image {
        let found = node.as_str().and_then(versions::told_by_image);
        findings.extend(
            found.map(|finding| Finding { kind: Kind::Note, severity: Severity::Warning, ..finding }.at(node.span(), "")),
        );
    }
}

/// The keys of a ConfigMap of the same file.
fn keys_of<'a>(name: &'a str, all: &'a [Node]) -> impl Iterator<Item = &'a str> {
    let maps = all.iter().filter(|root| kind(root) == Some("ConfigMap"));
    let named = maps.filter(move |root| root.at(&["metadata", "name"]).and_then(Node::as_str) == Some(name));
    named.filter_map(|root| root.get("data").and_then(Node::as_map)).flat_map(|map| map.iter()).map(|entry| entry.key.as_str())
}
