//! Exceptions: what is expected, told in advance, until it expires; and what each hid.

use cloudtrail::Time;
use serde::Serialize;
use sqlx::AnyConnection;

use crate::act::Act;
use crate::audit::{Action, Entry, TargetKind};
use crate::incident::Hidden;
use crate::sql::{Row, composed, sql};
use crate::store::Change;
use crate::{Error, Store};

/// What somebody says about an exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionText {
    /// A CEL expression. Whether it is one is for the caller to say.
    pub expression: String,
    /// Why it is expected.
    pub reason: String,
    /// Who answers for it, by name.
    pub owner: String,
    /// From when on it hides nothing any more.
    pub expires_at: Time,
}

/// An exception.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exception {
    /// Its number.
    pub number: u64,
    /// Grows with every change.
    pub version: u64,
    /// A CEL expression.
    pub expression: String,
    /// Why it is expected.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// When it was made.
    pub created_at: Time,
    /// From when on it hides nothing any more.
    pub expires_at: Time,
    /// When it was ended before that.
    pub ended_at: Option<Time>,
    /// How many incidents it hid.
    pub hidden: u64,
    /// The last call that it hid.
    pub last_hidden_at: Option<Time>,
}

const SELECT: &str = "SELECT number, version, expression, reason, owner, created_at, expires_at, ended_at, \
    (SELECT COUNT(*) FROM hidden_incidents WHERE exception = number) AS hidden, \
    (SELECT MAX(last_at) FROM hidden_incidents WHERE exception = number) AS last_hidden_at \
    FROM exceptions";

impl Store {
    /// Makes an exception.
    pub async fn add_exception(&self, act: &Act, text: &ExceptionText) -> Result<Exception, Error> {
        check(act, text)?;
        let mut change = self.change(act).await?;
        let number = change.number("exception").await?;
        let insert = "INSERT INTO exceptions (number, version, expression, reason, owner, created_at, expires_at) \
                      VALUES ($1, 1, $2, $3, $4, $5, $6)";
        sql(insert)
            .bind(number)
            .bind(&text.expression)
            .bind(&text.reason)
            .bind(&text.owner)
            .bind(act.at)
            .bind(text.expires_at)
            .run(change.connection())
            .await?;
        let after = find(number, change.connection()).await?;
        let entry = Entry::new(Action::ExceptionAdd, TargetKind::Exception, &number);
        change.record(entry.after(&after)?.detail(&text.expression)).await?;
        change.commit().await?;
        Ok(after)
    }

    /// Changes an exception of that version; what it hid stays with it.
    pub async fn change_exception(
        &self,
        act: &Act,
        number: u64,
        version: u64,
        text: &ExceptionText,
    ) -> Result<Exception, Error> {
        check(act, text)?;
        let mut change = self.change(act).await?;
        let before = changeable(&mut change, number, version).await?;
        let update = "UPDATE exceptions SET version = version + 1, expression = $2, reason = $3, owner = $4, \
                      expires_at = $5 WHERE number = $1";
        sql(update)
            .bind(number)
            .bind(&text.expression)
            .bind(&text.reason)
            .bind(&text.owner)
            .bind(text.expires_at)
            .run(change.connection())
            .await?;
        finish(change, Action::ExceptionChange, &before).await
    }

    /// Ends an exception of that version before it expires.
    pub async fn end_exception(
        &self,
        act: &Act,
        number: u64,
        version: u64,
    ) -> Result<Exception, Error> {
        let mut change = self.change(act).await?;
        let before = changeable(&mut change, number, version).await?;
        sql("UPDATE exceptions SET version = version + 1, ended_at = $2 WHERE number = $1")
            .bind(number)
            .bind(act.at)
            .run(change.connection())
            .await?;
        finish(change, Action::ExceptionEnd, &before).await
    }

    /// All exceptions, those that expired or were ended too.
    pub async fn exceptions(&self) -> Result<Vec<Exception>, Error> {
        let rows = composed(format!("{SELECT} ORDER BY number"))
            .all(&mut *self.engine.read().await?)
            .await?;
        rows.iter().map(Exception::read).collect()
    }

    /// The incidents that an exception hid, with the last call that was hidden, the latest first.
    pub async fn hidden_by(&self, exception: u64) -> Result<Vec<Hidden>, Error> {
        let text = "SELECT incident_id, last_at FROM hidden_incidents WHERE exception = $1 \
                    ORDER BY last_at DESC, incident_id";
        let rows = sql(text).bind(exception).all(&mut *self.engine.read().await?).await?;
        rows.iter()
            .map(|row| {
                Ok(Hidden { exception, incident: row.get("incident_id")?, at: row.get("last_at")? })
            })
            .collect()
    }
}

impl Exception {
    /// Whether it hides anything at that moment.
    pub fn is_in_force(&self, at: Time) -> bool {
        at < self.expires_at && self.ended_at.is_none_or(|ended| at < ended)
    }

    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            number: row.get("number")?,
            version: row.get("version")?,
            expression: row.get("expression")?,
            reason: row.get("reason")?,
            owner: row.get("owner")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
            ended_at: row.get("ended_at")?,
            hidden: row.get("hidden")?,
            last_hidden_at: row.get("last_hidden_at")?,
        })
    }
}

fn check(act: &Act, text: &ExceptionText) -> Result<(), Error> {
    for (what, value) in [
        ("expression of the exception", &text.expression),
        ("reason of the exception", &text.reason),
        ("owner of the exception", &text.owner),
    ] {
        if value.trim().is_empty() {
            return Err(Error::invalid(what, "is empty"));
        }
    }
    if text.expires_at <= act.at {
        return Err(Error::invalid("expiry of the exception", "is in the past"));
    }
    Ok(())
}

async fn find(number: u64, connection: &mut AnyConnection) -> Result<Exception, Error> {
    let row =
        composed(format!("{SELECT} WHERE number = $1")).bind(number).first(connection).await?;
    Exception::read(&row.ok_or_else(|| Error::absent("exception", &number))?)
}

async fn changeable(change: &mut Change, number: u64, version: u64) -> Result<Exception, Error> {
    let exception = find(number, change.connection()).await?;
    if exception.version != version {
        let (id, found) = (number.to_string(), exception.version);
        return Err(Error::Stale { what: "exception", id, expected: version, found });
    }
    if exception.ended_at.is_some() {
        return Err(Error::refused(format!("exception `{number}` was ended")));
    }
    Ok(exception)
}

async fn finish(
    mut change: Change,
    action: Action,
    before: &Exception,
) -> Result<Exception, Error> {
    let after = find(before.number, change.connection()).await?;
    let entry = Entry::new(action, TargetKind::Exception, &before.number);
    change.record(entry.before(before)?.after(&after)?.detail(&after.expression)).await?;
    change.commit().await?;
    Ok(after)
}

/// Notes that an exception hid an incident; an incident counts once, however often it grows.
pub(crate) async fn hide(change: &mut Change, hidden: &Hidden) -> Result<(), Error> {
    Error::check_length("id of the hidden incident", &hidden.incident)?;
    find(hidden.exception, change.connection()).await?;
    let text = "INSERT INTO hidden_incidents (exception, incident_id, first_at, last_at) VALUES ($1, $2, $3, $3) \
                ON CONFLICT (exception, incident_id) DO UPDATE SET last_at = \
                CASE WHEN excluded.last_at > hidden_incidents.last_at THEN excluded.last_at \
                ELSE hidden_incidents.last_at END";
    sql(text)
        .bind(hidden.exception)
        .bind(&hidden.incident)
        .bind(hidden.at)
        .run(change.connection())
        .await?;
    Ok(())
}
