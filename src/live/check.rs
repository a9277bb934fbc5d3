//! What `clusters check` asks: is it there, what may be done, what can it hold.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use super::access::{self, Right};
use super::client::{Client, Failure};
use super::crd;
use super::limits::Deadline;
use super::line::{Line, Round, hub_client};
use super::prerequisites;
use super::trouble::garbage;
use crate::names::ClusterName;
use crate::observed::{Answer, CrdFacts, Trouble};
use crate::prerequisites::{Answers, ClusterPrerequisites};

/// What was found out about one cluster.
#[derive(Clone, Debug)]
pub struct Checkup {
    /// The cluster.
    pub cluster: ClusterName,
    /// Its API server, or why it cannot be reached.
    pub server: Result<Server, Trouble>,
    /// The rights there, and in the hub on the way.
    pub rights: Vec<Right>,
    /// What its CRD holds.
    pub crd: Answer<CrdFacts>,
    /// What tells of the prerequisites.
    pub prerequisites: Answers,
}

/// An API server that answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its version as it says it: `v1.34.4`.
    pub version: String,
    /// How long a small request takes, once there is a connection.
    pub latency: Duration,
}

/// Asks one cluster, also for what it must have.
pub(super) async fn run(line: Arc<Line>, round: Arc<Round>, wanted: Arc<Vec<ClusterPrerequisites>>) -> Checkup {
    let deadline = round.deadline(&line.limits);
    let connected = line.client(&round, deadline).await;
    let server = match &connected {
        Ok(client) => server(client, deadline).await,
        Err(trouble) => Err(trouble.clone()),
    };
    let mut rights = match line.target.way.hub() {
        Some(hub) => match hub_client(hub, &line.limits, &round, deadline).await {
            Ok(client) => access::of_hub(&client, &line.target.way, connected.is_ok(), deadline).await,
            Err(_) => Vec::new(),
        },
        None => Vec::new(),
    };
    let (Ok(client), Ok(server)) = (connected, &server) else {
        let (cluster, crd) = (line.target.cluster.clone(), Answer::NotAsked);
        return Checkup { cluster, server, rights, crd, prerequisites: Answers::new() };
    };
    let wanted = wanted.iter().find(|wanted| wanted.cluster == line.target.cluster);
    let prerequisites = async {
        match wanted {
            Some(wanted) => prerequisites::answers(&client, wanted, deadline).await,
            None => Answers::new(),
        }
    };
    let (own, crd, prerequisites) = tokio::join!(
        access::of_target(&client, &line.target, deadline),
        crd::facts(&client, line.target.wants.versions, deadline),
        prerequisites,
    );
    rights.extend(own);
    Checkup { cluster: line.target.cluster.clone(), server: Ok(server.clone()), rights, crd, prerequisites }
}

/// A cluster of which nothing is known, and why.
pub(super) fn nothing(line: &Line, trouble: &Trouble) -> Checkup {
    let cluster = line.target.cluster.clone();
    Checkup { cluster, server: Err(trouble.clone()), rights: Vec::new(), crd: Answer::NotAsked, prerequisites: Answers::new() }
}

async fn server(client: &Client, deadline: Deadline) -> Result<Server, Trouble> {
    // The first request pays for the connection, the second one tells how far away it is.
    ask(client, deadline).await?;
    let start = Instant::now();
    let version = ask(client, deadline).await?;
    Ok(Server { version, latency: start.elapsed() })
}

async fn ask(client: &Client, deadline: Deadline) -> Result<String, Trouble> {
    match client.get("/version", deadline).await {
        Ok(answer) => answer
            .get("gitVersion")
            .and_then(Json::as_str)
            .map(str::to_owned)
            .ok_or_else(|| garbage(client.place(), "did not say its version")),
        // Who may not ask that has reached it all the same.
        Err(Failure::Forbidden) => Ok("unknown".to_owned()),
        Err(Failure::Trouble(trouble)) => Err(trouble),
        Err(Failure::NotFound | Failure::NotServed | Failure::Gone) => {
            Err(garbage(client.place(), "has no `/version`: it is no Kubernetes API server"))
        }
    }
}
