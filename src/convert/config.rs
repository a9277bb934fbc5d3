//! `numTokens` and `gcStdout` → `config`.
//!
//! The number of tokens of a node can never change, and 1.x and 2.x have other
//! defaults, so it is always written: once for the ring in the base, and at the
//! data centres that have another one. Lists of data centres are replaced as a
//! whole in both merges, so what stands at a data centre stays right. `config`
//! of an override, where one is needed, is complete, because one merge replaces
//! the base's and the other adds to it. Pure.

use crate::finding::Finding;
use crate::tree::{Map, Node, Value};

use super::model::{Layer, Plan, shown};
use super::ops::{Act, Step};

/// What 1.x takes without `numTokens`.
const DEFAULT_TOKENS: i64 = 256;

/// Decides for all layers, the base first.
pub(super) fn plan(layers: &[Layer<'_>], plan: &mut Plan, findings: &mut Vec<Finding>) {
    let Some((base, overrides)) = layers.split_first() else { return };
    let ring = ring_tokens(layers);
    for layer in layers {
        data_centres(layer, ring, plan, findings);
    }
    let log = gc_stdout(base);
    let spec = shown(&base.way, "spec");
    let what = match log {
        Some(log) => format!("`config` with `num_tokens: {ring}` and `log_gc: \"{log}\"` was added to `{spec}`"),
        None => format!("`config.cassandra-yaml.num_tokens: {ring}` was added to `{spec}`"),
    };
    insert(base, ring, log, what, plan);
    remove_gc_stdout(base, plan);
    for over in overrides {
        override_log(over, log, ring, plan, findings);
    }
}

/// The number that is written for the whole ring: 256 if it is not written for
/// all data centres, else that of the first one.
fn ring_tokens(layers: &[Layer<'_>]) -> i64 {
    let numbers: Vec<_> =
        layers.iter().map(dcs).flat_map(|list| list.iter().map(move |dc| tokens(dc).filter(|_| all_have_racks(list)))).collect();
    // A cluster without data centres gets one from CassKop, with the default.
    let (base, overrides) = (layers.first().map_or(0, |base| dcs(base).len()), layers.get(1..).unwrap_or_default());
    let emptied = |over: &Layer<'_>| dcs(over).is_empty() && (base == 0 || over.spec("topology").is_some());
    let invented = (overrides.is_empty() && base == 0) || overrides.iter().any(emptied);
    let all_written = !invented && numbers.iter().all(Option::is_some);
    numbers.first().copied().flatten().filter(|_| all_written).unwrap_or(DEFAULT_TOKENS)
}

fn dcs<'a>(layer: &Layer<'a>) -> &'a [Node] {
    layer.spec("topology").and_then(|topology| topology.get("dc")).map(Node::items).unwrap_or_default()
}

fn tokens(dc: &Node) -> Option<i64> {
    dc.get("numTokens").and_then(Node::as_int)
}

/// Without, CassKop replaces the whole list.
fn all_have_racks(dcs: &[Node]) -> bool {
    dcs.iter().all(|dc| dc.get("rack").is_some_and(|rack| !rack.items().is_empty()))
}

fn data_centres(layer: &Layer<'_>, ring: i64, plan: &mut Plan, findings: &mut Vec<Finding>) {
    let without_racks = !all_have_racks(dcs(layer));
    for (at, dc) in dcs(layer).iter().enumerate() {
        let steps = ["topology", "dc"].map(|key| Step::Key(key.into()));
        let way: Vec<_> = layer.spec_way().into_iter().chain(steps).chain([Step::Index(at)]).collect();
        let Some(node) = dc.get("numTokens") else { continue };
        let path = shown(&way, "numTokens");
        match tokens(dc) {
            Some(number) if number < 1 => findings.push(
                Finding::invalid(format!("`{path}` is {number}"))
                    .at(node.span(), "")
                    .path(path)
                    .why("every node has at least one token, and the number that the running nodes have must be written")
                    .fix("write what `nodetool status` says in the column `Tokens`"),
            ),
            Some(number) if number != DEFAULT_TOKENS && without_racks => findings.push(
                Finding::invalid(format!("`{path}` does not count: a data centre of this list has no racks"))
                    .at(node.span(), "")
                    .path(path)
                    .why("CassKop then replaces the whole list, so the nodes have 256 tokens; in v2 they would get this number and not start")
                    .fix("write the racks that there are, and the number of tokens that the nodes have, then convert"),
            ),
            Some(number) if number != ring => {
                let what = format!("`{path}: {number}` became `config.cassandra-yaml.num_tokens: {number}` of the same data centre");
                plan.add(way, "numTokens", Act::Become("config", tokens_config(number)), what, node.span());
            }
            Some(number) => {
                let what = format!("`{path}: {number}` went: `num_tokens: {number}` is in the `config` of the whole ring");
                plan.add(way, "numTokens", Act::Remove, what, node.span());
            }
            None => plan.add(way, "numTokens", Act::Remove, format!("`{path}` went: it said nothing"), node.span()),
        }
    }
}

fn gc_stdout(layer: &Layer<'_>) -> Option<bool> {
    layer.spec("gcStdout").and_then(Node::as_bool)
}

fn remove_gc_stdout(layer: &Layer<'_>, plan: &mut Plan) {
    let Some(node) = layer.spec("gcStdout") else { return };
    let path = shown(&layer.spec_way(), "gcStdout");
    let what = match gc_stdout(layer) {
        Some(flag) => format!("`{path}: {flag}` became `config.jvm-options.log_gc: \"{flag}\"`"),
        None => format!("`{path}` went: it said nothing"),
    };
    plan.add(layer.spec_way(), "gcStdout", Act::Remove, what, node.span());
}

/// `gcStdout` of an override; `false` and `null` over `true` mean different
/// things in the two merges, so nobody can tell what is meant.
fn override_log(over: &Layer<'_>, base: Option<bool>, ring: i64, plan: &mut Plan, findings: &mut Vec<Finding>) {
    let Some(node) = over.spec("gcStdout") else { return };
    let path = shown(&over.spec_way(), "gcStdout");
    match (gc_stdout(over), base) {
        (None | Some(false), Some(true)) => findings.push(
            Finding::invalid(format!("`{path}` cannot be converted: the base says `true`"))
                .at(node.span(), "")
                .path(path)
                .why("Multi-CassKop ignored it, so the log is on there now; with the merge mode `merge-patch` it would go off")
                .fix("remove the line to leave the log on, then convert; to turn it off, write `log_gc: \"false\"` into `config` afterwards"),
        ),
        (None, _) => remove_gc_stdout(over, plan),
        (Some(flag), base) if base.unwrap_or(false) == flag => {
            let what = format!("`{path}: {flag}` went: it said the same as the base");
            plan.add(over.spec_way(), "gcStdout", Act::Remove, what, node.span());
        }
        (Some(flag), _) => {
            let what = format!(
                "`config` with `num_tokens: {ring}` and `log_gc: \"{flag}\"` was added to `{}`: it replaces the base's in one way of merging, so it says all",
                shown(&over.way, "spec")
            );
            insert(over, ring, Some(flag), what, plan);
            remove_gc_stdout(over, plan);
        }
    }
}

/// Adds `config` to a layer, and a `spec` to hold it if there is none.
fn insert(layer: &Layer<'_>, ring: i64, log: Option<bool>, what: String, plan: &mut Plan) {
    let mut config = match tokens_config(ring) {
        Value::Map(map) => map,
        _ => Map::new(),
    };
    if let Some(log) = log {
        let options = object("log_gc", Value::Text(if log { "true" } else { "false" }.into()));
        config.set("jvm-options", None, Node::made(options));
    }
    let spec = layer.node.get("spec").filter(|spec| spec.as_map().is_some());
    let span = layer.spec("gcStdout").or(spec).unwrap_or(layer.node).span();
    match spec {
        Some(_) => plan.add(layer.spec_way(), "config", Act::Insert(Value::Map(config)), what, span),
        None => plan.add(layer.way.clone(), "spec", Act::Insert(object("config", Value::Map(config))), what, span),
    }
}

fn tokens_config(number: i64) -> Value {
    object("cassandra-yaml", object("num_tokens", Value::Int(number)))
}

fn object(key: &str, value: Value) -> Value {
    let mut map = Map::new();
    map.set(key, None, Node::made(value));
    Value::Map(map)
}
