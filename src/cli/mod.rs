//! The command line: arguments in, exit code out. Thin: it reads files, calls the
//! library, prints what the reports say.
//!
//! Only here are files of the user's read, standard streams, the environment and
//! the clock used. Results go to standard output, messages to standard error.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the edge: this module reads what the user names and what time it is"
)]

mod action;
mod args;
mod ask;
mod canonical;
mod clusters;
mod clusters_check;
mod clusters_prerequisites;
mod convert;
mod drawing;
mod drift;
mod drift_look;
mod dumps;
mod explain;
mod flags;
mod gate;
mod gate_look;
mod gate_since;
mod gate_wait;
mod hash;
mod init;
mod init_questions;
mod lint;
mod load;
mod locate;
mod manual;
mod outputs;
mod places;
mod prerequisites;
mod progress;
mod reach;
mod render;
mod render_report;
mod schema;
mod screen;
mod seeds;
mod seeds_change;
mod topology;
mod tree;
mod versions;
mod way_out;

use clap::{CommandFactory as _, Parser as _};

use crate::finding::Exit;
use args::{Args, Command};
use screen::Screen;

/// Runs a command line, without the program's name first.
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> Exit {
    let program = std::iter::once(std::ffi::OsString::from("multicasskop"));
    let args = match Args::try_parse_from(program.chain(arguments)) {
        Ok(args) => args,
        Err(error) => return usage(&error),
    };
    let mut screen = Screen::new(&args.global);
    let exit = match &args.command {
        Command::Render(args) => render::run(args, &mut screen),
        Command::Lint(args) => lint::run(args, &mut screen),
        Command::Explain(args) => explain::run(args, &mut screen),
        Command::Canonical(args) => canonical::run(args, &mut screen),
        Command::Seeds(args) => seeds::run(args, &mut screen),
        Command::Hash(args) => hash::run(args, &mut screen),
        Command::Drift(args) => drift::run(args, &mut screen),
        Command::Clusters(args) => clusters::run(args, &mut screen),
        Command::Prerequisites(args) => prerequisites::run(args, &mut screen),
        Command::Topology(args) => topology::run(args, &mut screen),
        Command::Schema(args) => schema::run(args, &mut screen),
        Command::Convert(args) => convert::run(args, &mut screen),
        Command::Action(args) => action::run(args, &mut screen),
        Command::Gate(args) => gate::run(args, &mut screen),
        Command::Init(args) => init::run(args, &mut screen),
        Command::Completions(args) => manual::completions(args, Args::command(), &mut screen),
        Command::Man(args) => manual::man(args, Args::command(), &mut screen),
    };
    exit.max(screen.exit())
}

/// What clap says: help on standard output, usage errors on standard error.
fn usage(error: &clap::Error) -> Exit {
    let shown = error.print();
    match (error.use_stderr(), shown) {
        (false, _) => Exit::Clean,
        (true, _) => Exit::BadInput,
    }
}
