//! Counters of one principal for the identity table.

use std::hash::BuildHasher;

use cloudtrail::{AccessKeyId, Outcome, Time};
use foldhash::quality::FixedState;
use serde::{Deserialize, Serialize};
use thin_vec::ThinVec;

use crate::bits::Bits;
use crate::call::Call;

/// What a principal did, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Its own events.
    pub events: u64,
    /// Events that AWS made on its behalf.
    pub service_events: u32,
    /// Refused events.
    pub refusals: u32,
    /// Calls that read secrets, change rights or switch off defences.
    pub sensitive: u32,
    /// First and last event.
    pub seen: Option<(Time, Time)>,
    /// The first few keys.
    pub keys: ThinVec<AccessKeyId>,
    /// How many keys, counting a change of key as a new one beyond the first few.
    pub key_count: u32,
    /// Values that its profile had no room for any more.
    pub forgotten: u32,
    /// The highest score of an episode.
    pub score: Bits,
    /// A hash of the last key.
    last_key: u32,
}

impl Summary {
    const KEYS_KEPT: usize = 8;

    /// Counts an event.
    pub fn count(&mut self, call: &Call<'_>, by_aws: bool) {
        let event = call.event;
        let (first, last) = self.seen.unwrap_or((event.time, event.time));
        self.seen = Some((first.min(event.time), last.max(event.time)));
        if by_aws {
            self.service_events = self.service_events.saturating_add(1);
            return;
        }
        self.events += 1;
        let add = |sum: u32, one: bool| sum.saturating_add(u32::from(one));
        self.refusals = add(self.refusals, event.outcome == Outcome::Denied);
        self.sensitive = add(self.sensitive, is_sensitive(call));
        if let Some(key) = &event.identity.access_key {
            let hash = FixedState::with_seed(0).hash_one(key) as u32;
            if hash != self.last_key {
                self.last_key = hash;
                self.count_key(key);
            }
        }
    }

    fn count_key(&mut self, key: &AccessKeyId) {
        if self.keys.contains(key) {
            return;
        }
        self.key_count = self.key_count.saturating_add(1);
        if self.keys.len() < Self::KEYS_KEPT {
            self.keys.reserve_exact(1);
            self.keys.push(key.clone());
        }
    }
}

/// Secrets, rights, and what blinds the watchers.
fn is_sensitive(call: &Call<'_>) -> bool {
    use intel::action::{Access, Tactic};
    let known = &call.action.known;
    let blinding = known.tactics.contains(Tactic::DefenseEvasion) && !call.reads();
    known.hot || known.access == Access::Permissions || blinding
}
