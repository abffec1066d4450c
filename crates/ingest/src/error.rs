//! Why reading could not begin.

use std::io;
use std::path::PathBuf;

use crate::plain::{Plain, plain_path};

/// Why the objects of a source could not be listed. Nothing has been read when one of these is
/// returned; what goes wrong later is a [`crate::FileProblem`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing was named.
    #[error("no path given; name a file, a folder, a quoted pattern, or - for standard input")]
    NoPath,
    /// A named path is not there.
    #[error("{} does not exist; check the spelling", plain_path(path))]
    Missing {
        /// The path as given.
        path: PathBuf,
    },
    /// A named path is there but cannot be looked at.
    #[error("{} cannot be read: {source}; check who may read it", plain_path(path))]
    Unreadable {
        /// The path as given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A pattern is written wrongly.
    #[error(
        "{} does not exist and is no pattern: {}; write * ? [a-z] {{a,b}} or **",
        plain_path(pattern),
        Plain(&source.kind().to_string())
    )]
    Pattern {
        /// The pattern as given.
        pattern: PathBuf,
        /// What is wrong with it.
        source: globset::Error,
    },
    /// A pattern fits nothing.
    #[error("no file fits {}; quote the pattern and check the folder", plain_path(pattern))]
    NothingFits {
        /// The pattern as given.
        pattern: PathBuf,
    },
    /// Standard input or a pipe could not be taken in.
    #[error("{} could not be taken in: {source}; try a file", plain_path(path))]
    Intake {
        /// The path as given; `-` for standard input.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}
