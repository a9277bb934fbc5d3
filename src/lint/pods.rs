//! L30: whether written seeds are pods of the ring.
//!
//! A list that was not computed is held against the racks that will be
//! rendered: each seed must be `<pod>.<zone>` of a pod that is to exist, and each
//! data centre with nodes must have one. Pods are never listed, only parsed, so
//! that an absurd number of nodes costs nothing. Pure.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::ring::{Part, name, racks};
use crate::seeds::resolve::{would_be, zone};
use crate::seeds::{Origin, Seed};

use super::Context;
use crate::rule::RuleId;

/// A rack that is to have nodes.
struct Rack<'a> {
    dc: &'a str,
    /// `<dc>-<rack>`
    name: String,
    nodes: u64,
    /// Of its cluster, if it is known.
    zone: Option<String>,
}

/// The ring as far as names of pods go.
struct Pods<'a> {
    ring: &'a str,
    racks: Vec<Rack<'a>>,
    /// Whether names that resolve only inside a cluster will do.
    one_cluster: bool,
}

/// L30, for lists that were not computed.
pub(super) fn written_seeds(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Context { fleet, expanded, seeds, .. } = context;
    let (what, path) = match seeds.origin {
        Origin::Stated => ("`seeds`", "seeds"),
        Origin::Status => ("`status.seedlist`", "status.seedlist"),
        Origin::Computed | Origin::None | Origin::Single => return,
    };
    let pods = Pods::of(context);
    for (part, list) in expanded.parts.iter().zip(&seeds.lists) {
        let about = if list.is_empty() { no_list(part) } else { pods.judge(list, what) };
        let Some(about) = about else { continue };
        let instead = match (seeds.origin, would_be(fleet, expanded)) {
            (Origin::Status, Some(list)) => {
                format!("remove `status.seedlist` and the list is computed, or say so with `--seeds auto`: {}", in_words(&list))
            }
            (_, Some(list)) => format!("write `seeds: auto` and the list is computed: {}", in_words(&list)),
            (_, None) => "state the DNS zone of each cluster (`zone:` in the fleet file, or `--zone CLUSTER=ZONE`) and let the list be computed with `seeds: auto`".to_owned(),
        };
        findings.push(about.path(path).fix(instead).remedy("--seeds", "auto").cluster(&part.cluster.name));
    }
}

fn in_words(list: &[String]) -> String {
    list.iter().map(|host| format!("`{host}`")).collect::<Vec<_>>().join(", ")
}

fn no_list(part: &Part<'_>) -> Option<Finding> {
    let wanted = part.has_nodes();
    wanted.then(|| {
        Finding::rule(RuleId::L30, "`status.seedlist` is written for other clusters of the ring, but not for this one")
            .at(part.over.key_span, "this cluster has no seeds")
    })
}

/// The ordinal and the rest of a host name that begins with a pod of a rack.
fn after<'h>(host: &'h str, ring: &str, rack: &str) -> Option<(u64, &'h str)> {
    let rest = host.strip_prefix(ring)?.strip_prefix('-')?.strip_prefix(rack)?.strip_prefix('-')?;
    let (ordinal, rest) = rest.split_once('.').unwrap_or((rest, ""));
    Some((ordinal_of(ordinal)?, rest))
}

fn ordinal_of(text: &str) -> Option<u64> {
    let number = text.parse::<u64>().ok()?;
    (number.to_string() == text).then_some(number)
}

impl<'a> Pods<'a> {
    fn of(context: &Context<'a>) -> Self {
        let Context { fleet, expanded, .. } = context;
        let mut found = Vec::new();
        for part in &expanded.parts {
            let zone = zone(fleet, expanded, part).map(|(zone, _)| zone);
            for dc in part.dcs() {
                let nodes = u64::try_from(part.nodes(dc)).unwrap_or(0);
                let rack = |rack| Rack { dc: name(dc), name: format!("{}-{}", name(dc), name(rack)), nodes, zone: zone.clone() };
                found.extend(racks(dc).iter().filter(|_| nodes > 0).map(rack));
            }
        }
        Self { ring: expanded.ring.name.as_str(), racks: found, one_cluster: expanded.parts.len() < 2 }
    }

    fn judge(&self, list: &[Seed], what: &str) -> Option<Finding> {
        let mut covered = BTreeSet::new();
        let mut wrong = Vec::new();
        for seed in list {
            match self.rack_of(&seed.host) {
                Ok(rack) => _ = covered.insert(rack.dc),
                Err(reason) => wrong.push((seed.span, reason)),
            }
        }
        if !wrong.is_empty() {
            let (start, end) = match (wrong.len(), list.len()) {
                (1, 1) => ("the seed".to_owned(), "is no pod"),
                (wrong, all) if wrong == all => (format!("none of the {all} seeds"), "is a pod"),
                (1, all) => (format!("1 of the {all} seeds"), "is no pod"),
                (wrong, all) => (format!("{wrong} of the {all} seeds"), "are no pods"),
            };
            let message = format!("{start} in {what} {end} of the ring `{}`", self.ring);
            let finding = Finding::rule(RuleId::L30, message);
            return Some(wrong.into_iter().fold(finding, |finding, (span, reason)| finding.at(span, reason)));
        }
        let missing: BTreeSet<_> = self.racks.iter().map(|rack| rack.dc).filter(|dc| !covered.contains(dc)).collect();
        let names: Vec<_> = missing.into_iter().map(|dc| format!("`{dc}`")).collect();
        (!names.is_empty()).then(|| {
            Finding::rule(RuleId::L30, format!("no seed of {what} lies in data centre {}", names.join(", ")))
                .at(list.first().and_then(|seed| seed.span), "the list begins here")
                .why("its nodes find the ring only while another data centre answers")
        })
    }

    /// The rack of the pod that a host is, or why it is none.
    fn rack_of(&self, host: &str) -> Result<&Rack<'a>, String> {
        let host = host.strip_suffix('.').unwrap_or(host);
        let mut reason = None;
        for rack in &self.racks {
            let Some((ordinal, rest)) = after(host, self.ring, &rack.name) else { continue };
            if ordinal >= rack.nodes {
                let nodes = if rack.nodes == 1 { "1 node".to_owned() } else { format!("{} nodes", rack.nodes) };
                reason.get_or_insert(format!("`{}` has {nodes}, numbered from 0", rack.name));
                continue;
            }
            match self.reachable(rack, rest) {
                Ok(()) => return Ok(rack),
                Err(why) => _ = reason.get_or_insert(self.instead(rack, ordinal, why)),
            }
        }
        Err(reason
            .or_else(|| self.almost(host))
            .unwrap_or_else(|| format!("pods are called `{}-<dc>-<rack>-<number>`", self.ring)))
    }

    /// Whether nodes can reach a pod under this domain.
    fn reachable(&self, rack: &Rack<'_>, domain: &str) -> Result<(), &'static str> {
        let inside = domain.strip_prefix(self.ring).is_some_and(|rest| rest.starts_with('.'));
        match &rack.zone {
            Some(zone) if domain == zone => Ok(()),
            _ if inside && self.one_cluster => Ok(()),
            _ if inside => Err("this name resolves in its own cluster only"),
            None if !domain.is_empty() => Ok(()),
            _ if domain.is_empty() => Err("its zone is missing"),
            _ => Err("its zone is another one"),
        }
    }

    fn instead(&self, rack: &Rack<'_>, ordinal: u64, why: &str) -> String {
        match &rack.zone {
            Some(zone) => format!("{why}: write `{}-{}-{ordinal}.{zone}`", self.ring, rack.name),
            None => why.to_owned(),
        }
    }

    /// The same rack and number in a ring of another name.
    fn almost(&self, host: &str) -> Option<String> {
        let pod = host.split('.').next()?;
        let (rest, ordinal) = pod.rsplit_once('-')?;
        let ordinal = ordinal_of(ordinal)?;
        let of = |rack: &&Rack<'_>| rest.strip_suffix(rack.name.as_str()).is_some_and(|ring| ring.ends_with('-'));
        let rack = self.racks.iter().find(|rack| of(rack) && ordinal < rack.nodes)?;
        let zone = rack.zone.as_ref().map(|zone| format!(".{zone}")).unwrap_or_default();
        Some(format!("did you mean `{}-{}-{ordinal}{zone}`?", self.ring, rack.name))
    }
}
