//! Running the program that is evaluated.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// The real `keyhound`.
pub(super) struct Program(PathBuf);

impl Program {
    pub(super) fn at(path: &Path) -> Result<Self> {
        ensure!(path.is_file(), "there is no program at {}", path.display());
        Ok(Self(path.to_owned()))
    }

    /// What `keyhound scan --format ndjson` prints about a folder.
    pub(super) fn scan(
        &self,
        trail: &Path,
        known: Option<&Path>,
        flags: &[String],
    ) -> Result<String> {
        let mut command = Command::new(&self.0);
        command.args(["scan", "--quiet", "--format", "ndjson", "--fail-on", "never"]);
        command.args(flags).arg(trail).stdin(Stdio::null());
        // Nothing of the machine's own configuration may reach the result.
        command.env_clear().env("KEYHOUND_CONFIG", "");
        if let Some(path) = known {
            command.arg("--config").arg(path);
        }
        let output = command.output().context("start keyhound")?;
        if !output.status.success() {
            bail!("keyhound failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        String::from_utf8(output.stdout).context("read what keyhound found")
    }
}
