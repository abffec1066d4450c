//! Incidents for readers and for other programs.
//!
//! A [`Report`] is everything that may be told; each module sets it for one kind of reader. Nothing
//! here reads, writes or looks at a clock: the same report gives the same bytes.

pub mod asff;
pub mod document;
pub mod evidence;
mod facts;
pub mod html;
mod ids;
pub mod json;
pub mod markdown;
pub mod navigator;
pub mod ocsf;
mod owner;
pub mod safe;
pub mod steps;
pub mod stix;
pub mod table;
pub mod words;

use std::collections::BTreeMap;

use cloudtrail::{AccountId, Time};
use detect::Kind;
use incident::Incident;
use incident::feedback::Feedback;

pub use facts::worst;
pub use owner::{Activity, Bin};

/// Everything that a report may tell.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// The incidents, the surest first.
    pub incidents: &'a [Incident],
    /// Who the organisation is and from when on what is what.
    pub setting: &'a Setting,
    /// What was said of incidents before.
    pub verdicts: &'a Feedback,
    /// What was looked at.
    pub looked_at: &'a LookedAt,
    /// What the owners did around each incident, by its id, where that was looked up.
    pub activity: &'a BTreeMap<String, Activity>,
}

/// Names, thresholds, and how to ask again.
#[derive(Debug, Clone, Default)]
pub struct Setting {
    /// The organisation's accounts that have names, and whether production runs there.
    pub accounts: BTreeMap<AccountId, (String, bool)>,
    /// From so many bits on an incident is watched.
    pub watch: f64,
    /// From so many bits on it is an alert.
    pub alert: f64,
    /// Kinds of principals whose alerts begin elsewhere.
    pub alert_by_kind: BTreeMap<Kind, f64>,
    /// From so many bits on somebody is woken.
    pub page: f64,
    /// The base rate of thefts: one in so many weeks of one key.
    pub key_weeks_per_theft: u64,
    /// Paths and filters as they are typed after `keyhound explain ID`.
    pub again: String,
}

/// What was looked at, and what could not be.
#[derive(Debug, Clone, Default)]
pub struct LookedAt {
    /// Events that were judged.
    pub events: u64,
    /// Of so many people and programs.
    pub principals: u64,
    /// In so many accounts.
    pub accounts: u64,
    /// First and last event.
    pub period: Option<(Time, Time)>,
    /// What was not checked, and why.
    pub coverage: Vec<String>,
}

impl Setting {
    /// From so many bits on an incident of this kind is an alert.
    pub fn alert_for(&self, kind: Kind) -> f64 {
        self.alert_by_kind.get(&kind).copied().unwrap_or(self.alert)
    }

    /// An account with its name, where it has one.
    pub fn account(&self, account: AccountId) -> String {
        match self.accounts.get(&account) {
            Some((name, true)) => format!("{account} ({name}, production)"),
            Some((name, false)) => format!("{account} ({name})"),
            None => account.to_string(),
        }
    }
}

impl LookedAt {
    /// `1,204 events of 12 principals in 2 accounts, 2026-10-01 to 2026-11-20 (51 days)`.
    pub fn in_words(&self) -> String {
        let count = |number, before, one, many| match number {
            0 => String::new(),
            _ => format!("{before}{}", words::count(number, one, many)),
        };
        let events = words::count(self.events, "event", "events");
        let principals = count(self.principals, " of ", "principal", "principals");
        let accounts = count(self.accounts, " in ", "account", "accounts");
        let period = self.period.map(|(first, last)| {
            let days = (last.day() - first.day() + 1).unsigned_abs();
            let days = words::count(days, "day", "days");
            if first.day() == last.day() {
                format!(", {} ({days})", words::day(first))
            } else {
                format!(", {} to {} ({days})", words::day(first), words::day(last))
            }
        });
        format!("{events}{principals}{accounts}{}", period.unwrap_or_default())
    }
}
