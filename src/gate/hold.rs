//! Condition 6: all of it held for some time, over reads close to each other.
//!
//! What is held is the conditions, not a version of an object: CassKop writes
//! its annotation again and again (docs/facts.md, What can be seen of a change).
//! Pure; the times are given.

use jiff::{SignedDuration, Timestamp};

/// For how long conditions have to hold, and how far looks may lie apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// So long they have to hold.
    pub stable: SignedDuration,
    /// A longer time between two looks starts anew.
    pub gap: SignedDuration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { stable: SignedDuration::from_secs(20), gap: SignedDuration::from_secs(5) }
    }
}

/// When a look was taken: all that it shows was so at some moment between the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Before its first question was asked.
    pub asked: Timestamp,
    /// After its last answer came.
    pub answered: Timestamp,
}

impl Taken {
    /// A look that took no time.
    pub const fn at(at: Timestamp) -> Self {
        Self { asked: at, answered: at }
    }
}

/// Since when the conditions hold.
#[derive(Clone, Debug)]
pub struct Hold {
    patience: Patience,
    /// When the first look was answered over which they hold, and when the last one was asked.
    held: Option<(Timestamp, Timestamp)>,
}

/// What a look adds up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The conditions do not hold.
    No,
    /// They hold, for so long, which is not long enough yet.
    For(SignedDuration),
    /// They hold, as they did in the look before, but that was so long ago that
    /// nobody knows what was in between: it starts anew.
    Apart(SignedDuration),
    /// They held for long enough.
    Yes,
}

impl Hold {
    /// Nothing was seen yet.
    pub const fn new(patience: Patience) -> Self {
        Self { patience, held: None }
    }

    /// Takes note of a look: when it was, and whether all conditions hold in it.
    /// A look that failed is one in which they do not.
    ///
    /// The time that looks take counts against them: they lie as far apart as
    /// they possibly can, and what they cover is as short as it can be.
    pub fn look(&mut self, at: Taken, holds: bool) -> Held {
        if !holds {
            self.held = None;
            return Held::No;
        }
        let gap = self.held.map(|(_, last)| at.answered.duration_since(last));
        let backwards = self.held.is_some_and(|(_, last)| at.asked < last);
        let first = self.held.map(|(first, _)| first);
        let since = first.filter(|_| !backwards && gap.is_none_or(|gap| gap <= self.patience.gap));
        self.held = Some((since.unwrap_or(at.answered), at.asked));
        match (since, gap) {
            (Some(since), _) => {
                let held = at.asked.duration_since(since);
                if held >= self.patience.stable { Held::Yes } else { Held::For(held.max(SignedDuration::ZERO)) }
            }
            (None, Some(gap)) if !backwards => Held::Apart(gap),
            (None, _) => Held::For(SignedDuration::ZERO),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Looks at seconds, `true` where the conditions hold; what the last one gives.
    fn looks(looks: &[(i64, bool)]) -> Held {
        let mut hold = Hold::new(Patience::default());
        let look = |(at, holds): &(i64, bool)| hold.look(Taken::at(second(*at)), *holds);
        looks.iter().map(look).last().unwrap()
    }

    /// Looks that hold, from a second to another; what each gives.
    fn slow(looks: &[(i64, i64)]) -> Vec<Held> {
        let mut hold = Hold::new(Patience::default());
        let look = |(asked, answered): &(i64, i64)| hold.look(Taken { asked: second(*asked), answered: second(*answered) }, true);
        looks.iter().map(look).collect()
    }

    fn seconds(seconds: i64) -> SignedDuration {
        SignedDuration::from_secs(seconds)
    }

    #[test]
    fn twenty_seconds_of_looks_five_seconds_apart_are_enough() {
        let steady: Vec<_> = (0..5).map(|step| (step * 5, true)).collect();
        assert_eq!(looks(&steady), Held::Yes);
        assert_eq!(looks(&steady[..4]), Held::For(seconds(15)));
    }

    #[test]
    fn a_gap_a_failure_and_a_clock_that_goes_back_start_anew() {
        let anew = Held::For(SignedDuration::ZERO);
        assert_eq!(looks(&[(0, true), (5, true), (11, true)]), Held::Apart(seconds(6)));
        assert_eq!(looks(&[(0, true), (5, true), (11, true), (16, true)]), Held::For(seconds(5)));
        assert_eq!(looks(&[(0, true), (5, false), (6, true)]), anew);
        assert_eq!(looks(&[(10, true), (5, true)]), anew);
        assert_eq!(looks(&[(0, true), (5, false)]), Held::No);
    }

    #[test]
    fn the_time_that_a_look_takes_counts_against_it() {
        // Between the first question of one and the last answer of the next lie 6 s.
        assert_eq!(slow(&[(0, 2), (4, 6)])[1], Held::Apart(seconds(6)));
        // What is held begins with an answer and ends with a question.
        assert_eq!(slow(&[(0, 1), (3, 4)])[1], Held::For(seconds(2)));
        let steady: Vec<_> = (0..8).map(|step| (step * 3, step * 3 + 2)).collect();
        assert_eq!(slow(&steady)[7], Held::For(seconds(19)));
        assert_eq!(slow(&[steady, vec![(24, 26)]].concat())[8], Held::Yes);
    }
}
