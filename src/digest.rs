//! SHA-256 as the tree writes it: `sha256:` and hexadecimal digits. Pure.

use sha2::{Digest as _, Sha256};

/// The digest of bytes that come in pieces.
pub(crate) fn sha256<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    pieces.into_iter().for_each(|piece| hash.update(piece));
    let mut text = "sha256:".to_owned();
    text.extend(hash.finalize().into_iter().flat_map(|byte| [byte >> 4, byte & 0xf]).map(digit));
    text
}

/// A hexadecimal digit below 16.
fn digit(number: u8) -> char {
    char::from(if number < 10 { b'0' + number } else { b'a' + number - 10 })
}
