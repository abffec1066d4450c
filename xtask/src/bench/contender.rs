//! A program that takes part in the measurement, and one run of it.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde::Serialize;
use wait4::Wait4;

use crate::checkout;

/// A program with its arguments.
#[derive(Debug, Clone)]
pub struct Contender {
    /// The name in the report.
    pub name: String,
    program: PathBuf,
    arguments: Vec<OsString>,
    accepted: Vec<i32>,
}

/// What one run cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Run {
    /// Seconds on the clock, start-up and output included.
    pub wall_seconds: f64,
    /// Seconds of all cores, in the program and in the kernel for it.
    pub cpu_seconds: f64,
    /// The most memory that was resident at one time, in bytes.
    pub peak_bytes: u64,
}

impl Contender {
    /// A program that succeeds with exit status 0.
    pub fn new(name: &str, program: PathBuf) -> Self {
        Self { name: name.to_owned(), program, arguments: Vec::new(), accepted: vec![0] }
    }

    /// Gives it another name in the report.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    /// Adds one argument.
    #[must_use]
    pub fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Sets the exit statuses that mean the work was done.
    #[must_use]
    pub fn accepts(mut self, statuses: &[i32]) -> Self {
        self.accepted = statuses.to_vec();
        self
    }

    /// Runs the program to its end and returns what it wrote to standard output.
    pub fn answer(&self) -> Result<String> {
        checkout::output(Command::new(&self.program).args(&self.arguments))
    }

    /// Runs the program to its end.
    ///
    /// The kernel counts the peak from before the program replaced us, so ours is a floor under it: a few
    /// megabytes.
    pub fn run(&self) -> Result<Run> {
        let start = Instant::now();
        let mut command = Command::new(&self.program);
        let child = command
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("start {}", self.program.display()))?;
        let used = child.wait4().with_context(|| format!("wait for {}", self.name))?;
        let wall_seconds = start.elapsed().as_secs_f64();
        if !used.status.code().is_some_and(|code| self.accepted.contains(&code)) {
            bail!("{} ended with {}; run it by hand: {:?}", self.name, used.status, command);
        }
        Ok(Run {
            wall_seconds,
            cpu_seconds: (used.rusage.utime + used.rusage.stime).as_secs_f64(),
            peak_bytes: used.rusage.maxrss,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Contender {
        Contender::new("shell", PathBuf::from("/bin/sh")).argument("-c").argument(script)
    }

    #[test]
    fn a_run_has_its_cost() {
        let run = shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done").run().expect("run");
        assert!(
            run.cpu_seconds > 0.0 && run.wall_seconds > 0.0 && run.peak_bytes > 100_000,
            "{run:?}"
        );
    }

    #[test]
    fn an_exit_status_that_was_not_agreed_fails() {
        let told = shell("exit 2").run().expect_err("must fail").to_string();
        assert!(told.contains("shell ended with"), "{told}");
        shell("exit 1").accepts(&[0, 1]).run().expect("agreed");
    }
}
