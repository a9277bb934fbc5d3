//! Pages to be put into formats.

#![cfg(test)]
#![allow(dead_code, reason = "each test file uses a part of it")]

use multicasskop::check::Place;
use multicasskop::gate::{Condition, GateAnswer, GateEnd, GateReason, GateReport, GateRing, GateUnseen, Remedy};
use multicasskop::report::page::{
    Exact, Fact, GatePlace, Item, Level, Outlook, Page, Row, Rule, Section, Spot, drift_page, gate_page,
};
use multicasskop::report::{Format, Model, Style, Whole};
use multicasskop::topology::State;

use crate::sample::everything;

/// A report that is a page and nothing else.
pub(crate) struct Made(pub(crate) Page);

impl Model for Made {
    fn text(&self, _: Style) -> String {
        unreachable!("pages have no text of their own")
    }

    fn json(&self) -> String {
        unreachable!("pages have no JSON of their own")
    }

    fn page(&self) -> Page {
        self.0.clone()
    }
}

/// A page in a format, with nothing said about where the whole is.
pub(crate) fn render(page: &Page, format: Format) -> String {
    format.render(&Made(page.clone()), Style::Plain, &Whole::default())
}

/// The formats that are made of pages.
pub(crate) const FORMATS: [Format; 7] =
    [Format::Markdown, Format::Comment, Format::Html, Format::Sarif, Format::Junit, Format::Github, Format::Prometheus];

pub(crate) fn drift() -> Page {
    let place = |file: &str, line| Some(Place { file: file.to_owned(), line, column: 11 });
    let place = |ring: &str, cluster: &str| match (ring, cluster) {
        ("", "k4") => place("fleet.yaml", 12),
        ("cassandra/demo", "k3") => place("rings/demo.yaml", 4),
        _ => None,
    };
    drift_page(&everything(), Some("fleet.yaml".to_owned()), &place)
}

pub(crate) fn gate() -> Page {
    let reason = |cluster: &str, condition, message: &str, remedy| GateReason {
        condition,
        cluster: cluster.to_owned(),
        message: message.to_owned(),
        fix: String::new(),
        remedy,
    };
    let ring = GateRing {
        namespace: "cassandra".to_owned(),
        name: "demo".to_owned(),
        targets: vec!["k3".to_owned()],
        settled_first: vec!["k1".to_owned(), "k2".to_owned()],
        reasons: vec![
            reason("k1", Condition::Done, "rack dc1-rack2 is in phase Pending", Remedy::Wait),
            reason("k3", Condition::GitRuns, "`spec.cassandraImage` was edited", Remedy::Act),
        ],
        unseen: vec![GateUnseen {
            cluster: "k2".to_owned(),
            message: "the API server does not answer".to_owned(),
            fix: "check the network".to_owned(),
        }],
        warnings: Vec::new(),
        ignored: Vec::new(),
    };
    let report = GateReport {
        api_version: "multicasskop.dev/v1alpha1",
        kind: "GateReport",
        at: "2026-11-20T12:00:00Z".parse().unwrap(),
        asked: "cluster k3".to_owned(),
        answer: GateAnswer::CouldNotTell,
        needs_action: true,
        ended: GateEnd::Answered,
        held_seconds: None,
        seconds_apart: None,
        rings: vec![ring],
    };
    let at = |file: &str, line| Some(Place { file: file.to_owned(), line, column: 1 });
    let place = |ring: &str, cluster: &str| match (ring, cluster) {
        ("cassandra/demo", "k1") => GatePlace { source: at("rings/demo.yaml", 4), rendered: at("clusters/k1/demo.yaml", 5) },
        _ => GatePlace::default(),
    };
    gate_page(&report, Some("prod".to_owned()), Some("fleet.yaml".to_owned()), &place)
}

/// A page on which every text is `text`.
pub(crate) fn all_of(text: &str) -> Page {
    let own = || text.to_owned();
    let exact = Exact { column: 3, end: Some((7, 9)) };
    let spot = |line| Spot { file: own(), line, exact: Some(exact), text: own() };
    let item = |level| Item {
        level,
        rule: Rule { id: "L01", title: "a title", help: "" },
        message: own(),
        path: own(),
        lines: vec![format!("- {text}"), format!("+ {text}"), own()],
        places: vec![spot(7), spot(8)],
        related: vec![spot(9)],
        facts: vec![Fact { name: "set by", text: own() }],
        why: own(),
        fix: own(),
    };
    let row = |state| Row { cluster: own(), ring: own(), state, words: own() };
    Page {
        command: "drift",
        title: own(),
        verdict: State::Bad,
        summary: own(),
        fleet: Some(own()),
        at: None,
        rows: vec![row(State::Bad), row(State::Good), row(State::Unknown), row(State::Known)],
        sections: vec![Section {
            ring: own(),
            clusters: vec![own(), own()],
            places: vec![spot(6)],
            items: Level::ALL.into_iter().map(item).collect(),
            effects: [true, false].map(|danger| Outlook { text: own(), danger }).into(),
        }],
        notes: vec![own()],
        anchor: Some(Spot::start_of(own())),
        drawing: None,
    }
}
