//! The one table of rules: ID, severity, what is judged, title and reason.
//!
//! IDs and severities are those of the project's rule list; rules that compare
//! with live or older objects are not here yet. Each rule has a page in
//! `docs/rules/`, and the tests ask for a case that fires and one that does not.

use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Likely a mistake; rendering goes on.
    Warning,
    /// Breaks the ring or loses data; nothing is written unless it is allowed.
    Error,
}

impl Severity {
    /// `error`, `warning` or `info`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// On which form of an object a rule is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// The merged source, before anything is filled in.
    Source,
    /// The rendered object, in canonical form.
    Rendered,
}

/// What is known of a rule.
#[derive(Debug)]
pub struct Rule {
    /// Its stable ID.
    pub id: RuleId,
    /// How bad a finding is.
    pub severity: Severity,
    /// Whether a finding means that the input cannot be used (exit code 2).
    pub invalid_input: bool,
    /// Whether the user can allow it.
    pub allowable: bool,
    /// What is judged.
    pub judged: Judged,
    /// What should hold, as a short sentence.
    pub title: &'static str,
    /// Why it matters, one sentence.
    pub why: &'static str,
}

macro_rules! rules {
    ($($id:ident $severity:ident $judged:ident $(($flag:ident))* $title:literal, $why:literal;)*) => {
        /// The stable ID of a rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RuleId {
            $(#[doc = $title] $id,)*
        }

        impl RuleId {
            /// All rules, by ID.
            pub const ALL: &'static [Self] = &[$(Self::$id),*];

            /// `L01`, `L02` …
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$id => stringify!($id),)* }
            }

            /// The rule's page in `docs/rules/`, which `explain` prints.
            pub const fn page(self) -> &'static str {
                match self {
                    $(Self::$id => include_str!(concat!("../docs/rules/", stringify!($id), ".md")),)*
                }
            }
        }

        const RULES: &[Rule] = &[$(with_flags(
            Rule {
                id: RuleId::$id,
                severity: Severity::$severity,
                invalid_input: false,
                allowable: true,
                judged: Judged::$judged,
                title: $title,
                why: $why,
            },
            &[$(Flag::$flag),*],
        ),)*];
    };
}

/// What sets a few rules apart.
#[derive(Clone, Copy)]
enum Flag {
    /// The input cannot be used at all; never to be allowed.
    Invalid,
    /// Never to be allowed: there is always another way out.
    Strict,
}

const fn with_flags(rule: Rule, flags: &[Flag]) -> Rule {
    match flags {
        [] => rule,
        [Flag::Strict, ..] => Rule { allowable: false, ..rule },
        [Flag::Invalid, ..] => Rule { allowable: false, invalid_input: true, ..rule },
    }
}

rules! {
    L01 Error Rendered
        "data centre and rack names that CassKop can use",
        "CassKop stops working on every rack of the cluster as soon as one `<dc>-<rack>` name does not match `^[a-z]([-a-z0-9]*[a-z0-9])?$`";
    L02 Error Rendered
        "every data centre and rack has a name",
        "the CRD does not ask for it, and CassKop builds the names of StatefulSets and pods from it";
    L03 Error Rendered
        "names are unique",
        "CassKop finds data centres and racks by name and always takes the first";
    L04 Error Source
        "every data centre has a rack and the topology is written down",
        "CassKop replaces the whole topology by one data centre with `rack1` as soon as one data centre has no rack";
    L05 Error Rendered
        "the ring's name is a DNS-1035 label and the same in every cluster",
        "it is the name of the headless Service and Cassandra's cluster name; nodes with another cluster name never join";
    L06 Error Rendered
        "generated names fit into 63 characters",
        "the API server refuses the longer StatefulSets, Services and pods that CassKop makes out of it, and CassKop only logs that";
    L07 Error Rendered
        "no two clusters have the same data centre and rack",
        "their pods would have the same names, so that DNS records collide and seeds point to two nodes";
    L08 Warning Rendered
        "a data centre lies in one cluster",
        "CassKop judges disruption budgets, clean-ups and the removal of a data centre by the pods of its own cluster only";
    L09 Error Rendered (Strict)
        "every object has a namespace",
        "applied without one it lands in whatever namespace the tool happens to use";
    L10 Info Rendered
        "the same namespace in every cluster",
        "Multi-CassKop only ever worked in its own namespace; another one means new volumes and new nodes";
    L11 Error Source
        "`nodesPerRacks` is 1 or more",
        "CassKop refuses 0 later and puts the old value back";
    L13 Error Source
        "`maxPodUnavailable` is 1 or more",
        "with 0 the PodDisruptionBudget allows nothing and CassKop changes nothing any more, without saying so";
    L14 Warning Source
        "resources are complete and consistent",
        "CassKop sizes Cassandra's heap by `limits.memory`, and pods whose requests exceed their limits are never created";
    L15 Warning Source
        "quantities are written as Kubernetes stores them",
        "another notation is rewritten, so that the file and the live object never look equal";
    L16 Error Rendered
        "storage is set for the whole ring, not for one data centre",
        "CassKop mounts the data volume only if `spec.dataCapacity` is set; with a capacity at a data centre alone the data lies in the container";
    L17 Warning Rendered
        "the ring has persistent storage",
        "without `dataCapacity` there are no volumes, and a restarted node has lost its data";
    L18 Error Rendered
        "capacity and storage class of a data centre come together",
        "CassKop ignores the class without a capacity, and takes the cluster's default class for a capacity without a class";
    L19 Error Rendered
        "`dataCapacity` is a positive quantity",
        "the CRD's pattern lets anything through and CassKop reads what it cannot parse as 0";
    L20 Error Rendered
        "`storageConfigs` are complete",
        "CassKop ignores them without `dataCapacity`, and the API server refuses incomplete volume claims";
    L21 Error Rendered
        "`autoUpdateSeedList` is off in a ring of several clusters",
        "CassKop would replace the ring's seeds by the names of its own cluster";
    L22 Error Source
        "no action flag lies in Git",
        "CassKop resets `rollingRestart` and `unlockNextOperation` when it has acted; Git sets them again, and the ring restarts for ever";
    L23 Warning Rendered
        "`debug` is off",
        "CassKop then runs `tail -f /dev/null` instead of Cassandra";
    L24 Warning Source
        "CassKop knows every field",
        "the API server keeps an unknown field, and CassKop drops it without a word";
    L25 Error Rendered
        "the server version can be told",
        "CassKop reads it from the image's tag, which fails for a missing tag, `latest`, a digest and 4.x";
    L26 Warning Rendered
        "the server version is one that the config builder knows",
        "cass-config-builder 1.0.4 has no definitions for Cassandra 4.1 and later";
    L27 Warning Rendered
        "the name of a ConfigMap says its version",
        "CassKop does not see that the content of a ConfigMap has changed";
    L30 Error Rendered
        "every seed is a pod of the ring",
        "a node that reaches no seed starts a ring of its own";
    L31 Warning Rendered
        "all clusters have the same seeds in the same order",
        "CassKop compares lists by order, so that another order is a rolling restart";
    L32 Warning Rendered
        "seeds are not expected from `status`",
        "the API server drops a status in a manifest from CassKop 2.3.0 on, and Flux always does";
    L33 Warning Rendered
        "External-DNS finds its annotation",
        "the prefix of the annotation changed with External-DNS 0.22; without the records nodes of other clusters cannot be found";
    L34 Error Source (Invalid)
        "every override belongs to a cluster",
        "an override under a misspelt name is never rendered, and Multi-CassKop ignored it silently";
    L35 Warning Source
        "every override has an effect",
        "Multi-CassKop ignores zero values and nulls in an override, so that the base goes on to apply";
    L36 Warning Source
        "`config` is written in base or override, not in both",
        "Multi-CassKop replaces the whole document; nothing of the base's `config` remains";
    L37 Warning Rendered
        "deleting the object does not delete the data",
        "with `deletePVC` a deleted CassandraCluster takes its volumes with it";
    L39 Warning Source
        "no finalizers, owner references or status in the source",
        "CassKop removes all finalizers when `deletePVC` is off, and nobody reads the rest";
    L47 Info Source
        "images are written down",
        "a default image changes with the version of CassKop that first writes the object";
    L48 Error Source (Invalid)
        "values have the right type",
        "the API server refuses the object, and one wrong type stopped Multi-CassKop for every ring";
    L51 Warning Rendered
        "a data centre does not have exactly two racks",
        "with a replication factor of 3 two racks hold the replicas unevenly, and losing one can lose the quorum";
    L52 Error Source
        "fields belong to the API version",
        "CassKop's version drops the field without a word";
    L53 Warning Rendered
        "Cassandra's cluster name is left to CassKop",
        "nodes with another cluster name never join, so that a difference between clusters splits the ring";
    L54 Error Rendered
        "the bootstrap image is new enough",
        "older images cannot configure this version, or let a node seed itself when DNS fails";
    L56 Error Rendered (Strict)
        "the ConfigMap that the seeds go into is known",
        "the rendered one would replace the user's own ConfigMap of that name, or the seeds would never reach the nodes";
    L57 Warning Rendered
        "seeds do not go by environment variable",
        "CassKop's status flaps between Ongoing and Done for ever, and a changed list restarts the ring twice";
    L58 Error Source
        "`limits` is not empty beside requests",
        "it is stable while the ring runs, but an object that is created again gets other limits";
}

impl RuleId {
    /// The rule's row in the table.
    pub fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }

    /// Reads an ID; upper or lower case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|id| id.as_str().eq_ignore_ascii_case(text))
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for RuleId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_finds_its_own_row() {
        for id in RuleId::ALL {
            assert_eq!(id.rule().id, *id);
            assert_eq!(RuleId::parse(&id.as_str().to_lowercase()), Some(*id));
        }
        assert!(!RuleId::L56.rule().allowable && !RuleId::L34.rule().allowable && RuleId::L48.rule().invalid_input);
    }
}
