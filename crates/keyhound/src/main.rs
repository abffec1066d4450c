//! The `keyhound` command.

use std::process::ExitCode;

/// Decoding allocates much, on every core at once, and what one thread made another one drops.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    keyhound::run(std::env::args_os())
}
