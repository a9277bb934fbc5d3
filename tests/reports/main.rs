//! Reports in every format: what they look like, what text from manifests can do in
//! them (nothing), how large they get, and how the HTML is in a browser.

#![cfg(test)]
#![allow(clippy::disallowed_methods, clippy::missing_panics_doc, reason = "these tests run programs and look at files")]

mod attacks;
mod browser;
mod command_line;
mod formats;
mod limits;
mod markdown;
mod pages;

#[path = "../common/command.rs"]
mod command;
#[path = "../drift/sample.rs"]
mod sample;
