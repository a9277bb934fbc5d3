//! Fuzzing: whatever bytes come in, there is an answer, and soon.
//!
//! Each target has a corpus in `fixtures/fuzz/<target>/`. Every committed input
//! is run as it is; then edited ones are run until the time is up. proptest
//! chooses the edits and, when an input fails, takes away those that are not
//! needed. It runs on the stable toolchain as a part of the tests; see
//! `CONTRIBUTING.md` for running it long and for what to do with a failure.
//!
//! `MULTICASSKOP_FUZZ_SECONDS` is the time per target (1), and
//! `MULTICASSKOP_FUZZ_SEED` is a number that chooses the inputs (1).

#![cfg(test)] // so that clippy takes the helpers for tests too
#![expect(clippy::disallowed_methods, reason = "a fuzzer keeps inputs in files and watches the clock")]

mod changed;
mod common;

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use changed::changed;
use common::Texts;
use multicasskop::finding::Finding;
use multicasskop::names::FleetName;
use multicasskop::report::{Report, Style, finding_text, findings_json};
use multicasskop::source::Sources;
use multicasskop::write::{Fleet, Scope, Snapshot, plan};
use multicasskop::yaml::{Budget, compose};

/// The reader gives documents or a finding.
#[test]
fn reader() {
    fuzz("reader", corpus("reader"), edited, |bytes| {
        let mut sources = Sources::default();
        let id = sources.add("fuzz.yaml", String::from_utf8_lossy(bytes));
        let _ = compose(&sources, id, &mut Budget::default());
    });
}

/// A stream with a fleet and its sources gives a plan for an empty tree, or
/// findings that can be shown.
#[test]
fn render() {
    let edits = |corpus: &[Vec<u8>]| prop_oneof![1 => edited(corpus), 3 => changed(corpus)];
    fuzz("render", corpus("render"), edits, |bytes| {
        let texts = Texts::read(&[("fuzz.yaml", &String::from_utf8_lossy(bytes))]);
        let rendered = texts.render();
        show(&Report { findings: &rendered.findings, sources: &texts.sources });
        let Some(fleet) = texts.fleet.filter(|_| !rendered.findings.iter().any(Finding::stops)) else { return };
        let scope = Scope {
            fleet: Fleet::Whole(fleet.name.as_ref().map_or("-", FleetName::as_str).into()),
            clusters: fleet.clusters.iter().map(|cluster| cluster.name.clone()).collect(),
            rings: rendered.files.iter().map(|file| file.ring().clone()).collect(),
        };
        let files = rendered.files.len();
        let plan = plan(rendered.files, Snapshot::default(), &scope, false).expect("nothing is in the way");
        assert!(plan.writes.len() >= files && plan.removals.is_empty());
    });
}

/// Findings as text, in which nothing may reach a terminal's controls, and as JSON.
fn show(report: &Report<'_>) {
    for finding in report.findings {
        let text = finding_text(finding, report.sources, Style::Plain);
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    }
    assert!(findings_json(report).is_array());
}

/// The fuzzer finds a fault that needs two edits in the right order.
#[test]
#[should_panic(expected = "planted")]
fn a_planted_fault_is_found() {
    fuzz("planted", vec![(PathBuf::new(), b"a: 1\n".to_vec())], edited, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        assert!(text.split_once("&a ").is_none_or(|(_, rest)| !rest.contains('|')), "planted");
    });
}

/// An input that takes longer than this is a failure.
const TOO_LONG: Duration = Duration::from_secs(10);
/// Edits make no input larger than this.
const LARGEST: usize = 256 << 10;

/// What means something in YAML or to us.
#[rustfmt::skip]
const TOKENS: &[&str] = &[
    "\n", "\n  ", "\n- ", "\r\n", "\t", " ", "\u{feff}", "\0", "\u{85}", "\u{2028}", "\u{202e}", "é", "---\n", "\n...\n",
    "%YAML 1.1\n---\n", "# c\n", ": ", "? ", "- ", "[", "]", "{", "}", ", ", "\"", "'", "\\", "\\x", "\\u", "|", "|+\n", ">-\n",
    "|9\n", "&a ", "*a", "&a [*a]", "<<: *a\n", "<<: [*a, *a]\n", "!!str ", "!!binary ", "!<x> ", "!", "@", "`", "~", "null",
    "true", "yes", "off", "=", ".inf", ".nan", "-0", "0777", "0o7", "0x1F", "1_000", "1e999", "1e-999", "9223372036854775808",
    "18446744073709551616", "12:30:45", "2026-01-01", "apiVersion: db.orange.com/v2\n", "apiVersion: db.orange.com/v1alpha1\n",
    "kind: MultiCasskop\n", "kind: ConfigMap\n", "metadata:\n", "name: ", "namespace: ", "annotations: ", "finalizers: ",
    "spec:\n", "  base:\n", "  override:\n", "status:\n", "seedlist: ", "topology: ", "dc: ", "rack: ", "nodesPerRacks: ",
    "config: ", "configMapName: ", "resources: ", "dataCapacity: ", "100Gi", "1.5e3m", "-1", "../../x", "kind: Fleet\n",
    "casskopVersion: ", "{from: 2.2.9, to: 2.3.4}", "1.1.5", "2.2.9", "2.3.1", "engine: ", "argocd", "flux", "merge: operator\n",
    "seeds: ", "seedDelivery: ", "configmap", "status", "env", "zone: ", "wave: ", "rings: ", "zones: ", "k1: ", "k2: {}\n",
    "labels: ", "envVars: ", "backRestSidecar: ", "sidecarConfigs: ", "storageConfigs: ", "pod: ", "limits: ", "requests: ",
];

/// One change to the bytes. Places are shares of the length, so that they fit any input.
#[derive(Clone, Debug)]
enum Edit {
    Flip(Index, u8),
    Delete(Index, usize),
    Insert(Index, &'static str),
    Repeat(Index, usize, usize),
    Splice(Index, Index, Index, usize),
    Cut(Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = any::<Index>;
    let times = prop_oneof![30 => 1..4_usize, 1 => 1..12_000_usize];
    prop_oneof![
        3 => (at(), 0..8_u8).prop_map(|(place, bit)| Edit::Flip(place, bit)),
        3 => (at(), 1..40_usize).prop_map(|(place, len)| Edit::Delete(place, len)),
        8 => (at(), select(TOKENS)).prop_map(|(place, token)| Edit::Insert(place, token)),
        3 => (at(), 1..40_usize, times).prop_map(|(place, len, times)| Edit::Repeat(place, len, times)),
        3 => (at(), at(), at(), 1..200_usize).prop_map(|(place, other, from, len)| Edit::Splice(place, other, from, len)),
        1 => at().prop_map(Edit::Cut),
    ]
}

/// One of the corpus with a few edits.
fn edited(corpus: &[Vec<u8>]) -> impl Strategy<Value = Vec<u8>> + use<> {
    let corpus = Arc::new(corpus.to_vec());
    (any::<Index>(), vec(edit(), 1..10)).prop_map(move |(first, edits)| {
        let mut bytes = first.get(&corpus).clone();
        for edit in &edits {
            apply(edit, &mut bytes, &corpus);
        }
        bytes
    })
}

fn apply(edit: &Edit, bytes: &mut Vec<u8>, corpus: &[Vec<u8>]) {
    let place = |index: &Index, bytes: &[u8]| index.index(bytes.len() + 1);
    let span = |at: usize, len: usize, bytes: &[u8]| at..bytes.len().min(at + len);
    match edit {
        Edit::Flip(at, bit) => {
            let at = place(at, bytes);
            bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << bit);
        }
        Edit::Delete(at, len) => drop(bytes.drain(span(place(at, bytes), *len, bytes))),
        Edit::Insert(at, token) => insert(bytes, place(at, bytes), token.as_bytes()),
        Edit::Repeat(at, len, times) => {
            let span = span(place(at, bytes), *len, bytes);
            let times = (*times).min(LARGEST / span.len().max(1));
            insert(bytes, span.start, &bytes[span].repeat(times));
        }
        Edit::Splice(at, other, from, len) => {
            let other = other.get(corpus);
            insert(bytes, place(at, bytes), &other[span(place(from, other), *len, other)]);
        }
        Edit::Cut(at) => bytes.truncate(place(at, bytes)),
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, new: &[u8]) {
    if bytes.len() + new.len() <= LARGEST {
        bytes.splice(at..at, new.iter().copied());
    }
}

/// Runs the corpus of a target, then inputs made of it until the time is up.
fn fuzz<S: Strategy<Value = Vec<u8>>>(
    target: &'static str,
    corpus: Vec<(PathBuf, Vec<u8>)>,
    inputs: impl FnOnce(&[Vec<u8>]) -> S,
    run: fn(&[u8]),
) {
    let (seconds, seed) = (setting("MULTICASSKOP_FUZZ_SECONDS"), setting("MULTICASSKOP_FUZZ_SEED"));
    let watch = Watch::start(target);
    let run = |bytes: &[u8]| watch.over(bytes, || run(bytes));
    for (path, bytes) in &corpus {
        println!("{}", path.display()); // shown when this input fails
        run(bytes);
    }

    let strategy = inputs(&corpus.into_iter().map(|(_, bytes)| bytes).collect::<Vec<_>>());
    let config = Config { failure_persistence: None, max_shrink_time: 60_000, ..Config::default() };
    let mut entropy = [0; 32];
    entropy[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &entropy));
    let (begin, mut runs) = (Instant::now(), 0_u64);
    while begin.elapsed() < Duration::from_secs(seconds) {
        let tree = strategy.new_tree(&mut runner).unwrap();
        let outcome = runner.run_one(tree, |bytes| {
            run(&bytes);
            Ok(())
        });
        if let Err(TestError::Fail(_, bytes)) = outcome {
            let input = failures().join(format!("{target}-{seed}"));
            fs::write(&input, &bytes).unwrap();
            println!("{target}, seed {seed}, input {runs}: {}", how_to_repeat(target, &input));
            run(&bytes); // panics with its own message and place
            panic!("the target failed, but not when it ran again on the same input");
        }
        runs += 1;
    }
    println!("{target}, seed {seed}: {runs} inputs in {seconds} s");
}

/// A number from the environment.
fn setting(name: &str) -> u64 {
    std::env::var(name).map_or(1, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fuzz").join(target);
    let mut paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} holds no input to start from", folder.display());
    paths.into_iter().map(|path| (path.clone(), fs::read(&path).unwrap())).collect()
}

/// `target/fuzz-failures`, wherever the target directory is.
fn failures() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("fuzz-failures");
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn how_to_repeat(target: &str, input: &Path) -> String {
    format!(
        "the input is in {}; copy it to fixtures/fuzz/{target}/ and run `cargo test --test fuzz {target}`, which runs it first",
        input.display()
    )
}

/// Keeps the running input in a file, because a stack overflow or a kill ends
/// the process, and ends the process itself when an input takes too long.
struct Watch {
    running: PathBuf,
    file: RefCell<File>,
    since: Arc<Mutex<Option<Instant>>>,
}

impl Watch {
    fn start(target: &'static str) -> Self {
        let running = failures().join(format!("{target}-running"));
        let file = RefCell::new(File::create(&running).unwrap());
        let watch = Self { running, file, since: Arc::default() };
        let (running, since) = (watch.running.clone(), Arc::clone(&watch.since));
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_millis(200));
                let since = *since.lock().unwrap_or_else(PoisonError::into_inner);
                if since.is_some_and(|since| since.elapsed() > TOO_LONG) {
                    let how = how_to_repeat(target, &running);
                    let _ = writeln!(io::stderr(), "{target}: an input takes longer than {TOO_LONG:?}: {how}");
                    std::process::abort();
                }
            }
        });
        watch
    }

    fn keep(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.file.borrow_mut();
        file.rewind()?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)
    }

    fn over(&self, bytes: &[u8], run: impl FnOnce()) {
        self.keep(bytes).unwrap();
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        run();
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Drop for Watch {
    /// A run that comes to its end leaves no input behind.
    fn drop(&mut self) {
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let _ = fs::remove_file(&self.running);
    }
}
