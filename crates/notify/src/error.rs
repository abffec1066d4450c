//! Why the configuration cannot be used as it is.

use std::io;
use std::path::PathBuf;

/// What is wrong with the channels or rules of the configuration, and the way on. No text of it
/// holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file of a secret cannot be read.
    #[error("the secret in {} cannot be read: {source}; check the path and who may read it", path.display())]
    SecretFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The variable of a secret is not there.
    #[error("the variable {name} is not set; set it to the secret, or name a file")]
    SecretVariable {
        /// The variable.
        name: String,
    },
    /// There is nothing in a secret.
    #[error("{origin} is empty; write the secret into it")]
    EmptySecret {
        /// Where it is kept, in words.
        origin: String,
    },
    /// A channel cannot be opened.
    #[error("channel {name} cannot be used: {reason}")]
    Channel {
        /// The configured name.
        name: String,
        /// Why, and after a semicolon what to do about it.
        reason: String,
    },
    /// A rule makes no sense.
    #[error("rule {number} of the notifications cannot be used: {reason}")]
    Rule {
        /// Which one, counted from 1.
        number: usize,
        /// Why, and after a semicolon what to do about it.
        reason: String,
    },
    /// A proxy of the environment cannot be used.
    #[error("the proxy in the variable {variable} is no address; write http://HOST:PORT")]
    Proxy {
        /// The variable; its value may hold a password.
        variable: String,
    },
    /// There is no channel of this name.
    #[error("there is no channel {name}; configured are: {known}")]
    NoChannel {
        /// The name asked for.
        name: String,
        /// The names that there are.
        known: String,
    },
}

impl Error {
    pub(crate) fn channel(name: &str, reason: impl Into<String>) -> Self {
        Self::Channel { name: name.to_owned(), reason: reason.into() }
    }
}
