//! An incident as the examiner reads it.

use incident::{Incident, Status, Verdict};
use range::score::{Cause, Found};

/// What the examiner needs to know of an incident.
pub(super) fn found(incident: &Incident) -> Found {
    let supported = incident.hypotheses.iter().filter(|known| known.verdict == Verdict::Supported);
    let texts = |ids: &[cloudtrail::EventId]| ids.iter().map(ToString::to_string).collect();
    let detected = incident.detected_at.unwrap_or(incident.first_seen);
    let root = incident.root_access_key_id.as_ref();
    Found {
        alert: incident.status == Status::Alert,
        score: incident.score,
        // A time of an event is written as the examiner reads it.
        detected_at: detected.to_string().parse().unwrap_or_default(),
        root_access_key_id: root.map(|key| key.as_str().to_owned()).unwrap_or_default(),
        access_key_ids: incident.access_key_ids.iter().map(|key| key.as_str().to_owned()).collect(),
        principals: incident.principals.clone(),
        first_event_id: incident.first_event_id.to_string(),
        event_ids: texts(&incident.event_ids),
        resources: incident.resources.clone(),
        created: incident.created.clone(),
        reasons: supported.map(|known| known.name.clone()).collect(),
        ledger: incident
            .ledger
            .iter()
            .map(|line| Cause { bits: line.bits, event_ids: texts(&line.event_ids) })
            .collect(),
    }
}
