//! A spinner, on a terminal only and only when something takes long.

use std::io::IsTerminal as _;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// After how long a person wonders whether anything happens.
const PATIENCE: Duration = Duration::from_millis(800);
const TICK: Duration = Duration::from_millis(100);

/// Shows what is going on until it is dropped.
#[derive(Debug)]
pub(super) struct Progress {
    /// What is to be shown from now on.
    say: Option<mpsc::Sender<String>>,
    shower: Option<std::thread::JoinHandle<()>>,
}

impl Progress {
    /// Begins; `what` reads like "rendering 200 rings".
    pub(super) fn start(what: String) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self::silent();
        }
        let (say, said) = mpsc::channel();
        let shower = std::thread::spawn(move || show(what, &said));
        Self { say: Some(say), shower: Some(shower) }
    }

    /// Shows nothing.
    pub(super) const fn silent() -> Self {
        Self { say: None, shower: None }
    }

    /// Whether there is a terminal that it is shown on.
    pub(super) const fn is_shown(&self) -> bool {
        self.say.is_some()
    }

    /// Shows something else from now on.
    pub(super) fn say(&self, what: String) {
        if let Some(say) = &self.say {
            // Whoever shows it ends only when told to.
            let _ = say.send(what);
        }
    }
}

fn show(mut what: String, said: &mpsc::Receiver<String>) {
    let start = Instant::now();
    loop {
        match said.recv_timeout(PATIENCE.saturating_sub(start.elapsed())) {
            Ok(text) => what = text,
            Err(mpsc::RecvTimeoutError::Timeout) => break,
            Err(mpsc::RecvTimeoutError::Disconnected) => return,
        }
    }
    let style = ProgressStyle::with_template("{spinner} {wide_msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::new_spinner().with_style(style).with_message(what);
    bar.enable_steady_tick(TICK);
    while let Ok(text) = said.recv() {
        bar.set_message(text);
    }
    bar.finish_and_clear();
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.say.take());
        if let Some(shower) = self.shower.take() {
            let _ = shower.join();
        }
    }
}
