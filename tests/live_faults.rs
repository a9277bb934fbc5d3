//! What goes wrong between here and a cluster: what is said about it, and that
//! it stays with the cluster that it concerns.
//!
//! Every fault is a real server on the loopback interface, next to one that works.

#![cfg(test)]
#![allow(clippy::disallowed_methods, reason = "the tests start servers and write kubeconfigs")]

#[path = "common/planted.rs"]
mod planted;
#[path = "common/trace.rs"]
mod trace;

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use multicasskop::live::{Limits, Target, Wants, Way, block_on, look_all};
use multicasskop::names::{ClusterName, Namespace};
use multicasskop::observed::{Answer, Look, Trouble, TroubleKind};
use multicasskop::schema::{Release, Versions};

/// Stands in every kubeconfig, and must stand in nothing that is said.
const TOKEN: &str = "planted-token-1234567890";

const RINGS: &str = r#"{"apiVersion":"db.orange.com/v2","kind":"CassandraClusterList","metadata":{},"items":[{"apiVersion":"db.orange.com/v2","kind":"CassandraCluster","metadata":{"name":"demo","namespace":"db"}}]}"#;

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// A server that does something with every connection; how many there were.
fn serve(what: impl Fn(usize, TcpStream) + Send + Sync + 'static) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = Arc::new(AtomicUsize::new(0));
    let (counted, what) = (Arc::clone(&count), Arc::new(what));
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (number, what) = (counted.fetch_add(1, Ordering::SeqCst), Arc::clone(&what));
            thread::spawn(move || what(number, stream));
        }
    });
    (port, count)
}

/// Reads one request; `None` at the end of the connection.
fn request(stream: &mut TcpStream) -> Option<String> {
    let (mut bytes, mut byte) = (Vec::new(), [0]);
    while !bytes.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        bytes.push(byte[0]);
    }
    String::from_utf8(bytes).ok()
}

/// A server that gives these answers, one for each request, the last one again and again.
fn answering(answers: Vec<String>) -> (u16, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let (port, _) = serve(move |_, mut stream| {
        while let Some(text) = request(&mut stream) {
            assert!(text.contains("user-agent: multicasskop/"), "{text}");
            let at = counted.fetch_add(1, Ordering::SeqCst);
            let answer = answers.get(at).or(answers.last()).unwrap();
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (port, asked)
}

fn good() -> u16 {
    answering(vec![answer("200 OK", "", RINGS)]).0
}

/// Time-outs that a test can wait for.
fn limits() -> Limits {
    let short = Duration::from_millis(600);
    Limits {
        connect: short,
        request: short,
        cluster: Duration::from_secs(2),
        overall: Duration::from_secs(4),
        ..Limits::default()
    }
}

fn kubeconfig(folder: &Path, name: &str, server: &str, user: &str) -> PathBuf {
    let path = folder.join(name);
    let text = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{{name: c, context: {{cluster: c, user: u}}}}]\n\
         clusters: [{{name: c, cluster: {{server: '{server}'}}}}]\nusers: [{{name: u, user: {user}}}]\n"
    );
    std::fs::write(&path, text).unwrap();
    path
}

fn target(name: &str, file: PathBuf) -> Target {
    let wants = Wants::clusters(Versions::one(Release::NEWEST), [Namespace::new("db").unwrap()]);
    Target { cluster: ClusterName::new(name).unwrap(), way: Way::Kubeconfig { file, context: None }, wants }
}

/// Looks at a bad cluster between two good ones; gives what is said of the bad one.
fn trouble_of(server: &str, user: &str) -> (Trouble, Duration) {
    trace::listen();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, port: u16| kubeconfig(folder.path(), name, &format!("http://127.0.0.1:{port}"), "{}");
    let targets = vec![
        target("first", file("first", good())),
        target("bad", kubeconfig(folder.path(), "bad", server, user)),
        target("last", file("last", good())),
    ];
    let (mut order, mut quick) = (Vec::new(), BTreeMap::new());
    let start = Instant::now();
    let looks = block_on(look_all(targets, &limits(), |look: &Look| {
        order.push(look.cluster.to_string());
        quick.insert(look.cluster.to_string(), start.elapsed());
    }))
    .unwrap();
    let took = start.elapsed();
    assert_eq!(looks.iter().map(|look| look.cluster.as_str()).collect::<Vec<_>>(), ["first", "bad", "last"]);
    for (name, look) in [("first", &looks[0]), ("last", &looks[2])] {
        let contents = look.namespaces.values().next().unwrap();
        assert_eq!(contents.clusters.got().map(Vec::len), Some(1), "{name}: {:?}", contents.clusters);
        assert!(quick[name] < Duration::from_millis(1500), "{name} waited {:?}", quick[name]);
    }
    assert_eq!(order.len(), 3);
    planted::assert_none("the look", &format!("{looks:?}"));
    trace::assert_no_secret();
    match &looks[1].namespaces.values().next().unwrap().clusters {
        Answer::Failed(trouble) => (trouble.clone(), took),
        answer => panic!("{answer:?}"),
    }
}

#[track_caller]
fn assert_said(found: &(Trouble, Duration), kind: TroubleKind, message: &str) {
    let (trouble, took) = found;
    assert!(!trouble.fix.is_empty());
    assert_eq!((trouble.kind, masked(&trouble.message).as_str()), (kind, message), "{trouble:?}");
    assert!(*took < Duration::from_secs(3), "{took:?}");
}

/// Without the port, which is another one each time.
fn masked(message: &str) -> String {
    let mut masked = String::new();
    let mut rest = message;
    while let Some(at) = rest.find("127.0.0.1:") {
        let (before, after) = rest.split_at(at + "127.0.0.1:".len());
        masked.push_str(before);
        masked.push_str("PORT");
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    masked + rest
}

fn http(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

#[test]
fn nobody_listens() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let found = trouble_of(&http(port), &format!("{{token: {TOKEN}}}"));
    assert_said(&found, TroubleKind::Unreachable, "127.0.0.1:PORT refuses the connection");
}

#[test]
fn nobody_answers() {
    let (port, _) = serve(|_, stream| {
        thread::sleep(Duration::from_secs(10));
        drop(stream);
    });
    let found = trouble_of(&http(port), "{}");
    assert_said(&found, TroubleKind::Timeout, "127.0.0.1:PORT gave no whole answer within 600 ms");
}

#[test]
fn no_tls_comes_about() {
    let (port, _) = serve(|_, stream| {
        thread::sleep(Duration::from_secs(10));
        drop(stream);
    });
    let found = trouble_of(&format!("https://127.0.0.1:{port}"), "{}");
    assert_eq!(found.0.kind, TroubleKind::Timeout, "{found:?}");
    let (plain, _) = serve(|_, mut stream| drop(stream.write_all(answer("400 Bad Request", "", "").as_bytes())));
    let found = trouble_of(&format!("https://127.0.0.1:{plain}"), "{}");
    assert_said(&found, TroubleKind::Certificate, "no TLS connection with 127.0.0.1:PORT comes about");
}

#[test]
fn an_answer_comes_byte_by_byte() {
    let (port, _) = serve(|_, mut stream| {
        request(&mut stream);
        for byte in answer("200 OK", "", RINGS).bytes() {
            if stream.write_all(&[byte]).is_err() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
    });
    let found = trouble_of(&http(port), "{}");
    assert_said(&found, TroubleKind::Timeout, "127.0.0.1:PORT gave no whole answer within 600 ms");
}

#[test]
fn an_answer_is_cut_off() {
    let (port, count) = serve(|_, mut stream| {
        request(&mut stream);
        let whole = answer("200 OK", "", RINGS);
        let _ = stream.write_all(&whole.as_bytes()[..whole.len() - 40]);
    });
    let found = trouble_of(&http(port), "{}");
    assert_said(&found, TroubleKind::Garbage, "127.0.0.1:PORT gave an answer that was cut off or damaged");
    assert_eq!(count.load(Ordering::SeqCst), 4, "it is asked again three times");
}

#[test]
fn the_connection_breaks_before_the_answer() {
    let (port, _) = serve(|_, mut stream| drop(request(&mut stream)));
    let found = trouble_of(&http(port), "{}");
    assert_said(&found, TroubleKind::Unreachable, "127.0.0.1:PORT broke off the connection");
}

#[test]
fn something_else_answers() {
    let html = format!("<html>Sign in {TOKEN}</html>");
    let (port, count) = answering(vec![answer("200 OK", "", &html)]);
    assert_said(&trouble_of(&http(port), "{}"), TroubleKind::Garbage, "127.0.0.1:PORT gave an answer that is no JSON");
    assert_eq!(count.load(Ordering::SeqCst), 1, "that will not pass");
    let (port, _) = serve(|_, mut stream| drop(stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n")));
    let found = trouble_of(&http(port), "{}");
    assert!(matches!(found.0.kind, TroubleKind::Garbage | TroubleKind::Unreachable), "{found:?}");
}

#[test]
fn the_server_is_in_trouble() {
    let (port, count) = answering(vec![answer("500 Internal Server Error", "", &format!("etcd is down {TOKEN}"))]);
    let found = trouble_of(&http(port), "{}");
    assert_said(&found, TroubleKind::Server, "127.0.0.1:PORT answers 500, and not in Kubernetes' words");
    assert_eq!(count.load(Ordering::SeqCst), 4);
}

#[test]
fn the_credentials_are_not_accepted() {
    let body =
        r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}"#;
    let (port, count) = answering(vec![answer("401 Unauthorized", "", body)]);
    let found = trouble_of(&http(port), &format!("{{token: {TOKEN}}}"));
    assert_said(&found, TroubleKind::Unauthenticated, "127.0.0.1:PORT does not accept the credentials (401)");
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

/// What one cluster says whose server gives these answers.
fn rings_of(answers: Vec<String>) -> (Answer<usize>, usize, Duration) {
    let folder = tempfile::tempdir().unwrap();
    let (port, count) = answering(answers);
    let targets = vec![target("one", kubeconfig(folder.path(), "one", &http(port), "{}"))];
    let start = Instant::now();
    let looks = block_on(look_all(targets, &limits(), |_| {})).unwrap();
    planted::assert_none("the look", &format!("{looks:?}"));
    let found = match looks[0].namespaces.values().next().unwrap().clusters.clone() {
        Answer::Got(items) => Answer::Got(items.len()),
        Answer::NotAsked => Answer::NotAsked,
        Answer::Denied(denied) => Answer::Denied(denied),
        Answer::Failed(trouble) => Answer::Failed(trouble),
    };
    (found, count.load(Ordering::SeqCst), start.elapsed())
}

#[test]
fn what_passes_is_tried_again_and_a_wish_to_wait_is_kept() {
    let busy = |wait: &str| answer("429 Too Many Requests", &format!("Retry-After: {wait}\r\n"), "");
    let good = || answer("200 OK", "", RINGS);
    let (found, count, _) = rings_of(vec![good()]);
    assert_eq!((found, count), (Answer::Got(1), 1), "one request");
    let (found, count, took) = rings_of(vec![busy("1"), good()]);
    assert_eq!((found, count), (Answer::Got(1), 2));
    assert!(took >= Duration::from_secs(1), "{took:?}");
    let (found, count, _) = rings_of(vec![answer("503 Service Unavailable", "", ""), answer("502 Bad Gateway", "", ""), good()]);
    assert_eq!((found, count), (Answer::Got(1), 3));
    // Nobody waits longer than there is time.
    let (found, count, took) = rings_of(vec![busy("1000"), good()]);
    assert!(matches!(&found, Answer::Failed(trouble) if trouble.message.contains("overloaded")), "{found:?}");
    assert_eq!(count, 1);
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[test]
fn all_together_take_no_longer_than_they_may() {
    let folder = tempfile::tempdir().unwrap();
    let (port, _) = serve(|_, stream| {
        thread::sleep(Duration::from_secs(10));
        drop(stream);
    });
    let hang = kubeconfig(folder.path(), "hang", &http(port), "{}");
    let targets = ["a", "b", "c", "d"].map(|name| target(name, hang.clone()));
    let limits = Limits { overall: Duration::from_millis(1500), at_once: 1, ..limits() };
    let start = Instant::now();
    let looks = block_on(look_all(targets.to_vec(), &limits, |_| {})).unwrap();
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!(looks.len(), 4);
    for look in looks {
        let contents = look.namespaces.into_values().next().unwrap();
        assert!(matches!(&contents.clusters, Answer::Failed(trouble) if trouble.kind == TroubleKind::Timeout), "{contents:?}");
    }
}

#[test]
fn credentials_that_cannot_be_had() {
    let folder = tempfile::tempdir().unwrap();
    let script = |name: &str, text: &str| {
        use std::os::unix::fs::PermissionsExt as _;
        let path = folder.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path.display().to_string()
    };
    let exec =
        |command: &str| format!("{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: {command}, args: [{TOKEN}]}}}}");
    let server = http(good());
    let said = |command: &str| trouble_of(&server, &exec(command)).0;
    for (command, message) in [
        ("no-such-plugin-here".to_owned(), "cannot be started: there is no such file"),
        (script("fails", &format!("echo {TOKEN}; echo {TOKEN} >&2; exit 7")), "failed with exit code 7"),
        (script("babbles", &format!("echo '{{\"status\": {TOKEN}'")), "printed no ExecCredential with a status"),
    ] {
        let trouble = said(&command);
        assert_eq!(trouble.kind, TroubleKind::Unauthenticated);
        assert!(trouble.message.ends_with(message), "{trouble:?}");
    }
    // It gets no answer from the keyboard, and no more time than there is.
    let trouble = said(&script("asks", "read answer; exit 9"));
    assert!(trouble.message.ends_with("failed with exit code 9"), "{trouble:?}");
    let (trouble, took) = trouble_of(&server, &exec(&script("hangs", "sleep 20")));
    assert_eq!(trouble.kind, TroubleKind::Timeout, "{trouble:?}");
    assert!(took < Duration::from_secs(3), "{took:?}");
    let trouble = trouble_of(&server, "{tokenFile: gone}").0;
    assert!(trouble.message.contains("the token file") && trouble.message.ends_with("there is no such file"), "{trouble:?}");
}
