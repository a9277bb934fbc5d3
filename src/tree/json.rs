//! Nodes as JSON: for `-o json`, for hashes, for comparison with test data.
//!
//! [`serde::Serialize`] for [`Node`] writes the value alone, members in their
//! order. `From<&serde_json::Value>` makes a node without an origin in a text.
//! Pure.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{Entry, Map, Node, Value};

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Self::Map(map) => map.serialize(serializer),
        }
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(Some(self.len()))?;
        for Entry { key, value, .. } in self {
            out.serialize_entry(key.as_str(), value)?;
        }
        out.end()
    }
}

impl From<&serde_json::Value> for Node {
    fn from(json: &serde_json::Value) -> Self {
        use serde_json::Value as Json;
        Self::made(match json {
            Json::Null => Value::Null,
            Json::Bool(flag) => Value::Bool(*flag),
            Json::Number(number) => match number.as_i64() {
                Some(whole) => Value::Int(whole),
                None => Value::number(number.as_f64().unwrap_or(0.0)),
            },
            Json::String(text) => Value::Text(text.into()),
            Json::Array(items) => Value::List(items.iter().map(Self::from).collect()),
            Json::Object(map) => Value::Map(
                map.iter().map(|(key, value)| Entry { key: key.into(), key_span: None, value: Self::from(value) }).collect(),
            ),
        })
    }
}
