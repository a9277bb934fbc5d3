//! The pipeline: rings in, files and findings out.
//!
//! [`render`](fn@render) is the whole of it, for all rings of a run: expand (merge, default),
//! seeds, lint, order, emit. Rings do not depend on each other, so they are
//! rendered side by side; what lies between rings is checked at the end. Pure:
//! the same input gives the same findings and the same bytes in the same order.

mod between;
mod expand;
mod limits;
mod objects;
mod texts;
mod threads;

pub use expand::expand;
pub(crate) use threads::{FEW, shares};

use std::collections::BTreeMap;

use crate::emit::TreeFile;
use crate::finding::{Finding, fold};
use crate::fleet::{Delivery, Fleet, Located};
use crate::lint;
use crate::names::{ClusterName, Namespace, RingName};
use crate::read::{Input, Ring};
use crate::ring::{Expanded, Part};
use crate::schema::Versions;
use crate::seeds::{self, Origin, SeedPlan};
use crate::source::{SourceId, Span};
use crate::tree::{Node, SmolStr};

/// What a run renders, and how.
#[derive(Debug)]
pub struct Job<'a> {
    /// The sources, sorted by kind.
    pub input: &'a Input,
    /// The fleet.
    pub fleet: &'a Fleet,
    /// The paths of the sources as the files' headers show them.
    pub paths: &'a BTreeMap<SourceId, String>,
    /// Whether the sources are all of the fleet's.
    pub whole_fleet: bool,
}

/// What became of a ring in a cluster.
#[derive(Clone, Debug)]
pub struct Place {
    /// The cluster.
    pub cluster: ClusterName,
    /// Its wave.
    pub wave: i64,
    /// Its `CassKop`.
    pub versions: Versions,
    /// The seeds of its nodes; empty where none are injected.
    pub seeds: Vec<String>,
    /// How they get there.
    pub delivery: Option<Delivery>,
    /// The ConfigMap that they go into, with its namespace, where they go that way.
    pub config_map: Option<(Option<Namespace>, Located<SmolStr>)>,
}

/// What became of a ring.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The ring.
    pub ring: RingName,
    /// Where its name is written.
    pub span: Option<Span>,
    /// Where its seeds come from.
    pub seeds: Origin,
    /// Its clusters, in order.
    pub places: Vec<Place>,
    /// Active clusters of the fleet that it has no override for.
    pub skipped: Vec<ClusterName>,
}

/// What a run gives.
#[derive(Debug, Default)]
pub struct Rendered {
    /// The files, ring by ring and cluster by cluster. Not to be written if a
    /// finding stops the run.
    pub files: Vec<TreeFile>,
    /// All findings, equal ones of several clusters folded, allowances applied.
    pub findings: Vec<Finding>,
    /// What became of each ring that could be expanded.
    pub rings: Vec<Summary>,
}

/// Renders all rings of a job.
pub fn render(job: &Job<'_>) -> Rendered {
    let mut all = Rendered::default();
    let total = limits::Total::default();
    let rings = side_by_side(job, &total);
    if let Some(finding) = total.exceeded() {
        return Rendered { findings: vec![finding], ..all };
    }
    for one in rings {
        all.files.extend(one.files);
        all.findings.extend(one.findings);
        all.rings.extend(one.rings);
    }
    let mut findings = std::mem::take(&mut all.findings);
    between::check(job, &all, &mut findings);
    all.findings = findings;
    lint::allow(&mut all.findings, &job.fleet.allowances);
    all
}

/// Renders each ring, side by side.
fn side_by_side(job: &Job<'_>, total: &limits::Total) -> Vec<Rendered> {
    let render_all = |rings: &[Ring]| {
        let mut texts = texts::ByKind::default();
        let render_one = |ring: &Ring| {
            let one = one(job, ring, &mut texts);
            total.add(&one);
            one
        };
        rings.iter().take_while(|_| total.exceeded().is_none()).map(render_one).collect()
    };
    let shares: Vec<Vec<Rendered>> = shares(&job.input.rings, render_all);
    shares.into_iter().flatten().collect()
}

/// Renders one ring, unless it is too large.
fn one(job: &Job<'_>, ring: &Ring, texts: &mut texts::ByKind) -> Rendered {
    let mut found = Vec::new();
    let prepared = prepare(job, ring, &mut found);
    let rendered = prepared.map(|prepared| emitted(job, prepared, texts, &mut found)).unwrap_or_default();
    let mut findings = fold(about(ring, found));
    limits::shorten(&mut findings);
    Rendered { findings: about(ring, findings), ..rendered }
}

/// A ring as it will be in its clusters, before it becomes files.
#[derive(Debug)]
pub struct Prepared<'a> {
    /// Its parts, with what delivers the seeds.
    pub expanded: Expanded<'a>,
    /// Its seeds.
    pub seeds: SeedPlan,
    /// How they reach the nodes of each part; nothing where there are none.
    pub ways: Vec<Option<Delivery>>,
    /// The ConfigMap beside each part, where seeds go that way.
    pub config_maps: Vec<Option<Node>>,
}

/// Expands a ring and puts the seeds in: all of [`render`](fn@render) but lint and files,
/// for those who look at a whole ring. Nothing, with findings, if it is too large or
/// could not be expanded.
pub fn prepare<'a>(job: &Job<'a>, ring: &'a Ring, findings: &mut Vec<Finding>) -> Option<Prepared<'a>> {
    if let Some(finding) = limits::too_large(job.fleet, ring) {
        findings.push(finding);
        return None;
    }
    let mut expanded = expand::expand(job.fleet, ring, findings)?;
    let seeds = seeds::resolve(job.fleet, &expanded, findings);
    let ways = ways(job.fleet, &expanded, &seeds, findings);
    let config_maps = objects::deliver(job, &mut expanded, &seeds, &ways, findings);
    Some(Prepared { expanded, seeds, ways, config_maps })
}

/// Lints a ring and makes its files.
fn emitted(job: &Job<'_>, prepared: Prepared<'_>, texts: &mut texts::ByKind, findings: &mut Vec<Finding>) -> Rendered {
    let Prepared { expanded, seeds, ways, config_maps } = prepared;
    let fleet = job.fleet;
    let context = lint::Context { fleet, expanded: &expanded, seeds: &seeds, ways: &ways };
    findings.extend(lint::check(&context));
    let rings = vec![summary(fleet, &expanded, &seeds, &ways)];
    let files = objects::files(job, expanded, config_maps, &seeds, &ways, texts, findings);
    Rendered { files, findings: Vec::new(), rings }
}

/// Names the ring in findings that do not name one yet.
fn about(ring: &Ring, mut findings: Vec<Finding>) -> Vec<Finding> {
    for finding in &mut findings {
        finding.ring.get_or_insert_with(|| ring.name.clone());
    }
    findings
}

/// How the seeds of each part are delivered; nothing where there are none.
fn ways(fleet: &Fleet, expanded: &Expanded<'_>, plan: &SeedPlan, findings: &mut Vec<Finding>) -> Vec<Option<Delivery>> {
    let parts = expanded.parts.iter().zip(&plan.lists);
    parts
        .map(|(part, list)| if list.is_empty() { None } else { seeds::deliver::delivery(fleet, expanded, part, findings) })
        .collect()
}

fn summary(fleet: &Fleet, expanded: &Expanded<'_>, plan: &SeedPlan, ways: &[Option<Delivery>]) -> Summary {
    let place = |(at, part): (usize, &Part<'_>)| {
        let delivery = ways.get(at).copied().flatten();
        let named = part.spec().get("configMapName").filter(|_| delivery == Some(Delivery::ConfigMap));
        let config_map = named.and_then(|node| Some(Located { value: node.as_str()?.into(), span: node.span() }));
        Place {
            cluster: part.cluster.name.clone(),
            wave: part.wave,
            versions: part.versions,
            seeds: plan.hosts(at),
            delivery,
            config_map: config_map.map(|name| (part.namespace.clone(), name)),
        }
    };
    let skipped = fleet.clusters.active().filter(|cluster| expanded.ring.over(&cluster.name).is_none());
    Summary {
        ring: expanded.ring.name.clone(),
        span: expanded.ring.name_span.or(expanded.ring.span),
        seeds: plan.origin,
        places: expanded.parts.iter().enumerate().map(place).collect(),
        skipped: skipped.map(|cluster| cluster.name.clone()).collect(),
    }
}
