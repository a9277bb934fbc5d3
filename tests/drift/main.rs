//! `drift` and its reports: every format, the history, the schema, and the command
//! as a user meets it, on dumps.

#![cfg(test)]
#![allow(clippy::disallowed_methods, clippy::missing_panics_doc, reason = "these tests run the program and look at files")]

mod dumps;
mod history;
mod reports;
mod sample;
mod schema;
mod secrets;

#[path = "../common/command.rs"]
mod command;
