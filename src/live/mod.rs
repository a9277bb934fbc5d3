//! The only module that talks to Kubernetes. It reads and never writes.
//!
//! How a cluster is reached comes from the fleet file
//! ([`Connect`](crate::fleet::Connect)); what is seen leaves as
//! [`Look`](crate::observed::Look)s. No error that leaves this module holds anything secret.
//!
//! [`Route`] says where a cluster's objects come from, [`Lines`] are the
//! connections to many clusters, [`look_all`] one look at each of them, and
//! [`check_all`] what `clusters check` asks. All are async; [`block_on`] runs them.
#![allow(clippy::disallowed_methods, reason = "the edge: this module reads kubeconfigs, the environment and the clock")]

mod access;
mod check;
mod client;
mod config;
mod crd;
mod fetch;
mod guard;
mod hub;
mod kubeconfig;
mod limits;
mod line;
mod many;
mod prerequisites;
mod target;
mod trouble;
mod watch;

pub use access::{Need, Right};
pub use check::{Checkup, Server};
pub use limits::Limits;
pub use many::{Lines, check_all, look_all};
pub use target::{Hub, Route, Target, Wants, Way};

/// Runs a future of this module to its end, with threads of its own.
///
/// Whatever is still under way when the future ends is abandoned: a plugin for
/// credentials that hangs keeps nobody waiting.
///
/// # Errors
/// If the system gives no threads or no sockets.
pub fn block_on<F: Future>(future: F) -> std::io::Result<F::Output> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let output = runtime.block_on(future);
    runtime.shutdown_background();
    Ok(output)
}
