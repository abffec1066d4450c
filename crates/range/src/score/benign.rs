//! What a judge made of those who did no wrong: false alerts and look-alikes.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::habits::DAY;
use crate::score::Found;
use crate::score::figures::{self, DRAWS};
use crate::score::matching::Matched;
use crate::seed::Seed;
use crate::truth::LookAlike;

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

/// What a false alert is counted by: its principal and its week.
pub(super) type Where<'a> = (&'a str, i64);

pub(super) fn place(found: &Found) -> Where<'_> {
    let who = found.principals.first().or(found.access_key_ids.first());
    (who.map_or("", String::as_str), found.detected_at.as_second().div_euclid(7 * DAY))
}

/// The highest score of every principal and week in which there was an incident, alert or not, the
/// highest first. What it all began with stands for an incident.
pub fn weekly_maxima<'a>(found: impl IntoIterator<Item = &'a Found>) -> Vec<f64> {
    let mut highest: BTreeMap<Where<'_>, f64> = BTreeMap::new();
    for found in found {
        let score = highest.entry(place(found)).or_insert(found.score);
        *score = score.max(found.score);
    }
    let mut maxima: Vec<f64> = highest.into_values().collect();
    maxima.sort_by(|a, b| b.total_cmp(a));
    maxima
}

/// Alerts about no theft, counted once per principal and week.
pub(super) fn false_alerts(matched: &Matched<'_>) -> u64 {
    let wrong = matched.benign().filter(|judged| judged.alert);
    let wrong: BTreeSet<Where<'_>> = wrong.map(|judged| place(judged.found)).collect();
    wrong.len() as u64
}

/// Those of them that come at a planted change.
pub(super) fn false_at_changes(matched: &Matched<'_>) -> u64 {
    let changes = &matched.truth.look_alikes;
    let at_change = |found: &Found| changes.iter().any(|label| concerns(found, label));
    let wrong = matched.benign().filter(|judged| judged.alert && at_change(judged.found));
    let wrong: BTreeSet<Where<'_>> = wrong.map(|judged| place(judged.found)).collect();
    wrong.len() as u64
}

/// Alerts about no theft while the judge was still to learn.
pub(super) fn early_alerts(matched: &Matched<'_>) -> u64 {
    matched.early
}

/// The interval of false alerts per thousand key-weeks: whole histories are drawn anew, since what
/// happens in one of them is not independent.
pub(super) fn false_rate(matched: &[Matched<'_>], alerts: &[u64], seed: u64) -> (f64, f64) {
    let histories: Vec<(u64, f64)> = alerts
        .iter()
        .zip(matched)
        .map(|(alerts, matched)| (*alerts, matched.truth.key_weeks))
        .collect();
    let mut dice = Seed::new(seed).part("false-rate", 0).dice();
    let mut draws: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let drawn = (0..histories.len()).filter_map(|_| dice.pick(&histories));
            let (alerts, weeks) =
                drawn.fold((0, 0.0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
            figures::per_thousand(alerts, weeks)
        })
        .collect();
    let ends = figures::bounds(0.0, &mut draws, histories.len());
    (ends.low, ends.high)
}

/// The share of thefts among the ten worst alerts. Of equals, the false one goes first.
pub(super) fn precision(matched: &Matched<'_>) -> f64 {
    let alerts = matched.found.iter().filter(|judged| judged.alert);
    let mut alerts: Vec<(f64, bool)> =
        alerts.map(|judged| (judged.found.score, judged.theft.is_some())).collect();
    alerts.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    alerts.truncate(10);
    figures::share(alerts.iter().filter(|(_, right)| *right).count(), alerts.len())
}

/// What was made of every benign change, by its sort.
pub(super) fn look_alikes(matched: &[Matched<'_>]) -> BTreeMap<String, LookAlikeFigures> {
    let mut table: BTreeMap<String, LookAlikeFigures> = BTreeMap::new();
    for matched in matched {
        for label in &matched.truth.look_alikes {
            let about: Vec<_> =
                matched.benign().filter(|judged| concerns(judged.found, label)).collect();
            let entry = table.entry(label.name.clone()).or_default();
            entry.happened += 1;
            entry.alerted += u64::from(about.iter().any(|judged| judged.alert));
            entry.noticed += u64::from(!about.is_empty());
            let reason = serde_json::to_value(label.reason).unwrap_or_default();
            let mut reasons = about.iter().flat_map(|judged| &judged.found.reasons);
            let explained = reasons.any(|known| reason.as_str() == Some(known.as_str()));
            entry.explained += u64::from(explained);
        }
    }
    table
}

/// Whether an incident is about somebody whom a benign change concerns, at its time.
fn concerns(found: &Found, label: &LookAlike) -> bool {
    let now = (label.from..=label.until).contains(&found.detected_at);
    let who = found
        .principals
        .iter()
        .any(|arn| label.principals.iter().any(|known| arn.starts_with(known.as_str())));
    now && (who || found.access_key_ids.iter().any(|key| label.access_key_ids.contains(key)))
}
