//! The line to one cluster: connected when it is first needed, kept for the next look.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::OnceCell;
use tokio::time::timeout_at;

use super::client::Client;
use super::config;
use super::crd;
use super::fetch;
use super::hub;
use super::kubeconfig::Kubeconfigs;
use super::limits::{Deadline, Limits};
use super::target::{Hub, Target, Way};
use super::trouble::{Place, late, trouble};
use crate::names::ClusterName;
use crate::observed::{Answer, Contents, Look, Source, Trouble, TroubleKind};

/// A hub's client, or why there is none: made once in a round for all clusters behind it.
type HubCell = Arc<OnceCell<Result<Client, Trouble>>>;

/// What the looks of one round share.
pub(super) struct Round {
    known: Kubeconfigs,
    hubs: Mutex<BTreeMap<ClusterName, HubCell>>,
    overall: Deadline,
}

impl Round {
    pub(super) fn new(limits: &Limits) -> Arc<Self> {
        let overall = Deadline::after(limits.overall);
        Arc::new(Self { known: Kubeconfigs::default(), hubs: Mutex::default(), overall })
    }

    /// The time that one cluster has, from now.
    pub(super) fn deadline(&self, limits: &Limits) -> Deadline {
        Deadline::after(limits.cluster).min(self.overall)
    }

    fn hub(&self, name: &ClusterName) -> HubCell {
        let mut hubs = self.hubs.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(hubs.entry(name.clone()).or_default())
    }
}

/// A line to a cluster.
pub(super) struct Line {
    pub(super) target: Target,
    pub(super) limits: Limits,
    client: Mutex<Option<Client>>,
}

impl Line {
    pub(super) fn new(target: Target, limits: &Limits) -> Arc<Self> {
        Arc::new(Self { target, limits: limits.clone(), client: Mutex::default() })
    }

    /// The client of a line that is connected.
    pub(super) fn connected(&self) -> Option<Client> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The client, made now if there is none yet.
    pub(super) async fn client(self: &Arc<Self>, round: &Arc<Round>, deadline: Deadline) -> Result<Client, Trouble> {
        if let Some(client) = self.connected() {
            return Ok(client);
        }
        let client = connect(&self.target.way, &self.limits, round, deadline).await?;
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = Some(client.clone());
        Ok(client)
    }

    /// Forgets the client, so that credentials are read anew.
    fn forget(&self) {
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Looks at the cluster. What could not be had says so, answer by answer.
    pub(super) async fn look(self: Arc<Self>, round: Arc<Round>) -> Look {
        let deadline = round.deadline(&self.limits);
        let at = Timestamp::now();
        let client = match self.client(&round, deadline).await {
            Ok(client) => client,
            Err(trouble) => return self.nothing(at, &trouble),
        };
        let wants = &self.target.wants;
        let contents = wants.namespaces.keys().map(|namespace| {
            let client = &client;
            async move { (namespace.clone(), fetch::contents(client, wants, namespace, deadline).await) }
        });
        let crd = async { if wants.crd { crd::facts(&client, wants.versions, deadline).await } else { Answer::NotAsked } };
        let (namespaces, crd) = tokio::join!(futures::future::join_all(contents), crd);
        let look = Look {
            cluster: self.target.cluster.clone(),
            at,
            from: Source::Server,
            namespaces: namespaces.into_iter().collect(),
            crd,
        };
        if look.namespaces.values().any(|contents| matches!(&contents.clusters, Answer::Failed(trouble) if renews(trouble.kind)))
        {
            self.forget();
        }
        look
    }

    /// Looks at the cluster, and hangs up.
    pub(super) async fn look_once(self: Arc<Self>, round: Arc<Round>) -> Look {
        let look = Arc::clone(&self).look(round).await;
        self.forget();
        look
    }

    /// A look that shows nothing, and why.
    pub(super) fn nothing(&self, at: Timestamp, trouble: &Trouble) -> Look {
        let wants = &self.target.wants;
        let contents = |names_wanted: bool| Contents {
            clusters: Answer::Failed(trouble.clone()),
            stateful_sets: if wants.stateful_sets { Answer::Failed(trouble.clone()) } else { Answer::NotAsked },
            config_maps: if names_wanted { Answer::Failed(trouble.clone()) } else { Answer::NotAsked },
        };
        Look {
            cluster: self.target.cluster.clone(),
            at,
            from: Source::Server,
            namespaces: wants.namespaces.iter().map(|(name, wanted)| (name.clone(), contents(!wanted.is_empty()))).collect(),
            crd: if wants.crd { Answer::Failed(trouble.clone()) } else { Answer::NotAsked },
        }
    }
}

/// Whether reading the kubeconfig again may help.
const fn renews(kind: TroubleKind) -> bool {
    matches!(kind, TroubleKind::Unauthenticated | TroubleKind::Certificate | TroubleKind::Unreachable)
}

/// Makes a client, through a hub where the way leads through one.
async fn connect(way: &Way, limits: &Limits, round: &Arc<Round>, deadline: Deadline) -> Result<Client, Trouble> {
    let Some(hub) = way.hub() else { return direct(way, limits, round, deadline).await };
    let client = hub_client(hub, limits, round, deadline).await?;
    let (kubeconfig, place) = hub::behind(way, hub, &client, deadline).await?;
    let limits = limits.clone();
    blocking(deadline, move || Client::new(config::of(&kubeconfig, &place)?, &limits)).await
}

/// The client of a hub, made once in a round.
pub(super) async fn hub_client(hub: &Hub, limits: &Limits, round: &Arc<Round>, deadline: Deadline) -> Result<Client, Trouble> {
    let cell = round.hub(&hub.cluster);
    let made = cell.get_or_init(|| direct(&hub.way, limits, round, deadline)).await;
    made.clone().map_err(|trouble| Trouble { message: format!("in the hub `{}`: {}", hub.cluster, trouble.message), ..trouble })
}

async fn direct(way: &Way, limits: &Limits, round: &Arc<Round>, deadline: Deadline) -> Result<Client, Trouble> {
    let (way, limits, round) = (way.clone(), limits.clone(), Arc::clone(round));
    blocking(deadline, move || Client::new(config::direct(&way, &round.known)?, &limits)).await
}

/// Runs what reads files or waits for a plugin beside everything else. One that
/// takes too long is abandoned.
async fn blocking(
    deadline: Deadline,
    work: impl FnOnce() -> Result<Client, Trouble> + Send + 'static,
) -> Result<Client, Trouble> {
    match timeout_at(deadline.at, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(trouble(TroubleKind::Config, "reading the credentials failed inside this program", "please report it")),
        Err(_) => {
            let place = Place { host: "the credential plugin of the kubeconfig".to_owned(), plugin: None };
            let fix = "run it by hand; it may wait for an answer at the keyboard, for a browser or for the network";
            Err(Trouble { fix: fix.to_owned(), ..late(&place, deadline.of) })
        }
    }
}
