//! Incidents that share an account, key, principal or address.

use serde::Serialize;

use super::{Incident, TermKind, find};
use crate::sql::sql;
use crate::{Error, Store};

/// An incident that has something in common with another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Related {
    /// The incident.
    pub incident: Incident,
    /// What both have.
    pub shared: Vec<(TermKind, String)>,
}

impl Store {
    /// The incidents that share most with that one, but at most so many. An account alone is shared
    /// by too many to mean anything.
    pub async fn related(&self, id: &str, most: u32) -> Result<Vec<Related>, Error> {
        let mut transaction = self.engine.read().await?;
        let text = "SELECT other.incident_id AS other_id, COUNT(*) AS terms FROM incident_terms mine \
                    JOIN incident_terms other ON other.kind = mine.kind AND other.value = mine.value \
                    WHERE mine.incident_id = $1 AND other.incident_id <> $1 AND mine.kind <> 'account' \
                    GROUP BY other.incident_id ORDER BY terms DESC, other_id LIMIT $2";
        let others = sql(text).bind(id).bind(most).all(&mut transaction).await?;
        let mut related = Vec::with_capacity(others.len());
        for row in others {
            let other: String = row.get("other_id")?;
            let text = "SELECT mine.kind AS kind, mine.value AS value FROM incident_terms mine \
                        JOIN incident_terms other ON other.kind = mine.kind AND other.value = mine.value \
                        WHERE mine.incident_id = $1 AND other.incident_id = $2 ORDER BY mine.kind, mine.value";
            let rows = sql(text).bind(id).bind(&other).all(&mut transaction).await?;
            let shared = rows
                .iter()
                .map(|row| Ok((row.get("kind")?, row.get("value")?)))
                .collect::<Result<Vec<_>, Error>>()?;
            if let Some(incident) = find(&other, &mut transaction).await? {
                related.push(Related { incident, shared });
            }
        }
        Ok(related)
    }
}
