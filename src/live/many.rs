//! Many clusters at once. None delays another: each has its own time, and all
//! together have one.

use std::sync::Arc;
use std::time::Duration;

use futures::stream::{self, StreamExt as _};
use jiff::Timestamp;
use tokio::task::JoinHandle;

use super::check::{self, Checkup};
use super::limits::Limits;
use super::line::{Line, Round};
use super::target::Target;
use super::trouble::trouble;
use super::watch::Watches;
use crate::observed::{Look, Trouble, TroubleKind};
use crate::prerequisites::ClusterPrerequisites;

/// Lines to many clusters, for looks that are repeated: connections and
/// credentials are kept from one look to the next.
pub struct Lines {
    all: Vec<Arc<Line>>,
    watches: Watches,
    limits: Limits,
}

impl Lines {
    /// Lines to these clusters. Nothing is connected yet.
    pub fn new(targets: Vec<Target>, limits: &Limits) -> Self {
        let lines = targets.into_iter().map(|target| Line::new(target, limits)).collect();
        Self { all: lines, watches: Watches::default(), limits: limits.clone() }
    }

    /// One look at each cluster, in the order of the targets. `arrived` gets
    /// each look as soon as it is there, in any order. Never fails as a whole.
    pub async fn look(&self, mut arrived: impl FnMut(&Look)) -> Vec<Look> {
        looks(&self.all, &self.limits, Line::look, &mut arrived).await
    }

    /// Waits that long, or less if a CassandraCluster changes in the meantime,
    /// as far as it may be watched.
    pub async fn changed(&mut self, most: Duration) {
        self.watches.wait(&self.all, most).await;
    }
}

/// One look at each cluster; see [`Lines::look`]. No connection outlives its look:
/// a thousand of them would take more memory than all that they brought.
pub async fn look_all(targets: Vec<Target>, limits: &Limits, mut arrived: impl FnMut(&Look)) -> Vec<Look> {
    let lines: Vec<_> = targets.into_iter().map(|target| Line::new(target, limits)).collect();
    looks(&lines, limits, Line::look_once, &mut arrived).await
}

async fn looks<F: Future<Output = Look> + Send + 'static>(
    lines: &[Arc<Line>],
    limits: &Limits,
    look: impl Fn(Arc<Line>, Arc<Round>) -> F,
    arrived: &mut impl FnMut(&Look),
) -> Vec<Look> {
    let failed = |line: &Line, trouble: &Trouble| line.nothing(Timestamp::now(), trouble);
    many(lines, limits, &Round::new(limits), look, failed, arrived).await
}

/// What `clusters check` asks of each cluster, in the order of the targets; `wanted` is what
/// the clusters must have.
pub async fn check_all(
    targets: Vec<Target>,
    wanted: Vec<ClusterPrerequisites>,
    limits: &Limits,
    mut arrived: impl FnMut(&Checkup),
) -> Vec<Checkup> {
    let wanted = Arc::new(wanted);
    let lines: Vec<_> = targets.into_iter().map(|target| Line::new(target, limits)).collect();
    let round = Round::new(limits);
    let work = |line, round| check::run(line, round, Arc::clone(&wanted));
    many(&lines, limits, &round, work, check::nothing, &mut arrived).await
}

/// Does something with every line, so many at once, each in a task of its own;
/// gives the results in the order of the lines.
async fn many<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    lines: &[Arc<Line>],
    limits: &Limits,
    round: &Arc<Round>,
    work: impl Fn(Arc<Line>, Arc<Round>) -> F,
    failed: impl Fn(&Line, &Trouble) -> T,
    arrived: &mut impl FnMut(&T),
) -> Vec<T> {
    let work = &work;
    let tasks = stream::iter(lines.iter().enumerate()).map(|(at, line)| async move {
        let task: JoinHandle<T> = tokio::spawn(work(Arc::clone(line), Arc::clone(round)));
        (at, task.await)
    });
    let mut tasks = tasks.buffer_unordered(limits.at_once.max(1));
    let mut results: Vec<Option<T>> = lines.iter().map(|_| None).collect();
    while let Some((at, result)) = tasks.next().await {
        let Some((line, slot)) = lines.get(at).zip(results.get_mut(at)) else { continue };
        let result = result.unwrap_or_else(|_| {
            let fix = "please report it, with the version and what the cluster is";
            failed(line, &trouble(TroubleKind::Garbage, "looking at this cluster failed inside this program", fix))
        });
        arrived(&result);
        *slot = Some(result);
    }
    results.into_iter().flatten().collect()
}
