//! The `multicasskop` command: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    multicasskop::cli::run(std::env::args_os().skip(1)).into()
}
