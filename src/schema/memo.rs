//! What became of parts of a source that several clusters share, so that it is worked
//! out once.
//!
//! A merged source shares with the base what its override does not touch, by
//! reference. What decoding, defaulting and encoding make of such a part depends
//! on nothing but its content, its type and the step; a [`Memo`] keeps the result,
//! and each cluster gets a reference to it. So the results are shared as well, which
//! later steps and the writer notice. Equal content at two places in memory is
//! not found, and origins are part of the content: nothing is mixed up that was
//! written at two places. Pure.

use std::collections::BTreeMap;

use crate::tree::Value;

use super::profile::TypeSet;
use super::typed::Strictness;

/// A step on the way to canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// Decoding, as strictly as this.
    Decode(Strictness),
    /// Encoding.
    Encode,
    /// Filling in the CRD's defaults.
    Fill,
    /// Dropping nulls.
    DropNulls,
}

/// A content of a type, both by their places in memory, with a step.
type Key = (usize, *const (), Step, TypeSet);

/// Results of steps, for one ring.
#[derive(Debug, Default)]
pub struct Memo {
    /// With the content itself: as long as it is held, its place is not used again.
    known: BTreeMap<Key, (Value, Value)>,
    /// Whether a part is being worked on whose result will be remembered as a whole.
    inside: bool,
}

/// What a [`Memo`] has for a step.
pub(crate) enum Looked {
    /// Its result.
    Known(Value),
    /// Nothing; when the step is done, this goes to [`Memo::keep`].
    New(New),
}

/// A step that is being done; with its content, if the result shall be remembered.
pub(crate) struct New(Option<(Key, Value)>);

impl Memo {
    /// Whether results of steps with this value are remembered: if somebody else holds
    /// it, too, and it is no part of one that is remembered as a whole.
    pub(crate) fn minds(&self, value: &Value) -> bool {
        !self.inside && place(value).is_some()
    }

    /// Looks for the result of a step with a value of a type.
    pub(crate) fn look<T>(&mut self, step: Step, value: &Value, of: &'static T, types: TypeSet) -> Looked {
        let Some(place) = place(value).filter(|_| !self.inside) else { return Looked::New(New(None)) };
        let key = (place, std::ptr::from_ref(of).cast(), step, types);
        if let Some((_, result)) = self.known.get(&key) {
            return Looked::Known(result.clone());
        }
        self.inside = true;
        Looked::New(New(Some((key, value.clone()))))
    }

    /// Takes the result of a step that is done; `None`: it shall not be remembered.
    pub(crate) fn keep(&mut self, new: New, result: Option<&Value>) {
        let Some((key, from)) = new.0 else { return };
        self.inside = false;
        if let Some(result) = result {
            self.known.insert(key, (from, result.clone()));
        }
    }
}

/// Where the content of a value lies, if it is shared.
fn place(value: &Value) -> Option<usize> {
    match value {
        Value::Map(map) => map.place_if_shared(),
        Value::List(list) => list.place_if_shared(),
        _ => None,
    }
}
