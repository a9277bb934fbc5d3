//! Look after look: the answer over time, and whether waiting has any use.
//!
//! Joins what each look says of the rings ([`Assessment`]) with the hold and with
//! what was there before: an object that is gone was deleted, which no single
//! look can know. Pure; the times are given.

use std::collections::BTreeSet;

use crate::emit::RingKey;
use crate::names::ClusterName;

use super::hold::{Held, Hold, Patience, Taken};
use super::model::{Condition, Reason, Remedy, Verdict};
use super::verdict::Assessment;

/// The gate over several looks.
#[derive(Clone, Debug)]
pub struct Gate {
    hold: Hold,
    there: BTreeSet<(RingKey, ClusterName)>,
}

/// Where the gate stands after a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Open: all conditions held for long enough.
    Open,
    /// All conditions hold, for so many seconds.
    Holding(i64),
    /// All conditions hold, but so many seconds lie between this look and the one
    /// before that nobody knows what was in between.
    Apart(i64),
    /// Something does not hold, and time can mend it.
    Waiting,
    /// Something does not hold, and somebody has to act.
    Stuck,
    /// Something could not be seen.
    Unseen,
}

impl Gate {
    /// A gate that has seen nothing yet.
    pub const fn new(patience: Patience) -> Self {
        Self { hold: Hold::new(patience), there: BTreeSet::new() }
    }

    /// Takes in a look at all rings; `assessments` get a reason for each object
    /// that is gone.
    pub fn look(&mut self, at: Taken, assessments: &mut [Assessment]) -> Stand {
        for assessment in assessments.iter_mut() {
            self.gone(assessment);
        }
        let open = assessments.iter().all(|assessment| assessment.verdict == Verdict::Open);
        match self.hold.look(at, open) {
            Held::Yes => return Stand::Open,
            Held::For(held) => return Stand::Holding(held.as_secs()),
            Held::Apart(gap) => return Stand::Apart(gap.as_secs()),
            Held::No => {}
        }
        let reasons = || assessments.iter().flat_map(|assessment| assessment.verdict.reasons());
        if reasons().any(|reason| reason.remedy == Remedy::Act) {
            return Stand::Stuck;
        }
        let unseen = assessments.iter().any(|assessment| matches!(assessment.verdict, Verdict::CouldNotTell(..)));
        if unseen { Stand::Unseen } else { Stand::Waiting }
    }

    /// Objects that were there in an earlier look and are not in this one.
    fn gone(&mut self, assessment: &mut Assessment) {
        let ring = assessment.ring.clone();
        let unseen: BTreeSet<_> = match &assessment.verdict {
            Verdict::CouldNotTell(unseen, _) => unseen.iter().map(|one| one.cluster.clone()).collect(),
            Verdict::Open | Verdict::Closed(_) => BTreeSet::new(),
        };
        let were_there = self.there.iter().filter(|(of, _)| *of == ring).map(|(_, cluster)| cluster.clone());
        let concerns =
            |cluster: &ClusterName| [&assessment.settled_first, &assessment.targets].iter().any(|all| all.contains(cluster));
        let is_gone =
            |cluster: &ClusterName| concerns(cluster) && !assessment.there.contains(cluster) && !unseen.contains(cluster);
        let gone: Vec<_> = were_there.filter(is_gone).collect();
        for cluster in gone {
            let message = "the CassandraCluster was there before and is gone: somebody deleted it".to_owned();
            let fix = "find out who deleted it before anything else is changed: its nodes went with it".to_owned();
            let (ring, condition, remedy) = (ring.clone(), Condition::GitRuns, Remedy::Act);
            assessment.verdict.close(Reason { condition, ring, cluster, message, fix, remedy });
        }
        self.there.extend(assessment.there.iter().map(|cluster| (ring.clone(), cluster.clone())));
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::names::{Namespace, RingName};

    fn assessment(there: bool) -> Assessment {
        let cluster = ClusterName::new("c1").unwrap();
        Assessment {
            ring: RingKey { namespace: Namespace::new("ns").unwrap(), name: RingName::new("demo").unwrap() },
            targets: vec![],
            settled_first: vec![cluster.clone()],
            there: there.then_some(cluster).into_iter().collect(),
            verdict: Verdict::Open,
            warnings: vec![],
            ignored: vec![],
        }
    }

    fn look(gate: &mut Gate, second: i64, assessment: Assessment) -> Stand {
        gate.look(Taken::at(Timestamp::from_second(second).unwrap()), &mut [assessment])
    }

    #[test]
    fn open_needs_looks_over_twenty_seconds() {
        let mut gate = Gate::new(Patience::default());
        let stands: Vec<_> = (0..5).map(|step| look(&mut gate, step * 5, assessment(true))).collect();
        assert_eq!(stands[0], Stand::Holding(0));
        assert_eq!(stands[3..], [Stand::Holding(15), Stand::Open]);
        assert_eq!(look(&mut gate, 30, assessment(true)), Stand::Apart(10));
    }

    #[test]
    fn an_object_that_is_gone_was_deleted_but_one_that_was_never_there_was_not() {
        let mut gate = Gate::new(Patience::default());
        assert_eq!(look(&mut gate, 0, assessment(false)), Stand::Holding(0));
        assert_eq!(look(&mut gate, 1, assessment(true)), Stand::Holding(1));
        assert_eq!(look(&mut gate, 2, assessment(false)), Stand::Stuck);
        assert_eq!(look(&mut gate, 3, assessment(false)), Stand::Stuck);
    }
}
