//! One SQL text for SQLite and Postgres: statements with `$1`, what may be bound, what may be read.
//!
//! Only integers and texts cross this border: moments are microseconds since 1970 in UTC, truths are
//! 0 and 1, closed lists are words. Every value is bound, none is written into a statement.

use cloudtrail::Time;
use sqlx::any::{Any, AnyArguments, AnyRow};
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

use crate::Error;

/// A statement of sqlx with what was bound so far.
pub(crate) type Bound = sqlx::query::Query<'static, Any, AnyArguments>;

/// A statement.
pub(crate) struct Statement(Bound);

/// A statement that is a literal.
pub(crate) fn sql(text: &'static str) -> Statement {
    Statement(sqlx::query(text))
}

/// A statement that was put together from literals of this crate, and from nothing else.
pub(crate) fn composed(text: String) -> Statement {
    Statement(sqlx::query(AssertSqlSafe(text)))
}

impl Statement {
    /// Binds the next value.
    pub(crate) fn bind(self, value: impl Value) -> Self {
        Self(value.bind(self.0))
    }

    /// Runs it and says how many rows it changed.
    pub(crate) async fn run(self, connection: &mut AnyConnection) -> Result<u64, Error> {
        Ok(self.0.execute(connection).await?.rows_affected())
    }

    /// Its first row, if there is one.
    pub(crate) async fn first(self, connection: &mut AnyConnection) -> Result<Option<Row>, Error> {
        Ok(self.0.fetch_optional(connection).await?.map(Row))
    }

    /// Its row, which is there.
    pub(crate) async fn one(self, connection: &mut AnyConnection) -> Result<Row, Error> {
        Ok(Row(self.0.fetch_one(connection).await?))
    }

    /// All its rows.
    pub(crate) async fn all(self, connection: &mut AnyConnection) -> Result<Vec<Row>, Error> {
        Ok(self.0.fetch_all(connection).await?.into_iter().map(Row).collect())
    }

    /// Its rows, one after the other.
    pub(crate) fn stream(
        self,
        connection: &mut AnyConnection,
    ) -> impl futures::Stream<Item = Result<Row, Error>> + Send + '_ {
        use futures::TryStreamExt;
        self.0.fetch(connection).map_ok(Row).map_err(Error::from)
    }
}

/// What a statement answers.
pub(crate) struct Row(AnyRow);

impl Row {
    /// The value of a column.
    pub(crate) fn get<T: Column>(&self, name: &str) -> Result<T, Error> {
        T::read(&self.0, name)
    }
}

/// What may be bound.
pub(crate) trait Value {
    /// Binds it.
    fn bind(self, query: Bound) -> Bound;
}

/// What may be read.
pub(crate) trait Column: Sized {
    /// Reads it.
    fn read(row: &AnyRow, name: &str) -> Result<Self, Error>;
}

/// Text as both engines can hold it: Postgres has no U+0000, so it becomes U+FFFD in both.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

impl Value for &str {
    fn bind(self, query: Bound) -> Bound {
        query.bind(storable(self))
    }
}

impl Value for &String {
    fn bind(self, query: Bound) -> Bound {
        self.as_str().bind(query)
    }
}

impl Value for Option<&str> {
    fn bind(self, query: Bound) -> Bound {
        query.bind(self.map(storable))
    }
}

impl Value for i64 {
    fn bind(self, query: Bound) -> Bound {
        query.bind(self)
    }
}

impl Value for Option<i64> {
    fn bind(self, query: Bound) -> Bound {
        query.bind(self)
    }
}

impl Value for u64 {
    fn bind(self, query: Bound) -> Bound {
        query.bind(i64::try_from(self).unwrap_or(i64::MAX))
    }
}

impl Value for u32 {
    fn bind(self, query: Bound) -> Bound {
        query.bind(i64::from(self))
    }
}

impl Value for bool {
    fn bind(self, query: Bound) -> Bound {
        query.bind(i64::from(self))
    }
}

impl Value for Time {
    fn bind(self, query: Bound) -> Bound {
        query.bind(self.micros())
    }
}

impl Value for Option<Time> {
    fn bind(self, query: Bound) -> Bound {
        query.bind(self.map(Time::micros))
    }
}

impl Column for String {
    fn read(row: &AnyRow, name: &str) -> Result<Self, Error> {
        Ok(row.try_get(name)?)
    }
}

impl Column for Option<String> {
    fn read(row: &AnyRow, name: &str) -> Result<Self, Error> {
        Ok(row.try_get(name)?)
    }
}

impl Column for i64 {
    fn read(row: &AnyRow, name: &str) -> Result<Self, Error> {
        Ok(row.try_get(name)?)
    }
}

impl Column for Option<i64> {
    fn read(row: &AnyRow, name: &str) -> Result<Self, Error> {
        Ok(row.try_get(name)?)
    }
}

impl Column for u64 {
    fn read(row: &AnyRow, name: &str) -> Result<Self, Error> {
        Self::try_from(i64::read(row, name)?).map_err(|_| Error::damaged(name, "is negative"))
    }
}

impl Column for u32 {
    fn read(row: &AnyRow, name: &str) -> Result<Self, Error> {
        Self::try_from(i64::read(row, name)?).map_err(|_| Error::damaged(name, "is out of range"))
    }
}

impl Column for bool {
    fn read(row: &AnyRow, name: &str) -> Result<Self, Error> {
        Ok(i64::read(row, name)? != 0)
    }
}

impl Column for Time {
    fn read(row: &AnyRow, name: &str) -> Result<Self, Error> {
        Ok(Self::from_micros(i64::read(row, name)?))
    }
}

impl Column for Option<Time> {
    fn read(row: &AnyRow, name: &str) -> Result<Self, Error> {
        Ok(Option::<i64>::read(row, name)?.map(Time::from_micros))
    }
}
