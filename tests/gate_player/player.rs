//! Plays one recording, and watches the gate meanwhile.
#![cfg(test)]
#![allow(clippy::print_stdout, reason = "the figures go into docs/gate.md")]

use std::fmt::Write as _;
use std::thread::sleep;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::process::{Ended, Gate, Waiting};
use crate::recording::Recording;
use crate::stage::Stage;

/// So long the last state of a recording lasts, if the gate does not open before.
const PATIENCE: Duration = Duration::from_mins(2);
/// From here on a recording has to open: so many recorded seconds its truth is yes at its end.
const LASTING: f64 = 60.0;
/// A look takes so long at most, and what is seen in it may be so old when it is answered.
const LOOK: SignedDuration = SignedDuration::from_millis(300);
/// What is recorded as an action and is nobody's doing.
const NOBODYS: [&str; 9] =
    ["settled", "not-settled", "end", "mark", "applied", "apply", "casskop-crashed", "casskop-kill", "casskop-stop"];

/// What was seen of the gate while a recording was played.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) name: String,
    /// The truth is yes for its last minute.
    pub(crate) lasts: bool,
    /// It is open after the last change.
    pub(crate) open: bool,
    /// Openings although the truth says no, and answers that are none.
    pub(crate) wrong: Vec<String>,
    /// Recorded seconds from the truth, or the change if that came later, to each first opening.
    pub(crate) delays: Vec<f64>,
    /// How many times it opened, and how many gates were started.
    pub(crate) openings: usize,
    pub(crate) gates: usize,
    /// What somebody was called for, by change.
    pub(crate) called: Vec<(usize, String)>,
    /// Where managedFields are not as recorded.
    pub(crate) odd: Vec<String>,
    /// How many seconds were lost on a busy machine.
    pub(crate) lost: i64,
    /// What the last gate said.
    pub(crate) last: String,
}

/// When the gate that is not running is started again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Again {
    /// When something is written: it was open.
    Written,
    /// When somebody does something: it called for somebody.
    Act,
    /// With the next change.
    Change,
}

struct Player<'a> {
    gate: &'a Gate,
    /// When the truth became what, as it was played.
    truth: Vec<(Timestamp, bool)>,
    change: Option<usize>,
    /// Since when that is wanted.
    asked: Timestamp,
    waiting: Option<Waiting>,
    again: Again,
    out: Outcome,
}

/// Plays a recording of that text.
pub(crate) fn play(recording: &Recording, text: &str, stage: &mut Stage<'_>, gate: &Gate) -> Outcome {
    let out = Outcome { name: recording.name.clone(), ..Outcome::default() };
    let mut player =
        Player { gate, truth: Vec::new(), change: None, asked: Timestamp::MIN, waiting: None, again: Again::Change, out };
    let (mut applied, mut applying) = (0, false);
    for line in text.lines().skip(1) {
        let mut record: Value = serde_json::from_str(line).unwrap();
        let t = record["t"].as_f64().unwrap();
        player.until(stage.clock.at(t));
        stage.clock.put_off(t, Timestamp::now().duration_since(stage.clock.at(t)));
        let event = record["event"].as_str().unwrap_or_default().to_owned();
        if record.get("object").is_some() {
            stage.object(&event, record["object"].take());
            player.written();
        } else if record.get("statefulset").is_some() {
            stage.set(&event, record["statefulset"].take());
            player.written();
        } else if let Some(truth) = record.get("truth") {
            player.truth(truth["desired"] == true);
        } else if record["action"] == "apply" {
            player.ask(None);
            stage.applying = Some(record);
            applying = true;
        } else if record["action"] == "applied" && std::mem::take(&mut applying) {
            stage.applied();
            gate.render(applied, &recording.changes[applied].wanted);
            player.ask(Some(applied));
            applied += 1;
        } else if record["action"].as_str().is_some_and(|action| !NOBODYS.contains(&action)) {
            player.acted();
        }
    }
    player.end(recording, stage)
}

impl Player<'_> {
    /// Waits for a point in time, and sees whether the gate ends.
    fn until(&mut self, at: Timestamp) {
        self.poll();
        while let Ok(left) = Duration::try_from(at.duration_since(Timestamp::now())) {
            sleep(left.min(Duration::from_millis(20)));
            self.poll();
        }
    }

    fn truth(&mut self, desired: bool) {
        if self.truth.last().is_none_or(|(_, last)| *last != desired) {
            self.truth.push((Timestamp::now(), desired));
        }
    }

    fn is_true(&self) -> bool {
        self.truth.last().is_some_and(|(_, desired)| *desired)
    }

    /// Another change is wanted, or one is being applied, which nobody judges.
    fn ask(&mut self, change: Option<usize>) {
        self.poll();
        self.waiting = None;
        self.change = change;
        self.asked = Timestamp::now();
        self.again = Again::Change;
        self.start();
    }

    fn start(&mut self) {
        let Some(change) = self.change else { return };
        self.waiting = Some(self.gate.start(change));
        self.out.gates += 1;
    }

    fn written(&mut self) {
        if self.waiting.is_none() && self.again == Again::Written {
            self.start();
        }
    }

    fn acted(&mut self) {
        if self.waiting.is_none() && self.again == Again::Act {
            self.start();
        }
    }

    fn poll(&mut self) {
        let Some(ended) = self.waiting.as_mut().and_then(|waiting| waiting.ended(self.gate)) else { return };
        self.waiting = None;
        self.ended(&ended);
    }

    fn ended(&mut self, ended: &Ended) {
        let change = self.change.unwrap_or_default();
        let told = || format!("{} change {change}: {:?} {}\n{}", self.out.name, ended.code, ended.report, ended.stderr);
        let answer = (ended.code, ended.report["answer"].as_str().unwrap_or_default());
        self.out.last = told();
        match answer {
            (Some(0), "open") => {
                if !self.was_true(ended) {
                    self.out.wrong.push(format!("open although the truth says no: {}", told()));
                }
                let first = self.again == Again::Change;
                self.again = Again::Written;
                self.out.openings += 1;
                let since = self.truth.iter().rfind(|(at, desired)| *desired && *at < ended.seen);
                if let Some((since, _)) = since.filter(|_| first) {
                    let delay = ended.looked.duration_since(self.asked.max(*since)).as_secs_f64() * self.gate.pace.of_gate();
                    self.out.delays.push(delay);
                }
            }
            (Some(1), "closed") if ended.report["needsAction"] == true => {
                let reasons = ended.report["rings"][0]["reasons"].as_array().into_iter().flatten();
                let act = reasons.filter(|reason| reason["remedy"] == "act");
                self.out.called.extend(act.map(|reason| (change, reason["message"].as_str().unwrap_or_default().to_owned())));
                self.again = Again::Act;
            }
            _ => {
                self.out.wrong.push(format!("no answer: {}", told()));
                self.again = Again::Change;
            }
        }
    }

    /// Whether the truth was yes at any moment of the last look.
    fn was_true(&self, ended: &Ended) -> bool {
        let from = ended.looked - LOOK;
        let next = self.truth.iter().skip(1).map(|(at, _)| *at).chain([Timestamp::MAX]);
        self.truth.iter().zip(next).any(|((at, desired), next)| *desired && *at <= ended.seen && next > from)
    }

    /// The last state stays for a while.
    fn end(mut self, recording: &Recording, stage: &mut Stage<'_>) -> Outcome {
        let from = recording.moments.iter().rposition(|moment| !moment.desired);
        let since = from.map_or(Some(0.0), |at| recording.moments.get(at + 1).map(|moment| moment.t));
        self.out.lasts = since.is_some_and(|since| recording.end - since >= LASTING);
        let end = Timestamp::now() + SignedDuration::try_from(PATIENCE).unwrap();
        while self.is_true() && self.waiting.is_some() && Timestamp::now() < end {
            sleep(Duration::from_millis(20));
            self.poll();
        }
        self.out.open = self.waiting.is_none() && self.again == Again::Written;
        if let (Some(change), true) = (self.change, self.waiting.is_some()) {
            self.out.last = format!("{} change {change}: still waiting\n{}", self.out.name, self.gate.said(change));
        }
        self.out.odd.append(&mut stage.odd);
        self.out.lost = stage.clock.lost();
        self.out
    }
}

impl Outcome {
    /// In a few lines.
    pub(crate) fn told(&self) -> String {
        let Self { name, lasts, open, delays, openings, gates, lost, .. } = self;
        let delays: Vec<_> = delays.iter().map(|delay| format!("{delay:.0}")).collect();
        let mut told = format!(
            "{name}: lasts {lasts}, open {open}, {openings} openings of {gates} gates, {} s after the truth, {lost} s lost",
            delays.join(" ")
        );
        for (change, message) in &self.called {
            let _ = write!(told, "\n  somebody was called at change {change}: {message}");
        }
        told
    }
}
