//! Paths of values, as messages and reports write them: `spec.topology.dc[0].name`.
//!
//! Members are joined with `.`, list elements are `[index]`, and member names
//! with other characters are `[name]`. Pure. While a tree is walked a [`Path`]
//! is a chain of borrowed segments on the stack, so that nothing is allocated
//! until a finding needs it.

use std::fmt;

/// One step down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment<'a> {
    /// Into a member of an object.
    Key(&'a str),
    /// Into an element of a list, from 0.
    Index(usize),
}

/// A path under construction: a step, and what it is a step from.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    parent: Option<&'a Self>,
    segment: Option<Segment<'a>>,
}

impl<'a> Path<'a> {
    /// The path of the whole document: empty.
    pub const ROOT: Self = Self { parent: None, segment: None };

    /// The path of a member.
    pub fn key(&'a self, key: &'a str) -> Self {
        Self { parent: Some(self), segment: Some(Segment::Key(key)) }
    }

    /// The path of a list element.
    pub fn index(&'a self, index: usize) -> Self {
        Self { parent: Some(self), segment: Some(Segment::Index(index)) }
    }

    /// The path as a value that can be kept.
    pub fn to_buf(&self) -> PathBuf {
        PathBuf(self.to_string())
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(segment) = self.segment else { return Ok(()) };
        let first = match self.parent {
            Some(parent) => {
                parent.fmt(f)?;
                parent.segment.is_none()
            }
            None => true,
        };
        match segment {
            Segment::Index(index) => write!(f, "[{index}]"),
            Segment::Key(key) if is_plain(key) && first => f.write_str(key),
            Segment::Key(key) if is_plain(key) => write!(f, ".{key}"),
            Segment::Key(key) => write!(f, "[{key}]"),
        }
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// A path that can be kept: its written form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PathBuf(String);

impl PathBuf {
    /// The path as written; empty for a whole object.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The steps of the path, from the top.
    pub fn steps(&self) -> impl Iterator<Item = Segment<'_>> {
        let mut rest = self.0.as_str();
        std::iter::from_fn(move || {
            if let Some(inner) = rest.strip_prefix('[') {
                let (step, left) = inner.split_once(']')?;
                rest = left.strip_prefix('.').unwrap_or(left);
                return Some(step.parse().map_or(Segment::Key(step), Segment::Index));
            }
            if rest.is_empty() {
                return None;
            }
            let (step, left) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
            rest = left.strip_prefix('.').unwrap_or(left);
            Some(Segment::Key(step))
        })
    }
}

impl From<&str> for PathBuf {
    fn from(path: &str) -> Self {
        Self(path.to_owned())
    }
}

impl From<String> for PathBuf {
    fn from(path: String) -> Self {
        Self(path)
    }
}

impl fmt::Display for PathBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_as_reports_write_them() {
        let spec = Path::ROOT.key("spec");
        let pod = spec.key("pod");
        let annotations = pod.key("annotations");
        assert_eq!(annotations.key("a.b/c").to_string(), "spec.pod.annotations[a.b/c]");
        let dc = spec.key("dc");
        let first = dc.index(0);
        assert_eq!(first.key("name").to_string(), "spec.dc[0].name");
        assert_eq!(Path::ROOT.to_string(), "");
    }

    #[test]
    fn a_written_path_has_the_steps_that_it_was_made_of() {
        let steps = |path: &str| PathBuf::from(path).steps().map(|step| format!("{step:?}")).collect::<Vec<_>>().join(" ");
        assert_eq!(steps("spec.dc[0].name"), r#"Key("spec") Key("dc") Index(0) Key("name")"#);
        assert_eq!(steps("a[b.c/d][1]"), r#"Key("a") Key("b.c/d") Index(1)"#);
        assert_eq!(steps(""), "");
        assert_eq!(steps("a[b"), r#"Key("a")"#);
    }
}
