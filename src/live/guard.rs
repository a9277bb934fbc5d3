//! The one place that lets requests through: reading, and asking what one may do.
//!
//! Every request of every client passes this layer, so that no mistake
//! elsewhere can change anything in a cluster.

use std::task::{Context, Poll};

use futures::future::{BoxFuture, FutureExt as _};
use http::{Method, Request};
use tower::{BoxError, Layer, Service};

/// Where one asks what one may do; the only thing that is ever posted.
pub(super) const ACCESS_REVIEWS: &str = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/// The layer.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReadOnly;

impl<S> Layer<S> for ReadOnly {
    type Service = Reading<S>;

    fn layer(&self, inner: S) -> Reading<S> {
        Reading(inner)
    }
}

/// A service behind [`ReadOnly`].
#[derive(Clone, Debug)]
pub(super) struct Reading<S>(S);

impl<S, B> Service<Request<B>> for Reading<S>
where
    S: Service<Request<B>>,
    S::Error: Into<BoxError>,
    S::Response: Send + 'static,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<S::Response, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if !reads(&request) {
            let message = format!("this program only reads; it does not send {}", request.method());
            return futures::future::err(message.into()).boxed();
        }
        self.0.call(request).map(|result| result.map_err(Into::into)).boxed()
    }
}

/// Whether a request changes nothing.
fn reads<B>(request: &Request<B>) -> bool {
    let asks = request.uri().path() == ACCESS_REVIEWS && request.uri().query().is_none();
    request.method() == Method::GET || (request.method() == Method::POST && asks)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    static PASSED: AtomicUsize = AtomicUsize::new(0);

    /// Counts what gets through.
    struct Counts(&'static AtomicUsize);

    impl Service<Request<()>> for Counts {
        type Response = ();
        type Error = BoxError;
        type Future = futures::future::Ready<Result<(), BoxError>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<()>) -> Self::Future {
            self.0.fetch_add(1, Ordering::SeqCst);
            futures::future::ok(())
        }
    }

    #[test]
    fn nothing_but_reading_passes() {
        let mut service = ReadOnly.layer(Counts(&PASSED));
        let mut send = |method: Method, uri: &str| {
            let request = Request::builder().method(method).uri(uri).body(()).unwrap();
            service.call(request).now_or_never().is_some_and(|sent| sent.is_ok())
        };
        let object = "/apis/db.orange.com/v2/namespaces/db/cassandraclusters/demo";
        assert!(send(Method::GET, object));
        assert!(send(Method::GET, &format!("{object}?watch=true")));
        assert!(send(Method::POST, ACCESS_REVIEWS));
        let writing = [
            (Method::POST, object),
            (Method::PUT, object),
            (Method::PATCH, object),
            (Method::DELETE, object),
            (Method::OPTIONS, object),
            (Method::CONNECT, object),
            (Method::POST, &format!("{ACCESS_REVIEWS}?dryRun=All")),
            (Method::POST, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews/"),
            (Method::POST, "/apis/authorization.k8s.io/v1/subjectaccessreviews"),
            (Method::PUT, ACCESS_REVIEWS),
            (Method::POST, "/api/v1/namespaces/db/pods/x/exec"),
        ];
        for (method, uri) in writing {
            assert!(!send(method.clone(), uri), "{method} {uri}");
        }
        assert_eq!(PASSED.load(Ordering::SeqCst), 3);
    }
}
