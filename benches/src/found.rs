//! What `keyhound scan --format ndjson` prints, as the examiner reads it.

use anyhow::{Context, Result};
use range::score::{Cause, Found};
use serde::Deserialize;

/// The incidents of a scan. `alert` is the score from which on they count as alerts; without it,
/// what the scan said itself counts.
pub fn read(ndjson: &str, alert: Option<f64>) -> Result<Vec<Found>> {
    let found = |line: &str| -> Result<Found> {
        let incident: Incident = serde_json::from_str(line).context("read an incident")?;
        incident.found(alert)
    };
    ndjson.lines().map(found).collect()
}

/// An incident of the contract (`docs/reference/ndjson.md`): what the examiner needs of it.
#[derive(Deserialize)]
struct Incident {
    status: String,
    score: f64,
    first_seen: String,
    detected_at: Option<String>,
    root_access_key_id: Option<String>,
    access_key_ids: Vec<String>,
    principals: Vec<String>,
    first_event_id: String,
    event_ids: Vec<String>,
    resources: Vec<String>,
    created: Vec<String>,
    ledger: Vec<Cause>,
    hypotheses: Vec<Hypothesis>,
}

#[derive(Deserialize)]
struct Hypothesis {
    name: String,
    verdict: String,
}

impl Incident {
    fn found(self, alert: Option<f64>) -> Result<Found> {
        let supported = self.hypotheses.into_iter().filter(|known| known.verdict == "supported");
        let detected = self.detected_at.unwrap_or(self.first_seen);
        Ok(Found {
            alert: alert.map_or(self.status == "alert", |least| self.score >= least),
            score: self.score,
            detected_at: detected.parse().context("read the time of an incident")?,
            root_access_key_id: self.root_access_key_id.unwrap_or_default(),
            access_key_ids: self.access_key_ids,
            principals: self.principals,
            first_event_id: self.first_event_id,
            event_ids: self.event_ids,
            resources: self.resources,
            created: self.created,
            reasons: supported.map(|known| known.name).collect(),
            ledger: self.ledger,
        })
    }
}
