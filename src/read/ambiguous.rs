//! Plain scalars that not all readers read alike, judged by the field they are in.
//!
//! In a typed field another reading is another value, so that Git says one thing
//! to kubectl and another to Kustomize: an error. In free-form `config` it may be
//! meant: a warning. Pure.

use crate::finding::{Finding, Kind, Severity};
use crate::schema::{CASSANDRA_CLUSTER, Field, OBJECT_META, Struct, Ty};
use crate::source::Span;
use crate::tree::{Entry, Node, Path, Value};
use crate::yaml::{Ambiguous, Readings, Scalar};

/// What is ambiguous in a `CassandraCluster` or a part of one. `listed` is sorted by
/// place, as [`crate::yaml::Document`] has it.
pub fn ambiguities(object: &Node, listed: &[Ambiguous]) -> Vec<Finding> {
    of_type(object, &OBJECT, listed)
}

/// What is ambiguous in a ConfigMap.
pub(super) fn config_map_ambiguities(object: &Node, listed: &[Ambiguous]) -> Vec<Finding> {
    of_type(object, &CONFIG_MAP, listed)
}

static OBJECT: Ty = Ty::Struct(&CASSANDRA_CLUSTER);

/// The parts of a ConfigMap that reach the rendered one.
static CONFIG_MAP: Ty = Ty::Struct(&Struct {
    name: "ConfigMap",
    fields: &[
        Field::new("metadata", Ty::Struct(&OBJECT_META), "Name, namespace, labels and annotations."),
        Field::new("data", Ty::Map(&Ty::Text), "Texts by file name."),
        Field::new("binaryData", Ty::Map(&Ty::Text), "Bytes by file name, in base64."),
    ],
});

fn of_type(object: &Node, ty: &'static Ty, listed: &[Ambiguous]) -> Vec<Finding> {
    let mut judge = Judge { listed, found: Vec::new() };
    if !listed.is_empty() {
        judge.walk(object, Some(ty), Path::ROOT);
    }
    judge.found
}

struct Judge<'a> {
    listed: &'a [Ambiguous],
    found: Vec<Finding>,
}

impl Judge<'_> {
    fn walk(&mut self, node: &Node, ty: Option<&'static Ty>, path: Path<'_>) {
        match &node.value {
            Value::List(items) => {
                let item = match ty {
                    Some(Ty::List(item)) => Some(*item),
                    ty => ty.filter(|ty| matches!(ty, Ty::Raw)),
                };
                for (at, node) in items.iter().enumerate() {
                    self.walk(node, item, path.index(at));
                }
            }
            Value::Map(map) => map.iter().for_each(|entry| self.member(entry, ty, path)),
            _ => self.judge(node.span(), ty, path),
        }
    }

    fn member(&mut self, entry: &Entry, ty: Option<&'static Ty>, path: Path<'_>) {
        let path = path.key(&entry.key);
        let inner = match ty {
            // Fields of any version: which one is rendered is not known here.
            Some(Ty::Struct(of)) => of.fields.iter().find(|field| field.name == entry.key).map(|field| &field.ty),
            Some(Ty::Map(item)) => {
                self.judge(entry.key_span, Some(&Ty::Text), path);
                Some(*item)
            }
            Some(Ty::Raw) => {
                self.judge(entry.key_span, ty, path);
                ty
            }
            _ => None,
        };
        self.walk(&entry.value, inner, path);
    }

    fn judge(&mut self, span: Option<Span>, ty: Option<&'static Ty>, path: Path<'_>) {
        let (Some(span), Some(ty)) = (span, ty) else { return };
        let Ok(at) = self.listed.binary_search_by_key(&span.start, |ambiguous| ambiguous.span.start) else { return };
        let Ambiguous { span: place, readings } = &self.listed[at];
        if *place != span {
            return;
        }
        let free = matches!(ty, Ty::Raw);
        let (kind, severity) = if free { (Kind::Note, Severity::Warning) } else { (Kind::Invalid, Severity::Error) };
        let quoted = matches!(ty, Ty::Text | Ty::Time | Ty::Quantity | Ty::IntOrString);
        let fix = if quoted || free {
            "put it in quotes if a string is meant; otherwise write the number or boolean in its plain form"
        } else {
            "write the value in its plain form: `true` or `false`, a decimal number, or a string in quotes"
        };
        self.found.push(
            Finding::new(kind, severity, format!("not every reader takes `{path}` the same way: {}", told(readings)))
                .at(place.to_owned(), "")
                .path(path.to_buf())
                .why("kubectl, Argo CD and Helm use one reader, Kustomize and Flux another, and other tools follow YAML 1.2")
                .fix(fix),
        );
    }
}

fn told(readings: &Readings) -> String {
    let Readings { sigs, kyaml, yaml12 } = readings;
    format!("kubectl reads {}, Kustomize {}, YAML 1.2 {}", one(sigs), one(kyaml), one(yaml12))
}

fn one(scalar: &Scalar) -> String {
    match scalar {
        Scalar::Null => "null".to_owned(),
        Scalar::Bool(flag) => format!("the boolean {flag}"),
        Scalar::Int(number) => format!("the number {number}"),
        Scalar::Float(number) => format!("the number {number}"),
        Scalar::Text => "a string".to_owned(),
        Scalar::Respelt(text) => format!("the string `{text}`"),
        Scalar::Refused => "an error".to_owned(),
    }
}
