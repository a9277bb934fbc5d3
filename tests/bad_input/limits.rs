//! Inputs that are too large, too deep, or grow without end: an answer in little
//! memory and time.

use std::fmt::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::*;

/// The most that any input may take.
const MEMORY_KIB: usize = 256 << 10;
/// The longest that any of these may take, without optimisation and on a busy machine.
const TIME: Duration = Duration::from_secs(60);

/// The ring with more members in its base's spec.
fn ring_and(members: &str) -> String {
    ring_with("      deletePVC: false\n", &format!("      deletePVC: false\n{members}"))
}

/// A ring with `count` keys in `config`.
fn config(count: usize) -> String {
    let mut members = "      config:\n        x:\n".to_owned();
    for number in 0..count {
        let _ = writeln!(members, "          k{number}: v");
    }
    members
}

/// Runs the program and measures: the exit code, standard error, and the largest
/// memory in KiB where `/proc` tells it.
fn measured(site: &Site, words: &str) -> (Run, usize) {
    let mut command = site.command();
    let errors = std::fs::File::create(site.path("stderr")).expect("writable");
    let mut child = command
        .args(words.split_whitespace())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(errors)
        .spawn()
        .expect("it starts");
    let (start, mut peak) = (Instant::now(), 0);
    let status = format!("/proc/{}/status", child.id());
    let code = loop {
        let said = std::fs::read_to_string(&status).unwrap_or_default();
        let high = said.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        peak = peak.max(high.unwrap_or(0));
        if let Some(status) = child.try_wait().expect("a child") {
            break status.code();
        }
        if start.elapsed() > TIME {
            child.kill().expect("a child");
            panic!("still running after {TIME:?}: {words}");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    (Run { code, stdout: String::new(), stderr: site.read("stderr") }, peak)
}

/// Renders in little memory, with one of the exit codes; nothing is written but with 0.
#[track_caller]
fn bounded(what: &str, text: &str, codes: &[i32]) -> Run {
    let site = Site::with(&[("ring.yaml", text)]);
    let (run, peak) = measured(&site, &format!("render ring.yaml {FLAGS} --out clusters"));
    println!("{what}: {} MiB at most", peak >> 10);
    assert!(peak < MEMORY_KIB, "{what}: {peak} KiB");
    assert!(run.code.is_some_and(|code| codes.contains(&code)), "{what}: {:?}\n{:.3000}", run.code, run.stderr);
    assert!(run.code == Some(0) || !site.exists("clusters"), "{what}: something was written");
    assert!(run.stderr.len() < 4 << 20, "{what}: {} bytes of messages", run.stderr.len());
    run
}

#[test]
fn too_many_bytes_are_refused() {
    let run = bounded("33 MiB", &ring_and(&format!("      # {}\n", "x".repeat(33 << 20))), &[2]);
    assert_told!("too-large", run);
    bounded("33 MiB of bytes that are no text", &"\u{1}".repeat(33 << 20), &[2]).says("too large");
    let site = Site::with(&[
        ("ring.yaml", RING),
        ("a.yaml", &format!("# {}\n", "x".repeat(31 << 20))),
        ("b.yaml", &format!("# {}\n", "x".repeat(2 << 20))),
    ]);
    site.run(&format!("render ring.yaml a.yaml b.yaml {FLAGS} --out clusters")).exits(2).says("too large");
    site.run("canonical /dev/zero").exits(2).says("too large");
}

#[test]
fn too_many_values_are_refused() {
    assert_told!("too-many-values", bounded("500,001 values", &ring_and(&config(500_001)), &[2]));
    assert_told!("too-many-in-ring", bounded("120,000 values twice", &ring_and(&config(120_000)), &[2]));
    bounded("90,000 values twice", &ring_and(&config(90_000)), &[0]);
}

#[test]
fn too_many_levels_are_refused() {
    assert_told!("too-deep", refused(format!("a: {}{}", "[".repeat(10_000), "]".repeat(10_000))));
    let mut block = String::new();
    for level in 0..3_000 {
        let _ = writeln!(block, "{}a:", " ".repeat(level));
    }
    refused(block).says("deep in each other");
    refused(format!("{}\n", "- ".repeat(10_000))).says("deep in each other");
}

#[test]
fn aliases_that_multiply_or_never_end_are_refused() {
    let mut laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..10 {
        let before = level - 1;
        let _ = writeln!(laughs, "a{level}: &a{level} [{}]", vec![format!("*a{before}"); 9].join(", "));
    }
    let mut run = bounded("billion laughs", &laughs, &[2]);
    run.stderr = run.stderr.replace(&laughs, "");
    assert_told!("billion-laughs", run);
    assert_told!("alias-cycle", refused("a: &a\n  b: [*a]\n"));
    assert_told!("unknown-alias", refused(ring_with("fast", "*fast")));
    let mut nested = config(4_000).replace("      config:\n        x:", "      config: &a0");
    for level in 0..90 {
        nested = nested.replace(&format!("&a{level}"), &format!("&a{} {{x: 1}}\n      y{level}: &a{level}", level + 100));
    }
    bounded("anchors", &ring_and(&nested), &[0, 1, 2]);
}

#[test]
fn half_a_million_of_anything_is_an_answer_in_little_memory() {
    let list = |item: &str, count: usize| format!("[{}]", vec![item; count].join(","));
    let numbered = |item: &str, count: usize| (0..count).map(|at| item.replace('#', &at.to_string())).collect::<String>();
    bounded("unknown fields", &ring_and(&numbered("      u#: 1\n", 90_000)), &[1, 2]);
    bounded("wrong types", &ring_and(&format!("      imagePullSecret: {{name: {}}}\n", list("1", 90_000))), &[2]);
    bounded("labels", &ring_and(&format!("      pod:\n        annotations:\n{}", numbered("          k#: 1\n", 45_000))), &[2]);
    bounded("ambiguous", &ring_and(&format!("      config:\n{}", numbered("        k#: yes\n", 45_000))), &[2]);
    bounded(
        "env",
        &ring_and(&format!("      backRestSidecar:\n        envVars: {}\n", list("{name: A, value: b}", 30_000))),
        &[0, 1, 2],
    );
    bounded("clusters", &ring_with("    eu:\n", &format!("{}    eu:\n", numbered("    c#: {}\n", 200_000))), &[2]);
    bounded("keys", &ring_and(&format!("      {}: 1\n", "k".repeat(20 << 20))), &[1, 2]);
}

#[test]
fn long_texts_are_rendered_in_little_memory() {
    bounded("one long text", &ring_and(&format!("      config: {{a: {}}}\n", "x".repeat(30 << 20))), &[0]);
    bounded("a long wrong value", &ring_with("deletePVC: false", &format!("deletePVC: {}", "x".repeat(30 << 20))), &[2]);
    let lines = "        - \"a\\tb\\nc\"\n".repeat(40_000);
    bounded("many lines", &ring_and(&format!("      config:\n        x:\n{lines}")), &[0]);
}

/// A site with a ring of 1 MiB in so many clusters, and the words that render it.
fn in_clusters(count: usize) -> (Site, String) {
    let clusters: Vec<_> = (0..count).map(|number| format!("c{number}")).collect();
    let large = ring_and(&format!("      config: {{a: {}}}\n", "x".repeat(1 << 20)));
    let overrides = format!("    {}: {{}}\n", clusters.join(": {}\n    "));
    let site = Site::with(&[("ring.yaml", &format!("{}{overrides}", &large[..large.find("    eu:").expect("overrides")]))]);
    let order = clusters.join(" --remote ");
    (site, format!("render ring.yaml --local {order} --seeds none --merge merge-patch --allow all --out clusters"))
}

#[test]
fn a_large_tree_is_written_compared_and_changed_in_little_memory() {
    let (site, words) = in_clusters(120);
    let measure = |words: &str, code: i32| {
        let (run, peak) = measured(&site, words);
        println!("120 clusters of 1 MiB: {} MiB at most", peak >> 10);
        assert!(peak < MEMORY_KIB, "{peak} KiB");
        assert_eq!(run.code, Some(code), "{:.3000}", run.stderr);
    };
    measure(&words, 0);
    site.replace("ring.yaml", "dataCapacity: 20Gi", "dataCapacity: 30Gi");
    measure(&format!("{words} --check"), 1);
    measure(&words, 0);
}

#[test]
fn many_clusters_of_a_large_ring_are_refused() {
    let (site, words) = in_clusters(150);
    let (run, peak) = measured(&site, &words);
    println!("150 clusters of 1 MiB: {} MiB at most", peak >> 10);
    assert!(peak < MEMORY_KIB, "{peak} KiB");
    assert_eq!(run.code, Some(2), "{:.3000}", run.stderr);
    assert!(!site.exists("clusters"));
}
