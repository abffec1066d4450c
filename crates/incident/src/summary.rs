//! From a principal's state to a row of the identity table.

use detect::{Kind, State};

use crate::incident::IdentitySummary;

impl IdentitySummary {
    /// What a principal did; `None` for AWS itself and for principals that never acted.
    pub fn of(state: &State) -> Option<Self> {
        let summary = &state.summary;
        let (first_seen, last_seen) = summary.seen?;
        if state.kind == Kind::AwsService {
            return None;
        }
        let seen = state.everything_seen();
        Some(Self {
            principal: state.arn().to_string(),
            kind: state.kind.as_str().to_owned(),
            events: summary.events,
            service_events: u64::from(summary.service_events),
            days: seen.active_days(),
            first_seen,
            last_seen,
            access_key_ids: summary.keys.to_vec(),
            keys: u64::from(summary.key_count),
            networks: seen.systems().distinct() as u32,
            clients: seen.clients().distinct() as u32,
            regions: seen.regions().distinct() as u32,
            refusals: u64::from(summary.refusals),
            sensitive: u64::from(summary.sensitive),
            score: summary.score.to_f64(),
        })
    }
}
