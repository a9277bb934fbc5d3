//! How clusters are reached, for all commands that talk to them: the flags, and
//! the fleet's clusters as targets.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args as ClapArgs;

use crate::fleet::{Cluster, Fleet};
use crate::live::{Limits, Route, Target, Wants};
use crate::names::ClusterName;
use crate::schema::{Release, Versions};

/// Time-outs and numbers.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Reaching the clusters")]
pub(super) struct ReachArgs {
    /// Longest wait for a connection
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = duration)]
    pub(super) connect_timeout: Duration,
    /// Longest wait for the answer to one request
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    pub(super) request_timeout: Duration,
    /// Time for one cluster, with all requests and repetitions
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = duration)]
    pub(super) cluster_timeout: Duration,
    /// Time for all clusters together
    #[arg(long, value_name = "TIME", default_value = "1m", value_parser = duration)]
    pub(super) deadline: Duration,
    /// How many clusters are asked at the same time
    #[arg(long, value_name = "NUMBER", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(super) at_once: u16,
}

impl ReachArgs {
    /// The limits, for the library.
    pub(super) fn limits(&self) -> Limits {
        Limits {
            connect: self.connect_timeout,
            request: self.request_timeout,
            cluster: self.cluster_timeout,
            overall: self.deadline,
            at_once: usize::from(self.at_once),
            ..Limits::default()
        }
    }
}

/// A duration such as `5s`, `1m 30s` or `250ms`; more than nothing, at most a day.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let parsed = text.parse::<jiff::SignedDuration>().ok().and_then(|parsed| Duration::try_from(parsed).ok());
    parsed
        .filter(|parsed| !parsed.is_zero() && *parsed <= Duration::from_secs(24 * 60 * 60))
        .ok_or_else(|| "write a number and its unit, such as 5s, 250ms or 1m30s; at most 24h".to_owned())
}

/// The clusters of a fleet by where their objects come from.
#[derive(Debug)]
pub(super) struct Targets {
    /// Those with an API server, in the fleet's order.
    pub(super) servers: Vec<Target>,
    /// Those that are read from a dump.
    pub(super) dumps: Vec<(ClusterName, PathBuf)>,
}

/// The targets of a fleet; `base` is the folder of the fleet file, and `wants`
/// says what is looked at, or `None` for a cluster that is left out.
pub(super) fn targets(fleet: &Fleet, base: &Path, wants: impl Fn(&Cluster) -> Option<Wants>) -> Targets {
    let mut targets = Targets { servers: Vec::new(), dumps: Vec::new() };
    for cluster in fleet.clusters.iter() {
        let Some(wants) = wants(cluster) else { continue };
        match Route::of(fleet, cluster, base) {
            Route::Server(way) => targets.servers.push(Target { cluster: cluster.name.clone(), way, wants }),
            Route::Dump(path) => targets.dumps.push((cluster.name.clone(), path)),
        }
    }
    targets
}

/// The CassKop of a cluster; the newest where nothing is stated.
pub(super) fn versions(fleet: &Fleet, cluster: &Cluster) -> Versions {
    fleet.versions(cluster).map_or(Versions::one(Release::NEWEST), |versions| versions.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units_and_bounds() {
        assert_eq!(duration("5s"), Ok(Duration::from_secs(5)));
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(duration("1m30s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("1h"), Ok(Duration::from_secs(3600)));
        for bad in ["", "5", "-5s", "0s", "25h", "soon"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
