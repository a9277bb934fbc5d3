//! Random objects that fit the type tables: what a user could write, zero
//! values, nulls and odd notations included.
//!
//! One strategy walks [`multicasskop::schema`], so that a field that is added to
//! a table is tested without anybody thinking of it.

use multicasskop::schema::{CASSANDRA_CLUSTER_SPEC, Field, Pattern, Struct, Ty, TypeSet};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json, json};

/// A spec of these types. Most are accepted by the CRD.
pub(crate) fn spec(types: TypeSet) -> BoxedStrategy<Json> {
    structure(&CASSANDRA_CLUSTER_SPEC, types, 0)
}

/// Any JSON, small, with member names that mean something and others.
pub(crate) fn any_json() -> BoxedStrategy<Json> {
    let name = prop_oneof![
        4 => select(&["spec", "metadata", "topology", "dc", "rack", "name", "config", "resources", "limits", "cpu"][..]).prop_map(str::to_owned),
        1 => "[a-zA-Z~1. -]{0,6}",
    ];
    let leaf = prop_oneof![
        1 => Just(Json::Null),
        1 => any::<bool>().prop_map(Json::from),
        1 => any::<i64>().prop_map(Json::from),
        1 => any::<i32>().prop_map(|number| json!(f64::from(number) / 8.0)),
        2 => text(),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            2 => prop::collection::vec((name.clone(), inner), 0..4).prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
    .boxed()
}

fn structure(of: &'static Struct, types: TypeSet, depth: u32) -> BoxedStrategy<Json> {
    // The deeper, the fewer members, or most objects would be all sidecars.
    let share = if depth == 0 { 0.4 } else { 0.5 / f64::from(depth) };
    let member = |field: &'static Field| {
        let value = typed(field, types, depth);
        let value = if field.required {
            value.prop_map(Some).boxed()
        } else {
            weighted(share, prop_oneof![1 => Just(Json::Null), 12 => value]).boxed()
        };
        value.prop_map(move |value| value.map(|value| (field.name.to_owned(), value))).boxed()
    };
    let members: Vec<_> = of.fields(types).map(member).collect();
    members.prop_map(|members| Json::Object(members.into_iter().flatten().collect::<Map<_, _>>())).boxed()
}

fn typed(field: &'static Field, types: TypeSet, depth: u32) -> BoxedStrategy<Json> {
    match field.pattern {
        Some(Pattern::Capacity) => return select(&["20Gi", "1.5e3", "0", "100Gi", "5GGG"][..]).prop_map(Json::from).boxed(),
        Some(Pattern::NoDash | Pattern::StorageName) => return "[a-z][a-z0-9]{0,3}".prop_map(Json::from).boxed(),
        None => {}
    }
    if !field.allowed.is_empty() {
        return select(field.allowed).prop_map(Json::from).boxed();
    }
    if let Some(minimum) = field.minimum {
        return (minimum..minimum + 3).prop_map(Json::from).boxed();
    }
    if field.keys.is_some() {
        // Elements must differ: one is enough here.
        return value(&field.ty, types, depth, 2);
    }
    value(&field.ty, types, depth, 3)
}

fn value(ty: &'static Ty, types: TypeSet, depth: u32, most: usize) -> BoxedStrategy<Json> {
    match ty {
        Ty::Text => text().boxed(),
        Ty::Time => select(&["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.5+01:00"][..]).prop_map(Json::from).boxed(),
        Ty::Bool => any::<bool>().prop_map(Json::from).boxed(),
        Ty::Int32 => prop_oneof![2 => Just(0), 8 => 0..5_i32, 1 => any::<i32>()].prop_map(Json::from).boxed(),
        Ty::Int64 => prop_oneof![2 => Just(0), 8 => 0..5_i64, 1 => any::<i64>()].prop_map(Json::from).boxed(),
        Ty::Quantity => quantity().boxed(),
        Ty::IntOrString => prop_oneof![(0..9000_i32).prop_map(Json::from), text()].boxed(),
        Ty::Raw => prop::collection::vec(("[a-c]-?[a-c]", any_json()), 0..3)
            .prop_map(|members| Json::Object(members.into_iter().collect()))
            .boxed(),
        Ty::List(item) => prop::collection::vec(value(item, types, depth + 1, 2), 0..most).prop_map(Json::from).boxed(),
        Ty::Map(item) => {
            let item = prop_oneof![1 => Just(Json::Null), 12 => value(item, types, depth + 1, 2)];
            prop::collection::vec((select(&["cpu", "memory", "a.b/c", "z", "1"][..]), item), 0..most)
                .prop_map(|members| Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()))
                .boxed()
        }
        Ty::Struct(of) => structure(of, types, depth + 1),
    }
}

fn text() -> impl Strategy<Value = Json> {
    prop_oneof![
        2 => Just(String::new()),
        6 => "[a-z][a-z0-9]{0,5}",
        1 => select(&["yes", "1e3", "0o7", "2026-01-01", "null", "~", "=", "1", " a", "a\nb\n", "é: #"][..]).prop_map(str::to_owned),
    ]
    .prop_map(Json::from)
}

fn quantity() -> impl Strategy<Value = Json> {
    let texts = &["1", "500m", "0.5", "1000m", "8Gi", "8192Mi", "1e3", "1.5Gi", "0", "1024", "1k", "0.1Gi", "12E"][..];
    prop_oneof![4 => select(texts).prop_map(Json::from), 1 => (0..5000_i64).prop_map(Json::from)]
}
