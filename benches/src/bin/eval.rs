//! `cargo xtask eval` runs this: worlds, scans, figures, the page `docs/evaluation.md`.

use std::io::Write;

use anyhow::{Context, Result};
use benches::eval;
use clap::Parser;
use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// Evaluates keyhound on generated worlds.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    options: eval::Options,
}

fn main() -> Result<()> {
    let say = |line: &str| {
        // A closed terminal is no reason to stop the work.
        let _ = writeln!(std::io::stderr(), "{line}");
    };
    let tables = eval::run(&Arguments::parse().options, &say)?;
    write!(std::io::stdout(), "{tables}").context("write the tables")
}
