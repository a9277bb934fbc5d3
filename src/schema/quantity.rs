//! `resource.Quantity`: amounts such as `500m`, `8Gi` and `1e3`.
//!
//! Go's type keeps the text that it was made from until somebody changes the
//! amount, but re-writes some notations when it decodes (docs/facts.md,
//! Quantities). This module parses, compares and writes them exactly as it does,
//! its surprises included; `fixtures/quantity/` holds what Go itself answers. Pure.

use std::cmp::Ordering;

use super::decimal::Decimal;

/// An amount with the notation that it was written in.
#[derive(Clone, Debug)]
pub struct Quantity {
    amount: Decimal,
    notation: Notation,
    /// The text, where Go keeps it as it is.
    kept: Option<Box<str>>,
}

/// The three notations of amounts; Go calls them formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notation {
    /// `5k`, `500m`, `5`
    Decimal,
    /// `5Ki`
    Binary,
    /// `5e3`
    Exponent,
}

/// A text cut into its parts, none of them checked for sense.
struct Parts<'a> {
    negative: bool,
    /// Digits before the point, without leading zeros; `0` if none are left.
    whole: &'a str,
    /// Digits after the point.
    fraction: &'a str,
    /// Whether a digit is there at all: `.` and `Gi` have none.
    has_digit: bool,
    suffix: &'a str,
}

/// Decimal suffixes and their powers of ten.
const DECIMAL: [(&str, i32); 10] =
    [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];

/// Binary suffixes; each is 1024 times the one before.
const BINARY: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// The smallest power of ten that an amount is rounded up to.
const NANO: i32 = -9;

/// Digits that always fit a signed 64-bit number.
const MAX_DIGITS: usize = 18;

impl Quantity {
    /// Reads the text of a JSON string as Go decodes it: blanks around it do
    /// not count. Gives `None` for what Go refuses.
    ///
    /// Go accepts more than the grammar that it documents (`+`, `.` and `Gi`
    /// are 0) and less than the CRD's pattern ([`crd_accepts`]): exponents with
    /// a fraction, such as `1e1.5`, are refused.
    pub fn parse(text: &str) -> Option<Self> {
        let text = trim(text);
        if text.is_empty() {
            return None;
        }
        let parts = split(text)?;
        let (notation, exponent) = interpret(parts.suffix)?;
        fits_a_word(&parts, notation, exponent, text).or_else(|| large_or_fine(&parts, notation, exponent))
    }

    /// The text that comes out when Go decodes and encodes the quantity.
    ///
    /// From 1000E on, Go loses the unit of decimal notation: `1000E` comes out
    /// as `1`. Other amounts stay the same.
    pub fn canonical(&self) -> String {
        if let Some(text) = &self.kept {
            return text.to_string();
        }
        if self.is_zero() {
            return "0".to_owned();
        }
        if self.notation == Notation::Binary
            && let Some(text) = self.binary()
        {
            return text;
        }
        let (digits, exponent) = self.amount.in_thousands();
        if self.notation == Notation::Exponent {
            return if exponent == 0 { digits } else { format!("{digits}e{exponent}") };
        }
        let suffix = DECIMAL.iter().find(|(_, power)| *power == exponent).map_or("", |(suffix, _)| suffix);
        digits + suffix
    }

    /// In binary notation, if that loses nothing and the amount is 1024 or more.
    fn binary(&self) -> Option<String> {
        let mut count = self.amount.to_u64()?;
        if count < 1024 {
            return None;
        }
        let mut suffix = "";
        for larger in BINARY {
            if count % 1024 != 0 {
                break;
            }
            count /= 1024;
            suffix = larger;
        }
        let sign = if self.amount.is_negative() { "-" } else { "" };
        Some(format!("{sign}{count}{suffix}"))
    }

    /// Compares the amounts; notation means nothing.
    pub fn compare(&self, other: &Self) -> Ordering {
        self.amount.compare(&other.amount)
    }

    /// The amount without its sign, if it is a whole number that fits.
    pub fn whole(&self) -> Option<u64> {
        self.amount.to_u64()
    }

    /// The amount as a multiple of 10^`power`, rounded up; `None` if it is negative or
    /// does not fit.
    pub fn in_powers_of_ten(&self, power: i32) -> Option<u64> {
        if self.is_zero() {
            return Some(0);
        }
        let amount = self.amount.clone().rounded_up(power).times_power_of_ten(power.saturating_neg());
        if amount.is_negative() { None } else { amount.to_u64() }
    }

    /// Whether the amount is more than zero.
    pub fn is_positive(&self) -> bool {
        !self.is_zero() && !self.amount.is_negative()
    }

    /// Whether the amount is zero.
    pub fn is_zero(&self) -> bool {
        self.amount.is_zero()
    }
}

/// Takes away the blanks around a text that Go takes away; control characters
/// and line separators are escaped in JSON and therefore no blanks there.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() && c >= ' ' && !matches!(c, '\u{2028}' | '\u{2029}'))
}

/// Cuts a text into sign, digits, digits after the point, and suffix.
fn split(text: &str) -> Option<Parts<'_>> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, rest) = unsigned.split_at(digits(unsigned));
    let (fraction, suffix) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(digits(rest)),
        None => ("", rest),
    };
    let after_unit = suffix.trim_start_matches(|c| "eEinumkKMGTP".contains(c));
    let power = after_unit.strip_prefix(['+', '-']).unwrap_or(after_unit);
    if digits(power) != power.len() {
        return None;
    }
    let significant = whole.trim_start_matches('0');
    Some(Parts {
        negative: text.starts_with('-'),
        whole: if significant.is_empty() { "0" } else { significant },
        fraction,
        has_digit: !(whole.is_empty() && fraction.is_empty()),
        suffix,
    })
}

/// How many digits a text begins with.
fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// The notation of a suffix with its power: of ten, or of two for binary suffixes.
fn interpret(suffix: &str) -> Option<(Notation, i32)> {
    if let Some((_, power)) = DECIMAL.iter().find(|(known, _)| *known == suffix) {
        return Some((Notation::Decimal, *power));
    }
    if let Some(power) = (10..).step_by(10).zip(BINARY).find_map(|(power, known)| (known == suffix).then_some(power)) {
        return Some((Notation::Binary, power));
    }
    let power: i64 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "Go cuts the exponent to 32 bits too")]
    let power = power as i32;
    Some((Notation::Exponent, power))
}

/// Go's fast path, which alone keeps texts: amounts that fit 64 bits and need
/// no rounding. Gives `None` for the others.
fn fits_a_word(parts: &Parts<'_>, notation: Notation, exponent: i32, text: &str) -> Option<Quantity> {
    let used = parts.whole.len().checked_add(parts.fraction.len())?;
    let (room, scale) = match notation {
        Notation::Decimal | Notation::Exponent => (MAX_DIGITS, exponent),
        Notation::Binary if parts.fraction.is_empty() => (14_usize.checked_sub(usize::try_from(exponent * 3 / 10).ok()?)?, 0),
        Notation::Binary => return None,
    };
    if used > room {
        return None;
    }
    let scale = scale.wrapping_sub(i32::try_from(parts.fraction.len()).ok()?);
    if scale < NANO {
        return None;
    }
    let shifted = [parts.whole, parts.fraction].concat();
    let amount = Decimal::new(parts.negative, &shifted, scale);
    let (amount, keep) = if notation == Notation::Binary {
        (amount.times_power_of_two(exponent.unsigned_abs()), shifted.parse::<u64>().is_ok_and(|count| count % 8 != 0))
    } else {
        (amount, scale % 3 == 0 && !shifted.ends_with("000") && !shifted.starts_with('0'))
    };
    // Go writes the text `0` back as it is, which is what a zero becomes anyway.
    Some(Quantity { amount, notation, kept: keep.then(|| text.into()) })
}

/// Everything else: rounded up to nano, and binary amounts capped at the
/// largest signed 64-bit number. Gives `None` if there is no digit.
fn large_or_fine(parts: &Parts<'_>, notation: Notation, exponent: i32) -> Option<Quantity> {
    if !parts.has_digit {
        return None;
    }
    let (power_of_ten, power_of_two) = match notation {
        Notation::Binary => (0, exponent.unsigned_abs()),
        Notation::Decimal | Notation::Exponent => (exponent, 0),
    };
    let scale = power_of_ten.saturating_sub(i32::try_from(parts.fraction.len()).ok()?);
    let amount = Decimal::new(parts.negative, &[parts.whole, parts.fraction].concat(), scale)
        .times_power_of_two(power_of_two)
        .rounded_up(NANO);
    let amount = if notation == Notation::Binary { amount.capped(i64::MAX.unsigned_abs()) } else { amount };
    Some(Quantity { amount, notation, kept: None })
}

/// Whether the CRD's pattern for quantities lets a text through:
/// `^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$`.
///
/// It lets exponents with a fraction through, which [`Quantity::parse`]
/// refuses: the API server stores them, and `CassKop` cannot decode the object.
pub fn crd_accepts(text: &str) -> bool {
    let Some(suffix) = skip_number(text) else { return false };
    let is_unit = suffix.is_empty() || BINARY.contains(&suffix) || DECIMAL.iter().any(|(known, _)| *known == suffix);
    is_unit || suffix.strip_prefix(['e', 'E']).and_then(skip_number).is_some_and(str::is_empty)
}

/// What follows a signed number with or without a fraction, if the text begins with one.
fn skip_number(text: &str) -> Option<&str> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let whole = digits(unsigned);
    let rest = &unsigned[whole..];
    let Some(fraction) = rest.strip_prefix('.') else { return (whole > 0).then_some(rest) };
    let more = digits(fraction);
    (whole + more > 0).then(|| &fraction[more..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Fixture {
        quantities: Vec<Case>,
        pairs: Vec<Pair>,
    }

    #[derive(Deserialize)]
    struct Case {
        input: String,
        output: Option<String>,
        sign: Option<i8>,
    }

    #[derive(Deserialize)]
    struct Pair {
        a: String,
        b: String,
        cmp: i8,
    }

    fn fixture() -> Fixture {
        serde_json::from_str(include_str!("../../fixtures/quantity/cases.json")).unwrap()
    }

    fn canonical(text: &str) -> Option<String> {
        Quantity::parse(text).map(|quantity| quantity.canonical())
    }

    #[test]
    fn texts_come_out_as_go_writes_them() {
        let Fixture { quantities, .. } = fixture();
        assert!(quantities.len() > 1000);
        for Case { input, output, sign } in quantities {
            let quantity = Quantity::parse(&input);
            assert_eq!(quantity.as_ref().map(Quantity::canonical), output, "{input:?}");
            let found = quantity.map(|quantity| i8::from(quantity.is_positive()) - i8::from(is_negative(&quantity)));
            assert_eq!(found, sign, "{input:?}");
        }
    }

    fn is_negative(quantity: &Quantity) -> bool {
        !quantity.is_zero() && !quantity.is_positive()
    }

    #[test]
    fn amounts_compare_as_in_go() {
        for Pair { a, b, cmp } in fixture().pairs {
            let (x, y) = (Quantity::parse(&a).unwrap(), Quantity::parse(&b).unwrap());
            assert_eq!(x.compare(&y) as i8, cmp, "{a} {b}");
            assert_eq!(y.compare(&x) as i8, -cmp, "{b} {a}");
        }
    }

    #[test]
    fn some_notations_stay_and_some_are_rewritten() {
        for kept in ["+1", "007", "01Gi", "1.", "1e0", "1E3", "1024m"] {
            assert_eq!(canonical(kept).as_deref(), Some(kept));
        }
        let rewritten = [("1000M", "1G"), ("1.1Gi", "1181116006400m"), ("16Ei", "9223372036854775807"), ("0.1n", "1n")];
        for (from, to) in rewritten {
            assert_eq!(canonical(from).as_deref(), Some(to));
        }
    }

    #[test]
    fn the_unit_is_lost_from_1000_exa_on_as_in_go() {
        assert_eq!(canonical("1000E").as_deref(), Some("1"));
        assert_eq!(canonical("1000e18").as_deref(), Some("1e21"));
    }

    #[test]
    fn huge_exponents_take_no_time_and_no_memory() {
        for text in ["12345678901234567890e2000000000", "1e-2000000000", "0.12345678901234567890e-2147483648"] {
            let quantity = Quantity::parse(text).unwrap();
            assert!(quantity.is_positive());
            assert!(quantity.canonical().len() < 40, "{text}");
            assert_eq!(quantity.compare(&quantity), Ordering::Equal);
        }
    }

    #[test]
    fn the_crd_refuses_some_texts_that_go_takes_and_lets_some_through_that_it_does_not() {
        for good in ["1", "+1.", "-.5", "1.5Gi", "5E", "5e3", "5e-3", "5E+.5", "1e1.5", "1e1.", "007", "1n"] {
            assert!(crd_accepts(good), "{good}");
        }
        for bad in ["", "+", ".", "Gi", "e5", "1 ", "1K", "1ki", "1e", "1e+", "1e.", "1i", "1GG", "1.5.5", "two", "--1"] {
            assert!(!crd_accepts(bad), "{bad}");
        }
        assert_eq!(canonical("1e1.5"), None);
        assert_eq!(canonical("Gi").as_deref(), Some("0"));
    }

    proptest! {
        #[test]
        fn canonical_form_is_stable_and_keeps_the_amount(
            text in r"[+-]?[0-9]{1,12}(\.[0-9]{0,30})?(n|u|m|k|M|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?[0-9]{1,2})?"
        ) {
            let first = Quantity::parse(&text).unwrap();
            let second = Quantity::parse(&first.canonical()).unwrap();
            // Decimal amounts lose their unit from 10^21 on; these are smaller.
            prop_assert_eq!(first.compare(&second), Ordering::Equal);
            prop_assert_eq!(first.canonical(), second.canonical());
        }

        #[test]
        fn comparing_agrees_with_whole_numbers(a in any::<i64>(), b in any::<i64>()) {
            let quantity = |number: i64| Quantity::parse(&number.to_string()).unwrap();
            prop_assert_eq!(quantity(a).compare(&quantity(b)), a.cmp(&b));
        }

        #[test]
        fn any_text_gives_an_answer(text in any::<String>(), short in "[0-9.+eEinumkKMGTP -]{0,9}") {
            for text in [text, short] {
                let _ = crd_accepts(&text);
                if let Some(quantity) = Quantity::parse(&text) {
                    prop_assert!(!quantity.canonical().is_empty());
                }
            }
        }
    }
}
