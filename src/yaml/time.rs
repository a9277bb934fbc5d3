//! Points in time as plain scalars: `kyaml` turns `2026-01-01` into
//! `2026-01-01T00:00:00Z`, and this says into what exactly. Pure.
//!
//! The rules are those of go-yaml v3: a date of four, one or two, and one or two
//! digits, alone, or with a time after `T`, `t` (and a zone) or spaces (and none).

/// How Go writes the point in time that a plain scalar is, or why not.
#[derive(Debug, PartialEq)]
pub(super) enum Moment {
    /// The time as RFC 3339.
    Written(String),
    /// A time that Go cannot write as JSON: its zone is a day or more away.
    Unwritable,
}

/// Reads a plain scalar as a point in time.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let mut rest = Rest(text);
    let year = rest.year()?;
    let month = rest.after('-')?.number(12)?;
    let day = rest.after('-')?.number(31)?;
    if month == 0 || day == 0 || day > days(year, month) {
        return None;
    }
    let written = format!("{year:04}-{month:02}-{day:02}T");
    if rest.0.is_empty() {
        return Some(Moment::Written(written + "00:00:00Z"));
    }
    let zoned = rest.0.starts_with(['T', 't']);
    let trimmed = rest.0.trim_start_matches(' ');
    if zoned {
        rest.0 = &rest.0[1..];
    } else if trimmed.len() < rest.0.len() {
        rest.0 = trimmed;
    } else {
        return None;
    }
    let hour = rest.number(23)?;
    let minute = rest.after(':')?.number(59)?;
    let second = rest.after(':')?.number(59)?;
    let written = format!("{written}{hour:02}:{minute:02}:{second:02}{}", rest.fraction());
    let zone = if zoned { rest.zone()? } else { 0 };
    if !rest.0.is_empty() {
        return None;
    }
    if zone.abs() >= 24 * 60 {
        return Some(Moment::Unwritable);
    }
    let sign = if zone < 0 { '-' } else { '+' };
    Some(Moment::Written(match zone.abs() {
        0 => written + "Z",
        away => format!("{written}{sign}{:02}:{:02}", away / 60, away % 60),
    }))
}

/// What has not been read yet.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn year(&mut self) -> Option<u32> {
        let (year, rest) = self.0.split_at_checked(4)?;
        self.0 = rest;
        year.bytes().all(|byte| byte.is_ascii_digit()).then(|| year.parse().ok())?
    }

    fn after(&mut self, separator: char) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(separator)?;
        Some(self)
    }

    /// One or two digits.
    fn number(&mut self, most: u32) -> Option<u32> {
        let length = self.0.bytes().take(2).take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at(length);
        self.0 = rest;
        digits.parse().ok().filter(|number| *number <= most)
    }

    /// A fraction of a second, as Go writes it again: nine digits at most, no zeros at the end.
    fn fraction(&mut self) -> String {
        let digits = self.0.strip_prefix(['.', ',']).unwrap_or("");
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            return String::new();
        }
        self.0 = &digits[length..];
        let kept = digits[..length.min(9)].trim_end_matches('0');
        if kept.is_empty() { String::new() } else { format!(".{kept}") }
    }

    /// Minutes east of Greenwich.
    fn zone(&mut self) -> Option<i32> {
        if let Some(rest) = self.0.strip_prefix('Z') {
            self.0 = rest;
            return Some(0);
        }
        let bytes = self.0.as_bytes();
        let sign = match bytes.first()? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        let two = |at: usize, most: i32| {
            let digit = |at: usize| bytes.get(at).filter(|byte| byte.is_ascii_digit()).map(|byte| i32::from(byte - b'0'));
            Some(digit(at)? * 10 + digit(at + 1)?).filter(|number| *number <= most)
        };
        let (hours, minutes) = (two(1, 24)?, two(4, 60)?);
        if bytes.get(3) != Some(&b':') {
            return None;
        }
        self.0 = &self.0[6..];
        Some(sign * (hours * 60 + minutes))
    }
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_go_writes_them() {
        let written = |text: &str| match moment(text) {
            Some(Moment::Written(text)) => text,
            other => format!("{other:?}"),
        };
        assert_eq!(written("2026-1-1"), "2026-01-01T00:00:00Z");
        assert_eq!(written("2024-02-29"), "2024-02-29T00:00:00Z");
        assert_eq!(written("2001-12-14  1:2:3,0500"), "2001-12-14T01:02:03.05Z");
        assert_eq!(written("2001-12-14t21:59:43.10-05:60"), "2001-12-14T21:59:43.1-06:00");
        assert_eq!(written("2001-12-14T21:59:43+00:00"), "2001-12-14T21:59:43Z");
        assert_eq!(moment("2001-12-14T21:59:43+24:00"), Some(Moment::Unwritable));
    }

    #[test]
    fn what_only_looks_like_a_time_is_none() {
        for text in [
            "2026-13-1",
            "2023-02-29",
            "2026-01-01T",
            "2026-01-01 ",
            "20260-1-1",
            "2026-01-01T00:00:00",
            "2026-01-01 0:0:0Z",
            "é026-1-1",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
