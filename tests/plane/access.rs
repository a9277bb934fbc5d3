//! Who may do what in a cluster: users, their ways of saying who they are, and
//! their rights.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use super::Cluster;
use super::objects::Way;

/// So many users with a token a cluster has; the file is only read at its start.
const USERS: usize = 100;
const ADMIN: &str = "plane-admin";

/// A user of a cluster.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) name: String,
    group: Option<&'static str>,
}

impl User {
    /// One that may do everything.
    pub(crate) fn admin() -> Self {
        Self { name: ADMIN.to_owned(), group: Some("system:masters") }
    }

    /// The token of the user: a secret that tests may look for in what they print.
    pub(crate) fn token(&self) -> String {
        format!("planted-token-of-{}", self.name)
    }
}

/// How a kubeconfig says who its user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// A token in it.
    Token,
    /// The path of a file with the token.
    TokenFile,
    /// A client certificate in it.
    Certificate,
    /// A program that gives the token.
    Exec,
}

/// The file for `--token-auth-file`: the administrator and [`USERS`] others.
pub(super) fn token_file() -> String {
    let admin = User::admin();
    let mut text = format!("{},{},{},\"system:masters\"\n", admin.token(), admin.name, admin.name);
    for number in 0..USERS {
        let user = numbered(number);
        let _ = writeln!(text, "{},{},{}", user.token(), user.name, user.name);
    }
    text
}

fn numbered(number: usize) -> User {
    User { name: format!("user-{number}"), group: None }
}

impl Cluster {
    /// A user that no other test has, without any right.
    pub(crate) fn user(&self) -> User {
        let number = self.users.fetch_add(1, Ordering::Relaxed);
        assert!(number < USERS, "give the cluster more users");
        numbered(number)
    }

    /// A kubeconfig with one context, as a tree that a test may change.
    pub(crate) fn kubeconfig_of(&self, context: &str, user: &User, how: How) -> Value {
        let who = match how {
            How::Token => json!({"token": user.token()}),
            How::TokenFile => json!({"tokenFile": self.write("token", &user.token())}),
            How::Certificate => {
                let pair = self.authority.client(&user.name, user.group);
                json!({"client-certificate-data": base64(&pair.certificate), "client-key-data": base64(&pair.key)})
            }
            How::Exec => {
                let credential = json!({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": user.token()}});
                let plugin = self.write("plugin", &format!("#!/bin/sh\ncat <<'END'\n{credential}\nEND\n"));
                std::fs::set_permissions(&plugin, std::fs::Permissions::from_mode(0o755)).unwrap();
                json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": plugin, "interactiveMode": "Never"}})
            }
        };
        let name = format!("{context}-{}", user.name);
        json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": {"server": self.url(), "certificate-authority-data": base64(&self.ca_pem())}}],
            "users": [{"name": name, "user": who}],
            "contexts": [{"name": context, "context": {"cluster": name, "user": name}}],
            "current-context": context,
        })
    }

    /// The same as a file of its own.
    pub(crate) fn kubeconfig(&self, context: &str, user: &User, how: How) -> PathBuf {
        self.write("kubeconfig", &self.kubeconfig_of(context, user, how).to_string())
    }

    /// Gives a user these verbs on these resources (`resource` or `resource.group`), in
    /// one namespace or, with `None`, in all.
    pub(crate) fn grant(&self, user: &User, namespace: Option<&str>, verbs: &[&str], resources: &[&str]) {
        let rules = resources.iter().map(|resource| {
            let (resource, group) = resource.split_once('.').unwrap_or((resource, ""));
            json!({"apiGroups": [group], "resources": [resource], "verbs": verbs})
        });
        let prefix = if namespace.is_some() { "" } else { "Cluster" };
        let (api, group) = ("rbac.authorization.k8s.io/v1", "rbac.authorization.k8s.io");
        let name = format!("{}-{}", user.name, self.given.fetch_add(1, Ordering::Relaxed));
        let mut metadata = json!({"name": name});
        if let Some(namespace) = namespace {
            metadata["namespace"] = json!(namespace);
        }
        let kind = format!("{prefix}Role");
        let role = json!({"apiVersion": api, "kind": kind, "metadata": metadata, "rules": rules.collect::<Vec<_>>()});
        let binding = json!({
            "apiVersion": api,
            "kind": format!("{kind}Binding"),
            "metadata": metadata,
            "roleRef": {"apiGroup": group, "kind": kind, "name": name},
            "subjects": [{"apiGroup": group, "kind": "User", "name": user.name}],
        });
        for object in [role, binding] {
            self.apply(&object, Way::ServerSide, "plane");
        }
        for (resource, verb) in resources.iter().flat_map(|resource| verbs.iter().map(move |verb| (resource, verb))) {
            self.until_allowed(user, namespace, verb, resource);
        }
    }

    /// Waits until the server knows of a right: it follows its own objects a moment later.
    fn until_allowed(&self, user: &User, namespace: Option<&str>, verb: &str, resource: &str) {
        let (name, group) = resource.split_once('.').unwrap_or((resource, ""));
        let review = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": {
            "user": user.name,
            "resourceAttributes": {"namespace": namespace.unwrap_or_default(), "group": group, "resource": name, "verb": verb},
        }});
        let address = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
        for _ in 0..200 {
            let answer = self.request(Method::POST, address, "application/json", Some(&review)).unwrap();
            if answer["status"]["allowed"] == true {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{} may still not {verb} {resource}", user.name);
    }

    /// A new file in the cluster's folder.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(format!("{name}-{}", self.given.fetch_add(1, Ordering::Relaxed)));
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// A text as Secrets and kubeconfigs have it: in base64.
pub(crate) fn base64(text: &str) -> Value {
    json!(k8s_openapi::ByteString(text.as_bytes().to_vec()))
}
