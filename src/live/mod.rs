//! The only module that talks to Kubernetes. It reads and never writes.
//!
//! How a cluster is reached comes from the fleet file
//! ([`Connect`](crate::fleet::Connect)); what is seen leaves as
//! [`Look`](crate::observed::Look)s. No error that leaves this module holds anything secret.
