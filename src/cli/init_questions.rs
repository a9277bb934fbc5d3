//! What `init` cannot read out of the sources: asked on a terminal, else an error that
//! names the flags.

use super::ask::Person;
use super::init::{Draft, Trial, asks_for};
use crate::finding::{Finding, Remedy};
use crate::fleet::{Choice as _, Delivery, Engine, Flags, MergeMode};
use crate::init::guess;
use crate::names::{ClusterName, Namespace, Zone, nearest};
use crate::schema::Release;

/// Rounds of questions: each can bring up something that was hidden behind another.
const ROUNDS: usize = 5;

/// How asking ended.
pub(super) enum Asked {
    /// All is known that flags can say.
    Complete(Trial),
    /// The person went away.
    Ended,
}

/// Asks for all that is open until nothing is.
///
/// # Errors
/// What was typed is wrong, or something is open and nobody is there to be asked.
pub(super) fn complete(draft: &mut Draft) -> Result<Asked, Vec<Finding>> {
    let person = Person::find();
    let clusters = draft.clusters();
    let (mut missing, mut provisional) = (Vec::new(), draft.flags.clone());
    if draft.flags.name_clusters() {
        let flags = &draft.flags;
        let typed = |cluster: &&ClusterName| flags.local.iter().chain(&flags.remotes).any(|name| name == cluster.as_str());
        let forgotten: Vec<_> = clusters.iter().filter(|cluster| !typed(cluster)).map(ClusterName::as_str).collect();
        if !forgotten.is_empty() {
            return Err(vec![no_place(&forgotten)]);
        }
    } else {
        match (clusters.as_slice(), &person) {
            ([], _) => return Err(vec![no_override()]),
            ([only], _) => draft.flags.local = Some(only.to_string()),
            (all, Some(person)) => match order(person, all) {
                Some(order) => set_order(&mut draft.flags, &order),
                None => return Ok(Asked::Ended),
            },
            (all, None) => {
                missing.push(format!("{}, the one first that gets changes first", order_flags(all)));
                set_order(&mut provisional, all);
            }
        }
    }
    if draft.flags.engine.is_none() {
        match &person {
            Some(person) => match choice::<Engine>(person, "What applies the tree to the clusters", None) {
                Some(engine) => draft.flags.engine = Some(engine),
                None => return Ok(Asked::Ended),
            },
            None => missing.push("--engine argocd (or flux, or other), what applies the tree".to_owned()),
        }
    }
    match person {
        Some(person) => with(&person, draft),
        None => without(draft, provisional, missing),
    }
}

fn with(person: &Person, draft: &mut Draft) -> Result<Asked, Vec<Finding>> {
    if draft.flags.casskop_version.is_none() {
        let guess = guess(&draft.input, &draft.sources).release.to_string();
        let read = |text: &str| Release::parse(text).map(|_| text.to_owned()).map_err(|bad| format!("`{text}` {bad}"));
        match person.ask("Version of CassKop that runs in the clusters", Some(&guess), read) {
            Some(version) => draft.flags.casskop_version = Some(version),
            None => return Ok(Asked::Ended),
        }
    }
    for _ in 0..ROUNDS {
        let trial = draft.trial()?;
        let Some(open) = open(&trial, &draft.flags).into_iter().next() else { return Ok(Asked::Complete(trial)) };
        if answer(person, &open, &mut draft.flags).is_none() {
            return Ok(Asked::Ended);
        }
    }
    // A zone is asked for each cluster, so many rounds may be needed; what is open then is among the findings.
    draft.trial().map(Asked::Complete)
}

/// Collects all that is missing, as far as it can be seen with what is typed.
fn without(draft: &mut Draft, mut provisional: Flags, mut missing: Vec<String>) -> Result<Asked, Vec<Finding>> {
    if missing.is_empty() {
        let trial = draft.trial()?;
        missing.extend(open(&trial, &draft.flags).iter().map(hint));
        if missing.is_empty() {
            return Ok(Asked::Complete(trial));
        }
    } else {
        provisional.local = provisional.local.or(draft.flags.local.clone());
        provisional.engine = provisional.engine.or(Some(Engine::Other.as_str().to_owned()));
        let typed = std::mem::replace(&mut draft.flags, provisional);
        let trial = draft.trial();
        draft.flags = typed;
        missing.extend(open(&trial?, &draft.flags).iter().map(hint));
    }
    Err(vec![
        Finding::invalid("the sources do not say all that a fleet file must, and there is no terminal to ask on")
            .why("what is guessed wrong here, the order above all, can split a ring")
            .fix(format!("add:\n  {}", missing.join("\n  "))),
    ])
}

/// A flag that would settle what stops `render`, and what that is.
struct Open {
    remedy: Remedy,
    because: String,
}

/// What stops `render` and a flag would settle, each once.
fn open(trial: &Trial, flags: &Flags) -> Vec<Open> {
    const FLAGS: [&str; 5] = ["--namespace", "--zone", "--merge", "--seeds", "--seed-delivery"];
    let mut open: Vec<Open> = Vec::new();
    for finding in trial.rendered.findings.iter().filter(|finding| FLAGS.iter().any(|flag| asks_for(finding, flag))) {
        for remedy in &finding.remedies {
            let settled = remedy.flag == "--seeds" && flags.seeds.is_some();
            if !settled && FLAGS.contains(&remedy.flag) && open.iter().all(|one| one.remedy != *remedy) {
                open.push(Open { remedy: remedy.clone(), because: finding.message.clone() });
            }
        }
    }
    open
}

fn hint(open: &Open) -> String {
    let Remedy { flag, value } = &open.remedy;
    match *flag {
        "--namespace" => format!("--namespace {value}, the namespace that the rings run in"),
        "--zone" => format!("--zone {value}, with your own DNS zone"),
        "--merge" => "--merge operator for rings that Multi-CassKop made, or merge-patch: the two differ here".to_owned(),
        _ => format!("{flag} {value}"),
    }
}

/// Asks for what one flag says and takes it down; `None` if the person goes away.
fn answer(person: &Person, open: &Open, flags: &mut Flags) -> Option<()> {
    let Remedy { flag, value } = &open.remedy;
    let text = |text: &str| if text.is_empty() { Err("write something".to_owned()) } else { Ok(text.to_owned()) };
    match *flag {
        "--namespace" => {
            let read = |text: &str| Namespace::new(text).map(|name| name.to_string()).map_err(|bad| bad.to_string());
            flags.namespace = Some(person.ask("Namespace that the rings run in", None, read)?);
        }
        "--zone" => {
            let cluster = value.split_once('=').map_or(value.as_str(), |(cluster, _)| cluster);
            let read = |text: &str| Zone::new(text).map(|zone| zone.to_string()).map_err(|bad| bad.to_string());
            let zone = person.ask(&format!("DNS zone of the nodes in {cluster}"), None, read)?;
            flags.zones.push(format!("{cluster}={zone}"));
        }
        "--merge" => {
            let question =
                "The two ways of merging differ here. `operator` for rings that Multi-CassKop made, else `merge-patch`";
            flags.merge = Some(choice::<MergeMode>(person, question, None)?);
        }
        "--seeds" => flags.seeds = Some(person.ask("Seeds: auto, none, or names joined by commas", Some(value), text)?),
        _ => {
            let question = format!(
                "{}. Stop here and put that right, or let the seeds go another way\nHow seeds reach the nodes",
                open.because
            );
            flags.seed_delivery = Some(choice::<Delivery>(person, &question, Some(value))?);
        }
    }
    Some(())
}

/// Asks for one of a few words.
fn choice<T: crate::fleet::Choice>(person: &Person, question: &str, default: Option<&str>) -> Option<String> {
    let words: Vec<_> = T::ALL.iter().map(|word| word.as_str()).collect();
    let read = |text: &str| {
        let found = words.iter().find(|word| **word == text).map(|word| (*word).to_owned());
        found.ok_or_else(|| format!("write one of: {}", words.join(", ")))
    };
    person.ask(&format!("{question} ({})", words.join(", ")), default, read)
}

/// Asks for the order. There is no default: a wrong order can split a ring.
fn order(person: &Person, clusters: &[ClusterName]) -> Option<Vec<ClusterName>> {
    let names: Vec<_> = clusters.iter().map(ClusterName::as_str).collect();
    let read = |text: &str| {
        let typed: Vec<_> = text.split([' ', ',']).filter(|name| !name.is_empty()).collect();
        if let Some(unknown) = typed.iter().find(|name| !names.contains(name)) {
            let near =
                nearest(unknown, names.iter().copied()).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(format!("no override is for `{unknown}`{near}"));
        }
        let missing: Vec<_> = names.iter().filter(|name| !typed.contains(name)).copied().collect();
        if !missing.is_empty() || typed.len() != names.len() {
            return Err(format!("write each of them once: {}", names.join(" ")));
        }
        Ok(typed.iter().filter_map(|name| clusters.iter().find(|cluster| cluster.as_str() == *name).cloned()).collect())
    };
    let question = format!(
        "The clusters are {}. Write them in the order in which they get changes; the first one may start a ring\nOrder",
        names.join(", ")
    );
    person.ask(&question, None, read)
}

fn set_order(flags: &mut Flags, clusters: &[ClusterName]) {
    let mut names = clusters.iter().map(ToString::to_string);
    flags.local = names.next();
    flags.remotes = names.collect();
}

fn order_flags(clusters: &[ClusterName]) -> String {
    let names: Vec<_> = clusters.iter().map(ClusterName::as_str).collect();
    format!("--local {}", names.join(" --remote "))
}

fn no_place(forgotten: &[&str]) -> Finding {
    Finding::invalid(format!("{} has an override, and no place in the order that was typed", forgotten.join(", ")))
        .why("every cluster of an override is one of the fleet, and a wrong order can split a ring")
        .fix(format!("add `--remote {}`, at the right place", forgotten.join(" --remote ")))
}

fn no_override() -> Finding {
    Finding::invalid("no MultiCasskop among the sources has an override")
        .why("each entry of `spec.override` is a cluster that the ring is rendered for")
        .fix("write an override, `{}` for the base as it is, for each cluster: `override: {k8s-cluster1: {}}`")
}
