//! Sums of sizes: bytes, and thousandths of a processor. Pure.

use std::fmt;
use std::iter::Sum;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::schema::quantity::Quantity;

/// Binary and decimal units with their names, largest first.
const UNITS: [(u128, &str); 12] = [
    (1 << 60, "Ei"),
    (1 << 50, "Pi"),
    (1 << 40, "Ti"),
    (1 << 30, "Gi"),
    (1 << 20, "Mi"),
    (1 << 10, "Ki"),
    (1_000_000_000_000_000_000, "E"),
    (1_000_000_000_000_000, "P"),
    (1_000_000_000_000, "T"),
    (1_000_000_000, "G"),
    (1_000_000, "M"),
    (1_000, "k"),
];

/// Texts that are longer than this are rounded for people.
const LONG: usize = 6;

/// A number of bytes; as text and in JSON a quantity: `180Gi`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema)]
#[schemars(with = "String")]
pub struct Bytes(u128);

/// Thousandths of a processor; as text and in JSON a quantity: `500m`, `18`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema)]
#[schemars(with = "String")]
pub struct Cpus(u128);

impl Bytes {
    /// The amount of a quantity's text; `None` if it is none, or negative.
    pub fn of(text: &str) -> Option<Self> {
        Quantity::parse(text)?.in_powers_of_ten(0).map(|bytes| Self(bytes.into()))
    }

    /// So many times as much.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count.into()))
    }

    /// The shortest text that says exactly this.
    fn exact(self) -> String {
        let exact = |(unit, name): &(u128, &str)| {
            let hundredths = self.0.checked_mul(100).filter(|all| self.0 >= *unit && all % unit == 0)? / unit;
            Some(hundredths_text(hundredths) + name)
        };
        let texts = UNITS.iter().filter_map(exact).chain([self.0.to_string()]);
        texts.min_by_key(String::len).unwrap_or_default()
    }
}

/// `150` is `1.5`.
fn hundredths_text(hundredths: u128) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = self.exact();
        let unit = UNITS.iter().find(|(unit, name)| name.ends_with('i') && self.0 >= *unit);
        match unit {
            Some((unit, name)) if exact.len() > LONG => {
                write!(f, "about {}{name}", hundredths_text(self.0.saturating_mul(10) / unit * 10))
            }
            _ => f.write_str(&exact),
        }
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.exact())
    }
}

impl Cpus {
    /// The amount of a quantity's text, rounded up to thousandths; `None` if it is none, or negative.
    pub fn of(text: &str) -> Option<Self> {
        Quantity::parse(text)?.in_powers_of_ten(-3).map(|milli| Self(milli.into()))
    }

    /// So many times as much.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(count.into()))
    }
}

impl fmt::Display for Cpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 1000 {
            0 => write!(f, "{}", self.0 / 1000),
            _ => write!(f, "{}m", self.0),
        }
    }
}

impl Serialize for Cpus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Sum for Bytes {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        Self(all.fold(0, |sum, one| sum.saturating_add(one.0)))
    }
}

impl Sum for Cpus {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        Self(all.fold(0, |sum, one| sum.saturating_add(one.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_in_the_shortest_exact_unit_and_rounded_where_none_is_short() {
        let told = |text: &str, count| Bytes::of(text).unwrap().times(count);
        for (one, count, people, exact) in [
            ("20Gi", 9, "180Gi", "180Gi"),
            ("512Gi", 3, "1.5Ti", "1.5Ti"),
            ("500G", 3, "1.5T", "1.5T"),
            ("0", 3, "0", "0"),
            ("1", 1023, "1023", "1023"),
            ("20Gi", 1400, "about 27.3Ti", "28000Gi"),
            ("31474836480", 1, "about 29.3Gi", "30737145Ki"),
        ] {
            let bytes = told(one, count);
            assert_eq!((bytes.to_string().as_str(), bytes.exact().as_str()), (people, exact), "{one} * {count}");
        }
        for none in ["-1Gi", "5GGG", "1e30"] {
            assert_eq!(Bytes::of(none), None);
        }
    }

    #[test]
    fn processors_are_whole_or_thousandths() {
        assert_eq!(Cpus::of("500m").unwrap().times(3).to_string(), "1500m");
        assert_eq!(Cpus::of("2").unwrap().times(9).to_string(), "18");
        assert_eq!(Cpus::of("0.0001").unwrap().to_string(), "1m");
    }
}
