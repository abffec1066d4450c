//! Which theft an incident is about, if any.

use std::collections::{BTreeMap, BTreeSet};

use crate::score::{Found, Trial};
use crate::truth::{Theft, Truth};

/// What was found in a history, each with the theft that it is about.
pub(super) struct Matched<'a> {
    pub(super) truth: &'a Truth,
    /// Whatever came after the judge had learned.
    pub(super) found: Vec<Judged<'a>>,
    /// Alerts that came before, and are about no theft.
    pub(super) early: u64,
}

/// An incident, and what it is about.
#[derive(Clone, Copy)]
pub(super) struct Judged<'a> {
    pub(super) found: &'a Found,
    /// The theft's place in the truth.
    pub(super) theft: Option<usize>,
    /// Whether it counts as an alert.
    pub(super) alert: bool,
}

/// The theft that each incident is about, by its place in the truth.
pub fn about(trial: Trial<'_>) -> Vec<Option<usize>> {
    let events = events(trial.truth);
    trial.found.iter().map(|found| theft_of(found, &trial.truth.thefts, &events)).collect()
}

/// The thefts that events belong to, by the events' ids.
fn events(truth: &Truth) -> BTreeMap<&str, usize> {
    let mut events = BTreeMap::new();
    for (index, theft) in truth.thefts.iter().enumerate() {
        events.extend(theft.event_ids.iter().chain(&theft.echo_ids).map(|id| (&**id, index)));
    }
    events
}

impl<'a> Matched<'a> {
    pub(super) fn of(trial: Trial<'a>) -> Self {
        let truth = trial.truth;
        let events = events(truth);
        let mut matched = Self { truth, found: Vec::new(), early: 0 };
        for found in trial.found {
            let theft = theft_of(found, &truth.thefts, &events);
            let learning = truth.from.is_some_and(|from| found.detected_at < from);
            if theft.is_none() && learning {
                matched.early += u64::from(found.alert);
            } else {
                matched.found.push(Judged { found, theft, alert: found.alert });
            }
        }
        matched
    }

    /// The same with whatever has this score or more as an alert, and nothing else.
    pub(super) fn at(mut self, threshold: f64) -> Self {
        for judged in &mut self.found {
            judged.alert = judged.found.score >= threshold;
        }
        self
    }

    /// Whatever is about no theft.
    pub(super) fn benign(&self) -> impl Iterator<Item = Judged<'a>> {
        self.found.iter().filter(|judged| judged.theft.is_none()).copied()
    }
}

/// The theft that an incident is about.
///
/// It shares events with the theft, and the greater part of what speaks for it comes of the theft's
/// events: the incident would not be there without it. A judge that gives no reasons is believed
/// with any shared event; one that gives no events with a credential of the thief's while the
/// theft goes on. An alert that was raised before the theft began is about something else.
fn theft_of(found: &Found, thefts: &[Theft], events: &BTreeMap<&str, usize>) -> Option<usize> {
    let index = if found.event_ids.is_empty() {
        thefts.iter().position(|theft| {
            found.access_key_ids.iter().any(|key| theft.access_key_ids.contains(key))
        })?
    } else {
        let index = most_shared(found, events)?;
        if !comes_of(found, index, events) {
            return None;
        }
        index
    };
    let theft = &thefts[index];
    let begun = theft.times.first().is_some_and(|time| *time <= found.detected_at);
    // What others do because of the theft comes in its first minutes, maybe before its first event.
    let echoed = theft.echo_ids.iter().any(|echo| found.event_ids.contains(echo));
    (begun || echoed || !found.alert).then_some(index)
}

/// The theft with most events of an incident.
fn most_shared(found: &Found, events: &BTreeMap<&str, usize>) -> Option<usize> {
    let ids: BTreeSet<&str> =
        found.event_ids.iter().chain([&found.first_event_id]).map(String::as_str).collect();
    let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
    for index in ids.iter().filter_map(|id| events.get(id)) {
        *shared.entry(*index).or_default() += 1;
    }
    shared.into_iter().max_by_key(|(index, count)| (*count, usize::MAX - index)).map(|(at, _)| at)
}

/// Whether at least half of what speaks for an incident comes of a theft's events.
fn comes_of(found: &Found, theft: usize, events: &BTreeMap<&str, usize>) -> bool {
    let (mut own, mut all) = (0.0, 0.0);
    for cause in found.ledger.iter().filter(|cause| cause.bits > 0.0) {
        let of_theft = cause.event_ids.iter().filter(|id| events.get(id.as_str()) == Some(&theft));
        let share = of_theft.count() as f64 / cause.event_ids.len().max(1) as f64;
        if !cause.event_ids.is_empty() {
            own += cause.bits * share;
            all += cause.bits;
        }
    }
    own * 2.0 >= all
}
