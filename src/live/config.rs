//! A [`Way`] → kube's configuration, for all ways but those through a hub.

use futures::FutureExt as _;
use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};

use super::hub;
use super::kubeconfig::{self, Kubeconfigs};
use super::target::Way;
use super::trouble::trouble;
use crate::observed::{Trouble, TroubleKind};

/// What the user's own kubeconfig is called in messages.
const USERS: &str = "the kubeconfig";

/// A configuration. May block on files.
///
/// # Errors
/// What cannot be used.
pub(super) fn direct(way: &Way, known: &Kubeconfigs) -> Result<Config, Trouble> {
    match way {
        Way::Context(name) => of(&kubeconfig::only(known.user()?.as_ref(), Some(name), USERS)?, USERS),
        Way::Kubeconfig { file, context } => {
            let place = file.display().to_string();
            of(&kubeconfig::only(known.file(file)?.as_ref(), context.as_deref(), &place)?, &place)
        }
        Way::InCluster => in_cluster(),
        Way::KubemcsaFile(file) => of(&hub::of_manifest(file)?, &file.display().to_string()),
        Way::KubemcsaDir(dir) => of(&hub::of_folder(dir)?, &dir.display().to_string()),
        Way::ClientConfig(hub) | Way::Kubemcsa(hub) => Err(trouble(
            TroubleKind::Config,
            format!("`{}` is itself reached through a hub", hub.cluster),
            "name a hub that has a context or kubeconfig of its own",
        )),
    }
}

/// The configuration that a kubeconfig with one context gives.
pub(super) fn of(config: &Kubeconfig, place: &str) -> Result<Config, Trouble> {
    let stated = config.clusters.first().and_then(|cluster| cluster.cluster.as_ref()?.proxy_url.clone());
    let options = KubeConfigOptions { context: config.current_context.clone(), ..KubeConfigOptions::default() };
    // It is async in name only.
    let loaded = Config::from_custom_kubeconfig(config.clone(), &options).now_or_never();
    let mut loaded =
        loaded.unwrap_or(Err(KubeconfigError::CurrentContextNotSet)).map_err(|error| kubeconfig::unusable(&error, place))?;
    loaded.proxy_url = proxy(stated.as_deref(), &loaded.cluster_url, place)?;
    Ok(loaded)
}

/// The proxy that kubectl would take: the kubeconfig's, else the environment's
/// unless `NO_PROXY` names the server (docs/facts.md, Kubeconfigs).
fn proxy(stated: Option<&str>, server: &Uri, place: &str) -> Result<Option<Uri>, Trouble> {
    let Some(stated) = stated.filter(|url| !url.is_empty()) else {
        return Ok(Matcher::from_env().intercept(server).map(|proxy| proxy.uri().clone()));
    };
    stated.parse().map(Some).map_err(|_| {
        let fix = "write it as `http://HOST:PORT`, `https://HOST:PORT` or `socks5://HOST:PORT`";
        trouble(TroubleKind::Config, format!("{place}: `proxy-url` is no address"), fix)
    })
}

fn in_cluster() -> Result<Config, Trouble> {
    Config::incluster().map_err(|_| {
        trouble(
            TroubleKind::Config,
            "this is no pod with a service account: its environment or its mounted token is missing",
            "run it in a pod with `automountServiceAccountToken`, or say another way in `connect`",
        )
    })
}
