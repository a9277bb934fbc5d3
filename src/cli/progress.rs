//! A spinner, on a terminal only and only when something takes long.

use std::io::IsTerminal as _;
use std::sync::mpsc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// After how long a person wonders whether anything happens.
const PATIENCE: Duration = Duration::from_millis(800);
const TICK: Duration = Duration::from_millis(100);

/// Shows what is going on until it is dropped.
#[derive(Debug)]
pub(super) struct Progress {
    done: Option<mpsc::Sender<()>>,
    shower: Option<std::thread::JoinHandle<()>>,
}

impl Progress {
    /// Begins; `what` reads like "rendering 200 rings".
    pub(super) fn start(what: String) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self { done: None, shower: None };
        }
        let (done, waiting) = mpsc::channel();
        let shower = std::thread::spawn(move || {
            if waiting.recv_timeout(PATIENCE) != Err(mpsc::RecvTimeoutError::Timeout) {
                return;
            }
            let bar = ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner()).with_message(what);
            bar.enable_steady_tick(TICK);
            let _ = waiting.recv();
            bar.finish_and_clear();
        });
        Self { done: Some(done), shower: Some(shower) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(shower) = self.shower.take() {
            let _ = shower.join();
        }
    }
}
