//! Reading one incident, and how it was told before.

use cloudtrail::Time;
use serde::Serialize;

use super::{Incident, find};
use crate::sql::sql;
use crate::{Error, Store};

/// A version of an incident's document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IncidentVersion {
    /// The incident's version when it was told so. Between two of these may be versions in which only
    /// the workflow changed.
    pub version: u64,
    /// When it was written.
    pub at: Time,
}

impl Store {
    /// The incident of that id; none if there is none.
    pub async fn incident(&self, id: &str) -> Result<Option<Incident>, Error> {
        find(id, &mut *self.engine.read().await?).await
    }

    /// The incident of that id with its document, as of one moment.
    pub async fn document(&self, id: &str) -> Result<Option<(Incident, String)>, Error> {
        let mut transaction = self.engine.read().await?;
        let Some(incident) = find(id, &mut transaction).await? else { return Ok(None) };
        let row = sql("SELECT document FROM incidents WHERE id = $1")
            .bind(id)
            .one(&mut transaction)
            .await?;
        Ok(Some((incident, row.get("document")?)))
    }

    /// The versions of its document, the first first.
    pub async fn versions(&self, id: &str) -> Result<Vec<IncidentVersion>, Error> {
        let rows = sql(
            "SELECT version, at FROM incident_versions WHERE incident_id = $1 ORDER BY version",
        )
        .bind(id)
        .all(&mut *self.engine.read().await?)
        .await?;
        rows.iter()
            .map(|row| Ok(IncidentVersion { version: row.get("version")?, at: row.get("at")? }))
            .collect()
    }

    /// The document as of that version: the one that was told last before or in it.
    pub async fn document_of(&self, id: &str, version: u64) -> Result<Option<String>, Error> {
        let text = "SELECT document FROM incident_versions WHERE incident_id = $1 AND version <= $2 \
                    ORDER BY version DESC LIMIT 1";
        let row = sql(text).bind(id).bind(version).first(&mut *self.engine.read().await?).await?;
        row.map(|row| row.get("document")).transpose()
    }
}
