//! A database as it is, past the store: its tables and rows.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, AssertSqlSafe, Column, Row, ValueRef};

use crate::site::Site;

/// A row, by column.
pub(super) type Fields = BTreeMap<String, Value>;

/// Every table with its rows in some fixed order, but for the list of migrations.
pub(super) async fn tables(site: &Site) -> BTreeMap<String, Vec<Fields>> {
    let mut connection = site.connection().await;
    let catalogue = if site.is_sqlite {
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    } else {
        "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables WHERE table_schema = 'public'"
    };
    let mut tables = BTreeMap::new();
    for row in rows(&mut connection, catalogue).await {
        let name = row["name"].as_str().expect("a name").to_owned();
        if name != "migrations" {
            let found = rows(&mut connection, &format!("SELECT * FROM {name}")).await;
            tables.insert(name, found);
        }
    }
    tables
}

/// What a question answers, sorted.
pub(super) async fn rows(connection: &mut AnyConnection, question: &str) -> Vec<Fields> {
    let question = AssertSqlSafe(question.to_owned());
    let found = sqlx::query(question).fetch_all(connection).await.expect("an answer");
    let mut rows: Vec<Fields> = found
        .iter()
        .map(|row| {
            row.columns()
                .iter()
                .map(|column| {
                    let place = column.ordinal();
                    let value = if row.try_get_raw(place).expect("a value").is_null() {
                        Value::Null
                    } else if let Ok(number) = row.try_get::<i64, _>(place) {
                        number.into()
                    } else {
                        row.try_get::<String, _>(place).expect("a text").into()
                    };
                    (column.name().to_owned(), value)
                })
                .collect()
        })
        .collect();
    rows.sort_by_key(|row| format!("{row:?}"));
    rows
}

/// SHA-256 in hexadecimal digits.
pub(super) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}
