//! Annotations that the renderer adds, united with the user's own.
//!
//! Argo CD reads the wave and the sync options, Flux the prune and substitute
//! switches (docs/facts.md, Argo CD; Flux); the hash is ours. No labels and no
//! finalizers are ever added: labels enter immutable selectors (docs/facts.md,
//! Labels and selectors). Pure.

use crate::finding::Finding;
use crate::tree::{DefaultBy, Entry, Map, Node, Origin, SmolStr, Value};

/// The wave in which Argo CD applies an object: a quoted integer.
pub const SYNC_WAVE: &str = "argocd.argoproj.io/sync-wave";
/// The hash of what the file asks for.
pub const CONTENT_HASH: &str = "multicasskop.dev/content-hash";

const SYNC_OPTIONS: &str = "argocd.argoproj.io/sync-options";
const FLUX_PRUNE: &str = "kustomize.toolkit.fluxcd.io/prune";
const FLUX_SUBSTITUTE: &str = "kustomize.toolkit.fluxcd.io/substitute";

/// Without these a file that is lost from Git takes a database with it.
const GUARDS: [(&str, &str); 2] = [("Prune", "false"), ("Delete", "false")];

/// Adds wave, guards and hash to the annotations of an object.
///
/// `hash` is left out for objects that carry none. With `allow_prune` the guards
/// are left out. What contradicts the user's own annotations is a finding.
pub fn annotate(annotations: &mut Map, wave: i64, hash: Option<&str>, allow_prune: bool, findings: &mut Vec<Finding>) {
    let wave = wave.to_string();
    set(annotations, SYNC_WAVE, &wave, "state the wave as `wave:` of the cluster in the fleet file", findings);
    if let Some(hash) = hash {
        set(annotations, CONTENT_HASH, hash, "remove the annotation: it is computed", findings);
    }
    if !allow_prune {
        sync_options(annotations, findings);
        let fix =
            "remove the annotation; to let the object be pruned, write `allowPrune: true` for the cluster in the fleet file";
        set(annotations, FLUX_PRUNE, "disabled", fix, findings);
    }
    let fix = "remove the annotation: Flux would replace `${…}` in the file, which is written out already";
    set(annotations, FLUX_SUBSTITUTE, "disabled", fix, findings);
    annotations.sort();
}

fn made(text: &str) -> Node {
    Node { value: Value::Text(text.into()), origin: Origin::Default(DefaultBy::Renderer) }
}

fn set(annotations: &mut Map, name: &'static str, wanted: &str, fix: &str, findings: &mut Vec<Finding>) {
    match annotations.entry(name) {
        None => annotations.push(Entry { key: SmolStr::new_static(name), key_span: None, value: made(wanted) }),
        Some(entry) if entry.value.as_str() == Some(wanted) => {}
        Some(entry) => findings.push(contradiction(entry, wanted, fix)),
    }
}

fn contradiction(entry: &Entry, wanted: &str, fix: &str) -> Finding {
    let found = crate::schema::typed::describe(&entry.value.value);
    Finding::invalid(format!("the annotation `{}` is {found}, but the renderer writes `{wanted}`", entry.key))
        .at(entry.value.span().or(entry.key_span), "")
        .path(format!("metadata.annotations[{}]", entry.key))
        .why("two answers to one question: which of them counts would depend on who applies the file")
        .fix(fix)
}

/// Unites the user's comma list with the guards.
fn sync_options(annotations: &mut Map, findings: &mut Vec<Finding>) {
    let Some(entry) = annotations.entry(SYNC_OPTIONS) else {
        let all = GUARDS.map(|(option, value)| format!("{option}={value}")).join(",");
        annotations.push(Entry { key: SmolStr::new_static(SYNC_OPTIONS), key_span: None, value: made(&all) });
        return;
    };
    let written = entry.value.as_str().unwrap_or_default();
    let mut options: Vec<&str> = written.split(',').map(str::trim).filter(|option| !option.is_empty()).collect();
    let mut added = Vec::new();
    for (name, value) in GUARDS {
        let wanted = format!("{name}={value}");
        match options.iter().find(|option| option.split('=').next() == Some(name)) {
            None => added.push(wanted),
            Some(option) if **option == wanted => {}
            Some(_) => {
                let fix =
                    "remove the option; to let the object be pruned, write `allowPrune: true` for the cluster in the fleet file";
                findings.push(contradiction(entry, &wanted, fix));
                return;
            }
        }
    }
    options.extend(added.iter().map(String::as_str));
    let united = made(&options.join(","));
    if let Some(node) = annotations.get_mut(SYNC_OPTIONS) {
        *node = united;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    fn annotated(own: &Json, hash: Option<&str>, allow_prune: bool) -> (Json, Vec<Finding>) {
        let mut node = Node::from(own);
        let mut findings = Vec::new();
        annotate(node.as_map_mut().unwrap(), 10, hash, allow_prune, &mut findings);
        (serde_json::to_value(&node).unwrap(), findings)
    }

    #[test]
    fn guards_and_wave_are_added() {
        let (annotations, findings) = annotated(&json!({"z": "mine"}), Some("sha256:1"), false);
        assert_eq!(
            annotations,
            json!({
                "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
                "argocd.argoproj.io/sync-wave": "10",
                "kustomize.toolkit.fluxcd.io/prune": "disabled",
                "kustomize.toolkit.fluxcd.io/substitute": "disabled",
                "multicasskop.dev/content-hash": "sha256:1",
                "z": "mine",
            })
        );
        assert_eq!(findings, []);
    }

    #[test]
    fn allow_prune_removes_the_guards_and_nothing_else() {
        let (annotations, _) = annotated(&json!({}), None, true);
        assert_eq!(
            annotations,
            json!({"argocd.argoproj.io/sync-wave": "10", "kustomize.toolkit.fluxcd.io/substitute": "disabled"})
        );
    }

    #[test]
    fn comma_lists_are_united() {
        let (annotations, findings) =
            annotated(&json!({"argocd.argoproj.io/sync-options": "ServerSideApply=true, Prune=false"}), None, false);
        assert_eq!(annotations["argocd.argoproj.io/sync-options"], "ServerSideApply=true,Prune=false,Delete=false");
        assert_eq!(findings, []);
    }

    #[test]
    fn contradictions_are_invalid_and_name_the_way_out() {
        for (own, word) in [
            (json!({"argocd.argoproj.io/sync-options": "Prune=true"}), "allowPrune: true"),
            (json!({"argocd.argoproj.io/sync-options": "Delete=confirm"}), "allowPrune: true"),
            (json!({"argocd.argoproj.io/sync-wave": "11"}), "`wave:`"),
            (json!({"argocd.argoproj.io/sync-wave": 10}), "`wave:`"),
            (json!({"multicasskop.dev/content-hash": "sha256:2"}), "computed"),
            (json!({"kustomize.toolkit.fluxcd.io/prune": "enabled"}), "allowPrune: true"),
        ] {
            let (_, findings) = annotated(&own, Some("sha256:1"), false);
            assert_eq!(findings.len(), 1, "{own}");
            assert!(findings[0].fix.contains(word) && findings[0].exit() == crate::finding::Exit::BadInput, "{findings:?}");
        }
    }
}
