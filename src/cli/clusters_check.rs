//! `clusters check`: can each cluster be reached and read, does its CRD fit the fleet's
//! CassKop, and is there what the rings need?

use std::collections::BTreeSet;
use std::fmt::Write as _;

use clap::Args as ClapArgs;
use serde_json::{Value as Json, json};

use super::clusters::{ListArgs, casskop, lines, table};
use super::clusters_prerequisites::{Ticked, Wanted};
use super::flags::TextFormat;
use super::load::{self, FleetFile};
use super::progress::Progress;
use super::reach::{self, ReachArgs, Targets};
use super::screen::Screen;
use crate::finding::{Exit, Finding};
use crate::fleet::{Cluster, Fleet, State};
use crate::live::{self, Checkup, Need, Right, Target, Wants};
use crate::names::{ClusterName, Namespace, nearest};
use crate::observed::{Answer, CrdFacts, Trouble};
use crate::read::Input;
use crate::report::{Report, document, terminal};
use crate::schema::Versions;

/// Ask each cluster: is it reachable, what may be read, does its CRD fit, what is missing?
///
/// All clusters at once. Nothing is changed anywhere. What `multicasskop prerequisites` lists
/// is ticked off as far as it may be seen.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Exit codes: 0 all of it fits, 1 a CRD does not fit, a prerequisite is missing or a right that everything needs,
2 bad input or usage, 3 a cluster could not be reached, 4 internal error. What may not be seen is `not checked`
and fails nothing.")]
pub(super) struct CheckArgs {
    /// Only these clusters
    #[arg(value_name = "CLUSTER")]
    clusters: Vec<String>,
    #[command(flatten)]
    list: ListArgs,
    #[command(flatten)]
    reach: ReachArgs,
}

pub(super) fn run(args: &CheckArgs, screen: &mut Screen) -> Exit {
    let FleetFile { sources, fleet, base, input, findings } = load::fleet_file(args.list.fleet.as_deref());
    let mut stops: Vec<_> = findings.into_iter().filter(Finding::stops).collect();
    stops.extend(fleet.iter().flat_map(|fleet| args.clusters.iter().filter_map(|name| unknown(fleet, name))));
    let report = Report { findings: &stops, sources: &sources };
    screen.findings(&report);
    let Some(fleet) = fleet.filter(|_| stops.is_empty()) else { return report.exit(false) };
    let wanted = |cluster: &Cluster| args.clusters.is_empty() || args.clusters.iter().any(|name| name == cluster.name.as_str());
    let Targets { servers, dumps } =
        reach::targets(&fleet, &base, |cluster| wanted(cluster).then(|| wants(&fleet, &input, cluster)));
    let waiting = (!screen.quiet()).then(|| Progress::start(format!("asking {} clusters", servers.len())));
    let wanted = Wanted::of(&fleet, &input, &sources);
    let asked = live::block_on(live::check_all(servers.clone(), wanted.lists.clone(), &args.reach.limits(), |_| {}));
    drop(waiting);
    let checkups = match asked {
        Ok(checkups) => checkups,
        Err(error) => {
            screen.error(&format!("error: the system gives no threads or sockets: {error}"));
            return Exit::Internal;
        }
    };
    let all: Vec<_> = servers
        .iter()
        .zip(&checkups)
        .map(|(target, checkup)| Checked { target, checkup, verdict: verdict(target, checkup, &wanted) })
        .collect();
    screen.result(&match args.list.output {
        TextFormat::Text => text(&all, &dumps),
        TextFormat::Json => load::json_text(&as_json(&all)),
    });
    all.iter().map(|checked| &checked.verdict).map(|verdict| verdict.exit).max().unwrap_or_default()
}

fn unknown(fleet: &Fleet, name: &str) -> Option<Finding> {
    let names = || fleet.clusters.iter().map(|cluster| cluster.name.as_str());
    if names().any(|known| known == name) {
        return None;
    }
    let fix = nearest(name, names()).map_or_else(
        || format!("write one of: {}", names().collect::<Vec<_>>().join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    Some(Finding::invalid(format!("the fleet has no cluster `{name}`")).why("nothing would be asked").fix(fix))
}

/// What is looked at in a cluster: the namespaces of its rings.
fn wants(fleet: &Fleet, input: &Input, cluster: &Cluster) -> Wants {
    Wants { crd: true, ..Wants::clusters(reach::versions(fleet, cluster), namespaces(input, cluster)) }
}

/// The namespaces of the rings that are written for a cluster; of a retired one
/// those of all rings, because it may still have any of them.
fn namespaces(input: &Input, cluster: &Cluster) -> BTreeSet<Namespace> {
    let written = |node: &crate::tree::Node| {
        let text = node.at(&["metadata", "namespace"]).and_then(crate::tree::Node::as_str)?;
        Namespace::new(text).ok()
    };
    let own = || cluster.namespace.as_ref().map(|namespace| namespace.value.clone());
    let of_rings = input.rings.iter().filter_map(|ring| {
        let over = ring.overrides.iter().find(|over| over.cluster == cluster.name);
        if over.is_none() && cluster.state == State::Active {
            return None;
        }
        over.and_then(|over| written(&over.node)).or_else(|| written(&ring.base)).or_else(own)
    });
    of_rings.chain(own()).collect()
}

/// A cluster, what was asked and what it comes to.
struct Checked<'a> {
    target: &'a Target,
    checkup: &'a Checkup,
    verdict: Verdict<'a>,
}

/// What a check comes to.
struct Verdict<'a> {
    exit: Exit,
    /// What the rings need.
    ticked: Ticked<'a>,
    /// What is wrong, and what to do.
    wrong: Vec<(String, String)>,
    /// What would be possible with more rights.
    notes: Vec<String>,
}

fn verdict<'a>(target: &Target, checkup: &Checkup, prerequisites: &'a Wanted) -> Verdict<'a> {
    let ticked = prerequisites.ticked(target, checkup);
    let mut verdict = Verdict { exit: ticked.exit(), ticked, wrong: Vec::new(), notes: Vec::new() };
    let mut wrong = |exit, message: String, fix: String| {
        verdict.exit = verdict.exit.max(exit);
        verdict.wrong.push((message, fix));
    };
    if let Err(trouble) = &checkup.server {
        wrong(Exit::CouldNotTell, trouble.message.clone(), trouble.fix.clone());
    }
    for right in &checkup.rights {
        match &right.allowed {
            Ok(false) if right.need == Need::Everything => wrong(
                Exit::Findings,
                format!("`{}` denies {}: {}", right.cluster, shown(right), right.need.without()),
                "give this user the right with a Role and a RoleBinding; docs/access.md has them".to_owned(),
            ),
            Err(trouble) => wrong(Exit::CouldNotTell, trouble.message.clone(), trouble.fix.clone()),
            Ok(_) => {}
        }
    }
    match &checkup.crd {
        Answer::Got(facts) => {
            for (message, fix) in misfits(facts, target.wants.versions) {
                wrong(Exit::Findings, message, fix);
            }
        }
        Answer::NotAsked => {}
        Answer::Denied(_) => wrong(
            Exit::CouldNotTell,
            "`/openapi/v3` may not be read, so it is not known what the CRD holds".to_owned(),
            "every user may read that by the ClusterRole `system:discovery`; bind it to this user".to_owned(),
        ),
        Answer::Failed(trouble) => wrong(crd_exit(trouble), trouble.message.clone(), trouble.fix.clone()),
    }
    let lacking = checkup.rights.iter().filter(|right| matches!(right.allowed, Ok(false)) && right.need != Need::Everything);
    verdict.notes = lacking.map(|right| format!("without {} {}", shown(right), right.need.without())).collect();
    verdict.notes.extend(prerequisites.note());
    if target.wants.namespaces.is_empty() {
        verdict.notes.push("no ring names a namespace in this cluster, so no rights were asked for".to_owned());
    }
    verdict
}

/// A CRD that is not there is known; one that could not be asked for is not.
fn crd_exit(trouble: &Trouble) -> Exit {
    if trouble.kind == crate::observed::TroubleKind::NoCrd { Exit::Findings } else { Exit::CouldNotTell }
}

fn shown(right: &Right) -> String {
    format!("`{}` on `{}` in namespace `{}`", right.verb, right.resource, right.namespace)
}

/// How a CRD does not fit a CassKop (docs/facts.md, API versions).
fn misfits(facts: &CrdFacts, versions: Versions) -> Vec<(String, String)> {
    let profile = versions.to.profile();
    let wanted = profile.api_version().rsplit('/').next().unwrap_or_default();
    let install =
        format!("install the CRD of CassKop {}: `kubectl apply --server-side` it, since Helm never upgrades CRDs", versions.to);
    let mut found = Vec::new();
    let mut misfit = |message: String| found.push((message, install.clone()));
    if !facts.served.iter().any(|version| version == wanted) {
        misfit(format!("the CRD serves {} and not {wanted}", facts.served.join(", ")));
        return found;
    }
    if profile.status_subresource() && !facts.status_subresource {
        misfit(format!(
            "the CRD has no status subresource: CassKop {} cannot write its status and stays at Initializing",
            versions.to
        ));
    }
    if !profile.status_subresource() && facts.status_subresource {
        misfit(format!(
            "the CRD has the status subresource: a seed list in the manifest is dropped before CassKop {} sees it",
            versions.to
        ));
    }
    if !facts.prunes.is_empty() {
        let paths: Vec<_> = facts.prunes.iter().map(|path| format!("`{path}`")).collect();
        misfit(format!(
            "the CRD is older than CassKop {}: the API server drops {} without a word",
            versions.to,
            paths.join(", ")
        ));
    }
    found
}

fn text(all: &[Checked<'_>], dumps: &[(ClusterName, std::path::PathBuf)]) -> String {
    let mut table = table(["CLUSTER", "SERVER", "LATENCY", "CASSKOP", "CRD", "RIGHTS", "PREREQUISITES", "RESULT"]);
    for Checked { target, checkup, verdict } in all {
        let (version, latency) = match &checkup.server {
            Ok(server) => (terminal(&server.version).into_owned(), format!("{} ms", server.latency.as_millis())),
            Err(trouble) => (trouble.kind.as_str().to_owned(), "-".to_owned()),
        };
        let crd = checkup.crd.got().map_or_else(|| "-".to_owned(), crd_words);
        let allowed = checkup.rights.iter().filter(|right| matches!(right.allowed, Ok(true))).count();
        let rights = if checkup.rights.is_empty() { "-".to_owned() } else { format!("{allowed} of {}", checkup.rights.len()) };
        let (versions, ticked) = (casskop(Some(target.wants.versions)), verdict.ticked.words());
        let result = result(verdict.exit).to_owned();
        table.add_row([target.cluster.to_string(), version, latency, versions, crd, rights, ticked, result]);
    }
    for (cluster, path) in dumps {
        let dump = format!("dump {}", terminal(&super::locate::shown(path)));
        let none = || "-".to_owned();
        table.add_row([cluster.to_string(), dump, none(), none(), none(), none(), none(), "not asked".to_owned()]);
    }
    let mut text = lines(&table);
    for Checked { target, verdict, .. } in all {
        let ticked = verdict.ticked.text();
        if verdict.wrong.is_empty() && verdict.notes.is_empty() && ticked.is_empty() {
            continue;
        }
        let _ = write!(text, "\n{}:\n", target.cluster);
        for (message, fix) in &verdict.wrong {
            let _ = write!(text, "  {}\n    help: {}\n", terminal(message), terminal(fix));
        }
        for note in &verdict.notes {
            let _ = writeln!(text, "  note: {}", terminal(note));
        }
        text += &ticked;
    }
    text
}

fn crd_words(facts: &CrdFacts) -> String {
    let with = [(facts.status_subresource, "status"), (facts.env_vars, "envVars")];
    let with: Vec<_> = with.into_iter().filter_map(|(has, word)| has.then_some(word)).collect();
    let served = terminal(&facts.served.join(", ")).into_owned();
    if with.is_empty() { served } else { format!("{served}, with {}", with.join(", ")) }
}

const fn result(exit: Exit) -> &'static str {
    match exit {
        Exit::Clean => "fits",
        Exit::Findings | Exit::BadInput => "does not fit",
        Exit::CouldNotTell | Exit::Internal => "could not tell",
    }
}

fn as_json(all: &[Checked<'_>]) -> Json {
    let trouble = |trouble: &Trouble| json!({"reason": trouble.kind.as_str(), "message": trouble.message, "fix": trouble.fix});
    let right = |right: &Right| {
        json!({
            "cluster": right.cluster,
            "verb": right.verb,
            "resource": right.resource,
            "namespace": right.namespace,
            "required": right.need == Need::Everything,
            "allowed": right.allowed.as_ref().ok(),
        })
    };
    let clusters = all.iter().map(|Checked { target, checkup, verdict }| {
        json!({
            "name": checkup.cluster,
            "reachedBy": target.way.words(),
            "casskopVersion": {"from": target.wants.versions.from.to_string(), "to": target.wants.versions.to.to_string()},
            "reachable": checkup.server.is_ok(),
            "serverVersion": checkup.server.as_ref().ok().map(|server| &server.version),
            "latencyMilliseconds": checkup.server.as_ref().ok().map(|server| u64::try_from(server.latency.as_millis()).unwrap_or(u64::MAX)),
            "trouble": checkup.server.as_ref().err().map(trouble),
            "rights": checkup.rights.iter().map(right).collect::<Json>(),
            "crd": checkup.crd.got().map(|facts| json!({
                "served": facts.served,
                "statusSubresource": facts.status_subresource,
                "envVars": facts.env_vars,
                "prunes": facts.prunes,
            })),
            "result": result(verdict.exit),
            "problems": verdict.wrong.iter().map(|(message, fix)| json!({"message": message, "fix": fix})).collect::<Json>(),
            "notes": verdict.notes,
            "prerequisites": verdict.ticked.as_json(),
        })
    });
    document("ClusterCheckReport", json!({ "clusters": clusters.collect::<Json>() }))
}
