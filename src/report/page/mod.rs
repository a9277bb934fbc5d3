//! What a report says, in the form that all formats for people and for other
//! programs' formats are made of.
//!
//! A command makes its own model and turns it into a [`Page`]: a summary, a state
//! for each ring in each cluster, and findings that are equal in several clusters
//! said once. Each format renders pages and knows no command. Texts are those of
//! the input, unescaped: a format escapes them for its own medium. Pure.

mod drift;
mod gate;
mod lint;
mod marks;
mod stale;

pub use drift::drift_page;
pub use gate::{GatePlace, gate_page};
pub use lint::{lint_page, render_page};
pub use marks::{drift_marks, found_marks, gate_marks};

use jiff::Timestamp;

use crate::topology::{State, Topology, TopologyMarks};

/// A report, ready to be put into a format.
#[derive(Clone, Debug)]
pub struct Page {
    /// The command: `lint`, `render`, `drift`, `gate`.
    pub command: &'static str,
    /// What was done, as a heading.
    pub title: String,
    /// The answer.
    pub verdict: State,
    /// The answer in one sentence.
    pub summary: String,
    /// The fleet's name, if it has one.
    pub fleet: Option<String>,
    /// When clusters were looked at; none for what looks at files alone.
    pub at: Option<Timestamp>,
    /// The state of each ring in each cluster.
    pub rows: Vec<Row>,
    /// What was found, what is alike in the same clusters together.
    pub sections: Vec<Section>,
    /// What is to be known besides.
    pub notes: Vec<String>,
    /// Where to point where neither a finding nor its section has a place.
    pub anchor: Option<Spot>,
    /// The drawing, with the states of its parts.
    pub drawing: Option<(Topology, TopologyMarks)>,
}

/// A ring in a cluster.
#[derive(Clone, Debug)]
pub struct Row {
    /// The cluster.
    pub cluster: String,
    /// The ring; empty for the cluster as a whole.
    pub ring: String,
    /// How it stands there.
    pub state: State,
    /// The same in words.
    pub words: String,
}

/// What was found in the same clusters of a ring.
#[derive(Clone, Debug)]
pub struct Section {
    /// The ring; empty for what is about no ring.
    pub ring: String,
    /// The clusters; empty for what is about none in particular.
    pub clusters: Vec<String>,
    /// Where it is written, then where it was rendered to, for findings that have no line of their own.
    pub places: Vec<Spot>,
    /// What was found.
    pub items: Vec<Item>,
    /// What CassKop will do there, what cannot be undone first.
    pub effects: Vec<Outlook>,
}

/// Something that CassKop will do.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// One sentence.
    pub text: String,
    /// Whether nodes and volumes are lost by it, or CassKop gets stuck.
    pub danger: bool,
}

/// How much a finding matters, the most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It makes the run fail.
    Error,
    /// Likely a mistake.
    Warning,
    /// Worth knowing.
    Note,
    /// Somebody allowed or ignored it.
    Allowed,
}

impl Level {
    /// All, the most important first.
    pub const ALL: [Self; 4] = [Self::Error, Self::Warning, Self::Note, Self::Allowed];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::Allowed => "allowed",
        }
    }
}

/// What kind of finding it is; stable, so that alerts can be tracked by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `L30`, `drift/edited-live`.
    pub id: &'static str,
    /// What should hold, or what is meant.
    pub title: &'static str,
    /// More about it, as Markdown of this program's own; may be empty.
    pub help: &'static str,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Item {
    /// How much it matters.
    pub level: Level,
    /// What kind it is.
    pub rule: Rule,
    /// What was found, one sentence without a full stop.
    pub message: String,
    /// Path of the value in the object; empty for a whole object.
    pub path: String,
    /// What Git has (`-`) and what is live (`+`), or what would change, line by line.
    pub lines: Vec<String>,
    /// Where it is written; the first is the main place.
    pub places: Vec<Spot>,
    /// Where it stands in rendered files.
    pub related: Vec<Spot>,
    /// Who, since when, and other things with a name.
    pub facts: Vec<Fact>,
    /// Why it matters; may be empty.
    pub why: String,
    /// What to do; may be empty.
    pub fix: String,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The file as the user wrote it, or `OUT/CLUSTER/FILE` of the tree.
    pub file: String,
    /// First line, from 1.
    pub line: usize,
    /// First column, from 1, and the last line and one past its last column, where they are known.
    pub exact: Option<Exact>,
    /// What is there; may be empty.
    pub text: String,
}

/// A place to the column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    /// First column, from 1.
    pub column: usize,
    /// Last line and one past its last column.
    pub end: Option<(usize, usize)>,
}

/// Something with a name: `set by`, `kubectl-edit`.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The name.
    pub name: &'static str,
    /// What it is.
    pub text: String,
}

impl Spot {
    /// The beginning of a file.
    pub fn start_of(file: String) -> Self {
        Self { file, line: 1, exact: None, text: String::new() }
    }

    /// Whether it is in a file, and not in standard input or in what was typed.
    fn is_file(&self) -> bool {
        !self.file.is_empty() && !self.file.starts_with(['<', '-'])
    }

    /// `FILE:LINE:COLUMN`, as terminals and editors take it.
    pub fn shown(&self) -> String {
        match self.exact {
            Some(Exact { column, .. }) => format!("{}:{}:{column}", self.file, self.line),
            None => format!("{}:{}", self.file, self.line),
        }
    }
}

impl Page {
    /// How many findings there are of a level.
    pub fn count(&self, level: Level) -> usize {
        self.items().filter(|(_, item)| item.level == level).count()
    }

    /// All findings, each with its section.
    pub fn items(&self) -> impl Iterator<Item = (&Section, &Item)> {
        self.sections.iter().flat_map(|section| section.items.iter().map(move |item| (section, item)))
    }

    /// The places in files that a finding is shown at: first the line that its author
    /// has to look at, then those of the rendered files. Never none where there is an anchor.
    pub fn spots<'a>(&'a self, section: &'a Section, item: &'a Item) -> Vec<&'a Spot> {
        let of_section = section.places.iter().filter(|_| item.places.is_empty());
        let own: Vec<_> = item.places.iter().chain(of_section).chain(&item.related).filter(|spot| spot.is_file()).collect();
        if own.is_empty() { self.anchor.iter().filter(|spot| spot.is_file()).collect() } else { own }
    }

    /// Where something would happen that cannot be undone, in words; to be said at the top.
    pub fn danger(&self) -> Option<String> {
        let dangerous = |section: &&Section| section.effects.iter().any(|effect| effect.danger);
        let titles: Vec<_> = self.sections.iter().filter(dangerous).map(|section| section.title(3)).collect();
        let text = "if Git were applied now, nodes and volumes would be lost or CassKop would get stuck:";
        (!titles.is_empty()).then(|| format!("{text} {}", names(&titles, 5)))
    }

    /// What the signs before lines of differences mean, if there are such lines.
    pub fn signs(&self) -> Option<&'static str> {
        let lines = self.items().any(|(_, item)| !item.lines.is_empty());
        let words = if self.command == "render" {
            "− is in the tree, + would be rendered"
        } else {
            "− is what Git wants, + is what is live"
        };
        lines.then_some(words)
    }

    /// All findings, the most important first.
    pub fn by_importance(&self) -> Vec<(&Section, &Item)> {
        let mut items: Vec<_> = self.items().collect();
        items.sort_by_key(|(_, item)| item.level);
        items
    }

    /// How many findings of which level: `2 errors, 1 note`.
    pub fn counted(&self) -> String {
        let counted = Level::ALL.into_iter().filter_map(|level| match (self.count(level), level) {
            (0, _) => None,
            (number, Level::Allowed) => Some(format!("{number} allowed")),
            (1, _) => Some(format!("1 {}", level.as_str())),
            (number, _) => Some(format!("{number} {}s", level.as_str())),
        });
        let counted: Vec<_> = counted.collect();
        if counted.is_empty() { "nothing to report".to_owned() } else { counted.join(", ") }
    }
}

impl Section {
    /// Ring and clusters in words; long lists are counted.
    pub fn title(&self, most: usize) -> String {
        let clusters = names(&self.clusters, most);
        match (self.ring.as_str(), clusters.as_str()) {
            ("", "") => "In general".to_owned(),
            ("", clusters) => clusters.to_owned(),
            (ring, "") => ring.to_owned(),
            (ring, clusters) => format!("{ring} in {clusters}"),
        }
    }
}

/// The first names of a list, and how many more there are.
pub(super) fn names(all: &[impl AsRef<str>], most: usize) -> String {
    let shown: Vec<_> = all.iter().take(most).map(AsRef::as_ref).collect();
    let shown = shown.join(", ");
    if all.len() > most { format!("{shown} and {} more", all.len() - most) } else { shown }
}

/// Puts a finding into the section of its ring and clusters.
fn add(sections: &mut Vec<Section>, ring: &str, clusters: Vec<String>, item: Item) {
    match sections.iter_mut().find(|section| section.ring == ring && section.clusters == clusters) {
        Some(section) => section.items.push(item),
        None => {
            sections.push(Section {
                ring: ring.to_owned(),
                clusters,
                places: Vec::new(),
                items: vec![item],
                effects: Vec::new(),
            });
        }
    }
}

/// The most important first: the findings of each section, and the sections by their worst.
fn by_importance(sections: &mut [Section]) {
    for section in &mut *sections {
        section.items.sort_by_key(|item| item.level);
    }
    let outlook = |effect: &Outlook| if effect.danger { Level::Error } else { Level::Note };
    let worst = |section: &Section| section.items.iter().map(|item| item.level).chain(section.effects.iter().map(outlook)).min();
    sections.sort_by_key(|section| worst(section).unwrap_or(Level::Allowed));
}

/// A sentence, with a capital letter.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
