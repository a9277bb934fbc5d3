//! When what was recorded happens again.
#![cfg(test)]

use jiff::{SignedDuration, Timestamp};

/// How fast a recording is played.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// So many recorded seconds are played in one.
    pub(crate) speed: f64,
    /// Between these seconds of the recording time runs as it did.
    pub(crate) as_it_was: Option<(f64, f64)>,
}

impl Pace {
    /// Seconds after the start at which a second of the recording is played.
    fn after(self, t: f64) -> f64 {
        let Some((from, to)) = self.as_it_was else { return t / self.speed };
        let (before, within, rest) = (t.min(from), (t.min(to) - from).max(0.0), (t - to).max(0.0));
        before / self.speed + within + rest / self.speed
    }

    /// How many recorded seconds looks may lie apart: in fast time twice as many as in life, since a
    /// look does not take less time there. So the gate opens rather more easily than it would.
    pub(crate) fn apart(self) -> f64 {
        if self.as_it_was.is_some() { 5.0 } else { 10.0 }
    }

    /// How many recorded seconds a second is while the gate holds.
    pub(crate) fn of_gate(self) -> f64 {
        if self.as_it_was.is_some() { 1.0 } else { self.speed }
    }
}

/// A recording's time and ours.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    pace: Pace,
    /// Since which recorded seconds how many seconds were lost, on a busy machine.
    lost: Vec<(f64, i64)>,
    /// When the first action was recorded.
    recorded: Timestamp,
    /// When it is played: a whole second, so that times in whole seconds are cut off where they were.
    start: Timestamp,
}

impl Clock {
    pub(crate) fn new(pace: Pace, recorded: Timestamp) -> Self {
        Self { pace, lost: Vec::new(), recorded, start: Timestamp::from_second(Timestamp::now().as_second() + 1).unwrap() }
    }

    /// When a second of the recording is played.
    pub(crate) fn at(&self, t: f64) -> Timestamp {
        let lost = self.lost.iter().rfind(|(from, _)| *from <= t).map_or(0, |(_, seconds)| *seconds);
        self.start + SignedDuration::from_secs_f64(self.pace.after(t)) + SignedDuration::from_secs(lost)
    }

    /// What is to be played now is late by so much: from there on all comes later, in whole
    /// seconds. Nothing is played in a hurry, which no gate could follow.
    pub(crate) fn put_off(&mut self, t: f64, late: SignedDuration) {
        if late.as_secs() >= 1 {
            let before = self.lost.last().map_or(0, |(_, seconds)| *seconds);
            self.lost.push((t, before + late.as_secs()));
        }
    }

    /// How many seconds were lost.
    pub(crate) fn lost(&self) -> i64 {
        self.lost.last().map_or(0, |(_, seconds)| *seconds)
    }

    /// A text with all times in it moved to when they are played.
    pub(crate) fn moved(&self, text: &str) -> String {
        const LENGTH: usize = "2026-01-31T12:00:00Z".len();
        let mut moved = String::with_capacity(text.len());
        for piece in text.split_inclusive('Z') {
            let cut = piece.len().checked_sub(LENGTH).and_then(|cut| piece.split_at_checked(cut));
            match cut.and_then(|(before, time)| Some((before, time.parse::<Timestamp>().ok()?))) {
                Some((before, time)) => {
                    let at = self.at(time.duration_since(self.recorded).as_secs_f64());
                    moved.push_str(before);
                    moved.push_str(&Timestamp::from_second(at.as_second()).unwrap().to_string());
                }
                None => moved.push_str(piece),
            }
        }
        moved
    }
}

#[test]
fn times_move_to_when_they_are_played() {
    let recorded: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
    let pace = Pace { speed: 10.0, as_it_was: Some((20.0, 30.0)) };
    let mut clock = Clock { pace, lost: vec![], recorded, start: "2027-01-01T00:00:00Z".parse().unwrap() };
    let text = r#"{"Z":"Zz 2026-01-31T12:00:10Z","é":"2026-01-31T12:00:25Z2026-01-31T12:00:50Z"} 12:00:10Z"#;
    let moved = r#"{"Z":"Zz 2027-01-01T00:00:01Z","é":"2027-01-01T00:00:07Z2027-01-01T00:00:14Z"} 12:00:10Z"#;
    assert_eq!(clock.moved(text), moved);
    clock.put_off(24.0, SignedDuration::from_millis(3900));
    let later = moved.replace("00:07Z", "00:10Z").replace("00:14Z", "00:17Z");
    assert_eq!(clock.moved(text), later, "what was before stays where it is");
}
