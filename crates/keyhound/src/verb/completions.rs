//! `keyhound completions`: what a shell needs to complete our command line.

use anyhow::Result;

use super::{Verdict, deliver};
use crate::cli::{self, Completions};

pub(super) fn run(arguments: &Completions) -> Result<Verdict> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut cli::command(), "keyhound", &mut script);
    deliver(&script)?;
    Ok(Verdict::Quiet)
}
