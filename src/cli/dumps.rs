//! Dumps of clusters, read from files and folders.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;

use jiff::Timestamp;

use super::locate;
use crate::names::{ClusterName, Namespace};
use crate::observed::dump::{self, About, Dump};
use crate::source::Sources;

/// All files of one dump together.
const LARGEST: u64 = 256 << 20;

/// Reads the dump of a cluster. One that cannot be read is a look that says so.
pub(super) fn read(cluster: &ClusterName, path: &Path, namespaces: &BTreeSet<Namespace>, sources: &mut Sources) -> Dump {
    let shown = locate::shown(path);
    let about = |at| About { cluster, path: &shown, at, namespaces };
    match texts(path) {
        Ok((texts, written)) => dump::read(texts, &about(written), sources),
        Err(message) => Dump { look: dump::unreadable(&about(Timestamp::now()), message), notes: Vec::new() },
    }
}

/// The texts with the names of their files, and when the oldest of them was written.
fn texts(path: &Path) -> Result<(Vec<(String, String)>, Timestamp), String> {
    let name = path.to_string_lossy();
    let files = locate::files(&name, Path::new(""), None)?;
    let (mut texts, mut oldest, mut left) = (Vec::new(), Timestamp::now(), LARGEST);
    for file in files {
        let shown = locate::shown(&file);
        let failed = |error: &dyn std::fmt::Display| format!("the dump `{shown}` cannot be read: {error}");
        let mut bytes = Vec::new();
        let open = std::fs::File::open(&file).map_err(|error| failed(&error))?;
        let written =
            open.metadata().and_then(|metadata| metadata.modified()).ok().and_then(|time| Timestamp::try_from(time).ok());
        oldest = written.map_or(oldest, |written| written.min(oldest));
        open.take(left + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
        left = left.checked_sub(bytes.len() as u64).ok_or_else(|| failed(&"it is too large"))?;
        let text = crate::yaml::decode(bytes).map_err(|finding| failed(&finding.message))?;
        texts.push((shown, text));
    }
    Ok((texts, oldest))
}
