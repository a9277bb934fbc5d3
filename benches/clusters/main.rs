//! How `drift` does over many clusters, beside `kubectl diff`: times, requests,
//! bytes, CPU and memory, against stub API servers with TLS and a latency.
//!
//! `cargo bench --bench clusters` prints the tables of `docs/performance.md`. It
//! asserts nothing about time: machines differ. What does not depend on the
//! machine is tested in `tests/live_requests.rs`. It needs GNU time, and `kubectl`
//! for the last table; `KUBECTL` names another one.

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used, reason = "a program that measures")]
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "figures for people")]

mod measure;
#[path = "../../tests/stub/mod.rs"]
mod stub;

use std::process::Command;
use std::time::{Duration, Instant};

use measure::{Run, median, run};
use multicasskop::live::{Limits, Target, Wants, Way, block_on, look_all};
use multicasskop::names::{ClusterName, Namespace};
use multicasskop::observed::Look;
use multicasskop::schema::{Release, Versions};
use stub::{Counts, Manner, NAMESPACE, Site};

/// What each server waits before it answers a request.
const LATENCY: Duration = Duration::from_millis(50);
/// Runs of which the median is told.
const RUNS: usize = 5;
/// So many clusters are asked at once, by both programs.
const AT_ONCE: &str = "64";

fn main() {
    let site = many_clusters();
    one_dead_cluster();
    beside_kubectl(&site);
}

fn answers(_: usize) -> Manner {
    Manner::Answers(LATENCY)
}

/// What was asked of all servers together.
fn asked(site: &Site) -> Counts {
    let mut all = Counts::default();
    for counts in site.servers.iter().map(stub::Stub::take) {
        all.connections += counts.connections;
        all.bytes += counts.bytes;
        all.requests.extend(counts.requests);
    }
    all
}

/// The median of some runs, and what was asked in one of them.
fn repeated(site: &Site, runs: usize, command: &Command) -> (Run, Counts) {
    asked(site);
    let mut counts = Counts::default();
    let runs = (0..runs).map(|_| {
        let run = run(command);
        counts = asked(site);
        // 1: one cluster in ten was edited.
        assert!(matches!(run.code, 0 | 1), "{}: {}", run.code, run.said);
        run
    });
    let run = median(runs.collect());
    (run, counts)
}

/// The first table; gives the site of 100 clusters.
fn many_clusters() -> Site {
    println!("## multicasskop drift\n");
    println!("clusters | time | to one cluster | requests | connections | KB | CPU | peak memory");
    println!("---|---|---|---|---|---|---|---");
    let (mut one, mut hundred) = (None, None);
    for (clusters, runs) in [(1, RUNS), (10, RUNS), (100, RUNS), (1000, 3)] {
        let site = Site::new(clusters, answers);
        let mut drift = site.command("multicasskop");
        drift.args(["drift", "--at-once", AT_ONCE]);
        let (run, counts) = repeated(&site, runs, &drift);
        let one = *one.get_or_insert(run.took);
        println!(
            "{clusters} | {} ms | {:.1} | {} | {} | {} | {} ms | {:.1} MB",
            run.took.as_millis(),
            run.took.as_secs_f64() / one.as_secs_f64(),
            counts.requests.len(),
            counts.connections,
            counts.bytes / 1000,
            run.cpu.as_millis(),
            run.memory as f64 / 1e6,
        );
        if clusters == 100 {
            hundred = Some(site);
        }
    }
    hundred.unwrap()
}

/// When each row is there, with a dead cluster among a hundred and without one.
fn one_dead_cluster() {
    println!("\n## One dead cluster of 100\n");
    println!("cluster 0 | half of the others | all others | cluster 0 itself");
    println!("---|---|---|---");
    for (what, manner) in [("answers", answers(0)), ("refuses", Manner::Refuses), ("hangs", Manner::Hangs)] {
        let site = Site::new(100, |at| if at == 0 { manner } else { answers(at) });
        let (mut others, mut first) = (Vec::new(), None);
        let targets = (0..100).map(|at| target(&site, at)).collect();
        let start = Instant::now();
        let arrived = |look: &Look| {
            if look.cluster.as_str() == stub::cluster(0) {
                first = Some(start.elapsed());
            } else {
                others.push(start.elapsed());
            }
        };
        block_on(look_all(targets, &Limits::default(), arrived)).unwrap();
        let (half, all) = (others[others.len() / 2], others.last().unwrap());
        println!("{what} | {} ms | {} ms | {} ms", half.as_millis(), all.as_millis(), first.unwrap().as_millis());
    }
}

fn target(site: &Site, at: usize) -> Target {
    let wants = Wants::clusters(Versions::one(Release::NEWEST), [Namespace::new(NAMESPACE).unwrap()]);
    let way = Way::Kubeconfig { file: site.path("kubeconfig"), context: Some(stub::cluster(at)) };
    Target { cluster: ClusterName::new(&stub::cluster(at)).unwrap(), way, wants }
}

/// The same objects with `kubectl diff`, a process for each context, so many at once.
fn beside_kubectl(site: &Site) {
    println!("\n## Beside kubectl diff, 100 clusters\n");
    let kubectl = std::env::var("KUBECTL").unwrap_or_else(|_| "kubectl".to_owned());
    let Ok(version) = Command::new(&kubectl).args(["version", "--client"]).output() else {
        println!("skipped: there is no `{kubectl}`");
        return;
    };
    println!("{}\n", String::from_utf8_lossy(&version.stdout).lines().next().unwrap_or_default());
    let clusters = site.servers.len();
    let contexts: String = (0..clusters).map(|at| stub::cluster(at) + "\n").collect();
    std::fs::write(site.path("contexts"), contexts).unwrap();
    std::fs::create_dir(site.path("only")).unwrap();
    for at in 0..clusters {
        let only = site.path("only").join(stub::cluster(at)).with_extension("yaml");
        std::fs::copy(site.path(&Site::rendered(at).to_string_lossy()), only).unwrap();
    }
    let mut drift = site.command("multicasskop");
    drift.args(["drift", "--at-once", AT_ONCE]);
    let mut diff = site.command("sh");
    let each = format!("{kubectl} --context {{}} diff -f only/{{}}.yaml || [ $? = 1 ]");
    diff.args(["-c", &format!("xargs -a contexts -P {AT_ONCE} -I{{}} sh -c '{each}'")]);
    let mut cold = site.command("sh");
    cold.args(["-c", &format!("rm -rf .kube; xargs -a contexts -P {AT_ONCE} -I{{}} sh -c '{each}'")]);
    println!("what | time | to drift | requests | KB | CPU | peak memory of one process");
    println!("---|---|---|---|---|---|---");
    let mut ours = None;
    for (what, command) in
        [("drift", &drift), ("kubectl diff, discovery not cached", &cold), ("kubectl diff, discovery cached", &diff)]
    {
        let (run, counts) = repeated(site, 3, command);
        let ours = *ours.get_or_insert(run.took);
        println!(
            "{what} | {} ms | {:.1} | {} | {} | {} ms | {:.1} MB",
            run.took.as_millis(),
            run.took.as_secs_f64() / ours.as_secs_f64(),
            counts.requests.len(),
            counts.bytes / 1000,
            run.cpu.as_millis(),
            run.memory as f64 / 1e6,
        );
    }
}
