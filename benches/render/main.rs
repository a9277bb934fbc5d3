//! Each step of rendering by itself, and the whole: `cargo bench --bench render`.
//!
//! One ring in five clusters for the steps; for the whole, as many rings as make
//! 100, 1,000 and 10,000 manifests. Everything is in memory: `beside` measures the program.

#[path = "../../tests/common/mod.rs"]
mod common;
mod fleet;

use common::Texts;
use divan::Bencher;
use multicasskop::default::canonical;
use multicasskop::merge::{operator, patch};
use multicasskop::read::Ring;
use multicasskop::render::expand;
use multicasskop::schema::Release;
use multicasskop::source::Sources;
use multicasskop::tree::Node;
use multicasskop::yaml::{Budget, compose, emit};

fn main() {
    divan::main();
}

/// So many rings in five clusters each, read.
fn rings(count: usize) -> Texts {
    let rings: Vec<_> = (0..count).map(|ring| (format!("rings/{ring}.yaml"), fleet::ring(ring, fleet::CLUSTERS))).collect();
    let fleet = fleet::fleet(fleet::CLUSTERS);
    let mut texts = vec![("fleet.yaml", fleet.as_str())];
    texts.extend(rings.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    Texts::read(&texts)
}

fn one() -> (Ring, Node) {
    let ring = rings(1).input.rings.remove(0);
    let merged = patch(&ring.base, &ring.overrides[0].node);
    (ring, merged)
}

/// The source of one ring.
#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    let mut sources = Sources::default();
    let text = fleet::ring(0, fleet::CLUSTERS);
    let bytes = divan::counter::BytesCount::of_str(&text);
    let id = sources.add("ring.yaml", text);
    bencher.counter(bytes).bench_local(|| compose(&sources, id, &mut Budget::default()).map(|documents| documents.len()));
}

/// Base and one override, as a merge patch.
#[divan::bench]
fn merge(bencher: Bencher<'_, '_>) {
    let (ring, _) = one();
    bencher.bench_local(|| patch(&ring.base, &ring.overrides[0].node));
}

/// Base and one override, as Multi-CassKop merged them.
#[divan::bench]
fn merge_as_operator(bencher: Bencher<'_, '_>) {
    let (ring, _) = one();
    bencher.bench_local(|| operator(&ring.base, &ring.overrides[0].node, Release::NEWEST).map(|node| node.count()));
}

/// Canonical form of what was merged.
#[divan::bench]
fn canonicalise(bencher: Bencher<'_, '_>) {
    let (_, merged) = one();
    bencher.bench_local(|| canonical(&merged, Release::NEWEST).map(|canonical| canonical.object.count()));
}

/// Both merges, canonical form and comparison, for the five clusters of one ring.
#[divan::bench]
fn expand_a_ring(bencher: Bencher<'_, '_>) {
    let texts = rings(1);
    let fleet = texts.fleet.as_ref().expect("a fleet");
    bencher.bench_local(|| expand(fleet, &texts.input.rings[0], &mut Vec::new()).map(|expanded| expanded.parts.len()));
}

/// One object as YAML.
#[divan::bench]
fn emit_an_object(bencher: Bencher<'_, '_>) {
    let (_, merged) = one();
    let object = canonical(&merged, Release::NEWEST).expect("a good ring").object;
    bencher.counter(divan::counter::BytesCount::new(emit(&object).len())).bench_local(|| emit(&object));
}

/// All but reading, side by side on all processors.
#[divan::bench(args = [100, 1_000, 10_000], sample_count = 20, sample_size = 1)]
fn render(bencher: Bencher<'_, '_>, manifests: usize) {
    let texts = rings(manifests / fleet::CLUSTERS);
    bencher.counter(divan::counter::ItemsCount::new(manifests)).bench_local(|| texts.render().files.len());
}
