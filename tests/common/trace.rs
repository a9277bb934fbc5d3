//! Hears all that is logged in a test's own process, at the highest verbosity,
//! and looks for planted secrets in it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once};

use tracing_subscriber::filter::LevelFilter;

use crate::planted;

static HEARD: AtomicUsize = AtomicUsize::new(0);
static LEAKS: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Listener;

impl Write for Listener {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        HEARD.fetch_add(1, Ordering::Relaxed);
        let text = String::from_utf8_lossy(line);
        if planted::found(&text).is_some() {
            LEAKS.lock().unwrap().push(text.into_owned());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Listens from now on, to every crate and at every level.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(|| Listener).init());
}

/// Fails if a secret was logged since the first [`listen`], or nothing at all.
#[track_caller]
pub(crate) fn assert_no_secret() {
    assert!(HEARD.load(Ordering::Relaxed) > 0, "nothing was logged: is anybody listening?");
    let leaks = LEAKS.lock().unwrap();
    assert!(leaks.is_empty(), "the log holds a secret:\n{}", leaks.join(""));
}
