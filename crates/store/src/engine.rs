//! What differs between SQLite and Postgres: addresses, connections, how a transaction begins.
//!
//! Everything else is one SQL text. What makes it possible is the collation `binary`: SQLite has it,
//! for Postgres it is made, and both then sort and compare texts by their bytes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::{
    AnyConnection, AnyPool, AssertSqlSafe, ConnectOptions, Connection, Executor, Transaction,
};

use crate::Error;

/// So long a writer waits for another program that writes to the same SQLite file.
const BUSY_MILLISECONDS: u32 = 10_000;

/// So long anybody waits for a connection.
const PATIENCE: Duration = Duration::from_secs(15);

/// Connections that read, of SQLite; and all of them, of Postgres.
const CONNECTIONS: u32 = 8;

/// The database, and how many connections it has for what.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    kind: Kind,
    /// For SQLite the one connection that writes.
    writers: AnyPool,
    readers: AnyPool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sqlite,
    Postgres,
}

/// Where a database is.
#[derive(Debug, PartialEq, Eq)]
enum Address {
    Memory,
    File(PathBuf),
    Postgres(String),
}

impl Address {
    fn read(address: &str) -> Result<Self, Error> {
        if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            return Ok(Self::Postgres(address.to_owned()));
        }
        let Some(path) = address.strip_prefix("sqlite:") else {
            let why = "begins with none of `sqlite://` and `postgres://`".to_owned();
            return Err(Error::Address { why });
        };
        match path.strip_prefix("//").unwrap_or(path) {
            ":memory:" => Ok(Self::Memory),
            "" => Err(Error::Address { why: "has no path".to_owned() }),
            path => Ok(Self::File(PathBuf::from(path))),
        }
    }
}

impl Engine {
    /// Connects; makes the file of a SQLite database if there is none.
    pub(crate) async fn connect(address: &str) -> Result<Self, Error> {
        install_default_drivers();
        match Address::read(address)? {
            Address::Memory => {
                // Another connection would be another database.
                let pool = pool(1, sqlite(false)).idle_timeout(None).max_lifetime(None);
                let pool = pool.connect_with(options("sqlite::memory:")?).await?;
                Ok(Self { kind: Kind::Sqlite, writers: pool.clone(), readers: pool })
            }
            Address::File(path) => {
                make_private(&path);
                let options = options(&file_address(&path)?)?;
                let writers = pool(1, sqlite(false)).connect_with(options.clone());
                let writers = writers.await?;
                let readers = pool(CONNECTIONS, sqlite(true)).connect_lazy_with(options);
                Ok(Self { kind: Kind::Sqlite, writers, readers })
            }
            Address::Postgres(address) => {
                let options = options(&address)?;
                // A pool would try for a while before it says that nobody is there.
                AnyConnection::connect_with(&options).await?.close().await?;
                let pool = pool(CONNECTIONS, POSTGRES.to_owned()).connect_lazy_with(options);
                Ok(Self { kind: Kind::Postgres, writers: pool.clone(), readers: pool })
            }
        }
    }

    /// A transaction that writes. SQLite takes its lock at once, so that it never has to give up
    /// what it read.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, sqlx::Any>, Error> {
        let begin = match self.kind {
            Kind::Sqlite => "BEGIN IMMEDIATE",
            Kind::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED",
        };
        Ok(self.writers.begin_with(begin).await?)
    }

    /// A transaction that sees one state of the database, whoever writes meanwhile.
    pub(crate) async fn read(&self) -> Result<Transaction<'static, sqlx::Any>, Error> {
        let begin = match self.kind {
            Kind::Sqlite => "BEGIN DEFERRED",
            Kind::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        Ok(self.readers.begin_with(begin).await?)
    }

    /// A transaction that migrates: of several programs that start at once, one does.
    pub(crate) async fn migrate(&self) -> Result<Transaction<'static, sqlx::Any>, Error> {
        let mut transaction = self.write().await?;
        if self.kind == Kind::Postgres {
            // Whoever comes second waits, however long migrating takes.
            transaction.execute("SET LOCAL lock_timeout = 0").await?;
            // The number is this program's name.
            transaction.execute("SELECT pg_advisory_xact_lock(7594024157291672)").await?;
            transaction
                .execute(r#"CREATE COLLATION IF NOT EXISTS "binary" (LOCALE = 'C')"#)
                .await?;
        }
        Ok(transaction)
    }

    /// Ends all connections, after what they are at.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }
}

/// Connections that are told something first.
fn pool(connections: u32, first: String) -> AnyPoolOptions {
    let first = Arc::<str>::from(first);
    let options = AnyPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE);
    options.after_connect(move |connection, _| {
        let first = AssertSqlSafe(first.clone());
        Box::pin(async move { sqlx::raw_sql(first).execute(connection).await.map(|_| ()) })
    })
}

/// Statements are not logged: what is bound never is, and the rest says nothing.
fn options(address: &str) -> Result<AnyConnectOptions, Error> {
    let options = AnyConnectOptions::from_str(address)
        .map_err(|_| Error::Address { why: "cannot be read".to_owned() })?;
    Ok(options.disable_statement_logging())
}

/// What a connection to Postgres is told first: nobody waits for ever for a writer that hangs, and a
/// writer whose program is gone is ended.
const POSTGRES: &str = "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'";

/// What a connection to SQLite is told first: readers do not wait for the writer, what was committed
/// survives a loss of power, and references hold.
fn sqlite(reads_only: bool) -> String {
    format!(
        "PRAGMA busy_timeout = {BUSY_MILLISECONDS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         PRAGMA foreign_keys = ON; PRAGMA query_only = {};",
        u8::from(reads_only)
    )
}

/// Makes the file of a database that is not there, for its owner alone. What cannot be made is told
/// by SQLite, which opens it next.
fn make_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(path);
}

/// The address of a file for sqlx, whatever is in its name.
fn file_address(path: &Path) -> Result<String, Error> {
    let path = std::path::absolute(path)
        .map_err(|error| Error::Address { why: format!("has no usable path: {error}") })?;
    let Some(path) = path.to_str() else {
        return Err(Error::Address { why: "has a path that is no Unicode".to_owned() });
    };
    let mut address = String::from("sqlite://");
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~:\\".contains(&byte) {
            address.push(byte as char);
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address.push_str("?mode=rwc");
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let read = |address| Address::read(address).map_err(|error| error.to_string());
        assert_eq!(read("sqlite::memory:"), Ok(Address::Memory));
        assert_eq!(read("sqlite://a/b.db"), Ok(Address::File("a/b.db".into())));
        assert_eq!(read("sqlite:///a/b.db"), Ok(Address::File("/a/b.db".into())));
        assert_eq!(read("postgres://h/d"), Ok(Address::Postgres("postgres://h/d".into())));
        assert_eq!(
            read("mysql://u:secret@h/d"),
            Err("the address of the database begins with none of `sqlite://` and `postgres://`"
                .into())
        );
        assert_eq!(read("sqlite://"), Err("the address of the database has no path".into()));
    }

    #[test]
    fn the_name_of_a_file_says_nothing_else() {
        assert_eq!(
            file_address(Path::new("/a b/ü?mode=memory#.db")).ok().as_deref(),
            Some("sqlite:///a%20b/%C3%BC%3Fmode%3Dmemory%23.db?mode=rwc")
        );
    }
}
