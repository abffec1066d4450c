//! `--authorization FILE`: what the identities of the accounts may do.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use iam::Authorization;

use super::input::say;
use crate::cannot_run::CannotRun;
use crate::cli::Global;
use crate::render::page::Line;
use crate::render::style::{Ink, Screen};
use crate::render::words;

/// A larger file is not what AWS prints of an account.
const MOST_BYTES: u64 = 256 << 20;
/// So many problems are told one by one.
const TOLD: usize = 5;

/// The text of one file.
pub(super) fn text(path: &Path) -> Result<String, CannotRun> {
    let size = fs::metadata(path).map_err(|error| unreadable(path, &error.to_string()))?.len();
    if size > MOST_BYTES {
        let why = format!("it has {size} bytes, more than {MOST_BYTES}");
        return Err(unreadable(path, &why));
    }
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Why a file cannot be used.
pub(super) fn unreadable(path: &Path, why: &str) -> CannotRun {
    CannotRun::new(
        format!("cannot read the policies in {}: {why}", path.display()),
        "give what `aws iam get-account-authorization-details` prints",
    )
}

/// Reads the files; none if none is given. Tells what could not be understood.
pub(super) fn read(paths: &[PathBuf], global: &Global) -> Result<Option<Arc<Authorization>>> {
    if paths.is_empty() {
        return Ok(None);
    }
    let mut authorization = Authorization::default();
    for path in paths {
        authorization.read(&text(path)?);
    }
    if authorization.is_empty() {
        let why = authorization.problems.first().map_or_else(String::new, ToString::to_string);
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        return Err(CannotRun::new(
            format!("there is no user and no role in {}: {why}", names.join(", ")),
            "give what `aws iam get-account-authorization-details` prints",
        )
        .into());
    }
    if !global.quiet {
        let screen = Screen::stderr(global.color);
        let known = words::count(authorization.len() as u64, "user or role", "users and roles");
        say(screen, &Line::new().ink(Ink::Faint, format!("policies: of {known}")));
        for problem in authorization.problems.iter().take(TOLD) {
            say(screen, &Line::new().ink(Ink::Warn, format!("policies: {problem}")));
        }
        let further = authorization.problems.len().saturating_sub(TOLD);
        if further > 0 {
            say(screen, &Line::new().ink(Ink::Warn, format!("policies: {further} more problems")));
        }
    }
    Ok(Some(Arc::new(authorization)))
}
