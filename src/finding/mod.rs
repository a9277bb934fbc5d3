//! What the program has to say about an input: the one [`Finding`] type.
//!
//! Reading, merging, linting and, later, the live checks all make findings;
//! reports and exit codes are made from them and from nothing else. A finding
//! says what is wrong, where the user wrote it, why it matters and what to do.
//! Pure: how a finding looks is the business of the report formats.

mod exit;
mod fold;

pub use crate::rule::Severity;
pub use exit::Exit;
pub use fold::fold;

use crate::names::{ClusterName, RingName};
use crate::rule::RuleId;
use crate::source::{SourceId, Span};
use crate::tree::PathBuf;

/// What kind of finding it is; decides whether it can be allowed and the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The input cannot be used: unreadable, of the wrong type, refused by the
    /// CRD, contradictory. Always an error, never to be allowed, exit code 2.
    Invalid,
    /// A lint rule's finding. Some rules are invalid input too (L34, L48).
    Rule(RuleId),
    /// Something that the user should know, outside the rules.
    Note,
}

/// A place in the user's text with a few words of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there; may be empty.
    pub text: String,
}

/// A mechanical fix: put `text` in place of what `span` covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// What goes.
    pub span: Span,
    /// What comes; empty to delete.
    pub text: String,
}

/// A flag with which the same command would go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// The flag: `--seeds`.
    pub flag: &'static str,
    /// Its value: `auto`.
    pub value: String,
}

/// One thing found. Texts may hold parts of the input unescaped: every format
/// escapes them for its own medium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Rule, invalid input or note.
    pub kind: Kind,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// The ring that it is about, if it is about one.
    pub ring: Option<RingName>,
    /// The clusters in which it is so; empty if it is about none in particular.
    pub clusters: Vec<ClusterName>,
    /// Path of the value in the rendered or merged object; empty for a whole object.
    pub path: PathBuf,
    /// Where to look first, then places that conflict with it.
    pub labels: Vec<Label>,
    /// The file of the rendered tree that it is about, `CLUSTER/FILE`: no source has its lines.
    pub in_tree: Option<String>,
    /// Why it matters, one sentence; may be empty where the message says it.
    pub why: String,
    /// What to do.
    pub fix: String,
    /// The exact replacement, where the fix is mechanical.
    pub replacement: Option<Replacement>,
    /// Flags with which the same command would go on, where there are some.
    pub remedies: Vec<Remedy>,
    /// The source that the command `convert` would mend, if it would.
    pub convertible: Option<SourceId>,
    /// Allowed by the user: reported, but no reason to stop.
    pub allowed: bool,
}

impl Finding {
    /// A finding of a kind; the rest is added with the `with` methods.
    pub fn new(kind: Kind, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            kind,
            severity,
            message: message.into(),
            ring: None,
            clusters: Vec::new(),
            path: PathBuf::default(),
            labels: Vec::new(),
            in_tree: None,
            why: String::new(),
            fix: String::new(),
            replacement: None,
            remedies: Vec::new(),
            convertible: None,
            allowed: false,
        }
    }

    /// Input that cannot be used.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, Severity::Error, message)
    }

    /// A finding of a rule, with the rule's severity and its reason.
    pub fn rule(rule: RuleId, message: impl Into<String>) -> Self {
        let about = rule.rule();
        Self { why: about.why.to_owned(), ..Self::new(Kind::Rule(rule), about.severity, message) }
    }

    /// Something to know.
    pub fn note(message: impl Into<String>) -> Self {
        Self::new(Kind::Note, Severity::Info, message)
    }

    /// Points to a place, if there is one; the first is the main one.
    #[must_use]
    pub fn at(mut self, span: impl Into<Option<Span>>, text: impl Into<String>) -> Self {
        if let Some(span) = span.into() {
            self.labels.push(Label { span, text: text.into() });
        }
        self
    }

    /// Names the value.
    #[must_use]
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = path.into();
        self
    }

    /// Names the file of the rendered tree, `CLUSTER/FILE`.
    #[must_use]
    pub fn in_tree(mut self, file: impl Into<String>) -> Self {
        self.in_tree = Some(file.into());
        self
    }

    /// Says why it matters.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = fix.into();
        self
    }

    /// Gives the exact replacement for a place, if there is a place.
    #[must_use]
    pub fn replace(mut self, span: impl Into<Option<Span>>, text: impl Into<String>) -> Self {
        self.replacement = span.into().map(|span| Replacement { span, text: text.into() });
        self
    }

    /// Adds a flag with which the same command would go on.
    #[must_use]
    pub fn remedy(mut self, flag: &'static str, value: impl Into<String>) -> Self {
        self.remedies.push(Remedy { flag, value: value.into() });
        self
    }

    /// Says that the command `convert` mends the source of this place.
    #[must_use]
    pub fn convertible(mut self, span: Option<Span>) -> Self {
        self.convertible = span.map(|span| span.source);
        self
    }

    /// Names the ring.
    #[must_use]
    pub fn ring(mut self, ring: &RingName) -> Self {
        self.ring = Some(ring.clone());
        self
    }

    /// Adds a cluster in which it is so.
    #[must_use]
    pub fn cluster(mut self, cluster: &ClusterName) -> Self {
        self.clusters.push(cluster.clone());
        self
    }

    /// The rule, if a rule found it.
    pub fn rule_id(&self) -> Option<RuleId> {
        match self.kind {
            Kind::Rule(rule) => Some(rule),
            Kind::Invalid | Kind::Note => None,
        }
    }

    /// Whether it stops `render`: an error that is not allowed.
    pub fn stops(&self) -> bool {
        self.severity == Severity::Error && !self.allowed
    }

    /// The exit code that it asks for.
    pub fn exit(&self) -> Exit {
        match self.kind {
            _ if !self.stops() => Exit::Clean,
            Kind::Invalid => Exit::BadInput,
            Kind::Rule(rule) if rule.rule().invalid_input => Exit::BadInput,
            Kind::Rule(_) | Kind::Note => Exit::Findings,
        }
    }
}
