//! Schemas of what this program writes: its reports, made out of their types. Pure.

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// The schema of a report.
pub(super) fn schema<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = false);
    let mut schema = settings.with_transform(ForOthers).into_generator().into_root_schema_for::<T>();
    // The heading first, as in the other schemas; the rest keeps its order.
    if let Some(members) = schema.as_object_mut() {
        for name in ["description", "title", "$schema"] {
            if let Some(value) = members.shift_remove(name) {
                members.shift_insert(0, name.to_owned(), value);
            }
        }
    }
    schema
}

/// Descriptions come from comments in the code, broken into lines: a reader's window
/// is as wide as it is. Formats that are Rust's own stop validators that take unknown
/// ones for a mistake; the minimum of 0 says the same.
#[derive(Clone, Debug)]
struct ForOthers;

impl Transform for ForOthers {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = text.replace('\n', " ");
        }
        if schema.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("uint")) {
            schema.remove("format");
        }
        transform_subschemas(self, schema);
    }
}
