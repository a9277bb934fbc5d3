//! Runs a program and says what it took: time, CPU and memory.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a run took.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) took: Duration,
    /// Of all its processes, in user and system mode.
    pub(crate) cpu: Duration,
    /// The most memory of one of its processes, in bytes.
    pub(crate) memory: u64,
    pub(crate) code: i32,
    pub(crate) said: String,
}

/// Runs a program under GNU time, which it needs as `/usr/bin/time`.
pub(crate) fn run(command: &Command) -> Run {
    let figures = tempfile::NamedTempFile::new().unwrap();
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["--quiet", "-f", "%U %S %M", "-o"]).arg(figures.path()).arg(command.get_program()).args(command.get_args());
    timed.current_dir(command.get_current_dir().unwrap()).stdin(Stdio::null());
    for (name, value) in command.get_envs() {
        timed.env(name, value.unwrap());
    }
    let start = Instant::now();
    let output = timed.output().expect("GNU time (Debian's package `time`)");
    let took = start.elapsed();
    let figures = std::fs::read_to_string(figures.path()).unwrap();
    let figures: Vec<f64> = figures.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
    Run {
        took,
        cpu: Duration::from_secs_f64(figures[0] + figures[1]),
        memory: figures[2] as u64 * 1024,
        code: output.status.code().unwrap_or(-1),
        said: String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
    }
}

/// The run of the median time.
pub(crate) fn median(mut runs: Vec<Run>) -> Run {
    runs.sort_by_key(|run| run.took);
    runs.swap_remove(runs.len() / 2)
}
