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

/// Since when the conditions hold.
#[derive(Clone, Debug)]
pub struct Hold {
    patience: Patience,
    /// First and last look of the time over which they hold.
    held: Option<(Timestamp, Timestamp)>,
}

/// What a look adds up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The conditions do not hold.
    No,
    /// They hold, for so long, which is not long enough yet.
    For(SignedDuration),
    /// They held for long enough.
    Yes,
}

impl Hold {
    /// Nothing was seen yet.
    pub const fn new(patience: Patience) -> Self {
        Self { patience, held: None }
    }

    /// Takes note of a look: when its last answer came, and whether all
    /// conditions hold in it. A look that failed is one in which they do not.
    pub fn look(&mut self, at: Timestamp, holds: bool) -> Held {
        if !holds {
            self.held = None;
            return Held::No;
        }
        let close = |last: Timestamp| last <= at && at.duration_since(last) <= self.patience.gap;
        let since = match self.held {
            Some((first, last)) if close(last) => first,
            _ => at,
        };
        self.held = Some((since, at));
        let held = at.duration_since(since);
        if held >= self.patience.stable { Held::Yes } else { Held::For(held) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks at seconds, `true` where the conditions hold; what the last one gives.
    fn looks(looks: &[(i64, bool)]) -> Held {
        let mut hold = Hold::new(Patience::default());
        let look = |(at, holds): &(i64, bool)| hold.look(Timestamp::from_second(*at).unwrap(), *holds);
        looks.iter().map(look).last().unwrap()
    }

    #[test]
    fn twenty_seconds_of_looks_five_seconds_apart_are_enough() {
        let steady: Vec<_> = (0..5).map(|step| (step * 5, true)).collect();
        assert_eq!(looks(&steady), Held::Yes);
        assert_eq!(looks(&steady[..4]), Held::For(SignedDuration::from_secs(15)));
    }

    #[test]
    fn a_gap_a_failure_and_a_clock_that_goes_back_start_anew() {
        let anew = Held::For(SignedDuration::ZERO);
        assert_eq!(looks(&[(0, true), (5, true), (11, true)]), anew);
        assert_eq!(looks(&[(0, true), (5, false), (6, true)]), anew);
        assert_eq!(looks(&[(10, true), (5, true)]), anew);
        assert_eq!(looks(&[(0, true), (5, false)]), Held::No);
    }
}
