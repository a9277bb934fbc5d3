//! With real API servers: what they make of the rendered trees, and that the
//! servers of the tests are what the tests take them for.

#![cfg(test)]
#![expect(clippy::disallowed_methods, reason = "the tests read CRDs and rendered trees, and run programs")]

#[path = "../common/command.rs"]
mod command;
#[path = "../common/mod.rs"]
mod common;
#[path = "../plane/mod.rs"]
mod plane;

mod crds;
mod rendered;
mod servers;
