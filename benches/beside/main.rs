//! `multicasskop render` beside `kubectl kustomize`, `helm template` and `cp -r`: the same
//! objects, in one run, in memory (`/dev/shm`).
//!
//! `cargo bench --bench beside` first proves that all give the same objects, as canonical
//! JSON, then prints the table of `docs/performance.md`. It needs GNU time, and compares with
//! kubectl and Helm where they are installed. It takes a quarter of an hour and asserts
//! nothing about time: machines differ.

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used, reason = "a program that measures")]
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "figures for people")]

#[path = "../render/fleet.rs"]
mod fleet;
mod helm;
mod kustomize;
mod measure;

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use measure::{Took, runs};
use multicasskop::source::Sources;
use multicasskop::tree::Node;
use multicasskop::yaml::{Budget, compose, emit};
use serde_json::Value as Json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_multicasskop");
const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/demo/fleet.yaml");
/// Where a tool takes longer than this for a tenth of the manifests, it is left out.
const PATIENCE: Duration = Duration::from_secs(10);

/// A tool that people use to give each cluster its variant of an object.
struct Peer {
    command: &'static [&'static str],
    /// Writes what the command names into the folder in which it is run.
    input: fn(&Path, &[Cluster]),
    /// Whether it shall do ten times as many manifests.
    patient: bool,
}

/// What a cluster gets, by file.
struct Cluster {
    name: String,
    objects: BTreeMap<String, Json>,
}

fn main() {
    let folder = tempfile::Builder::new().prefix("multicasskop-bench-").tempdir_in("/dev/shm").unwrap();
    let demo = runs(folder.path(), &[PROGRAM, "render", "--stdout", "--cluster", "k8s-cluster1", "--fleet", DEMO], None);
    println!("The demo from start to finish: {}. The program: {:.1} MB.\n", time(demo.wall), megabytes(PROGRAM));
    println!("| manifests | | median | of `cp -r` | CPU per manifest | peak memory | runs |");
    println!("|--:|---|--:|--:|--:|--:|--:|");
    let mut peers = [
        Peer { command: &["kubectl", "kustomize", "kustomize"], input: kustomize::tree, patient: true },
        Peer { command: &["helm", "template", "bench", "chart", "--values", "values.yaml"], input: helm::chart, patient: true },
    ];
    for peer in &mut peers {
        peer.patient = installed(peer.command[0]);
    }
    for manifests in [1, 10, 100, 1_000, 10_000] {
        compare(folder.path(), manifests, &mut peers);
    }
}

/// Whether there is such a program; says so if not.
fn installed(program: &str) -> bool {
    let missing = Command::new(program).output().is_err_and(|error| error.kind() == ErrorKind::NotFound);
    if missing {
        println!("`{program}` is not installed and not compared.\n");
    }
    !missing
}

/// Prints the rows for so many manifests.
fn compare(folder: &Path, manifests: usize, peers: &mut [Peer]) {
    let folder = folder.join(manifests.to_string());
    sources(&folder, manifests);
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
    let rendered = rendered(&folder.join("clusters"));
    for peer in peers.iter_mut().filter(|peer| peer.patient) {
        let program = peer.command[..2].join(" ");
        (peer.input)(&folder, &rendered);
        prove_equal(&rendered, &folder, peer.command);
        let took = runs(&folder, peer.command, None);
        row(&format!("`{program}`"), took);
        let times = took.wall.as_secs_f64() / new.wall.as_secs_f64();
        println!("| | | **{times:.0} times** `render`, all new | | | | |");
        peer.patient = took.wall < PATIENCE;
        if !peer.patient {
            println!("| more | `{program}` | not run: it would take minutes | | | | |");
        }
    }
}

/// The objects of a rendered tree.
fn rendered(out: &Path) -> Vec<Cluster> {
    let entries = |folder: &Path| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()).collect::<Vec<_>>();
    let name = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let objects = |folder: &Path| {
        let files = entries(folder).into_iter().filter(|file| file.file_name() != "kustomization.yaml");
        files.map(|file| (name(&file), read(&file.path()))).collect()
    };
    let clusters = entries(out).into_iter().map(|folder| Cluster { name: name(&folder), objects: objects(&folder.path()) });
    let mut clusters: Vec<_> = clusters.collect();
    clusters.sort_by(|a, b| a.name.cmp(&b.name));
    clusters
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
fn prove_equal(rendered: &[Cluster], folder: &Path, command: &[&str]) {
    let output = Command::new(command[0]).args(&command[1..]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // The output is larger than any source may be, so it is read piece by piece.
    let text = String::from_utf8(output.stdout).unwrap();
    let theirs = text.trim_start_matches("---\n").split("\n---\n").map(object);
    let ours = rendered.iter().flat_map(|cluster| cluster.objects.values().cloned());
    let [ours, theirs] = [canonical(ours), canonical(theirs)];
    assert!(ours == theirs, "{command:?} gives other objects than multicasskop");
}

/// Objects as canonical JSON, in order.
fn canonical(objects: impl Iterator<Item = Json>) -> Vec<String> {
    let mut texts: Vec<_> = objects.map(|object| serde_json_canonicalizer::to_string(&object).unwrap()).collect();
    texts.sort();
    texts
}

/// The object in a file.
fn read(path: &Path) -> Json {
    object(&std::fs::read_to_string(path).unwrap())
}

fn object(text: &str) -> Json {
    let mut sources = Sources::default();
    let id = sources.add("", text);
    let mut documents = compose(&sources, id, &mut Budget::default()).unwrap();
    serde_json::to_value(documents.remove(0).root).unwrap()
}

fn yaml(json: &Json) -> String {
    emit(&Node::from(json))
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
