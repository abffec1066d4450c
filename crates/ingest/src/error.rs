//! Why reading could not begin, or not go on.

use std::io;
use std::path::PathBuf;

use cloudtrail::Time;

use crate::plain::{Plain, plain_path};

/// Why the objects of a source could not be listed, or their events not be put in order. What goes
/// wrong with one object is a [`crate::FileProblem`].
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
    /// This build cannot read from S3.
    #[error(
        "this build of keyhound does not read from S3: {}; build it with `--features aws`, or copy \
         the logs with `aws s3 sync` and name the copy",
        plain_path(path)
    )]
    NotBuilt {
        /// The path as given.
        path: PathBuf,
    },
    /// A place in S3 cannot be listed.
    #[error("{} cannot be read: {}", Plain(place), Plain(reason))]
    Bucket {
        /// The place as given.
        place: String,
        /// Why, and after a semicolon what to do about it.
        reason: String,
    },
    /// A record came whose turn is over: its object holds earlier records than was believed. See
    /// [`crate::Trust`].
    #[error("a record of {time} came when later ones had been handed over; read anew")]
    Behind {
        /// The time of the record.
        time: Time,
    },
    /// Records that overlap more than memory holds could not be sorted on disk.
    #[error(
        "more records overlap in time than are held in memory, and they cannot be sorted in {}: \
         {source}; free some space there, or let TMPDIR name a folder that has it",
        plain_path(folder)
    )]
    Spill {
        /// The folder for temporary files.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
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

#[cfg(feature = "aws")]
impl Error {
    /// Why a place in S3 cannot be read, and after a semicolon what to do about it.
    pub(crate) fn bucket(place: &str, reason: impl Into<String>) -> Self {
        Self::Bucket { place: place.to_owned(), reason: reason.into() }
    }
}
