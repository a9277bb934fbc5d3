//! Carries out a plan: all temporary files first, then renames, then removals.
//!
//! What can fail for want of space or rights fails while the tree is still as
//! before, and is taken back. A rename is atomic, so a process killed at any
//! moment leaves each file old or new, each with a header that fits it; the
//! next run finds nothing edited and mends the rest. There is no fsync: a power
//! cut may lose what Git has not committed anyway.

use std::collections::BTreeSet;
use std::io;

use super::plan::{Plan, Write};
use crate::emit::TreePath;
use crate::finding::Finding;
use crate::names::ClusterName;

/// Name of a temporary file. It begins with `.` and does not end in `.yaml`, so
/// that no GitOps engine takes it for a manifest, and the next run knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TempName(Box<str>);

const TEMP_BEGIN: &str = ".multicasskop-";
const TEMP_END: &str = ".tmp";

impl TempName {
    /// The `number`th of a process.
    fn new(process: u32, number: usize) -> Self {
        Self(format!("{TEMP_BEGIN}{process}-{number}{TEMP_END}").into())
    }

    /// A name found in a directory, if it is one that we could have given.
    pub fn listed(name: &str) -> Option<Self> {
        let (process, number) = name.strip_prefix(TEMP_BEGIN)?.strip_suffix(TEMP_END)?.split_once('-')?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        (digits(process) && digits(number)).then(|| Self(name.into()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What applying a plan asks of the file system. A trait, so that tests can
/// have any call fail.
pub trait Files {
    /// Makes `out` if it is missing, with its parents. Takes back what it made
    /// if it fails.
    fn make_root(&mut self) -> io::Result<()>;
    /// Takes back what [`Files::make_root`] made, as far as it is empty.
    fn unmake_root(&mut self);
    /// Makes a cluster's directory; gives whether it was missing.
    fn make_dir(&mut self, cluster: &ClusterName) -> io::Result<bool>;
    /// Removes a cluster's directory if it is empty; else it fails.
    fn remove_dir(&mut self, cluster: &ClusterName) -> io::Result<()>;
    /// Writes a new temporary file into a cluster's directory.
    fn write_temp(&mut self, cluster: &ClusterName, name: &TempName, bytes: &[u8]) -> io::Result<()>;
    /// Removes a temporary file.
    fn remove_temp(&mut self, cluster: &ClusterName, name: &TempName) -> io::Result<()>;
    /// Puts a temporary file of the same directory in the place of a file, atomically.
    fn rename(&mut self, from: &TempName, to: &TreePath) -> io::Result<()>;
    /// Removes a file.
    fn remove(&mut self, path: &TreePath) -> io::Result<()>;
}

/// Carries out a plan that was made from a snapshot of the same tree.
///
/// # Errors
/// What could not be done. Before the first rename everything is taken back and
/// the tree is as it was; after it each file is the old one or the new one.
pub fn apply(plan: &Plan, files: &mut impl Files) -> Result<(), Finding> {
    let mut run = Run { out: &plan.out, files, temps: Vec::new(), made: Vec::new(), process: std::process::id() };
    for (cluster, temp) in &plan.leftovers {
        let removed = run.files.remove_temp(cluster, temp);
        removed.or_else(gone).map_err(|error| run.untouched(&format!("{cluster}/{}", temp.as_str()), "removed", &error))?;
    }
    if let Err(finding) = run.stage(&plan.writes) {
        run.take_back();
        return Err(finding);
    }
    let total = plan.writes.len() + plan.removals.len();
    let result = run.commit(plan).map_err(|(done, path, what, error)| {
        if done == 0 { run.untouched(&path, what, &error) } else { run.begun(&path, what, &error, done, total) }
    });
    if result.is_err() {
        run.take_back();
    }
    result
}

/// A step that failed: how many were done, the path, what was to be done to it, and why not.
type Stopped = (usize, String, &'static str, io::Error);

struct Run<'a, F> {
    out: &'a str,
    files: &'a mut F,
    /// Temporary files that are there now, last one first to be renamed.
    temps: Vec<(&'a TreePath, TempName)>,
    /// Directories of clusters that this run made.
    made: Vec<&'a ClusterName>,
    process: u32,
}

impl<'a, F: Files> Run<'a, F> {
    /// Writes all temporary files.
    fn stage(&mut self, writes: &'a [Write]) -> Result<(), Finding> {
        if writes.is_empty() {
            return Ok(());
        }
        self.files.make_root().map_err(|error| self.untouched("", "created", &error))?;
        let mut ready = BTreeSet::new();
        let mut text = String::new();
        for (number, write) in writes.iter().enumerate() {
            let cluster = &write.path.cluster;
            if ready.insert(cluster) {
                match self.files.make_dir(cluster) {
                    Ok(true) => self.made.push(cluster),
                    Ok(false) => {}
                    Err(error) => return Err(self.untouched(cluster.as_str(), "created", &error)),
                }
            }
            let temp = TempName::new(self.process, number);
            // Noted before it is written: a write that fails half-way leaves a file too.
            self.temps.push((&write.path, temp.clone()));
            text.clear();
            write.new.write_into(&mut text);
            self.files
                .write_temp(cluster, &temp, text.as_bytes())
                .map_err(|error| self.untouched(&write.path.to_string(), "written", &error))?;
        }
        self.temps.reverse();
        Ok(())
    }

    /// Renames, removes, and removes directories that are empty then.
    fn commit(&mut self, plan: &Plan) -> Result<(), Stopped> {
        let mut done = 0;
        while let Some((path, temp)) = self.temps.last() {
            self.files.rename(temp, path).map_err(|error| (done, path.to_string(), "replaced", error))?;
            self.temps.pop();
            done += 1;
        }
        let mut thinned = BTreeSet::new();
        for removal in &plan.removals {
            let removed = self.files.remove(&removal.path).or_else(gone);
            removed.map_err(|error| (done, removal.path.to_string(), "removed", error))?;
            thinned.insert(&removal.path.cluster);
            done += 1;
        }
        thinned.extend(plan.leftovers.iter().map(|(cluster, _)| cluster));
        for cluster in thinned {
            // Fails where something is left, and an empty directory is nothing to Git.
            let _ = self.files.remove_dir(cluster);
        }
        Ok(())
    }

    /// Removes temporary files that are left, and directories made in vain. What
    /// cannot be removed, the next run removes.
    fn take_back(&mut self) {
        for (path, temp) in self.temps.drain(..) {
            let _ = self.files.remove_temp(&path.cluster, &temp);
        }
        for cluster in self.made.drain(..) {
            let _ = self.files.remove_dir(cluster);
        }
        self.files.unmake_root();
    }

    fn untouched(&self, path: &str, what: &str, error: &io::Error) -> Finding {
        self.failed(path, what, error).why("no file of the tree was changed")
    }

    fn begun(&self, path: &str, what: &str, error: &io::Error, done: usize, total: usize) -> Finding {
        let why = format!("{done} of {total} files were done before, each whole; the others are as they were");
        self.failed(path, what, error).why(why)
    }

    fn failed(&self, path: &str, what: &str, error: &io::Error) -> Finding {
        let slash = if path.is_empty() { "" } else { "/" };
        let fix = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room and run again",
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "make the directory writable or choose another `out`, and run again"
            }
            _ => "remove the cause and run again",
        };
        Finding::invalid(format!("`{}{slash}{path}` could not be {what}: {error}", self.out)).fix(fix)
    }
}

/// What is to be removed and is not there any more is removed.
fn gone(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

#[cfg(test)]
mod tests;
