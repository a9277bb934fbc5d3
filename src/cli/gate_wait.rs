//! Look after look, until the gate has its answer, its time is up, or somebody ends it.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::gate_look::{Plan, Question};
use super::progress::Progress;
use super::screen::Screen;
use super::tree::Loaded;
use crate::gate::{Gate, GateEnd, GateReport, Patience, Settings, Stand, Taken, Verdict, line};
use crate::live::{self, Limits, Lines};

/// The shortest pause between two looks, unless they have to be closer to each other.
const LEAST: Duration = Duration::from_millis(250);

/// How long, how often.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// So long all conditions have to hold.
    pub(super) stable: Duration,
    /// So far two looks may lie apart.
    pub(super) every: Duration,
    /// When to give up.
    pub(super) limit: Duration,
    /// Whether to go on while the gate is closed.
    pub(super) wait: bool,
}

impl Pace {
    fn patience(&self) -> Patience {
        let signed = |time: Duration| SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        Patience { stable: signed(self.stable), gap: signed(self.every) }
    }

    /// The pause after a look that took so long, such that from its first question to the
    /// last answer of the next one it is no longer than promised, if that takes as long.
    fn pause(&self, took: Duration) -> Duration {
        let left = (self.every * 9 / 10).saturating_sub(took * 2);
        left.max(LEAST.min(self.every / 10))
    }
}

/// Looks until there is an answer.
///
/// # Errors
/// The system gives no threads or no sockets.
pub(super) fn watch(
    plan: &Plan<'_>,
    question: &Question,
    settings: &Settings,
    pace: &Pace,
    limits: &Limits,
    loaded: &Loaded,
    screen: &mut Screen,
) -> std::io::Result<GateReport> {
    let mut watcher = Watcher { plan, question, settings, pace: *pace, loaded, gate: Gate::new(pace.patience()) };
    let mut teller = Teller::new(question.words(), screen);
    live::block_on(watcher.run(limits, &mut teller))
}

struct Watcher<'a> {
    plan: &'a Plan<'a>,
    question: &'a Question,
    settings: &'a Settings,
    pace: Pace,
    loaded: &'a Loaded,
    gate: Gate,
}

impl Watcher<'_> {
    async fn run(&mut self, limits: &Limits, teller: &mut Teller<'_>) -> GateReport {
        let mut lines = Lines::new(self.plan.targets.clone(), limits);
        let end = Instant::now() + self.pace.limit;
        let mut last = GateReport::new(Timestamp::now(), self.question.words(), Stand::Unseen, &[]);
        let mut stop = std::pin::pin!(stopped());
        loop {
            let (began, asked) = (Instant::now(), Timestamp::now());
            let looks = tokio::select! {
                () = &mut stop => return last.ended(GateEnd::Interrupted),
                looks = lines.look(|_| {}) => looks,
            };
            let (took, answered) = (began.elapsed(), Timestamp::now());
            let mut assessments = self.plan.assess(&looks, self.question, self.settings, self.loaded);
            let stand = self.gate.look(Taken { asked, answered }, &mut assessments);
            last = GateReport::new(answered, self.question.words(), stand, &assessments);
            let hopeless = assessments.iter().any(|one| match &one.verdict {
                Verdict::CouldNotTell(unseen, _) => unseen.iter().any(|unseen| self.plan.dumps.contains_key(&unseen.cluster)),
                Verdict::Open | Verdict::Closed(_) => false,
            });
            let goes_on = match stand {
                Stand::Open | Stand::Stuck => false,
                Stand::Holding(_) | Stand::Apart(_) => true,
                Stand::Waiting | Stand::Unseen => self.pace.wait && !hopeless,
            };
            if !goes_on {
                return last;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return last.ended(GateEnd::TimedOut);
            }
            teller.tell(&last);
            tokio::select! {
                () = &mut stop => return last.ended(GateEnd::Interrupted),
                () = lines.changed(self.pace.pause(took).min(left)) => {}
            }
        }
    }
}

/// Ends when somebody wants the program to end.
#[cfg(unix)]
async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else {
        // Then the system ends it, as it does any other program.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

/// Ends when somebody wants the program to end.
#[cfg(not(unix))]
async fn stopped() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Tells a person how it stands: on a terminal with a line that changes, else with
/// a line in the log for each change.
struct Teller<'a> {
    asked: String,
    screen: &'a mut Screen,
    progress: Progress,
    told: String,
}

impl<'a> Teller<'a> {
    fn new(asked: String, screen: &'a mut Screen) -> Self {
        let progress = if screen.quiet() { Progress::silent() } else { Progress::start(format!("gate {asked}: looking")) };
        Self { asked, screen, progress, told: String::new() }
    }

    fn tell(&mut self, report: &GateReport) {
        let now = line(report);
        if self.progress.is_shown() {
            return self.progress.say(now);
        }
        // How long it holds is no change.
        let steady = GateReport { held_seconds: report.held_seconds.map(|_| 0), ..report.clone() };
        let steady = line(&steady);
        if steady != self.told {
            let at = jiff::Timestamp::from_second(report.at.as_second()).unwrap_or(report.at);
            self.screen.message(&format!("{at} gate {}: {now}", self.asked));
            self.told = steady;
        }
    }
}
