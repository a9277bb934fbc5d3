//! CassKop in a live cluster: which Deployment it is, which version it runs, what it watches. Pure.

use super::verdict::{State, Verdict};
use crate::schema::Release;
use crate::tree::Node;

/// The container that runs CassKop, and its image, whose name ends in `/casskop`
/// (docs/facts.md, What a cluster must have).
fn container(deployment: &Node) -> Option<(&Node, &str)> {
    let containers = deployment.at(&["spec", "template", "spec", "containers"]).map(Node::items).unwrap_or_default();
    containers.iter().find_map(|container| {
        let image = container.get("image")?.as_str()?;
        let last = image.rsplit('/').next().unwrap_or_default();
        let name = last.split(['@', ':']).next().unwrap_or_default();
        (name == "casskop").then_some((container, image))
    })
}

/// Whether a Deployment runs a CassKop that watches a namespace.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Watches {
    No,
    Yes,
    /// Its Deployment does not say.
    Perhaps,
}

fn watches(deployment: &Node, namespace: &str) -> Watches {
    let Some((container, _)) = container(deployment) else { return Watches::No };
    let all = container.get("env").map(Node::items).unwrap_or_default();
    let variable = all.iter().find(|variable| variable.get("name").and_then(Node::as_str) == Some("WATCH_NAMESPACE"));
    let field = |variable: &Node| variable.at(&["valueFrom", "fieldRef", "fieldPath"]).and_then(Node::as_str).map(str::to_owned);
    let watched = match variable {
        None => "",
        Some(variable) if variable.get("valueFrom").is_none() => variable.get("value").and_then(Node::as_str).unwrap_or_default(),
        Some(variable) if field(variable).as_deref() == Some("metadata.namespace") => text(deployment, "namespace"),
        Some(_) => return Watches::Perhaps,
    };
    // Without a name it watches all.
    if watched.is_empty() || watched == namespace { Watches::Yes } else { Watches::No }
}

fn text<'a>(deployment: &'a Node, key: &str) -> &'a str {
    deployment.at(&["metadata", key]).and_then(Node::as_str).unwrap_or_default()
}

fn place(deployment: &Node) -> String {
    format!("`{}/{}`", text(deployment, "namespace"), text(deployment, "name"))
}

/// Whether any of the Deployments may be the CassKop of a namespace.
pub(super) fn any(deployments: &[Node], namespace: &str) -> bool {
    deployments.iter().any(|deployment| watches(deployment, namespace) != Watches::No)
}

/// The CassKop of a namespace among Deployments, in one of the wanted versions.
pub(super) fn judge(deployments: &[Node], namespace: &str, wanted: &[&str]) -> Verdict {
    let found: Vec<_> = deployments.iter().filter(|deployment| watches(deployment, namespace) != Watches::No).collect();
    match found.as_slice() {
        [] => {
            let idle: Vec<_> = deployments.iter().filter(|deployment| container(deployment).is_some()).map(place).collect();
            let idle =
                if idle.is_empty() { String::new() } else { format!("; other namespaces are watched by {}", idle.join(", ")) };
            Verdict::new(State::Missing, format!("none watches the namespace{idle}"))
        }
        [one] if watches(one, namespace) == Watches::Perhaps => {
            Verdict::unseen(format!("{} does not say which namespace it watches", place(one)))
        }
        [one] => version(one, wanted),
        several => {
            let places: Vec<_> = several.iter().map(|one| place(one)).collect();
            Verdict::new(
                State::Missing,
                format!("several watch the namespace and would work against each other: {}", places.join(", ")),
            )
        }
    }
}

/// Whether it is a wanted version, by the tag of its image, and whether a pod of it runs.
fn version(deployment: &Node, wanted: &[&str]) -> Verdict {
    let image = container(deployment).map(|(_, image)| image).unwrap_or_default();
    let tag =
        image.split('@').next().unwrap_or_default().rsplit('/').next().and_then(|last| last.split_once(':')).map(|(_, tag)| tag);
    let at = place(deployment);
    let Some(release) = tag.and_then(|tag| Release::parse(tag.split('-').next().unwrap_or(tag)).ok()) else {
        return Verdict::unseen(format!("{at} runs `{image}`, which does not say its version"));
    };
    let release = release.to_string();
    if !wanted.contains(&release.as_str()) {
        return Verdict::new(State::Missing, format!("{at} runs version {release}"));
    }
    let ready = deployment.at(&["status", "readyReplicas"]).and_then(Node::as_int).unwrap_or(0);
    if ready < 1 {
        return Verdict::new(State::Missing, format!("{at} runs version {release}, but none of its pods is ready"));
    }
    Verdict::new(State::There, format!("{at} runs version {release}"))
}
