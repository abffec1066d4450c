//! The principals of one shard, and their events run through the step in order.

use std::collections::HashMap;
use std::sync::Arc;

use cloudtrail::{AccountId, Event, Time};
use compact_str::CompactString;
use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};

use crate::call::Lens;
use crate::output::Outputs;
use crate::principal::{Caller, Principal};
use crate::state::State;
use crate::step::Judge;
use crate::weights::Weights;

/// The states of all principals that a shard owns.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shard {
    #[serde(with = "states")]
    states: HashMap<CompactString, Box<State>, FixedState>,
}

/// In a snapshot states stand in the order of their principals; each has its id within it.
mod states {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{CompactString, FixedState, HashMap, State};

    type States = HashMap<CompactString, Box<State>, FixedState>;

    pub(super) fn serialize<S: Serializer>(states: &States, to: S) -> Result<S::Ok, S::Error> {
        let mut states: Vec<&State> = states.values().map(Box::as_ref).collect();
        states.sort_by(|a, b| a.principal.id.cmp(&b.principal.id));
        to.collect_seq(states)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<States, D::Error> {
        let states = Vec::<Box<State>>::deserialize(from)?;
        Ok(states.into_iter().map(|state| (state.principal.id.clone(), state)).collect())
    }
}

impl Shard {
    /// The shard that an event belongs to. Events without a principal are nobody's; they go to the
    /// first shard and are judged by none.
    pub fn of(event: &Event) -> u8 {
        Principal::of(event).map_or(0, |principal| principal.shard())
    }

    /// Judges events in the order given. `late` ones lie behind the watermark. Any lens will do
    /// that looked for this judge only, and gives the same result.
    pub fn run<'e>(
        &mut self,
        judge: &Judge<'_>,
        lens: &mut Lens,
        events: impl IntoIterator<Item = &'e Event>,
        late: bool,
        outputs: &mut Outputs,
    ) {
        // Events share their identities, which live as long as the events: each is resolved once.
        let mut resolved: HashMap<(usize, Option<AccountId>), Option<Caller>, FixedState> =
            HashMap::default();
        for event in events {
            let identity = (Arc::as_ptr(&event.identity).addr(), event.account);
            let caller = resolved.entry(identity).or_insert_with(|| Caller::of(event));
            let Some(caller) = caller else { continue };
            let call = lens.look(event, caller, judge);
            let principal = &caller.principal;
            if let Some(state) = self.states.get_mut(&principal.id) {
                judge.step(state, &call, late, outputs);
            } else {
                let mut state = State::new(principal.clone());
                judge.step(&mut state, &call, late, outputs);
                self.states.insert(principal.id.clone(), Box::new(state));
            }
        }
    }

    /// Puts away what idle principals do not need before their next events, none of which will be
    /// earlier than `now`, late ones aside.
    pub fn rest(&mut self, now: Time, weights: &Weights) {
        self.states.values_mut().for_each(|state| state.rest(now, weights));
    }

    /// The states by themselves, in no order.
    pub fn into_states(self) -> impl Iterator<Item = Box<State>> {
        self.states.into_values()
    }

    /// The states, in no order.
    pub fn states(&self) -> impl Iterator<Item = &State> {
        self.states.values().map(Box::as_ref)
    }
}
