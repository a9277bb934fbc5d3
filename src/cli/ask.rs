//! Questions at a terminal, a line each. Where there is none, nothing is asked and nothing waits.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::report::terminal;

/// Somebody who can be asked.
#[derive(Debug)]
pub(super) struct Person(());

impl Person {
    /// Whoever sits at the terminal, if both ends of the conversation are one.
    pub(super) fn find() -> Option<Self> {
        (io::stdin().is_terminal() && io::stderr().is_terminal()).then_some(Self(()))
    }

    /// Asks until the answer is one that `check` takes, and says what is wrong with the
    /// others. An empty line is the default, where there is one. `None` if the person
    /// ends the input (Ctrl-D).
    #[expect(clippy::unused_self, reason = "whoever asks has found a person")]
    pub(super) fn ask<T>(&self, question: &str, default: Option<&str>, check: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let hint = default.map(|default| format!(" [{default}]")).unwrap_or_default();
        loop {
            say(&format!("{question}{hint}: "));
            let mut line = String::new();
            let read = io::stdin().lock().read_line(&mut line);
            if !matches!(read, Ok(1..)) {
                say("\n");
                return None;
            }
            let answer = match (line.trim(), default) {
                ("", Some(default)) => default,
                (answer, _) => answer,
            };
            match check(answer) {
                Ok(answer) => return Some(answer),
                Err(message) => say(&format!("  {message}\n")),
            }
        }
    }
}

fn say(text: &str) {
    let mut err = io::stderr().lock();
    // Nobody is left to be told if standard error is gone; the answer is then the end of the input.
    let _ = err.write_all(terminal(text).as_bytes()).and_then(|()| err.flush());
}
