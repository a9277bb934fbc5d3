//! What a user's own kustomization does to our files: it is left alone, but
//! some of what it can say breaks a ring. Pure.

use crate::emit::FileName;
use crate::finding::{Finding, Kind, Severity};
use crate::names::ClusterName;
use crate::source::Sources;
use crate::tree::Node;
use crate::yaml::{Budget, compose};

/// Fields that rename objects or give them labels.
const DANGEROUS: [(&str, &str); 4] = [("labels", LABELS), ("commonLabels", LABELS), ("namePrefix", NAME), ("nameSuffix", NAME)];
const LABELS: &str = "CassKop copies the object's labels into selectors that cannot be changed later, \
                      so that a changed label stops every operation on the ring";
const NAME: &str = "the pods, their volumes and the seeds are called after the object, so that another name is another ring";

/// Warns about what the kustomization `path` (for messages) does to our files.
pub(super) fn warnings<'a>(
    path: &str,
    text: &[u8],
    cluster: &ClusterName,
    ours: impl IntoIterator<Item = &'a FileName>,
) -> Vec<Finding> {
    let warning = |message: String| Finding::new(Kind::Note, Severity::Warning, message).cluster(cluster);
    let mut sources = Sources::default();
    let id = sources.add(path, String::from_utf8_lossy(text));
    let documents = match compose(&sources, id, &mut Budget::default()) {
        Ok(documents) => documents,
        Err(error) => {
            let finding = warning(format!("`{path}` cannot be read: {}", error.message));
            return vec![finding.fix("correct it: Kustomize cannot read it either")];
        }
    };
    let Some(root) = documents.first().map(|document| &document.root) else {
        return vec![warning(format!("`{path}` is empty, so nothing in its directory is applied")).fix(TAKE_OVER)];
    };
    let listed: Vec<&str> = root.get("resources").map(Node::items).unwrap_or_default().iter().filter_map(Node::as_str).collect();
    let is_listed = |file: &FileName| listed.iter().any(|entry| entry.trim_start_matches("./") == file.as_str());
    let missing: Vec<String> = ours.into_iter().filter(|file| !is_listed(file)).map(|file| format!("`{file}`")).collect();
    let mut found = Vec::new();
    if !missing.is_empty() {
        let finding = warning(format!("`{path}` does not list {}", missing.join(", ")));
        found.push(
            finding
                .why("what a kustomization does not list is not applied")
                .fix(format!("add to its `resources`: {}; {TAKE_OVER}", missing.join(", "))),
        );
    }
    for (field, why) in DANGEROUS {
        if root.get(field).is_some_and(|node| !is_empty(node)) {
            let fix = format!("take `{field}` out, or give the ring a kustomization of its own without it");
            found.push(warning(format!("`{path}` sets `{field}` on the rings that it lists")).why(why).fix(fix));
        }
    }
    found
}

const TAKE_OVER: &str = "or remove the file, and the next run writes one that lists all";

fn is_empty(node: &Node) -> bool {
    let nothing = node.is_null() || node.as_str() == Some("");
    nothing || (node.items().is_empty() && node.as_str().is_none() && node.as_map().is_none_or(crate::tree::Map::is_empty))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        let ours = ["a.yaml", "b.yaml"].map(|name| FileName::listed(name).unwrap());
        let found = warnings("k1/kustomization.yaml", text.as_bytes(), &ClusterName::new("k1").unwrap(), &ours);
        assert!(found.iter().all(|finding| finding.severity == Severity::Warning && !finding.fix.is_empty()));
        found.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_kustomization_that_lists_our_files_and_does_nothing_to_them_is_fine() {
        let none: [&str; 0] = [];
        assert_eq!(messages("resources: [a.yaml, ./b.yaml, ../base]\nnamePrefix: ''\nlabels: []\ncommonLabels: {}\n"), none);
        assert_eq!(messages("kind: Kustomization\nresources:\n- b.yaml\n- a.yaml\npatches: [{path: p.yaml}]\n"), none);
    }

    #[test]
    fn what_it_omits_is_named() {
        assert_eq!(messages("resources: [b.yaml]\n"), ["`k1/kustomization.yaml` does not list `a.yaml`"]);
        assert_eq!(messages("namespace: x\n"), ["`k1/kustomization.yaml` does not list `a.yaml`, `b.yaml`"]);
        assert_eq!(messages("# nothing\n"), ["`k1/kustomization.yaml` is empty, so nothing in its directory is applied"]);
    }

    #[test]
    fn labels_and_other_names_are_named() {
        for (field, value) in
            [("labels", "[{pairs: {a: b}}]"), ("commonLabels", "{a: b}"), ("namePrefix", "x-"), ("nameSuffix", "-x")]
        {
            let text = format!("resources: [a.yaml, b.yaml]\n{field}: {value}\n");
            assert_eq!(messages(&text), [format!("`k1/kustomization.yaml` sets `{field}` on the rings that it lists")]);
        }
    }

    #[test]
    fn one_that_cannot_be_read_is_a_warning_too() {
        let found = messages("resources: [a.yaml\n");
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("`k1/kustomization.yaml` cannot be read: "), "{}", found[0]);
    }
}
