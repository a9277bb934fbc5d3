//! One ring in one cluster, one look: conditions 1 to 3. Pure; the time is given.

use super::case::{Case, Judged, Sets};
use super::facts::Facts;
use super::{done, ends, git, sets};

/// Judges conditions 1 to 3.
pub fn judge(case: &Case<'_>) -> Judged {
    let mut judged = Judged::default();
    let Some(object) = case.object else {
        git::not_there(case, &mut judged);
        return judged;
    };
    let facts = Facts::new(case, object);
    git::judge(&facts, &mut judged);
    done::judge(&facts, &mut judged);
    match case.sets {
        Sets::Seen(seen) => sets::judge(&facts, seen, &mut judged),
        Sets::Unseen(right) => ends::judge(&facts, right, &mut judged),
    }
    judged.ignored.clone_from(&facts.ignored);
    judged
}
