//! What became of each theft.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::score::figures::{self, Figures, Interval, quantile};
use crate::score::matching::Matched;
use crate::score::{Found, Trial};
use crate::truth::Theft;

/// What became of one theft.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Whether an alert is about it.
    pub found: bool,
    /// Malicious events until the first alert, the one of the alert counted.
    pub events_to_detect: Option<f64>,
    /// Minutes from the first malicious event to the first alert.
    pub minutes_to_detect: Option<f64>,
    /// Whether the first alert names the credential that was stolen.
    pub root_right: bool,
    /// Whether the first event that it tells is one of the theft's first three.
    pub first_right: bool,
    /// How many alerts are about it.
    pub alerts: usize,
    /// The place of the highest incident about it, alert or not, in what was found.
    pub best: Option<usize>,
}

/// What became of each theft of a history, in the order of the truth.
pub fn marks(trial: Trial<'_>) -> Vec<Mark> {
    let matched = Matched::of(trial);
    let outcomes = Outcome::all(&matched);
    let mark = |(index, outcome): (usize, &Outcome<'_>)| {
        let about = matched.found.iter().filter(|judged| judged.theft == Some(index));
        let best = about.max_by(|a, b| a.found.score.total_cmp(&b.found.score));
        Mark {
            found: outcome.is_found(),
            events_to_detect: outcome.events_to_detect(),
            minutes_to_detect: outcome.minutes_to_detect(),
            root_right: outcome.root_is_right(),
            first_right: outcome.first_is_right(),
            alerts: outcome.alerts.len(),
            best: best.and_then(|best| {
                trial.found.iter().position(|found| std::ptr::eq(found, best.found))
            }),
        }
    };
    outcomes.iter().enumerate().map(mark).collect()
}

/// A theft with what was found of it.
pub(super) struct Outcome<'a> {
    pub(super) theft: &'a Theft,
    /// The alerts about it, by time.
    pub(super) alerts: Vec<&'a Found>,
    /// How many further incidents about it are only watched.
    pub(super) watched: usize,
}

impl<'a> Outcome<'a> {
    /// What became of every theft of a history.
    pub(super) fn all(matched: &Matched<'a>) -> Vec<Self> {
        let thefts = matched.truth.thefts.iter().enumerate();
        let outcome = |(index, theft)| {
            let about = || matched.found.iter().filter(|judged| judged.theft == Some(index));
            let mut alerts: Vec<&Found> =
                about().filter(|judged| judged.alert).map(|judged| judged.found).collect();
            alerts.sort_by_key(|found| found.detected_at);
            Outcome { theft, watched: about().count() - alerts.len(), alerts }
        };
        thefts.map(outcome).collect()
    }

    pub(super) fn is_found(&self) -> bool {
        !self.alerts.is_empty()
    }

    /// The highest score of an alert.
    pub(super) fn best(&self) -> Option<f64> {
        self.alerts.iter().map(|found| found.score).max_by(f64::total_cmp)
    }

    pub(super) fn events_to_detect(&self) -> Option<f64> {
        let detected = self.alerts.first()?.detected_at;
        Some(self.theft.times.iter().filter(|time| **time <= detected).count() as f64)
    }

    pub(super) fn minutes_to_detect(&self) -> Option<f64> {
        let begun = self.theft.times.first()?.as_second();
        Some((self.alerts.first()?.detected_at.as_second() - begun).max(0) as f64 / 60.0)
    }

    pub(super) fn root_is_right(&self) -> bool {
        let first = self.alerts.first();
        first.is_some_and(|found| found.root_access_key_id == self.theft.root_access_key_id)
    }

    /// Whether the first event that is told is the theft's first, second or third, or what others
    /// did because of it.
    pub(super) fn first_is_right(&self) -> bool {
        let Some(first) = self.alerts.first().map(|found| &found.first_event_id) else {
            return false;
        };
        let mut right = self.theft.event_ids.iter().take(3).chain(&self.theft.echo_ids);
        right.any(|id| id == first)
    }

    /// Whether an event of the theft stands behind one of the three strongest reasons; a judge that
    /// gives no reasons has none on top.
    pub(super) fn cause_is_on_top(&self) -> bool {
        let Some(found) = self.alerts.first() else { return false };
        let theft = self.theft;
        let mut causes: Vec<_> = found.ledger.iter().filter(|cause| cause.bits > 0.0).collect();
        causes.sort_by(|a, b| b.bits.total_cmp(&a.bits));
        let is_own = |id: &String| theft.event_ids.contains(id) || theft.echo_ids.contains(id);
        causes.iter().take(3).any(|cause| cause.event_ids.iter().any(is_own))
    }

    /// F1 of what the alerts name against what the theft touched and made.
    pub(super) fn blast_radius(&self) -> f64 {
        let told =
            self.alerts.iter().flat_map(|found| found.resources.iter().chain(&found.created));
        let told: BTreeSet<&str> = told.map(|name| plain(name)).collect();
        let theft = self.theft;
        let real: BTreeSet<&str> =
            theft.resources.iter().chain(&theft.created).map(|name| plain(name)).collect();
        if told.is_empty() && real.is_empty() {
            return 1.0;
        }
        2.0 * told.intersection(&real).count() as f64 / (told.len() + real.len()) as f64
    }
}

/// A resource's own name, which its ARN, its URI, the plain name and a phrase like "console password
/// of …" have in common: an object counts as its bucket, a secret goes without the characters that AWS appends to its ARN.
pub fn plain(name: &str) -> &str {
    const APPENDED: usize = 7;
    let name = name.rsplit(' ').next().unwrap_or(name);
    if let Some(place) = name.strip_prefix("s3://").or_else(|| name.strip_prefix("arn:aws:s3:::")) {
        return place.split('/').next().unwrap_or(place);
    }
    if !name.starts_with("arn:") {
        return name;
    }
    if let Some((_, secret)) = name.split_once(":secret:") {
        let end = secret.len().saturating_sub(APPENDED);
        return match secret.get(end..) {
            Some(tail) if tail.starts_with('-') => &secret[..end],
            _ => secret,
        };
    }
    if let Some((_, parameter)) = name.split_once(":parameter") {
        return parameter;
    }
    name.rsplit([':', '/']).next().unwrap_or(name)
}

/// The figures of each family.
pub(super) fn families(outcomes: &[Outcome<'_>], seed: u64) -> BTreeMap<String, Figures> {
    let mut table: BTreeMap<String, Vec<&Outcome<'_>>> = BTreeMap::new();
    for outcome in outcomes {
        table.entry(outcome.theft.family.clone()).or_default().push(outcome);
    }
    let figures = table.into_iter().map(|(family, outcomes)| {
        let hits: Vec<bool> = outcomes.iter().map(|outcome| outcome.is_found()).collect();
        let events: Vec<f64> =
            outcomes.iter().filter_map(|outcome| outcome.events_to_detect()).collect();
        let minutes: Vec<f64> =
            outcomes.iter().filter_map(|outcome| outcome.minutes_to_detect()).collect();
        let figures = Figures {
            style: outcomes[0].theft.style,
            recall: figures::interval(&hits, seed),
            events_to_detect: quantile(&events, 0.5),
            minutes_to_detect: quantile(&minutes, 0.5),
        };
        (family, figures)
    });
    figures.collect()
}

/// The mean of the families' shares.
pub(super) fn macro_recall<'a>(
    outcomes: impl Iterator<Item = &'a Outcome<'a>>,
    seed: u64,
) -> Interval {
    let mut families: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
    for outcome in outcomes {
        families.entry(&outcome.theft.family).or_default().push(outcome.is_found());
    }
    figures::macro_interval(families.values(), seed)
}
