//! `completions` and `man`: what a shell and `man` want to know of the command line.

use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, Command};
use clap_complete::Shell;

use super::screen::Screen;
use crate::finding::{Exit, Finding};
use crate::names::nearest;
use crate::report::Report;
use crate::source::Sources;
use crate::write;

/// Name of the program in scripts and pages.
const NAME: &str = "multicasskop";

/// Print a script with which a shell completes commands and flags
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  bash:  multicasskop completions bash > ~/.local/share/bash-completion/completions/multicasskop
  zsh:   multicasskop completions zsh > a folder of $fpath, as _multicasskop
  fish:  multicasskop completions fish > ~/.config/fish/completions/multicasskop.fish")]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// Print a manual page, or write all of them into a folder
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  multicasskop man clusters check | man -l -
  multicasskop man --out ~/.local/share/man/man1")]
pub(super) struct ManArgs {
    /// The command; without it the page of the program itself
    #[arg(value_name = "COMMAND", conflicts_with = "out")]
    command: Vec<String>,
    /// Write the pages of all commands into this folder, which is made if need be
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// Prints the script for a shell; `program` is the whole command line.
pub(super) fn completions(args: &CompletionsArgs, mut program: Command, screen: &mut Screen) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, NAME, &mut script);
    screen.result(&String::from_utf8_lossy(&script));
    Exit::Clean
}

/// Prints or writes pages; `program` is the whole command line.
pub(super) fn man(args: &ManArgs, program: Command, screen: &mut Screen) -> Exit {
    // `help` of each command needs no page of its own.
    let mut program = program.disable_help_subcommand(true);
    program.build();
    if let Some(folder) = &args.out {
        return match write_all(&program, folder) {
            Ok(count) => {
                screen.message(&format!("{}: {count} pages written", folder.display()));
                Exit::Clean
            }
            Err(finding) => {
                let report = Report { findings: &[finding], sources: &Sources::default() };
                screen.findings(&report);
                report.exit(false)
            }
        };
    }
    let mut command = &program;
    for name in &args.command {
        let Some(inner) = command.find_subcommand(name) else {
            screen.error(&unknown(name, command));
            return Exit::BadInput;
        };
        command = inner;
    }
    screen.result(&page(command));
    Exit::Clean
}

fn unknown(name: &str, command: &Command) -> String {
    let names: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
    let near = nearest(name, names.iter().copied()).map_or_else(
        || if names.is_empty() { "it has none".to_owned() } else { format!("there is {}", names.join(", ")) },
        |near| format!("did you mean `{near}`?"),
    );
    format!("error: `{}` has no command `{name}`; {near}", command.get_bin_name().unwrap_or(NAME))
}

/// A page as troff.
fn page(command: &Command) -> String {
    let mut text = Vec::new();
    // Writing into memory cannot fail.
    let _ = clap_mangen::Man::new(command.clone()).render(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Writes the pages of a command and of all below it; gives their number.
fn write_all(command: &Command, folder: &Path) -> Result<usize, Finding> {
    write::create_folder(folder)?;
    let name = command.get_display_name().unwrap_or(NAME);
    write::replace_file(&folder.join(format!("{name}.1")), &page(command))?;
    command
        .get_subcommands()
        .filter(|inner| !inner.is_hide_set())
        .try_fold(1, |count, inner| Ok(count + write_all(inner, folder)?))
}
