//! Single files beside the tree: reports, the history of findings, sources.
//!
//! A regular file is replaced by a rename, so that whoever reads it (a textfile
//! collector, another run) never sees half of it. What is no regular file, such
//! as a pipe or `/dev/stdout`, is written to as it is.
#![allow(clippy::disallowed_methods, reason = "this module writes the files that the user names")]

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::finding::Finding;

/// No history is larger: a line has some 300 bytes.
const LARGEST: u64 = 256 << 20;

/// Makes a file.
///
/// # Errors
/// There is something of that name, which is left as it is, or it cannot be
/// written, and then there is no file: invalid input.
pub fn create_file(path: &Path, text: &str) -> Result<(), Finding> {
    let made = OpenOptions::new().write(true).create_new(true).open(path).and_then(|mut file| {
        // What could not be written whole is of no use to anybody.
        file.write_all(text.as_bytes()).inspect_err(|_| drop(std::fs::remove_file(path)))
    });
    made.map_err(|error| failed(path, "written", &error))
}

/// Adds text at the end of a file, which is made where there is none.
///
/// # Errors
/// What could not be written: invalid input.
pub fn append_file(path: &Path, text: &str) -> Result<(), Finding> {
    let opened = OpenOptions::new().create(true).append(true).open(path);
    opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| failed(path, "written", &error))
}

/// Makes a folder, with those that it lies in; one that is there is left as it is.
///
/// # Errors
/// It cannot be made, for instance because a file has its name: invalid input.
pub fn create_folder(path: &Path) -> Result<(), Finding> {
    std::fs::create_dir_all(path).map_err(|error| failed(path, "made", &error))
}

/// Puts the text into the file, whole or not at all.
///
/// # Errors
/// What could not be written: invalid input. The old file is then as it was.
pub fn replace_file(path: &Path, text: &str) -> Result<(), Finding> {
    replace(path, text).map_err(|error| failed(path, "written", &error))
}

/// Reads a file (nothing where there is none), lets `update` make its new text, and
/// replaces it. Runs that do so at once wait for each other, on a lock file
/// beside it that stays there.
///
/// # Errors
/// What could not be read, locked or written: invalid input. The old file is then as it was.
pub fn update_file(path: &Path, update: impl FnOnce(&str) -> String) -> Result<(), Finding> {
    let lock = beside(path, ".lock");
    // Windows locks no file that is open for appending alone.
    let locked = OpenOptions::new().create(true).read(true).append(true).open(&lock).and_then(|file| {
        file.lock()?;
        Ok(file)
    });
    let _held = locked.map_err(|error| failed(&lock, "locked", &error))?;
    let text = read(path).map_err(|error| failed(path, "read", &error))?;
    replace_file(path, &update(&text))
}

fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(LARGEST + 1).read_to_end(&mut bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than any such file"));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A link stays a link; what it leads to is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let old = target.metadata().ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        return OpenOptions::new().write(true).open(&target)?.write_all(text.as_bytes());
    }
    let temp = beside(&target, &format!(".{}.tmp", std::process::id()));
    let written = File::create(&temp).and_then(|mut file| {
        if let Some(old) = &old {
            file.set_permissions(old.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        // The name must not stand before the bytes do, or a power cut leaves an empty history.
        file.sync_all()
    });
    let placed = written.and_then(|()| std::fs::rename(&temp, &target));
    if placed.is_err() {
        let _ = std::fs::remove_file(&temp);
    }
    placed
}

/// `.NAME` and an ending, in the same folder: hidden, so that no collector takes it.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}{ending}"))
}

fn failed(path: &Path, what: &str, error: &io::Error) -> Finding {
    let fix = match error.kind() {
        io::ErrorKind::AlreadyExists => "name another file, or remove this one: it is not overwritten",
        io::ErrorKind::NotFound => "make the folder that it lies in",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room and run again",
        io::ErrorKind::InvalidData | io::ErrorKind::FileTooLarge => {
            "check that this is the right file, or move it away and run again"
        }
        _ => "make it writable, or name another file",
    };
    Finding::invalid(format!("`{}` could not be {what}: {error}", path.display())).fix(fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_exists_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        create_file(&path, "one").unwrap();
        let refused = create_file(&path, "two").unwrap_err();
        assert!(refused.fix.contains("name another"), "{refused:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one");
    }

    #[test]
    fn a_file_is_replaced_with_its_rights_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        replace_file(&path, "1").unwrap();
        replace_file(&path, "22").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "22");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let missing = replace_file(&folder.path().join("no/a.json"), "1").unwrap_err();
        assert!(missing.fix.contains("folder"), "{missing:?}");
    }

    #[test]
    fn runs_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..20).for_each(|_| update_file(&path, |text| format!("{text}x\n")).unwrap()));
            }
        });
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "x\n".repeat(160));
    }

    #[test]
    #[cfg(unix)]
    fn a_link_stays_a_link_and_rights_stay() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        std::fs::write(&real, "old").unwrap();
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        replace_file(&link, "new").unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(std::fs::read_to_string(&real).unwrap(), "new");
        assert_eq!(real.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn a_file_that_is_no_text_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history");
        std::fs::write(&path, b"\xff\xfe").unwrap();
        assert!(update_file(&path, |_| String::new()).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"\xff\xfe");
    }
}
