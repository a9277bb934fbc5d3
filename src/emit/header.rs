//! The header by which a file is known as ours, and whether it is still as we
//! wrote it.
//!
//! There is no central state file, which would be a merge conflict in every
//! pull request. Instead each file begins with two comment lines for people and
//! one for this program:
//!
//! ```text
//! # multicasskop: fleet=F cluster=C ring=NAMESPACE/NAME source=PATH digest=sha256:HEX
//! ```
//!
//! The digest is over all bytes after that line, with line endings as LF, so
//! that a checkout with CRLF is no edit. White space, control characters, `%`
//! and everything else that is neither ASCII nor a letter or digit is
//! percent-encoded in `fleet` and `source`; `-` alone stands for "none". No
//! version and no date: the same input gives the same bytes. Pure.

use std::fmt::{self, Write as _};

use super::text::{SharedText, digest};
use crate::names::{ClusterName, Namespace, RingName};
use crate::tree::SmolStr;

/// How the line for this program begins.
const MARK: &str = "# multicasskop: ";

/// On which line (from 0) of a file of ours it is.
const MARK_LINE: usize = 2;

/// How many lines are searched for it. More than a header has, because a merge
/// conflict puts its own lines, and the header of the other side, around it.
const SEARCHED_LINES: usize = 20;

/// What identifies a ring in a fleet.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RingKey {
    /// Its namespace.
    pub namespace: Namespace,
    /// Its name.
    pub name: RingName,
}

impl fmt::Display for RingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// What a header says of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The fleet, if there is a fleet file.
    pub fleet: Option<SmolStr>,
    /// The cluster that the file is for.
    pub cluster: ClusterName,
    /// What in that cluster it is for.
    pub about: About,
}

/// Whether a file belongs to one ring or to the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// An object of a ring.
    Ring {
        /// The ring.
        ring: RingKey,
        /// The file that it was rendered from, relative to the fleet file.
        source: SmolStr,
    },
    /// The directory's kustomization.
    Directory,
}

impl Header {
    /// The ring that the file belongs to; `None` for a kustomization.
    pub fn ring(&self) -> Option<&RingKey> {
        match &self.about {
            About::Ring { ring, .. } => Some(ring),
            About::Directory => None,
        }
    }

    /// The three lines that go before `body`.
    pub(super) fn text(&self, body: &SharedText) -> String {
        let fleet = self.fleet.as_deref().map_or_else(|| "-".to_owned(), encode);
        let (people, ring, source) = match &self.about {
            About::Ring { ring, source } => (FOR_PEOPLE_RING, ring.to_string(), encode(source)),
            About::Directory => (FOR_PEOPLE_DIRECTORY, "-".to_owned(), "-".to_owned()),
        };
        let digest = body.digest();
        format!("{people}{MARK}fleet={fleet} cluster={} ring={ring} source={source} digest={digest}\n", self.cluster)
    }
}

const FOR_PEOPLE_RING: &str = "\
# Rendered by multicasskop. Do not edit: the next run writes this file anew.
# To change it, edit the source named on the next line and run `multicasskop render`.
";

const FOR_PEOPLE_DIRECTORY: &str = "\
# Rendered by multicasskop. Do not edit: it lists the files that multicasskop wrote in this directory.
# To keep a kustomization of your own here, remove these three lines: it is then left alone.
";

/// A header found in a file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What it says.
    pub header: Header,
    digest: Box<str>,
    /// Whether it is where we write it: on the third line, after two comments.
    in_place: bool,
    /// Where the bytes begin that the digest is over.
    body: usize,
}

/// What became of a file of ours since it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing, but perhaps for its line endings.
    Intact,
    /// It is not what we wrote.
    Edited,
    /// Git left conflict markers in it.
    Conflict,
}

impl Mark {
    /// Looks for a header in the first lines of a file. `None`: not ours.
    ///
    /// Before it there may be comments and, after a failed merge, conflict
    /// markers; anything else is not a file of ours.
    pub fn find(bytes: &[u8]) -> Option<Self> {
        let unmarked = bytes.strip_prefix(BOM).unwrap_or(bytes);
        let mut at = bytes.len() - unmarked.len();
        let mut in_place = at == 0;
        for (number, line) in unmarked.split_inclusive(|byte| *byte == b'\n').take(SEARCHED_LINES).enumerate() {
            at += line.len();
            let text = line.trim_ascii_end();
            if let Some(fields) = text.strip_prefix(MARK.as_bytes()) {
                let (header, digest) = fields_of(std::str::from_utf8(fields).ok()?)?;
                in_place &= number == MARK_LINE;
                return Some(Self { header, digest: digest.into(), in_place, body: at });
            }
            if is_conflict_marker(text) {
                in_place = false;
            } else if !text.starts_with(b"#") {
                return None;
            }
        }
        None
    }

    /// Compares the file (the same bytes that the mark was found in) with the
    /// digest.
    pub fn state(&self, bytes: &[u8]) -> State {
        let body = bytes.get(self.body..).unwrap_or_default();
        if self.in_place && digest(body) == *self.digest {
            State::Intact
        } else if bytes.split(|byte| *byte == b'\n').any(|line| is_conflict_marker(line.trim_ascii_end())) {
            State::Conflict
        } else {
            State::Edited
        }
    }

    /// What follows the header in the bytes that the mark was found in.
    pub fn body<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        bytes.get(self.body..).unwrap_or_default()
    }
}

const BOM: &[u8] = b"\xef\xbb\xbf";

/// A line that `git merge` leaves. We never write one: text of more than one
/// line is indented in YAML.
fn is_conflict_marker(line: &[u8]) -> bool {
    let begins = |mark: &[u8]| line.starts_with(mark);
    line == b"=======" || begins(b"<<<<<<< ") || begins(b">>>>>>> ") || begins(b"||||||| ")
}

/// Reads what follows [`MARK`]: the header and the digest.
fn fields_of(text: &str) -> Option<(Header, &str)> {
    let mut words = text.split(' ');
    let mut field = |name: &str| words.next()?.strip_prefix(name)?.strip_prefix('=');
    let (fleet, cluster, ring, source, digest) =
        (field("fleet")?, field("cluster")?, field("ring")?, field("source")?, field("digest")?);
    if words.next().is_some() {
        return None;
    }
    let fleet = if fleet == "-" { None } else { Some(decode(fleet)?.into()) };
    let cluster = ClusterName::new(cluster).ok()?;
    let about = if ring == "-" {
        About::Directory
    } else {
        let (namespace, name) = ring.split_once('/')?;
        let ring = RingKey { namespace: Namespace::new(namespace).ok()?, name: RingName::new(name).ok()? };
        About::Ring { ring, source: decode(source)?.into() }
    };
    Some((Header { fleet, cluster, about }, digest))
}

/// Percent-encodes what could end the field, hide on a screen or be taken for
/// an escape. A lone `-` is encoded too: it stands for "none".
fn encode(text: &str) -> String {
    if text == "-" {
        return "%2D".to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter != '%' && (letter.is_ascii_graphic() || letter.is_alphanumeric()) {
            out.push(letter);
        } else {
            for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// Takes [`encode`] back; `None` for what it never writes.
fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        if *first == b'%' {
            let (hex, tail) = tail.split_at_checked(2)?;
            out.push(u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?);
            rest = tail;
        } else {
            out.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::text::same_text;
    use super::*;

    fn header(fleet: Option<&str>, source: &str) -> Header {
        let ring = RingKey { namespace: Namespace::new("ns").unwrap(), name: RingName::new("ring").unwrap() };
        Header {
            fleet: fleet.map(Into::into),
            cluster: ClusterName::new("k1").unwrap(),
            about: About::Ring { ring, source: source.into() },
        }
    }

    fn file(body: &str) -> String {
        header(Some("prod"), "rings/a.yaml").text(&body.into()) + body
    }

    fn state(text: &str) -> Option<State> {
        Mark::find(text.as_bytes()).map(|mark| mark.state(text.as_bytes()))
    }

    #[test]
    fn the_header_is_two_comments_and_the_line_that_the_issue_asks_for() {
        insta::assert_snapshot!(header(Some("prod"), "rings/größe 1.yaml").text(&"a: 1\n".into()), @r"
        # Rendered by multicasskop. Do not edit: the next run writes this file anew.
        # To change it, edit the source named on the next line and run `multicasskop render`.
        # multicasskop: fleet=prod cluster=k1 ring=ns/ring source=rings/größe%201.yaml digest=sha256:37b128c59f1f5097f73f82691cb519f1f568667faab5ced1b4ab979d36837eae
        ");
        let directory = Header { fleet: None, cluster: ClusterName::new("k1").unwrap(), about: About::Directory };
        insta::assert_snapshot!(directory.text(&"".into()), @r"
        # Rendered by multicasskop. Do not edit: it lists the files that multicasskop wrote in this directory.
        # To keep a kustomization of your own here, remove these three lines: it is then left alone.
        # multicasskop: fleet=- cluster=k1 ring=- source=- digest=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        ");
    }

    #[test]
    fn a_changed_byte_is_an_edit_and_crlf_is_none() {
        let text = file("a: 1\nb: |\n  x\n");
        assert_eq!(state(&text), Some(State::Intact));
        assert_eq!(state(&text.replace('\n', "\r\n")), Some(State::Intact));
        assert_eq!(state(&text.replace("a: 1", "a: 2")), Some(State::Edited));
        assert_eq!(state(&(text.clone() + "\n")), Some(State::Edited));
        assert_eq!(state(text.trim_end()), Some(State::Edited));
        assert_eq!(state(&text.replace("  x\n", "  x\r")), Some(State::Edited));
    }

    #[test]
    fn what_is_put_before_the_header_is_an_edit() {
        let text = file("a: 1\n");
        assert_eq!(state(&format!("# licence\n{text}")), Some(State::Edited));
        assert_eq!(state(&format!("\u{feff}{text}")), Some(State::Edited));
        assert_eq!(state(text.split_once('\n').unwrap().1), Some(State::Edited));
        assert_eq!(state(&format!("kind: X\n{text}")), None);
    }

    #[test]
    fn conflict_markers_are_seen_around_the_header_and_in_the_body() {
        let (ours, theirs) = (file("a: 1\n"), file("a: 2\n"));
        for text in [
            format!("<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> other\n"),
            format!("<<<<<<< HEAD\r\n{ours}||||||| base\r\n=======\r\n{theirs}>>>>>>> other\r\n"),
            format!("{ours}<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> other\n"),
            format!("{ours}=======\nb: 2\n"),
        ] {
            assert_eq!(state(&text), Some(State::Conflict), "{text}");
        }
        assert_eq!(state("<<<<<<< HEAD\na: 1\n=======\n# multicasskop: x\n"), None);
        assert_eq!(state(&file("a: |\n  <<<<<<< HEAD\n  =======\n")), Some(State::Intact));
    }

    #[test]
    fn a_damaged_header_is_not_ours() {
        let text = file("a: 1\n");
        for (from, to) in [
            ("cluster=k1", "cluster=../x"),
            ("ring=ns/ring", "ring=ring"),
            ("ring=ns/ring", "ring=ns/a/b"),
            ("source=rings", "source=%zz"),
            ("source=rings", "source=%"),
            (" source=", " x=1 source="),
            ("# multicasskop: ", "# multicasskop:"),
            ("fleet=prod ", ""),
        ] {
            assert!(text.contains(from));
            assert_eq!(state(&text.replace(from, to)), None, "{to}");
        }
        assert_eq!(state(""), None);
        assert_eq!(state(&"#\n".repeat(100)), None);
    }

    proptest! {
        #[test]
        fn any_fleet_and_source_are_read_back(fleet in proptest::option::of(".*"), source in ".*", body in "[a-z:\r\n]*") {
            let header = header(fleet.as_deref(), &source);
            let text = header.text(&body.as_str().into()) + &body;
            let mark = Mark::find(text.as_bytes()).unwrap();
            prop_assert_eq!(&mark.header, &header);
            prop_assert_eq!(mark.state(text.as_bytes()), State::Intact);
            prop_assert_eq!(mark.body(text.as_bytes()), body.as_bytes());
        }

        #[test]
        fn any_bytes_are_ours_or_not_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let marked = [b"# x\n# multicasskop: fleet=- cluster=a ring=- source=- digest=\n".as_slice(), &bytes].concat();
            prop_assert_eq!(Mark::find(&marked).map(|mark| mark.state(&marked) == State::Intact), Some(false));
            let _ = Mark::find(&bytes);
        }

        #[test]
        fn line_endings_alone_make_no_difference(text in "[a\r\n]*") {
            let crlf = text.replace("\r\n", "\n").replace('\n', "\r\n");
            prop_assert!(same_text(text.as_bytes(), crlf.as_bytes()));
            prop_assert_eq!(digest(text.as_bytes()), digest(crlf.as_bytes()));
            let more = format!("{text}a");
            prop_assert!(!same_text(more.as_bytes(), crlf.as_bytes()));
        }
    }
}
