//! What each principal has shown so far, and what of a call is new to it.

use std::collections::{BTreeSet, HashMap};

use compact_str::{CompactString, format_compact};
use foldhash::fast::FixedState;

use super::call::Call;

/// The dimensions of a call that may be new.
pub(super) const DIMENSIONS: usize = 6;
pub(super) const SYSTEM: usize = 0;
pub(super) const COUNTRY: usize = 1;
pub(super) const CLIENT: usize = 2;
pub(super) const REGION: usize = 3;
pub(super) const ACTION: usize = 5;

/// Everybody's habits.
#[derive(Default)]
pub(super) struct History(HashMap<CompactString, Habits, FixedState>);

#[derive(Default)]
struct Habits {
    seen: [BTreeSet<CompactString>; DIMENSIONS],
    days: u32,
    last_day: i64,
}

/// What of a call is new.
pub(super) struct News {
    /// Which dimensions have a value that was never seen before.
    pub(super) new: [bool; DIMENSIONS],
    /// How many networks were known before.
    pub(super) systems: usize,
    /// On how many days the principal was active before.
    pub(super) days: u32,
}

impl History {
    /// Compares a call with what came before, and remembers it.
    pub(super) fn see(&mut self, call: &Call<'_>) -> News {
        let habits = self.0.entry(call.principal.clone()).or_default();
        if habits.last_day != call.day {
            habits.days += u32::from(habits.last_day != 0);
            habits.last_day = call.day;
        }
        let systems = habits.seen[SYSTEM].len();
        let account = call.event.account.map(|id| format_compact!("{id}")).unwrap_or_default();
        let country =
            call.country.map(|known| CompactString::new(known.as_str())).unwrap_or_default();
        let values = [
            call.system.clone(),
            country,
            call.client.clone(),
            CompactString::new(call.event.region.as_str()),
            account,
            call.action.clone(),
        ];
        let mut new = [false; DIMENSIONS];
        for ((new, seen), value) in new.iter_mut().zip(&mut habits.seen).zip(values) {
            *new = !value.is_empty() && seen.insert(value);
        }
        News { new, systems, days: habits.days }
    }
}
