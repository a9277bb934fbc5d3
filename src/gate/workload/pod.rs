//! Rows of the table that are about the pod as a whole: annotations, where it may
//! run, as whom. Pure.

use crate::ring::name;
use crate::tree::Node;

use super::same::same;
use super::{Pair, differs, number, shown, texts};

/// What `kubectl rollout restart` leaves behind.
const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

pub(super) fn annotations_and_tolerations(pair: &Pair<'_>) -> Option<String> {
    let wanted = texts(pair.wanted(&["pod", "annotations"]));
    let mut found = texts(pair.template(&["metadata", "annotations"]));
    found.retain(|one| one.0 != RESTARTED_AT || wanted.contains(one));
    let missing = wanted.iter().find(|one| !found.contains(one));
    if let Some((name, _)) = missing {
        return Some(format!("does not have the pod annotation {} of the spec", shown(Some(name))));
    }
    if let Some((name, _)) = found.iter().find(|one| !wanted.contains(one)) {
        return Some(format!("still has the pod annotation {}", shown(Some(name))));
    }
    let same = same(pair.wanted(&["pod", "tolerations"]), pair.pod(&["tolerations"]));
    (!same).then(|| "has other tolerations".to_owned())
}

pub(super) fn anti_affinity(pair: &Pair<'_>) -> Option<String> {
    let affinity = pair.pod(&["affinity", "podAntiAffinity"])?;
    let hard = affinity.get("requiredDuringSchedulingIgnoredDuringExecution").is_some_and(|terms| !terms.items().is_empty());
    let wanted = pair.wanted_flag("hardAntiAffinity");
    (hard != wanted).then(|| format!("has a {} anti-affinity", if hard { "hard" } else { "soft" }))
}

/// Labels of the rack win over those of its data centre.
pub(super) fn node_affinity(pair: &Pair<'_>) -> Option<String> {
    let mut wanted: std::collections::BTreeMap<_, _> = texts(pair.rack.dc.get("labels")).into_iter().collect();
    wanted.extend(texts(pair.rack.entry.get("labels")));
    let terms = pair
        .pod(&["affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"])
        .map(Node::items)
        .unwrap_or_default();
    let found = terms.iter().flat_map(|term| term.get("matchExpressions").map(Node::items).unwrap_or_default());
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
    let mut found: Vec<_> = found
        .map(|one| {
            let values = one.get("values").map(Node::items).unwrap_or_default();
            let values: Vec<_> = values.iter().filter_map(Node::as_str).collect();
            (text(one, "key"), text(one, "operator"), values.join(","))
        })
        .collect();
    found.sort();
    let wanted: Vec<_> = wanted.iter().map(|(k, v)| ((*k).to_owned(), "In".to_owned(), (*v).to_owned())).collect();
    (wanted != found).then(|| format!("runs on nodes with other labels than {} asks for", name(pair.rack.entry)))
}

pub(super) fn security(pair: &Pair<'_>) -> Option<String> {
    [("runAsUser", "runAsUser"), ("fsGroup", "fsGroup")].into_iter().find_map(|(field, member)| {
        let (wanted, found) = (number(pair.wanted(&[field])), number(pair.pod(&["securityContext", member])));
        (wanted != found).then(|| format!("has {found} as `{member}` instead of {wanted}"))
    })
}

pub(super) fn secrets_and_account(pair: &Pair<'_>) -> Option<String> {
    let secret = pair.wanted(&["imagePullSecret", "name"]).and_then(Node::as_str);
    let found = pair.pod(&["imagePullSecrets"]).and_then(|list| list.items().first()).map(name);
    let account = pair.pod(&["serviceAccountName"]).and_then(Node::as_str);
    let wanted_account = pair.wanted_text("serviceAccountName");
    let shares = |node: Option<&Node>| node.and_then(Node::as_bool).unwrap_or(false);
    differs("image pull secret", secret, found).or_else(|| differs("service account", Some(wanted_account), account)).or_else(
        || {
            let same = shares(pair.wanted(&["shareProcessNamespace"])) == shares(pair.pod(&["shareProcessNamespace"]));
            (!same).then(|| "has another `shareProcessNamespace`".to_owned())
        },
    )
}

/// What CassKop itself puts into the selector.
const OF_SELECTOR: [&str; 5] =
    ["app", "cassandracluster", "dc-rack", "cassandraclusters.db.orange.com.dc", "cassandraclusters.db.orange.com.rack"];

/// Labels of the live object that the selector lacks, or that only the selector has.
/// Selectors never change.
pub(super) fn labels(pair: &Pair<'_>) -> Option<String> {
    let selector = texts(pair.set.at(&["spec", "selector", "matchLabels"]));
    let wanted = texts(pair.live.at(&["metadata", "labels"]));
    let own = |name: &str| OF_SELECTOR.contains(&name);
    let missing = wanted.iter().find(|label| !own(label.0) && !selector.contains(label));
    let extra = selector.iter().find(|label| !own(label.0) && !wanted.contains(label));
    missing
        .map(|label| format!("does not have the label {} in its selector, which can never change", shown(Some(label.0))))
        .or_else(|| {
            extra.map(|label| format!("has another label {} in its selector, which can never change", shown(Some(label.0))))
        })
}
