//! The GitHub Action, run as a runner runs it: its steps come out of `action.yml`,
//! GitHub is a stub on loopback.

#![cfg(test)]
#![allow(clippy::disallowed_methods, reason = "the tests start programs and look at files")]

mod install;
#[path = "../common/planted.rs"]
mod planted;
mod release;
mod runner;
#[path = "../github/stub.rs"]
mod stub;

use std::path::Path;

use runner::{Job, Ran};
use serde_json::json;
use stub::{Fault, Stub, TOKEN};

/// A job in a repository with the demo.
fn job(stub: &Stub) -> Job {
    let mut job = Job::new();
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    let mut folders = vec![demo.clone()];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                job.write(&path.strip_prefix(&demo).unwrap().display().to_string(), &std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    job.variables.insert("TOKEN".to_owned(), TOKEN.to_owned());
    job.variables.insert("GITHUB_API_URL".to_owned(), stub.address.clone());
    job
}

fn pull_request(job: &mut Job, from: &str) {
    let side = |name: &str| json!({"repo": {"full_name": name}});
    job.event(&json!({"pull_request": {"number": 7, "head": side(from), "base": side("o/r")}}));
}

fn change(job: &Job, file: &str, from: &str, to: &str) {
    let text = job.read(file);
    assert!(text.contains(from), "{file} has no {from}");
    job.write(file, &text.replace(from, to));
}

/// Nothing secret may be in anything that others can read.
fn no_secret(ran: &Ran, stub: &Stub) {
    let all = format!("{ran:?}{:?}{:?}", stub.bodies(), stub.state().issues);
    crate::planted::assert_none("what GitHub and the log were told", &all);
}

#[test]
fn a_clean_pull_request_has_no_comment() {
    let stub = Stub::start();
    let mut job = job(&stub);
    pull_request(&mut job, "o/r");
    let ran = job.uses(&[]);
    assert_eq!((ran.code, ran.outputs["exit-code"].as_str(), ran.outputs["findings"].as_str()), (0, "0", "0"), "{}", ran.log);
    assert!(stub.bodies().is_empty() && !ran.log.contains("::error"), "{}", ran.log);
    assert!(ran.summary.contains("demo"), "{}", ran.summary);
    for report in ["json", "markdown", "html", "sarif"] {
        assert!(Path::new(&ran.outputs[report]).is_file(), "{report}");
    }
    no_secret(&ran, &stub);
}

#[test]
fn a_pull_request_gets_annotations_and_one_comment_that_is_kept_up_to_date() {
    let stub = Stub::start();
    let mut job = job(&stub);
    pull_request(&mut job, "o/r");
    let rendered = job.read("clusters/k8s-cluster1/cassandra-demo.yaml");
    change(&job, "rings/cassandra-demo.yaml", "4.0.13", "4.0.14");
    let ran = job.uses(&[]);
    assert_eq!((ran.code, ran.outputs["exit-code"].as_str()), (1, "1"), "{}", ran.log);
    let [made] = &stub.bodies()[..] else { panic!("{:?}", stub.bodies()) };
    assert!(made.starts_with("<!-- multicasskop:check:demo run=1001.1 -->\n") && made.contains("4.0.14"), "{made}");
    assert!(ran.log.contains("::error") && ran.summary.contains("4.0.14"), "{}", ran.log);
    // What is mended is said in the same comment.
    job.uses(&[]);
    assert_eq!((stub.bodies().len(), stub.count("POST")), (1, 1));
    change(&job, "rings/cassandra-demo.yaml", "4.0.14", "4.0.13");
    assert_eq!(job.read("clusters/k8s-cluster1/cassandra-demo.yaml"), rendered);
    let ran = job.uses(&[]);
    let [mended] = &stub.bodies()[..] else { panic!("{:?}", stub.bodies()) };
    assert!(ran.code == 0 && mended.contains("run=1003.1") && !mended.contains("4.0.14"), "{mended}");
    no_secret(&ran, &stub);
}

#[test]
fn a_fork_gets_summary_and_annotations() {
    let stub = Stub::start();
    stub.state().read_only = true;
    let mut job = job(&stub);
    pull_request(&mut job, "somebody/r");
    change(&job, "rings/cassandra-demo.yaml", "4.0.13", "4.0.14");
    let ran = job.uses(&[]);
    assert!(ran.code == 1 && ran.summary.contains("comes from a fork"), "{}", ran.summary);
    assert!(ran.log.contains("::notice title=multicasskop::this pull request comes from a fork"), "{}", ran.log);
    assert!(stub.bodies().is_empty() && ran.log.contains("::error"));
}

#[test]
fn what_github_does_not_take_does_not_change_the_answer() {
    let stub = Stub::start();
    let mut job = job(&stub);
    pull_request(&mut job, "o/r");
    change(&job, "rings/cassandra-demo.yaml", "4.0.13", "4.0.14");
    stub.state().faults = vec![Fault::Status(403, vec![], "Resource not %0A::error::accessible\nby integration"); 1].into();
    let ran = job.uses(&[]);
    assert!(ran.code == 1 && ran.log.contains("::warning title=multicasskop::the comment could not be written"), "{}", ran.log);
    assert!(!ran.log.lines().any(|line| line.starts_with("::error::accessible")), "{}", ran.log);
    // Too long after all: told in short.
    stub.state().longest = Some(400);
    let ran = job.uses(&[("fail-on-findings", "false")]);
    assert_eq!((ran.code, ran.outputs["exit-code"].as_str()), (0, "1"), "{}", ran.log);
    assert!(stub.bodies()[0].contains("https://github.example/o/r/actions/runs/1002"), "{:?}", stub.bodies());
    // A moment's patience.
    stub.state().longest = None;
    stub.state().faults = vec![Fault::Status(429, vec![("retry-after", "1".to_owned())], "slow down"); 1].into();
    assert!(job.uses(&[]).code == 1 && stub.bodies().len() == 1);
}

#[test]
fn bad_input_is_said_where_it_is_written() {
    let stub = Stub::start();
    let mut job = job(&stub);
    pull_request(&mut job, "o/r");
    job.write("rings/cassandra-demo.yaml", "apiVersion: db.orange.com/v2\nkind: MultiCasskop\nspec: [\n");
    let ran = job.uses(&[]);
    assert_eq!((ran.code, ran.outputs["exit-code"].as_str()), (2, "2"), "{}", ran.log);
    assert!(ran.log.contains("::error file=rings/cassandra-demo.yaml,line=3"), "{}", ran.log);
}

#[test]
fn arguments_are_taken_as_they_are() {
    let stub = Stub::start();
    let mut job = job(&stub);
    let marker = job.file("marker");
    let evil = format!("$(touch {0})\n`touch {0}`\n; touch {0}\n'\"", marker.display());
    let ran = job.uses(&[("args", &evil)]);
    assert!(ran.code == 2 && !marker.exists(), "{}", ran.log);
    let ran = job.uses(&[("args", "--ring\r\nno such ring\n\n"), ("mode", "drift"), ("issue", "false")]);
    assert!(ran.code == 2 && ran.log.contains("no such ring"), "{}", ran.log);
}

#[test]
fn an_issue_lives_over_three_nights_and_findings_keep_their_age() {
    let stub = Stub::start();
    let mut job = job(&stub);
    let mode = [("mode", "drift")];
    let first = job.uses(&mode);
    assert_eq!((first.code, first.outputs["exit-code"].as_str()), (1, "1"), "{}", first.log);
    assert!(first.outputs["drifted-clusters"].starts_with("[\"k8s-cluster"), "{:?}", first.outputs);
    let seen = |ran: &Ran| {
        let report: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&ran.outputs["json"]).unwrap()).unwrap();
        let differences = report["clusters"].as_array().unwrap().iter().flat_map(|cluster| cluster["rings"].as_array().unwrap());
        differences
            .flat_map(|ring| ring["differences"].as_array().unwrap())
            .map(|one| one["firstSeen"].to_string())
            .collect::<Vec<_>>()
    };
    let ages = seen(&first);
    assert!(!ages.is_empty() && ages.iter().all(|age| age != "null"), "{ages:?}");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let second = job.uses(&mode);
    assert_eq!(seen(&second), ages, "the history was kept");
    {
        let issues = &stub.state().issues;
        assert_eq!((issues.len(), &issues[0]["state"]), (1, &json!("open")));
    }
    assert!(second.log.contains("issue #1 is up to date"), "{}", second.log);
    // On the third night the clusters hold what Git says.
    for cluster in ["k8s-cluster1", "k8s-cluster2"] {
        let manifest = job.read(&format!("clusters/{cluster}/cassandra-demo.yaml"));
        job.write(&format!("live/{cluster}.yaml"), &manifest);
    }
    let third = job.uses(&mode);
    assert_eq!((third.code, third.outputs["drifted-clusters"].as_str()), (0, "[]"), "{}", third.log);
    assert_eq!(stub.state().issues[0]["state"], "closed");
    no_secret(&third, &stub);
}

#[test]
fn what_could_not_be_looked_at_closes_no_issue() {
    let stub = Stub::start();
    let mut job = job(&stub);
    job.uses(&[("mode", "drift")]);
    job.write("live/k8s-cluster2.yaml", "kind: [\n");
    let ran = job.uses(&[("mode", "drift")]);
    assert_eq!((ran.code, ran.outputs["exit-code"].as_str()), (3, "3"), "{}", ran.log);
    assert_eq!(stub.state().issues[0]["state"], "open");
}

#[test]
fn a_gate_that_cannot_be_proven_fails_the_job() {
    let stub = Stub::start();
    let mut job = job(&stub);
    let ran = job.uses(&[("mode", "gate"), ("args", "k8s-cluster2\n--timeout\n1m"), ("fail-on-findings", "false")]);
    assert_eq!((ran.code, ran.outputs["exit-code"].as_str(), ran.outputs["findings"].as_str()), (3, "3", "2"), "{}", ran.log);
    assert!(ran.summary.contains("k8s-cluster1") && ran.summary.contains("dump"), "{}", ran.summary);
    assert!(stub.bodies().is_empty() && stub.state().issues.is_empty(), "a gate writes nothing to GitHub");
    let unknown = job.uses(&[("mode", "gate"), ("args", "k8s-cluster9")]);
    assert_eq!(unknown.code, 2, "{}", unknown.log);
}
