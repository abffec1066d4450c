//! What has been observed, how much each observation says, and how that adds up.

mod action;
mod class;
mod context;
mod refusals;
mod rules;
mod score;
mod volume;
mod words;

use cloudtrail::{EventId, Time};
use compact_str::CompactString;
use intel::action::Tactic;
use serde::{Deserialize, Deserializer, Serialize, de};
use thin_vec::{ThinVec, thin_vec};

use crate::bits::Bits;

pub(crate) use action::weigh_action;
pub(crate) use class::weigh_class;
pub(crate) use context::benign_kind;
pub(crate) use context::weigh_context;
pub(crate) use refusals::weigh_refusals;
pub(crate) use rules::weigh_rule;
pub use score::{Line, Score};
pub(crate) use volume::{takes, weigh_volume};
pub use words::Words;

/// What an observation is about. Of each key only the strongest observation counts, so repeats
/// and the order of arrival change nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "Stored")]
pub enum Key {
    /// Where from.
    Network,
    /// With what.
    Client,
    /// Where in AWS.
    Region,
    /// In which account.
    Account,
    /// At what hour.
    Hour,
    /// A kind of resource.
    Class,
    /// Refused calls.
    Refusals,
    /// How much was taken.
    Volume,
    /// The owner is at work elsewhere.
    Overlap,
    /// What an earlier episode of the same credential left.
    Carry,
    /// One action, `service:Name`.
    Action(CompactString),
    /// A hard signal or a sequence, by its id.
    Signal(&'static str),
    /// A rule of the user's that matched, by its id.
    Rule(CompactString),
    /// An innocent explanation that the events support, by its id.
    Innocent(&'static str),
}

/// A key as snapshots have it: signals by their names.
#[derive(Serialize, Deserialize)]
enum Stored {
    Network,
    Client,
    Region,
    Account,
    Hour,
    Class,
    Refusals,
    Volume,
    Overlap,
    Carry,
    Action(CompactString),
    Signal(CompactString),
    Rule(CompactString),
    Innocent(CompactString),
}

impl From<Key> for Stored {
    fn from(key: Key) -> Self {
        match key {
            Key::Network => Self::Network,
            Key::Client => Self::Client,
            Key::Region => Self::Region,
            Key::Account => Self::Account,
            Key::Hour => Self::Hour,
            Key::Class => Self::Class,
            Key::Refusals => Self::Refusals,
            Key::Volume => Self::Volume,
            Key::Overlap => Self::Overlap,
            Key::Carry => Self::Carry,
            Key::Action(name) => Self::Action(name),
            Key::Signal(id) => Self::Signal(id.into()),
            Key::Rule(id) => Self::Rule(id),
            Key::Innocent(id) => Self::Innocent(id.into()),
        }
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Stored::deserialize(deserializer)?.try_into().map_err(de::Error::custom)
    }
}

impl TryFrom<Stored> for Key {
    type Error = &'static str;

    /// Fails for a signal that there is not. Innocent explanations are tested anew each time and
    /// stand in no snapshot.
    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        Ok(match stored {
            Stored::Network => Self::Network,
            Stored::Client => Self::Client,
            Stored::Region => Self::Region,
            Stored::Account => Self::Account,
            Stored::Hour => Self::Hour,
            Stored::Class => Self::Class,
            Stored::Refusals => Self::Refusals,
            Stored::Volume => Self::Volume,
            Stored::Overlap => Self::Overlap,
            Stored::Carry => Self::Carry,
            Stored::Action(name) => Self::Action(name),
            Stored::Signal(id) => {
                Self::Signal(crate::signal::about(&id).ok_or("a signal that there is not")?.id)
            }
            Stored::Rule(id) => Self::Rule(id),
            Stored::Innocent(_) => return Err("an innocent explanation"),
        })
    }
}

/// One observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// How much it says, before weights that depend on the other items.
    pub bits: Bits,
    /// When it was first this strong.
    pub time: Time,
    /// The events behind it: the first few.
    pub events: ThinVec<EventId>,
    /// How often it was seen.
    pub count: u32,
    /// What was seen, what is usual, what peers do.
    pub words: Words,
    /// For actions: what limits apply.
    pub limit: Limit,
    /// For new actions: the stage of an attack that they belong to.
    pub tactic: Option<Tactic>,
}

/// Which items share a limit, because they are weak one by one and come in flocks.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Limit {
    /// None.
    #[default]
    Free,
    /// Reading actions of a principal without history.
    ColdRead,
    /// Changing actions of a principal without history.
    ColdWrite,
}

/// All observations of an episode or an incident.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// In the order of their keys.
    items: ThinVec<(Key, Item)>,
}

impl Evidence {
    /// So many event ids are kept behind each item.
    pub const EVENTS_KEPT: usize = 5;
    /// So many actions are kept; weaker ones make room. No more than these count
    /// (`actions_counted`), in an episode as in the union of several.
    const ACTIONS_KEPT: usize = 24;

    /// Adds an observation; true when it changed what counts.
    pub fn add(&mut self, key: Key, item: Item) -> bool {
        if let Ok(index) = self.find(&key) {
            return self.items[index].1.absorb(item);
        }
        if matches!(key, Key::Action(_)) && !self.make_room(item.bits) {
            return false;
        }
        let index = self.items.partition_point(|(known, _)| *known < key);
        self.items.reserve_exact(1);
        self.items.insert(index, (key, item));
        true
    }

    /// Whether an observation would change what counts. Wording one is work; most are repeats.
    pub fn wants(&self, key: &Key, bits: Bits) -> bool {
        self.get(key).is_none_or(|known| bits > known.bits)
    }

    /// Adds all observations of another collection.
    pub fn merge(&mut self, other: &Self) {
        for (key, item) in &other.items {
            self.add(key.clone(), item.clone());
        }
    }

    /// What was observed, by key.
    pub fn items(&self) -> impl Iterator<Item = (&Key, &Item)> {
        self.items.iter().map(|(key, item)| (key, item))
    }

    /// The observation under a key.
    pub fn get(&self, key: &Key) -> Option<&Item> {
        self.find(key).ok().map(|index| &self.items[index].1)
    }

    /// Takes an observation away.
    pub fn remove(&mut self, key: &Key) {
        if let Ok(index) = self.find(key) {
            self.items.remove(index);
        }
    }

    /// Whether there is anything that stands on its own: a hard signal or a sequence.
    pub fn has_signal(&self) -> bool {
        self.items.iter().any(|(key, _)| matches!(key, Key::Signal(_)))
    }

    fn find(&self, key: &Key) -> Result<usize, usize> {
        self.items.binary_search_by(|(known, _)| known.cmp(key))
    }

    fn make_room(&mut self, bits: Bits) -> bool {
        let actions = self.items.iter().filter(|(key, _)| matches!(key, Key::Action(_)));
        if actions.clone().count() < Self::ACTIONS_KEPT {
            return true;
        }
        let weakest = actions.min_by_key(|(_, item)| item.bits);
        let Some((key, item)) = weakest else { return true };
        if item.bits >= bits {
            return false;
        }
        let key = key.clone();
        self.remove(&key);
        true
    }
}

impl Item {
    /// An observation made by one event, with no words yet.
    pub fn new(bits: Bits, time: Time, event: &EventId) -> Self {
        Self {
            bits,
            time,
            events: thin_vec![event.clone()],
            count: 1,
            words: Words::default(),
            limit: Limit::Free,
            tactic: None,
        }
    }

    /// The same in words: what was seen, what is usual, what peers do.
    #[must_use]
    pub fn told(mut self, observed: &str, usual: &str, peers: &str) -> Self {
        self.words = Words::new(observed, usual, peers);
        self
    }

    /// Takes the stronger of two observations, or the earlier of equals; keeps the events of both.
    fn absorb(&mut self, mut other: Self) -> bool {
        let stronger =
            (other.bits, std::cmp::Reverse(other.time)) > (self.bits, std::cmp::Reverse(self.time));
        let count = self.count.saturating_add(other.count);
        let changed = other.bits > self.bits;
        if stronger {
            std::mem::swap(self, &mut other);
        }
        self.count = count;
        for event in other.events {
            if self.events.len() < Evidence::EVENTS_KEPT && !self.events.contains(&event) {
                self.events.push(event);
            }
        }
        changed
    }
}
