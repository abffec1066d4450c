//! `cargo xtask test`: every check there is, in one run, with a table of what was run at its end.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::{checkout, docs, say, setup, tidy};

/// What to leave out.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The inner loop: tests only, without format, clippy, doc tests and documents.
    #[arg(long)]
    quick: bool,
    /// Test only this crate (repeatable); implies --quick.
    #[arg(short, long = "package", value_name = "CRATE")]
    packages: Vec<String>,
}

/// What is tested is what is released. One set of features for all steps, so that nothing is built
/// twice.
const FULL: &str = "keyhound/full";
/// The same for all crates: `notify` is not a part of `keyhound` yet.
const EVERYTHING: &str = "keyhound/full,notify/aws";
/// How programs are built beside the tests. Features of dependencies are those of the whole workspace:
/// with `--package` they would be others, and `DataFusion` would be built once more for them.
pub const BESIDE: [&str; 4] = ["build", "--workspace", "--features", EVERYTHING];

/// Runs the checks. A failing check does not stop the others; the run fails when one did.
pub fn run(options: &Options) -> Result<()> {
    let tools = setup::prepare(&options.packages)?;
    let mut steps = Steps::default();
    if !options.quick && options.packages.is_empty() {
        lints(&mut steps, tools);
    }
    // Last, so that the test runner's own summary stands at the end of the log.
    steps.run("tests", || run_tests(tools, &options.packages));
    steps.finish()
}

fn lints(steps: &mut Steps, tools: setup::Tools) {
    steps.run("format", || checkout::run(&mut checkout::cargo(&["fmt", "--all", "--check"])));
    // Tidy is a test too; here it speaks first, and in whole sentences.
    steps.run("tidy", tidy::run);
    steps.run("generated documents", docs::check);
    if tools.deny {
        let arguments = ["deny", "check", "licenses", "bans", "sources"];
        steps.run("licences, bans, sources", || checkout::run(&mut checkout::cargo(&arguments)));
    } else {
        steps.skip("licences, bans, sources", "cargo-deny is not installed");
    }
    let clippy = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--features",
        EVERYTHING,
        "--",
        "-D",
        "warnings",
    ];
    steps.run("clippy", || checkout::run(&mut checkout::cargo(&clippy)));
    steps.run("doc tests", || {
        let arguments = ["test", "--workspace", "--doc", "--quiet", "--features", EVERYTHING];
        checkout::run(&mut checkout::cargo(&arguments))
    });
}

fn run_tests(tools: setup::Tools, packages: &[String]) -> Result<()> {
    let mut command = if tools.nextest {
        let profile = if std::env::var_os("CI").is_some() { "ci" } else { "default" };
        checkout::cargo(&["nextest", "run", "--no-tests", "pass", "--profile", profile])
    } else {
        checkout::cargo(&["test", "--all-targets", "--no-fail-fast"])
    };
    if packages.is_empty() {
        command.args(["--workspace", "--features", EVERYTHING]);
    }
    for package in packages {
        match package.as_str() {
            "keyhound" => command.args(["--features", FULL]),
            "contain" => command.args(["--features", "contain/aws"]),
            "notify" => command.args(["--features", "notify/aws"]),
            "ingest" => command.args(["--features", "ingest/aws"]),
            "lake" => command.args(["--features", "lake/aws,lake/query"]),
            _ => &mut command,
        };
    }
    for package in packages {
        command.args(["--package", package]);
    }
    checkout::run(&mut command)
}

/// The steps taken so far, each with its end.
#[derive(Default)]
struct Steps {
    taken: Vec<(&'static str, End)>,
}

enum End {
    Passed(Duration),
    Failed(Duration),
    Skipped(&'static str),
}

impl Steps {
    fn run(&mut self, name: &'static str, step: impl FnOnce() -> Result<()>) {
        say(&format!("── {name}"));
        let start = Instant::now();
        let end = match step() {
            Ok(()) => End::Passed(start.elapsed()),
            Err(error) => {
                say(&format!("{name}: {error:#}"));
                End::Failed(start.elapsed())
            }
        };
        self.taken.push((name, end));
    }

    fn skip(&mut self, name: &'static str, reason: &'static str) {
        self.taken.push((name, End::Skipped(reason)));
    }

    /// Prints what was run, and fails when a step did.
    fn finish(self) -> Result<()> {
        say("── what was run");
        let mut failed = Vec::new();
        for (name, end) in &self.taken {
            match end {
                End::Passed(took) => {
                    say(&format!("  passed   {name} ({:.1} s)", took.as_secs_f64()));
                }
                End::Failed(took) => {
                    say(&format!("  FAILED   {name} ({:.1} s)", took.as_secs_f64()));
                    failed.push(*name);
                }
                End::Skipped(reason) => say(&format!("  skipped  {name}: {reason}")),
            }
        }
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }
}
