//! The language in which types are described: [`Ty`], [`Struct`], [`Field`].
//!
//! It says what Go's JSON encoder needs to know (kind, pointer, `omitempty`),
//! what the CRD adds (default, required, minimum, pattern, enum, list keys) and
//! when a field exists. A field is built in a `const` with the small methods
//! below, so that a table reads like the Go struct it describes.

use crate::tree::{Entry, Map, Node, SmolStr};

use super::profile::{Profile, TypeSet};

/// The type of a value.
#[derive(Clone, Copy, Debug)]
pub enum Ty {
    /// Go `string`.
    Text,
    /// Go `bool`.
    Bool,
    /// Go `int32`.
    Int32,
    /// Go `int64` or `int`.
    Int64,
    /// `resource.Quantity`: a string or a number in JSON, a string once stored.
    Quantity,
    /// `intstr.IntOrString`: keeps which of the two it is.
    IntOrString,
    /// `json.RawMessage`: any JSON, taken as it is. In the CRD an object.
    Raw,
    /// `metav1.Time`: a string in JSON, `null` when zero.
    Time,
    /// A list.
    List(&'static Self),
    /// An object with free member names.
    Map(&'static Self),
    /// An object with known members.
    Struct(&'static Struct),
}

/// An object type.
#[derive(Debug)]
pub struct Struct {
    /// Its name in Go.
    pub name: &'static str,
    /// Its fields, in the order in which Go writes them.
    pub fields: &'static [Field],
}

/// A constant that a CRD gives as default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constant {
    /// A string.
    Text(&'static str),
    /// A whole number.
    Int(i64),
    /// A boolean.
    Bool(bool),
}

/// A `pattern:` of the CRDs. There are three; each is matched by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Of `dataCapacity`; lets through what is no quantity, such as `5GGG`.
    Capacity,
    /// Of data centre and rack names.
    NoDash,
    /// Of `storageConfigs[].name`; unanchored, so it asks for one good character.
    StorageName,
}

/// A member of a [`Struct`].
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about a Go field")]
pub struct Field {
    /// Name in JSON; case matters.
    pub name: &'static str,
    /// Type of the value.
    pub ty: Ty,
    /// What it is for, for editors and people: unit, default, what `CassKop` does.
    pub doc: &'static str,
    /// A Go pointer: an explicit zero is kept.
    pub pointer: bool,
    /// Written even when zero (no `omitempty`).
    pub always: bool,
    /// A map whose values are Go pointers, so that a merge goes into them.
    pub pointer_values: bool,
    /// First and last [`Profile`] that has it.
    pub profiles: (Profile, Profile),
    /// First and last Kubernetes minor whose Go types have it (only core types).
    pub core: (u8, u8),
    /// The CRD wants it wherever its object is.
    pub required: bool,
    /// The CRD's default, and the first profile whose CRD has it.
    pub default: Option<(Profile, Constant)>,
    /// The CRD's `minimum`.
    pub minimum: Option<i64>,
    /// The CRD's `pattern`.
    pub pattern: Option<Pattern>,
    /// The CRD's `enum`; empty for none.
    pub allowed: &'static [&'static str],
    /// Member names that make list elements unique (`x-kubernetes-list-map-keys`),
    /// and the first profile whose CRD says so.
    pub keys: Option<(Profile, &'static [&'static str])>,
}

impl Field {
    /// A field that exists in all versions, is optional and left out when zero.
    pub const fn new(name: &'static str, ty: Ty, doc: &'static str) -> Self {
        Self {
            name,
            ty,
            doc,
            pointer: false,
            always: false,
            pointer_values: false,
            profiles: (Profile::OLDEST, Profile::NEWEST),
            core: (0, u8::MAX),
            required: false,
            default: None,
            minimum: None,
            pattern: None,
            allowed: &[],
            keys: None,
        }
    }

    /// A Go pointer.
    pub const fn pointer(self) -> Self {
        Self { pointer: true, ..self }
    }

    /// Written even when zero.
    pub const fn always(self) -> Self {
        Self { always: true, ..self }
    }

    /// A map of Go pointers.
    pub const fn pointer_values(self) -> Self {
        Self { pointer_values: true, ..self }
    }

    /// Exists from this profile on.
    pub const fn since(self, profile: Profile) -> Self {
        Self { profiles: (profile, self.profiles.1), ..self }
    }

    /// Exists up to this profile.
    pub const fn until(self, profile: Profile) -> Self {
        Self { profiles: (self.profiles.0, profile), ..self }
    }

    /// Exists in Go types of Kubernetes 1.`minor` and later.
    pub const fn core_since(self, minor: u8) -> Self {
        Self { core: (minor, self.core.1), ..self }
    }

    /// Exists in Go types up to Kubernetes 1.`minor`.
    pub const fn core_until(self, minor: u8) -> Self {
        Self { core: (self.core.0, minor), ..self }
    }

    /// Required by the CRD.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Has a default in every CRD.
    pub const fn default(self, value: Constant) -> Self {
        self.default_since(Profile::OLDEST, value)
    }

    /// Has a default in the CRDs from this profile on.
    pub const fn default_since(self, profile: Profile, value: Constant) -> Self {
        Self { default: Some((profile, value)), ..self }
    }

    /// Has a minimum in the CRD.
    pub const fn minimum(self, minimum: i64) -> Self {
        Self { minimum: Some(minimum), ..self }
    }

    /// Has a pattern in the CRD.
    pub const fn pattern(self, pattern: Pattern) -> Self {
        Self { pattern: Some(pattern), ..self }
    }

    /// Has an enum in the CRD.
    pub const fn allowed(self, values: &'static [&'static str]) -> Self {
        Self { allowed: values, ..self }
    }

    /// Is a list whose elements are unique by these members.
    pub const fn keys(self, since: Profile, keys: &'static [&'static str]) -> Self {
        Self { keys: Some((since, keys)), ..self }
    }

    /// Whether these types have the field.
    pub const fn exists(&self, types: TypeSet) -> bool {
        self.profiles.0 as u8 <= types.profile as u8
            && types.profile as u8 <= self.profiles.1 as u8
            && self.core.0 <= types.core
            && types.core <= self.core.1
    }

    /// The CRD's default in this profile.
    pub fn default_in(&self, profile: Profile) -> Option<Constant> {
        self.default.filter(|(since, _)| *since <= profile).map(|(_, value)| value)
    }

    /// Whether Go writes the field when it is zero: struct values always are.
    pub const fn written_when_zero(&self) -> bool {
        self.always || (!self.pointer && matches!(self.ty, Ty::Struct(_)))
    }
}

impl Struct {
    /// The field of that name in these types.
    pub fn field(&self, name: &str, types: TypeSet) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name && field.exists(types))
    }

    /// Adds a member that is not there at the place that Go's order gives it; the
    /// members that are there are in that order.
    pub fn insert(&self, map: &mut Map, name: &'static str, value: Node) {
        let before = self.fields.iter().take_while(|field| field.name != name);
        let mut there = map.iter().peekable();
        let at = before.filter(|field| there.next_if(|entry| entry.key == field.name).is_some()).count();
        map.insert(at, Entry { key: SmolStr::new_static(name), key_span: None, value });
    }

    /// Finds the fields of these types by name, one after the other.
    pub fn finder(&'static self, types: TypeSet) -> Finder {
        Finder { of: self, types, next: 0 }
    }

    /// The fields of these types, in order.
    pub fn fields(&self, types: TypeSet) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().filter(move |field| field.exists(types))
    }
}

/// Finds fields by name. Members are nearly always in the order of their fields, so each
/// is looked for behind the one before first.
#[derive(Debug)]
pub struct Finder {
    of: &'static Struct,
    types: TypeSet,
    next: usize,
}

impl Finder {
    /// The field of that name, and its number.
    pub fn find(&mut self, name: &str) -> Option<(usize, &'static Field)> {
        let is = |(_, field): &(usize, &'static Field)| field.name == name && field.exists(self.types);
        let fields = || self.of.fields.iter().enumerate();
        let found = fields().skip(self.next).find(is).or_else(|| fields().take(self.next).find(is))?;
        self.next = found.0 + 1;
        Some(found)
    }
}

impl Pattern {
    /// The regular expression as the CRD has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Capacity => "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$",
            Self::NoDash => "^[^-]+$",
            Self::StorageName => r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*",
        }
    }

    /// Whether the text matches.
    pub fn matches(self, text: &str) -> bool {
        match self {
            Self::Capacity => {
                let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
                let unit = unsigned.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
                let exponent = unit.trim_start_matches(|c| "eEinumkKMGTP".contains(c));
                let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
                unit.len() < unsigned.len() && digits.bytes().all(|byte| byte.is_ascii_digit())
            }
            Self::NoDash => !text.is_empty() && !text.contains('-'),
            Self::StorageName => text.bytes().any(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_capacity_pattern_lets_through_what_the_crd_lets_through() {
        for good in ["20Gi", "-5Gi", "5GGG", "1.2.3", "+1", "1e3", "1e+3", "5"] {
            assert!(Pattern::Capacity.matches(good), "{good}");
        }
        for bad in ["", "5 Gi", "Gi", "five", "5Gib", "--5"] {
            assert!(!Pattern::Capacity.matches(bad), "{bad}");
        }
    }
}
