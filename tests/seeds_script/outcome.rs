//! What a pod's bootstrap container has printed and written, and what a test
//! may ask of it.

use std::io::BufRead;
use std::time::{Duration, Instant};

use crate::site::Image;

/// What the bootstrap container has done.
pub(crate) struct Outcome {
    pub(crate) image: Image,
    pub(crate) script_took: Duration,
    pub(crate) log: String,
    pub(crate) yaml: String,
    pub(crate) env_sh: String,
}

impl Outcome {
    /// The node starts, with these seeds.
    #[track_caller]
    pub(crate) fn starts_with(&self, seeds: &str) -> &Self {
        assert!(self.log.ends_with("== attempt succeeded\n"), "{self}");
        let line = format!("          - seeds: \"{seeds}\"");
        assert!(self.yaml.lines().any(|found| found == line), "wanted {line}\n{}\n{self}", self.yaml);
        self
    }

    /// The container fails, so the node does not start and the kubelet tries again.
    #[track_caller]
    pub(crate) fn waits(&self) -> &Self {
        assert!(self.log.ends_with("== attempt failed\n") && self.log.contains("We execute bootstrap script run.sh"), "{self}");
        self
    }

    /// The last run of the seeds script took less than this.
    #[track_caller]
    pub(crate) fn ends_within(&self, limit: Duration) -> &Self {
        assert!(self.script_took < limit, "it took {:?}\n{self}", self.script_took);
        self
    }

    /// A text in the log.
    #[track_caller]
    pub(crate) fn says(&self, text: &str) -> &Self {
        assert!(self.log.contains(text), "wanted {text:?}\n{self}");
        self
    }

    /// No such text in the log.
    #[track_caller]
    pub(crate) fn is_silent_about(&self, text: &str) -> &Self {
        assert!(!self.log.contains(text), "{text:?} was not wanted\n{self}");
        self
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}\n{}", self.image, self.log)
    }
}

/// Collects what the pod prints, and how long its last `post_run.sh` took.
pub(crate) fn follow(output: impl BufRead) -> (String, Duration) {
    let mut log = String::new();
    let (mut started, mut took) = (Instant::now(), Duration::ZERO);
    for line in output.lines() {
        let line = line.expect("the pod prints text");
        if line.contains("We found post_run.sh") {
            started = Instant::now();
        } else if line.starts_with("== attempt ") {
            took = started.elapsed();
        }
        log.push_str(&line);
        log.push('\n');
    }
    (log, took)
}
