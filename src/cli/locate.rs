//! Where things are: the fleet file above the working directory, the sources, and
//! the paths that messages and headers show.

use std::io;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

/// The name of a fleet file.
const FLEET_FILE: &str = "fleet.yaml";

/// The nearest `fleet.yaml` in this folder or one above.
pub(super) fn fleet_file() -> io::Result<Option<PathBuf>> {
    let here = std::env::current_dir()?;
    Ok(here.ancestors().map(|folder| folder.join(FLEET_FILE)).find(|path| path.is_file()))
}

/// A path without `.` and `..`, absolute, links not followed.
pub(super) fn absolute(path: &Path) -> io::Result<PathBuf> {
    let mut out = PathBuf::new();
    for part in std::path::absolute(path)?.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            part => out.push(part),
        }
    }
    Ok(out)
}

/// A path as a person in the working directory would write it: with `/` between its
/// parts also on Windows if it is relative, because reports, a fleet file and GitHub
/// have to be the same for all.
pub(super) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    match here.as_deref().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path) {
        short if short.as_os_str().is_empty() => ".".to_owned(),
        long if long.has_root() => long.display().to_string(),
        short => short.display().to_string().replace(MAIN_SEPARATOR, "/"),
    }
}

/// A path relative to a folder, with `/` between its parts; `None` if it lies outside.
pub(super) fn relative(path: &Path, folder: &Path) -> Option<String> {
    let inner = path.strip_prefix(folder).ok()?;
    Some(inner.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"))
}

/// The files that a source means: itself, the YAML and JSON files below a folder,
/// or what a glob matches; in order. `skip` is not looked into.
pub(super) fn files(source: &str, base: &Path, skip: Option<&Path>) -> Result<Vec<PathBuf>, String> {
    let path = base.join(source);
    if path.is_dir() {
        let mut found = Vec::new();
        walk(&path, skip, &mut found).map_err(|error| format!("cannot read the folder `{source}`: {error}"))?;
        found.sort();
        return if found.is_empty() { Err(format!("the folder `{source}` holds no YAML or JSON file")) } else { Ok(found) };
    }
    if path.exists() || !source.contains(['*', '?', '[']) {
        return Ok(vec![path]);
    }
    let pattern = path.to_string_lossy();
    let paths = glob::glob(&pattern).map_err(|error| format!("`{source}` is no glob: {}", error.msg))?;
    let mut found = Vec::new();
    for path in paths {
        let path = path.map_err(|error| format!("cannot read `{}`: {}", error.path().display(), error.error()))?;
        if path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    if found.is_empty() { Err(format!("no file matches `{source}`")) } else { Ok(found) }
}

fn walk(folder: &Path, skip: Option<&Path>, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.')
            || skip.is_some_and(|skip| absolute(&path).is_ok_and(|path| path == skip))
        {
            continue;
        }
        let kind = entry.file_type()?;
        let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
        if kind.is_dir() {
            walk(&path, skip, found)?;
        } else if matches!(end, "yaml" | "yml" | "json") {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_as_they_are_written_everywhere() {
        let here = std::env::current_dir().unwrap();
        let cases = [(here.join("a").join("b.yaml"), "a/b.yaml"), (["..", "a", "b"].iter().collect(), "../a/b"), (here, ".")];
        for (path, expected) in cases {
            assert_eq!(shown(&path), expected);
        }
        let elsewhere = std::path::absolute("/elsewhere/a").unwrap();
        assert_eq!(shown(&elsewhere), elsewhere.display().to_string());
    }
}
