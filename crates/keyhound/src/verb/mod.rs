//! One file per verb.

mod authorization;
mod completions;
mod config;
mod contain;
mod demo;
mod dossier;
mod drill;
mod explain;
mod export;
mod generate;
mod hunt;
mod input;
mod lake;
mod man;
mod rules;
mod scan;
mod signals;
mod verdict;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::cli::{Cli, Verb};
use crate::log;

/// What the exit status tells, unless the program could not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing to act on, or the verb does not judge.
    Quiet,
    /// At least one incident of the status that `--fail-on` names.
    Found,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Quiet => Self::SUCCESS,
            Verdict::Found => Self::from(1),
        }
    }
}

/// Does what was asked for.
pub(crate) fn run(cli: &Cli) -> Result<Verdict> {
    log::install(cli.global.verbose);
    match &cli.verb {
        Verb::Scan(arguments) => scan::run(arguments, &cli.global),
        Verb::Explain(arguments) => explain::run(arguments, &cli.global),
        Verb::Drill(arguments) => drill::run(arguments, &cli.global),
        Verb::Verdict(arguments) => verdict::run(arguments, &cli.global),
        Verb::Contain(arguments) => contain::run(arguments, &cli.global),
        Verb::Demo(arguments) => demo::run(arguments, &cli.global),
        Verb::Dossier(arguments) => dossier::run(arguments, &cli.global),
        Verb::Hunt(arguments) => hunt::run(arguments, &cli.global),
        Verb::Lake(arguments) => lake::run(arguments, &cli.global),
        Verb::Signals(arguments) => signals::run(arguments, &cli.global),
        Verb::Config(arguments) => config::run(arguments, &cli.global),
        Verb::Completions(arguments) => completions::run(arguments),
        Verb::Man(arguments) => man::run(arguments),
        Verb::Generate(arguments) => generate::run(arguments),
    }
}

/// Prints a result. A reader who has left early (`| head`) wants no more and is told nothing; the
/// verdict stays what it is.
fn deliver(result: &[u8]) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(result).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write the result to standard output"),
    }
}

/// Tells something on standard error; that nobody listens there is no reason to stop.
fn tell(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
