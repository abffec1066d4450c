//! Where a value stands, so that an error can point at it.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::Origin;
use crate::cannot_run::{CannotRun, Excerpt};

/// A text with settings in it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// A configuration file and what it says.
    File { path: &'a Path, text: &'a str },
    /// A variable.
    Variable(&'a str),
    /// `--set` and the name in it.
    Flag(&'a str),
}

impl Place<'_> {
    /// An error at some bytes of the text.
    pub(super) fn fault(
        self,
        span: &Range<usize>,
        what: &str,
        tip: impl Into<String>,
    ) -> CannotRun {
        match self {
            Self::File { path, text } => {
                let start = span.start.min(text.len());
                let line_start =
                    text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
                let line =
                    text.get(..line_start).map_or(1, |before| before.matches('\n').count() + 1);
                let rest = text.get(line_start..).unwrap_or_default();
                let whole = rest.lines().next().unwrap_or_default();
                let column =
                    text.get(line_start..start).map_or(1, |before| before.chars().count() + 1);
                let from = (start - line_start).min(whole.len());
                let excerpt = Excerpt {
                    line,
                    text: whole.to_owned(),
                    start: from,
                    end: (span.end.max(start) - line_start).clamp(from, whole.len()),
                };
                CannotRun {
                    why: format!("{}, line {line}, column {column}: {what}", path.display()),
                    excerpt: Some(excerpt),
                    tips: vec![tip.into()],
                }
            }
            Self::Variable(name) => CannotRun::new(format!("{name}: {what}"), tip),
            Self::Flag(name) => CannotRun::new(format!("--set {name}: {what}"), tip),
        }
    }

    /// The origin of what stands at some byte.
    pub(super) fn origin(self, at: usize) -> Origin {
        match self {
            Self::File { path, text } => {
                let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
                Origin::File(path.to_owned(), line)
            }
            Self::Variable(name) => Origin::Variable(name.to_owned()),
            Self::Flag(_) => Origin::Flag,
        }
    }

    /// A path that was written here: relative ones are meant from the file's own folder.
    pub(super) fn path(self, written: &str) -> PathBuf {
        match self {
            Self::File { path, .. } => path.parent().unwrap_or(Path::new("")).join(written),
            Self::Variable(_) | Self::Flag(_) => PathBuf::from(written),
        }
    }
}
