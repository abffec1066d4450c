//! Tried against succeeded, by action.

use std::collections::BTreeMap;

use cloudtrail::{EventId, Outcome};
use detect::Act;

use super::view::base;
use super::{EVENTS, LISTED, Tried, View};
use crate::act::action_of;

/// A row as it is counted.
#[derive(Default)]
struct Row<'a> {
    tried: u64,
    succeeded: u64,
    denied: u64,
    good: Vec<&'a EventId>,
    bad: Vec<&'a EventId>,
    access: &'static str,
}

/// All actions, the most tried first, and how many there are beyond those that are listed.
pub(super) fn tried(view: &View<'_>) -> (Vec<Tried>, u64) {
    let mut rows = count(view.deeds.iter());
    let further = rows.len().saturating_sub(LISTED) as u64;
    rows.truncate(LISTED);
    (rows, further)
}

/// These acts by action, the most tried first.
pub(super) fn count<'a>(acts: impl Iterator<Item = &'a Act>) -> Vec<Tried> {
    let mut rows: BTreeMap<&str, Row<'_>> = BTreeMap::new();
    for act in acts {
        let row = rows.entry(base(act)).or_default();
        if row.tried == 0 {
            row.access = action_of(act).access.as_str();
        }
        row.tried += 1;
        let good = act.outcome == Outcome::Success;
        row.succeeded += u64::from(good);
        row.denied += u64::from(act.outcome == Outcome::Denied);
        let events = if good { &mut row.good } else { &mut row.bad };
        if events.len() < EVENTS {
            events.push(&act.event_id);
        }
    }
    let mut rows: Vec<Tried> = rows
        .into_iter()
        .map(|(action, row)| Tried {
            action: action.to_owned(),
            access: row.access.to_owned(),
            tried: row.tried,
            succeeded: row.succeeded,
            denied: row.denied,
            event_ids: row.good.into_iter().chain(row.bad).take(EVENTS).cloned().collect(),
        })
        .collect();
    // The sort is stable: among equals, by name.
    rows.sort_by_key(|row| std::cmp::Reverse(row.tried));
    rows
}
