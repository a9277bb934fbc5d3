//! What a real API server makes of the rendered trees: applied in both ways of
//! kubectl, `multicasskop drift` finds nothing, and again after `CassKop` has
//! written the objects back with its own types.
//!
//! Each folder of a tree goes to the server by itself, is compared with it by the
//! program, and leaves again, so that all can have the namespaces that they name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use multicasskop::default::canonical;
use multicasskop::schema::{CASSANDRA_CLUSTER, Profile, Release, Strictness, Versions, decode, encode};
use multicasskop::tree::Node;
use serde_json::{Value, json};

use crate::command::Site;
use crate::common::{folder, golden, tree_of};
use crate::crds::{own_crds, upstream_crds};
use crate::plane::{Cluster, How, Plane, User, Way, crd};

/// What the program is told of a tree.
struct Tree {
    /// Has the fleet file, without `connect:`.
    site: Site,
    folder: PathBuf,
}

/// A cluster's folder of a tree.
struct Folder {
    tree: usize,
    cluster: String,
    objects: Vec<Value>,
    versions: Versions,
}

/// All trees in Git, and their folders.
fn rendered() -> (Vec<Tree>, Vec<Folder>) {
    let (mut trees, mut folders) = (Vec::new(), Vec::new());
    for case in golden() {
        let fleet = fs::read_to_string(case.folder.join("fleet.yaml")).unwrap();
        let lines = fleet.lines().filter(|line| !line.trim_start().starts_with("connect:")).collect::<Vec<_>>();
        let fleet = case.texts().fleet.expect("a case has a fleet");
        for cluster in fleet.clusters.iter() {
            let versions = fleet.versions(cluster).map_or(Versions::one(Release::NEWEST), |found| found.value);
            let files =
                tree_of(&case.tree.join(cluster.name.as_str())).into_iter().filter(|(name, _)| name != "kustomization.yaml");
            let objects: Vec<_> = files.flat_map(|(name, text)| crate::plane::documents(&name, &text)).collect();
            if !objects.is_empty() {
                folders.push(Folder { tree: trees.len(), cluster: cluster.name.to_string(), objects, versions });
            }
        }
        trees.push(Tree { site: Site::with(&[("fleet.yaml", &lines.join("\n"))]), folder: case.tree });
    }
    let objects = folders.iter().map(|folder| folder.objects.len()).sum::<usize>();
    assert!(objects >= 30, "only {objects} objects were found");
    (trees, folders)
}

fn is_ring(object: &Value) -> bool {
    object["kind"] == "CassandraCluster"
}

/// What `CassKop` sends when it updates the object: its own types, all filled in,
/// with its annotation and a status.
fn typed_form(live: &Value, release: Release) -> Value {
    let types = release.profile().types();
    let canonical = canonical(&Node::from(live), release).unwrap().object;
    let decoded = decode(&canonical, &CASSANDRA_CLUSTER, types, Strictness::Go).node;
    let mut sent = serde_json::to_value(encode(decoded, &CASSANDRA_CLUSTER, types)).unwrap();
    let metadata = ["name", "namespace", "uid", "generation"].map(|name| (name.to_owned(), live["metadata"][name].clone()));
    let seen = json!({"metadata": BTreeMap::from(metadata), "spec": sent["spec"]});
    sent["metadata"]["annotations"]["cassandraclusters.db.orange.com/last-applied-configuration"] = json!(seen.to_string());
    sent["status"] = live.get("status").cloned().unwrap_or_else(|| json!({}));
    sent["status"]["phase"] = json!("Running");
    sent
}

/// A server with a CRD, to which folders are applied.
struct Check<'a> {
    cluster: &'a Cluster,
    /// With a context for each cluster.
    kubeconfigs: BTreeMap<String, PathBuf>,
    /// Whether the CRD has the status subresource.
    subresource: bool,
    trees: &'a [Tree],
}

impl Check<'_> {
    /// Runs `multicasskop drift`: path and class of what differs, of any class. It has to
    /// end with that code.
    fn drift(&self, folder: &Folder, step: &str, code: i32) -> BTreeSet<(String, String)> {
        let tree = &self.trees[folder.tree];
        let mut command = tree.site.command();
        command.env("KUBECONFIG", &self.kubeconfigs[&folder.cluster]).arg("drift").arg("--out").arg(&tree.folder);
        let output = command.args(["--cluster", &folder.cluster, "--seeds", "-o", "json"]).output().unwrap();
        let [told, errors] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
        let all = format!("{} {}, {step}:\n{told}{errors}", tree.folder.display(), folder.cluster);
        assert_eq!(output.status.code(), Some(code), "{all}");
        let report: Value = serde_json::from_str(&told).unwrap();
        assert_eq!(report["notes"], json!([]), "{all}");
        let rings = report["clusters"][0]["rings"].as_array().unwrap();
        assert_eq!(rings.len(), folder.objects.iter().filter(|object| is_ring(object)).count(), "{all}");
        let differences = rings.iter().flat_map(|ring| ring["differences"].as_array().unwrap());
        differences.map(|found| [&found["path"], &found["class"]].map(|text| text.as_str().unwrap().to_owned()).into()).collect()
    }

    /// Applies a folder in one way, has the release of `CassKop` write into it, and
    /// applies it again; the program looks at each step.
    fn folder(&self, folder: &Folder, release: Release, way: Way) {
        let manager = if way == Way::ClientSide { "kubectl-client-side-apply" } else { "kubectl" };
        let step = |step: &str| format!("{release} {way:?}, status subresource {}, {step}", self.subresource);
        let apply = || {
            for object in &folder.objects {
                self.cluster.apply(object, way, manager);
            }
        };
        let rings = || folder.objects.iter().filter(|object| is_ring(object));
        let live = || rings().map(|ring| self.cluster.get(ring).unwrap()).collect::<Vec<_>>();
        apply();
        let first = live();
        let nothing_seen = BTreeSet::from([("spec".to_owned(), "not-processed".to_owned())]);
        let stated: Vec<_> = rings().filter(|ring| ring.get("status").is_some()).collect();
        if self.subresource && !stated.is_empty() {
            // Seeds that go by status are rendered where the API server keeps a status in a
            // manifest. During an upgrade it may do so no more: no new object gets them.
            let lost = BTreeSet::from([("status.seedlist".to_owned(), "seeds".to_owned())]);
            assert_eq!(self.drift(folder, &step("applied"), 1), &nothing_seen | &lost);
            for ring in stated {
                self.cluster.put_status(ring, "kubectl-client-side-apply");
            }
        }
        assert_eq!(self.drift(folder, &step("applied"), 0), nothing_seen, "{}", step("applied"));
        for live in &live() {
            let typed = typed_form(live, release);
            self.cluster.put(&typed, "casskop");
            if self.subresource {
                self.cluster.put_status(&typed, "casskop");
            }
        }
        assert_eq!(self.drift(folder, &step("written back by CassKop"), 0), BTreeSet::new());
        apply();
        assert_eq!(self.drift(folder, &step("applied again"), 0), BTreeSet::new());
        let generations = |all: &[Value]| all.iter().map(|live| live["metadata"]["generation"].clone()).collect::<Vec<_>>();
        if self.subresource {
            assert_eq!(generations(&first), generations(&live()), "{}", step("nothing has changed"));
        }
        for object in &folder.objects {
            self.cluster.delete(object);
        }
    }
}

/// All folders with the CRDs, one CRD after the other.
fn check_all(plane: &'static Plane, crds: &[(Profile, Value)], (trees, folders): &(Vec<Tree>, Vec<Folder>)) -> usize {
    let cluster = plane.start();
    let kubeconfig = |folder: &Folder| {
        let path = cluster.kubeconfig(&folder.cluster, &User::admin(), How::Token);
        (folder.cluster.clone(), path)
    };
    let kubeconfigs: BTreeMap<_, _> = folders.iter().map(kubeconfig).collect();
    let namespaces: BTreeSet<_> = folders
        .iter()
        .flat_map(|folder| &folder.objects)
        .map(|object| object["metadata"]["namespace"].as_str().unwrap())
        .collect();
    for namespace in namespaces {
        cluster.create(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}), "test");
    }
    let mut checked = 0;
    for (profile, crd) in crds {
        cluster.install(crd);
        let subresource = !crd["spec"]["versions"][0]["subresources"]["status"].is_null();
        let check = Check { cluster: &cluster, kubeconfigs: kubeconfigs.clone(), subresource, trees };
        for folder in folders {
            let of_profile = folder.versions.each().filter(|release| release.profile() == *profile);
            for release in of_profile {
                for way in [Way::ServerSide, Way::ClientSide] {
                    check.folder(folder, release, way);
                    checked += 1;
                }
            }
        }
    }
    checked
}

#[test]
fn every_rendered_tree_is_without_drift() {
    let Some(plane) = Plane::find() else { return };
    let rendered = rendered();
    let own: Vec<_> = own_crds().map(|(_, profile, crd)| (profile, crd)).collect();
    // The newest one also as it would be without the status subresource.
    let upstream = folder("CASSKOP_UPSTREAM").map(|folder| {
        let mut crds = upstream_crds(&folder);
        let (profile, newest) = crds.last().cloned().unwrap();
        crds.push((profile, crd::with_status_subresource(newest, false)));
        crds
    });
    std::thread::scope(|scope| {
        let sets = [Some(own), upstream].into_iter().flatten();
        let checks: Vec<_> = sets.map(|crds| scope.spawn(|| (check_all(plane, &crds, &rendered), crds).0)).collect();
        for check in checks {
            let checked = check.join().unwrap();
            assert!(checked >= 2 * rendered.1.len(), "only {checked} checks of {} folders", rendered.1.len());
        }
    });
}
