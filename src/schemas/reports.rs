//! Schemas of what this program writes: its reports, made out of their types. Pure.

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// The schema of a report.
pub(super) fn schema<T: JsonSchema>() -> Schema {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = false);
    let mut schema = settings.with_transform(OneLine).into_generator().into_root_schema_for::<T>();
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
/// is as wide as it is.
#[derive(Clone, Debug)]
struct OneLine;

impl Transform for OneLine {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = text.replace('\n', " ");
        }
        transform_subschemas(self, schema);
    }
}
