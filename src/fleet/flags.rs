//! Command-line flags → a [`Fleet`] of their own, or changes to one that was read.
//!
//! [`Flags`] holds what was typed, unchecked; the command-line layer fills it.
//! What is typed beats everything that a file says. Pure.

use crate::finding::Finding;
use crate::names::{ClusterName, Zone};
use crate::rule::RuleId;
use crate::schema::Versions;

use super::clusters::{Cluster, Clusters};
use super::model::{Allowance, Fleet};
use super::parse::{self, Fault};
use super::setting::Located;

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--local CLUSTER`: the first cluster.
    pub local: Option<String>,
    /// `--remote CLUSTER`: the other clusters, in order.
    pub remotes: Vec<String>,
    /// `--zone CLUSTER=ZONE`
    pub zones: Vec<String>,
    /// `--namespace NAME`, for all clusters.
    pub namespace: Option<String>,
    /// `--casskop-version VERSION`, for all clusters.
    pub casskop_version: Option<String>,
    /// `--engine argocd|flux|other`
    pub engine: Option<String>,
    /// `--merge merge-patch|operator`
    pub merge: Option<String>,
    /// `--seeds auto|none|NAME,NAME`, for all rings.
    pub seeds: Option<String>,
    /// `--seed-delivery configmap|status|env`, for all clusters and rings.
    pub seed_delivery: Option<String>,
    /// `--allow RULE` or `--allow all`
    pub allow: Vec<String>,
}

/// Reason of an allowance that was typed.
const TYPED: &str = "allowed on the command line";

impl Flags {
    /// Whether clusters were typed, so that the flags make a fleet of their own.
    pub fn name_clusters(&self) -> bool {
        self.local.is_some() || !self.remotes.is_empty()
    }

    /// The fleet that the flags describe: `--local` first, then each
    /// `--remote`, as Multi-CassKop orders them.
    ///
    /// # Errors
    /// All that is wrong with what was typed.
    pub fn fleet(&self) -> Result<Fleet, Vec<Finding>> {
        let mut findings = Vec::new();
        let local = self.local.iter().map(|name| ("--local", name));
        let clusters: Vec<_> = local
            .chain(self.remotes.iter().map(|name| ("--remote", name)))
            .filter_map(|(flag, name)| ok(&mut findings, flag, parse::cluster(name)))
            .map(|name| Cluster::new(name, None))
            .collect();
        if !findings.is_empty() {
            return Err(findings);
        }
        self.apply(Fleet::of(Clusters::new(clusters)?))
    }

    /// Writes what was typed over the settings of a fleet; `--local` and
    /// `--remote` are not looked at.
    ///
    /// # Errors
    /// All that is wrong with what was typed.
    pub fn apply(&self, mut fleet: Fleet) -> Result<Fleet, Vec<Finding>> {
        let mut findings = Vec::new();
        let mut take = Taker(&mut findings);
        if let Some(versions) =
            take.one("--casskop-version", self.casskop_version.as_ref(), |text| parse::release(text).map(Versions::one))
        {
            fleet.versions = Some(versions);
            fleet.clusters.iter_mut().for_each(|cluster| cluster.versions = None);
        }
        if let Some(namespace) = take.one("--namespace", self.namespace.as_ref(), parse::namespace) {
            fleet.clusters.iter_mut().for_each(|cluster| cluster.namespace = Some(namespace.clone()));
        }
        if let Some(delivery) = take.one("--seed-delivery", self.seed_delivery.as_ref(), parse::choice) {
            fleet.seed_delivery = Some(delivery);
            fleet.clusters.iter_mut().for_each(|cluster| cluster.seed_delivery = None);
            fleet.rings.iter_mut().for_each(|ring| ring.seed_delivery = None);
        }
        fleet.engine = take.one("--engine", self.engine.as_ref(), parse::choice).or(fleet.engine);
        fleet.merge = take.one("--merge", self.merge.as_ref(), parse::choice).or(fleet.merge);
        fleet.seeds = take.one("--seeds", self.seeds.as_ref(), parse::seeds).or(fleet.seeds);
        self.apply_zones(&mut fleet, &mut findings);
        self.apply_allowances(&mut fleet, &mut findings);
        if findings.is_empty() { Ok(fleet) } else { Err(findings) }
    }

    fn apply_zones(&self, fleet: &mut Fleet, findings: &mut Vec<Finding>) {
        let names: Vec<_> = fleet.clusters.iter().map(|cluster| cluster.name.clone()).collect();
        let typed: Vec<_> = self.zones.iter().filter_map(|text| ok(findings, "--zone", zone(text, &names))).collect();
        for (at, (cluster, zone)) in typed.iter().enumerate() {
            if let Some((_, first)) = typed[..at].iter().find(|(name, _)| name == cluster) {
                findings.push(
                    Finding::invalid(format!("--zone: cluster `{cluster}` gets two zones, `{first}` and `{zone}`"))
                        .why("the names of its nodes, which are the seeds, end in one zone")
                        .fix("type --zone once per cluster"),
                );
            }
        }
        for (name, zone) in typed {
            fleet.rings.iter_mut().for_each(|ring| ring.zones.retain(|(cluster, _)| *cluster != name));
            if let Some(cluster) = fleet.clusters.iter_mut().find(|cluster| cluster.name == name) {
                cluster.zone = Some(Located::typed(zone));
            }
        }
    }

    fn apply_allowances(&self, fleet: &mut Fleet, findings: &mut Vec<Finding>) {
        for text in &self.allow {
            let rules = if text == "all" {
                RuleId::ALL.iter().copied().filter(|rule| rule.rule().allowable).collect()
            } else {
                Vec::from_iter(ok(findings, "--allow", parse::allowable(text)))
            };
            fleet.allowances.extend(rules.into_iter().map(|rule| Allowance {
                rule,
                ring: None,
                cluster: None,
                path: None,
                reason: TYPED.to_owned(),
                until: None,
                span: None,
            }));
        }
    }
}

/// Reads flags that are typed at most once.
struct Taker<'a>(&'a mut Vec<Finding>);

impl Taker<'_> {
    fn one<T>(&mut self, flag: &str, typed: Option<&String>, parse: impl FnOnce(&str) -> Result<T, Fault>) -> Option<Located<T>> {
        ok(self.0, flag, parse(typed?)).map(Located::typed)
    }
}

/// The value, if there is one; what is wrong goes to the findings, with the flag's name.
fn ok<T>(findings: &mut Vec<Finding>, flag: &str, result: Result<T, Fault>) -> Option<T> {
    result
        .map_err(|fault| {
            let finding = fault.finding();
            findings.push(Finding { message: format!("{flag}: {}", finding.message), ..finding });
        })
        .ok()
}

/// `CLUSTER=ZONE`
fn zone(text: &str, clusters: &[ClusterName]) -> Result<(ClusterName, Zone), Fault> {
    let Some((cluster, zone)) = text.split_once('=') else { return Err(parse::no_pair(text)) };
    Ok((parse::known_cluster(cluster, Some(clusters))?, parse::zone(zone)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::{Delivery, Engine, MergeMode, RingSettings, Seeds};
    use crate::names::{Namespace, RingName};
    use crate::schema::Release;

    fn two_clusters() -> Flags {
        Flags { local: Some("eu".to_owned()), remotes: vec!["us".to_owned()], ..Flags::default() }
    }

    fn messages(result: Result<Fleet, Vec<Finding>>) -> Vec<String> {
        result.unwrap_err().into_iter().map(|finding| format!("{}; {}", finding.message, finding.fix)).collect()
    }

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_local_cluster_comes_first_and_remotes_keep_their_order() {
        let flags = Flags { remotes: strings(&["us", "asia"]), ..two_clusters() };
        let fleet = flags.fleet().unwrap();
        let waves: Vec<_> = fleet.clusters.with_waves().map(|(cluster, wave)| (cluster.name.as_str(), wave)).collect();
        assert_eq!(waves, [("eu", 0), ("us", 10), ("asia", 20)]);
        assert!(fleet.name.is_none());
    }

    #[test]
    fn no_cluster_a_bad_one_and_one_twice_are_refused() {
        assert!(!Flags::default().name_clusters());
        assert_eq!(Flags::default().fleet().unwrap_err().len(), 1);
        let flags = Flags { remotes: strings(&["eu"]), ..two_clusters() };
        assert_eq!(flags.fleet().unwrap_err()[0].message, "the cluster `eu` is listed twice");
        let flags = Flags { remotes: strings(&["../us", "-x"]), ..two_clusters() };
        assert_eq!(flags.fleet().unwrap_err().len(), 2);
    }

    #[test]
    fn what_is_typed_beats_cluster_and_ring() {
        let mut fleet = two_clusters().fleet().unwrap();
        let ring = RingName::new("demo").unwrap();
        let cluster = ClusterName::new("eu").unwrap();
        let old = Versions::one(Release::LAST_V1ALPHA1);
        let zone = |text| Located::typed(Zone::new(text).unwrap());
        for cluster in fleet.clusters.iter_mut() {
            cluster.versions = Some(Located::typed(old));
            cluster.namespace = Some(Located::typed(Namespace::new("old").unwrap()));
            cluster.seed_delivery = Some(Located::typed(Delivery::Status));
        }
        fleet.rings.push(RingSettings {
            name: ring.clone(),
            span: None,
            seeds: Some(Located::typed(Seeds::Auto)),
            zones: vec![(cluster.clone(), zone("ring.example.net"))],
            seed_delivery: Some(Located::typed(Delivery::Status)),
        });
        let flags = Flags {
            zones: strings(&["eu=typed.example.net."]),
            namespace: Some("db".to_owned()),
            casskop_version: Some("2.3.4".to_owned()),
            engine: Some("flux".to_owned()),
            merge: Some("operator".to_owned()),
            seeds: Some("none".to_owned()),
            seed_delivery: Some("env".to_owned()),
            ..Flags::default()
        };
        let fleet = flags.apply(fleet).unwrap();
        let cluster = fleet.clusters.get(&cluster).unwrap();
        assert_eq!(fleet.zone(&ring, cluster), Some(&zone("typed.example.net")));
        assert_eq!(fleet.versions(cluster).map(|versions| versions.value), Some(Versions::one(Release::NEWEST)));
        assert_eq!(fleet.seed_delivery(&ring, cluster).map(|delivery| delivery.value), Some(Delivery::Env));
        assert_eq!(fleet.seeds(&ring).map(|seeds| &seeds.value), Some(&Seeds::None));
        assert_eq!(cluster.namespace.as_ref().map(|name| name.value.as_str()), Some("db"));
        assert_eq!(fleet.engine.map(|engine| engine.value), Some(Engine::Flux));
        assert_eq!(fleet.merge.map(|merge| merge.value), Some(MergeMode::Operator));
    }

    #[test]
    fn nothing_typed_changes_nothing() {
        let flags = Flags { engine: Some("argocd".to_owned()), allow: strings(&["L17"]), ..two_clusters() };
        let fleet = flags.fleet().unwrap();
        let same = Flags::default().apply(fleet.clone()).unwrap();
        assert_eq!(format!("{same:?}"), format!("{fleet:?}"));
    }

    #[test]
    fn all_allows_what_may_be_allowed_and_no_more() {
        let flags = Flags { allow: strings(&["all"]), ..two_clusters() };
        let rules: Vec<_> = flags.fleet().unwrap().allowances.iter().map(|allowance| allowance.rule).collect();
        assert!(rules.contains(&RuleId::L17));
        assert!(rules.iter().all(|rule| rule.rule().allowable));
        assert_eq!(rules.len(), RuleId::ALL.iter().filter(|rule| rule.rule().allowable).count());
    }

    #[test]
    fn all_that_is_wrong_is_said_with_the_flag() {
        let flags = Flags {
            zones: strings(&["eu", "ue=a.b", "eu=A", "us=a.b", "us=c.d"]),
            namespace: Some("a.b".to_owned()),
            casskop_version: Some("2.3".to_owned()),
            engine: Some("argo".to_owned()),
            seeds: Some("a b".to_owned()),
            allow: strings(&["L56", "L7", "everything"]),
            ..two_clusters()
        };
        insta::assert_snapshot!(messages(flags.fleet()).join("\n"), @"
        --casskop-version: `2.3` is no CassKop version: write three numbers, such as 2.3.4; write the version of CassKop that runs in the cluster
        --namespace: the namespace `a.b` must be a DNS-1123 label: at most 63 characters of a-z, 0-9 and `-`, beginning and ending with a letter or digit; write another name
        --engine: `argo` is no engine; did you mean `argocd`?
        --seeds: `a b` is no host name or address; write one name or address per element
        --zone: `eu` is no CLUSTER=ZONE; write for instance k8s-cluster1=eu.example.net
        --zone: the fleet has no cluster `ue`; did you mean `eu`?
        --zone: the zone `A` must be a DNS name such as eu.example.net: labels of a-z, 0-9 and `-`, at most 63 characters each, joined by `.`; write another name
        --zone: cluster `us` gets two zones, `a.b` and `c.d`; type --zone once per cluster
        --allow: rule L56 cannot be allowed; mend what it finds; see `multicasskop explain L56`
        --allow: there is no rule `L7`; did you mean `L07`?
        --allow: there is no rule `everything`; write one of: L01, L02, L03, L04, L05, L06, L07, L08, L09, L10, L11, L13, L14, L15, L16, L17, L18, L19, L20, L21, L22, L23, L24, L25, L26, L27, L30, L31, L32, L33, L34, L35, L36, L37, L39, L47, L48, L51, L52, L53, L54, L56, L57, L58
        ");
    }
}
