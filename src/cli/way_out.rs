//! After errors: the complete command that would render, tried before it is told.

use super::args::FleetArgs;
use super::load::{self, Loaded};
use crate::finding::{Finding, Remedy};
use crate::render::{Job, render};

/// How often further flags are tried.
const TRIES: usize = 4;

/// The command that renders what `args` did not, if flags can do it. `tail` is what else
/// the user typed.
pub(super) fn command(args: &FleetArgs, out: Option<&str>, findings: &[Finding], tail: &[String]) -> Option<String> {
    let mut args = copy(args);
    let mut stopping: Vec<Finding> = findings.iter().filter(|finding| finding.stops()).cloned().collect();
    for _ in 0..TRIES {
        if !stopping.iter().all(|finding| remedy(finding, &mut args)) {
            return None;
        }
        let Loaded { input, fleet, paths, whole_fleet, findings, .. } = load::load(&args, out);
        stopping = findings.into_iter().filter(Finding::stops).collect();
        if let (Some(fleet), true) = (&fleet, stopping.is_empty()) {
            let rendered = render(&Job { input: &input, fleet, paths: &paths, whole_fleet });
            stopping = rendered.findings.into_iter().filter(Finding::stops).collect();
        }
        if stopping.is_empty() {
            return Some(line(&args, tail));
        }
    }
    None
}

/// Adds the flags that a finding names; whether there are any.
fn remedy(finding: &Finding, args: &mut FleetArgs) -> bool {
    for Remedy { flag, value } in &finding.remedies {
        let value = value.clone();
        match *flag {
            "--local" => args.local = Some(value),
            "--remote" => args.remote.push(value),
            "--zone" => args.zone.push(value),
            "--namespace" => args.namespace = Some(value),
            "--engine" => args.engine = Some(value),
            "--merge" => args.merge = Some(value),
            "--seeds" => args.seeds = Some(value),
            "--seed-delivery" => args.seed_delivery = Some(value),
            _ => return false,
        }
    }
    let Some(rule) = finding.rule_id().filter(|rule| finding.remedies.is_empty() && rule.rule().allowable) else {
        return !finding.remedies.is_empty();
    };
    let rule = rule.to_string();
    if !args.allow.contains(&rule) {
        args.allow.push(rule);
    }
    true
}

fn copy(args: &FleetArgs) -> FleetArgs {
    FleetArgs {
        sources: args.sources.clone(),
        fleet: args.fleet.clone(),
        local: args.local.clone(),
        remote: args.remote.clone(),
        zone: args.zone.clone(),
        namespace: args.namespace.clone(),
        casskop_version: args.casskop_version.clone(),
        engine: args.engine.clone(),
        merge: args.merge.clone(),
        seeds: args.seeds.clone(),
        seed_delivery: args.seed_delivery.clone(),
        allow: args.allow.clone(),
    }
}

/// The command as a shell takes it.
fn line(args: &FleetArgs, tail: &[String]) -> String {
    let one =
        |flag: &str, value: &Option<String>| value.iter().flat_map(|value| [flag.to_owned(), value.clone()]).collect::<Vec<_>>();
    let many =
        |flag: &str, values: &[String]| values.iter().flat_map(|value| [flag.to_owned(), value.clone()]).collect::<Vec<_>>();
    let words = [
        vec!["multicasskop".to_owned(), "render".to_owned()],
        args.sources.clone(),
        one("--fleet", &args.fleet),
        one("--local", &args.local),
        many("--remote", &args.remote),
        many("--zone", &args.zone),
        one("--namespace", &args.namespace),
        one("--casskop-version", &args.casskop_version),
        one("--engine", &args.engine),
        one("--merge", &args.merge),
        one("--seeds", &args.seeds),
        one("--seed-delivery", &args.seed_delivery),
        many("--allow", &args.allow),
        tail.to_vec(),
    ];
    words.concat().iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
