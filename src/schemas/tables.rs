//! The type tables of [`crate::schema`] → JSON Schema. Pure.

use schemars::Schema;
use serde_json::{Map as Members, Value as Json, json};

use crate::schema::{CASSANDRA_CLUSTER, Constant, Field, Pattern, Profile, Struct, Ty, TypeSet};

/// The `pattern:` that the CRDs have at every quantity.
const QUANTITY: &str =
    r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";

/// Whether an object stands by itself or is laid over another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A `CassandraCluster`, a base, and every element of a list, because
    /// merging replaces lists as a whole.
    Whole,
    /// An override: `null` takes the base's value away, and nothing is required.
    Patch,
}

/// The schema of a `CassandraCluster` as releases of this profile read it.
pub fn cassandra_cluster(profile: Profile) -> Schema {
    let version = if profile == Profile::V1_1_5 { "v1alpha1" } else { "v2" };
    let mut definitions = Definitions::new(profile);
    let mut root = definitions.object(&CASSANDRA_CLUSTER, Form::Whole);
    root.insert("required".to_owned(), json!(["apiVersion", "kind", "metadata"]));
    let mut schema = super::head(
        &format!("CassandraCluster ({version})"),
        "A Cassandra ring, or the part of one that is in this Kubernetes cluster, as CassKop runs it.",
    );
    schema.ensure_object().extend(root);
    definitions.finish(&mut schema);
    schema
}

/// The object types that a schema refers to, each made once.
pub(super) struct Definitions {
    types: TypeSet,
    made: Vec<(String, Json)>,
}

impl Definitions {
    pub(super) fn new(profile: Profile) -> Self {
        Self { types: profile.types(), made: Vec::new() }
    }

    /// Adds all types to the schema, by name.
    pub(super) fn finish(mut self, schema: &mut Schema) {
        self.made.sort_by(|(one, _), (other, _)| one.cmp(other));
        schema.insert("definitions".to_owned(), Json::Object(self.made.into_iter().collect()));
    }

    /// A reference to an object type.
    pub(super) fn refer(&mut self, of: &'static Struct, form: Form) -> Json {
        let name = match form {
            Form::Whole => of.name.to_owned(),
            Form::Patch => format!("{}.override", of.name),
        };
        if !self.made.iter().any(|(made, _)| *made == name) {
            // The place is taken first: a type may be reached from itself.
            self.made.push((name.clone(), Json::Null));
            let object = Json::Object(self.object(of, form));
            if let Some((_, made)) = self.made.iter_mut().find(|(made, _)| *made == name) {
                *made = object;
            }
        }
        json!({ "$ref": format!("#/definitions/{name}") })
    }

    /// The members of an object type's schema.
    fn object(&mut self, of: &'static Struct, form: Form) -> Members<String, Json> {
        let fields: Vec<&'static Field> = of.fields(self.types).collect();
        let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
        let mut properties = Members::new();
        for field in fields {
            let member = self.member(of, field, form);
            properties.insert(field.name.to_owned(), Json::Object(member));
        }
        let mut schema = Members::new();
        schema.insert("type".to_owned(), one_of_types(&["object"], form));
        schema.insert("properties".to_owned(), Json::Object(properties));
        if form == Form::Whole && !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        schema.insert("additionalProperties".to_owned(), json!(false));
        schema
    }

    fn member(&mut self, of: &'static Struct, field: &'static Field, form: Form) -> Members<String, Json> {
        let mut schema = Members::new();
        schema.insert("description".to_owned(), json!(description(field, self.types.profile)));
        let ty = self.of_type(&field.ty, form);
        schema.extend(ty);
        let mut add = |key: &str, value: Json| schema.insert(key.to_owned(), value);
        // Go writes `null` for a time that is not set, unless it is a pointer.
        if matches!(field.ty, Ty::Time) && !field.pointer {
            add("type", one_of_types(&["string"], Form::Patch));
        }
        if let Some(pattern) = field.pattern.map(Pattern::as_str) {
            add("pattern", json!(pattern));
        }
        if let Some(minimum) = field.minimum {
            add("minimum", json!(minimum));
        }
        if let Some(values) = self.allowed(of, field) {
            let values = values.iter().map(|value| json!(value)).chain((form == Form::Patch).then_some(Json::Null));
            add("enum", values.collect());
        }
        // An override that leaves a member out has the base's value, not the default.
        if let Some(default) = field.default_in(self.types.profile).filter(|_| form == Form::Whole) {
            add("default", constant(default));
        }
        schema
    }

    /// The values that a field may have, if they are known; kind and version of
    /// an object are known by its type.
    fn allowed(&self, of: &'static Struct, field: &Field) -> Option<Vec<&'static str>> {
        match field.name {
            "kind" if std::ptr::eq(of, &raw const CASSANDRA_CLUSTER) => Some(vec![CASSANDRA_CLUSTER.name]),
            "apiVersion" if std::ptr::eq(of, &raw const CASSANDRA_CLUSTER) => Some(vec![self.types.profile.api_version()]),
            _ => (!field.allowed.is_empty()).then(|| field.allowed.to_vec()),
        }
    }

    fn of_type(&mut self, ty: &'static Ty, form: Form) -> Members<String, Json> {
        let types = |names: &[&str]| one_of_types(names, form);
        let schema = match ty {
            Ty::Text => json!({ "type": types(&["string"]) }),
            Ty::Bool => json!({ "type": types(&["boolean"]) }),
            Ty::Int32 => json!({ "type": types(&["integer"]), "format": "int32" }),
            Ty::Int64 => json!({ "type": types(&["integer"]), "format": "int64" }),
            Ty::Quantity => json!({ "type": types(&["integer", "string"]), "pattern": QUANTITY }),
            Ty::IntOrString => json!({ "type": types(&["integer", "string"]) }),
            Ty::Raw => json!({ "type": types(&["object"]), "additionalProperties": true }),
            Ty::Time => json!({ "type": types(&["string"]), "format": "date-time" }),
            Ty::List(of) => json!({ "type": types(&["array"]), "items": self.of_type(of, Form::Whole) }),
            Ty::Map(of) => json!({ "type": types(&["object"]), "additionalProperties": self.of_type(of, form) }),
            Ty::Struct(of) => self.refer(of, form),
        };
        match schema {
            Json::Object(members) => members,
            _ => Members::new(),
        }
    }
}

/// The types of a value; an override may also say `null`.
fn one_of_types(names: &[&str], form: Form) -> Json {
    match (names, form) {
        ([one], Form::Whole) => json!(one),
        (several, Form::Whole) => json!(several),
        (several, Form::Patch) => several.iter().chain(&["null"]).map(|name| json!(name)).collect(),
    }
}

fn constant(value: Constant) -> Json {
    match value {
        Constant::Text(text) => json!(text),
        Constant::Int(number) => json!(number),
        Constant::Bool(flag) => json!(flag),
    }
}

/// What a field is for, and since when it is there.
fn description(field: &Field, profile: Profile) -> String {
    let since = match field.profiles.0 {
        Profile::V2_3_4 => " From CassKop 2.3.3 on.",
        Profile::V2_3_1 => " From CassKop 2.3.0 on.",
        Profile::V2_2_9 | Profile::V1_1_5 => "",
    };
    let since = if profile == Profile::V1_1_5 { "" } else { since };
    format!("{}{since}", field.doc)
}
