//! Restoring a backup into a database that is empty, all of it or nothing.

use std::collections::BTreeMap;
use std::io::BufRead;

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::AnyConnection;

use super::tables::{Kind, Table, tables};
use super::{FORMAT, First, Last, Manifest};
use crate::engine::Engine;
use crate::hex::hex;
use crate::sql::{composed, sql};
use crate::{Error, Store, schema};

/// A line that is neither the first nor the last.
#[derive(Deserialize)]
struct Line {
    table: String,
    row: BTreeMap<String, Value>,
}

impl Store {
    /// Restores a backup into an empty database and opens it. The backup may be of an earlier version:
    /// its tables are made first, and then brought to this version's.
    pub async fn restore(address: &str, backup: &mut (dyn BufRead + Send)) -> Result<Self, Error> {
        let engine = Engine::connect(address).await?;
        let mut lines = Lines { backup, hasher: Sha256::new(), number: 0 };
        let first = lines.next()?.ok_or_else(|| lines.wrong("is missing"))?;
        let First { keyhound_backup, schema } =
            serde_json::from_str(&first).map_err(|_| lines.wrong("is not the head of a backup"))?;
        if keyhound_backup != FORMAT {
            return Err(
                lines.wrong(format!("is of format {keyhound_backup}, and only {FORMAT} is known"))
            );
        }
        if schema > schema::VERSION {
            return Err(Error::Newer { found: schema, known: schema::VERSION });
        }
        let mut transaction = engine.migrate().await?;
        if schema::apply(&mut transaction, schema).await? > 0 {
            return Err(Error::refused("the database is not empty: restore into a new one"));
        }
        // The one row that a migration makes.
        sql("DELETE FROM audit_head").run(&mut transaction).await?;
        load(&mut lines, schema, &mut transaction).await?;
        transaction.commit().await?;
        schema::migrate(&engine).await?;
        Ok(Self { engine })
    }
}

/// Writes rows until the end, and checks that it is the end of these rows.
async fn load(
    lines: &mut Lines<'_>,
    schema: u32,
    connection: &mut AnyConnection,
) -> Result<(), Error> {
    let tables: BTreeMap<&str, &Table> = tables(schema).map(|table| (table.name, table)).collect();
    let mut rows: BTreeMap<String, u64> =
        tables.keys().map(|name| ((*name).to_owned(), 0)).collect();
    loop {
        let sha256 = hex(&lines.hasher.clone().finalize());
        let text =
            lines.next()?.ok_or_else(|| lines.wrong("is missing: the backup was cut off"))?;
        if let Ok(Last { end }) = serde_json::from_str(&text) {
            if end != (Manifest { rows, sha256 }) {
                return Err(
                    lines.wrong("does not belong to what stands before it: the backup was altered")
                );
            }
            return match lines.next()? {
                None => Ok(()),
                Some(_) => Err(lines.wrong("stands behind the end")),
            };
        }
        let Line { table, row } =
            serde_json::from_str(&text).map_err(|_| lines.wrong("is no row of a backup"))?;
        let Some(table) = tables.get(table.as_str()) else {
            return Err(lines.wrong("is of a table that its version does not have"));
        };
        insert(lines, table, schema, &row, connection).await?;
        if let Some(count) = rows.get_mut(table.name) {
            *count += 1;
        }
    }
}

/// Writes a row that has exactly the columns of its table. Names in the statement are this program's,
/// not the backup's.
async fn insert(
    lines: &Lines<'_>,
    table: &Table,
    schema: u32,
    row: &BTreeMap<String, Value>,
    connection: &mut AnyConnection,
) -> Result<(), Error> {
    let columns: Vec<_> = table.columns(schema).collect();
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let places: Vec<String> = (1..=columns.len()).map(|number| format!("${number}")).collect();
    let (name, names, places) = (table.name, names.join(", "), places.join(", "));
    let mut statement = composed(format!("INSERT INTO {name} ({names}) VALUES ({places})"));
    for column in &columns {
        let value = row.get(column.name).ok_or_else(|| lines.wrong("lacks a column"))?;
        statement = match (column.kind, value) {
            (Kind::Number, Value::Null) => statement.bind(None::<i64>),
            (Kind::Text, Value::Null) => statement.bind(None::<&str>),
            (Kind::Text, Value::String(text)) => statement.bind(text),
            (Kind::Number, Value::Number(number)) => statement
                .bind(number.as_i64().ok_or_else(|| lines.wrong("has a number that is none"))?),
            _ => return Err(lines.wrong("has a value of another kind than its column")),
        };
    }
    if row.len() != columns.len() {
        return Err(lines.wrong("has a column that its version does not have"));
    }
    statement.run(connection).await?;
    Ok(())
}

struct Lines<'b> {
    backup: &'b mut (dyn BufRead + Send),
    /// Of every line that was read.
    hasher: Sha256,
    number: u64,
}

impl Lines<'_> {
    fn next(&mut self) -> Result<Option<String>, Error> {
        let mut line = Vec::new();
        self.number += 1;
        let read = self.backup.read_until(b'\n', &mut line);
        if read.map_err(|source| Error::File { doing: "read", source })? == 0 {
            return Ok(None);
        }
        self.hasher.update(&line);
        String::from_utf8(line).map(Some).map_err(|_| self.wrong("is no text"))
    }

    fn wrong(&self, why: impl Into<String>) -> Error {
        Error::Backup { line: self.number, why: why.into() }
    }
}
