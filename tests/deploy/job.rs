//! The scheduled job and its rights, in a real API server: they are taken, and the
//! job's command runs with the token of its service account.

#![cfg(test)]

use std::path::Path;
use std::process::{Command, Output};

use http::Method;
use serde_json::{Value as Json, json};

use crate::plane::{Cluster, Plane, Way, documents};
use crate::{deploy, printed};

/// What kustomize makes of a folder, or of one that uses folders of `deploy/` in its own way.
fn built(kustomization: &str) -> Option<Vec<Json>> {
    let folder = tempfile::tempdir().unwrap();
    let linked = folder.path().join("deploy");
    std::os::unix::fs::symlink(deploy(""), linked).unwrap();
    std::fs::create_dir(folder.path().join("own")).unwrap();
    std::fs::write(folder.path().join("own/kustomization.yaml"), kustomization).unwrap();
    let arguments = ["kustomize", "--load-restrictor=LoadRestrictionsNone", "own"];
    Some(documents("deploy", &printed("kubectl", &arguments, folder.path())?))
}

fn schedule(components: &str) -> Option<Vec<Json>> {
    built(&format!("resources: [../deploy/schedule]\n{components}"))
}

fn kind<'a>(objects: &'a [Json], kind: &str) -> &'a Json {
    objects.iter().find(|object| object["kind"] == kind).unwrap_or_else(|| panic!("there is no {kind}"))
}

fn apply(cluster: &Cluster, objects: &[Json]) {
    for object in objects {
        cluster.apply(object, Way::ServerSide, "test");
    }
}

#[test]
fn every_way_is_taken_by_an_api_server() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.shared(0);
    for components in ["", "components: [../deploy/textfile]", "components: [../deploy/pushgateway]"] {
        let Some(objects) = schedule(components) else { return };
        apply(cluster, &objects);
        let containers = &kind(&objects, "CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"];
        assert_eq!(containers.as_array().unwrap().len(), 1 + usize::from(components.contains("push")));
    }
}

/// The identity of the job has the rights of deploy/reader and no others.
#[test]
fn the_jobs_command_runs_with_the_jobs_token() {
    let Some(plane) = Plane::find() else { return };
    let cluster = plane.shared(1);
    let Some(objects) = schedule("") else { return };
    apply(cluster, &objects);
    let namespace = cluster.namespace("rings");
    let site = Site::new(cluster, &namespace);
    // Without a binding nothing is seen, and that is not clean.
    let blind = site.drift(&kind(&objects, "CronJob")["spec"]["jobTemplate"]);
    assert_eq!(blind.status.code(), Some(3), "{blind:?}");
    assert!(String::from_utf8_lossy(&blind.stdout).contains("cassandraclusters"), "{blind:?}");
    let Some(rights) = built(&format!("namespace: {namespace}\nresources: [../deploy/reader]")) else { return };
    let binding = kind(&rights, "RoleBinding");
    assert_eq!(
        (&binding["subjects"][0]["namespace"], &binding["metadata"]["namespace"]),
        (&json!("multicasskop"), &json!(namespace))
    );
    apply(cluster, &rights);
    let seen =
        crate::job::until(|| site.drift(&kind(&objects, "CronJob")["spec"]["jobTemplate"]), |run| run.status.code() == Some(1));
    assert!(String::from_utf8_lossy(&seen.stdout).contains("missing"), "{seen:?}");
    assert!(
        site.folder.path().join("reports/multicasskop.prom").exists() && site.folder.path().join("history/drift.jsonl").exists()
    );
    // Once Argo CD has applied the tree all is well.
    for manifest in documents("tree", &site.manifest) {
        cluster.apply(&manifest, Way::ServerSide, "argocd-controller");
    }
    let clean = site.drift(&kind(&objects, "CronJob")["spec"]["jobTemplate"]);
    assert_eq!(clean.status.code(), Some(0), "{clean:?}");
    job_may(cluster, &namespace, &kind(&rights, "Role")["rules"]);
}

/// Rights take a moment to be known.
pub(crate) fn until<T>(mut look: impl FnMut() -> T, done: impl Fn(&T) -> bool) -> T {
    let mut last = look();
    for _ in 0..50 {
        if done(&last) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
        last = look();
    }
    last
}

/// The folders of the job's pod.
struct Site {
    folder: tempfile::TempDir,
    manifest: String,
}

const RING: &str = "\
apiVersion: db.orange.com/v2
kind: MultiCasskop
metadata: {name: demo}
spec:
  base:
    metadata: {name: demo, namespace: NAMESPACE}
    spec: {nodesPerRacks: 1, dataCapacity: 10Gi, topology: {dc: [{name: dc1, rack: [{name: rack1}]}]}}
  override: {here: {}}
";

impl Site {
    fn new(cluster: &Cluster, namespace: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["repository/current", "history", "reports", "access"] {
            std::fs::create_dir_all(path(name)).unwrap();
        }
        std::fs::write(path("access/ca.pem"), cluster.ca_pem()).unwrap();
        let token = json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"audiences": []}});
        let address = "/api/v1/namespaces/multicasskop/serviceaccounts/multicasskop/token";
        let answer = cluster.request(Method::POST, address, "application/json", Some(&token)).unwrap();
        let kubeconfig = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "here",
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "job"}}],
            "clusters": [{"name": "here", "cluster": {"server": cluster.url(), "certificate-authority": path("access/ca.pem")}}],
            "users": [{"name": "job", "user": {"token": answer["status"]["token"]}}],
        });
        std::fs::write(path("access/kubeconfig"), kubeconfig.to_string()).unwrap();
        std::fs::write(path("repository/current/ring.yaml"), RING.replace("NAMESPACE", namespace)).unwrap();
        let fleet = "apiVersion: multicasskop.dev/v1alpha1\nkind: Fleet\nmetadata: {name: prod}\nsources: [ring.yaml]\nout: clusters\n\
                     casskopVersion: 2.3.4\nengine: argocd\nmerge: merge-patch\nrings: {demo: {seeds: none}}\nclusters: [{name: here}]\n";
        std::fs::write(path("repository/current/fleet.yaml"), fleet).unwrap();
        let rendered = Command::new(env!("CARGO_BIN_EXE_multicasskop"))
            .args(["render", "--allow", "all"])
            .current_dir(path("repository/current"))
            .output()
            .unwrap();
        assert!(rendered.status.success(), "{}", String::from_utf8_lossy(&rendered.stderr));
        let manifest = std::fs::read_to_string(path("repository/current/clusters/here/demo.yaml")).unwrap();
        Self { folder, manifest }
    }

    /// Runs the command of the container `drift`, its mounts being folders of ours.
    fn drift(&self, job: &Json) -> Output {
        let container = &job["spec"]["template"]["spec"]["containers"][0];
        let here = |text: &str| {
            let mounts = container["volumeMounts"].as_array().unwrap().iter();
            mounts.fold(text.to_owned(), |text, mount| {
                let path = mount["mountPath"].as_str().unwrap();
                let own = self.folder.path().join(path.trim_start_matches('/'));
                match text.split_once(path) {
                    Some((before, after)) if before.is_empty() || before.ends_with('=') => {
                        format!("{before}{}{after}", own.display())
                    }
                    _ => text,
                }
            })
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_multicasskop"));
        command.env_clear().args(container["args"].as_array().unwrap().iter().map(|word| here(word.as_str().unwrap())));
        for variable in container["env"].as_array().unwrap() {
            command.env(variable["name"].as_str().unwrap(), here(variable["value"].as_str().unwrap()));
        }
        let output = command.current_dir(Path::new("/")).output().unwrap();
        for said in [&output.stdout, &output.stderr] {
            crate::planted::assert_none("the log", &String::from_utf8_lossy(said));
        }
        output
    }
}

/// Fails unless the job may do exactly what the rules say.
fn job_may(cluster: &Cluster, namespace: &str, rules: &Json) {
    assert_eq!(*rules, json!([{"apiGroups": ["db.orange.com"], "resources": ["cassandraclusters"], "verbs": ["list"]}]));
    for (group, resource, verb, allowed) in [
        ("db.orange.com", "cassandraclusters", "list", true),
        ("db.orange.com", "cassandraclusters", "update", false),
        ("", "secrets", "get", false),
        ("apps", "statefulsets", "list", false),
    ] {
        let review = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": {
            "user": "system:serviceaccount:multicasskop:multicasskop",
            "resourceAttributes": {"namespace": namespace, "group": group, "resource": resource, "verb": verb},
        }});
        let address = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
        let answer = cluster.request(Method::POST, address, "application/json", Some(&review)).unwrap();
        assert_eq!(answer["status"]["allowed"], json!(allowed), "{verb} {resource}");
    }
}
