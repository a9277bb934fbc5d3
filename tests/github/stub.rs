//! A stub of GitHub's REST API on loopback: comments and issues of one repository
//! in memory, with faults that a test orders.

#![cfg(test)]
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value as Json, json};

/// The token that the stub knows, planted to be looked for in all outputs.
pub(crate) const TOKEN: &str = "ghs_planted0secret0token";
/// Whose it is.
pub(crate) const VIEWER: &str = "github-actions[bot]";

/// What goes wrong at a request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// This status, with these headers and this message.
    Status(u16, Vec<(&'static str, String)>, &'static str),
    /// The connection is closed before an answer.
    Cut,
}

/// What the repository holds, and what was asked.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) comments: Vec<Json>,
    pub(crate) issues: Vec<Json>,
    /// `METHOD path` of each request that changes something or lists.
    pub(crate) asked: Vec<String>,
    /// Faults of the next requests that change something, one each.
    pub(crate) faults: VecDeque<Fault>,
    /// Whether lists do not show yet what there is.
    pub(crate) lags: bool,
    /// Whether the token may only read.
    pub(crate) read_only: bool,
    /// The longest body that is taken.
    pub(crate) longest: Option<usize>,
    /// A comment that a run at the same time makes right after ours.
    pub(crate) meanwhile: Option<Json>,
    next: u64,
}

/// The stub; ends with the test.
pub(crate) struct Stub {
    pub(crate) address: String,
    state: Arc<Mutex<State>>,
}

impl Stub {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { next: 1, ..State::default() }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        Self { address, state }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Puts a comment there.
    pub(crate) fn comment(&self, author: &str, body: &str) -> u64 {
        let mut state = self.state();
        let id = state.number();
        state.comments.push(json!({"id": id, "body": body, "user": {"login": author}}));
        id
    }

    /// The bodies of all comments in the pull request.
    pub(crate) fn bodies(&self) -> Vec<String> {
        self.state().comments.iter().map(|comment| comment["body"].as_str().unwrap().to_owned()).collect()
    }

    /// How many requests of a method there were.
    pub(crate) fn count(&self, method: &str) -> usize {
        self.state().asked.iter().filter(|asked| asked.starts_with(method)).count()
    }
}

impl State {
    fn number(&mut self) -> u64 {
        let number = self.next;
        self.next += 1;
        number
    }
}

/// Status, headers, body.
type Reply = (u16, Vec<(&'static str, String)>, Json);

fn serve(mut stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut first = String::new();
    if reader.read_line(&mut first).unwrap_or(0) == 0 {
        return;
    }
    let (mut length, mut token) = (0, String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "authorization" => value.trim_start_matches("Bearer ").clone_into(&mut token),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut words = first.split_whitespace();
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let body: Json = serde_json::from_slice(&body).unwrap_or_default();
    let reply = if token == TOKEN {
        answer(&mut state.lock().unwrap(), method, path, &body)
    } else {
        Some(message(401, "Bad credentials"))
    };
    let Some((status, headers, json)) = reply else { return };
    let text = if json.is_null() { String::new() } else { json.to_string() };
    let headers = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect::<Vec<_>>().concat();
    let head = format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n", text.len());
    let _ = stream.write_all((head + &text).as_bytes());
}

fn message(status: u16, text: &str) -> Reply {
    (status, Vec::new(), json!({ "message": text }))
}

fn answer(state: &mut State, method: &str, path: &str, body: &Json) -> Option<Reply> {
    if path == "/graphql" {
        return Some((200, Vec::new(), json!({"data": {"viewer": {"login": VIEWER}}})));
    }
    state.asked.push(format!("{method} {path}"));
    if method != "GET" {
        match state.faults.pop_front() {
            Some(Fault::Cut) => return None,
            Some(Fault::Status(status, headers, text)) => return Some((status, headers, json!({ "message": text }))),
            None => {}
        }
        if state.read_only {
            return Some(message(403, "Resource not accessible by integration"));
        }
        let long = body["body"].as_str().is_some_and(|text| state.longest.is_some_and(|longest| text.chars().count() > longest));
        if long {
            return Some(message(422, "Validation Failed: body is too long"));
        }
    }
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<_> = path.trim_start_matches("/repos/o/r/").split('/').collect();
    Some(match (method, parts.as_slice()) {
        ("GET", ["issues", "7", "comments"] | ["issues"]) if state.lags => page(&[], query),
        ("GET", ["issues", "7", "comments"]) => page(&state.comments, query),
        ("GET", ["issues"]) => {
            let open: Vec<_> = state.issues.iter().filter(|issue| issue["state"] == "open").cloned().collect();
            page(&open, query)
        }
        ("POST", ["issues", number, "comments"]) => made_comment(state, number, body),
        ("POST", ["issues"]) => {
            let number = state.number();
            let mut issue = body.clone();
            issue["number"] = json!(number);
            issue["state"] = json!("open");
            issue["user"] = json!({"login": VIEWER});
            issue["said"] = json!([]);
            state.issues.push(issue.clone());
            (201, Vec::new(), issue)
        }
        ("PATCH", ["issues", "comments", id]) => change(&mut state.comments, "id", id, body),
        ("PATCH", ["issues", number]) => change(&mut state.issues, "number", number, body),
        ("DELETE", ["issues", "comments", id]) => {
            let before = state.comments.len();
            state.comments.retain(|comment| !is(&comment["id"], id));
            if state.comments.len() < before { (204, Vec::new(), Json::Null) } else { message(404, "Not Found") }
        }
        _ => message(404, "Not Found"),
    })
}

fn made_comment(state: &mut State, number: &str, body: &Json) -> Reply {
    if number != "7" {
        let issue = state.issues.iter_mut().find(|issue| is(&issue["number"], number)).unwrap();
        issue["said"].as_array_mut().unwrap().push(body["body"].clone());
        return (201, Vec::new(), json!({}));
    }
    let id = state.number();
    let comment = json!({"id": id, "body": body["body"], "user": {"login": VIEWER}});
    state.comments.push(comment.clone());
    if let Some(mut other) = state.meanwhile.take() {
        other["id"] = json!(state.number());
        state.comments.push(other);
    }
    (201, Vec::new(), comment)
}

fn change(list: &mut [Json], member: &str, id: &str, body: &Json) -> Reply {
    let Some(found) = list.iter_mut().find(|one| is(&one[member], id)) else { return message(404, "Not Found") };
    for (name, value) in body.as_object().unwrap() {
        found[name] = value.clone();
    }
    (200, Vec::new(), found.clone())
}

/// Whether a number is the one in a path.
fn is(number: &Json, text: &str) -> bool {
    number.as_u64() == text.parse().ok()
}

/// A page of a list; whether there is another is said in `Link`.
fn page(list: &[Json], query: &str) -> Reply {
    let number = |name: &str| {
        let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        value.map_or(1, |value| value.parse::<usize>().unwrap())
    };
    let (size, page) = (number("per_page"), number("page"));
    let start = (page - 1) * size;
    let shown: Vec<_> = list.iter().skip(start).take(size).cloned().collect();
    let more = list.len() > start + size;
    let link = more.then(|| ("link", format!("<http://x/?page={}>; rel=\"next\"", page + 1)));
    (200, link.into_iter().collect(), Json::Array(shown))
}
