//! A text in pieces. The manifests of a ring differ between clusters in a few lines
//! and those of a fleet all carry the same script, so what is the same is held once
//! for all of them. Pure.

use std::fmt;
use std::sync::Arc;

use crate::digest::sha256;

/// A text whose pieces may be shared with other texts.
#[derive(Clone, Debug, Default)]
pub struct SharedText(Vec<Arc<str>>);

impl SharedText {
    /// Adds a piece at the end.
    pub fn push(&mut self, piece: Arc<str>) {
        self.0.push(piece);
    }

    /// Adds a text at the end, whose pieces are shared from then on.
    pub fn append(&mut self, text: Self) {
        self.0.extend(text.0);
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.iter().map(|piece| piece.len()).sum()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The pieces in order.
    pub(super) fn pieces(&self) -> &[Arc<str>] {
        &self.0
    }

    /// Writes the text behind what is in `out`.
    pub fn write_into(&self, out: &mut String) {
        out.reserve(self.len());
        self.0.iter().for_each(|piece| out.push_str(piece));
    }

    /// Whether the bytes are this text, however the lines end.
    pub fn is(&self, bytes: &[u8]) -> bool {
        let rest = self.0.iter().try_fold(bytes, |rest, piece| rest.strip_prefix(piece.as_bytes()));
        rest.is_some_and(<[u8]>::is_empty) || (self.is_unusual(bytes) && same_text(bytes, self.to_string().as_bytes()))
    }

    /// The digest of the text, as [`digest`] has it.
    pub fn digest(&self) -> String {
        if self.is_unusual(b"") {
            return digest(self.to_string().as_bytes());
        }
        sha256(self.0.iter().map(|piece| piece.as_bytes()))
    }

    /// Whether a CR is in the bytes or in the text, so that line endings have to be looked at.
    fn is_unusual(&self, bytes: &[u8]) -> bool {
        bytes.contains(&b'\r') || self.0.iter().any(|piece| piece.as_bytes().contains(&b'\r'))
    }
}

impl<T: AsRef<str> + ?Sized> From<&T> for SharedText {
    fn from(text: &T) -> Self {
        Self(vec![text.as_ref().into()])
    }
}

impl FromIterator<Arc<str>> for SharedText {
    fn from_iter<I: IntoIterator<Item = Arc<str>>>(pieces: I) -> Self {
        Self(pieces.into_iter().collect())
    }
}

impl fmt::Display for SharedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| f.write_str(piece))
    }
}

/// Whether both are the same text, however their lines end.
pub fn same_text(a: &[u8], b: &[u8]) -> bool {
    a == b || ((a.contains(&b'\r') || b.contains(&b'\r')) && chunks(a).flatten().eq(chunks(b).flatten()))
}

/// The bytes in pieces, without the CR of each CRLF.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes
        .split_inclusive(|byte| *byte == b'\n')
        .flat_map(|line| line.strip_suffix(b"\r\n").map_or([line, b"".as_slice()], |text| [text, b"\n".as_slice()]))
}

/// The digest of the bytes, CRLF counted as LF: the same for the same text.
pub fn digest(bytes: &[u8]) -> String {
    if bytes.contains(&b'\r') { sha256(chunks(bytes)) } else { sha256([bytes]) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn how_a_text_is_cut_means_nothing(
            pieces in prop::collection::vec("[a-c\r\n]{0,4}", 0..6),
            other in "[a-c\r\n]{0,8}",
        ) {
            let text: SharedText = pieces.iter().map(|piece| Arc::from(piece.as_str())).collect();
            let whole = pieces.concat();
            prop_assert_eq!(text.to_string(), whole.clone());
            prop_assert_eq!(text.len(), whole.len());
            prop_assert_eq!(text.digest(), digest(whole.as_bytes()));
            for bytes in [other.as_str(), &whole, &whole.replace('\n', "\r\n"), &whole.replace("\r\n", "\n")] {
                prop_assert_eq!(text.is(bytes.as_bytes()), same_text(bytes.as_bytes(), whole.as_bytes()));
            }
            let mut written = other.clone();
            text.write_into(&mut written);
            prop_assert_eq!(written, other + &whole);
        }
    }
}
