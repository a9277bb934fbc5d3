//! Runs a program some times and says what it took: time, CPU and memory.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs of which the median is taken.
const RUNS: usize = 20;
/// A program that takes longer is run less often.
const TIME: Duration = Duration::from_secs(40);

/// What a program took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Took {
    /// From start to exit, the median.
    pub(crate) wall: Duration,
    /// User and system time of a run, the mean; nothing where it is too short to be told.
    pub(crate) cpu: Option<Duration>,
    /// The most memory of any run, in bytes.
    pub(crate) memory: u64,
    pub(crate) runs: usize,
}

/// GNU time tells CPU in hundredths of a second, so less than this in one measurement is no figure.
const SHORTEST: Duration = Duration::from_millis(200);

/// Runs a command in a folder, each time without the folder `fresh` in it, whose removal is
/// not counted. What it prints goes into a file.
pub(crate) fn runs(folder: &Path, command: &[&str], fresh: Option<&str>) -> Took {
    let mut walls = Vec::new();
    let (mut cpu, mut memory) = (0.0, 0);
    // The first run warms the caches and says how many there can be.
    let (first, _, _) = run(folder, command, fresh);
    let wanted = (TIME.as_secs_f64() / first.as_secs_f64().max(1e-6)) as usize;
    let count = wanted.clamp(1, RUNS);
    for _ in 0..count {
        let (wall, used, peak) = run(folder, command, fresh);
        walls.push(wall);
        cpu += used;
        memory = peak.max(memory);
    }
    walls.sort();
    let mut cpu = Duration::from_secs_f64(cpu / count as f64);
    let mut told = cpu;
    if cpu < SHORTEST && fresh.is_none() {
        // All runs in one measurement.
        let count = count.to_string();
        let again = "count=$1; shift; while [ $count -gt 0 ]; do \"$@\"; count=$((count-1)); done";
        let all = [&["sh", "-c", again, "sh", &count], command].concat();
        told = Duration::from_secs_f64(run(folder, &all, None).1);
        cpu = told / u32::try_from(walls.len()).unwrap();
    }
    Took { wall: walls[count / 2], cpu: (told >= SHORTEST).then_some(cpu), memory, runs: count }
}

/// Wall time, CPU time in seconds and peak memory of one run, under GNU time.
fn run(folder: &Path, command: &[&str], fresh: Option<&str>) -> (Duration, f64, u64) {
    fresh.map(|fresh| std::fs::remove_dir_all(folder.join(fresh)));
    let figures = folder.join("figures");
    let said = File::create(folder.join("said")).unwrap();
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["--quiet", "-f", "%U %S %M", "-o"]).arg(&figures).args(command).current_dir(folder);
    timed.stdin(Stdio::null()).stdout(said).stderr(Stdio::inherit());
    let start = Instant::now();
    let status = timed.status().expect("GNU time (Debian's package `time`)");
    let wall = start.elapsed();
    assert!(status.success(), "{command:?} failed");
    let figures = std::fs::read_to_string(figures).unwrap();
    let figures: Vec<f64> = figures.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
    (wall, figures[0] + figures[1], figures[2] as u64 * 1024)
}
