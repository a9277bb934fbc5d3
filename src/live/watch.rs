//! Notices changes a little earlier than the next look would.
//!
//! A watch never says what is so: it only ends the pause before the next look.
//! So whatever goes wrong with one costs nothing but the pause.

use std::sync::Arc;
use std::time::Duration;

use futures::future::{FutureExt as _, select_all};
use http_body_util::BodyExt as _;
use kube::client::Body;
use tokio::time::{sleep, timeout};

use super::client::{Client, Failure};
use super::limits::Deadline;
use super::line::Line;
use crate::names::{ClusterName, Namespace};

/// The shortest pause, so that a cluster that never rests does not keep this program busy.
const LEAST: Duration = Duration::from_millis(500);

/// The watches on all namespaces of all lines.
#[derive(Default)]
pub(super) struct Watches(Vec<Watch>);

/// A watch on the CassandraClusters of one namespace.
struct Watch {
    cluster: ClusterName,
    namespace: Namespace,
    state: State,
}

enum State {
    /// To be begun.
    Idle,
    /// Under way.
    Open(Body),
    /// Not allowed, or not served; never tried again.
    Off,
}

impl Watches {
    /// Waits that long, or less if something changes.
    pub(super) async fn wait(&mut self, lines: &[Arc<Line>], most: Duration) {
        if self.0.is_empty() {
            self.0 = lines.iter().flat_map(|line| of(line)).collect();
        }
        let least = LEAST.min(most);
        sleep(least).await;
        let watching = self.0.iter_mut().filter_map(|watch| {
            let line = lines.iter().find(|line| line.target.cluster == watch.cluster)?;
            let client = line.connected()?;
            let version = line.target.wants.versions.to.profile().api_version();
            Some(watch.changed(client, version, most).boxed_local())
        });
        let watching: Vec<_> = watching.collect();
        let rest = most.saturating_sub(least);
        if watching.is_empty() {
            sleep(rest).await;
        } else {
            let _ = timeout(rest, select_all(watching)).await;
        }
    }
}

fn of(line: &Line) -> Vec<Watch> {
    let cluster = &line.target.cluster;
    let namespaces = line.target.wants.namespaces.keys();
    namespaces.map(|namespace| Watch { cluster: cluster.clone(), namespace: namespace.clone(), state: State::Idle }).collect()
}

impl Watch {
    /// Ends when something changed; never, if this watch cannot tell.
    async fn changed(&mut self, client: Client, version: &'static str, most: Duration) {
        let fresh = matches!(self.state, State::Idle);
        if fresh {
            self.state = Self::begin(&self.namespace, &client, version, most).await;
        }
        let State::Open(body) = &mut self.state else { return futures::future::pending().await };
        // A watch begins with what is there already, which is no change.
        if fresh && timeout(LEAST, past_the_beginning(body)).await.is_ok_and(|changed| changed) {
            return;
        }
        if let Some(Ok(_)) = body.frame().await {
            return;
        }
        // Ended, broken or too old: the next pause begins another one.
        self.state = State::Idle;
        futures::future::pending::<()>().await;
    }

    async fn begin(namespace: &Namespace, client: &Client, version: &str, most: Duration) -> State {
        let path = format!("/apis/{version}/namespaces/{namespace}/cassandraclusters?watch=true");
        match client.watch(&path, Deadline::after(most)).await {
            Ok(response) => State::Open(response.into_body()),
            Err(Failure::Forbidden | Failure::NotServed | Failure::NotFound) => State::Off,
            Err(Failure::Gone | Failure::Trouble(_)) => State::Idle,
        }
    }
}

/// Reads on while objects are told that are there already; whether there was a change after them.
async fn past_the_beginning(body: &mut Body) -> bool {
    const CHANGES: [&[u8]; 2] = [br#""type":"MODIFIED""#, br#""type":"DELETED""#];
    while let Some(Ok(frame)) = body.frame().await {
        let bytes = frame.data_ref().map(AsRef::as_ref).unwrap_or_default();
        if CHANGES.iter().any(|change| bytes.windows(change.len()).any(|found| found == *change)) {
            return true;
        }
    }
    false
}
