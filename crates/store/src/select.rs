//! Questions with filters that may be there or not: literals of this crate with bound values.

use std::fmt::Write;

use sqlx::AnyConnection;

use crate::Error;
use crate::page::{Cursor, Limit};
use crate::sql::{Row, composed};

/// A question that grows filter by filter.
pub(crate) struct Select {
    text: String,
    values: Vec<Held>,
    filters: usize,
}

/// A value that waits to be bound.
pub(crate) enum Held {
    Text(String),
    Number(i64),
}

impl From<&str> for Held {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Held {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl Select {
    /// Begins with a literal.
    pub(crate) fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), values: Vec::new(), filters: 0 }
    }

    /// Adds a literal.
    pub(crate) fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a condition, or its beginning.
    pub(crate) fn filter(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(if self.filters == 0 { " WHERE " } else { " AND " });
        self.filters += 1;
        self.push(text)
    }

    /// Adds a value.
    pub(crate) fn bind<'v>(&mut self, value: impl Into<Held> + 'v) -> &mut Self {
        self.values.push(value.into());
        let _ = write!(self.text, "${}", self.values.len());
        self
    }

    /// Adds a list of values in brackets.
    pub(crate) fn bind_all<'v>(
        &mut self,
        values: impl Iterator<Item = impl Into<Held> + 'v>,
    ) -> &mut Self {
        for (index, value) in values.enumerate() {
            self.push(if index == 0 { "(" } else { ", " }).bind(value);
        }
        self.push(")")
    }

    /// Goes backwards by a number, from behind a cursor.
    pub(crate) fn backwards_by_number(
        &mut self,
        list: &str,
        column: &'static str,
        after: Option<&str>,
    ) -> Result<(), Error> {
        if let Some(after) = after {
            let cursor = Cursor::decode(after, list)?;
            self.filter(column).push(" < ").bind(cursor.key);
        }
        self.push(" ORDER BY ").push(column).push(" DESC");
        Ok(())
    }

    /// The cursor of a list that goes by a number.
    pub(crate) fn number_cursor(list: &str, number: u64) -> Cursor {
        Cursor { order: list.to_owned(), key: number as i64, id: String::new() }
    }

    /// Asks for one item more than the limit.
    pub(crate) async fn all(
        mut self,
        limit: Limit,
        connection: &mut AnyConnection,
    ) -> Result<Vec<Row>, Error> {
        self.push(" LIMIT ").bind(limit.with_next());
        self.every(connection).await
    }

    /// Asks for all there is.
    pub(crate) async fn every(self, connection: &mut AnyConnection) -> Result<Vec<Row>, Error> {
        let statement =
            self.values.iter().fold(composed(self.text), |statement, value| match value {
                Held::Text(text) => statement.bind(text),
                Held::Number(number) => statement.bind(*number),
            });
        statement.all(connection).await
    }
}
