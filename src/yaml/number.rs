//! Numbers as plain scalars: how Go's YAML readers and the core schema of
//! YAML 1.2 read them, and how Go spells one that is a key. Pure.

use std::borrow::Cow;

/// A number before it becomes JSON.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    /// Fits 64 signed bits.
    Int(i64),
    /// Only fits 64 unsigned bits.
    Uint(u64),
    /// Written with a fraction or an exponent, or larger still.
    Float(f64),
}

/// Which of the two generations of go-yaml reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Generation {
    /// go-yaml v2, under `sigs.k8s.io/yaml`.
    V2,
    /// go-yaml v3, under `kyaml`.
    V3,
}

/// Reads a number as go-yaml does: integers with Go's base prefixes and with
/// underscores anywhere, then decimal floats that are finite.
pub(super) fn go(text: &str, generation: Generation) -> Option<Number> {
    if text.starts_with('.') {
        return float(text).map(Number::Float);
    }
    let plain: Cow<str> = if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    go_integer(&plain)
        .or_else(|| float(&plain).map(Number::Float))
        .or_else(|| go_signed_digits(&plain, "0b", 2).map(Number::Int))
        .or_else(|| go_signed_digits(&plain, "0o", 8).filter(|_| generation == Generation::V3).map(Number::Int))
}

/// An integer with a base prefix; a leading zero means octal.
fn go_integer(text: &str) -> Option<Number> {
    let (negative, unsigned) = split_sign(text);
    let (digits, radix) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (&unsigned[2..], 16),
        [b'0', b'b' | b'B', _, ..] => (&unsigned[2..], 2),
        [b'0', b'o' | b'O', _, ..] => (&unsigned[2..], 8),
        [b'0'] => (unsigned, 10),
        [b'0', ..] => (&unsigned[1..], 8),
        _ => (unsigned, 10),
    };
    let size = magnitude(digits, radix)?;
    match signed(negative, size) {
        Some(number) => Some(Number::Int(number)),
        None if unsigned.len() == text.len() => Some(Number::Uint(size)),
        None => None,
    }
}

/// go-yaml tries the digits behind a lower-case prefix once more on their own,
/// so that a sign may stand there: `0b-1` is -1.
fn go_signed_digits(text: &str, prefix: &str, radix: u32) -> Option<i64> {
    let (negative, digits) = split_sign(text.strip_prefix(prefix)?);
    signed(negative, magnitude(digits, radix)?)
}

/// Reads a number as the core schema of YAML 1.2 does. Infinite results are kept.
pub(super) fn core_schema(text: &str) -> Option<Number> {
    let prefixed = match text.as_bytes() {
        [b'0', b'x', ..] => Some((&text[2..], 16)),
        [b'0', b'o', ..] => Some((&text[2..], 8)),
        _ => None,
    };
    let (negative, unsigned) = split_sign(text);
    let (digits, radix) = prefixed.unwrap_or((unsigned, 10));
    if !digits.is_empty() && digits.bytes().all(|byte| char::from(byte).is_digit(radix)) {
        let whole = magnitude(digits, radix).and_then(|size| signed(negative, size));
        return Some(whole.map_or_else(|| Number::Float(decimal(digits, radix, negative)), Number::Int));
    }
    is_float(text).then(|| Number::Float(text.parse().unwrap_or(f64::INFINITY)))
}

/// An integer of any length as a float.
fn decimal(digits: &str, radix: u32, negative: bool) -> f64 {
    let size = digits
        .chars()
        .filter_map(|digit| digit.to_digit(radix))
        .fold(0.0, |sum, digit| sum * f64::from(radix) + f64::from(digit));
    let size = if radix == 10 { digits.parse().unwrap_or(size) } else { size };
    if negative { -size } else { size }
}

/// A finite decimal float.
fn float(text: &str) -> Option<f64> {
    if !is_float(text) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match split_sign(text).1.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(split_sign(exponent).1)),
        None => (split_sign(text).1, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    all_digits(whole)
        && all_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|digits| !digits.is_empty() && all_digits(digits))
}

fn split_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Digits alone; the standard parser would take a sign.
fn magnitude(digits: &str, radix: u32) -> Option<u64> {
    if digits.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(digits, radix).ok()
}

fn signed(negative: bool, size: u64) -> Option<i64> {
    if negative { 0_i64.checked_sub_unsigned(size) } else { i64::try_from(size).ok() }
}

/// The whole number that JSON's decimal spelling of a float is, if it is one
/// that fits: Kubernetes reads `1000` out of `1e3`.
pub(super) fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() != 0.0 || number.abs() >= 9_223_372_036_854_775_808.0 {
        return None;
    }
    if number.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "a whole number of at most 53 bits")]
        return Some(number as i64);
    }
    // Beyond 53 bits the shortest decimal spelling is another integer than the binary value.
    number.to_string().parse().ok()
}

/// A float as Go's `%g` with 32 bits writes it: how `sigs.k8s.io/yaml` makes a key out of a float.
pub(super) fn go_key(number: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "Go rounds to 32 bits here")]
    let number = number as f32;
    if number.is_infinite() {
        return if number > 0.0 { ".inf".to_owned() } else { "-.inf".to_owned() };
    }
    let shortest = format!("{number:e}");
    let Some((mantissa, exponent)) = shortest.split_once('e') else { return shortest };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    // Of two spellings that are equally short and equally near, Go takes the even one; so does rounding to a number of digits.
    let decimals = |text: &str| text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let even = |even: String, shortest: String| if even.parse() == Ok(number) { even } else { shortest };
    if (-4..6).contains(&exponent) {
        let plain = number.to_string();
        return even(format!("{number:.*}", decimals(&plain)), plain);
    }
    let spelt = even(format!("{number:.*e}", decimals(mantissa)), shortest.clone());
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", spelt.split('e').next().unwrap_or(mantissa), exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generations_differ_in_signed_octals_only() {
        assert_eq!(go("0o-7", Generation::V2), None);
        assert_eq!(go("0o-7", Generation::V3), Some(Number::Int(-7)));
        assert_eq!(go("0b-1", Generation::V2), Some(Number::Int(-1)));
        assert_eq!(go("-0b-1", Generation::V3), None);
        assert_eq!(go("+18446744073709551615", Generation::V2), Some(Number::Float(18_446_744_073_709_551_615.0)));
    }

    #[test]
    fn the_core_schema_knows_no_old_octals_underscores_or_binaries() {
        assert_eq!(core_schema("0777"), Some(Number::Int(777)));
        assert_eq!(core_schema("0o17"), Some(Number::Int(15)));
        assert_eq!(core_schema("0xfF"), Some(Number::Int(255)));
        assert_eq!(core_schema("-0x1"), None);
        assert_eq!(core_schema("1_000"), None);
        assert_eq!(core_schema("0b1"), None);
        assert_eq!(core_schema("1e400"), Some(Number::Float(f64::INFINITY)));
        assert_eq!(core_schema("99999999999999999999"), Some(Number::Float(1e20)));
    }

    #[test]
    fn float_keys_are_spelt_as_go_spells_them() {
        for (number, name) in [
            (3.11, "3.11"),
            (1e3, "1000"),
            (1e21, "1e+21"),
            (1e-7, "1e-07"),
            (-0.0, "-0"),
            (-2_167_056.25, "-2.1670562e+06"),
            (384_939.625, "384939.62"),
            (1e300, ".inf"),
        ] {
            assert_eq!(go_key(number), name);
        }
    }

    #[test]
    fn whole_floats_become_the_integer_that_json_spells() {
        assert_eq!(whole(1e3), Some(1000));
        assert_eq!(whole(-0.0), Some(0));
        assert_eq!(whole(0.5), None);
        assert_eq!(whole(4_611_686_018_427_387_904.0), Some(4_611_686_018_427_388_000));
        assert_eq!(whole(1e19), None);
    }
}
