//! Scoring: what a judge found against what really happened.
//!
//! A theft counts as found when an alert is *about* it: the alert comes of the thief's own events,
//! not of something benign that happens to overlap (`matching.rs`). Several histories are scored
//! together as [`Trial`]s, each against its own truth.

mod benign;
mod curve;
mod figures;
mod matching;
mod outcome;
mod rare;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::truth::{Style, Theft, Truth};

pub use benign::{LookAlikeFigures, weekly_maxima};
pub use curve::{Point, curve, point_at, threshold_for, threshold_within};
pub use figures::{Figures, Interval, interval, mean, quantile, wilson};
pub use outcome::{Mark, marks, plain};
pub use rare::precision_when_rare;

pub use matching::about;

use matching::Matched;
use outcome::Outcome;

/// An incident as a judge reports it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Whether it is an alert; others are only watched.
    pub alert: bool,
    /// How bad; higher is worse.
    pub score: f64,
    /// Event time of the event that made it an alert; of its first event if it is only watched.
    pub detected_at: Timestamp,
    /// The credential that it all began with.
    pub root_access_key_id: String,
    /// All credentials.
    pub access_key_ids: Vec<String>,
    /// ARNs.
    pub principals: Vec<String>,
    /// The first event that is held to be malicious.
    pub first_event_id: String,
    /// All of these.
    pub event_ids: Vec<String>,
    /// Names or ARNs of resources touched.
    pub resources: Vec<String>,
    /// Names or ARNs of what was made.
    pub created: Vec<String>,
    /// Benign reasons that are held to apply, as `Reason` spells them.
    pub reasons: Vec<String>,
    /// Why it is held to be one, the strongest first; a judge that gives no reasons has none.
    #[serde(default)]
    pub ledger: Vec<Cause>,
}

/// One reason of an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// What it adds to the score.
    pub bits: f64,
    /// The events behind it, some of them if there are many.
    pub event_ids: Vec<String>,
}

/// What was found in one history, and the truth about it.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'a> {
    /// What a judge found.
    pub found: &'a [Found],
    /// What happened.
    pub truth: &'a Truth,
}

/// How well a judge did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// By family, in order of name.
    pub families: BTreeMap<String, Figures>,
    /// Mean over families of the share of thefts found.
    pub macro_recall: Interval,
    /// The same without the stealth families.
    pub macro_without_stealth: Interval,
    /// Share of thefts found, by style and for cold victims (`loud`, `quiet`, `stealth`, `cold`,
    /// `cold-loud`).
    pub recall: BTreeMap<String, Interval>,
    /// What false alerts are counted against.
    pub key_weeks: f64,
    /// False alerts, one per principal and week.
    pub false_alerts: u64,
    /// How many of these are about somebody whom a planted benign change concerns, at its time.
    pub false_at_changes: u64,
    /// False alerts per thousand key-weeks.
    pub false_per_1000_key_weeks: f64,
    /// The interval of that rate, from histories drawn anew; of one history it says nothing.
    pub false_rate: (f64, f64),
    /// Alerts while the judge was still to learn ([`Truth::from`]); they count nowhere else.
    pub early_alerts: u64,
    /// Malicious events until detection, the detected one counted: median and 90th percentile.
    pub events_to_detect: (f64, f64),
    /// Minutes from the first malicious event to detection: median and 90th percentile.
    pub minutes_to_detect: (f64, f64),
    /// The share of thefts among the ten worst alerts (fewer, if there are fewer): mean over trials.
    pub precision_at_10: f64,
    /// Of thefts found: the share whose root credential is right.
    pub root_right: Interval,
    /// Of thefts found: the share whose first event is one of the theft's first three.
    pub first_right: Interval,
    /// Of thefts found: the share that is one alert.
    pub one_incident: Interval,
    /// The same, where incidents that are only watched count as well.
    pub one_incident_watched: Interval,
    /// Of thefts found: the share with an event of the theft behind one of the three strongest reasons.
    pub top_three: Interval,
    /// Of thefts found: mean F1 of resources touched and things made.
    pub blast_radius: f64,
    /// By sort of benign change.
    pub look_alikes: BTreeMap<String, LookAlikeFigures>,
}

/// Compares what was found with the truth. `seed` is for the resampling of the intervals.
pub fn score(found: &[Found], truth: &Truth, seed: u64) -> Report {
    score_all(&[Trial { found, truth }], seed)
}

/// The same over several histories.
pub fn score_all(trials: &[Trial<'_>], seed: u64) -> Report {
    let matched: Vec<Matched<'_>> = trials.iter().map(|trial| Matched::of(*trial)).collect();
    let outcomes: Vec<Outcome<'_>> = matched.iter().flat_map(Outcome::all).collect();
    let caught: Vec<&Outcome<'_>> = outcomes.iter().filter(|outcome| outcome.is_found()).collect();
    let share = |right: &dyn Fn(&Outcome<'_>) -> bool| {
        let hits: Vec<bool> = caught.iter().map(|outcome| right(outcome)).collect();
        figures::interval(&hits, seed)
    };
    let figure = |of: &dyn Fn(&Outcome<'_>) -> Option<f64>| -> Vec<f64> {
        caught.iter().filter_map(|outcome| of(outcome)).collect()
    };
    let events = figure(&|outcome| outcome.events_to_detect());
    let minutes = figure(&|outcome| outcome.minutes_to_detect());
    let blasts = figure(&|outcome| Some(outcome.blast_radius()));
    let key_weeks = trials.iter().map(|trial| trial.truth.key_weeks).sum();
    let false_alerts: Vec<u64> = matched.iter().map(benign::false_alerts).collect();
    let total: u64 = false_alerts.iter().sum();
    let without_stealth = |outcome: &&Outcome<'_>| outcome.theft.style != Style::Stealth;
    Report {
        families: outcome::families(&outcomes, seed),
        macro_recall: outcome::macro_recall(outcomes.iter(), seed),
        macro_without_stealth: outcome::macro_recall(outcomes.iter().filter(without_stealth), seed),
        recall: recall(&outcomes, seed),
        key_weeks,
        false_alerts: total,
        false_at_changes: matched.iter().map(benign::false_at_changes).sum(),
        false_per_1000_key_weeks: figures::per_thousand(total, key_weeks),
        false_rate: benign::false_rate(&matched, &false_alerts, seed),
        early_alerts: matched.iter().map(benign::early_alerts).sum(),
        events_to_detect: (figures::quantile(&events, 0.5), figures::quantile(&events, 0.9)),
        minutes_to_detect: (figures::quantile(&minutes, 0.5), figures::quantile(&minutes, 0.9)),
        precision_at_10: figures::mean(&matched.iter().map(benign::precision).collect::<Vec<_>>()),
        root_right: share(&|outcome| outcome.root_is_right()),
        first_right: share(&|outcome| outcome.first_is_right()),
        one_incident: share(&|outcome| outcome.alerts.len() == 1),
        one_incident_watched: share(&|outcome| outcome.alerts.len() + outcome.watched == 1),
        top_three: share(&|outcome| outcome.cause_is_on_top()),
        blast_radius: figures::mean(&blasts),
        look_alikes: benign::look_alikes(&matched),
    }
}

/// The share found of each style, and of the thefts from somebody without a history.
fn recall(outcomes: &[Outcome<'_>], seed: u64) -> BTreeMap<String, Interval> {
    let part = |is: &dyn Fn(&Theft) -> bool| {
        let hits: Vec<bool> =
            outcomes.iter().filter(|outcome| is(outcome.theft)).map(Outcome::is_found).collect();
        figures::interval(&hits, seed)
    };
    BTreeMap::from([
        ("loud".to_owned(), part(&|theft| theft.style == Style::Loud)),
        ("quiet".to_owned(), part(&|theft| theft.style == Style::Quiet)),
        ("stealth".to_owned(), part(&|theft| theft.style == Style::Stealth)),
        ("cold".to_owned(), part(&|theft| theft.cold)),
        ("cold-loud".to_owned(), part(&|theft| theft.cold && theft.style == Style::Loud)),
    ])
}

#[cfg(test)]
mod tests;
