//! Decides what a run does to the tree: what is written, removed, left alone
//! or refused.
//!
//! A file is ours by its header. Files that are not ours are never changed; of
//! ours a run touches those that its [`Scope`] reaches, and only if nobody
//! edited them since. Pure: what is there comes as a [`Snapshot`].

use std::collections::{BTreeMap, BTreeSet};

use super::apply::TempName;
use super::diff::{FileDiff, Side, unified};
use super::snapshot::{Directory, Obstacle, OnDisk, Ours, Place, Snapshot};
use super::{Scope, foreign};
use crate::emit::{FileKind, FileName, Header, RingKey, SharedText, State, TreeFile, TreePath, check_paths, kustomization};
use crate::finding::{Finding, Kind, Severity};
use crate::names::ClusterName;

/// A file to be written.
#[derive(Clone, Debug)]
pub struct Write {
    /// Where.
    pub path: TreePath,
    /// Whether there is a file now.
    pub replaces: bool,
    /// What will be there.
    pub new: SharedText,
}

/// A file to be removed.
#[derive(Clone, Debug)]
pub struct Removal {
    /// Where.
    pub path: TreePath,
}

/// What a run will do to the tree.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// `out` as the user wrote it, for messages.
    pub out: String,
    /// In the order in which the files are to be put in place: seeds, objects
    /// that refer to them, kustomizations that list both.
    pub writes: Vec<Write>,
    /// In order: kustomizations, then what they list.
    pub removals: Vec<Removal>,
    /// Temporary files of killed runs, to be removed.
    pub leftovers: Vec<(ClusterName, TempName)>,
    /// Number of files that are as they should be.
    pub unchanged: usize,
    /// What the user should know about the tree.
    pub warnings: Vec<Finding>,
}

/// Why there is no plan.
#[derive(Clone, Debug, Default)]
pub struct Refusal {
    /// `out` as the user wrote it, for messages.
    pub out: String,
    /// What is wrong; at least one.
    pub findings: Vec<Finding>,
    /// The edited files that are in the way.
    pub edits: Vec<Edit>,
}

/// A file of ours that somebody edited.
#[derive(Clone, Debug)]
pub struct Edit {
    /// Where.
    pub path: TreePath,
    /// What would be there, were it not edited; nothing if it would be removed.
    pub new: Option<SharedText>,
}

impl Refusal {
    /// For each edited file how it differs from what would be written; `read` gives what
    /// is there now.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn diff<E>(&self, mut read: impl FnMut(&TreePath) -> Result<Vec<u8>, E>) -> Result<Vec<FileDiff>, E> {
        let diff = |Edit { path: at, new }: &Edit| {
            let path = format!("{}/{at}", self.out);
            let old = read(at)?;
            let rendered = new.as_ref().map_or_else(|| "/dev/null".to_owned(), |_| format!("{path} (as it would be rendered)"));
            let new = new.as_ref().map(SharedText::to_string);
            let from = Side { name: rendered, bytes: new.as_deref().map(str::as_bytes) };
            let to = Side { name: format!("{path} (as it is)"), bytes: Some(&old) };
            Ok(FileDiff { text: unified(&from, &to), path })
        };
        self.edits.iter().map(diff).collect()
    }
}

impl Plan {
    /// Whether the tree is not what it should be.
    pub fn differs(&self) -> bool {
        !(self.writes.is_empty() && self.removals.is_empty() && self.leftovers.is_empty())
    }

    /// What the plan changes, by path; `read` gives what is there now.
    ///
    /// # Errors
    /// Those of `read`.
    pub fn diff<E>(&self, mut read: impl FnMut(&TreePath) -> Result<Vec<u8>, E>) -> Result<Vec<FileDiff>, E> {
        let writes = self.writes.iter().map(|write| (&write.path, write.replaces, Some(&write.new)));
        let removals = self.removals.iter().map(|removal| (&removal.path, true, None));
        let changes: BTreeMap<_, _> = writes.chain(removals).map(|(path, old, new)| (path, (old, new))).collect();
        let name = |side: &str, path: &str, bytes: Option<&[u8]>| {
            bytes.map_or_else(|| "/dev/null".to_owned(), |_| format!("{side}/{path}"))
        };
        let diffs = changes.into_iter().map(|(at, (replaces, new))| {
            let path = format!("{}/{at}", self.out);
            let old = if replaces { Some(read(at)?) } else { None };
            let old = Side { name: name("a", &path, old.as_deref()), bytes: old.as_deref() };
            let new = new.map(SharedText::to_string);
            let new = new.as_deref().map(str::as_bytes);
            let new = Side { name: name("b", &path, new), bytes: new };
            Ok(FileDiff { text: unified(&old, &new), path })
        });
        diffs.collect()
    }
}

/// Plans a run.
///
/// `desired` is everything that the run renders. `force` lets it replace and
/// remove files of ours that were edited, and files at its own paths that belong
/// to another fleet or ring; never files that are not ours.
///
/// # Errors
/// All reasons not to write, not only the first.
pub fn plan(desired: Vec<TreeFile>, snapshot: Snapshot, scope: &Scope, force: bool) -> Result<Plan, Refusal> {
    let clashes = check_paths(&desired);
    if !clashes.is_empty() {
        return Err(Refusal { findings: clashes, ..Refusal::default() });
    }
    let mut wanted: BTreeMap<ClusterName, BTreeMap<FileName, TreeFile>> = BTreeMap::new();
    for file in desired {
        let TreePath { cluster, file: name } = file.path().clone();
        wanted.entry(cluster).or_default().insert(name, file);
    }
    let mut places = snapshot.places;
    let clusters: BTreeSet<ClusterName> = wanted.keys().chain(places.keys()).cloned().collect();
    let mut planner = Planner {
        scope,
        force,
        out: &snapshot.out,
        done: Done::default(),
        refusal: Refusal { out: snapshot.out.clone(), ..Refusal::default() },
    };
    for cluster in clusters {
        let wanted = wanted.remove(&cluster).unwrap_or_default();
        match places.remove(&cluster) {
            Some(Place::Directory(directory)) => planner.directory(&cluster, directory, wanted),
            Some(Place::Obstacle(obstacle)) if !wanted.is_empty() => planner.in_the_way(cluster.as_str(), &cluster, obstacle),
            Some(Place::Obstacle(_)) => {}
            None => planner.directory(&cluster, Directory::default(), wanted),
        }
    }
    if !planner.refusal.findings.is_empty() {
        return Err(planner.refusal);
    }
    let Done { seeds, objects, kustomizations, removals, removed_kustomizations, leftovers, unchanged, warnings } = planner.done;
    let writes = seeds.into_iter().chain(objects).chain(kustomizations).collect();
    let removals = removed_kustomizations.into_iter().chain(removals).collect();
    Ok(Plan { out: snapshot.out, writes, removals, leftovers, unchanged, warnings })
}

/// What was decided so far, apart by the order in which it will be done.
#[derive(Default)]
struct Done {
    seeds: Vec<Write>,
    objects: Vec<Write>,
    kustomizations: Vec<Write>,
    removed_kustomizations: Vec<Removal>,
    removals: Vec<Removal>,
    leftovers: Vec<(ClusterName, TempName)>,
    unchanged: usize,
    warnings: Vec<Finding>,
}

struct Planner<'a> {
    scope: &'a Scope,
    force: bool,
    out: &'a str,
    done: Done,
    refusal: Refusal,
}

impl Planner<'_> {
    fn directory(&mut self, cluster: &ClusterName, directory: Directory, mut wanted: BTreeMap<FileName, TreeFile>) {
        let Directory { mut files, kustomizations, leftovers } = directory;
        let own_kustomization = files.remove(&FileName::kustomization());
        let mut listed: BTreeSet<FileName> = wanted.keys().cloned().collect();
        let mut concerned = !wanted.is_empty();
        for (name, found) in files {
            let path = TreePath { cluster: cluster.clone(), file: name };
            match (wanted.remove(&path.file), found) {
                (Some(file), found) => {
                    let kind = file.kind();
                    let write = self.replace(path, found, file.into_parts().1);
                    self.write(kind, write);
                }
                (None, OnDisk::Ours(ours)) if self.scope.reaches(&ours.header) => {
                    concerned = true;
                    let removal = self.remove(path, &ours);
                    self.done.removals.extend(removal);
                }
                (None, OnDisk::Ours(ours)) => {
                    if is_at_home(&path, &ours.header) {
                        listed.insert(path.file);
                    } else {
                        self.done.warnings.push(self.misplaced(&path, &ours.header));
                    }
                }
                // What is current is wanted.
                (None, OnDisk::Current | OnDisk::Foreign | OnDisk::Obstacle(_)) => {}
            }
        }
        for file in wanted.into_values() {
            let kind = file.kind();
            let (path, new) = file.into_parts();
            self.write(kind, Some(Write { path, replaces: false, new }));
        }
        self.done.leftovers.extend(leftovers.into_iter().map(|temp| (cluster.clone(), temp)));
        concerned |= matches!(&own_kustomization, Some(OnDisk::Ours(ours)) if self.scope.is_own(&ours.header));
        if concerned {
            self.kustomization(cluster, own_kustomization, &kustomizations, &listed);
        }
    }

    /// The kustomization of a directory that this run is concerned with. The
    /// user's own comes before ours: Kustomize refuses two.
    fn kustomization(
        &mut self,
        cluster: &ClusterName,
        found: Option<OnDisk>,
        foreign: &BTreeMap<String, Result<Vec<u8>, Obstacle>>,
        listed: &BTreeSet<FileName>,
    ) {
        for (name, content) in foreign.iter().filter(|_| !listed.is_empty()) {
            let path = format!("{cluster}/{name}");
            match content {
                Ok(text) => {
                    let path = format!("{}/{path}", self.out);
                    self.done.warnings.extend(foreign::warnings(&path, text, cluster, listed));
                }
                Err(obstacle) => self.in_the_way(&path, cluster, *obstacle),
            }
        }
        let path = TreePath { cluster: cluster.clone(), file: FileName::kustomization() };
        if !foreign.is_empty() || listed.is_empty() {
            if let Some(OnDisk::Ours(ours)) = found {
                let removal = self.remove(path, &ours);
                self.done.removed_kustomizations.extend(removal);
            }
            return;
        }
        let new = kustomization(self.scope.fleet.name(), cluster, listed);
        let write = match found {
            Some(found) => self.replace(path, found, new),
            None => Some(Write { path, replaces: false, new }),
        };
        self.done.kustomizations.extend(write);
    }

    fn write(&mut self, kind: FileKind, write: Option<Write>) {
        match kind {
            FileKind::SeedsConfigMap => self.done.seeds.extend(write),
            FileKind::CassandraCluster => self.done.objects.extend(write),
        }
    }

    /// Puts `new` in the place of what was found, unless it is the same or may not be.
    fn replace(&mut self, path: TreePath, found: OnDisk, new: SharedText) -> Option<Write> {
        match found {
            OnDisk::Current => {
                self.done.unchanged += 1;
                None
            }
            OnDisk::Ours(ours) if ours.is(&new) => {
                self.done.unchanged += 1;
                None
            }
            OnDisk::Ours(ours) => self.may_touch(&path, &ours, Some(&new)).then_some(Write { path, replaces: true, new }),
            OnDisk::Foreign => {
                let finding = self.refused(Finding::invalid, &path, "is in the way: it is not a file that multicasskop rendered");
                self.refusal.findings.push(
                    finding
                        .why("its first lines are not, or no longer, the header of such a file, so it is never overwritten")
                        .fix("move it away, or remove it if nothing in it is needed, and run again"),
                );
                None
            }
            OnDisk::Obstacle(obstacle) => {
                self.in_the_way(&path.to_string(), &path.cluster, obstacle);
                None
            }
        }
    }

    fn remove(&mut self, path: TreePath, ours: &Ours) -> Option<Removal> {
        self.may_touch(&path, ours, None).then_some(Removal { path })
    }

    /// Whether a file of ours may be replaced (by `new`) or removed; if not, says why.
    fn may_touch(&mut self, path: &TreePath, ours: &Ours, new: Option<&SharedText>) -> bool {
        if self.force {
            return true;
        }
        let finding = if self.scope.reaches(&ours.header) {
            match ours.state {
                State::Intact => return true,
                State::Conflict => self.conflict(path),
                State::Edited => {
                    self.refusal.edits.push(Edit { path: path.clone(), new: new.cloned() });
                    self.edited(path, new.is_some())
                }
            }
        } else {
            self.of_another(path, &ours.header)
        };
        self.refusal.findings.push(finding);
        false
    }

    fn refused(&self, kind: impl Fn(String) -> Finding, path: &TreePath, what: &str) -> Finding {
        kind(format!("`{}/{path}` {what}", self.out)).cluster(&path.cluster).in_tree(path.to_string())
    }

    fn edited(&self, path: &TreePath, replaced: bool) -> Finding {
        let what = if replaced { "replace" } else { "remove" };
        self.refused(error, path, "was edited after it was rendered")
            .why(format!("this run would {what} it, and the edit would be lost"))
            .fix("make the change in the source that its header names, or give it up with `--force`")
    }

    fn conflict(&self, path: &TreePath) -> Finding {
        self.refused(error, path, "has conflict markers of Git in it")
            .why("two branches rendered it differently, and neither side need be what the merged sources give")
            .fix("resolve the conflicts in the sources, take either side of this file (`git checkout --ours`) and render again; or render with `--force`, which replaces it")
    }

    fn of_another(&self, path: &TreePath, header: &Header) -> Finding {
        let ring = header.ring().map(RingKey::to_string);
        let what = match (&header.fleet, ring) {
            (Some(fleet), _) if !self.scope.is_own(header) => format!("belongs to the fleet `{fleet}`"),
            (_, Some(ring)) => format!("belongs to the ring `{ring}`, which this run was not given"),
            (_, None) => "belongs to another run".to_owned(),
        };
        self.refused(error, path, &what)
            .why("each run writes only its own files, so that two of them do not undo each other's work")
            .fix("use another `out` or run with the fleet and ring that it belongs to; if it is yours under a new name, take it over with `--force`")
    }

    fn misplaced(&self, path: &TreePath, header: &Header) -> Finding {
        let of = header.ring().map_or_else(|| "another directory".to_owned(), |ring| format!("the ring `{ring}`"));
        let message =
            format!("`{}/{path}` was rendered for {of} in cluster `{}` and is not in its place", self.out, header.cluster);
        Finding::new(Kind::Note, Severity::Warning, message)
            .cluster(&path.cluster)
            .why("it looks like a copy, and the kustomization does not list it")
            .fix("remove it, or remove its first three lines if it is to be a file of your own")
    }

    fn in_the_way(&mut self, path: &str, cluster: &ClusterName, obstacle: Obstacle) {
        let message = format!("`{}/{path}` is in the way: it is {}", self.out, obstacle.as_str());
        let why = match obstacle {
            Obstacle::Symlink => "below `out` no link is followed, so that nothing is written outside it",
            _ => "a rendered file or its directory belongs there, and nothing else is ever replaced",
        };
        let finding = Finding::invalid(message).cluster(cluster).why(why).fix("move it away and run again");
        self.refusal.findings.push(finding);
    }
}

/// Whether a file is where its header says that it was rendered to.
fn is_at_home(path: &TreePath, header: &Header) -> bool {
    let kinds = [FileKind::SeedsConfigMap, FileKind::CassandraCluster];
    path.cluster == header.cluster
        && header.ring().is_some_and(|ring| kinds.iter().any(|kind| FileName::of(&ring.name, *kind) == path.file))
}

/// A reason not to write that the user can decide: exit code 1.
fn error(message: String) -> Finding {
    Finding::new(Kind::Note, Severity::Error, message)
}

#[cfg(test)]
mod tests;
