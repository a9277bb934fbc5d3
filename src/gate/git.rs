//! Condition 1: Git runs there. The live object has the content hash of the
//! rendered file and, in canonical form, its spec; it is not being deleted. Pure.

use crate::tree::{PathBuf, Segment};

use super::case::{Case, Judged};
use super::facts::Facts;
use super::model::{Condition, Remedy};

const GIT: Condition = Condition::GitRuns;

/// There is no live object.
pub(super) fn not_there(case: &Case<'_>, judged: &mut Judged) {
    judged.close(
        case,
        GIT,
        Remedy::Wait,
        "there is no CassandraCluster yet".to_owned(),
        "apply the rendered tree to the cluster",
    );
}

pub(super) fn judge(facts: &Facts<'_>, judged: &mut Judged) {
    let case = facts.case;
    if facts.live.is_being_deleted() {
        let fix = "find out who deleted it before anything else is changed: its nodes go with it";
        judged.close(case, GIT, Remedy::Act, "the CassandraCluster is being deleted".to_owned(), fix);
    }
    if !case.wanted.intact {
        let message = format!("the file {} was edited after it was rendered", case.wanted.path);
        judged.warn(case, message);
    }
    if case.wanted.hash.is_none() {
        let message = format!("the file {} has no content hash, so nobody can tell whether it is applied", case.wanted.path);
        judged.close(case, GIT, Remedy::Act, message, "run `multicasskop render`, and commit the tree");
        return;
    }
    if !facts.is_applied() {
        let message = match facts.live.hash() {
            None => "the live object carries no content hash of a rendered file",
            Some(_) => "the live object is another revision of the rendered file",
        };
        judged.close(case, GIT, Remedy::Wait, message.to_owned(), "let the GitOps engine apply the tree, or apply it");
        return;
    }
    if !facts.canonical {
        let message = "the live spec or the rendered one has values that the CRD refuses, so they cannot be compared";
        judged.close(case, GIT, Remedy::Wait, message.to_owned(), "look at both with `multicasskop drift`");
        return;
    }
    differences(facts, judged);
}

/// The file is applied, and yet the spec is another one.
fn differences(facts: &Facts<'_>, judged: &mut Judged) {
    if facts.differs.is_empty() {
        return;
    }
    let refused: Vec<_> = facts.differs.iter().filter(|path| facts.live.casskop_wrote(&keys(path))).cloned().collect();
    if !refused.is_empty() && facts.live.last_action() == "CorrectCRDConfig" {
        let message = format!("CassKop refused the change of {} and put the old value back", listed(&refused));
        let fix = "waiting does not help: undo the change in Git, or make it in steps that CassKop accepts";
        judged.close(facts.case, GIT, Remedy::Act, message, fix);
        return;
    }
    let message = format!("the object is Git's, but somebody changed {} in the live spec", listed(&facts.differs));
    let fix = "see who with `multicasskop drift`, then apply the tree again or put the change into Git";
    judged.close(facts.case, GIT, Remedy::Wait, message, fix);
}

/// The members on the way to a value of the spec, up to the first list: no list
/// of the spec has keys, so each is owned as a whole (docs/facts.md, API versions).
fn keys(path: &PathBuf) -> Vec<String> {
    let key = |step| match step {
        Segment::Key(key) => Some(key.to_owned()),
        Segment::Index(_) => None,
    };
    path.steps().skip(1).map_while(key).collect()
}

/// So many paths are named.
const NAMED: usize = 4;

fn listed(paths: &[PathBuf]) -> String {
    let text = paths.iter().take(NAMED).map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
    match paths.len().checked_sub(NAMED) {
        Some(more @ 1..) => format!("{text} and {more} more"),
        _ => text,
    }
}
