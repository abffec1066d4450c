//! The alarms of one detector: of each principal and day the worst.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use cloudtrail::{EventId, Time};
use compact_str::CompactString;
use jiff::Timestamp;
use range::score::Found;

use super::call::Call;

/// What a detector said of each principal's days.
#[derive(Default)]
pub(super) struct Alarms(BTreeMap<(CompactString, i64), Alarm>);

pub(super) struct Alarm {
    pub(super) score: f64,
    /// When it became as bad.
    pub(super) at: Time,
    pub(super) key: CompactString,
    pub(super) events: Vec<EventId>,
}

impl Alarms {
    /// So many events are kept of each alarm.
    const EVENTS_KEPT: usize = 200;

    /// Notes what a detector says of a call: a score above 0, or nothing.
    pub(super) fn raise(&mut self, call: &Call<'_>, score: f64) {
        if score <= 0.0 {
            return;
        }
        let alarm = self.0.entry((call.principal.clone(), call.day)).or_insert_with(|| Alarm {
            score: 0.0,
            at: call.event.time,
            key: key_of(call),
            events: Vec::new(),
        });
        if score > alarm.score {
            (alarm.score, alarm.at) = (score, call.event.time);
        }
        if alarm.events.len() < Self::EVENTS_KEPT {
            alarm.events.push(call.id().clone());
        }
    }

    pub(super) fn found(self) -> Result<Vec<Found>> {
        self.0.into_iter().map(|((principal, _), alarm)| found(&principal, &alarm)).collect()
    }
}

/// The access key of a call; empty if it has none.
pub(super) fn key_of(call: &Call<'_>) -> CompactString {
    let key = call.event.identity.access_key.as_ref();
    key.map(|key| CompactString::new(key.as_str())).unwrap_or_default()
}

/// An alarm as the examiner reads it.
pub(super) fn found(principal: &str, alarm: &Alarm) -> Result<Found> {
    let ids: Vec<String> = alarm.events.iter().map(ToString::to_string).collect();
    Ok(Found {
        alert: true,
        score: alarm.score,
        detected_at: Timestamp::from_second(alarm.at.seconds()).context("time of an alarm")?,
        root_access_key_id: alarm.key.to_string(),
        access_key_ids: vec![alarm.key.to_string()],
        principals: vec![principal.to_owned()],
        first_event_id: ids.first().cloned().unwrap_or_default(),
        event_ids: ids,
        resources: Vec::new(),
        created: Vec::new(),
        reasons: Vec::new(),
        ledger: Vec::new(),
    })
}
