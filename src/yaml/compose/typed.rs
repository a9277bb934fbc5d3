//! One scalar of the parser → its value: by its style, its tag, or its text. Pure.

use std::borrow::Cow;

use granit_parser::{ScalarStyle, Tag};

use crate::finding::Finding;
use crate::source::Span;
use crate::tree::{SmolStr, Value};

use super::super::scalar::{Readings, Scalar, readings};
use super::super::syntax::{self, Fallible};

/// A scalar as the parser gives it.
pub(super) struct Written<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) style: ScalarStyle,
    pub(super) tag: Option<Cow<'t, Tag>>,
    pub(super) span: Span,
}

/// The value of a scalar; for a plain one with what the readers make of it.
pub(super) fn typed(written: &Written<'_>) -> Fallible<(Value, Option<Readings>)> {
    let text = || Value::Text(SmolStr::new(&written.text));
    let Some(tag) = &written.tag else {
        if written.style != ScalarStyle::Plain {
            return Ok((text(), None));
        }
        let readings = readings(&written.text);
        return match &readings.sigs {
            Scalar::Refused => Err(not_finite(&written.text, written.span).into()),
            scalar => Ok((value(scalar).unwrap_or_else(text), Some(readings))),
        };
    };
    let readings = readings(&written.text);
    let fits = match tag.core_suffix() {
        Some("str") => return Ok((text(), None)),
        Some("int") => matches!(readings.sigs, Scalar::Int(_)),
        Some("float") => matches!(readings.sigs, Scalar::Int(_) | Scalar::Float(_)),
        Some("bool") => matches!(readings.sigs, Scalar::Bool(_)),
        Some("null") => readings.sigs == Scalar::Null,
        _ => return Err(syntax::unusable_tag(tag, written.span).into()),
    };
    match value(&readings.sigs) {
        Some(value) if fits && readings.agree() => Ok((value, None)),
        _ => Err(syntax::wrong_tag(tag, written.span).into()),
    }
}

impl Written<'_> {
    /// Whether its text alone decides its type.
    pub(super) fn is_plain(&self) -> bool {
        self.style == ScalarStyle::Plain && self.tag.is_none()
    }

    pub(super) fn is_merge(&self) -> bool {
        self.text == "<<"
            && match &self.tag {
                None => self.style == ScalarStyle::Plain,
                Some(tag) => tag.suffix_in_namespace("tag:yaml.org,2002:").as_deref() == Some("merge"),
            }
    }
}

/// The value of a typed scalar; `None` if it is a text.
fn value(scalar: &Scalar) -> Option<Value> {
    match scalar {
        Scalar::Null => Some(Value::Null),
        Scalar::Bool(flag) => Some(Value::Bool(*flag)),
        Scalar::Int(number) => Some(Value::Int(*number)),
        Scalar::Float(number) => Some(Value::Float(*number)),
        Scalar::Text | Scalar::Respelt(_) | Scalar::Refused => None,
    }
}

fn not_finite(text: &str, span: Span) -> Finding {
    Finding::invalid(format!("`{text}` is not a finite number, and JSON has no other numbers"))
        .at(span, "this value")
        .why("Kubernetes' readers refuse the whole file")
        .fix("write a finite number, or quote the value if a string is meant")
}
