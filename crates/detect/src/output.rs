//! What a step tells: suspicious events, episodes, grants, notices; and news for the crowds.

use cloudtrail::{AccessKeyId, AccountId, EventId, Grant, Time};
use compact_str::CompactString;
use intel::address::NetworkClass;
use profile::{Crowds, Fresh, Group, System};
use serde::{Deserialize, Serialize};

use crate::act::Act;
use crate::bits::Bits;
use crate::episode::Episode;
use crate::evidence::Evidence;
use crate::principal::{Kind, Principal};

/// Everything that steps tell, in the order of their events.
#[derive(Debug, Default)]
pub struct Outputs {
    /// For whoever builds incidents.
    pub told: Vec<Told>,
    /// For the crowds, at the end of the day.
    pub news: Vec<News>,
}

/// One thing told, and the event that made it.
#[derive(Debug, Clone)]
pub struct Told {
    /// The event's time.
    pub time: Time,
    /// The event's id; together with the time it orders everything.
    pub event_id: EventId,
    /// What is told.
    pub what: What,
}

/// The kinds of things told.
#[derive(Debug, Clone)]
pub enum What {
    /// An episode as it stands now; it replaces what was told of it before.
    Episode(Box<Report>),
    /// A suspicious event of an episode that was told of.
    Act(EpisodeId, Box<Act>),
    /// A credential was made or ended.
    Grant(Box<GrantMade>),
    /// Something was seen that concerns another principal.
    Notice(Box<Notice>),
    /// A principal appeared on a network, or from its usual network in a region, that is new to it.
    Arrival(Box<Arrival>),
    /// A machine was given another address, or may have been.
    Readdressed(Box<Readdressed>),
}

/// Names an episode.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EpisodeId {
    /// The principal's id.
    pub principal: CompactString,
    /// The episode's number within it.
    pub number: u32,
}

/// An episode as it is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// Which.
    pub id: EpisodeId,
    /// What the principal is.
    pub kind: Kind,
    /// Its ARN, as the last event gave it; its id where there is none.
    pub arn: CompactString,
    /// The account it belongs to.
    pub account: Option<AccountId>,
    /// Whether it has too little history to be known.
    pub cold: bool,
    /// Active days of its profile.
    pub days: u32,
    /// The credential line.
    pub line: CompactString,
    /// The network entity.
    pub system: System,
    /// The address of the first event.
    pub address: CompactString,
    /// Its address range.
    pub range: CompactString,
    /// The kind of network.
    pub class: NetworkClass,
    /// The network in words.
    pub network: CompactString,
    /// The client family.
    pub client: CompactString,
    /// The first event.
    pub first_event: EventId,
    /// Its time.
    pub opened: Time,
    /// Time of the last event so far.
    pub last: Time,
    /// Whether the network was new to the principal.
    pub new_network: bool,
    /// Whether nothing at all was known of the principal when it began.
    pub founding: bool,
    /// How many principals of the organisation have the network in their profile.
    pub neighbours: u32,
    /// Events so far.
    pub events: u64,
    /// Keys that were used.
    pub keys: Vec<AccessKeyId>,
    /// What its sessions have in common with others of one origin.
    pub marks: Vec<CompactString>,
    /// What speaks for and against.
    pub evidence: Evidence,
    /// The sum of it.
    pub score: Bits,
}

/// A credential made or ended, and by whom.
#[derive(Debug, Clone)]
pub struct GrantMade {
    /// What.
    pub grant: Grant,
    /// `service:Name` of the event.
    pub action: CompactString,
    /// The maker.
    pub principal: CompactString,
    /// The maker's account.
    pub account: Option<AccountId>,
    /// The maker's key.
    pub key: Option<AccessKeyId>,
    /// The maker's episode; `None` when AWS made it.
    pub episode: Option<EpisodeId>,
    /// `sharedEventID`: the same call in another account's trail.
    pub shared: Option<EventId>,
    /// Whether the record names no more of the maker than its account, as the trail of the account
    /// does that was called from another one.
    pub from_elsewhere: bool,
}

/// Something that concerns another principal than the caller.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The id of the principal concerned; of whom only the key is known, the key's id.
    pub subject: CompactString,
    /// The key, where one is named.
    pub key: Option<AccessKeyId>,
    /// Its account.
    pub account: Option<AccountId>,
    /// The signal.
    pub signal: &'static str,
    /// What it says.
    pub bits: Bits,
    /// What was seen.
    pub observed: CompactString,
    /// The event, for the story.
    pub act: Act,
}

/// A principal that appears where it never was, or for the first time at all: one is a suspicion,
/// many are a new office, a launch, a vendor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Arrival {
    /// The principal's id.
    pub principal: CompactString,
    /// Its peer group.
    pub group: Group,
    /// Where it appears.
    pub destination: Destination,
    /// Whether nothing was known of it before.
    pub newcomer: bool,
}

/// Where a principal may appear.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Destination {
    /// On an address range, in words.
    Range(CompactString),
    /// In a region, from a network that it had before.
    Region(CompactString),
}

/// A call after which a machine's calls may come from another address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Readdressed {
    /// `service:Name` of the call.
    pub action: CompactString,
    /// Who made it.
    pub principal: CompactString,
    /// The instances that it names.
    pub instances: Vec<CompactString>,
    /// The address that it names.
    pub address: Option<CompactString>,
}

/// What a principal showed for the first time, for its crowds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct News {
    /// Its kind.
    pub kind: Group,
    /// Its peer group.
    pub group: Group,
    /// The values; of one that has changed its kind or group, all that it has shown.
    pub fresh: Fresh,
    /// The kind and group that it had until now, where these have changed.
    pub before: Option<(Group, Group)>,
}

impl News {
    /// Lets the crowds hear a day's news: first what was new, then who belongs elsewhere, so that it
    /// does not matter in how many rounds the day came.
    pub fn tell_all(news: impl Iterator<Item = Self>, crowds: &mut Crowds) {
        let (moved, shown): (Vec<Self>, Vec<Self>) = news.partition(|one| one.before.is_some());
        shown.iter().chain(&moved).for_each(|one| one.tell(crowds));
    }

    /// Lets the crowds hear it.
    fn tell(&self, crowds: &mut Crowds) {
        match &self.before {
            Some((kind, group)) => {
                crowds.regroup((kind, group), (&self.kind, &self.group), &self.fresh);
            }
            None => crowds.hear(&self.kind, &self.group, &self.fresh),
        }
    }
}

impl EpisodeId {
    /// The id of a principal's episode.
    pub fn new(principal: &Principal, episode: &Episode) -> Self {
        Self { principal: principal.id.clone(), number: episode.number }
    }
}
