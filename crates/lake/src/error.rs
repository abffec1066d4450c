//! What can go wrong with a lake.

use object_store::path::Path;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address of the lake is none.
    #[error("`{place}` is no place for a lake: {why}")]
    Place {
        /// What was given.
        place: String,
        /// What is wrong with it.
        why: String,
    },
    /// There is no lake.
    #[error("there is no lake in `{place}`")]
    NoLake {
        /// Where it was looked for.
        place: String,
    },
    /// The folder or bucket refuses.
    #[error("cannot {doing} `{path}` in the lake")]
    Store {
        /// What was attempted.
        doing: &'static str,
        /// On what.
        path: String,
        /// Why.
        source: object_store::Error,
    },
    /// A file of the lake is not what it should be.
    #[error("`{path}` in the lake {why}")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The lake was written by a later version.
    #[error("the lake is of format {found}, and this version of keyhound knows none after {known}")]
    Newer {
        /// Its format.
        found: u32,
        /// The latest that is known.
        known: u32,
    },
    /// Rows could not be written as Parquet.
    #[error("cannot write events as Parquet")]
    Encode {
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file could not be read as Parquet.
    #[error("cannot read `{path}` in the lake as Parquet")]
    Decode {
        /// The file.
        path: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Others wrote to the lake all the time.
    #[error("others kept writing to the lake; nothing was lost, try again")]
    Contended,
    /// A question is none, or asks for what is not there.
    #[error("{why}")]
    Question {
        /// Why, in one sentence.
        why: String,
    },
    /// A question leaves a value open that nobody gave.
    #[error("no value is given for `{name}`")]
    Open {
        /// Its name, as the question has it.
        name: String,
    },
    /// A question needs more memory and disk than it may use.
    #[error("the answer needs more memory than is allowed: {why}")]
    TooLarge {
        /// What was asked for.
        why: String,
    },
    /// A question needs more time than it may use.
    #[error("there was no answer within {seconds} seconds")]
    TooLong {
        /// The time that was allowed.
        seconds: u64,
    },
    /// The async runtime could not be started.
    #[error("cannot start the threads that talk to the lake")]
    Runtime {
        /// Why.
        source: std::io::Error,
    },
}

impl Error {
    pub(crate) fn encode(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Encode { source: Box::new(source) }
    }

    pub(crate) fn decode(
        path: &str,
        source: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Decode { path: path.to_owned(), source: Box::new(source) }
    }

    pub(crate) fn store(
        doing: &'static str,
        path: &Path,
    ) -> impl FnOnce(object_store::Error) -> Self {
        let path = path.to_string();
        move |source| Self::Store { doing, path, source }
    }
}
