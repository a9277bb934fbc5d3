//! Exact decimal numbers of any length: what quantities need, and no more.
//!
//! A number is a row of digits and a power of ten, so that `1e2000000000`
//! takes no more room than it has on paper. Pure.

use std::cmp::Ordering;

/// `± digits × 10^exponent`
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    negative: bool,
    /// Digits as ASCII, the first not 0; empty for zero.
    digits: String,
    exponent: i32,
}

impl Decimal {
    /// A number of its parts. `digits` are ASCII digits, leading zeros allowed.
    pub(super) fn new(negative: bool, digits: &str, exponent: i32) -> Self {
        Self { negative, digits: digits.trim_start_matches('0').to_owned(), exponent }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// Whether it has a minus sign; zero may.
    pub(super) fn is_negative(&self) -> bool {
        self.negative
    }

    /// The number times 2^`power`; exact. `power` is at most 60.
    pub(super) fn times_power_of_two(mut self, power: u32) -> Self {
        let factor = 1_u128 << power.min(60);
        let mut carry = 0_u128;
        let mut reversed = Vec::with_capacity(self.digits.len() + 19);
        for digit in self.digits.bytes().rev() {
            carry += u128::from(digit - b'0') * factor;
            reversed.push(last_digit(carry));
            carry /= 10;
        }
        while carry > 0 {
            reversed.push(last_digit(carry));
            carry /= 10;
        }
        self.digits = reversed.into_iter().rev().collect();
        self
    }

    /// The number times 10^`power`.
    pub(super) fn times_power_of_ten(self, power: i32) -> Self {
        Self { exponent: self.exponent.saturating_add(power), ..self }
    }

    /// The nearest number away from zero that is a multiple of 10^`exponent`.
    pub(super) fn rounded_up(mut self, exponent: i32) -> Self {
        let surplus = i64::from(exponent) - i64::from(self.exponent);
        let Some(surplus) = usize::try_from(surplus).ok().filter(|surplus| *surplus > 0) else { return self };
        if self.is_zero() {
            return self;
        }
        let kept = self.digits.len().saturating_sub(surplus);
        let exact = surplus <= self.digits.len() && self.digits[kept..].bytes().all(|digit| digit == b'0');
        self.digits.truncate(kept);
        if !exact {
            increment(&mut self.digits);
        }
        self.exponent = exponent;
        self
    }

    /// The number, or ±`limit` if it is further from zero than that.
    pub(super) fn capped(self, limit: u64) -> Self {
        let limit = Self { negative: self.negative, digits: limit.to_string(), exponent: 0 };
        if self.compare_magnitude(&limit).is_gt() { limit } else { self }
    }

    /// The magnitude, if it is a whole number that fits.
    pub(super) fn to_u64(&self) -> Option<u64> {
        let fraction = usize::try_from(self.exponent.min(0).unsigned_abs()).ok()?;
        let (whole, rest) = self.digits.split_at(self.digits.len().checked_sub(fraction)?);
        if rest.bytes().any(|digit| digit != b'0') {
            return None;
        }
        let zeros = usize::try_from(self.exponent.max(0)).ok().filter(|zeros| *zeros < 20)?;
        format!("{whole}{:0<zeros$}", "").parse().ok()
    }

    /// Signed digits and an exponent that is a multiple of 3, as large as can
    /// be. The exponent wraps at 32 bits, as Go's does.
    pub(super) fn in_thousands(&self) -> (String, i32) {
        let significant = self.digits.trim_end_matches('0');
        let dropped = i32::try_from(self.digits.len() - significant.len()).unwrap_or(i32::MAX);
        let exponent = self.exponent.wrapping_add(dropped);
        let zeros = exponent.rem_euclid(3);
        let sign = if self.negative { "-" } else { "" };
        let padding = ["", "0", "00"][usize::try_from(zeros).unwrap_or(0)];
        (format!("{sign}{significant}{padding}"), exponent.wrapping_sub(zeros))
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self.sign(), other.sign()) {
            (1, 1) => self.compare_magnitude(other),
            (-1, -1) => other.compare_magnitude(self),
            (mine, theirs) => mine.cmp(&theirs),
        }
    }

    fn sign(&self) -> i8 {
        match (self.is_zero(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    /// Compares the absolute values of numbers that are not zero.
    fn compare_magnitude(&self, other: &Self) -> Ordering {
        let significant = |number: &Self| number.digits.trim_end_matches('0').len();
        self.magnitude()
            .cmp(&other.magnitude())
            .then_with(|| self.digits[..significant(self)].cmp(&other.digits[..significant(other)]))
    }

    /// Power of ten of the first digit, and one more.
    fn magnitude(&self) -> i64 {
        i64::from(self.exponent).saturating_add(i64::try_from(self.digits.len()).unwrap_or(i64::MAX))
    }
}

fn last_digit(number: u128) -> char {
    char::from(b'0' + u8::try_from(number % 10).unwrap_or(0))
}

/// Adds one to a row of digits; an empty one is 0.
fn increment(digits: &mut String) {
    let nines = digits.len() - digits.trim_end_matches('9').len();
    digits.truncate(digits.len() - nines);
    let next = digits.pop().map_or('1', |digit| last_digit(u128::from(digit) - u128::from('0') + 1));
    digits.push(next);
    digits.extend(std::iter::repeat_n('0', nines));
}
