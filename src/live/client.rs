//! One cluster's API server: requests with time-outs and bounded repetition.
//!
//! kube's own repetition is off: it goes on for a thousand seconds. A request
//! is repeated when the reason may pass (429, 5xx, a broken connection), at
//! most as often as [`Limits`] say, and never beyond the deadline.

use std::time::Duration;

use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderValue, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use kube::client::{Body, ClientBuilder};
use serde_json::Value as Json;
use tokio::time::{sleep, timeout_at};

use super::guard::ReadOnly;
use super::limits::{Deadline, Limits};
use super::trouble::{self, Place};
use crate::observed::Trouble;

const JSON: &str = "application/json";
/// The largest answer that is read: far more than any list of CassandraClusters.
const MOST_BYTES: usize = 128 << 20;
/// Waits between attempts: the first, and the longest.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));

/// Why a request has no answer that can be used.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// 403 from Kubernetes: a right is missing.
    Forbidden,
    /// 404 from Kubernetes: there is no such object.
    NotFound,
    /// 404, but not about an object: the path is not served.
    NotServed,
    /// 410: what the request goes on from is too old.
    Gone,
    /// Anything else.
    Trouble(Trouble),
}

/// A connection to one API server, made when it is first needed.
#[derive(Clone)]
pub(super) struct Client {
    inner: kube::Client,
    place: Place,
    limits: Limits,
}

/// One attempt that failed.
struct Miss {
    failure: Failure,
    /// Whether another attempt may do better, and when at the earliest.
    again: Option<Duration>,
}

impl Client {
    /// A client for a configuration. Reads certificates, and runs a plugin for
    /// credentials, so it may block for as long as that takes.
    ///
    /// # Errors
    /// What cannot be used of the configuration, or what the plugin failed with.
    pub(super) fn new(mut config: kube::Config, limits: &Limits) -> Result<Self, Trouble> {
        let place = Place::of(&config);
        config.default_retry = false;
        config.connect_timeout = Some(limits.connect);
        config.read_timeout = None; // every request has a time-out of its own, for the answer as a whole
        config.headers.push((USER_AGENT, HeaderValue::from_static(concat!("multicasskop/", env!("CARGO_PKG_VERSION")))));
        let builder = ClientBuilder::try_from(config).map_err(|error| trouble::of(&error, &place))?;
        Ok(Self { inner: builder.with_layer(&ReadOnly).build(), place, limits: limits.clone() })
    }

    /// A client for tests: whatever answers stands behind the same layer.
    #[cfg(test)]
    pub(super) fn over<S>(service: S, limits: &Limits) -> Self
    where
        S: tower::Service<Request<Body>, Response = Response<Body>> + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Into<tower::BoxError>,
    {
        let place = Place { host: "api.test".to_owned(), plugin: None };
        Self { inner: ClientBuilder::new(service, "default").with_layer(&ReadOnly).build(), place, limits: limits.clone() }
    }

    /// Where the server is, for messages.
    pub(super) const fn place(&self) -> &Place {
        &self.place
    }

    /// Reads a path, with its query.
    pub(super) async fn get(&self, path: &str, deadline: Deadline) -> Result<Json, Failure> {
        self.ask(&Method::GET, path, None, deadline).await
    }

    /// Posts a question about rights; the guard lets nothing else be posted.
    pub(super) async fn post(&self, path: &str, body: &Json, deadline: Deadline) -> Result<Json, Failure> {
        self.ask(&Method::POST, path, Some(body), deadline).await
    }

    /// Begins a watch: the answer, whose body goes on for as long as the server likes.
    pub(super) async fn watch(&self, path: &str, deadline: Deadline) -> Result<Response<Body>, Failure> {
        let mut request = self.request(&Method::GET, path, None)?;
        // kube's layer unpacks only the first piece of an answer that is packed piece by piece.
        request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let sent = timeout_at(deadline.at, self.send(request)).await;
        let response = sent.map_err(|_| Failure::Trouble(trouble::late(&self.place, deadline.of)))??;
        if response.status().is_success() {
            return Ok(response);
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let body = timeout_at(deadline.at, self.body(response)).await;
        let body = body.map_err(|_| Failure::Trouble(trouble::late(&self.place, deadline.of)))??;
        Err(self.refused(status, &headers, &body).failure)
    }

    async fn ask(&self, method: &Method, path: &str, body: Option<&Json>, deadline: Deadline) -> Result<Json, Failure> {
        let mut tried = 0;
        let mut wait = BACKOFF.0;
        let mut last = None;
        loop {
            let limit = Deadline::after(self.limits.request).min(deadline);
            let miss = match timeout_at(limit.at, self.once(method, path, body)).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(miss)) => miss,
                // What failed before says more than that the time is over.
                Err(_) if deadline.left().is_zero() => {
                    return Err(last.unwrap_or_else(|| Failure::Trouble(trouble::late(&self.place, deadline.of))));
                }
                Err(_) => Miss { failure: Failure::Trouble(trouble::late(&self.place, limit.of)), again: Some(Duration::ZERO) },
            };
            let Some(at_least) = miss.again.filter(|_| tried < self.limits.retries) else { return Err(miss.failure) };
            let pause = wait.max(at_least);
            if pause >= deadline.left() {
                return Err(miss.failure);
            }
            sleep(pause).await;
            wait = (wait * 2).min(BACKOFF.1);
            tried += 1;
            last = Some(miss.failure);
        }
    }

    async fn once(&self, method: &Method, path: &str, body: Option<&Json>) -> Result<Json, Miss> {
        let passes = |failure| Miss { failure, again: Some(Duration::ZERO) };
        let request = self.request(method, path, body).map_err(|failure| Miss { failure, again: None })?;
        let response = self.send(request).await.map_err(|failure| {
            let lasting = matches!(&failure, Failure::Trouble(trouble) if !trouble::may_pass(trouble.kind));
            Miss { failure, again: (!lasting).then_some(Duration::ZERO) }
        })?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = self.body(response).await.map_err(passes)?;
        if !status.is_success() {
            return Err(self.refused(status, &headers, &bytes));
        }
        serde_json::from_slice(&bytes).map_err(|error| {
            let failure = Failure::Trouble(trouble::no_json(&self.place, &error, bytes.len()));
            Miss { failure, again: error.is_eof().then_some(Duration::ZERO) }
        })
    }

    fn request(&self, method: &Method, path: &str, body: Option<&Json>) -> Result<Request<Body>, Failure> {
        let bytes = body.map(|json| json.to_string().into_bytes()).unwrap_or_default();
        let request = Request::builder().method(method).uri(path).header(ACCEPT, JSON).header(CONTENT_TYPE, JSON);
        let request = request.body(Body::from(bytes));
        request.map_err(|_| Failure::Trouble(trouble::garbage(&self.place, "gave a text that cannot be asked for")))
    }

    async fn send(&self, request: Request<Body>) -> Result<Response<Body>, Failure> {
        self.inner.send(request).await.map_err(|error| Failure::Trouble(trouble::of(&error, &self.place)))
    }

    async fn body(&self, response: Response<Body>) -> Result<Vec<u8>, Failure> {
        let collected = Limited::new(response.into_body(), MOST_BYTES).collect().await;
        match collected {
            Ok(collected) => Ok(collected.to_bytes().into()),
            Err(error) => Err(Failure::Trouble(trouble::broken_off(error.as_ref(), &self.place))),
        }
    }

    /// What an answer says that is no success.
    fn refused(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Miss {
        let said: Option<Status> = serde_json::from_slice(body).ok().filter(|said: &Status| said.code.is_some());
        let failure = match (status, &said) {
            (StatusCode::FORBIDDEN, Some(_)) => Failure::Forbidden,
            (StatusCode::NOT_FOUND, Some(_)) => Failure::NotFound,
            (StatusCode::NOT_FOUND, None) => Failure::NotServed,
            (StatusCode::GONE, _) => Failure::Gone,
            _ => Failure::Trouble(trouble::refused(&self.place, status, said.is_some())),
        };
        let passes = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
        Miss { failure, again: passes.then(|| retry_after(headers)) }
    }
}

/// What the server asks to wait: seconds; a date is taken as no wish.
fn retry_after(headers: &HeaderMap) -> Duration {
    let seconds = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Duration::from_secs(seconds.unwrap_or(0))
}
