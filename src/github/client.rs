//! Requests to GitHub's REST API: authorised, bounded in time, repeated where that helps.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value as Json, json};
use ureq::config::RedirectAuthHeaders;
use ureq::http::{HeaderMap, Method, Request, Response};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use super::problem::{Problem, ProblemKind};

/// `owner/name` of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository(String);

impl Repository {
    /// Checks the form.
    ///
    /// # Errors
    /// It is not `owner/name`.
    pub fn new(text: &str) -> Result<Self, Problem> {
        let part = |part: &str| {
            !part.is_empty() && part != ".." && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        };
        match text.split_once('/') {
            Some((owner, name)) if part(owner) && part(name) => Ok(Self(text.to_owned())),
            _ => Err(Problem::new(ProblemKind::Config, "GITHUB_REPOSITORY is not `owner/name`")),
        }
    }

    /// `/repos/owner/name` and what follows.
    pub(super) fn path(&self, rest: &str) -> String {
        format!("/repos/{}{rest}", self.0)
    }
}

/// How long is waited.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For one answer.
    pub request: Duration,
    /// Before the first repetition; doubled each time.
    pub backoff: Duration,
    /// The longest that GitHub may make us wait at once.
    pub limit: Duration,
    /// How often a request is sent at most.
    pub attempts: u32,
}

impl Default for Patience {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { request: seconds(30), backoff: seconds(1), limit: seconds(120), attempts: 5 }
    }
}

/// A connection to GitHub. Its `Debug` form has no token.
pub struct Client {
    agent: Agent,
    api: String,
    token: String,
    patience: Patience,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("api", &self.api).finish_non_exhaustive()
    }
}

/// An answer that is no error.
pub(super) struct Answer {
    pub(super) json: Json,
    /// Whether a list goes on.
    pub(super) more: bool,
}

/// GitHub gives lists in pages of at most so many.
const PAGE: usize = 100;
/// After so many pages we give up: 10,000 comments.
const PAGES: usize = 100;

impl Client {
    /// A client for the API at an address (`GITHUB_API_URL`). Proxies are those of the environment.
    ///
    /// # Errors
    /// The address is not `https` (a token is never sent in the clear, except to
    /// this machine itself), or the token cannot be one.
    pub fn new(api: &str, token: String, patience: Patience) -> Result<Self, Problem> {
        let api = api.trim_end_matches('/').to_owned();
        let here = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|start| api.starts_with(start));
        if !api.starts_with("https://") && !here {
            return Err(Problem::new(ProblemKind::Config, "GITHUB_API_URL does not begin with https://"));
        }
        if token.is_empty() || !token.chars().all(|c| c.is_ascii_graphic()) {
            return Err(Problem::new(ProblemKind::Config, "there is no token for GitHub's API"));
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(patience.request))
            .redirect_auth_headers(RedirectAuthHeaders::SameHost)
            .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
            .user_agent(concat!("multicasskop/", env!("CARGO_PKG_VERSION")));
        Ok(Self { agent: config.build().new_agent(), api, token, patience })
    }

    /// Who the token is for: `github-actions[bot]`.
    pub(super) fn viewer(&self) -> Result<String, Problem> {
        // Tokens of workflows may not ask `/user`; GraphQL answers all. On servers
        // of one's own the REST API is below `/api/v3`, and GraphQL beside it.
        let graphql = self.api.strip_suffix("/v3").unwrap_or(&self.api).to_owned() + "/graphql";
        let answer = self.send(&Method::POST, &graphql, Some(&json!({"query": "query { viewer { login } }"})))?;
        let login = answer.json.pointer("/data/viewer/login").and_then(Json::as_str);
        login.map(str::to_owned).ok_or_else(|| Problem::new(ProblemKind::Failed, "GitHub does not say whose the token is"))
    }

    /// All elements of a list, over its pages; `path` may have a query.
    pub(super) fn list(&self, path: &str) -> Result<Vec<Json>, Problem> {
        let join = if path.contains('?') { '&' } else { '?' };
        let mut all = Vec::new();
        for page in 1..=PAGES {
            let answer = self.request(&Method::GET, &format!("{path}{join}per_page={PAGE}&page={page}"), None)?;
            let Json::Array(elements) = answer.json else {
                return Err(Problem::new(ProblemKind::Failed, "GitHub did not answer with a list"));
            };
            all.extend(elements);
            if !answer.more {
                break;
            }
        }
        Ok(all)
    }

    /// Sends a request to a path of the API.
    pub(super) fn request(&self, method: &Method, path: &str, body: Option<&Json>) -> Result<Answer, Problem> {
        self.send(method, &format!("{}{path}", self.api), body)
    }

    fn send(&self, method: &Method, address: &str, body: Option<&Json>) -> Result<Answer, Problem> {
        let mut attempt = 1;
        loop {
            let (problem, wait) = match self.once(method, address, body) {
                Ok(answer) => return Ok(answer),
                Err(failure) => (failure.problem, failure.wait),
            };
            let wait = match wait {
                Wait::Never => return Err(problem),
                Wait::Backoff => self.patience.backoff * 2_u32.pow(attempt - 1),
                Wait::For(time) => time,
            };
            if attempt >= self.patience.attempts {
                return Err(problem);
            }
            if wait > self.patience.limit {
                let message = format!("{}, and wants {} s of patience", problem.message, wait.as_secs());
                return Err(Problem::new(ProblemKind::Limited, message));
            }
            std::thread::sleep(wait);
            attempt += 1;
        }
    }

    fn once(&self, method: &Method, address: &str, body: Option<&Json>) -> Result<Answer, Failure> {
        let failed = |what: String| Failure { problem: Problem::new(ProblemKind::Failed, what), wait: Wait::Backoff };
        let text = body.map(Json::to_string).unwrap_or_default();
        let request = Request::builder()
            .method(method)
            .uri(address)
            .header("accept", "application/vnd.github+json")
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .header("x-github-api-version", "2022-11-28");
        let request = request.body(text).map_err(|_| Failure {
            problem: Problem::new(ProblemKind::Config, "GITHUB_API_URL or the token cannot be used in a request"),
            wait: Wait::Never,
        })?;
        let sent = if body.is_some() { self.agent.run(request) } else { self.agent.run(request.map(|_| ())) };
        let mut response = sent.map_err(|error| failed(format!("GitHub cannot be reached: {error}")))?;
        let (status, more) = (response.status().as_u16(), has_next(response.headers()));
        let said = response.body_mut().read_to_string();
        if (200..300).contains(&status) {
            let said = said.map_err(|error| failed(format!("GitHub's answer was cut off: {error}")))?;
            if said.is_empty() {
                return Ok(Answer { json: Json::Null, more });
            }
            let json = serde_json::from_str(&said).map_err(|_| failed("GitHub's answer is no JSON".to_owned()))?;
            return Ok(Answer { json, more });
        }
        Err(refusal(status, &response, &said.unwrap_or_default()))
    }
}

/// A request that did not succeed.
struct Failure {
    problem: Problem,
    wait: Wait,
}

/// Whether it may be sent again.
enum Wait {
    Never,
    Backoff,
    For(Duration),
}

/// What an answer with an error means.
fn refusal(status: u16, response: &Response<Body>, said: &str) -> Failure {
    let json: Json = serde_json::from_str(said).unwrap_or_default();
    let message = json.get("message").and_then(Json::as_str).unwrap_or_default();
    let message = message.chars().filter(|c| !c.is_control()).take(200).collect::<String>();
    let told =
        if message.is_empty() { format!("GitHub answered {status}") } else { format!("GitHub answered {status}: {message}") };
    let limit = asked_to_wait(response.headers());
    // Not every refusal of this kind says how long; then GitHub asks for a minute.
    let too_fast = status == 429 || status == 403 && message.to_lowercase().contains("secondary rate limit");
    let (kind, wait) = match (status, limit) {
        (403 | 429, Some(time)) => (ProblemKind::Limited, Wait::For(time)),
        (_, None) if too_fast => (ProblemKind::Limited, Wait::For(Duration::from_secs(60))),
        (401 | 403, None) | (401, Some(_)) => (ProblemKind::Denied, Wait::Never),
        (404 | 410, _) => (ProblemKind::Gone, Wait::Never),
        (400 | 413 | 422, _) => (ProblemKind::Refused, Wait::Never),
        (500.., Some(time)) => (ProblemKind::Failed, Wait::For(time)),
        (408 | 500.., _) => (ProblemKind::Failed, Wait::Backoff),
        _ => (ProblemKind::Failed, Wait::Never),
    };
    Failure { problem: Problem::new(kind, told), wait }
}

/// How long GitHub asks us to wait, if it does: `Retry-After`, or the end of the
/// hour's limit where that is used up.
fn asked_to_wait(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    if let Some(seconds) = number("retry-after") {
        return Some(Duration::from_secs(seconds));
    }
    if number("x-ratelimit-remaining")? > 0 {
        return None;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let reset = Duration::from_secs(number("x-ratelimit-reset")?);
    Some(reset.saturating_sub(now) + Duration::from_secs(1))
}

/// Whether a list has another page.
fn has_next(headers: &HeaderMap) -> bool {
    headers.get("link").and_then(|link| link.to_str().ok()).is_some_and(|link| link.contains("rel=\"next\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_only_over_https_or_to_this_machine() {
        let new = |api: &str, token: &str| Client::new(api, token.to_owned(), Patience::default());
        assert!(new("https://api.github.com/", "t").is_ok() && new("http://127.0.0.1:80", "t").is_ok());
        for (api, token) in
            [("http://api.github.com", "t"), ("http://127.0.0.1.evil.net", "t"), ("https://a", ""), ("https://a", "a\nb")]
        {
            assert_eq!(new(api, token).unwrap_err().kind, ProblemKind::Config, "{api} {token:?}");
        }
        assert!(!format!("{:?}", new("https://a", "hidden")).contains("hidden"));
    }

    #[test]
    fn a_repository_is_owner_and_name() {
        assert_eq!(Repository::new("o/n.m").unwrap().path("/issues"), "/repos/o/n.m/issues");
        for bad in ["", "o", "o/", "/n", "o/n/m", "o/..", "o/n?x", "o n/m"] {
            assert!(Repository::new(bad).is_err(), "{bad}");
        }
    }
}
