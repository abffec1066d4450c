//! What can go wrong in the range.

/// Why the range could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A table or a parameter file does not say what it should.
    #[error("{file}: {reason}")]
    Data {
        /// The file's name under `data/range`, or the path given.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A script names an API call that the catalogue does not have.
    #[error("no API call {0} in data/range/actions")]
    UnknownAction(String),
    /// A record that was handed in lacks what is needed.
    #[error("the record has no usable {0}")]
    Record(&'static str),
    /// A record that was handed in is not JSON.
    #[error("not a CloudTrail record: {0}")]
    Json(#[from] serde_json::Error),
    /// Nobody in this history could have held the key that this attack needs.
    #[error("no principal suits the attack {0}")]
    NoVictim(String),
    /// A log file could not be written or read.
    #[error("{0}")]
    File(#[from] std::io::Error),
}

/// A result of the range.
pub type Result<T> = std::result::Result<T, Error>;
