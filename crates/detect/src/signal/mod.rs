//! The signals: one observation each, one file each (or one family).
//!
//! To add one: a file with a `Signal`, a line in [`ALL`], a weight in `data/weights.json`, and
//! three cases in `tests/it/signals/`: it fires, a near miss, a benign look-alike.

mod across;
mod administrator;
mod canary;
mod compute;
mod context;
mod credentials;
mod denials;
mod discovery;
mod encryption;
mod federation;
mod leaving;
mod mail;
mod models;
mod quarantine;
mod runtime;
mod secrets;
mod sharing;
mod tampering;
mod tools;
mod trust;

use cloudtrail::AccountId;
use compact_str::CompactString;

use crate::basis::Basis;
use crate::call::Call;
use crate::episode::Tallies;
use crate::window::Window;

/// A signal: what it means, which calls it wants to see, and what it sees in them.
#[derive(Debug)]
pub struct Signal {
    /// For readers.
    pub about: About,
    /// Which calls.
    pub wants: Wants,
    /// What it sees about the caller.
    pub see: Option<fn(&mut Scene<'_>) -> Option<Seen>>,
    /// What it sees about somebody else: the id of the principal concerned, and what was seen.
    /// Asked of AWS's own calls, too.
    pub notify: Option<fn(&Call<'_>) -> Option<Concerns>>,
}

/// The id of a principal that a call of somebody else concerns, and what was seen.
pub type Concerns = (CompactString, CompactString);

/// What a reader should know of a signal.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// Its id in ledgers and in `data/weights.json`.
    pub id: &'static str,
    /// What it means, in one sentence.
    pub text: &'static str,
    /// Rows of the signal catalogue that it covers.
    pub rows: &'static [&'static str],
    /// ATT&CK techniques, by the ids of version 18.
    pub techniques: &'static [&'static str],
    /// What the trail must hold.
    pub needs: Needs,
    /// What it is in innocent cases, mostly.
    pub noise: &'static str,
}

/// The version of ATT&CK whose ids are used.
pub const ATTACK_VERSION: &str = "18";

/// What a trail must hold for a signal to be able to see anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Needs {
    /// Management events: every trail.
    Management,
    /// S3 data events.
    S3Data,
    /// A list that the user gives.
    UserList,
}

/// Which calls a signal wants to see.
#[derive(Debug, Clone, Copy)]
pub enum Wants {
    /// The first of every kind in an hour.
    Every,
    /// All of these actions.
    Actions(&'static [&'static str]),
}

/// What a signal may look at.
pub struct Scene<'a> {
    /// Profile, crowds, settings.
    pub basis: &'a Basis<'a>,
    /// The call.
    pub call: &'a Call<'a>,
    /// The counters of the episode.
    pub tallies: &'a mut Tallies,
    /// Whether the episode's network was new to the principal.
    pub new_network: bool,
    /// Networks new to the profile within six hours, over all episodes.
    pub new_systems: &'a mut Window,
    /// Days since the long-term key was used before.
    pub key_slept: Option<i64>,
    /// Whether this is the episode's first call.
    pub first_of_episode: bool,
}

impl Scene<'_> {
    /// Whether an account is the one in which the call was made, or another of one's own.
    pub fn is_own(&self, account: AccountId) -> bool {
        Some(account) == self.call.event.account || self.basis.is_own_account(account)
    }
}

/// What a signal saw.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// What was seen.
    pub observed: CompactString,
    /// What is usual.
    pub usual: CompactString,
}

impl Seen {
    /// An observation without anything usual to hold against it.
    pub fn new(observed: impl Into<CompactString>) -> Self {
        Self { observed: observed.into(), usual: CompactString::default() }
    }

    /// Names what is usual.
    #[must_use]
    pub fn against(mut self, usual: impl Into<CompactString>) -> Self {
        self.usual = usual.into();
        self
    }
}

impl Signal {
    /// Whether it wants to see the same call again.
    pub fn sees_repeats(&self) -> bool {
        matches!(self.wants, Wants::Actions(_))
    }
}

/// All signals of this crate.
pub static ALL: [&Signal; 41] = [
    &administrator::NEW_ADMINISTRATOR,
    &administrator::ADMINISTRATOR_POLICY,
    &canary::CANARY_KEY,
    &compute::UNUSED_REGION,
    &compute::REFUSED_LAUNCH,
    &compute::CONTAINER_MINER,
    &context::EVERYTHING_NEW,
    &context::MANY_NETWORKS,
    &context::WORKLOAD_MOVED,
    &context::SLEEPING_KEY,
    &context::THREAT_LIST,
    &context::TOR_EXIT,
    &credentials::KEY_FOR_ANOTHER,
    &credentials::PASSWORD_FOR_ANOTHER,
    &credentials::ROOT_KEY,
    &denials::REFUSED_OVER_REGIONS,
    &denials::REFUSAL_BREADTH,
    &discovery::WHO_AM_I_FIRST,
    &discovery::READ_BREADTH,
    &discovery::REGION_SWEEP,
    &discovery::FROM_VPN_OR_HOSTER,
    &encryption::CUSTOMER_KEY,
    &encryption::FOREIGN_KEY,
    &federation::FEDERATION_TOKEN,
    &leaving::LEAVES_ORGANISATION,
    &mail::MAIL_RECONNAISSANCE,
    &mail::MAIL_MADE_READY,
    &models::MODEL_ACCESS,
    &models::MODEL_HIJACK,
    &quarantine::QUARANTINED_BY_AWS,
    &runtime::FOREIGN_CLIENT,
    &runtime::OFF_RUNTIME,
    &secrets::MANY_SECRETS,
    &secrets::BATCH_SECRETS,
    &sharing::SNAPSHOT_SHARED,
    &tampering::LOGGING_OFF,
    &tampering::DETECTOR_BLINDED,
    &tools::ATTACK_DISTRIBUTION,
    &tools::SECRET_SCANNER,
    &tools::OFFENSIVE_TOOL,
    &trust::TRUST_OPENED,
];

/// What is only seen across principals, by whoever builds incidents; described here so that the
/// catalogue is whole.
pub static ACROSS: [About; 5] = [
    across::MINTED,
    across::PASSWORD_USED,
    across::KEY_USED,
    across::FEDERATION_CONSOLE,
    across::SHARED_SOURCE,
];

/// The descriptions of all signals.
pub fn catalogue() -> impl Iterator<Item = &'static About> {
    ALL.iter().map(|signal| &signal.about).chain(&ACROSS)
}

/// The signals that want to see an action.
pub fn wanting(action: &str) -> Vec<&'static Signal> {
    ALL.iter()
        .copied()
        .filter(|signal| match signal.wants {
            Wants::Every => true,
            Wants::Actions(actions) => actions.contains(&action),
        })
        .collect()
}

/// The description of a signal.
pub fn about(id: &str) -> Option<&'static About> {
    catalogue().find(|about| about.id == id)
}
