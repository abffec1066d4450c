//! The files of a containment: the plan, its journal, its undo file, its secrets.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use contain::Plan;
use contain::account::Secret;
use contain::journal::Journal;
use contain::plan::PlanError;
use contain::undo::{Taking, takings};
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::cannot_run::CannotRun;
use crate::cli::JournalPlace;

/// A larger file is no plan.
const MOST_BYTES: u64 = 64 << 20;

/// Reads a plan.
pub(super) fn plan(path: &Path) -> Result<Plan> {
    let cannot = |why: String| {
        CannotRun::new(
            format!("cannot read the plan {}: {why}", path.display()),
            "make one: keyhound contain plan INCIDENT PATH --output plan.json",
        )
    };
    let size = fs::metadata(path).map_err(|error| cannot(error.to_string()))?.len();
    if size > MOST_BYTES {
        return Err(cannot(format!("it has {size} bytes, more than {MOST_BYTES}")).into());
    }
    let text = fs::read_to_string(path).map_err(|error| cannot(error.to_string()))?;
    Plan::read(&text).map_err(|error| match error {
        PlanError::Changed { .. } => CannotRun::new(
            format!("{error}"),
            "what was signed off is what is applied: plan again, or leave steps out with --without",
        )
        .into(),
        other => cannot(other.to_string()).into(),
    })
}

/// Writes a file whole or not at all.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    // A file that is made here is for its owner alone.
    let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Where the journal of a plan is.
pub(super) fn journal(plan: &Path, place: &JournalPlace) -> PathBuf {
    place.journal.clone().unwrap_or_else(|| beside(plan, "journal"))
}

/// A file beside the plan: `plan.json` has `plan.journal`.
pub(super) fn beside(plan: &Path, ending: &str) -> PathBuf {
    plan.with_extension(ending)
}

/// What undo would do, for people and other tools: the calls in their order.
#[derive(Serialize)]
struct UndoFile<'a> {
    plan: &'a str,
    undo_with: String,
    settings: Vec<Taking>,
}

/// Writes the undo file anew: everything that was changed or is about to be.
pub(super) fn write_undo(plan: &Plan, path: &Path, journal: &Journal) -> io::Result<()> {
    let settings = takings(plan, journal.lines());
    let undo_with = "keyhound contain undo, or the commands in this order".to_owned();
    let file = UndoFile { plan: &plan.digest, undo_with, settings };
    let mut bytes = serde_json::to_vec_pretty(&file)?;
    bytes.push(b'\n');
    write_whole(path, &bytes)
}

/// Adds a secret to a file that only its owner can read.
pub(super) fn keep(path: &Path, secret: &Secret) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A file that was there may have been open to others.
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    writeln!(file, "[{}]\n{}", secret.of, secret.text.trim_end())?;
    file.sync_all()
}

/// The lines of a plan's journal; none if there is none.
pub(super) fn lines(path: &Path) -> Result<Vec<contain::journal::Line>> {
    Journal::lines_of(path).with_context(|| format!("cannot use the journal {}", path.display()))
}
