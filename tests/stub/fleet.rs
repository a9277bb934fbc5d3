//! A fleet for the stub servers: rings of up to ten clusters, their rendered tree,
//! and what would run if CassKop had carried all of it out.

use std::path::{Path, PathBuf};
use std::process::Command;

use k8s_openapi::ByteString;
use multicasskop::source::Sources;
use multicasskop::yaml::{Budget, compose};
use serde_json::{Map, Value as Json, json};

use super::{Manner, Stub, Stubs, planted};

/// The version of the objects.
pub(super) const VERSION: &str = "db.orange.com/v2";
/// The namespace of all rings.
pub(crate) const NAMESPACE: &str = "cassandra";
/// So many clusters share a ring.
const RING: usize = 10;
/// In one cluster of so many, somebody has edited the live object.
const EDITED: usize = 10;

/// A folder with a fleet file, a rendered tree and a kubeconfig, and the servers.
pub(crate) struct Site {
    folder: tempfile::TempDir,
    /// One for each cluster, in the fleet's order.
    pub(crate) servers: Vec<Stub>,
}

impl Site {
    /// Renders a fleet of so many clusters and starts their servers; `manner` says
    /// what the server of a cluster does.
    pub(crate) fn new(clusters: usize, manner: impl Fn(usize) -> Manner) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("fleet.yaml", &fleet(clusters));
        for first in (0..clusters).step_by(RING) {
            write(&format!("rings/{}.yaml", ring(first)), &source(first, (first + RING).min(clusters)));
        }
        let mut site = Self { folder, servers: Vec::new() };
        site.run("render", 0);
        let stubs = Stubs::new();
        site.servers = (0..clusters).map(|at| stubs.start(vec![site.live(at)], manner(at))).collect();
        let urls: Vec<_> = site.servers.iter().map(|server| server.url.as_str()).collect();
        std::fs::write(site.path("kubeconfig"), kubeconfig(&urls, &stubs.authority)).unwrap();
        site
    }

    /// A path in the folder.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// A program that runs in the folder, with its kubeconfig and nothing else of this machine's environment.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(if program == "multicasskop" { env!("CARGO_BIN_EXE_multicasskop") } else { program });
        command.env_clear().current_dir(self.folder.path()).env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("KUBECONFIG", self.path("kubeconfig")).env("HOME", self.folder.path());
        command
    }

    /// The command's output, which must end with this exit code.
    pub(crate) fn run(&self, words: &str, code: i32) -> String {
        let output = self.command("multicasskop").args(words.split_whitespace()).output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        planted::assert_none("the output", &said);
        assert_eq!(output.status.code(), Some(code), "{said}");
        said
    }

    /// The rendered file of a cluster, relative to the folder.
    pub(crate) fn rendered(at: usize) -> PathBuf {
        Path::new("clusters").join(cluster(at)).join(format!("{}.yaml", ring(at)))
    }

    /// Renders one more ring in the clusters of the first one; it is missing in all of them.
    pub(crate) fn add_ring(&self, name: &str, namespace: &str) {
        let first = std::fs::read_to_string(self.path("rings/ring-0.yaml")).unwrap();
        let namespaces = (format!("namespace: {NAMESPACE}"), format!("namespace: {namespace}"));
        let more = first.replace("ring-0", name).replace(&namespaces.0, &namespaces.1).replace(".example.net", ".example.com");
        std::fs::write(self.path(&format!("rings/{name}.yaml")), more).unwrap();
        self.run("render", 0);
    }

    fn live(&self, at: usize) -> Json {
        let text = std::fs::read_to_string(self.path(&Self::rendered(at).to_string_lossy())).unwrap();
        let mut object = live(&text);
        if at % EDITED == 3 {
            object["spec"]["maxPodUnavailable"] = json!(2);
        }
        object
    }
}

/// The cluster's name, and that of its context.
pub(crate) fn cluster(at: usize) -> String {
    format!("c{at:04}")
}

fn ring(at: usize) -> String {
    format!("ring-{}", at / RING)
}

fn fleet(clusters: usize) -> String {
    let clusters = (0..clusters).map(|at| format!("- name: {}\n", cluster(at))).collect::<Vec<_>>().concat();
    format!(
        "apiVersion: multicasskop.dev/v1alpha1\nkind: Fleet\nmetadata: {{name: many}}\nsources: [rings/*.yaml]\nout: clusters\n\
         casskopVersion: 2.3.4\nengine: argocd\nmerge: merge-patch\nclusters:\n{clusters}"
    )
}

/// The ring of the clusters from `first` up to `end`.
fn source(first: usize, end: usize) -> String {
    let base = "\
apiVersion: db.orange.com/v2
kind: MultiCasskop
metadata: {name: RING}
spec:
  base:
    apiVersion: db.orange.com/v2
    kind: CassandraCluster
    metadata: {name: RING, namespace: NAMESPACE}
    spec:
      nodesPerRacks: 1
      cassandraImage: cassandra:4.0.13
      serverVersion: 4.0.13
      bootstrapImage: ghcr.io/cscetbon/casskop-bootstrap:0.1.21
      configBuilderImage: datastax/cass-config-builder:1.0.4
      backRestSidecar: {image: 'ghcr.io/cscetbon/instaclustr-icarus:1.1.3'}
      imagepullpolicy: IfNotPresent
      dataCapacity: 20Gi
      dataStorageClass: fast
      hardAntiAffinity: true
      deletePVC: false
      autoPilot: false
      autoUpdateSeedList: false
      maxPodUnavailable: 1
      config: {cassandra-yaml: {num_tokens: 32, read_request_timeout_in_ms: 10000}, jvm-server-options: {max_heap_size: 4G}}
      resources:
        requests: {cpu: '2', memory: 8Gi}
        limits: {cpu: '2', memory: 8Gi}
  override:
";
    let part = |at: usize| {
        let name = cluster(at);
        let host = format!("{name}.example.net");
        format!(
            "    {name}: {{spec: {{service: {{annotations: {{external-dns.alpha.kubernetes.io/hostname: {host}, \
             external-dns.kubernetes.io/hostname: {host}}}}}, topology: {{dc: [{{name: d{name}, \
             rack: [{{name: rack1}}, {{name: rack2}}, {{name: rack3}}]}}]}}}}}}\n"
        )
    };
    base.replace("RING", &ring(first)).replace("NAMESPACE", NAMESPACE) + &(first..end).map(part).collect::<String>()
}

/// The object of a rendered manifest, as it would be read from a cluster in which
/// CassKop is done with it: with status, managers, and what CassKop and Argo CD note.
pub(crate) fn live(manifest: &str) -> Json {
    let mut sources = Sources::default();
    let id = sources.add("rendered", manifest);
    let documents = compose(&sources, id, &mut Budget::default()).unwrap();
    let mut object = serde_json::to_value(&documents[0].root).unwrap();
    let applied = object.clone();
    let uid = "6f0f8f1e-2c3c-4a57-9d0e-0d8f4a1f0f11";
    let metadata = &mut object["metadata"];
    metadata["uid"] = json!(uid);
    metadata["generation"] = json!(1);
    metadata["resourceVersion"] = json!("4711");
    metadata["creationTimestamp"] = json!("2026-01-05T08:00:00Z");
    let seen = object.to_string();
    let annotations = &mut object["metadata"]["annotations"];
    annotations["kubectl.kubernetes.io/last-applied-configuration"] = json!(format!("{applied}\n"));
    annotations["cassandraclusters.db.orange.com/last-applied-configuration"] = json!(seen);
    object["status"] = status(&applied);
    let by = |manager: &str, fields: Json| {
        json!({
            "manager": manager, "operation": "Update", "apiVersion": VERSION, "time": "2026-01-05T08:00:00Z",
            "fieldsType": "FieldsV1", "fieldsV1": fields,
        })
    };
    object["metadata"]["managedFields"] = json!([
        by("argocd-controller", json!({"f:metadata": fields(&applied["metadata"]), "f:spec": fields(&applied["spec"])})),
        by("casskop", json!({"f:status": fields(&object["status"])})),
    ]);
    object
}

fn status(applied: &Json) -> Json {
    let dc = applied["spec"]["topology"]["dc"][0]["name"].as_str().unwrap();
    let action = json!({
        "name": "Initializing", "status": "Done", "startTime": "2026-01-05T08:00:10Z", "endTime": "2026-01-05T08:09:10Z",
    });
    let rack = json!({"phase": "Running", "cassandraLastAction": action, "podLastOperation": {}});
    let racks: Map<_, _> = (1..=3).map(|at| (format!("{dc}-rack{at}"), rack.clone())).collect();
    json!({
        "phase": "Running", "lastClusterAction": "Initializing", "lastClusterActionStatus": "Done",
        "cassandraRackStatus": racks, "seedlist": [format!("ring-{dc}-rack1-0.ring.{NAMESPACE}")],
    })
}

/// The fields of a value in the form of `fieldsV1`; lists are owned as a whole.
fn fields(value: &Json) -> Json {
    match value {
        Json::Object(map) => map.iter().map(|(key, value)| (format!("f:{key}"), fields(value))).collect::<Map<_, _>>().into(),
        _ => json!({}),
    }
}

fn kubeconfig(urls: &[&str], authority: &str) -> String {
    let authority = ByteString(authority.as_bytes().to_vec());
    let named = |what: &dyn Fn(usize, &str) -> Json| -> Vec<_> {
        urls.iter()
            .enumerate()
            .map(|(at, url)| {
                let mut entry = what(at, url);
                entry["name"] = json!(cluster(at));
                entry
            })
            .collect()
    };
    let clusters = named(&|_, url| json!({"cluster": {"server": url, "certificate-authority-data": authority}}));
    let users = named(&|_, _| json!({"user": {"token": "planted-token"}}));
    let contexts = named(&|at, _| json!({"context": {"cluster": cluster(at), "user": cluster(at)}}));
    json!({"apiVersion": "v1", "kind": "Config", "clusters": clusters, "users": users, "contexts": contexts}).to_string()
}
