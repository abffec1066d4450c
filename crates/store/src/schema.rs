//! The tables, and how a database of an earlier version comes to have them.
//!
//! Migrations are numbered files that only go forward. One that was released is never edited: its
//! digest stands in every database that it was applied to.

use sha2::{Digest, Sha256};
use sqlx::AnyConnection;

use crate::Error;
use crate::engine::Engine;
use crate::hex::hex;
use crate::sql::sql;

/// A step from one version of the tables to the next.
struct Migration {
    name: &'static str,
    text: &'static str,
}

macro_rules! migrations {
    ($($name:literal),+ $(,)?) => {
        &[$(Migration { name: $name, text: include_str!(concat!("../migrations/", $name, ".sql")) }),+]
    };
}

/// All of them; the first leads to version 1.
const MIGRATIONS: &[Migration] = migrations![
    "0001_incidents",
    "0002_workflow",
    "0003_exceptions",
    "0004_notifications",
    "0005_users",
    "0006_settings",
];

/// The version of the tables that this program works with.
pub const VERSION: u32 = MIGRATIONS.len() as u32;

const BOOK: &str = r#"
CREATE TABLE IF NOT EXISTS migrations (
    version BIGINT NOT NULL PRIMARY KEY,
    name TEXT COLLATE "binary" NOT NULL,
    digest TEXT COLLATE "binary" NOT NULL
)"#;

/// Brings a database to this program's version; refuses one that is beyond it.
pub(crate) async fn migrate(engine: &Engine) -> Result<(), Error> {
    let mut transaction = engine.migrate().await?;
    apply(&mut transaction, VERSION).await?;
    Ok(transaction.commit().await?)
}

/// Brings a database to a version inside of a transaction; answers with the version that it had.
pub(crate) async fn apply(connection: &mut AnyConnection, wanted: u32) -> Result<u32, Error> {
    sql(BOOK).run(connection).await?;
    let applied =
        sql("SELECT version, digest FROM migrations ORDER BY version").all(connection).await?;
    let found = match applied.last() {
        Some(row) => row.get("version")?,
        None => 0,
    };
    if found > VERSION {
        return Err(Error::Newer { found, known: VERSION });
    }
    for (row, (version, migration)) in applied.iter().zip(numbered()) {
        if row.get::<u32>("version")? != version
            || row.get::<String>("digest")? != digest(migration)
        {
            return Err(Error::Foreign { version });
        }
    }
    for (version, migration) in numbered() {
        if version > found && version <= wanted {
            sqlx::raw_sql(migration.text).execute(&mut *connection).await?;
            sql("INSERT INTO migrations (version, name, digest) VALUES ($1, $2, $3)")
                .bind(version)
                .bind(migration.name)
                .bind(&digest(migration))
                .run(connection)
                .await?;
        }
    }
    Ok(found)
}

fn numbered() -> impl Iterator<Item = (u32, &'static Migration)> {
    (1..).zip(MIGRATIONS)
}

fn digest(migration: &Migration) -> String {
    hex(&Sha256::digest(migration.text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_migration_and_stands_at_its_number() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
            .collect();
        files.sort();
        let names: Vec<String> =
            MIGRATIONS.iter().map(|migration| format!("{}.sql", migration.name)).collect();
        assert_eq!(files, names);
        for (version, migration) in numbered() {
            assert!(migration.name.starts_with(&format!("{version:04}_")), "{}", migration.name);
        }
    }
}
