//! What answers become, with a service in the place of a cluster.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::{Ready, ok};
use http::{Request, Response};
use kube::client::Body;
use serde_json::json;

use super::super::limits::Limits;
use super::*;
use crate::schema::Release;

/// Gives prepared answers and notes what was asked.
#[derive(Clone, Default)]
struct Server {
    answers: Arc<Mutex<VecDeque<(u16, String)>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn with(answers: &[(u16, String)]) -> Self {
        Self { answers: Arc::new(Mutex::new(answers.iter().cloned().collect())), ..Self::default() }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl tower::Service<Request<Body>> for Server {
    type Response = Response<Body>;
    type Error = std::convert::Infallible;
    type Future = Ready<Result<Response<Body>, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.asked.lock().unwrap().push(request.uri().to_string());
        let (status, body) = self.answers.lock().unwrap().pop_front().expect("a prepared answer");
        ok(Response::builder().status(status).body(Body::from(body.into_bytes())).unwrap())
    }
}

fn status(code: u16, reason: &str) -> (u16, String) {
    (code, json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code}).to_string())
}

fn rings(names: &[&str], next: &str) -> (u16, String) {
    let items: Vec<_> = names
        .iter()
        .map(|name| json!({"apiVersion": "db.orange.com/v2", "kind": "CassandraCluster", "metadata": {"name": name}}))
        .collect();
    let list =
        json!({"apiVersion": "db.orange.com/v2", "kind": "CassandraClusterList", "metadata": {"continue": next}, "items": items});
    (200, list.to_string())
}

/// The CassandraClusters that are found with these answers, and what was asked.
fn found(answers: &[(u16, String)], versions: &str) -> (Answer<Vec<Node>>, Vec<String>) {
    let server = Server::with(answers);
    let release = Versions::one(Release::parse(versions).unwrap());
    let namespace = Namespace::new("db").unwrap();
    let answer = super::super::block_on({
        let server = server.clone();
        async move {
            let limits = Limits { retries: 0, ..Limits::default() };
            let client = Client::over(server, &limits);
            clusters(&client, release, &namespace, Deadline::after(Duration::from_secs(5))).await
        }
    });
    (answer.unwrap(), server.asked())
}

fn names(answer: &Answer<Vec<Node>>) -> Vec<&str> {
    answer.got().unwrap().iter().map(|node| node.at(&["metadata", "name"]).unwrap().as_str().unwrap()).collect()
}

#[test]
fn one_request_is_enough_and_is_of_the_clusters_version() {
    let (answer, asked) = found(&[rings(&["a", "b"], "")], "2.3.4");
    assert_eq!(names(&answer), ["a", "b"]);
    assert_eq!(asked, ["/apis/db.orange.com/v2/namespaces/db/cassandraclusters"]);
    let (_, asked) = found(&[rings(&[], "")], "1.1.5");
    assert_eq!(asked, ["/apis/db.orange.com/v1alpha1/namespaces/db/cassandraclusters"]);
}

#[test]
fn a_list_in_pieces_is_read_to_its_end() {
    let (answer, asked) = found(&[rings(&["a"], "x&y=1"), rings(&["b"], ""), rings(&["c"], "")], "2.3.4");
    assert_eq!(names(&answer), ["a", "b"]);
    assert!(asked[1].ends_with("cassandraclusters?continue=x%26y%3D1"), "{asked:?}");
    let (answer, _) = found(&[rings(&["a"], "x"), status(410, "Expired")], "2.3.4");
    assert!(matches!(&answer, Answer::Failed(trouble) if trouble.kind == TroubleKind::Server), "{answer:?}");
}

#[test]
fn nothing_there_denied_and_no_crd_are_three_things() {
    assert!(names(&found(&[rings(&[], "")], "2.3.4").0).is_empty());
    let denied = Denied { verb: "list", resource: "cassandraclusters.db.orange.com", namespace: Namespace::new("db").ok() };
    assert!(matches!(found(&[status(403, "Forbidden")], "2.3.4").0, Answer::Denied(found) if found == denied));
    let kind = |answers: &[_]| match found(answers, "2.3.4").0 {
        Answer::Failed(trouble) => trouble.kind,
        answer => panic!("{answer:?}"),
    };
    assert_eq!(kind(&[(404, "404 page not found\n".to_owned())]), TroubleKind::NoCrd);
    assert_eq!(kind(&[(403, "<html>Blocked</html>".to_owned())]), TroubleKind::Server);
    assert_eq!(kind(&[status(401, "Unauthorized")]), TroubleKind::Unauthenticated);
    assert_eq!(kind(&[status(500, "InternalError")]), TroubleKind::Server);
    assert_eq!(kind(&[status(429, "TooManyRequests")]), TroubleKind::Server);
}

#[test]
fn what_is_no_such_list_is_never_an_empty_one() {
    let list = |change: &dyn Fn(&mut Json)| {
        let mut list: Json = serde_json::from_str(&rings(&["a"], "").1).unwrap();
        change(&mut list);
        (200, list.to_string())
    };
    let useless = [
        (200, String::new()),
        (200, "<html>Sign in</html>".to_owned()),
        (200, "{}".to_owned()),
        (200, "[]".to_owned()),
        (200, rings(&["a"], "").1[..40].to_owned()),
        status(200, "Success"),
        list(&|list| list["kind"] = json!("PodList")),
        list(&|list| list["apiVersion"] = json!("db.orange.com/v3")),
        list(&|list| list["items"] = json!({})),
        list(&|list| drop(list.as_object_mut().unwrap().remove("items"))),
        list(&|list| list["items"][0] = json!("a")),
        list(&|list| list["items"][0]["kind"] = json!("Pod")),
        list(&|list| drop(list["items"][0]["metadata"].as_object_mut().unwrap().remove("name"))),
    ];
    for (status, body) in useless {
        let (answer, _) = found(&[(status, body.clone())], "2.3.4");
        assert!(matches!(&answer, Answer::Failed(trouble) if trouble.kind == TroubleKind::Garbage), "{body}: {answer:?}");
    }
}

#[test]
fn items_of_kubernetes_own_lists_learn_what_they_are() {
    let list =
        json!({"apiVersion": "apps/v1", "kind": "StatefulSetList", "metadata": {}, "items": [{"metadata": {"name": "a"}}]});
    let items = page_items(&list, "apps/v1", "StatefulSet", |_| ()).unwrap();
    assert_eq!(items[0].get("kind").unwrap().as_str(), Some("StatefulSet"));
    assert_eq!(items[0].get("apiVersion").unwrap().as_str(), Some("apps/v1"));
    let none = json!({"apiVersion": "apps/v1", "kind": "StatefulSetList", "metadata": {}, "items": null});
    assert!(page_items(&none, "apps/v1", "StatefulSet", |_| ()).unwrap().is_empty());
}
