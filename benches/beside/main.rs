//! `multicasskop render` beside `kubectl kustomize` and `cp -r`: the same objects, in one
//! run, in memory (`/dev/shm`).
//!
//! `cargo bench --bench beside` first proves that both give the same objects, as canonical
//! JSON, then prints the tables of `docs/performance.md`. It needs GNU time and kubectl,
//! takes a quarter of an hour and asserts nothing about time: machines differ.

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used, reason = "a program that measures")]
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "figures for people")]

#[path = "../render/fleet.rs"]
mod fleet;
mod kustomize;
mod measure;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use measure::{Took, runs};
use multicasskop::source::Sources;
use multicasskop::yaml::{Budget, compose};
use serde_json::Value as Json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_multicasskop");
const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo/fleet.yaml");
/// Where Kustomize takes longer than this for a tenth of the manifests, it is left out.
const PATIENCE: Duration = Duration::from_secs(10);

fn main() {
    let folder = tempfile::Builder::new().prefix("multicasskop-bench-").tempdir_in("/dev/shm").unwrap();
    let demo = runs(folder.path(), &[PROGRAM, "render", "--stdout", "--cluster", "k8s-cluster1", "--fleet", DEMO], None);
    println!("The demo from start to finish: {}. The program: {:.1} MB.\n", time(demo.wall), megabytes(PROGRAM));
    println!("| manifests | | median | of `cp -r` | CPU per manifest | peak memory | runs |");
    println!("|--:|---|--:|--:|--:|--:|--:|");
    let mut patient = true;
    for manifests in [1, 10, 100, 1_000, 10_000] {
        patient = compare(folder.path(), manifests, patient);
    }
}

/// Prints the rows for so many manifests; gives whether Kustomize shall do ten times as many.
fn compare(folder: &Path, manifests: usize, patient: bool) -> bool {
    let folder = folder.join(manifests.to_string());
    sources(&folder, manifests);
    let out = folder.join("clusters");
    let render = [PROGRAM, "render", "-q"];
    let new = runs(&folder, &render, Some("clusters"));
    let again = runs(&folder, &render, None);
    let in_memory = runs(&folder, &[PROGRAM, "render", "-q", "--stdout", "--cluster", "k1"], None);
    let copy = runs(&folder, &["cp", "-r", "clusters", "copy"], Some("copy"));
    let read = runs(&folder, &["sh", "-c", "exec cat clusters/*/*"], None);
    let row = |what: &str, took: Took| row(manifests, what, took, copy.wall);
    row("`render`, all new", new);
    row("`render`, nothing to change", again);
    row("`render --stdout`, one cluster of five printed", in_memory);
    row("`cp -r` of the tree", copy);
    row("`cat` of the tree", read);
    if !patient {
        println!("| {} | `kubectl kustomize` | not run: it would take minutes | | | | |", grouped(manifests));
        return false;
    }
    let theirs = folder.join("kustomize");
    kustomize::tree(&theirs, &out);
    prove_equal(&out, &theirs);
    let kustomize = runs(&folder, &["kubectl", "kustomize", "kustomize"], None);
    row("`kubectl kustomize`", kustomize);
    let times = kustomize.wall.as_secs_f64() / new.wall.as_secs_f64();
    println!("| | | **{times:.0} times** `render`, all new | | | | |");
    kustomize.wall < PATIENCE
}

/// Fleet file and sources: one ring in one cluster, or rings in five.
fn sources(folder: &Path, manifests: usize) {
    let clusters = manifests.min(fleet::CLUSTERS);
    write(&folder.join("fleet.yaml"), &fleet::fleet(clusters));
    for ring in 0..manifests / clusters {
        write(&folder.join(format!("rings/{}.yaml", fleet::name(ring))), &fleet::ring(ring, clusters));
    }
}

/// Both give the same objects, or there is nothing to compare.
fn prove_equal(ours: &Path, theirs: &Path) {
    let mut rendered = Vec::new();
    for cluster in std::fs::read_dir(ours).unwrap() {
        for file in std::fs::read_dir(cluster.unwrap().path()).unwrap().map(|file| file.unwrap().path()) {
            rendered.extend(canonical(read(&file)));
        }
    }
    let output = Command::new("kubectl").arg("kustomize").arg(theirs).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut built = canonical(objects(&String::from_utf8(output.stdout).unwrap()));
    rendered.sort();
    built.sort();
    assert!(rendered == built, "Kustomize gives other objects than multicasskop");
}

/// Objects as canonical JSON, without the kustomizations of the tree.
fn canonical(objects: Vec<Json>) -> Vec<String> {
    let kept = objects.into_iter().filter(|object| object["kind"] != "Kustomization");
    kept.map(|object| serde_json_canonicalizer::to_string(&object).unwrap()).collect()
}

/// The objects in a file.
fn read(path: &Path) -> Vec<Json> {
    objects(&std::fs::read_to_string(path).unwrap())
}

fn objects(text: &str) -> Vec<Json> {
    // Kustomize's output is larger than any source may be, so it is read piece by piece.
    let one = |text: &str| {
        let mut sources = Sources::default();
        let id = sources.add("", text);
        let documents = compose(&sources, id, &mut Budget::default()).unwrap();
        documents.into_iter().map(|document| serde_json::to_value(document.root).unwrap()).collect::<Vec<_>>()
    };
    text.split("\n---\n").flat_map(one).collect()
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn row(manifests: usize, what: &str, took: Took, copy: Duration) {
    let of_copy = took.wall.as_secs_f64() / copy.as_secs_f64();
    let each = took.cpu.map_or_else(|| "–".to_owned(), |cpu| format!("{:.0} µs", cpu.as_secs_f64() * 1e6 / manifests as f64));
    println!(
        "| {} | {what} | {} | {of_copy:.1} | {each} | {:.0} MB | {} |",
        grouped(manifests),
        time(took.wall),
        took.memory as f64 / 1e6,
        took.runs
    );
}

fn time(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{:.1} ms", time.as_secs_f64() * 1e3)
    } else {
        format!("{:.2} s", time.as_secs_f64())
    }
}

fn grouped(number: usize) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", number / 1000, number % 1000) }
}

fn megabytes(path: &str) -> f64 {
    std::fs::metadata(path).unwrap().len() as f64 / 1e6
}
