//! What is usual for a subject, and what was new.

use cloudtrail::Time;
use serde::Serialize;

use super::seen::Row;
use super::tally::Tally;

/// A value that the subject shows again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Habit {
    /// `network`, `client`, `region`, `account`, `action` or `key`.
    pub dimension: &'static str,
    /// The value.
    pub value: String,
    /// On so many UTC days…
    pub days: u64,
    /// …of so many on which the subject was seen.
    pub of_days: u64,
}

/// A value that the subject had not shown before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Novelty {
    /// When it was first seen.
    pub time: Time,
    /// The event.
    pub event_id: String,
    /// `network`, `client`, `region`, `account`, `action` or `key`.
    pub dimension: &'static str,
    /// The value.
    pub value: String,
    /// Events with it from then on.
    pub events: u64,
}

/// So many novelties are told.
const TOLD: usize = 100;
/// So many habits of a dimension are told.
const HABITS: usize = 5;

/// All events of a subject, whatever period was asked for.
#[derive(Debug, Default)]
pub(super) struct History {
    days: std::collections::BTreeSet<i64>,
    dimensions: [Tally; 6],
}

const DIMENSIONS: [&str; 6] = ["network", "client", "region", "account", "action", "key"];

impl History {
    pub(super) fn take(&mut self, row: &Row<'_>) {
        self.days.insert(row.time.day());
        let values = [row.network, row.client, row.region, row.account, row.action, row.access_key];
        for (tally, value) in self.dimensions.iter_mut().zip(values) {
            tally.add(value, row);
        }
    }

    /// What is seen on at least half of the subject's days, the most usual first.
    pub(super) fn usual(&self) -> Vec<Habit> {
        let of_days = self.days.len() as u64;
        let mut usual = Vec::new();
        for (dimension, tally) in DIMENSIONS.into_iter().zip(&self.dimensions) {
            let mut habits: Vec<Habit> = tally
                .values()
                .map(|(value, known)| Habit {
                    dimension,
                    value: value.to_owned(),
                    days: known.days.len() as u64,
                    of_days,
                })
                .filter(|habit| habit.days * 2 >= of_days)
                .collect();
            habits.sort_by(|a, b| b.days.cmp(&a.days).then_with(|| a.value.cmp(&b.value)));
            habits.truncate(HABITS);
            usual.extend(habits);
        }
        usual
    }

    /// What was first seen in a period, after the subject's first day, oldest first; and how many
    /// further ones there are.
    pub(super) fn novelties(
        &self,
        since: Option<Time>,
        until: Option<Time>,
    ) -> (Vec<Novelty>, u64) {
        let first_day = self.days.first().copied();
        let mut new = Vec::new();
        for (dimension, tally) in DIMENSIONS.into_iter().zip(&self.dimensions) {
            new.extend(tally.values().filter_map(|(value, known)| {
                let (time, event_id) = known.first.clone();
                let asked = since.is_none_or(|since| time >= since)
                    && until.is_none_or(|until| time < until);
                (asked && Some(time.day()) > first_day).then(|| Novelty {
                    time,
                    event_id,
                    dimension,
                    value: value.to_owned(),
                    events: known.events,
                })
            }));
        }
        new.sort_by(|a, b| {
            (a.time, &a.event_id, a.dimension).cmp(&(b.time, &b.event_id, b.dimension))
        });
        let further = new.len().saturating_sub(TOLD) as u64;
        new.truncate(TOLD);
        (new, further)
    }
}
