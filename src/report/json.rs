//! JSON: every document has `apiVersion` and `kind`. Pure.

use serde::Serialize;
use serde_json::{Value as Json, json};

/// The version of all documents that this program writes.
pub(super) const API_VERSION: &str = "multicasskop.dev/v1alpha1";

/// A document of a kind, such as `ClusterList`, with further members.
pub fn document(kind: &str, members: Json) -> Json {
    let mut document = json!({ "apiVersion": API_VERSION, "kind": kind });
    if let (Json::Object(document), Json::Object(members)) = (&mut document, members) {
        document.extend(members);
    }
    document
}

/// A model as the text of a file.
pub fn model_text(model: &impl Serialize) -> String {
    // Models hold text, numbers, flags and times, which always have a JSON form.
    serde_json::to_string_pretty(model).unwrap_or_default() + "\n"
}
