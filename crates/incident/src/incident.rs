//! One theft as its reader sees it, and the contract of `--format ndjson`.

use cloudtrail::{AccessKeyId, AccountId, EventId, Time};
use detect::{Act, Kind};
use serde::Serialize;

use crate::investigation::Investigation;

/// The version of the shape below. It grows with every change that a reader could trip over.
pub const SCHEMA: u32 = 1;

/// All episodes of one theft. Serialised, it is one line of `--format ndjson`; what is skipped
/// there serves the terminal and the reports.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Incident {
    /// `inc-` and twelve hexadecimal digits, the same for the same theft in every run.
    pub id: String,
    /// [`SCHEMA`].
    pub schema: u32,
    /// Key, owner, kind of credential, account, and what was achieved, in one sentence.
    pub title: String,
    /// How bad it is if it is true.
    pub severity: Severity,
    /// How sure we are.
    pub status: Status,
    /// The sum of the ledger, in bits.
    pub score: f64,
    /// The chance that this is a theft, at the base rate of thefts.
    pub probability: f64,
    /// Time of the first suspicious event.
    pub first_seen: Time,
    /// Time of the last suspicious event.
    pub last_seen: Time,
    /// Time of the event that crossed the alert threshold.
    pub detected_at: Option<Time>,
    /// The credential that was stolen first.
    pub root_access_key_id: Option<AccessKeyId>,
    /// Every credential that the thief used or made.
    pub access_key_ids: Vec<AccessKeyId>,
    /// Who was impersonated, as ARNs.
    pub principals: Vec<String>,
    /// The accounts in which it happened.
    pub account_ids: Vec<AccountId>,
    /// Where from, in words: address, AS, country, class.
    pub networks: Vec<String>,
    /// With which clients.
    pub clients: Vec<String>,
    /// The first suspicious event.
    pub first_event_id: EventId,
    /// The suspicious events in order.
    pub event_ids: Vec<EventId>,
    /// Resources touched, as ARNs or names.
    pub resources: Vec<String>,
    /// Users, keys, roles and sessions that were made.
    pub created: Vec<String>,
    /// ATT&CK tactics, by name.
    pub tactics: Vec<String>,
    /// ATT&CK techniques, by id.
    pub techniques: Vec<String>,
    /// Why: lines that add up to the score.
    pub ledger: Vec<LedgerLine>,
    /// Why it might be just fine: each innocent explanation, tested.
    pub hypotheses: Vec<Hypothesis>,
    /// What was not checked, and why.
    pub coverage: Vec<String>,
    /// What a responder asks first, answered.
    pub investigation: Investigation,
    /// What was robbed; decides from which score on it is an alert.
    #[serde(skip)]
    pub kind: Kind,
    /// The suspicious events told one by one, oldest first.
    #[serde(skip)]
    pub timeline: Vec<Act>,
    /// Which credential made which.
    #[serde(skip)]
    pub lineage: Vec<Edge>,
    /// The first event of each of its episodes: what a verdict on it lets be learned, or never.
    #[serde(skip)]
    pub episodes: Vec<EventId>,
    /// Suspicious events beyond those in [`Incident::timeline`].
    #[serde(skip)]
    pub further_events: u64,
}

/// How bad an incident is if it is true: what the thief achieved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing but looking, and little of it.
    Low,
    /// Looking around with success.
    Medium,
    /// Secrets, data or changes.
    High,
    /// Ways to stay, destruction, or rights over everything.
    Critical,
}

/// How sure we are: `watch` from 10 bits, `alert` from 14.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Worth a look when there is time.
    Watch,
    /// Somebody should act.
    Alert,
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LedgerLine {
    /// The signal's id, for example `network` or `quarantined-by-aws`.
    pub signal: String,
    /// What it means, in one sentence.
    pub text: String,
    /// What it adds to the score.
    pub bits: f64,
    /// What was seen.
    pub observed: String,
    /// What is usual for this principal, with counts and period.
    pub usual: String,
    /// What its peers do.
    pub peers: String,
    /// The events behind it, at most a few.
    pub event_ids: Vec<EventId>,
}

/// An innocent explanation and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hypothesis {
    /// The explanation's id, for example `key-rotation`.
    pub name: String,
    /// What the events say of it.
    pub verdict: Verdict,
    /// Why, in one sentence.
    pub text: String,
    /// What it takes off the score: zero or negative.
    pub bits: f64,
    /// The events behind the verdict.
    pub event_ids: Vec<EventId>,
}

/// What the events say of an innocent explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// They speak for it.
    Supported,
    /// They speak against it.
    Contradicted,
    /// They do not tell.
    Unknown,
}

/// One credential, user or role that another made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The maker: a key id or a principal.
    pub from: String,
    /// What was made: a key id, a user, a role.
    pub to: String,
    /// How, for example `AssumeRole`.
    pub by: String,
    /// The event that made it.
    pub event_id: EventId,
    /// When.
    pub time: Time,
}

/// What one identity did in the whole of the input: a row of `--identities`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IdentitySummary {
    /// The principal, as an ARN or a name.
    pub principal: String,
    /// Its kind, for example `user-workload`.
    pub kind: String,
    /// Events of its own; what AWS did on its behalf is not counted.
    pub events: u64,
    /// Events that AWS services made on its behalf.
    pub service_events: u64,
    /// Days on which it was active.
    pub days: u32,
    /// First and last event.
    pub first_seen: Time,
    /// Last event.
    pub last_seen: Time,
    /// Access keys seen, at most a few; [`IdentitySummary::keys`] counts all.
    pub access_key_ids: Vec<AccessKeyId>,
    /// How many access keys were seen.
    pub keys: u64,
    /// How many networks (autonomous systems, or address ranges where none is known).
    pub networks: u32,
    /// How many client families.
    pub clients: u32,
    /// How many regions.
    pub regions: u32,
    /// Refused calls.
    pub refusals: u64,
    /// Calls that read secrets, change rights or switch off defences.
    pub sensitive: u64,
    /// The highest score that any episode of it reached, in bits.
    pub score: f64,
}
