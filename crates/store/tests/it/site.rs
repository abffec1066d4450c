//! Where a test has its database: a file of SQLite, or a database of its own in Postgres.

use std::future::Future;

use sqlx::{AnyConnection, Connection};
use store::Store;
use tempfile::TempDir;

use crate::postgres;

/// A place with a database that nobody else uses.
pub(super) struct Site {
    pub(super) address: String,
    pub(super) is_sqlite: bool,
    _folder: TempDir,
}

impl Site {
    pub(super) fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("make a folder");
        let address = format!("sqlite://{}", folder.path().join("store.db").display());
        Self { address, is_sqlite: true, _folder: folder }
    }

    pub(super) fn postgres() -> Self {
        let folder = tempfile::tempdir().expect("make a folder");
        Self { address: postgres::database(), is_sqlite: false, _folder: folder }
    }

    /// Another empty place of the same engine.
    pub(super) fn another(&self) -> Self {
        if self.is_sqlite { Self::sqlite() } else { Self::postgres() }
    }

    /// An empty place of the other engine.
    pub(super) fn other_engine(&self) -> Self {
        if self.is_sqlite { Self::postgres() } else { Self::sqlite() }
    }

    pub(super) async fn open(&self) -> Store {
        Store::open(&self.address).await.expect("open the store")
    }

    /// A connection past the store, for whoever tampers or looks.
    pub(super) async fn connection(&self) -> AnyConnection {
        sqlx::any::install_default_drivers();
        let mode = if self.is_sqlite { "?mode=rwc" } else { "" };
        AnyConnection::connect(&format!("{}{mode}", self.address)).await.expect("connect")
    }

    /// Runs statements past the store.
    pub(super) async fn tamper(&self, text: &str) {
        let mut connection = self.connection().await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(text.to_owned()))
            .execute(&mut connection)
            .await
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        connection.close().await.expect("close");
    }
}

/// Runs a test to its end.
pub(super) fn run<F: Future>(test: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("start a runtime")
        .block_on(test)
}

/// Makes each of these functions a test on SQLite and one on Postgres.
macro_rules! both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $name() {
                crate::site::run(super::$name(crate::site::Site::sqlite()));
            })+
        }

        mod postgres {
            $(#[test]
            fn $name() {
                crate::site::run(super::$name(crate::site::Site::postgres()));
            })+
        }
    };
}

pub(super) use both;
