//! Scoring: what a judge found against what really happened.

mod figures;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::habits::DAY;
use crate::truth::{LookAlike, Style, Theft, Truth};

pub use figures::{Figures, Interval};

/// An incident as a judge reports it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Whether it is an alert; others are only watched.
    pub alert: bool,
    /// How bad; higher is worse.
    pub score: f64,
    /// Event time of the event that made it an alert.
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
}

/// How well a judge did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// By family, in order of name.
    pub families: BTreeMap<String, Figures>,
    /// Mean over families of the share of thefts found.
    pub macro_recall: Interval,
    /// Share of thefts found, by style and for cold victims (`loud`, `quiet`, `stealth`, `cold`).
    pub recall: BTreeMap<String, Interval>,
    /// False alerts, one per principal and week.
    pub false_alerts: u64,
    /// The same per thousand key-weeks.
    pub false_per_1000_key_weeks: f64,
    /// Malicious events until detection, the detected one counted: median and 90th percentile.
    pub events_to_detect: (f64, f64),
    /// Minutes from the first malicious event to detection: median and 90th percentile.
    pub minutes_to_detect: (f64, f64),
    /// The share of thefts among the ten worst alerts (fewer, if there are fewer).
    pub precision_at_10: f64,
    /// Of thefts found: the share whose root credential is right.
    pub root_right: f64,
    /// Of thefts found: the share whose first event is at most two events off.
    pub first_right: f64,
    /// Of thefts found: the share that is one incident.
    pub one_incident: f64,
    /// Of thefts found: mean F1 of resources touched and things made.
    pub blast_radius: f64,
    /// By sort of benign change.
    pub look_alikes: BTreeMap<String, LookAlikeFigures>,
}

/// How a judge did on one sort of benign change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LookAlikeFigures {
    /// How many there were.
    pub happened: u64,
    /// How many raised an alert.
    pub alerted: u64,
    /// How many were seen at all.
    pub noticed: u64,
    /// Of those seen: how many with the right reason why they are benign.
    pub explained: u64,
}

/// Compares what was found with the truth. `seed` is for the resampling of the intervals.
pub fn score(found: &[Found], truth: &Truth, seed: u64) -> Report {
    let matches: Vec<Option<usize>> =
        found.iter().map(|incident| theft_of(incident, &truth.thefts)).collect();
    let outcomes: Vec<Outcome<'_>> = truth
        .thefts
        .iter()
        .enumerate()
        .map(|(index, theft)| {
            let mine = found.iter().zip(&matches);
            let mut mine: Vec<&Found> = mine
                .filter(|(incident, theft)| incident.alert && **theft == Some(index))
                .map(|(incident, _)| incident)
                .collect();
            mine.sort_by_key(|incident| incident.detected_at);
            Outcome { theft, incidents: mine }
        })
        .collect();
    let caught: Vec<&Outcome<'_>> =
        outcomes.iter().filter(|outcome| !outcome.incidents.is_empty()).collect();
    let share = |right: &dyn Fn(&Outcome<'_>) -> bool| {
        let right = caught.iter().filter(|outcome| right(outcome)).count();
        figures::share(right, caught.len())
    };
    let events: Vec<f64> = caught.iter().filter_map(|outcome| outcome.events_to_detect()).collect();
    let minutes: Vec<f64> =
        caught.iter().filter_map(|outcome| outcome.minutes_to_detect()).collect();
    let blasts: Vec<f64> = caught.iter().map(|outcome| outcome.blast_radius()).collect();
    let false_alerts = false_alerts(found, &matches);
    Report {
        families: figures::families(&outcomes, seed),
        macro_recall: figures::macro_recall(&outcomes, seed),
        recall: recall(&outcomes, seed),
        false_alerts,
        false_per_1000_key_weeks: if truth.key_weeks > 0.0 {
            false_alerts as f64 * 1_000.0 / truth.key_weeks
        } else {
            0.0
        },
        events_to_detect: (figures::quantile(&events, 0.5), figures::quantile(&events, 0.9)),
        minutes_to_detect: (figures::quantile(&minutes, 0.5), figures::quantile(&minutes, 0.9)),
        precision_at_10: precision(found, &matches),
        root_right: share(&|outcome| {
            outcome.incidents[0].root_access_key_id == outcome.theft.root_access_key_id
        }),
        first_right: share(&|outcome| outcome.first_is_right()),
        one_incident: share(&|outcome| outcome.incidents.len() == 1),
        blast_radius: figures::mean(&blasts),
        look_alikes: look_alikes(found, &matches, truth),
    }
}

/// A theft with the alerts that it raised, by time.
struct Outcome<'a> {
    theft: &'a Theft,
    incidents: Vec<&'a Found>,
}

impl Outcome<'_> {
    fn is_found(&self) -> bool {
        !self.incidents.is_empty()
    }

    fn events_to_detect(&self) -> Option<f64> {
        let detected = self.incidents.first()?.detected_at;
        Some(self.theft.times.iter().filter(|time| **time <= detected).count() as f64)
    }

    fn minutes_to_detect(&self) -> Option<f64> {
        let begun = self.theft.times.first()?.as_second();
        Some((self.incidents.first()?.detected_at.as_second() - begun) as f64 / 60.0)
    }

    fn first_is_right(&self) -> bool {
        let first = &self.incidents[0].first_event_id;
        self.theft.event_ids.iter().position(|id| id == first).is_some_and(|place| place <= 2)
    }

    /// F1 of what the incidents name against what the theft touched and made.
    fn blast_radius(&self) -> f64 {
        let told: BTreeSet<&str> = self
            .incidents
            .iter()
            .flat_map(|incident| incident.resources.iter().chain(&incident.created))
            .map(|name| short(name))
            .collect();
        let theft = self.theft;
        let real: BTreeSet<&str> =
            theft.resources.iter().chain(&theft.created).map(|name| short(name)).collect();
        if told.is_empty() && real.is_empty() {
            return 1.0;
        }
        2.0 * told.intersection(&real).count() as f64 / (told.len() + real.len()) as f64
    }
}

/// A resource's own name: the last part of an ARN.
fn short(name: &str) -> &str {
    if name.starts_with("arn:") { name.rsplit([':', '/']).next().unwrap_or(name) } else { name }
}

/// The theft that an incident is about: the one with which it shares most events, or else a
/// credential that the thief used or made while the theft went on.
fn theft_of(incident: &Found, thefts: &[Theft]) -> Option<usize> {
    let ids: BTreeSet<&str> =
        incident.event_ids.iter().chain([&incident.first_event_id]).map(String::as_str).collect();
    let shared =
        |theft: &Theft| theft.event_ids.iter().filter(|id| ids.contains(id.as_str())).count();
    let best = thefts.iter().enumerate().max_by_key(|(_, theft)| shared(theft));
    if let Some((index, _)) = best.filter(|(_, theft)| shared(theft) > 0) {
        return Some(index);
    }
    if !incident.event_ids.is_empty() {
        return None;
    }
    thefts.iter().position(|theft| {
        let begun = theft.times.first().is_some_and(|time| *time <= incident.detected_at);
        begun && incident.access_key_ids.iter().any(|key| theft.access_key_ids.contains(key))
    })
}

/// Alerts about no theft, counted once per principal and week.
fn false_alerts(found: &[Found], matches: &[Option<usize>]) -> u64 {
    let wrong =
        found.iter().zip(matches).filter(|(incident, theft)| incident.alert && theft.is_none());
    let weeks: BTreeSet<(&str, i64)> = wrong
        .map(|(incident, _)| {
            let who = incident.principals.first().or(incident.access_key_ids.first());
            let week = incident.detected_at.as_second().div_euclid(7 * DAY);
            (who.map_or("", String::as_str), week)
        })
        .collect();
    weeks.len() as u64
}

fn precision(found: &[Found], matches: &[Option<usize>]) -> f64 {
    let mut alerts: Vec<(&Found, bool)> = found
        .iter()
        .zip(matches)
        .filter(|(incident, _)| incident.alert)
        .map(|(incident, theft)| (incident, theft.is_some()))
        .collect();
    alerts.sort_by(|(a, _), (b, _)| b.score.total_cmp(&a.score));
    alerts.truncate(10);
    figures::share(alerts.iter().filter(|(_, right)| *right).count(), alerts.len())
}

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
    ])
}

fn look_alikes(
    found: &[Found],
    matches: &[Option<usize>],
    truth: &Truth,
) -> BTreeMap<String, LookAlikeFigures> {
    let mut table: BTreeMap<String, LookAlikeFigures> = BTreeMap::new();
    for label in &truth.look_alikes {
        let about: Vec<&Found> = found
            .iter()
            .zip(matches)
            .filter(|(incident, theft)| theft.is_none() && concerns(incident, label))
            .map(|(incident, _)| incident)
            .collect();
        let entry = table.entry(label.name.clone()).or_default();
        entry.happened += 1;
        entry.alerted += u64::from(about.iter().any(|incident| incident.alert));
        entry.noticed += u64::from(!about.is_empty());
        let reason = serde_json::to_value(label.reason).unwrap_or_default();
        let explains = |incident: &&&Found| {
            incident.reasons.iter().any(|known| reason.as_str() == Some(known.as_str()))
        };
        entry.explained += u64::from(about.iter().any(|incident| explains(&incident)));
    }
    table
}

/// Whether an incident is about somebody whom a benign change concerns, at its time.
fn concerns(incident: &Found, label: &LookAlike) -> bool {
    let now = (label.from..=label.until).contains(&incident.detected_at);
    let who = incident
        .principals
        .iter()
        .any(|arn| label.principals.iter().any(|known| arn.starts_with(known.as_str())));
    now && (who || incident.access_key_ids.iter().any(|key| label.access_key_ids.contains(key)))
}

#[cfg(test)]
mod tests;
