//! SHA-256 as the tree writes it: `sha256:` and hexadecimal digits. Pure.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// The digest of bytes that come in pieces.
pub(crate) fn sha256<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    pieces.into_iter().for_each(|piece| hash.update(piece));
    let mut text = "sha256:".to_owned();
    for byte in hash.finalize() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
