//! Texts → settings, the same for the fleet file and for flags.
//!
//! Each function gives a value or a [`Fault`], which knows nothing of where
//! the text stood. Pure.

use jiff::civil::Date;

use crate::finding::Finding;
use crate::names::{BadName, ClusterName, FleetName, Namespace, ObjectName, RingName, Zone, nearest};
use crate::rule::RuleId;
use crate::schema::{Release, Versions};

use super::model::Seeds;
use super::setting::{Choice, Located};

/// What is wrong with a text, wherever it stands.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    /// One sentence about the text.
    pub message: String,
    /// Why it matters.
    pub why: &'static str,
    /// What to do.
    pub fix: String,
    /// What to write instead, where that is clear.
    pub instead: Option<String>,
}

impl Fault {
    fn new(message: impl Into<String>, why: &'static str, fix: impl Into<String>) -> Self {
        Self { message: message.into(), why, fix: fix.into(), instead: None }
    }

    /// A text that is none of a list; suggests the nearest.
    fn unlisted<'a>(
        message: impl Into<String>,
        why: &'static str,
        typed: &str,
        known: impl Iterator<Item = &'a str> + Clone,
    ) -> Self {
        let near = nearest(typed, known.clone());
        let fix = match near {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("write one of: {}", known.collect::<Vec<_>>().join(", ")),
        };
        Self { instead: near.map(str::to_owned), ..Self::new(message, why, fix) }
    }

    /// The finding, without a place.
    pub(super) fn finding(self) -> Finding {
        Finding::invalid(self.message).why(self.why).fix(self.fix)
    }
}

/// A value of a fixed list.
pub(super) fn choice<T: Choice>(text: &str) -> Result<T, Fault> {
    let found = T::ALL.iter().copied().find(|value| value.as_str() == text);
    found.ok_or_else(|| {
        let known = T::ALL.iter().map(|value| value.as_str());
        Fault::unlisted(format!("`{text}` is no {}", T::WHAT), "it decides what is rendered", text, known)
    })
}

fn name<T>(what: &str, check: fn(&str) -> Result<T, BadName>) -> impl Fn(&str) -> Result<T, Fault> {
    move |text| {
        check(text).map_err(|bad| {
            Fault::new(
                format!("the {what} `{text}` {bad}"),
                "names end up in files, Kubernetes objects and DNS, which take nothing else",
                "write another name",
            )
        })
    }
}

/// A cluster's name.
pub(super) fn cluster(text: &str) -> Result<ClusterName, Fault> {
    name("cluster name", ClusterName::new)(text)
}

/// A ring's name.
pub(super) fn ring(text: &str) -> Result<RingName, Fault> {
    name("ring name", RingName::new)(text)
}

/// A namespace.
pub(super) fn namespace(text: &str) -> Result<Namespace, Fault> {
    name("namespace", Namespace::new)(text)
}

/// The name of an object in a cluster.
pub(super) fn object(text: &str) -> Result<ObjectName, Fault> {
    name("object name", ObjectName::new)(text)
}

/// A kind of object that is compared with the tree.
pub(super) fn resource(text: &str) -> Result<String, Fault> {
    const KINDS: [&str; 2] = ["CassandraCluster", "ConfigMap"];
    let known = KINDS.iter().copied();
    known.clone().find(|kind| *kind == text).map(str::to_owned).ok_or_else(|| {
        Fault::unlisted(format!("`{text}` is no kind of object that is compared"), "the rule would match nothing", text, known)
    })
}

/// A DNS zone.
pub(super) fn zone(text: &str) -> Result<Zone, Fault> {
    name("zone", Zone::new)(text)
}

/// The fleet's name.
pub(super) fn fleet(text: &str) -> Result<FleetName, Fault> {
    name("fleet name", FleetName::new)(text)
}

/// One of the fleet's clusters; any, if those could not be read.
pub(super) fn known_cluster(text: &str, known: Option<&[ClusterName]>) -> Result<ClusterName, Fault> {
    let Some(known) = known else { return cluster(text) };
    known.iter().find(|name| name.as_str() == text).cloned().ok_or_else(|| {
        let message = format!("the fleet has no cluster `{text}`");
        Fault::unlisted(message, "the setting would have no effect", text, known.iter().map(ClusterName::as_str))
    })
}

/// What is wrong with a `--zone` that is no pair.
pub(super) fn no_pair(text: &str) -> Fault {
    let why = "a zone belongs to a cluster";
    Fault::new(format!("`{text}` is no CLUSTER=ZONE"), why, "write for instance k8s-cluster1=eu.example.net")
}

/// A release of `CassKop`.
pub(super) fn release(text: &str) -> Result<Release, Fault> {
    Release::parse(text).map_err(|bad| {
        let why = "types, default images and the CRD differ from version to version";
        Fault::new(format!("`{text}` {bad}"), why, "write the version of CassKop that runs in the cluster")
    })
}

/// Two releases, the second not older than the first.
pub(super) fn upgrade(from: Release, to: Release) -> Result<Versions, Fault> {
    if from <= to {
        return Ok(Versions { from, to });
    }
    Err(Fault::new(
        format!("the upgrade goes down, from {from} to {to}"),
        "what CassKop makes of the new fields is lost when an older one takes over",
        format!("write `{{from: {to}, to: {from}}}`, or the one version that runs"),
    ))
}

/// A rule that may be allowed.
pub(super) fn allowable(text: &str) -> Result<RuleId, Fault> {
    let Some(rule) = RuleId::parse(text) else {
        return Err(no_rule(text));
    };
    if rule.rule().allowable {
        return Ok(rule);
    }
    let why = rule.rule().why;
    Err(Fault::new(
        format!("rule {rule} cannot be allowed"),
        why,
        format!("mend what it finds; see `multicasskop explain {rule}`"),
    ))
}

fn no_rule(text: &str) -> Fault {
    let why = "an allowance for no rule allows nothing";
    let message = format!("there is no rule `{text}`");
    // The nearest text is often just another rule; only the number tells which was meant.
    let number: String = text.chars().filter(char::is_ascii_digit).collect();
    let meant = number.parse::<u8>().ok().and_then(|number| RuleId::parse(&format!("L{number:02}")));
    if let Some(rule) = meant {
        return Fault { instead: Some(rule.to_string()), ..Fault::new(message, why, format!("did you mean `{rule}`?")) };
    }
    let known: Vec<_> = RuleId::ALL.iter().map(|rule| rule.as_str()).collect();
    Fault::new(message, why, format!("write one of: {}", known.join(", ")))
}

/// A day, as `2027-01-31`.
pub(super) fn date(text: &str) -> Result<Date, Fault> {
    // The parser of dates takes times and other notations too.
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    plain.then(|| text.parse().ok()).flatten().ok_or_else(|| {
        let why = "what is accepted ends after its day, so the day must be clear";
        Fault::new(format!("`{text}` is no date"), why, "write year, month and day, for instance 2027-01-31")
    })
}

/// The name or address of one seed.
pub(super) fn seed(text: &str) -> Result<String, Fault> {
    let good = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte));
    good.then(|| text.to_owned()).ok_or_else(|| {
        let why = "nodes that cannot read their seeds start rings of their own";
        Fault::new(format!("`{text}` is no host name or address"), why, "write one name or address per element")
    })
}

/// `auto` or `none`; anything else is for the caller.
pub(super) fn seeds_word(text: &str) -> Option<Seeds> {
    match text {
        "auto" => Some(Seeds::Auto),
        "none" => Some(Seeds::None),
        _ => None,
    }
}

/// Seeds as one text: `auto`, `none`, or names joined by commas.
pub(super) fn seeds(text: &str) -> Result<Seeds, Fault> {
    seeds_word(text).map_or_else(
        || text.split(',').map(|part| seed(part.trim()).map(Located::typed)).collect::<Result<_, _>>().map(Seeds::List),
        Ok,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::{Engine, MergeMode};

    #[test]
    fn a_misspelt_choice_gets_the_nearest_and_a_strange_one_the_list() {
        assert_eq!(choice::<Engine>("flux").unwrap(), Engine::Flux);
        assert_eq!(choice::<MergeMode>("mergepatch").unwrap_err().instead.as_deref(), Some("merge-patch"));
        assert_eq!(choice::<Engine>("spinnaker").unwrap_err().fix, "write one of: argocd, flux, other");
    }

    #[test]
    fn only_rules_that_may_be_allowed_are() {
        assert_eq!(allowable("l17"), Ok(RuleId::L17));
        assert_eq!(allowable("L56").unwrap_err().message, "rule L56 cannot be allowed");
        assert_eq!(allowable("L34").unwrap_err().message, "rule L34 cannot be allowed");
        for meant in ["17", "L017", "l-17", "L17:"] {
            assert_eq!(allowable(meant).unwrap_err().instead.as_deref(), Some("L17"));
        }
        assert_eq!(allowable("L99").unwrap_err().message, "there is no rule `L99`");
        assert_eq!(allowable("L99").unwrap_err().instead, None);
    }

    #[test]
    fn dates_have_one_notation() {
        assert!(date("2027-01-31").is_ok());
        for bad in ["2027-02-30", "20270131", "2027-1-31", "31.01.2027", "2027-01-31T00:00", "", "soon"] {
            assert!(date(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn seeds_are_a_word_or_a_list() {
        assert_eq!(seeds("auto"), Ok(Seeds::Auto));
        assert_eq!(seeds("none"), Ok(Seeds::None));
        let list = ["a.b", "10.0.0.1"].map(|name| Located::typed(name.to_owned()));
        assert_eq!(seeds("a.b, 10.0.0.1"), Ok(Seeds::List(list.into())));
        for bad in ["", "a,,b", "a b", "$(reboot)", "a,"] {
            assert!(seeds(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_upgrade_does_not_go_down() {
        let at = |text| release(text).unwrap();
        assert!(upgrade(at("2.2.9"), at("2.3.4")).is_ok());
        assert!(upgrade(at("2.3.4"), at("2.3.4")).is_ok());
        assert!(upgrade(at("2.3.4"), at("2.2.9")).is_err());
        assert!(release("2.0.1").is_err());
    }
}
