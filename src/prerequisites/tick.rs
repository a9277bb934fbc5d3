//! A list and what was seen of a live cluster → which items are there. Pure.
//!
//! Three answers and no fourth: there, missing, not checked. An item is there or missing
//! only if the cluster said so.

use std::collections::BTreeSet;

use super::ask::{Answers, Question, first};
use super::model::{ClusterPrerequisites, Prerequisite, Subject};
use super::taints::{Toleration, keeps_off};
use super::verdict::{State, Verdict};
use super::{operator, policies};
use crate::observed::{Answer, CrdFacts, Denied, TroubleKind};
use crate::schema::Release;
use crate::tree::Node;

/// A verdict for each item of a list, in its order.
pub fn tick(list: &ClusterPrerequisites, answers: &Answers, crd: &Answer<CrdFacts>) -> Vec<Verdict> {
    list.items.iter().map(|item| one(item, list, answers, crd)).collect()
}

fn one(item: &Prerequisite, list: &ClusterPrerequisites, answers: &Answers, crd: &Answer<CrdFacts>) -> Verdict {
    if let Subject::Crd { serves, status_subresource } = &item.subject {
        // During an upgrade the next one may be there already: it comes before the operator.
        let next = list.items.iter().filter_map(|item| match &item.subject {
            Subject::Casskop { next: Some(next), .. } => Release::parse(next).ok().map(Release::profile),
            _ => None,
        });
        let next = next.map(|profile| (version_of(profile.api_version()), profile.status_subresource()));
        let fitting: Vec<_> = std::iter::once((*serves, *status_subresource)).chain(next).collect();
        return definition(crd, &fitting);
    }
    let Some(question) = first(item) else {
        let invisible =
            matches!(item.subject, Subject::IpPool | Subject::DnsZone { .. } | Subject::Ports { .. } | Subject::Image { .. });
        let detail = if invisible { "the API server does not show it" } else { "the ring states no namespace" };
        return Verdict { invisible, ..Verdict::unseen(detail) };
    };
    let found = match answer(answers, &question) {
        Ok(found) => found,
        Err(verdict) => return verdict,
    };
    match &item.subject {
        Subject::Casskop { version, next } => {
            let wanted: Vec<_> = [Some(version), next.as_ref()].into_iter().flatten().map(String::as_str).collect();
            let namespace = item.namespace.as_deref().unwrap_or_default();
            if operator::any(found, namespace) {
                return operator::judge(found, namespace, &wanted);
            }
            match answer(answers, &Question { namespace: None, ..question.clone() }) {
                Ok(all) => operator::judge(all, namespace, &wanted),
                Err(verdict) => Verdict { detail: format!("none runs in the namespace; {}", verdict.detail), ..verdict },
            }
        }
        Subject::KubernetesNodes { count, tolerations, .. } => nodes(found, *count, tolerations),
        Subject::NetworkPolicy { .. } => policies::judge(found, &item.name),
        Subject::StorageClass if item.name.is_empty() => default_class(found),
        Subject::ConfigMap { rendered: true, .. } if found.is_empty() => {
            Verdict::unseen("not there yet; it comes with the rendered files")
        }
        subject => object(subject, found),
    }
}

/// What was found, or the verdict where that is not known.
fn answer<'a>(answers: &'a Answers, question: &Question) -> Result<&'a [Node], Verdict> {
    match answers.get(question) {
        Some(Answer::Got(found)) => Ok(found),
        Some(Answer::Denied(denied)) => Err(Verdict::unseen(right(denied))),
        Some(Answer::Failed(trouble)) => Err(Verdict { failed: true, ..Verdict::unseen(trouble.message.clone()) }),
        Some(Answer::NotAsked) | None => Err(Verdict::unseen("it was not asked for")),
    }
}

/// The right that would show it.
fn right(denied: &Denied) -> String {
    let Denied { verb, resource, namespace } = denied;
    let place = namespace.as_ref().map_or_else(|| "in the whole cluster".to_owned(), |name| format!("in namespace `{name}`"));
    format!("the right to `{verb}` `{resource}` {place} would show it")
}

/// `v2` of `db.orange.com/v2`.
fn version_of(api_version: &'static str) -> &'static str {
    api_version.rsplit('/').next().unwrap_or_default()
}

/// Judges the definition; `fitting` are the versions that it may serve, with or without the subresource.
fn definition(crd: &Answer<CrdFacts>, fitting: &[(&str, bool)]) -> Verdict {
    match crd {
        Answer::Got(facts) => {
            let has = if facts.status_subresource { "with" } else { "without" };
            let detail = format!("serves {}, {has} the status subresource", facts.served.join(", "));
            let serves = |wanted: &str| facts.served.iter().any(|version| version == wanted);
            let fits = fitting.iter().any(|(version, status)| serves(version) && facts.status_subresource == *status);
            Verdict::new(if fits { State::There } else { State::Missing }, detail)
        }
        Answer::Failed(trouble) if trouble.kind == TroubleKind::NoCrd => Verdict::new(State::Missing, "not there"),
        Answer::Failed(trouble) => Verdict { failed: true, ..Verdict::unseen(trouble.message.clone()) },
        Answer::Denied(denied) => Verdict::unseen(right(denied)),
        Answer::NotAsked => Verdict::unseen("it was not asked for"),
    }
}

fn nodes(found: &[Node], count: u64, tolerations: &[Toleration]) -> Verdict {
    let number = |all: usize| u64::try_from(all).unwrap_or(u64::MAX);
    let open = |node: &&Node| node.at(&["spec", "unschedulable"]).and_then(Node::as_bool) != Some(true);
    let off = |node: &&Node| keeps_off(node, tolerations).is_none();
    let (all, uncordoned) = (number(found.len()), number(found.iter().filter(open).count()));
    let free = number(found.iter().filter(open).filter(off).count());
    let detail = format!("{all} with these labels, {count} needed");
    if all < count {
        return Verdict::new(State::Missing, detail);
    }
    // Pods that run on the others stay; new ones do not come.
    if uncordoned < count {
        return Verdict::unseen(format!("{detail}, but only {uncordoned} of them are not cordoned"));
    }
    let taints: BTreeSet<_> = found.iter().filter_map(|node| keeps_off(node, tolerations)).collect();
    let taints = taints.into_iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
    if free < count {
        return Verdict::unseen(format!("{detail}, but only {free} without taints that its pods do not tolerate: {taints}"));
    }
    Verdict::new(State::There, detail)
}

fn default_class(found: &[Node]) -> Verdict {
    const MARK: &str = "storageclass.kubernetes.io/is-default-class";
    let is_default = |class: &&Node| class.at(&["metadata", "annotations", MARK]).and_then(Node::as_str) == Some("true");
    match found.iter().find(is_default).and_then(|class| class.at(&["metadata", "name"])).and_then(Node::as_str) {
        Some(name) => Verdict::new(State::There, format!("`{name}` is the default")),
        None => Verdict::new(State::Missing, "no class is marked as the default"),
    }
}

/// An object that only has to be there, with its keys.
fn object(subject: &Subject, found: &[Node]) -> Verdict {
    let Some(object) = found.first() else { return Verdict::new(State::Missing, "not there") };
    match subject {
        Subject::Secret { keys } | Subject::ConfigMap { keys, .. } => {
            let has = |key: &&String| ["data", "binaryData"].iter().any(|part| object.at(&[part, key]).is_some());
            let lacking: Vec<_> = keys.iter().filter(|key| !has(key)).map(|key| format!("`{key}`")).collect();
            if lacking.is_empty() {
                Verdict::new(State::There, "there")
            } else {
                Verdict::new(State::Missing, format!("there, but without the key {}", lacking.join(", ")))
            }
        }
        Subject::Namespace { .. } if object.at(&["metadata", "deletionTimestamp"]).is_some() => {
            Verdict::new(State::Missing, "it is being deleted")
        }
        _ => Verdict::new(State::There, "there"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::ClusterName;
    use crate::observed::Trouble;

    fn item(subject: Subject, namespace: Option<&str>) -> Prerequisite {
        let (id, name, what, why) = (String::new(), "x".to_owned(), String::new(), String::new());
        Prerequisite { id, subject, namespace: namespace.map(str::to_owned), name, what, why, needs: Vec::new() }
    }

    fn ticked(items: Vec<Prerequisite>, answers: &Answers, crd: &Answer<CrdFacts>) -> Vec<Verdict> {
        tick(&ClusterPrerequisites { cluster: ClusterName::new("eu").unwrap(), wave: 0, items }, answers, crd)
    }

    #[test]
    fn only_what_was_seen_is_there_or_missing() {
        let secret = || item(Subject::Secret { keys: Vec::new() }, Some("db"));
        let question = first(&secret()).unwrap();
        let trouble = Trouble { kind: TroubleKind::Timeout, message: "late".to_owned(), fix: String::new() };
        let denied = Denied { verb: "get", resource: "secrets", namespace: None };
        for (answer, state, failed) in [
            (Answer::Failed(trouble), State::NotChecked, true),
            (Answer::Denied(denied), State::NotChecked, false),
            (Answer::NotAsked, State::NotChecked, false),
            (Answer::Got(Vec::new()), State::Missing, false),
        ] {
            let verdict = &ticked(vec![secret()], &[(question.clone(), answer)].into(), &Answer::NotAsked)[0];
            assert_eq!((verdict.state, verdict.failed, verdict.invisible), (state, failed, false), "{verdict:?}");
        }
        let nowhere = &ticked(vec![item(Subject::ServiceAccount, None)], &Answers::new(), &Answer::NotAsked)[0];
        assert_eq!((nowhere.state, nowhere.detail.as_str()), (State::NotChecked, "the ring states no namespace"));
    }

    #[test]
    fn during_an_upgrade_the_old_and_the_new_definition_fit() {
        let state = |next: Option<&str>, subresource: bool| {
            let next = next.map(str::to_owned);
            let definition = item(Subject::Crd { serves: "v2", status_subresource: false }, None);
            let casskop = item(Subject::Casskop { version: "2.2.9".to_owned(), next }, Some("db"));
            let facts = CrdFacts { served: vec!["v2".to_owned()], status_subresource: subresource, ..CrdFacts::default() };
            ticked(vec![definition, casskop], &Answers::new(), &Answer::Got(facts))[0].state
        };
        assert_eq!((state(None, false), state(None, true)), (State::There, State::Missing));
        assert_eq!((state(Some("2.3.4"), false), state(Some("2.3.4"), true)), (State::There, State::There));
    }
}
