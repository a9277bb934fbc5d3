//! A cluster: one API server with its part of etcd.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::AtomicUsize;
use std::sync::{Mutex, OnceLock};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::access::{self, How, User};
use super::authority::{Authority, service_account_key};
use super::guard::free_port;
use super::{Plane, wait};

/// So long a server may take to become ready, on a busy machine.
const READY: Duration = Duration::from_secs(90);

/// A running API server; it is killed when the value is dropped.
pub(crate) struct Cluster {
    plane: &'static Plane,
    /// Keys, tokens, kubeconfigs, the server's log.
    pub(super) folder: PathBuf,
    /// What is kept in etcd lies under it, so that clusters do not meet.
    prefix: String,
    port: u16,
    pub(super) authority: Authority,
    server: Mutex<Option<Child>>,
    pub(super) client: OnceLock<kube::Client>,
    /// Held while a CRD is exchanged.
    pub(super) crds: Mutex<()>,
    /// Files, namespaces and users that were given out.
    pub(super) given: AtomicUsize,
    pub(super) users: AtomicUsize,
}

impl Cluster {
    /// Starts one and waits until it is ready.
    pub(super) fn start(plane: &'static Plane) -> Self {
        let (folder, number) = plane.guard.folder();
        let authority = Authority::new(&format!("authority of test cluster {number}"));
        let serving = authority.server(&["127.0.0.1", "localhost", "kubernetes.default.svc"]);
        let (private, public) = service_account_key();
        for (name, text) in [
            ("ca.pem", authority.pem()),
            ("serving.pem", serving.certificate),
            ("serving.key", serving.key),
            ("tokens.csv", access::token_file()),
            ("accounts.key", private),
            ("accounts.pub", public),
        ] {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let cluster = Self {
            plane,
            prefix: format!("/cluster-{number}"),
            port: free_port(),
            authority,
            server: Mutex::new(None),
            client: OnceLock::new(),
            crds: Mutex::new(()),
            given: AtomicUsize::new(0),
            users: AtomicUsize::new(0),
            folder,
        };
        cluster.restart();
        cluster
    }

    /// Where the API server answers.
    pub(crate) fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// The certificate of its authority.
    pub(crate) fn ca_pem(&self) -> String {
        self.authority.pem()
    }

    /// A client with all rights.
    pub(crate) fn client(&self) -> kube::Client {
        let make = || {
            let file = self.kubeconfig("admin", &User::admin(), How::Token);
            let config = kube::config::Kubeconfig::read_from(file).unwrap();
            wait(async {
                let config = kube::Config::from_custom_kubeconfig(config, &kube::config::KubeConfigOptions::default()).await;
                kube::Client::try_from(config.unwrap()).unwrap()
            })
        };
        self.client.get_or_init(make).clone()
    }

    /// Kills the API server; what it has stored stays.
    pub(crate) fn stop(&self) {
        if let Some(mut server) = self.server.lock().unwrap().take() {
            // It may have ended by itself.
            let _ = server.kill();
            server.wait().unwrap();
        }
    }

    /// Starts the API server again on the same port, and waits until it is ready.
    pub(crate) fn restart(&self) {
        self.stop();
        let log = self.folder.join("kube-apiserver.log");
        let mut command = self.command();
        *self.server.lock().unwrap() = Some(self.plane.guard.spawn(&mut command, &log));
        let start = Instant::now();
        while !self.is_ready() {
            let ended = self.server.lock().unwrap().as_mut().is_none_or(|server| server.try_wait().unwrap().is_some());
            assert!(!ended && start.elapsed() < READY, "kube-apiserver does not become ready:\n{}", last_lines(&log));
            sleep(Duration::from_millis(50));
        }
    }

    fn is_ready(&self) -> bool {
        let request = http::Request::get("/readyz").body(Vec::new()).unwrap();
        let asked = wait(async { tokio::time::timeout(Duration::from_secs(2), self.client().request_text(request)).await });
        matches!(asked, Ok(Ok(_)))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.plane.programs.join("kube-apiserver"));
        let file = |name: &str| self.folder.join(name).display().to_string();
        for (flag, value) in [
            ("etcd-servers", self.plane.guard.etcd()),
            ("etcd-prefix", self.prefix.clone()),
            ("bind-address", "127.0.0.1".to_owned()),
            ("advertise-address", "127.0.0.1".to_owned()),
            ("secure-port", self.port.to_string()),
            ("tls-cert-file", file("serving.pem")),
            ("tls-private-key-file", file("serving.key")),
            ("client-ca-file", file("ca.pem")),
            ("token-auth-file", file("tokens.csv")),
            ("authorization-mode", "RBAC".to_owned()),
            ("service-account-issuer", self.url()),
            ("service-account-key-file", file("accounts.pub")),
            ("service-account-signing-key-file", file("accounts.key")),
            ("service-cluster-ip-range", "10.0.0.0/24".to_owned()),
            // Nobody makes service accounts here, and nobody looks for the server in its own endpoints.
            ("disable-admission-plugins", "ServiceAccount".to_owned()),
            ("endpoint-reconciler-type", "none".to_owned()),
            ("profiling", "false".to_owned()),
        ] {
            command.arg(format!("--{flag}={value}"));
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

fn last_lines(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
