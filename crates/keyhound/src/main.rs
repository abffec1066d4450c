//! The `keyhound` command.

use std::process::ExitCode;

/// Decoding allocates much, on every core at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    keyhound::run(std::env::args_os())
}
