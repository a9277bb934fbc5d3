//! The files of the tree: where each goes and what it holds.
//!
//! A [`TreePath`] is a checked cluster name and a checked file name and cannot
//! be made of anything else, so nothing that a user writes can lead out of the
//! tree. Pure.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::header::{About, Header, RingKey};
use super::text::SharedText;
use crate::finding::Finding;
use crate::names::{ClusterName, RingName};

/// The longest file name that common file systems take, in bytes.
const LONGEST_NAME: usize = 255;

/// Which of a ring's objects a file holds, in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileKind {
    /// The `ConfigMap` with the seeds; first, because the pods mount it.
    SeedsConfigMap,
    /// The `CassandraCluster`.
    CassandraCluster,
}

/// Name of a file of ours in a cluster's directory.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileName(Box<str>);

impl FileName {
    /// The file of a ring's object: `<ring>.yaml` or `<ring>-seeds.yaml`
    /// (whatever the `ConfigMap` in it is called).
    pub fn of(ring: &RingName, kind: FileKind) -> Self {
        let suffix = match kind {
            FileKind::SeedsConfigMap => "-seeds",
            FileKind::CassandraCluster => "",
        };
        Self(format!("{ring}{suffix}.yaml").into())
    }

    /// `kustomization.yaml`
    pub fn kustomization() -> Self {
        Self("kustomization.yaml".into())
    }

    /// A name found in a directory, if it is one that we could have given.
    pub fn listed(name: &str) -> Option<Self> {
        let stem = name.strip_suffix(".yaml")?;
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let good =
            stem.bytes().next().is_some_and(letter) && stem.bytes().all(|byte| letter(byte) || matches!(byte, b'.' | b'-'));
        good.then(|| Self(name.into()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a file lies below `out`: `<cluster>/<file>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TreePath {
    /// The directory.
    pub cluster: ClusterName,
    /// The file in it.
    pub file: FileName,
}

impl TreePath {
    /// Where a ring's object goes.
    pub fn of(cluster: &ClusterName, ring: &RingName, kind: FileKind) -> Self {
        Self { cluster: cluster.clone(), file: FileName::of(ring, kind) }
    }
}

impl fmt::Display for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.cluster, self.file)
    }
}

/// A rendered object as a file.
#[derive(Clone, Debug)]
pub struct TreeFile {
    path: TreePath,
    kind: FileKind,
    ring: RingKey,
    header: Arc<str>,
    body: SharedText,
}

impl TreeFile {
    /// Makes the file of one object.
    ///
    /// `fleet` is the fleet file's name, if there is one; `source` the path of
    /// the file that the ring was read from, as the header shall show it;
    /// `body` the object as YAML, with a line feed at its end.
    pub fn new(
        fleet: Option<&str>,
        cluster: &ClusterName,
        ring: &RingKey,
        source: &str,
        kind: FileKind,
        body: impl Into<SharedText>,
    ) -> Self {
        let body = body.into();
        let header = Header {
            fleet: fleet.map(Into::into),
            cluster: cluster.clone(),
            about: About::Ring { ring: ring.clone(), source: source.into() },
        };
        let header = header.text(&body).into();
        Self { path: TreePath::of(cluster, &ring.name, kind), kind, ring: ring.clone(), header, body }
    }

    /// Where it goes.
    pub fn path(&self) -> &TreePath {
        &self.path
    }

    /// What it holds.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// The ring that it belongs to.
    pub fn ring(&self) -> &RingKey {
        &self.ring
    }

    /// The object alone, without the header.
    pub fn body(&self) -> String {
        self.body.to_string()
    }

    /// The whole file.
    pub fn text(&self) -> String {
        self.whole().to_string()
    }

    fn whole(&self) -> SharedText {
        [&self.header].into_iter().chain(self.body.pieces()).cloned().collect()
    }

    /// Length of the whole file in bytes.
    pub fn size(&self) -> usize {
        self.header.len() + self.body.len()
    }

    /// Whether the bytes are the whole file, however the lines end.
    pub fn is(&self, bytes: &[u8]) -> bool {
        self.whole().is(bytes)
    }

    /// The path and the whole file.
    pub fn into_parts(self) -> (TreePath, SharedText) {
        let text = self.whole();
        (self.path, text)
    }
}

/// Two objects that would go to the same path, and names that are too long for
/// a file: input that cannot be used, one finding for all clusters.
pub fn check_paths(files: &[TreeFile]) -> Vec<Finding> {
    let mut taken: BTreeMap<&TreePath, &TreeFile> = BTreeMap::new();
    let mut clashes: BTreeMap<(&FileName, &RingKey, &RingKey), Vec<&ClusterName>> = BTreeMap::new();
    let mut long: BTreeMap<&FileName, (&RingKey, Vec<&ClusterName>)> = BTreeMap::new();
    for file in files {
        let TreePath { cluster, file: name } = file.path();
        if let Some(first) = taken.get(file.path()) {
            let (a, b) = (first.ring().min(file.ring()), first.ring().max(file.ring()));
            clashes.entry((name, a, b)).or_default().push(cluster);
        }
        if name.as_str().len() > LONGEST_NAME {
            long.entry(name).or_insert_with(|| (file.ring(), Vec::new())).1.push(cluster);
        }
        taken.insert(file.path(), file);
    }
    let clashes = clashes.into_iter().map(|((name, a, b), clusters)| {
        let finding = Finding::invalid(format!("the rings `{a}` and `{b}` would both be written to `{name}`"))
            .why("a file holds one object, so one ring would replace the other")
            .fix("rename one of the rings, or render them to different directories with `out`");
        (finding.ring(&a.name), clusters)
    });
    let long = long.into_iter().map(|(name, (ring, clusters))| {
        let finding = Finding::invalid(format!("the name of the ring `{ring}` is too long for a file"))
            .why(format!("its file would be called `{name}`, and a file name can have at most {LONGEST_NAME} bytes"))
            .fix("give the ring a shorter name");
        (finding.ring(&ring.name), clusters)
    });
    clashes.chain(long).map(|(finding, clusters)| clusters.into_iter().fold(finding, Finding::cluster)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Namespace;

    fn file(cluster: &str, namespace: &str, ring: &str, kind: FileKind) -> TreeFile {
        let ring = RingKey { namespace: Namespace::new(namespace).unwrap(), name: RingName::new(ring).unwrap() };
        TreeFile::new(None, &ClusterName::new(cluster).unwrap(), &ring, "a.yaml", kind, "a: 1\n")
    }

    #[test]
    fn a_file_is_its_header_and_its_body() {
        let file = file("k1", "ns", "a", FileKind::SeedsConfigMap);
        assert_eq!(file.path().to_string(), "k1/a-seeds.yaml");
        assert_eq!(file.body(), "a: 1\n");
        let text = file.text();
        assert!(text.starts_with("# ") && text.ends_with("\na: 1\n") && text.len() == file.size());
    }

    #[test]
    fn two_rings_on_one_path_are_one_finding_for_all_clusters() {
        use FileKind::{CassandraCluster, SeedsConfigMap};
        let files = [
            file("k1", "ns", "a", SeedsConfigMap),
            file("k1", "ns", "a-seeds", CassandraCluster),
            file("k2", "ns", "a", SeedsConfigMap),
            file("k2", "ns", "a-seeds", CassandraCluster),
        ];
        let found = check_paths(&files);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "the rings `ns/a` and `ns/a-seeds` would both be written to `a-seeds.yaml`");
        assert_eq!(found[0].clusters.len(), 2);
        assert_eq!(check_paths(&[file("k1", "x", "a", CassandraCluster), file("k1", "y", "a", CassandraCluster)]).len(), 1);
        let apart = [file("k1", "x", "a", CassandraCluster), file("k2", "y", "a", CassandraCluster)];
        assert!(check_paths(&apart).is_empty());
    }

    #[test]
    fn a_name_that_no_file_system_takes_is_found() {
        let name = |length: usize| "a".repeat(length);
        assert!(check_paths(&[file("k1", "ns", &name(250), FileKind::CassandraCluster)]).is_empty());
        assert_eq!(check_paths(&[file("k1", "ns", &name(251), FileKind::CassandraCluster)]).len(), 1);
        assert_eq!(check_paths(&[file("k1", "ns", &name(245), FileKind::SeedsConfigMap)]).len(), 1);
    }

    #[test]
    fn only_names_that_we_give_are_taken_from_a_directory() {
        for name in ["a.yaml", "1e3-seeds.yaml", "a.b.yaml", "kustomization.yaml"] {
            assert!(FileName::listed(name).is_some(), "{name}");
        }
        for name in [".yaml", "a.yml", "a", "A.yaml", "-a.yaml", ".a.yaml", "a/b.yaml", "a b.yaml", "../a.yaml", "ä.yaml"] {
            assert!(FileName::listed(name).is_none(), "{name}");
        }
    }
}
