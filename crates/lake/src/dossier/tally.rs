//! Events counted by one of their values.

use std::collections::{BTreeSet, HashMap};

use cloudtrail::Time;
use foldhash::fast::FixedState;
use serde::Serialize;

use super::seen::Row;
use super::subject::quoted;

/// So many different values are told apart; an attacker may invent more.
const MOST: usize = 20_000;
/// So many are told.
const TOLD: usize = 50;

/// The values of one column with their counts, the most frequent first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    /// How many different values there are.
    pub distinct: u64,
    /// The first fifty.
    pub top: Vec<Count>,
    /// Values beyond the room of the table are not told apart; so many events had one.
    pub further_events: u64,
}

/// How often a value occurred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The value.
    pub value: String,
    /// Events.
    pub events: u64,
    /// Those that were refused or failed.
    pub not: u64,
    /// On how many UTC days.
    pub days: u64,
    /// The first time.
    pub first_seen: Time,
    /// The last time.
    pub last_seen: Time,
    /// The first event.
    pub first_event_id: String,
    /// The condition that these events satisfy, in SQL over `events`.
    #[serde(rename = "where")]
    pub condition: String,
}

impl Table {
    /// The values that are told.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.top.iter().map(|count| count.value.as_str())
    }
}

/// A table that is being filled.
#[derive(Debug, Default)]
pub(super) struct Tally {
    values: HashMap<String, Known, FixedState>,
    further: u64,
}

/// What is known of a value.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) events: u64,
    pub(super) not: u64,
    pub(super) days: BTreeSet<i64>,
    /// The day of the row before: neighbours mostly share it.
    day: i64,
    pub(super) first: (Time, String),
    pub(super) last: Time,
}

impl Tally {
    /// Counts an event under a value; nothing where it has none.
    pub(super) fn add(&mut self, value: &str, row: &Row<'_>) {
        if value.is_empty() {
            return;
        }
        if let Some(known) = self.values.get_mut(value) {
            known.add(row);
            return;
        }
        if self.values.len() >= MOST {
            self.further += 1;
            return;
        }
        let mut known = Known {
            events: 0,
            not: 0,
            days: BTreeSet::new(),
            day: i64::MIN,
            first: (row.time, row.event_id.to_owned()),
            last: row.time,
        };
        known.add(row);
        self.values.insert(value.to_owned(), known);
    }

    /// What is known of each value.
    pub(super) fn values(&self) -> impl Iterator<Item = (&str, &Known)> {
        self.values.iter().map(|(value, known)| (value.as_str(), known))
    }

    /// The table. `column` is what the values are called in SQL, `within` what all events satisfy.
    pub(super) fn table(&self, column: &str, within: &str) -> Table {
        let mut values: Vec<(&str, &Known)> = self.values().collect();
        values.sort_by(|a, b| b.1.events.cmp(&a.1.events).then_with(|| a.0.cmp(b.0)));
        let count = |(value, known): (&str, &Known)| Count {
            value: value.to_owned(),
            events: known.events,
            not: known.not,
            days: known.days.len() as u64,
            first_seen: known.first.0,
            last_seen: known.last,
            first_event_id: known.first.1.clone(),
            condition: format!("{within} AND {column} = {}", quoted(value)),
        };
        Table {
            distinct: values.len() as u64,
            top: values.into_iter().take(TOLD).map(count).collect(),
            further_events: self.further,
        }
    }
}

impl Known {
    fn add(&mut self, row: &Row<'_>) {
        self.events += 1;
        self.not += u64::from(!row.succeeded());
        let day = row.time.day();
        if day != self.day {
            self.day = day;
            self.days.insert(day);
        }
        self.last = self.last.max(row.time);
        if (row.time, row.event_id) < (self.first.0, self.first.1.as_str()) {
            self.first = (row.time, row.event_id.to_owned());
        }
    }
}
