//! What Go's YAML readers make of a plain (unquoted) scalar.
//!
//! `sigs.k8s.io/yaml` (kubectl, Argo CD, Helm) follows YAML 1.1 and is the one
//! that we follow; `kyaml` (Kustomize, Flux) and YAML 1.2 differ in places
//! (docs/facts.md, Go's YAML readers). `fixtures/go-yaml/` holds their answers. Pure.

use std::borrow::Cow;

use crate::tree::SmolStr;

use super::number::{self, Generation, Number};
use super::time::{self, Moment};

/// A typed scalar, as the JSON that it becomes.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// `null`
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number that fits.
    Int(i64),
    /// Another finite number.
    Float(f64),
    /// The text itself.
    Text,
    /// A string of another spelling: `kyaml` writes `2026-01-01` as `2026-01-01T00:00:00Z`.
    Respelt(SmolStr),
    /// The reader refuses it (`.inf`, `.nan`).
    Refused,
}

/// What three readers make of a plain scalar.
#[derive(Clone, Debug, PartialEq)]
pub struct Readings {
    /// `sigs.k8s.io/yaml`
    pub sigs: Scalar,
    /// `kyaml`
    pub kyaml: Scalar,
    /// The core schema of YAML 1.2.
    pub yaml12: Scalar,
}

impl Readings {
    const TEXT: Self = Self { sigs: Scalar::Text, kyaml: Scalar::Text, yaml12: Scalar::Text };

    /// Whether all three make the same of it.
    pub fn agree(&self) -> bool {
        self.sigs == self.kyaml && self.kyaml == self.yaml12
    }

    fn same(scalar: Scalar) -> Self {
        Self { kyaml: scalar.clone(), yaml12: scalar.clone(), sigs: scalar }
    }
}

/// Reads a plain scalar as the three readers do.
pub fn readings(text: &str) -> Readings {
    match hint(text) {
        Hint::Text => Readings::TEXT,
        Hint::Word(word) => of_word(&word),
        Hint::Number => of_number(text),
    }
}

/// The member name that a plain scalar is as a key, as `sigs.k8s.io/yaml`
/// makes it: `on` is `true`, `010` is `8`. `kyaml` keeps the text, so that the
/// two differ exactly where the name is another text.
///
/// # Errors
/// Why it cannot be a name; reads after "the key …".
pub fn key_name(text: &str) -> Result<Cow<'_, str>, &'static str> {
    match hint(text) {
        Hint::Text => Ok(text.into()),
        Hint::Word(Word::Null) => Err("is null"),
        Hint::Word(Word::Bool(flag) | Word::OldBool(flag)) => Ok(if flag { "true" } else { "false" }.into()),
        Hint::Word(Word::NotFinite(name)) => Ok(name.into()),
        Hint::Number => match number::go(text, Generation::V2) {
            None => Ok(text.into()),
            Some(Number::Int(number)) => Ok(number.to_string().into()),
            Some(Number::Uint(_)) => Err("is a number beyond 63 bits, which Kubernetes' readers refuse as a key"),
            Some(Number::Float(number)) => Ok(number::go_key(number).into()),
        },
    }
}

/// What the first look at a plain scalar says.
enum Hint {
    Text,
    Word(Word),
    /// A number or a point in time, perhaps.
    Number,
}

/// A word with a meaning.
enum Word {
    Null,
    /// A boolean for every reader.
    Bool(bool),
    /// A boolean of YAML 1.1 only.
    OldBool(bool),
    /// Infinity or not a number, as Go spells it when it is a key.
    NotFinite(&'static str),
}

/// Nearly all scalars begin with a letter and are no special word: they are
/// told by their first byte and their length.
fn hint(text: &str) -> Hint {
    match text.as_bytes() {
        [] | [b'~'] => Hint::Word(Word::Null),
        [b'0'..=b'9' | b'+' | b'-' | b'.', ..] if text.len() <= 5 => word(text).map_or(Hint::Number, Hint::Word),
        [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => Hint::Number,
        [b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O', ..] if text.len() <= 5 => {
            word(text).map_or(Hint::Text, Hint::Word)
        }
        _ => Hint::Text,
    }
}

fn word(text: &str) -> Option<Word> {
    Some(match text {
        "null" | "Null" | "NULL" => Word::Null,
        "true" | "True" | "TRUE" => Word::Bool(true),
        "false" | "False" | "FALSE" => Word::Bool(false),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Word::OldBool(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Word::OldBool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Word::NotFinite(".inf"),
        "-.inf" | "-.Inf" | "-.INF" => Word::NotFinite("-.inf"),
        ".nan" | ".NaN" | ".NAN" => Word::NotFinite(".nan"),
        _ => return None,
    })
}

fn of_word(word: &Word) -> Readings {
    match *word {
        Word::Null => Readings::same(Scalar::Null),
        Word::Bool(flag) => Readings::same(Scalar::Bool(flag)),
        Word::OldBool(flag) => Readings { sigs: Scalar::Bool(flag), ..Readings::TEXT },
        Word::NotFinite(_) => Readings::same(Scalar::Refused),
    }
}

fn of_number(text: &str) -> Readings {
    // Addresses, versions and quantities (`10.0.0.1`, `3.11.10`, `10Gi`) begin as numbers do.
    let possible = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b'x' | b'X' | b'o' | b'O' | b'_' | b'+' | b'-' | b'.');
    let kyaml = || match time::moment(text) {
        Some(Moment::Written(written)) if written == text => Some(Scalar::Text),
        Some(Moment::Written(written)) => Some(Scalar::Respelt(written.into())),
        Some(Moment::Unwritable) => Some(Scalar::Refused),
        None => None,
    };
    if !text.bytes().all(possible) {
        return Readings { kyaml: kyaml().unwrap_or(Scalar::Text), ..Readings::TEXT };
    }
    let typed = |number: Option<Number>| number.map_or(Scalar::Text, Scalar::from);
    Readings {
        sigs: typed(number::go(text, Generation::V2)),
        kyaml: kyaml().unwrap_or_else(|| typed(number::go(text, Generation::V3))),
        yaml12: typed(number::core_schema(text)),
    }
}

impl From<Number> for Scalar {
    fn from(number: Number) -> Self {
        match number {
            Number::Int(number) => Self::Int(number),
            #[expect(clippy::cast_precision_loss, reason = "Kubernetes stores it as a float, too")]
            Number::Uint(number) => Self::Float(number as f64),
            Number::Float(number) if !number.is_finite() => Self::Refused,
            Number::Float(number) => number::whole(number).map_or(Self::Float(number), Self::Int),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_yaml_1_1_are_booleans_for_one_reader_only() {
        for (text, flag) in [("y", true), ("Yes", true), ("on", true), ("N", false), ("NO", false), ("off", false)] {
            assert_eq!(readings(text), Readings { sigs: Scalar::Bool(flag), ..Readings::TEXT }, "{text}");
        }
        for text in ["tRUE", "yEs", "nul", "offf", "trueish", "é", "<<", "=", "inf", "_1", "10.0.0.1", "3.11.10", "1.5Gi"] {
            assert_eq!(readings(text), Readings::TEXT, "{text}");
        }
    }

    #[test]
    fn yaml_1_2_differs_in_old_octals() {
        let octal = readings("0777");
        assert_eq!((octal.sigs, octal.kyaml, octal.yaml12), (Scalar::Int(511), Scalar::Int(511), Scalar::Int(777)));
        assert!(readings("08").agree());
        assert!(!readings("1_000").agree());
        assert_eq!(readings("1e400").yaml12, Scalar::Refused);
    }

    #[test]
    fn a_date_is_respelt_by_kyaml_unless_it_is_written_in_full() {
        assert_eq!(readings("2026-01-01").kyaml, Scalar::Respelt("2026-01-01T00:00:00Z".into()));
        assert_eq!(readings("2026-01-01").sigs, Scalar::Text);
        assert!(readings("2026-01-01T00:00:00Z").agree());
    }

    /// The JSON that a Go reader made of `v: SCALAR`, or `None` if it refused.
    fn as_json(scalar: &Scalar, text: &str) -> Option<serde_json::Value> {
        Some(match scalar {
            Scalar::Null => serde_json::Value::Null,
            Scalar::Bool(flag) => (*flag).into(),
            Scalar::Int(number) => (*number).into(),
            Scalar::Float(number) => (*number).into(),
            Scalar::Text => text.into(),
            Scalar::Respelt(other) => other.as_str().into(),
            Scalar::Refused => return None,
        })
    }

    #[test]
    fn every_recorded_scalar_is_read_as_go_reads_it() {
        let recorded: Vec<serde_json::Value> = serde_json::from_str(include_str!("../../fixtures/go-yaml/scalars.json")).unwrap();
        let mut checked = 0;
        for entry in &recorded {
            let text = entry["scalar"].as_str().unwrap();
            // A tag and an indicator: no plain scalars as values.
            if matches!(text, "!" | "-") {
                continue;
            }
            let said = readings(text);
            for (reader, said) in [("sigs", &said.sigs), ("kyaml", &said.kyaml)] {
                let answer = entry["value"][reader].as_str().map(|json| {
                    // `-0` is the integer 0 for Kubernetes and a float for serde_json.
                    let json: serde_json::Value = serde_json::from_str(&json.replace(":-0}", ":0}")).unwrap();
                    crate::tree::Node::from(&json["v"]).value
                });
                let said = as_json(said, text).map(|json| crate::tree::Node::from(&json).value);
                assert!(
                    match (&answer, &said) {
                        (Some(answer), Some(said)) => answer.same(said),
                        (None, None) => true,
                        _ => false,
                    },
                    "{reader} reads {answer:?} out of {text:?}, and we say {said:?}"
                );
            }
            // `<<: 1` is no key but a failed merge.
            if text != "<<" {
                let name = key_name(text).ok();
                let answer = entry["key"]["sigs"].as_str().map(|json| serde_json::from_str::<serde_json::Value>(json).unwrap());
                assert_eq!(answer, name.as_ref().map(|name| serde_json::json!({ name.as_ref(): 1 })), "key {text:?}");
                let kyaml = entry["key"]["kyaml"].as_str().map(|json| serde_json::from_str::<serde_json::Value>(json).unwrap());
                assert_eq!(kyaml, name.map(|_| serde_json::json!({ text: 1 })), "key {text:?}");
            }
            checked += 1;
        }
        assert_eq!(checked, recorded.len() - 2);
    }
}
