//! How long and how much: time-outs, attempts, clusters at once.

use std::time::Duration;

use tokio::time::Instant;

/// Bounds of everything that this module waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a connection, TLS and proxy included.
    pub connect: Duration,
    /// For one request and its whole answer.
    pub request: Duration,
    /// For one cluster: credentials, hub, all requests, all attempts.
    pub cluster: Duration,
    /// For all clusters together.
    pub overall: Duration,
    /// How many clusters are looked at at the same time; at least 1.
    pub at_once: usize,
    /// How often a request is repeated that failed for a reason that may pass.
    pub retries: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            request: Duration::from_secs(10),
            cluster: Duration::from_secs(15),
            overall: Duration::from_secs(60),
            at_once: 64,
            retries: 3,
        }
    }
}

/// When the time for something is over, and how long it was, for messages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    /// The moment.
    pub at: Instant,
    /// The time that there was.
    pub of: Duration,
}

impl Deadline {
    /// That long from now.
    pub(super) fn after(of: Duration) -> Self {
        Self { at: Instant::now() + of, of }
    }

    /// The earlier of the two.
    pub(super) fn min(self, other: Self) -> Self {
        if other.at < self.at { other } else { self }
    }

    /// What is left.
    pub(super) fn left(self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }
}

/// A duration for messages: `5 s`, `250 ms`.
pub(super) fn shown(duration: Duration) -> String {
    if duration.subsec_millis() == 0 { format!("{} s", duration.as_secs()) } else { format!("{} ms", duration.as_millis()) }
}
