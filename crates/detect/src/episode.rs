//! One credential, one network, one client, without a long pause: what somebody did in one go.

use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;

use cloudtrail::{AccessKeyId, EventId, Source, Time};
use compact_str::CompactString;
use profile::{Code, Profile};
use serde::{Deserialize, Serialize};
use thin_vec::ThinVec;

use crate::act::Untold;
use crate::bits::Bits;
use crate::call::Call;
use crate::evidence::Evidence;
use crate::settings::Lesson;
use crate::steps::Steps;
use crate::weights::Weights;
use crate::window::Window;

/// A run of events of one credential line from one network with one client family.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Episode {
    /// Its number within the principal, from 1.
    pub number: u32,
    /// The credential line: a long-term key's id, or `session` for keys that rotate by themselves.
    pub line: CompactString,
    /// The network entity: a provider, or for a program on a server of its own an address range.
    pub entity: Code,
    /// Where its first event came from. What is known of that is looked up when it is told.
    pub source: Source,
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
    /// Whether nothing at all was known of the principal when it began: it may be its home.
    pub founding: bool,
    /// Events so far.
    pub events: u64,
    /// Keys that were used, the first few.
    pub keys: ThinVec<AccessKeyId>,
    /// What its sessions have in common with others of one origin, the first few.
    pub marks: ThinVec<CompactString>,
    /// A hash of the context that was weighed last: the same again would say the same.
    pub context: u32,
    /// What speaks for and against.
    pub evidence: Evidence,
    /// The sum of it.
    pub score: Bits,
    /// What a verdict says about learning from it.
    pub lesson: Option<Lesson>,
    /// Whether it was suspicious enough at some time to teach the profile nothing.
    pub suspicious: bool,
    /// Whether it has been told to whoever builds incidents.
    pub reported: bool,
    /// Suspicious events that have not been told yet.
    pub untold: Untold,
    /// Refusals by action, in the order of their names.
    pub refused: ThinVec<(CompactString, u32)>,
    /// What sequences and thresholds count.
    pub tallies: Tallies,
}

/// What an episode counts, made when something is counted first: most episodes count nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Tallies(Option<Box<Counted>>);

/// Distinct things within a time, counted up to what the signals need to know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Counted {
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compute {
    /// How many.
    pub machines: u64,
    /// Their processors, as far as the names of the types tell.
    pub processors: u64,
}

impl Episode {
    /// So many keys are kept.
    const KEYS_KEPT: usize = 16;
    /// So many marks are kept.
    const MARKS_KEPT: usize = 4;
    /// So many refused actions are told apart.
    const REFUSED_KEPT: usize = 32;

    /// The episode that a call begins.
    pub fn begin(
        number: u32,
        line: CompactString,
        call: &Call<'_>,
        (entity, known): (Code, bool),
        profile: &Profile,
    ) -> Self {
        Self {
            number,
            line,
            entity,
            source: call.event.source.clone(),
            client: call.client.family.clone(),
            opened: call.event.time,
            first_event: call.event.id.clone(),
            last: call.event.time,
            new_network: !known,
            founding: profile.active_days() == 0,
            events: 0,
            keys: ThinVec::new(),
            marks: ThinVec::new(),
            context: 0,
            evidence: Evidence::default(),
            score: Bits::ZERO,
            lesson: None,
            suspicious: false,
            reported: false,
            untold: Untold::default(),
            refused: ThinVec::new(),
            tallies: Tallies::default(),
        }
    }

    /// Whether a call belongs to it.
    pub fn continues(&self, line: &str, entity: Code, call: &Call<'_>, weights: &Weights) -> bool {
        self.line == line
            && self.entity == entity
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
            self.keys.reserve_exact(1);
            self.keys.push(key.clone());
        }
        for mark in call.event.identity.marks() {
            if self.marks.len() < Self::MARKS_KEPT && !self.marks.contains(mark) {
                self.marks.reserve_exact(1);
                self.marks.push(mark.clone());
            }
        }
    }

    /// Counts a refusal; true when it is one that may say more.
    pub fn refuse(&mut self, action: &CompactString, steps: &[u32]) -> bool {
        match self.refused.binary_search_by(|(known, _)| known.cmp(action)) {
            Ok(index) => {
                let count = &mut self.refused[index].1;
                *count += 1;
                steps.contains(count)
            }
            Err(_) if self.refused.len() >= Self::REFUSED_KEPT => false,
            Err(index) => {
                self.refused.insert(index, (action.clone(), 1));
                true
            }
        }
    }
}

impl Deref for Tallies {
    type Target = Counted;

    fn deref(&self) -> &Counted {
        static NOTHING: LazyLock<Counted> = LazyLock::new(Counted::default);
        self.0.as_deref().unwrap_or(&NOTHING)
    }
}

impl DerefMut for Tallies {
    fn deref_mut(&mut self) -> &mut Counted {
        self.0.get_or_insert_with(Box::default)
    }
}

impl Default for Counted {
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
