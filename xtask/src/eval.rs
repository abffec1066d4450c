//! `cargo xtask eval`: the evaluation of `docs/evaluation.md`.
//!
//! It is a program of `benches`, since this crate links no crate of the product; here it is built and
//! started, and told which program it evaluates.

use std::process::Command;

use anyhow::Result;

use crate::{bench, checkout};

/// What to evaluate; everything is handed on.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub struct Options {
    /// `--set NAME`, `--seeds FIRST..LAST`, `--quick`, `--to FOLDER`; `--help` says more.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Builds as users build, and evaluates.
pub fn run(options: &Options) -> Result<()> {
    let binaries = bench::build()?;
    let mut evaluation = Command::new(binaries.join("eval"));
    evaluation.arg("--keyhound").arg(binaries.join("keyhound"));
    evaluation.args(["--built-from", &commit()]).args(&options.arguments);
    checkout::run(&mut evaluation)
}

/// The commit of the checkout, with a word when it has changes that are not committed.
fn commit() -> String {
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.current_dir(checkout::root()).args(arguments);
        checkout::output(&mut git).ok()
    };
    let Some(hash) = git(&["rev-parse", "--short=12", "HEAD"]) else { return "no commit".into() };
    let changed = git(&["status", "--porcelain"]).is_some_and(|status| !status.trim().is_empty());
    let note = if changed { " with changes" } else { "" };
    format!("commit {}{note}", hash.trim())
}
