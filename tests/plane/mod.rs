//! Real API servers for tests: `etcd` and `kube-apiserver`, several clusters at
//! once, each with its own authority, users and rights.
//!
//! [`Plane::find`] gives the plane of this test binary, or `None` with one notice
//! where there is no control plane; with `CI=true` that fails. [`Plane::shared`]
//! gives one of a few clusters that are started when a test first asks and that
//! all tests of the binary use, each in its own namespace; [`Plane::start`] one of
//! a test's own. One etcd serves them all, by prefix.
//!
//! The methods block. Asynchronous code of a test goes into [`wait`], because
//! clients belong to the runtime there.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::disallowed_methods, reason = "tests start programs and write files")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod authority;
mod cluster;
pub(crate) mod crd;
mod guard;
mod objects;

use std::path::PathBuf;
use std::sync::OnceLock;

#[allow(unused_imports, reason = "each test file uses a part of it")]
pub(crate) use access::{How, User, base64};
pub(crate) use cluster::Cluster;
#[allow(unused_imports, reason = "each test file uses a part of it")]
pub(crate) use objects::{Way, documents};

use guard::Guard;

/// So many clusters are shared by the tests of a binary.
const SHARED: usize = 3;

/// How a person gets a control plane.
const HOW_TO_GET_IT: &str = "run tests/control-plane/install once, or name its folder in KUBEBUILDER_ASSETS";

/// What all clusters of a test binary have in common.
pub(crate) struct Plane {
    /// The folder with `etcd` and `kube-apiserver`.
    programs: PathBuf,
    guard: Guard,
    shared: [OnceLock<Cluster>; SHARED],
}

impl Plane {
    /// The plane of this test binary, started when first asked for.
    pub(crate) fn find() -> Option<&'static Self> {
        static PLANE: OnceLock<Option<Plane>> = OnceLock::new();
        let plane = PLANE.get_or_init(|| {
            let Some(programs) = programs() else {
                let ci = std::env::var("CI").as_deref() == Ok("true");
                assert!(!ci, "a control plane is required where CI=true: {HOW_TO_GET_IT}");
                eprintln!("skipped: no etcd and kube-apiserver: {HOW_TO_GET_IT}");
                return None;
            };
            let guard = Guard::start(&programs);
            Some(Self { programs, guard, shared: Default::default() })
        });
        plane.as_ref()
    }

    /// One of the clusters that all tests of the binary share, 0 to 2, with the
    /// newest CRD of our own.
    pub(crate) fn shared(&'static self, number: usize) -> &'static Cluster {
        self.shared[number].get_or_init(|| {
            let cluster = Cluster::start(self);
            cluster.install(&crd::crd(multicasskop::schema::Profile::NEWEST));
            cluster
        })
    }

    /// A cluster of a test's own, with no CRD; it ends with the value.
    pub(crate) fn start(&'static self) -> Cluster {
        Cluster::start(self)
    }
}

/// The folder that has the programs; the script `install` looks in the same ones.
fn programs() -> Option<PathBuf> {
    let named = std::env::var_os("KUBEBUILDER_ASSETS").filter(|folder| !folder.is_empty());
    let assets = named.map_or_else(|| PathBuf::from("/usr/local/kubebuilder/bin"), PathBuf::from);
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from).or_else(home);
    let cached = cache.map(|cache| cache.join("multicasskop/control-plane").join(version()));
    let has = |folder: &PathBuf| ["etcd", "kube-apiserver"].iter().all(|program| folder.join(program).is_file());
    [Some(assets), cached].into_iter().flatten().find(has)
}

/// The release of Kubernetes that `tests/control-plane` builds.
fn version() -> &'static str {
    let module = include_str!("../control-plane/go.mod").lines();
    let mut versions = module.filter_map(|line| line.trim().strip_prefix("k8s.io/kubernetes v"));
    versions.next().expect("go.mod pins it")
}

/// Runs asynchronous code to its end, on the runtime that all clients of this
/// binary live on.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(2).enable_all().build().expect("a runtime")
    });
    tokio::task::block_in_place(|| runtime.block_on(future))
}
