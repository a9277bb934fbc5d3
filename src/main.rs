//! The `multicasskop` command: arguments in, exit code out.

use std::process::ExitCode;

/// Rendering makes many small values on several threads at once. The allocator of the
/// system, musl's above all, makes the threads wait for each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    multicasskop::cli::run(std::env::args_os().skip(1)).into()
}
