//! What is written to GitHub, against a stub of its REST API.

#![cfg(test)]
#![allow(clippy::disallowed_methods, reason = "the tests serve a stub")]

mod stub;

use std::collections::BTreeSet;
use std::time::Duration;

use multicasskop::github::{Client, Comment, Commented, Issue, Issued, Patience, Problem, ProblemKind, Repository, RunId, Text};
use multicasskop::report::Marker;
use stub::{Fault, Stub, TOKEN, VIEWER};

fn client(stub: &Stub) -> Client {
    let patience = Patience { backoff: Duration::from_millis(5), limit: Duration::from_secs(3), ..Patience::default() };
    Client::new(&stub.address, TOKEN.to_owned(), patience).unwrap()
}

fn repository() -> Repository {
    Repository::new("o/r").unwrap()
}

fn run(run: u64) -> RunId {
    RunId { run, attempt: 1 }
}

fn comment(stub: &Stub, number: u64, body: &str) -> Result<Commented, Problem> {
    let marker = Marker::new("render", "fleet.yaml");
    let text = Text { marker: &marker, run: run(number), body, short: "short" };
    let comment = Comment { text, worth_it: body != "clean" };
    let done = client(stub).comment(&repository(), 7, &comment);
    if let Err(problem) = &done {
        assert!(!format!("{problem} {problem:?}").contains(TOKEN));
    }
    done
}

fn issue(stub: &Stub, number: u64, findings: &[&str]) -> Result<Issued, Problem> {
    let marker = Marker::new("drift", "fleet.yaml");
    let words: BTreeSet<_> = findings.iter().map(|word| (*word).to_owned()).collect();
    let (title, body) = (format!("{} findings", findings.len()), format!("found: {}", findings.join(", ")));
    let clean = findings.is_empty();
    let issue = Issue {
        text: Text { marker: &marker, run: run(number), body: &body, short: "it is clean" },
        label: "drift",
        title: &title,
        findings: &words,
        clean,
    };
    client(stub).issue(&repository(), &issue)
}

#[test]
fn one_comment_is_made_changed_and_left_alone() {
    let stub = Stub::start();
    stub.comment("somebody", "hello");
    assert_eq!(comment(&stub, 1, "clean"), Ok(Commented::Nothing));
    assert_eq!(comment(&stub, 1, "two findings"), Ok(Commented::Made));
    assert_eq!(comment(&stub, 2, "one finding"), Ok(Commented::Changed));
    assert_eq!(comment(&stub, 3, "one finding"), Ok(Commented::Same));
    assert_eq!(comment(&stub, 4, "clean"), Ok(Commented::Changed));
    assert_eq!(stub.bodies(), ["hello", "<!-- multicasskop:render:fleet.yaml run=4.1 -->\nclean"]);
    assert_eq!((stub.count("POST"), stub.count("PATCH"), stub.count("DELETE")), (1, 2, 0));
}

#[test]
fn somebody_elses_comment_with_our_marker_is_not_touched() {
    let stub = Stub::start();
    let copy = "<!-- multicasskop:render:fleet.yaml run=1.1 -->\nmine";
    stub.comment("somebody", copy);
    assert_eq!(comment(&stub, 2, "found"), Ok(Commented::Made));
    assert_eq!(stub.bodies()[0], copy);
}

#[test]
fn the_comment_is_found_on_any_page() {
    let stub = Stub::start();
    (0..250).for_each(|_| _ = stub.comment("somebody", "hello"));
    stub.comment(VIEWER, "<!-- multicasskop:render:fleet.yaml run=1.1 -->\nold");
    assert_eq!(comment(&stub, 2, "new"), Ok(Commented::Changed));
    assert_eq!(stub.count("POST"), 0);
}

#[test]
fn two_runs_at_once_leave_one_comment_with_what_the_later_says() {
    for (other, kept) in [(5, "theirs"), (1, "ours")] {
        let stub = Stub::start();
        let body = format!("<!-- multicasskop:render:fleet.yaml run={other}.1 -->\ntheirs");
        stub.state().meanwhile = Some(serde_json::json!({"body": body, "user": {"login": VIEWER}}));
        comment(&stub, 3, "ours").unwrap();
        let bodies = stub.bodies();
        assert!(bodies.len() == 1 && bodies[0].ends_with(kept), "{bodies:?}");
    }
}

#[test]
fn really_two_runs_at_once_leave_one_comment() {
    let stub = Stub::start();
    std::thread::scope(|scope| {
        for number in 1..=4 {
            let stub = &stub;
            scope.spawn(move || comment(stub, number, &format!("run {number}")));
        }
    });
    // Whatever happened in between, the next run leaves one.
    comment(&stub, 9, "last").unwrap();
    assert_eq!(stub.bodies(), ["<!-- multicasskop:render:fleet.yaml run=9.1 -->\nlast"]);
}

#[test]
fn an_earlier_run_that_comes_late_does_not_overwrite() {
    let stub = Stub::start();
    assert_eq!(comment(&stub, 9, "new"), Ok(Commented::Made));
    assert_eq!(comment(&stub, 8, "old"), Ok(Commented::Overtaken));
    assert!(stub.bodies()[0].ends_with("new"));
}

#[test]
fn a_token_of_a_fork_is_denied_and_says_what_is_missing() {
    let stub = Stub::start();
    stub.state().read_only = true;
    let problem = comment(&stub, 1, "found").unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Denied);
    assert!(problem.message.contains("not accessible") && problem.fix().contains("pull-requests: write"), "{problem:?}");
    assert_eq!(stub.count("POST"), 1, "a denial is not repeated");
}

#[test]
fn a_body_that_is_too_long_is_told_in_short() {
    let stub = Stub::start();
    stub.state().longest = Some(100);
    assert_eq!(comment(&stub, 1, &"x".repeat(200)), Ok(Commented::Made));
    assert!(stub.bodies()[0].ends_with("short"));
}

#[test]
fn what_a_server_did_not_do_is_asked_for_again() {
    let faults = [
        Fault::Status(500, vec![], "oops"),
        Fault::Status(502, vec![], ""),
        Fault::Cut,
        Fault::Status(429, vec![("retry-after", "0".to_owned())], "slow down"),
    ];
    let stub = Stub::start();
    stub.state().faults = faults.into();
    assert_eq!(comment(&stub, 1, "found"), Ok(Commented::Made));
    assert_eq!((stub.bodies().len(), stub.count("POST")), (1, 5));
}

#[test]
fn it_waits_as_long_as_github_asks_but_not_for_ever() {
    let stub = Stub::start();
    let limit = |seconds: &str| Fault::Status(403, vec![("retry-after", seconds.to_owned())], "secondary rate limit");
    stub.state().faults = [limit("1")].into();
    let start = std::time::Instant::now();
    assert_eq!(comment(&stub, 1, "found"), Ok(Commented::Made));
    assert!(start.elapsed() >= Duration::from_secs(1), "it waited");
    stub.state().faults = [limit("3600")].into();
    let problem = comment(&stub, 2, "other").unwrap_err();
    assert!(problem.kind == ProblemKind::Limited && problem.message.contains("3600 s"), "{problem:?}");
    let silent = |status| Fault::Status(status, vec![], "You have exceeded a secondary rate limit. Please wait a few minutes");
    for status in [403, 429] {
        stub.state().faults = [silent(status)].into();
        let problem = comment(&stub, 2, "other").unwrap_err();
        assert!(problem.kind == ProblemKind::Limited && problem.message.contains("60 s"), "{status}: {problem:?}");
    }
    let used_up = vec![("x-ratelimit-remaining", "0".to_owned()), ("x-ratelimit-reset", "1".to_owned())];
    stub.state().faults = [Fault::Status(403, used_up, "API rate limit exceeded")].into();
    assert_eq!(comment(&stub, 3, "other"), Ok(Commented::Changed));
}

#[test]
fn nobody_there_is_a_failure_without_secrets() {
    let patience = Patience { backoff: Duration::from_millis(1), ..Patience::default() };
    let client = Client::new("http://127.0.0.1:9", TOKEN.to_owned(), patience).unwrap();
    let marker = Marker::new("render", "fleet.yaml");
    let text = Text { marker: &marker, run: run(1), body: "b", short: "s" };
    let comment = Comment { text, worth_it: true };
    let problem = client.comment(&repository(), 7, &comment).unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Failed);
    assert!(problem.message.contains("cannot be reached") && !problem.message.contains(TOKEN), "{problem:?}");
}

#[test]
fn a_list_that_lags_makes_nothing_twice() {
    let stub = Stub::start();
    stub.state().lags = true;
    assert_eq!(comment(&stub, 1, "found"), Ok(Commented::Made));
    assert_eq!(issue(&stub, 1, &["a"]), Ok(Issued::Opened(2)));
    assert_eq!((stub.bodies().len(), stub.state().issues.len()), (1, 1));
}

#[test]
fn an_issue_lives_over_three_nights() {
    let stub = Stub::start();
    assert_eq!(issue(&stub, 1, &[]), Ok(Issued::Nothing));
    assert_eq!(issue(&stub, 2, &["a"]), Ok(Issued::Opened(1)));
    assert_eq!(issue(&stub, 3, &["a"]), Ok(Issued::Same(1)));
    assert_eq!(issue(&stub, 4, &["a", "b"]), Ok(Issued::Changed(1)));
    assert_eq!(issue(&stub, 3, &[]), Ok(Issued::Overtaken(1)), "an old run closes nothing");
    assert_eq!(issue(&stub, 5, &["b"]), Ok(Issued::Changed(1)));
    assert_eq!(issue(&stub, 6, &[]), Ok(Issued::Closed(1)));
    assert_eq!(issue(&stub, 7, &["c"]), Ok(Issued::Opened(2)), "it is another one");
    let state = stub.state();
    let first = &state.issues[0];
    assert_eq!(
        (&first["state"], &first["labels"], &first["title"]),
        (&"closed".into(), &serde_json::json!(["drift"]), &"1 findings".into())
    );
    let said: Vec<_> = first["said"].as_array().unwrap().iter().map(|said| said.as_str().unwrap()).collect();
    assert_eq!(said, ["1 finding is new since the last report. The text above is up to date.", "it is clean"]);
}

#[test]
fn two_issues_become_one() {
    let stub = Stub::start();
    issue(&stub, 1, &["a"]).unwrap();
    let copy = {
        let mut copy = stub.state().issues[0].clone();
        copy["number"] = 99.into();
        copy
    };
    stub.state().issues.push(copy);
    assert_eq!(issue(&stub, 2, &["a", "b"]), Ok(Issued::Changed(1)));
    assert_eq!(stub.state().issues[1]["state"], "closed");
}
