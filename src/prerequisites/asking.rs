//! A ring's part in a cluster while its needs are collected. Pure.

use super::model::{ClusterPrerequisites, Need, Prerequisite, Subject};
use crate::fleet::{Delivery, Fleet};
use crate::render::Prepared;
use crate::ring::Part;
use crate::source::{Sources, Span};

/// A ring's part in a cluster, asking for what it needs.
pub(super) struct Asking<'a> {
    pub(super) fleet: &'a Fleet,
    pub(super) ring: &'a Prepared<'a>,
    pub(super) part: &'a Part<'a>,
    pub(super) way: Option<Delivery>,
    pub(super) sources: &'a Sources,
    pub(super) list: &'a mut ClusterPrerequisites,
}

impl Asking<'_> {
    /// The ring's name.
    pub(super) fn ring_name(&self) -> &str {
        self.ring.expanded.ring.name.as_str()
    }

    /// The namespace, where one is stated; lint complains where none is.
    pub(super) fn namespace(&self) -> Option<String> {
        self.part.namespace.as_ref().map(ToString::to_string)
    }

    /// The string in a member of the spec, if it is not empty.
    pub(super) fn text(&self, keys: &[&str]) -> Option<(&str, Option<Span>)> {
        let node = self.part.spec().at(keys)?;
        node.as_str().filter(|text| !text.is_empty()).map(|text| (text, node.span()))
    }

    /// What asks: a field, and where it is written.
    pub(super) fn need(&self, path: impl Into<String>, span: Option<Span>) -> Need {
        let place = span.map(|span| self.sources.position(span).to_string());
        Need { ring: self.ring_name().to_owned(), path: path.into(), place }
    }

    /// Adds something of the cluster as a whole.
    pub(super) fn cluster_wide(&mut self, subject: Subject, name: &str, what: impl Into<String>, why: &str, need: Need) {
        self.add(subject, None, name, what.into(), why, need);
    }

    /// Adds something in the ring's namespace.
    pub(super) fn in_namespace(&mut self, subject: Subject, name: &str, what: impl Into<String>, why: &str, need: Need) {
        let namespace = self.namespace();
        self.add(subject, namespace, name, what.into(), why, need);
    }

    fn add(&mut self, subject: Subject, namespace: Option<String>, name: &str, what: String, why: &str, need: Need) {
        let cluster = &self.part.cluster.name;
        let id = format!("{cluster}/{}/{}/{name}", subject.kind(), namespace.as_deref().unwrap_or("-"));
        let (name, why) = (name.to_owned(), why.to_owned());
        self.list.add(Prerequisite { id, subject, namespace, name, what, why, needs: vec![need] });
    }
}

/// Names between backquotes, joined by commas.
pub(super) fn in_words(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}
