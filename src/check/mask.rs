//! Values as a report may show them: secrets are replaced by a salted hash that
//! still shows whether a value changed.
//!
//! A [`Shown`] can only be made here, so that no format can leak what the
//! others mask. Which names look secret is one table, published on the page of
//! the command. Pure: the salt is given.

use schemars::JsonSchema;
use serde::Serialize;

use crate::digest::sha256;
use crate::tree::{Entry, Map, Node, PathBuf, Segment, Value};

mod names;
mod text;

pub use names::{HARMLESS_WORDS, SECRET_WORDS, looks_secret};

/// Bytes that nobody outside this run knows, so that a short hash of a weak
/// password cannot be looked up. The same salt shows equal values as equal.
#[derive(Clone)]
pub struct Salt(Box<[u8]>);

impl Salt {
    /// A salt of these bytes; 16 random ones are enough.
    pub fn new(bytes: impl Into<Box<[u8]>>) -> Self {
        Self(bytes.into())
    }
}

impl std::fmt::Debug for Salt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Salt")
    }
}

/// A value as it may be shown: JSON text, or masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::manual_non_exhaustive, reason = "the attribute would let the rest of this crate make one")]
pub struct Shown {
    /// JSON text of the value; secret parts are replaced by `(masked HASH)`.
    pub text: String,
    /// Whether anything in it was masked.
    pub masked: bool,
    /// Keeps other modules from making one.
    #[serde(skip)]
    sealed: (),
}

/// Members whose contents users write freely, so that the names in them count.
/// Elsewhere names are CassKop's own: `imagePullSecret` names a Secret and is none.
const FREE: [&str; 6] = ["env", "envVars", "config", "annotations", "data", "binaryData"];

impl Shown {
    /// Shows `node`, which stands at `path` in `root`: the names on the way to it
    /// count too.
    pub fn of(node: &Node, root: &Node, path: &PathBuf, salt: &Salt) -> Self {
        let way = Way::to(path, root);
        let mut mask = Mask { salt, masked: false };
        let shown = mask.node(node, way);
        // Nodes hold finite numbers and text only, which always have a JSON form.
        let text = serde_json::to_string(&shown).unwrap_or_default();
        Self { text, masked: mask.masked, sealed: () }
    }
}

/// What is known of a value by where it stands.
#[derive(Clone, Copy, Default)]
struct Way {
    /// Whether names count here.
    free: bool,
    /// Whether all values here are secret.
    secret: bool,
}

impl Way {
    fn to(path: &PathBuf, root: &Node) -> Self {
        let (mut way, mut at) = (Self::default(), Some(root));
        for step in path.steps() {
            match step {
                Segment::Key(key) => {
                    way = way.into(at.and_then(Node::as_map), key);
                    at = at.and_then(|node| node.get(key));
                }
                Segment::Index(index) => {
                    let items = at.map(Node::items).unwrap_or_default();
                    way.secret |= index.checked_sub(1).and_then(|before| items.get(before)).is_some_and(is_secret_flag);
                    at = items.get(index);
                }
            }
        }
        way
    }

    /// The way into a member of an object.
    fn into(self, map: Option<&Map>, key: &str) -> Self {
        let variable = || map.and_then(|map| map.get("name")).and_then(Node::as_str).is_some_and(looks_secret);
        let secret = (self.free && looks_secret(key)) || (key == "value" && variable());
        Self { free: self.free || FREE.contains(&key), secret: self.secret || secret }
    }
}

/// `--password`, whose value is the next argument.
fn is_secret_flag(node: &Node) -> bool {
    node.as_str().is_some_and(|text| text.starts_with('-') && !text.contains(['=', ' ']) && looks_secret(text))
}

struct Mask<'a> {
    salt: &'a Salt,
    masked: bool,
}

impl Mask<'_> {
    /// A copy of the value in which secrets are replaced.
    fn node(&mut self, node: &Node, way: Way) -> Node {
        Node::made(match &node.value {
            Value::Null => Value::Null,
            Value::Map(map) => {
                let shown = map.iter().map(|entry| {
                    let value = self.node(&entry.value, way.into(Some(map), &entry.key));
                    Entry { key: entry.key.clone(), key_span: None, value }
                });
                Value::Map(shown.collect())
            }
            Value::List(items) => {
                let mut after_flag = false;
                let shown = items.iter().map(|item| {
                    let value = self.node(item, Way { secret: way.secret || after_flag, ..way });
                    after_flag = is_secret_flag(item);
                    value
                });
                Value::List(shown.collect())
            }
            Value::Text(text) if way.secret => Value::Text(self.hash(text).into()),
            Value::Text(text) => Value::Text(self.text(text).into()),
            scalar if way.secret => Value::Text(self.hash(&serde_json::to_string(scalar).unwrap_or_default()).into()),
            scalar => scalar.clone(),
        })
    }

    /// A text in which the secret parts are replaced.
    fn text(&mut self, whole: &str) -> String {
        let mut out = String::with_capacity(whole.len());
        let mut rest = whole;
        while let Some((before, secret, after)) = text::split_secret(rest) {
            out.push_str(before);
            out.push_str(&self.hash(secret));
            rest = after;
        }
        out + rest
    }

    fn hash(&mut self, value: &str) -> String {
        self.masked = true;
        let digest = sha256([&*self.salt.0, value.as_bytes()]);
        format!("(masked {})", digest.trim_start_matches("sha256:").get(..10).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
