//! One credential, one network, one client, without a long pause: what somebody did in one go.

use std::collections::BTreeMap;

use cloudtrail::{AccessKeyId, EventId, Outcome, Time};
use compact_str::CompactString;
use intel::address::NetworkClass;
use profile::System;

use crate::bits::Bits;
use crate::call::Call;
use crate::evidence::Evidence;
use crate::steps::Steps;
use crate::weights::Weights;
use crate::window::Window;

/// A run of events of one credential line from one network with one client family.
#[derive(Debug, Clone)]
pub struct Episode {
    /// Its number within the principal, from 1.
    pub number: u32,
    /// The credential line: a long-term key's id, or `session` for keys that rotate by themselves.
    pub line: CompactString,
    /// The network entity.
    pub system: System,
    /// The address of the first event.
    pub address: CompactString,
    /// Its address range.
    pub range: CompactString,
    /// The kind of network.
    pub class: NetworkClass,
    /// The network in words, as the first event showed it.
    pub network: CompactString,
    /// The client family.
    pub client: CompactString,
    /// Time of the first event.
    pub opened: Time,
    /// The first event.
    pub first_event: EventId,
    /// Time of the last event.
    pub last: Time,
    /// Whether the network was new to the principal when it began.
    pub new_network: bool,
    /// Events so far.
    pub events: u64,
    /// Keys that were used, the first few.
    pub keys: Vec<AccessKeyId>,
    /// What speaks for and against.
    pub evidence: Evidence,
    /// The sum of it.
    pub score: Bits,
    /// Whether it has been told to whoever builds incidents.
    pub reported: bool,
    /// Suspicious events that have not been told yet.
    pub untold: Vec<Act>,
    /// Refusals by action.
    pub refused: BTreeMap<CompactString, u32>,
    /// What sequences and thresholds count.
    pub tallies: Tallies,
}

/// Distinct things within a time, counted up to what the signals need to know.
#[derive(Debug, Clone)]
pub struct Tallies {
    /// Reading actions within ten minutes.
    pub reads: Window,
    /// Refused actions within a day.
    pub refused_actions: Window,
    /// Regions of refused reads within an hour.
    pub refused_regions: Window,
    /// Regions within ten minutes.
    pub regions: Window,
    /// Secrets read within an hour.
    pub secrets: Window,
    /// Mail reconnaissance calls within an hour.
    pub mail: Window,
    /// Model reconnaissance calls within an hour.
    pub models: Window,
    /// Objects rewritten under a foreign key within an hour.
    pub rewritten: Window,
    /// Steps of making an administrator within half an hour.
    pub administrator: Window,
    /// Task definitions and what runs them, within half an hour.
    pub containers: Window,
    /// Steps of sequences that have no window of their own.
    pub steps: Steps,
    /// Machines that were asked for.
    pub compute: Compute,
}

/// Machines that an episode asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compute {
    /// How many.
    pub machines: u64,
    /// Their processors, as far as the names of the types tell.
    pub processors: u64,
}

/// One event of an episode, as the reader of an incident sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// When.
    pub time: Time,
    /// Its record.
    pub event_id: EventId,
    /// Who, as an ARN or a name.
    pub principal: String,
    /// With which key.
    pub access_key: Option<AccessKeyId>,
    /// What, as `service:Name`.
    pub action: String,
    /// Where in AWS.
    pub region: String,
    /// From where.
    pub source: String,
    /// With what client.
    pub client: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The error code; empty for success.
    pub error: String,
    /// What it was done to; empty when the record does not tell.
    pub resource: String,
}

impl Episode {
    /// So many keys are kept.
    const KEYS_KEPT: usize = 16;
    /// So many untold events are kept; a quiet episode has no story.
    pub const UNTOLD_KEPT: usize = 32;
    /// So many refused actions are told apart.
    const REFUSED_KEPT: usize = 32;

    /// The episode that a call begins.
    pub fn begin(number: u32, line: CompactString, call: &Call<'_>, new_network: bool) -> Self {
        Self {
            number,
            line,
            system: call.origin.network.system.clone(),
            address: CompactString::from(call.event.source.to_string()),
            range: CompactString::from(call.origin.network.prefix.to_string()),
            class: call.origin.network.place.class,
            network: call.origin.label.clone(),
            client: call.client.family.clone(),
            opened: call.event.time,
            first_event: call.event.id.clone(),
            last: call.event.time,
            new_network,
            events: 0,
            keys: Vec::new(),
            evidence: Evidence::default(),
            score: Bits::ZERO,
            reported: false,
            untold: Vec::new(),
            refused: BTreeMap::new(),
            tallies: Tallies::default(),
        }
    }

    /// Whether a call belongs to it.
    pub fn continues(&self, line: &str, call: &Call<'_>, weights: &Weights) -> bool {
        self.line == line
            && self.system == call.origin.network.system
            && self.client == call.client.family
            && !self.has_ended(call.event.time, weights)
    }

    /// Whether it has been idle for too long, or has lasted for too long.
    pub fn has_ended(&self, now: Time, weights: &Weights) -> bool {
        now > self.last.plus_hours(weights.idle_hours)
            || now > self.opened.plus_hours(weights.episode_hours)
    }

    /// Counts a call.
    pub fn count(&mut self, call: &Call<'_>) {
        self.events += 1;
        self.last = self.last.max(call.event.time);
        if let Some(key) = &call.event.identity.access_key
            && self.keys.len() < Self::KEYS_KEPT
            && !self.keys.contains(key)
        {
            self.keys.push(key.clone());
        }
    }

    /// Counts a refusal; true when it is one that may say more.
    pub fn refuse(&mut self, action: &CompactString, steps: &[u32]) -> bool {
        if let Some(count) = self.refused.get_mut(action) {
            *count += 1;
            return steps.contains(count);
        }
        let room = self.refused.len() < Self::REFUSED_KEPT;
        if room {
            self.refused.insert(action.clone(), 1);
        }
        room
    }
}

impl Default for Tallies {
    fn default() -> Self {
        const MINUTE: i64 = 60;
        const HOUR: i64 = 60 * MINUTE;
        Self {
            reads: Window::new(10 * MINUTE, 16),
            refused_actions: Window::new(24 * HOUR, 16),
            refused_regions: Window::new(HOUR, 8),
            regions: Window::new(10 * MINUTE, 12),
            secrets: Window::new(HOUR, 24),
            mail: Window::new(HOUR, 8),
            models: Window::new(15 * MINUTE, 8),
            rewritten: Window::new(HOUR, 24),
            administrator: Window::new(HOUR / 2, 24),
            containers: Window::new(HOUR / 2, 4),
            steps: Steps::default(),
            compute: Compute::default(),
        }
    }
}

impl Act {
    /// A call as the reader sees it.
    pub fn of(call: &Call<'_>) -> Self {
        let event = call.event;
        let identity = &event.identity;
        let principal = if identity.arn.is_empty() { &call.principal.id } else { &identity.arn };
        Self {
            time: event.time,
            event_id: event.id.clone(),
            principal: principal.to_string(),
            access_key: identity.access_key.clone(),
            action: call.action.name.to_string(),
            region: event.region.to_string(),
            source: event.source.to_string(),
            client: call.client.family.to_string(),
            outcome: event.outcome,
            error: event.error.to_string(),
            resource: crate::resource::touched(event).to_string(),
        }
    }
}
