//! Effects exactly once: what a part of the input told, and up to where the input is applied, are
//! written together.

use cloudtrail::Time;

use super::{Changed, Judged, Route, put};
use crate::act::Act;
use crate::exception;
use crate::sql::sql;
use crate::store::Change;
use crate::{Error, Store};

/// What a part of the input told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Where the input comes from.
    pub source: String,
    /// The position that this follows; none at the very beginning.
    pub after: Option<String>,
    /// The position that this leads to.
    pub position: String,
    /// The incidents that are new or different.
    pub incidents: Vec<Judged>,
    /// Which incidents were hidden by which exceptions.
    pub hidden: Vec<Hidden>,
}

/// An incident that an exception hid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The exception.
    pub exception: u64,
    /// The incident.
    pub incident: String,
    /// The last call that was hidden.
    pub at: Time,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Applied {
    /// It was written.
    Now(Vec<Changed>),
    /// It was written before; nothing was done.
    Before,
}

impl Store {
    /// Writes a batch and its position in one transaction. The same batch once more does nothing; one
    /// that does not follow the last is refused, so that of two programs that apply one source only
    /// one gets anywhere.
    pub async fn apply(
        &self,
        act: &Act,
        batch: &Batch,
        route: Route<'_>,
    ) -> Result<Applied, Error> {
        if batch.after.as_ref() == Some(&batch.position) {
            return Err(Error::invalid("position", "must be another one after each batch"));
        }
        Error::check_length("name of the source", &batch.source)?;
        let mut change = self.change(act).await?;
        let found = position(&mut change, &batch.source).await?;
        if found.as_ref() == Some(&batch.position) {
            return Ok(Applied::Before);
        }
        if found != batch.after {
            return Err(Error::Gap { source_name: batch.source.clone() });
        }
        let mut changed = Vec::with_capacity(batch.incidents.len());
        for judged in &batch.incidents {
            changed.push(put(&mut change, judged, route).await?);
        }
        for hidden in &batch.hidden {
            exception::hide(&mut change, hidden).await?;
        }
        let text = "INSERT INTO positions (source, value, at) VALUES ($1, $2, $3) \
                    ON CONFLICT (source) DO UPDATE SET value = excluded.value, at = excluded.at";
        sql(text)
            .bind(&batch.source)
            .bind(&batch.position)
            .bind(act.at)
            .run(change.connection())
            .await?;
        change.commit().await?;
        Ok(Applied::Now(changed))
    }

    /// Up to where the input of a source is applied; none if nothing of it is.
    pub async fn position(&self, source: &str) -> Result<Option<String>, Error> {
        let row = sql("SELECT value FROM positions WHERE source = $1")
            .bind(source)
            .first(&mut *self.engine.read().await?)
            .await?;
        row.map(|row| row.get("value")).transpose()
    }
}

async fn position(change: &mut Change, source: &str) -> Result<Option<String>, Error> {
    let row = sql("SELECT value FROM positions WHERE source = $1")
        .bind(source)
        .first(change.connection())
        .await?;
    row.map(|row| row.get("value")).transpose()
}
