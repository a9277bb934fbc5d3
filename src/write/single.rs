//! Single files that a user named: made anew, or replaced as a whole.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Makes a file.
///
/// # Errors
/// There is something of that name, which is left as it is; or it cannot be
/// written, and then there is no file.
#[expect(clippy::disallowed_methods, reason = "this module writes files")]
pub fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes()).inspect_err(|_| {
        // What could not be written whole is of no use to anybody.
        let _ = fs::remove_file(path);
    })
}

/// Replaces a file, which keeps its permissions. It is the old one or the new
/// one whenever the process is killed. A link stays one.
///
/// # Errors
/// It cannot be replaced, and then it is as before.
#[expect(clippy::disallowed_methods, reason = "this module writes files")]
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    let temporary = temporary(&path);
    create(&temporary, text)?;
    let renamed = fs::set_permissions(&temporary, permissions).and_then(|()| fs::rename(&temporary, &path));
    renamed.inspect_err(|_| {
        let _ = fs::remove_file(&temporary);
    })
}

/// A name beside the file that no GitOps engine takes for a manifest.
fn temporary(path: &Path) -> PathBuf {
    path.with_file_name(format!(".multicasskop-{}-0.tmp", std::process::id()))
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "the tests look at files")]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_exists_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        create(&path, "one").unwrap();
        assert_eq!(create(&path, "two").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
    }

    #[test]
    #[cfg(unix)]
    fn a_replaced_file_keeps_its_permissions_and_its_link() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a.yaml"), folder.path().join("link.yaml"));
        create(&path, "one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        replace(&link, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left over");
    }
}
