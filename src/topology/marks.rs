//! States that the drawing shows: of clusters, of data centres, of racks. Pure.

use std::collections::BTreeMap;

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// As it should be.
    Good,
    /// Not quite, but known or allowed.
    Known,
    /// Not known.
    Unknown,
    /// Not as it should be.
    Bad,
}

impl State {
    /// A sign for it, so that colour is never alone.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Known => "~",
            Self::Unknown => "?",
            Self::Bad => "✗",
        }
    }

    /// A word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Known => "known",
            Self::Unknown => "unknown",
            Self::Bad => "bad",
        }
    }
}

/// A state, in a few words too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The state.
    pub state: State,
    /// In a few words.
    pub words: String,
}

/// Which part of a drawing: ring, cluster, data centre, rack; an empty name means the whole.
type Part = [String; 4];

/// The states of the parts of a drawing; those that are not named have none.
#[derive(Clone, Debug, Default)]
pub struct TopologyMarks(BTreeMap<Part, Mark>);

impl TopologyMarks {
    /// Sets the state of a part. The worse one of two stays.
    pub fn set(&mut self, part: [&str; 4], state: State, words: impl Into<String>) {
        let mark = Mark { state, words: words.into() };
        let known = self.0.entry(part.map(str::to_owned)).or_insert_with(|| mark.clone());
        if known.state < mark.state {
            *known = mark;
        }
    }

    /// The state of a part.
    pub fn get(&self, part: [&str; 4]) -> Option<&Mark> {
        self.0.get(&part.map(str::to_owned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worse_state_stays() {
        let mut marks = TopologyMarks::default();
        let part = ["demo", "k1", "dc1", ""];
        marks.set(part, State::Good, "as Git wants");
        marks.set(part, State::Bad, "differs");
        marks.set(part, State::Known, "ignored");
        assert_eq!(marks.get(part).map(|mark| (mark.state, mark.words.as_str())), Some((State::Bad, "differs")));
        assert_eq!(marks.get(["demo", "k1", "", ""]), None);
    }
}
