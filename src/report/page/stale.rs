//! Files that are not what would be rendered, as findings. Pure.

use std::collections::HashMap;

use super::lint::{RENDERED, in_tree, spot};
use super::{Item, Level, Rule, Section, Spot};
use crate::order::CONTENT_HASH;
use crate::report::lint::{DiffEntry, FilesEntry, RingEntry};

const STALE: Rule = Rule {
    id: "render/stale",
    title: "The tree is what the sources render",
    help: "Run `multicasskop render` and commit what it writes.",
};

/// So many lines around those that change are shown.
const CONTEXT: usize = 2;

/// Files of several clusters that differ in the same way.
struct Folded {
    ring: String,
    clusters: Vec<String>,
    item: Item,
}

/// One finding for each file; what differs in the same way in several clusters is said once.
pub(super) fn add(sections: &mut Vec<Section>, files: &FilesEntry, rings: &[RingEntry]) {
    let changed = files.written.iter().map(|file| (file, "is not what would be rendered"));
    let removed = files.removed.iter().map(|file| (file, "belongs to nothing that is rendered any more"));
    let diffs: HashMap<_, _> = files.differences.iter().map(|diff| (diff.file.as_str(), diff)).collect();
    let mut folded: Vec<Folded> = Vec::new();
    let mut alike: HashMap<(String, String, Vec<String>), usize> = HashMap::new();
    for (file, what) in changed.chain(removed) {
        let (cluster, name) = file.split_once('/').unwrap_or(("", file));
        let diff = diffs.get(file.as_str()).copied();
        let line = diff.map_or(1, |diff| diff.line);
        let rendered = Spot { file: in_tree(&files.out, file), line, exact: None, text: RENDERED.to_owned() };
        let places: Vec<_> = diff.iter().flat_map(|diff| &diff.places).map(spot).collect();
        let (ring, lines) = (ring_of(name, rings), diff.map(lines).unwrap_or_default());
        let message = format!("`{name}` {what}");
        let at = *alike.entry((ring.clone(), message.clone(), lines.clone())).or_insert(folded.len());
        if let Some(Folded { clusters, item, .. }) = folded.get_mut(at) {
            clusters.push(cluster.to_owned());
            item.related.push(rendered);
            let more: Vec<_> = places.into_iter().filter(|place| !item.places.contains(place)).collect();
            item.places.extend(more);
            continue;
        }
        let item = Item {
            level: Level::Error,
            rule: STALE,
            message,
            // What alerts are told apart by, since no path of the object is meant.
            path: name.to_owned(),
            lines,
            places,
            related: vec![rendered],
            facts: Vec::new(),
            why: "what is in Git is applied, so a change that is not rendered does not reach the clusters".to_owned(),
            fix: "run `multicasskop render` and commit what it writes".to_owned(),
        };
        folded.push(Folded { ring, clusters: vec![cluster.to_owned()], item });
    }
    for Folded { ring, clusters, item } in folded {
        super::add(sections, &ring, clusters, item);
    }
}

/// The ring of a file of the tree, where its name tells.
fn ring_of(name: &str, rings: &[RingEntry]) -> String {
    let stem = name.strip_suffix(".yaml").unwrap_or(name);
    let is = |ring: &&RingEntry| ring.ring == stem || stem.strip_suffix("-seeds") == Some(ring.ring.as_str());
    rings.iter().find(is).map(|ring| ring.ring.clone()).unwrap_or_default()
}

/// What changes, out of a unified difference. Digests follow what changes, and are
/// different in every cluster; they are left out unless nothing else changes.
fn lines(diff: &DiffEntry) -> Vec<String> {
    let text = crate::report::terminal(&diff.text);
    let of_files = |line: &&str| !line.starts_with("--- ") && !line.starts_with("+++ ");
    let mut hunks: Vec<Vec<&str>> = Vec::new();
    for line in text.lines().filter(of_files) {
        match hunks.last_mut() {
            Some(hunk) if !line.starts_with("@@ ") => hunk.push(line),
            _ if line.starts_with("@@ ") => hunks.push(Vec::new()),
            _ => hunks.push(vec![line]),
        }
    }
    let change = |line: &str| line.starts_with(['+', '-']);
    if !hunks.iter().flatten().any(|line| change(line) && !follows(line)) {
        return hunks.concat().into_iter().map(str::to_owned).collect();
    }
    let hunks =
        hunks.into_iter().map(|hunk| hunk.into_iter().filter(|line| !(change(line) && follows(line))).collect::<Vec<_>>());
    let near = |hunk: &[&str], at: usize| {
        let mut around = hunk.iter().skip(at.saturating_sub(CONTEXT)).take(at.min(CONTEXT) + 1 + CONTEXT);
        around.any(|line| change(line))
    };
    let mut lines = Vec::new();
    for hunk in hunks.filter(|hunk| hunk.iter().any(|line| change(line))) {
        if !lines.is_empty() {
            lines.push("…".to_owned());
        }
        lines.extend((0..hunk.len()).filter(|at| near(&hunk, *at)).filter_map(|at| hunk.get(at)).map(|line| (*line).to_owned()));
    }
    lines
}

/// Whether a line changes because others do: the header with its digest, the content hash.
fn follows(line: &str) -> bool {
    let line = line.get(1..).unwrap_or_default().trim_start();
    line.starts_with("# multicasskop: ") || line.starts_with(CONTENT_HASH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        lines(&DiffEntry { file: "k1/a.yaml".to_owned(), line: 1, places: Vec::new(), text: text.to_owned() })
    }

    #[test]
    fn what_follows_from_a_change_is_left_out() {
        let header = "@@ -1,3 +1,3 @@\n # x\n-# multicasskop: digest=1\n+# multicasskop: digest=2\n a: 1\n";
        let hash = "@@ -8,3 +8,3 @@\n-    multicasskop.dev/content-hash: 1\n+    multicasskop.dev/content-hash: 2\n spec:\n-  a: 1\n+  a: 2\n";
        let text = format!("--- a/x\n+++ b/x\n{header}{hash}");
        assert_eq!(of(&text), [" spec:", "-  a: 1", "+  a: 2"]);
        assert_eq!(of(&format!("--- a/x\n+++ b/x\n{header}")).len(), 4, "alone it is shown");
        assert_eq!(of(&format!("{hash}{}", hash.replace("  a:", "  b:"))).iter().filter(|line| *line == "…").count(), 1);
        assert_eq!(of("--- a\n+++ b\nthe files are too long\n"), ["the files are too long"]);
    }
}
