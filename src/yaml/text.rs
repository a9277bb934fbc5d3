//! Bytes → text: UTF-8 only, with a message that says what else it may be.
//!
//! Other encodings are not converted: Go's YAML readers may read UTF-16, but
//! diffs, editors and Git do not, and the rendered files are UTF-8. Pure.

use crate::finding::Finding;

/// Takes bytes as UTF-8 text, without the byte order mark if there is one:
/// columns then count from the first visible character.
///
/// # Errors
/// What the bytes are instead, where that shows, and what to do.
pub fn decode(bytes: Vec<u8>) -> Result<String, Finding> {
    if let Some(encoding) = wide_encoding(&bytes) {
        return Err(Finding::invalid(format!("the text is {encoding}, not UTF-8"))
            .fix(format!("convert it, for instance with `iconv -f {encoding} -t UTF-8 FILE`")));
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].split(|byte| *byte == b'\n').count();
        let byte = error.as_bytes().get(at).copied().unwrap_or_default();
        Finding::invalid(format!(
            "the text is not UTF-8: in line {line}, byte 0x{byte:02X} at offset {at} is no part of a character"
        ))
        .fix("convert it, for instance with `iconv -f ISO-8859-1 -t UTF-8 FILE`, or remove the byte")
    })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

/// UTF-16 and UTF-32 by their byte order mark, or by the zeros around the first
/// character, which in YAML is ASCII.
fn wide_encoding(bytes: &[u8]) -> Option<&'static str> {
    match *bytes {
        [0xFF, 0xFE, 0, 0, ..] => Some("UTF-32LE"),
        [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32BE"),
        [0xFF, 0xFE, ..] => Some("UTF-16LE"),
        [0xFE, 0xFF, ..] => Some("UTF-16BE"),
        [first, 0, 0, 0, ..] if first != 0 => Some("UTF-32LE"),
        [0, 0, 0, last, ..] if last != 0 => Some("UTF-32BE"),
        [first, 0, second, 0, ..] if first != 0 && second != 0 => Some("UTF-16LE"),
        [0, first, 0, second, ..] if first != 0 && second != 0 => Some("UTF-16BE"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_taken_off() {
        assert_eq!(decode(b"\xEF\xBB\xBFa: 1\n".to_vec()).unwrap(), "a: 1\n");
        assert_eq!(decode(Vec::new()).unwrap(), "");
    }

    #[test]
    fn wide_encodings_are_named_with_and_without_a_mark() {
        let wide = |text: &str, width: usize, big: bool| -> Vec<u8> {
            text.chars()
                .flat_map(|c| {
                    let bytes = (c as u32).to_be_bytes()[4 - width..].to_vec();
                    if big { bytes } else { bytes.into_iter().rev().collect() }
                })
                .collect()
        };
        for (width, big, name) in [(2, false, "UTF-16LE"), (2, true, "UTF-16BE"), (4, false, "UTF-32LE"), (4, true, "UTF-32BE")] {
            for text in ["a: 1\n", "\u{feff}a: 1\n"] {
                let finding = decode(wide(text, width, big)).unwrap_err();
                assert!(finding.fix.contains(&format!("iconv -f {name} -t UTF-8")), "{finding:?}");
            }
        }
    }

    #[test]
    fn a_wrong_byte_is_reported_with_offset_and_line() {
        let finding = decode(b"a: 1\nb: \xFC\n".to_vec()).unwrap_err();
        assert!(finding.message.contains("in line 2, byte 0xFC at offset 8"), "{finding:?}");
    }
}
