//! A fleet on real API servers, its rendered tree, and a ring in it that is settled.

#![cfg(test)]

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use multicasskop::emit::{FileKind, RingKey, TreeFile};
use multicasskop::names::{ClusterName, Namespace, RingName};
use multicasskop::order::{CONTENT_HASH, SYNC_WAVE, content_hash};
use multicasskop::schemas::Kind;
use multicasskop::tree::Node;
use serde_json::{Value, json};

use crate::command::{Run, Site};
use crate::plane::{Cluster, How, User, Way};
use crate::recording::Recording;

/// A short hold, with looks that a busy machine manages.
pub(crate) const QUICK: &str = "--stable 1s --every 2s";

/// So long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A cluster of the fleet.
pub(crate) struct Place {
    pub(crate) name: &'static str,
    pub(crate) wave: i64,
    /// Where its API server is.
    pub(crate) server: &'static Cluster,
    /// Its entry in the fleet file, but for the name.
    entry: String,
}

impl Place {
    /// One that is reached with all rights.
    pub(crate) fn new(name: &'static str, wave: i64, server: &'static Cluster) -> Self {
        Self::with(name, wave, server, &User::admin())
    }

    /// One that is reached as a user.
    pub(crate) fn with(name: &'static str, wave: i64, server: &'static Cluster, user: &User) -> Self {
        let file = server.kubeconfig(name, user, How::Token);
        Self { name, wave, server, entry: format!("connect: {{kubeconfig: {}}}", file.display()) }
    }

    /// The same with another entry.
    pub(crate) fn entry(self, entry: &str) -> Self {
        Self { entry: entry.to_owned(), ..self }
    }

    /// The same, retired.
    pub(crate) fn retired(self) -> Self {
        let entry = format!("{}, state: retired", self.entry);
        Self { entry, ..self }
    }
}

/// The fleet's folder, and where its rings live.
pub(crate) struct Fleet {
    pub(crate) site: Site,
    pub(crate) places: Vec<Place>,
    pub(crate) namespace: String,
    recording: Recording,
}

impl Fleet {
    /// A fleet without a ring, with a namespace of its own in all clusters.
    pub(crate) fn new(test: &str, places: Vec<Place>) -> Self {
        let namespace = places[0].server.namespace(test);
        for place in &places {
            let object = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
            if place.server.get(&object).is_none() {
                place.server.create(&object, "test");
            }
        }
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/gate/2.3.4/create-canonical.jsonl");
        let fleet = Self { site: Site::empty(), places, namespace, recording: Recording::read(&file) };
        fleet.fleet_file("");
        fleet
    }

    /// Writes the fleet file, with more at its end.
    pub(crate) fn fleet_file(&self, more: &str) {
        let clusters: Vec<_> = self.places.iter().map(|place| format!("  - {{name: {}, {}}}", place.name, place.entry)).collect();
        let head =
            "apiVersion: multicasskop.dev/v1alpha1\nkind: Fleet\nmetadata: {name: prod}\nout: clusters\ncasskopVersion: 2.3.4\n";
        self.site.write("fleet.yaml", format!("{head}clusters:\n{}\n{more}", clusters.join("\n")));
    }

    /// A name that the namespace of the recording, or the ring's, stands for.
    fn own(&self, node: &Node, ring: &str) -> Value {
        let text = serde_json::to_string(node).unwrap();
        let text = text.replace("\"create-canonical\"", &format!("\"{}\"", self.namespace));
        let text = text.replace("\"demo\"", &format!("\"{ring}\"")).replace("\"demo-dc", &format!("\"{ring}-dc"));
        serde_json::from_str(&text).unwrap()
    }

    /// What is rendered for a ring in a cluster.
    pub(crate) fn object(&self, ring: &str, wave: i64) -> Value {
        let mut object = self.own(&self.recording.changes.last().unwrap().wanted.object, ring);
        object["metadata"]["annotations"][SYNC_WAVE] = json!(wave.to_string());
        hashed(&mut object);
        object
    }

    /// Writes an object into the tree, below a folder.
    pub(crate) fn render_to(&self, folder: &str, cluster: &str, object: &Value) {
        let name = object["metadata"]["name"].as_str().unwrap();
        let ring = RingKey { namespace: Namespace::new(&self.namespace).unwrap(), name: RingName::new(name).unwrap() };
        let cluster = ClusterName::new(cluster).unwrap();
        let body = format!("{object:#}\n");
        let file = TreeFile::new(Some("prod"), &cluster, &ring, "rings/demo.yaml", FileKind::CassandraCluster, &body);
        self.site.write(&format!("{folder}/{}", file.path()), file.text());
    }

    /// Renders a ring for a cluster.
    pub(crate) fn render(&self, ring: &str, place: &Place) {
        self.render_to("clusters", place.name, &self.object(ring, place.wave));
    }

    /// Applies what is rendered, as a GitOps engine, and puts what CassKop made of it there.
    pub(crate) fn settle(&self, ring: &str, place: &Place) {
        self.settle_as(&self.object(ring, place.wave), place);
    }

    pub(crate) fn settle_as(&self, object: &Value, place: &Place) {
        let ring = object["metadata"]["name"].as_str().unwrap().to_owned();
        let moment = self.recording.moments.last().unwrap();
        place.server.apply(object, Way::ServerSide, "gitops");
        let live = self.own(moment.object.as_ref().unwrap(), &ring);
        self.status(&ring, place, &live["status"]);
        for set in &moment.sets {
            let mut set = self.own(set, &ring);
            let name = set["metadata"]["name"].clone();
            set["metadata"] = json!({"name": name, "namespace": self.namespace, "labels": set["metadata"]["labels"]});
            if place.server.get(&set).is_none() {
                place.server.create(&set, "casskop");
            }
            let generation = place.server.get(&set).unwrap()["metadata"]["generation"].clone();
            set["status"]["observedGeneration"] = generation;
            place.server.put_status(&set, "kube-controller-manager");
        }
    }

    /// Sets the status of a ring's object.
    pub(crate) fn status(&self, ring: &str, place: &Place, status: &Value) {
        let mut live = place.server.get(&self.named(ring)).unwrap();
        live["status"] = status.clone();
        place.server.put_status(&live, "casskop");
    }

    /// Changes the status of a ring's object.
    pub(crate) fn edit_status(&self, ring: &str, place: &Place, edit: impl FnOnce(&mut Value)) {
        let mut status = place.server.get(&self.named(ring)).unwrap()["status"].clone();
        edit(&mut status);
        self.status(ring, place, &status);
    }

    /// A merge patch of a ring's object.
    pub(crate) fn patch(&self, ring: &str, place: &Place, patch: &Value, manager: &str) {
        place.server.patch(&self.named(ring), "application/merge-patch+json", patch, manager);
    }

    pub(crate) fn named(&self, ring: &str) -> Value {
        json!({"apiVersion": "db.orange.com/v2", "kind": "CassandraCluster", "metadata": {"name": ring, "namespace": self.namespace}})
    }

    /// The StatefulSet of a rack.
    pub(crate) fn set(&self, name: &str) -> Value {
        json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": name, "namespace": self.namespace}})
    }

    /// Runs `gate` with a short hold. Nothing secret is ever said.
    pub(crate) fn gate(&self, words: &str) -> Run {
        let run = self.site.run(&format!("gate {words} {QUICK}"));
        assert!(!format!("{run:?}").contains("planted"), "{run:?}");
        run
    }

    /// What a person reads, without what is another one in each run.
    pub(crate) fn told(&self, run: &Run) -> String {
        let mut told = run.told().replace(&self.namespace, "NAMESPACE");
        for place in &self.places {
            let host = place.server.url().replace("https://", "");
            told = told.replace(&host, &format!("{}.example.net", place.name));
        }
        told
    }

    /// Starts `gate` and lets it run.
    pub(crate) fn start(&self, words: &str) -> Running {
        let log = self.site.path("gate.log");
        let out = self.site.path("gate.out");
        let file = |path: &PathBuf| std::fs::File::create(path).unwrap();
        let mut command = self.site.command();
        command.args("gate".split(' ').chain(words.split_whitespace()).chain(QUICK.split(' ')));
        let child = command.stdin(Stdio::null()).stdout(file(&out)).stderr(file(&log)).spawn().unwrap();
        Running { child, log, out }
    }
}

/// Gives an object the content hash of its spec.
pub(crate) fn hashed(object: &mut Value) {
    object["metadata"]["annotations"][CONTENT_HASH] = json!(content_hash(&Node::from(&object["spec"]), None));
}

/// A run that is not over yet.
pub(crate) struct Running {
    pub(crate) child: Child,
    log: PathBuf,
    out: PathBuf,
}

impl Running {
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Waits until the log says something.
    pub(crate) fn until(&mut self, text: &str) {
        let start = Instant::now();
        while !self.log().contains(text) {
            let over = self.child.try_wait().unwrap();
            assert!(over.is_none() && start.elapsed() < PATIENCE, "{text:?} is not said, {over:?}:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: &str) {
        let sent = std::process::Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end.
    pub(crate) fn ended(mut self) -> Run {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                panic!("it does not end:\n{}", self.log());
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        let read = |path: &PathBuf| std::fs::read_to_string(path).unwrap();
        Run { code: status.code(), stdout: read(&self.out), stderr: self.log() }
    }
}

/// Fails unless a report fits the published schema.
#[track_caller]
pub(crate) fn assert_fits(report: &Value) {
    let schema = Kind::named("gate-report").unwrap().schema();
    let validator = jsonschema::validator_for(schema.as_value()).unwrap();
    let errors: Vec<_> = validator.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{report:#}");
}
