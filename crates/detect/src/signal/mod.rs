//! The signals: one observation each, one file each (or one family).
//!
//! To add one: a file with a `Signal`, a line in [`ALL`], a weight in `data/weights.json`, and
//! three cases in `tests/it/signals/`: it fires, a near miss, a benign look-alike.

mod across;
mod administrator;
mod buckets;
mod canary;
mod cleaning;
mod commands;
mod compute;
mod context;
mod credentials;
mod denials;
mod destruction;
mod discovery;
mod disks;
mod doors;
mod encryption;
mod federation;
mod functions;
mod guessing;
mod identities;
mod jobs;
mod kits;
mod leaks;
mod leaving;
mod limits;
mod locking_out;
mod logs;
mod machines;
mod mail;
mod model_keys;
mod models;
mod objects;
mod providers;
mod quarantine;
mod request;
mod roles;
mod root;
mod rows;
mod runtime;
mod secrets;
mod sharing;
mod signing_in;
mod tampering;
mod tools;
mod trust;
mod watchers;

pub use rows::{BY_CONTEXT, STARRED};

use cloudtrail::{AccessKeyId, AccountId, Outcome};
use compact_str::{CompactString, format_compact};
use intel::address::NetworkClass;
use intel::client::ClientKind;

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
    /// What it sees about somebody else. Asked of AWS's own calls, too.
    pub notify: Option<fn(&Call<'_>) -> Option<Concerns>>,
}

/// Whom a call of somebody else concerns, and what was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concerns {
    /// The id of the principal; of whom only the key is known, the key's id.
    pub subject: CompactString,
    /// The key, where one is named.
    pub key: Option<AccessKeyId>,
    /// What was seen.
    pub observed: CompactString,
}

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
    /// How far it looks back.
    pub look_back: &'static str,
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
    /// AWS Health events beside the trail.
    Health,
}

impl Needs {
    /// What must be there, in words.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Management => "management events, which every trail has",
            Self::S3Data => "S3 data events",
            Self::UserList => "a list in your configuration",
            Self::Health => {
                "AWS Health events among the files, as EventBridge or the Health API gives them"
            }
        }
    }
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
    /// Keys that build jobs used within thirty days, over all episodes.
    pub job_keys: &'a mut Window,
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

    /// The time of the call, in seconds.
    pub fn seconds(&self) -> i64 {
        self.call.event.time.seconds()
    }

    /// Whether the call did what it asked for.
    pub fn succeeded(&self) -> bool {
        self.call.event.outcome == Outcome::Success
    }

    /// Whether the principal has done this on a day before.
    pub fn is_habit(&self) -> bool {
        self.basis.profile.actions().get(&self.call.action.base).is_some()
    }

    /// Whether infrastructure code or a build system of the principal is at work in its usual
    /// place. A thief can borrow the client's name but not the place; before there is a usual
    /// place, only a cloud will do.
    pub fn is_automation(&self) -> bool {
        let client = &self.call.client;
        if !matches!(client.kind, ClientKind::Iac | ClientKind::Ci) {
            return false;
        }
        if self.basis.is_cold() {
            let class = self.call.origin.network.place.class;
            return matches!(
                class,
                NetworkClass::Aws
                    | NetworkClass::OtherCloud
                    | NetworkClass::Known
                    | NetworkClass::Private
            );
        }
        !self.new_network && self.basis.profile.clients().get(&client.family).is_some()
    }

    /// Whether the principal does something for the first time, as far as anybody can know: of one
    /// without a history only the organisation's tells, and in the first days of the logs nothing.
    pub fn is_new(&self) -> bool {
        const FEW: u32 = 2;
        if !self.basis.is_cold() {
            return !self.is_habit();
        }
        let others = self.basis.crowds.organisation.with_action(&self.call.action.base);
        self.basis.is_organisation_settled() && !self.is_habit() && others < FEW
    }

    /// Whether it is new, and done by hand: most of what administrators do seldom is
    /// infrastructure code.
    pub fn is_new_by_hand(&self) -> bool {
        self.is_new() && !self.is_automation()
    }

    /// Whether it is new to the principal, or done from where it never worked, and by hand.
    pub fn is_unusual_by_hand(&self) -> bool {
        let moved = self.new_network && !self.basis.is_cold();
        (moved || self.is_new()) && !self.is_automation()
    }

    /// What was done, and how it ended where it did not succeed.
    pub fn deed(&self) -> CompactString {
        let event = self.call.event;
        let touched = crate::resource::touched(event);
        let gap = if touched.is_empty() { "" } else { " " };
        match event.outcome {
            Outcome::Success => format_compact!("{}{gap}{touched}", event.name),
            _ => format_compact!("{}{gap}{touched} (tried: {})", event.name, event.error),
        }
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
pub static ALL: [&Signal; 99] = [
    &administrator::NEW_ADMINISTRATOR,
    &administrator::ADMINISTRATOR_POLICY,
    &buckets::OPENED,
    &buckets::REPLICATED,
    &buckets::PROTECTIONS_OFF,
    &buckets::SET_TO_EXPIRE,
    &canary::CANARY_KEY,
    &cleaning::CLEANS_UP,
    &commands::COMMANDS,
    &commands::SSH_KEYS,
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
    &destruction::DESTRUCTION,
    &discovery::WHO_AM_I_FIRST,
    &discovery::READ_BREADTH,
    &discovery::REGION_SWEEP,
    &discovery::FROM_VPN_OR_HOSTER,
    &disks::DISK_COPIED,
    &disks::DATABASE_EXPORTED,
    &doors::ROLE_FOR_MACHINE,
    &doors::CLUSTER_OPENED,
    &doors::CONTACT_CHANGED,
    &encryption::CUSTOMER_KEY,
    &encryption::FOREIGN_KEY,
    &federation::FEDERATION_TOKEN,
    &federation::TOKEN_FOR_EVERYTHING,
    &functions::PUBLIC_URL,
    &functions::CREDENTIAL_ENDPOINT,
    &guessing::PRINCIPALS,
    &guessing::ROLES,
    &identities::BY_MACHINE,
    &identities::REFUSED_ESCALATION,
    &identities::PADDED_REQUEST,
    &identities::BOUNDARY_REMOVED,
    &jobs::JOB_ELSEWHERE,
    &kits::KIT_NAME,
    &leaks::MACHINE_EXPORTED,
    &leaks::TRAFFIC_MIRRORED,
    &leaks::DATABASE_PASSWORD,
    &leaving::LEAVES_ORGANISATION,
    &limits::LIMIT_RAISED,
    &limits::REGION_OPENED,
    &limits::COMMITMENT,
    &limits::DOMAIN_TAKEN,
    &locking_out::LOCKS_OUT,
    &logs::SHORT_LIVED,
    &logs::TRAIL_WEAKENED,
    &logs::LOGS_DELETED,
    &logs::MODEL_LOGGING_OFF,
    &machines::EXPENSIVE,
    &machines::BURST,
    &machines::BOOT_SCRIPT,
    &mail::MAIL_RECONNAISSANCE,
    &mail::MAIL_MADE_READY,
    &mail::MESSAGE_RECONNAISSANCE,
    &model_keys::PHANTOM_STRAYS,
    &model_keys::PHANTOM_ARMED,
    &models::MODEL_ACCESS,
    &models::MODEL_HIJACK,
    &objects::MANY_BUCKETS,
    &objects::COPIED_OUT,
    &objects::MASS_DELETION,
    &providers::PROVIDER_ADDED,
    &providers::TRUST_ANCHOR,
    &quarantine::QUARANTINED_BY_AWS,
    &quarantine::EXPOSED_SAYS_AWS,
    &quarantine::QUARANTINE_LIFTED,
    &roles::FAN_OUT,
    &roles::ROOT_ASSUMED,
    &root::ROOT_AWAKE,
    &root::ROOT_HIDDEN,
    &runtime::FOREIGN_CLIENT,
    &runtime::IN_TWO_PLACES,
    &runtime::OFF_RUNTIME,
    &secrets::MANY_SECRETS,
    &secrets::BATCH_SECRETS,
    &sharing::SNAPSHOT_SHARED,
    &signing_in::BY_MACHINE,
    &signing_in::AFTER_FAILURES,
    &tampering::LOGGING_OFF,
    &tampering::DETECTOR_BLINDED,
    &tools::ATTACK_DISTRIBUTION,
    &tools::SECRET_SCANNER,
    &tools::OFFENSIVE_TOOL,
    &trust::TRUST_OPENED,
    &trust::KEY_OPENED,
    &watchers::WATCHER_OFF,
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
