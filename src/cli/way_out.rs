//! After errors: the complete command that would render, tried before it is told.

use super::flags::FleetArgs;
use super::load::{self, Loaded};
use crate::finding::{Finding, Remedy};
use crate::render::{Job, render};
use crate::report::shell;

/// How often further flags are tried.
const TRIES: usize = 4;

/// What a user can type instead.
pub(super) enum WayOut {
    /// A command that renders, and what is said before it.
    Command { command: String, conditions: String },
    /// A command that gets further, and the findings that stop it then.
    Further { command: String, conditions: String, loaded: Box<Loaded> },
    /// No flag helps.
    None,
}

/// The command that renders what `args` did not, as far as flags can do it. `tail` is
/// what else the user typed.
pub(super) fn find(args: &FleetArgs, out: Option<&str>, findings: &[Finding], tail: &[String]) -> WayOut {
    // What was read from standard input is gone.
    if args.sources.iter().any(|source| source == "-") {
        return WayOut::None;
    }
    let mut args = args.clone();
    let mut stopping: Vec<Finding> = findings.iter().filter(|finding| finding.stops()).cloned().collect();
    let mut met = stopping.clone();
    let mut further = WayOut::None;
    for _ in 0..TRIES {
        if !stopping.iter().all(|finding| remedy(finding, &mut args)) {
            return further;
        }
        let mut loaded = load::load(&args, out);
        loaded.findings.retain(Finding::stops);
        if let (Some(fleet), true) = (&loaded.fleet, loaded.findings.is_empty()) {
            let job = Job { input: &loaded.input, fleet, paths: &loaded.paths, whole_fleet: loaded.whole_fleet };
            loaded.findings = render(&job).findings.into_iter().filter(Finding::stops).collect();
        }
        let command = line(&args, tail);
        if loaded.findings.is_empty() {
            return WayOut::Command { command, conditions: conditions(&met) };
        }
        stopping.clone_from(&loaded.findings);
        further = WayOut::Further { command, conditions: conditions(&met), loaded: Box::new(loaded) };
        met.extend(stopping.iter().cloned());
    }
    further
}

/// Under which conditions a command does what the user wants, given all that stood in the way.
fn conditions(met: &[Finding]) -> String {
    let flagged = |flag| met.iter().flat_map(|finding| &finding.remedies).any(|remedy| remedy.flag == flag);
    let mut text = if met.iter().any(|finding| finding.rule_id().is_some()) {
        "mend the source as the help lines say; or, to render it as it is".to_owned()
    } else {
        "this would render".to_owned()
    };
    if flagged("--local") {
        text += ", if the clusters change in this order";
    }
    if flagged("--zone") {
        text += ", with your own DNS zones in the place of example.net";
    }
    text
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
            // The caller's tail has it.
            "--out" => {}
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
    words.concat().iter().map(|word| shell(word)).collect::<Vec<_>>().join(" ")
}
