//! What can go wrong with the store.

use sqlx::error::{DatabaseError, ErrorKind};

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address of the database is none. It is not repeated: it may hold a password.
    #[error("the address of the database {why}")]
    Address {
        /// What is wrong with it.
        why: String,
    },
    /// The database does not answer; trying again later may help.
    #[error("the database cannot be reached")]
    Unreachable {
        /// Why.
        source: sqlx::Error,
    },
    /// Another program kept the database to itself; trying again may help.
    #[error("the database is busy with other programs")]
    Busy {
        /// Why.
        source: sqlx::Error,
    },
    /// The database refuses.
    #[error("the database refuses")]
    Database {
        /// Why.
        source: sqlx::Error,
    },
    /// The database was made by a later version.
    #[error(
        "the database is of version {found}, and this keyhound knows none after {known}: use the keyhound that \
         wrote it, or a later one"
    )]
    Newer {
        /// Its version.
        found: u32,
        /// The latest that is known.
        known: u32,
    },
    /// A migration that was applied is not the one that this version has.
    #[error(
        "migration {version} of the database is not the one of this keyhound: restore a backup into a new database"
    )]
    Foreign {
        /// The migration.
        version: u32,
    },
    /// There is no such thing.
    #[error("there is no {what} `{id}`")]
    Absent {
        /// What was looked for.
        what: &'static str,
        /// By which id.
        id: String,
    },
    /// There is such a thing already.
    #[error("there is a {what} `{id}` already")]
    Present {
        /// What was to be made.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// Somebody else changed it since it was read.
    #[error(
        "{what} `{id}` was changed by somebody else: it is now of version {found}, not {expected}"
    )]
    Stale {
        /// What was to be changed.
        what: &'static str,
        /// Its id.
        id: String,
        /// The version that the change was meant for.
        expected: u64,
        /// Its version.
        found: u64,
    },
    /// A batch does not follow what was applied last.
    #[error(
        "what is to be applied from `{source_name}` does not follow what was applied last: somebody else applies it too"
    )]
    Gap {
        /// Where the events come from.
        source_name: String,
    },
    /// A value cannot be kept.
    #[error("the {what} {why}")]
    Invalid {
        /// Which value.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// What is asked for must not happen.
    #[error("{why}")]
    Refused {
        /// Why, in one sentence.
        why: String,
    },
    /// What the database holds is not what it should be.
    #[error("`{what}` in the database {why}")]
    Damaged {
        /// What.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// A backup is not what it should be.
    #[error("the backup cannot be restored: line {line} {why}")]
    Backup {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// A backup could not be written or read.
    #[error("cannot {doing} the backup")]
    File {
        /// What was attempted.
        doing: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// What is to be kept could not be written as JSON.
    #[error("cannot write a row as JSON")]
    Json {
        /// Why.
        #[from]
        source: serde_json::Error,
    },
}

impl Error {
    /// Whether trying again later may help without anything being changed.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Busy { .. })
    }

    pub(crate) fn absent(what: &'static str, id: &(impl ToString + ?Sized)) -> Self {
        Self::Absent { what, id: id.to_string() }
    }

    pub(crate) fn invalid(what: &'static str, why: impl Into<String>) -> Self {
        Self::Invalid { what, why: why.into() }
    }

    /// Texts by which things are found fit an index of either engine.
    pub(crate) fn check_length(what: &'static str, text: &str) -> Result<(), Self> {
        const LONGEST: usize = 200;
        if text.len() <= LONGEST {
            return Ok(());
        }
        Err(Self::invalid(what, format!("is longer than {LONGEST} bytes")))
    }

    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Self::Refused { why: why.into() }
    }

    pub(crate) fn damaged(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Damaged { what: what.into(), why: why.into() }
    }
}

impl From<sqlx::Error> for Error {
    fn from(source: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match &source {
            E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed => {
                Self::Unreachable { source }
            }
            E::Database(told) if is_shutdown(told.as_ref()) => Self::Unreachable { source },
            E::Database(told) if is_busy(told.as_ref()) => Self::Busy { source },
            _ => Self::Database { source },
        }
    }
}

/// Postgres starts, stops, or has no connection left: classes 08, 57P and 53300 of its error codes
/// ("PostgreSQL Error Codes", appendix A of its manual).
fn is_shutdown(told: &dyn DatabaseError) -> bool {
    told.kind() == ErrorKind::Other
        && told.code().is_some_and(|code| {
            code.len() == 5
                && (code.starts_with("08") || code.starts_with("57P") || code == "53300")
        })
}

/// SQLite's `SQLITE_BUSY` and `SQLITE_LOCKED` with their extended codes, whose low byte is 5 or 6
/// ("Result and Error Codes" of its manual); Postgres's serialisation failure and deadlock.
fn is_busy(told: &dyn DatabaseError) -> bool {
    told.kind() == ErrorKind::Other
        && told.code().is_some_and(|code| match code.len() {
            5 => code == "40001" || code == "40P01" || code == "55P03",
            _ => code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6)),
        })
}

#[cfg(test)]
mod tests {
    use sqlx::{AnyConnection, Connection};

    use super::*;

    #[test]
    fn a_file_that_another_program_writes_to_is_busy() {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir().expect("a folder");
        let address = format!("sqlite://{}?mode=rwc", folder.path().join("x.db").display());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let mut first = AnyConnection::connect(&address).await.expect("connect");
            let mut second = AnyConnection::connect(&address).await.expect("connect");
            sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut first).await.expect("begin");
            let begin = sqlx::raw_sql("PRAGMA busy_timeout = 0; BEGIN IMMEDIATE");
            let error = Error::from(begin.execute(&mut second).await.expect_err("it is locked"));
            assert!(matches!(error, Error::Busy { .. }) && error.may_pass(), "{error:?}");
            let wrong = sqlx::raw_sql("SELECT nothing FROM nowhere").execute(&mut second).await;
            let error = Error::from(wrong.expect_err("there is no such table"));
            assert!(matches!(error, Error::Database { .. }) && !error.may_pass(), "{error:?}");
        });
    }
}
