//! `cargo xtask VERB`: what the project does to itself.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{bench, docs, eval, fuzz, intel, test, tidy};

/// Everything the project does to itself: tests, invariants, generated documents, benchmarks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Set up what the tests need, then run every check there is.
    Test(test::Options),
    /// Check the invariants of the architecture and of the sources.
    Tidy,
    /// Measure `keyhound scan` against plain decoding, side by side.
    Bench(bench::Options),
    /// Evaluate how well thefts are found, beside simple detectors.
    Eval(eval::Options),
    /// Run the fuzz targets for a while each.
    Fuzz(fuzz::Options),
    /// Write the generated documents anew.
    Docs(docs::Options),
    /// Compile the tables of public knowledge that crate `intel` ships.
    Intel {
        /// `--check`, `--cache DIR`, `--traildiscover FILE`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().verb {
        Verb::Test(options) => test::run(&options),
        Verb::Tidy => tidy::run(),
        Verb::Bench(options) => bench::run(&options),
        Verb::Eval(options) => eval::run(&options),
        Verb::Fuzz(options) => fuzz::run(&options),
        Verb::Docs(options) => docs::run(&options),
        Verb::Intel { arguments } => intel::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            xtask::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
