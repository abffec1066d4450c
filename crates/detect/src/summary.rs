//! Counters of one principal for the identity table.

use cloudtrail::{AccessKeyId, Outcome, Time};

use crate::bits::Bits;
use crate::call::Call;

/// What a principal did, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Its own events.
    pub events: u64,
    /// Events that AWS made on its behalf.
    pub service_events: u64,
    /// Refused events.
    pub refusals: u64,
    /// Calls that read secrets, change rights or switch off defences.
    pub sensitive: u64,
    /// First and last event.
    pub seen: Option<(Time, Time)>,
    /// The first few keys.
    pub keys: Vec<AccessKeyId>,
    /// How many keys, counting a change of key as a new one beyond the first few.
    pub key_count: u64,
    /// The highest score of an episode.
    pub score: Bits,
    last_key: Option<AccessKeyId>,
}

impl Summary {
    const KEYS_KEPT: usize = 8;

    /// Counts an event.
    pub fn count(&mut self, call: &Call<'_>, by_aws: bool) {
        let event = call.event;
        let (first, last) = self.seen.unwrap_or((event.time, event.time));
        self.seen = Some((first.min(event.time), last.max(event.time)));
        if by_aws {
            self.service_events += 1;
            return;
        }
        self.events += 1;
        self.refusals += u64::from(event.outcome == Outcome::Denied);
        self.sensitive += u64::from(is_sensitive(call));
        let key = &event.identity.access_key;
        if key.is_some() && *key != self.last_key {
            self.last_key.clone_from(key);
            self.count_key(key.as_ref());
        }
    }

    fn count_key(&mut self, key: Option<&AccessKeyId>) {
        let Some(key) = key else { return };
        if self.keys.contains(key) {
            return;
        }
        self.key_count += 1;
        if self.keys.len() < Self::KEYS_KEPT {
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
