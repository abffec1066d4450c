//! One burst: a routine played at some time, by somebody, from somewhere.

use jiff::Timestamp;

use crate::caller::Caller;
use crate::catalogue::Action;
use crate::client::Client;
use crate::estate::Estate;
use crate::habits::Routine;
use crate::record::{Call, Fields, Focus, Outcome, Record};
use crate::seed::Dice;

/// Who makes the calls of a burst.
pub enum Who<'a> {
    /// One credential.
    One(&'a Caller),
    /// The console, which takes another temporary key for each service that a page asks.
    Console(&'a dyn Fn(&str) -> Caller),
}

/// A burst that is about to be recorded.
pub struct Burst<'a> {
    /// What is done.
    pub routine: &'a Routine,
    /// When it begins.
    pub start: Timestamp,
    /// Who does it.
    pub who: Who<'a>,
    /// `sourceIPAddress`.
    pub address: &'a str,
    /// The program.
    pub client: &'a Client,
    /// Where: the first region, or all of them if the routine visits all.
    pub regions: &'a [String],
    /// The account that is worked in.
    pub estate: &'a Estate,
    /// `vpcEndpointId` and the account that owns the endpoint.
    pub endpoint: Option<(&'a str, &'a str)>,
    /// Whether the trail records data events.
    pub data_events: bool,
}

impl Burst<'_> {
    /// Appends the records of this burst.
    pub fn play(&self, dice: &mut Dice, records: &mut Vec<Record>) {
        let mut time = self.start.as_millisecond();
        let everywhere = if self.routine.all_regions { self.regions.len() } else { 1 };
        let mut callers = Vec::new();
        for region in self.regions.iter().take(everywhere) {
            let mut focus = Focus::default();
            for action in self.script(dice) {
                if action.data && !self.data_events {
                    continue;
                }
                time += (dice.gap(self.routine.gap) * 1_000.0) as i64;
                let caller = match &self.who {
                    Who::One(caller) => *caller,
                    Who::Console(make) => voice(&mut callers, action, *make),
                };
                let outcome = self.outcome(action, dice);
                let call = Call {
                    action,
                    caller,
                    time: Timestamp::from_second(time / 1_000).unwrap_or(self.start),
                    region,
                    address: self.address,
                    agent: &self.client.agent(action),
                    outcome,
                    estate: self.estate,
                    fields: &Fields::default(),
                    endpoint: self.endpoint,
                    shared: None,
                };
                records.push(call.record(&mut focus, dice));
            }
        }
    }

    /// The calls to make, in order.
    fn script(&self, dice: &mut Dice) -> Vec<&'static Action> {
        let actions = &self.routine.actions;
        if self.routine.sweep {
            let rounds = dice.between(self.routine.rounds.0, self.routine.rounds.1);
            return (0..rounds).flat_map(|_| actions.iter().map(|(action, _)| *action)).collect();
        }
        let calls = dice.between(self.routine.calls.0, self.routine.calls.1);
        let mut script: Vec<&'static Action> = Vec::new();
        while script.len() < calls as usize {
            // Programs repeat themselves: what was called last is likely called again.
            let next = match script.last() {
                Some(last) if dice.chance(0.25) => *last,
                _ => match dice.weighted(actions, |(_, weight)| *weight) {
                    Some((action, _)) => *action,
                    None => break,
                },
            };
            script.push(next);
        }
        script
    }

    fn outcome(&self, action: &Action, dice: &mut Dice) -> Outcome {
        if dice.chance(self.routine.refused) {
            Outcome::Refused
        } else if action.fails.is_some() && dice.chance(self.routine.fails) {
            Outcome::Fails
        } else {
            Outcome::Done
        }
    }
}

/// The console's credential for the service of an action, made when first needed.
fn voice<'a>(
    callers: &'a mut Vec<(String, Caller)>,
    action: &Action,
    make: &dyn Fn(&str) -> Caller,
) -> &'a Caller {
    let place = callers.iter().position(|(source, _)| *source == action.source);
    let place = place.unwrap_or_else(|| {
        callers.push((action.source.clone(), make(&action.source)));
        callers.len() - 1
    });
    &callers[place].1
}
