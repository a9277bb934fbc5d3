//! `multicasskop gate --wait`, run on a tree that is made for one change of a
//! recording.
#![cfg(test)]

use std::fs::File;
use std::process::{Child, Stdio};

use jiff::Timestamp;
use multicasskop::emit::{FileKind, TreeFile};
use multicasskop::names::ClusterName;
use multicasskop::order::SYNC_WAVE;
use multicasskop::schema::Release;
use multicasskop::tree::Node;
use multicasskop::wanted::Wanted;
use multicasskop::yaml::emit;
use serde_json::{Value, json};

use crate::clock::Pace;
use crate::command::{Site, planted};

/// The recorded ring, and the next one in the order of waves.
pub(crate) const CLUSTERS: [&str; 2] = ["c1", "c2"];

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// May the second cluster go?
    Next,
    /// Are all settled? Then the fleet has the first alone.
    All,
}

/// How the gate of a recording is run.
pub(crate) struct Gate {
    pub(crate) site: Site,
    pub(crate) ask: Ask,
    pub(crate) pace: Pace,
    pub(crate) kubeconfig: std::ffi::OsString,
    /// The releases of `CassKop` in both clusters.
    pub(crate) releases: [Release; 2],
}

/// A gate that waits.
pub(crate) struct Waiting {
    child: Child,
    change: usize,
}

/// How a gate ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) report: Value,
    pub(crate) stderr: String,
    /// When its last look was answered, and when it was seen to have ended.
    pub(crate) looked: Timestamp,
    pub(crate) seen: Timestamp,
}

impl Gate {
    fn clusters(&self) -> &'static [&'static str] {
        if self.ask == Ask::All { &CLUSTERS[..1] } else { &CLUSTERS }
    }

    /// Writes the fleet and the tree of a change.
    pub(crate) fn render(&self, change: usize, wanted: &Wanted) {
        let clusters = self.clusters().iter().zip(self.releases);
        let clusters: Vec<_> =
            clusters.map(|(name, release)| json!({"name": name, "casskopVersion": release.to_string()})).collect();
        let fleet = json!({
            "apiVersion": "multicasskop.dev/v1alpha1",
            "kind": "Fleet",
            "metadata": {"name": "player"},
            "sources": ["ring.yaml"],
            "out": "clusters",
            "engine": "other",
            "merge": "merge-patch",
            "clusters": clusters,
        });
        self.site.write(&format!("{change}/fleet.yaml"), fleet.to_string());
        for (wave, name) in self.clusters().iter().enumerate() {
            let mut object = serde_json::to_value(&wanted.object).unwrap();
            object["metadata"]["annotations"][SYNC_WAVE] = json!((wave * 10).to_string());
            let cluster = ClusterName::new(name).unwrap();
            let body = emit(&Node::from(&object));
            let file = TreeFile::new(Some("player"), &cluster, &wanted.ring, "ring.yaml", FileKind::CassandraCluster, &body);
            self.site.write(&format!("{change}/clusters/{}", file.path()), file.text());
        }
    }

    /// What the gate of a change has logged.
    pub(crate) fn said(&self, change: usize) -> String {
        self.site.read(&format!("{change}/stderr"))
    }

    /// Starts the program on the tree of a change.
    pub(crate) fn start(&self, change: usize) -> Waiting {
        let seconds = |recorded: f64| format!("{}ms", (recorded * 1000.0 / self.pace.of_gate()).round());
        let mut command = self.site.command();
        command.current_dir(self.site.path(&change.to_string())).env("KUBECONFIG", &self.kubeconfig);
        command.args(["gate", if self.ask == Ask::All { "--all" } else { CLUSTERS[1] }, "--wait", "-o", "json"]);
        command.args(["--stable", &seconds(20.0), "--every", &seconds(self.pace.apart())]);
        if let Some(before) = change.checked_sub(1) {
            command.arg("--since").arg(self.site.path(&format!("{before}/clusters")));
        }
        let file = |name: &str| File::create(self.site.path(&format!("{change}/{name}"))).unwrap();
        command.stdin(Stdio::null()).stdout(file("stdout")).stderr(file("stderr"));
        Waiting { child: command.spawn().unwrap(), change }
    }
}

impl Waiting {
    /// How it has ended, if it has.
    pub(crate) fn ended(&mut self, gate: &Gate) -> Option<Ended> {
        let status = self.child.try_wait().unwrap()?;
        let seen = Timestamp::now();
        let read = |name: &str| gate.site.read(&format!("{}/{name}", self.change));
        let (stdout, stderr) = (read("stdout"), read("stderr"));
        planted::assert_none("standard output", &stdout);
        planted::assert_none("standard error", &stderr);
        let report: Value = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}:\n{stdout}\n{stderr}"));
        let looked = report["at"].as_str().unwrap().parse().unwrap();
        Some(Ended { code: status.code(), report, stderr, looked, seen })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
