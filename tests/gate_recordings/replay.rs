//! A poller with the gate's pure functions on a recording.
#![cfg(test)]
#![allow(clippy::print_stdout, reason = "the statistics go into docs/gate.md")]
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers")]

use std::collections::HashMap;
use std::fmt;

use multicasskop::gate::{Case, Held, Hold, Judged, Patience, Reason, Remedy, Sets, Settings, Taken, judge};
use multicasskop::tree::{Node, PathBuf};

use super::recording::{Moment, Recording};

/// With which rights the poller reads.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Proof {
    /// It sees StatefulSets.
    Sets,
    /// It knows what was there before, and no StatefulSets.
    Ends,
}

const EVERY: f64 = 5.0;
const PHASES: [f64; 4] = [0.0, 1.3, 2.5, 3.8];
/// From here on a change counts as lasting.
const LASTING: f64 = 60.0;

/// One change with one kind of proof.
#[derive(Default)]
pub(crate) struct Opened {
    /// Seconds at which the gate opened, for each phase.
    pub(crate) at: Vec<Option<f64>>,
    /// Seconds at which it was open although it should not be.
    pub(crate) wrong: Vec<f64>,
    /// What kept it closed at the end.
    pub(crate) reasons: Vec<String>,
}

pub(crate) struct Replayed {
    pub(crate) from: f64,
    pub(crate) to: f64,
    /// Since when the truth is yes until the end.
    pub(crate) true_since: Option<f64>,
    /// Whether Running and Done, read by the same poller, opens wrongly first.
    pub(crate) multi_wrong: bool,
    pub(crate) sets: Opened,
    pub(crate) ends: Opened,
}

pub(crate) struct Outcome {
    pub(crate) name: String,
    pub(crate) end: f64,
    pub(crate) changes: Vec<Replayed>,
    /// Moments at which conditions 1 to 3 hold although the truth says no: from, for how long.
    pub(crate) moments: Vec<(f64, f64)>,
    /// The gate opened after it had said that somebody has to act, and nobody did.
    pub(crate) hasty: Vec<String>,
}

/// What was judged already: a state that stays is judged anew every half minute,
/// since some judgements depend on the time.
#[derive(Default)]
struct Judges(HashMap<(usize, Proof, i64), Judged>);

impl Judges {
    fn judge(&mut self, recording: &Recording, moment: &Moment, t: f64, proof: Proof) -> &Judged {
        let key = (moment.state, proof, (t / 30.0) as i64);
        self.0.entry(key).or_insert_with(|| {
            let change = &recording.changes[moment.change.unwrap()];
            let sets = match proof {
                Proof::Sets => Sets::Seen(&moment.sets),
                Proof::Ends => Sets::Unseen("the right to list StatefulSets"),
            };
            let nothing = |_: &PathBuf| None;
            judge(&Case {
                wanted: &change.wanted,
                object: moment.object.as_ref(),
                sets,
                since: change.since.as_ref(),
                at: recording.at(t),
                settings: &Settings::default(),
                ignored: &nothing,
            })
        })
    }
}

fn is_running_and_done(object: Option<&Node>) -> bool {
    let text = |key| object.and_then(|object| object.at(&["status", key])).and_then(Node::as_str).unwrap_or("");
    text("phase") == "Running" && text("lastClusterActionStatus") == "Done"
}

pub(crate) fn replay(recording: &Recording) -> Outcome {
    let mut outcome =
        Outcome { name: recording.name.clone(), end: recording.end, changes: vec![], moments: vec![], hasty: vec![] };
    let mut judges = Judges::default();
    for number in 0..recording.changes.len() {
        let of_change: Vec<_> = recording.moments.iter().filter(|moment| moment.change == Some(number)).collect();
        let Some(from) = of_change.first().map(|moment| moment.t) else { continue };
        let last = of_change.last().unwrap();
        let next = recording.moments.iter().find(|moment| moment.t > last.t);
        let to = next.map_or(recording.end, |moment| moment.t);
        let no = of_change.iter().rposition(|moment| !moment.desired);
        let true_since = match no {
            None => Some(from),
            Some(at) => of_change.get(at + 1).map(|moment| moment.t),
        };
        let mut replayed =
            Replayed { from, to, true_since, multi_wrong: false, sets: Opened::default(), ends: Opened::default() };
        moments(recording, &of_change, to, &mut judges, &mut outcome);
        for proof in [Proof::Sets, Proof::Ends] {
            for phase in PHASES {
                poll(recording, &mut replayed, (proof, phase), &mut judges, &mut outcome.hasty);
            }
        }
        outcome.changes.push(replayed);
    }
    outcome
}

/// Conditions 1 to 3 at every recorded moment, without a hold.
fn moments(recording: &Recording, of_change: &[&Moment], to: f64, judges: &mut Judges, outcome: &mut Outcome) {
    // Without Running and Done condition 2 fails, whatever the rest.
    let worth_a_look = |moment: &Moment| !moment.desired && is_running_and_done(moment.object.as_ref());
    for (at, moment) in of_change.iter().enumerate().filter(|(_, moment)| worth_a_look(moment)) {
        if judges.judge(recording, moment, moment.t, Proof::Sets).reasons.is_empty() {
            let next = of_change.get(at + 1).map_or(to, |next| next.t);
            match outcome.moments.last_mut() {
                Some((from, long)) if (*from + *long - moment.t).abs() < 1e-6 => *long = next - *from,
                _ => outcome.moments.push((moment.t, next - moment.t)),
            }
        }
    }
}

fn poll(
    recording: &Recording,
    replayed: &mut Replayed,
    (proof, phase): (Proof, f64),
    judges: &mut Judges,
    hasty: &mut Vec<String>,
) {
    let mut hold = Hold::new(Patience::default());
    let (mut opened, mut called, mut multi): (Option<f64>, Option<(usize, String)>, Option<bool>) = (None, None, None);
    let mut reasons: Vec<Reason> = Vec::new();
    let mut wrong = Vec::new();
    let polls = ((replayed.to - replayed.from - phase) / EVERY).floor();
    for number in 0..=polls.max(0.0) as usize {
        let t = replayed.from + phase + EVERY * number as f64;
        let Some(moment) = recording.seen(t).filter(|moment| moment.change.is_some() && t < replayed.to) else { break };
        if multi.is_none() && is_running_and_done(moment.object.as_ref()) {
            multi = Some(!moment.desired);
        }
        reasons.clone_from(&judges.judge(recording, moment, t, proof).reasons);
        let open = hold.look(Taken::at(recording.at(t)), reasons.is_empty()) == Held::Yes;
        if open && !moment.desired {
            wrong.push(t);
        }
        if open && opened.is_none() {
            opened = Some(t);
            if let Some((acts, reason)) = &called
                && *acts == moment.acts
            {
                hasty.push(format!("{} at {t}: {reason}", recording.name));
            }
        }
        if let Some(act) = reasons.iter().find(|reason| reason.remedy == Remedy::Act) {
            called = Some((moment.acts, act.message.clone()));
        }
    }
    if phase == 0.0 && proof == Proof::Sets {
        replayed.multi_wrong = multi == Some(true);
    }
    let of = if proof == Proof::Sets { &mut replayed.sets } else { &mut replayed.ends };
    of.at.push(opened);
    of.wrong.extend(wrong);
    of.reasons = reasons.iter().map(|reason| format!("{:?} {}", reason.remedy, reason.message)).collect();
}

impl Replayed {
    fn opened(&self, proof: Proof) -> &Opened {
        if proof == Proof::Sets { &self.sets } else { &self.ends }
    }

    fn lasts(&self) -> bool {
        self.true_since.is_some_and(|since| self.to - since >= LASTING)
    }

    fn never_opens(&self, proof: Proof) -> bool {
        self.opened(proof).at.iter().any(Option::is_none)
    }
}

impl Outcome {
    pub(crate) fn wrong(&self) -> Vec<String> {
        let of = |change: &Replayed, proof| {
            let wrong = &change.opened(proof).wrong;
            (!wrong.is_empty()).then(|| format!("{}, change at {}: {proof:?} at {wrong:?}", self.name, change.from))
        };
        self.changes.iter().flat_map(|change| [of(change, Proof::Sets), of(change, Proof::Ends)]).flatten().collect()
    }

    /// Settled for its last 60 seconds, and not open at its end.
    pub(crate) fn stays_closed(&self, proof: Proof) -> bool {
        self.changes
            .last()
            .is_some_and(|last| last.true_since.is_some_and(|since| self.end - since >= LASTING) && last.never_opens(proof))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} (moments too early: {:?})", self.name, self.moments)?;
        for change in &self.changes {
            write!(
                f,
                "  {:.1}..{:.1} true since {:?}{}",
                change.from,
                change.to,
                change.true_since,
                if change.multi_wrong { " multi-wrong" } else { "" }
            )?;
            for proof in [Proof::Sets, Proof::Ends] {
                let Opened { at, wrong, reasons } = change.opened(proof);
                write!(f, "\n    {proof:?} {at:?}")?;
                if !wrong.is_empty() {
                    write!(f, " WRONG {wrong:?}")?;
                }
                for reason in reasons {
                    write!(f, "\n      {reason}")?;
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// The figures of docs/gate.md.
pub(crate) fn statistics(outcomes: &[Outcome]) {
    let changes: Vec<_> = outcomes.iter().flat_map(|outcome| &outcome.changes).collect();
    let multi = changes.iter().filter(|change| change.multi_wrong).count();
    println!("changes {}, Running and Done opens wrongly first in {multi}", changes.len());
    for least in [1.0, 20.0, 25.0, 30.0, 45.0, 60.0] {
        let lasting = changes.iter().filter(|change| change.true_since.is_some_and(|since| change.to - since >= least)).count();
        println!("true for its last {least} s: {lasting}");
    }
    let lasting: Vec<_> = changes.iter().filter(|change| change.lasts()).collect();
    for proof in [Proof::Sets, Proof::Ends] {
        let wrong = changes.iter().filter(|change| !change.opened(proof).wrong.is_empty()).count();
        let never = lasting.iter().filter(|change| change.never_opens(proof)).count();
        let delay = |change: &&&Replayed| {
            let since = change.true_since?;
            Some(change.opened(proof).at.iter().flatten().map(move |at| at - since).collect::<Vec<_>>())
        };
        let mut delays: Vec<f64> = lasting.iter().filter_map(delay).flatten().collect();
        delays.sort_by(f64::total_cmp);
        let median = delays.get(delays.len() / 2).copied().unwrap_or_default();
        let most = delays.last().copied().unwrap_or_default();
        println!(
            "{proof:?}: wrong in {wrong}, of {} lasting never open in {never}, median {median:.1} s, most {most:.1} s",
            lasting.len()
        );
    }
    let longest = outcomes.iter().flat_map(|outcome| &outcome.moments).map(|moment| moment.1).fold(0.0, f64::max);
    let count = outcomes.iter().map(|outcome| outcome.moments.len()).sum::<usize>();
    let slow = |change: &Replayed| change.sets.at.iter().flatten().any(|at| at - change.true_since.unwrap_or(*at) > 60.0);
    for outcome in outcomes {
        for change in outcome.changes.iter().filter(|change| change.lasts() && change.never_opens(Proof::Sets)) {
            println!("never opens: {} from {}", outcome.name, change.from);
        }
        for change in outcome.changes.iter().filter(|change| slow(change) && change.lasts()) {
            println!("slow: {} from {}: {:?} after {:?}", outcome.name, change.from, change.sets.at, change.true_since);
        }
    }
    println!("conditions 1 to 3 without a hold: {count} times too early, for {longest:.2} s at most");
}
