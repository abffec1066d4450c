//! What the tests need on a fresh machine, fetched or found once before they run.
//!
//! One function per need. A need that cannot be met stops the run with the way on; a tool that only
//! adds a check is looked for, and its absence is told.

use anyhow::{Context, Result};

use crate::{checkout, say};

/// The optional tools that were found.
#[derive(Debug, Clone, Copy)]
pub struct Tools {
    /// `cargo nextest` runs the tests; without it `cargo test` does.
    pub nextest: bool,
    /// `cargo deny` checks licences, bans and sources.
    pub deny: bool,
}

/// Brings the machine to the state in which every check can run.
pub fn prepare() -> Result<Tools> {
    fetch_crates()?;
    let tools = Tools {
        nextest: checkout::has_cargo_command("nextest"),
        deny: checkout::has_cargo_command("deny"),
    };
    if !tools.nextest {
        say("cargo-nextest is not installed: falling back to `cargo test`");
    }
    Ok(tools)
}

/// Downloads every crate the lock file names, so that later steps need no network.
///
/// A lock file that no longer matches the manifests fails here, on CI, rather than changing silently.
fn fetch_crates() -> Result<()> {
    let mut command = checkout::cargo(&["fetch", "--quiet"]);
    if std::env::var_os("CI").is_some() {
        command.arg("--locked");
    }
    checkout::run(&mut command).context("download the crates of Cargo.lock")
}
