//! A setting: a value that knows its place, and settings of which only some values
//! are known. Types only; pure.

use crate::source::Span;

/// A value with its place in the fleet file; flags have no place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    pub span: Option<Span>,
}

impl<T> Located<T> {
    /// A value that stands in no file.
    pub const fn typed(value: T) -> Self {
        Self { value, span: None }
    }
}

/// A setting with a fixed list of values.
pub trait Choice: Copy + 'static {
    /// What the setting is, for messages: "engine".
    const WHAT: &'static str;

    /// All values.
    const ALL: &'static [Self];

    /// The value as it is written.
    fn as_str(self) -> &'static str;
}

macro_rules! choice {
    ($(#[$doc:meta])* $type:ident is $what:literal { $($(#[$value_doc:meta])* $value:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type {
            $($(#[$value_doc])* $value,)*
        }

        impl Choice for $type {
            const WHAT: &'static str = $what;
            const ALL: &'static [Self] = &[$(Self::$value),*];

            fn as_str(self) -> &'static str {
                match self { $(Self::$value => $text,)* }
            }
        }
    };
}
pub(super) use choice;

choice! {
    /// What applies the tree to the clusters.
    Engine is "engine" {
        /// Argo CD.
        Argocd = "argocd",
        /// Flux.
        Flux = "flux",
        /// `kubectl` or something else.
        Other = "other",
    }
}

choice! {
    /// How an override is laid over the base.
    MergeMode is "way of merging" {
        /// RFC 7396: what is written is what comes out.
        MergePatch = "merge-patch",
        /// As Multi-CassKop does it.
        Operator = "operator",
    }
}

choice! {
    /// How seeds reach the nodes.
    Delivery is "way of delivering seeds" {
        /// By a script in a ConfigMap.
        ConfigMap = "configmap",
        /// By `status.seedlist` in the manifest.
        Status = "status",
        /// By the environment variable `CASSANDRA_SEEDS`.
        Env = "env",
    }
}
