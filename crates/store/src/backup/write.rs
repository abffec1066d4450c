//! Writing a backup: one state of the database, whoever writes to it meanwhile.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;

use futures::TryStreamExt;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::tables::{Column, Kind, Table, tables};
use super::{FORMAT, First, Last, Manifest};
use crate::hex::hex;
use crate::sql::{Row, composed};
use crate::{Error, Store, schema};

impl Store {
    /// Writes everything as lines of JSON, among it the hashes of passwords and secrets: whoever may
    /// read a backup may try to guess passwords.
    pub async fn backup(&self, out: &mut (dyn Write + Send)) -> Result<Manifest, Error> {
        let mut lines = Lines { out, hasher: Sha256::new() };
        lines.json(&First { keyhound_backup: FORMAT, schema: schema::VERSION })?;
        let mut rows = BTreeMap::new();
        let mut transaction = self.engine.read().await?;
        for table in tables(schema::VERSION) {
            let columns: Vec<&Column> = table.columns(schema::VERSION).collect();
            let mut count = 0;
            let mut found = std::pin::pin!(select(table, &columns).stream(&mut transaction));
            while let Some(row) = found.try_next().await? {
                lines.write(&line(table, &columns, &row)?)?;
                count += 1;
            }
            rows.insert(table.name.to_owned(), count);
        }
        let sha256 = hex(&lines.hasher.clone().finalize());
        let manifest = Manifest { rows, sha256 };
        lines.json(&Last { end: manifest.clone() })?;
        lines.out.flush().map_err(|source| Error::File { doing: "write", source })?;
        Ok(manifest)
    }
}

fn select(table: &Table, columns: &[&Column]) -> crate::sql::Statement {
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    composed(format!("SELECT {} FROM {} ORDER BY {}", names.join(", "), table.name, table.key))
}

/// A row with its columns in their order; a map of serde's might have another one in another build.
fn line(table: &Table, columns: &[&Column], row: &Row) -> Result<String, Error> {
    let mut line = format!(r#"{{"table":"{}","row":{{"#, table.name);
    for (index, column) in columns.iter().enumerate() {
        let value = match column.kind {
            Kind::Number => serde_json::to_string(&row.get::<Option<i64>>(column.name)?)?,
            Kind::Text => serde_json::to_string(&row.get::<Option<String>>(column.name)?)?,
        };
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(line, r#"{comma}"{}":{value}"#, column.name);
    }
    line.push_str("}}");
    Ok(line)
}

struct Lines<'o> {
    out: &'o mut (dyn Write + Send),
    hasher: Sha256,
}

impl Lines<'_> {
    fn json(&mut self, thing: &impl Serialize) -> Result<(), Error> {
        self.write(&serde_json::to_string(thing)?)
    }

    fn write(&mut self, line: &str) -> Result<(), Error> {
        for bytes in [line.as_bytes(), b"\n"] {
            self.hasher.update(bytes);
            self.out.write_all(bytes).map_err(|source| Error::File { doing: "write", source })?;
        }
        Ok(())
    }
}
