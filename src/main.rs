//! The `multicasskop` command: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    multicasskop::finding::Exit::Internal.into()
}
