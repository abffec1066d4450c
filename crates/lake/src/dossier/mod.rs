//! The dossier: everything about one key, principal, address, client or resource.
//!
//! One pass over the subject's events fills all tables; every number carries the condition under
//! which `keyhound hunt` lists the events that it counts.

mod gather;
mod history;
mod lineage;
mod seen;
mod subject;
mod tally;

use cloudtrail::Time;
use intel::address::AddressBook;
use serde::Serialize;

use crate::Error;
use crate::query::{Engine, Values};

use gather::Gathered;
use seen::Rows;

pub use history::{Habit, Novelty};
pub use lineage::{Edge, Related};
pub use subject::{Filter, Kind, Subject};
pub use tally::{Count, Table};

/// The version of the shape below. It grows with every change that a reader could trip over.
pub const SCHEMA: u32 = 1;

/// Everything about one subject. Times are in UTC.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dossier {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Who or what it is about.
    pub subject: Subject,
    /// What was asked for besides.
    pub filter: Filter,
    /// The condition that all counted events satisfy, in SQL over the table `events`.
    #[serde(rename = "where")]
    pub condition: String,
    /// How many events.
    pub events: u64,
    /// Those that did what was asked.
    pub succeeded: u64,
    /// Those that were not allowed.
    pub denied: u64,
    /// Those that failed for another reason.
    pub failed: u64,
    /// The first of them.
    pub first_seen: Option<Time>,
    /// The last of them.
    pub last_seen: Option<Time>,
    /// On how many UTC days.
    pub days: u64,
    /// Principals that called.
    pub principals: Table,
    /// Keys that were used.
    pub access_keys: Table,
    /// Accounts in which it happened.
    pub accounts: Table,
    /// Regions in which it happened.
    pub regions: Table,
    /// Services that were called.
    pub services: Table,
    /// Calls, as `service:Name`.
    pub actions: Table,
    /// Networks: system, provider, class and country of the address.
    pub networks: Table,
    /// Addresses.
    pub addresses: Table,
    /// Client families.
    pub clients: Table,
    /// Error codes of what was refused or failed.
    pub errors: Table,
    /// Calls that read secrets, change rights, or switch off defences.
    pub sensitive: Table,
    /// Events by day of the week, Monday first, and hour in UTC.
    pub hours: [[u64; 24]; 7],
    /// Sign-ins, oldest first.
    pub sign_ins: Vec<SignIn>,
    /// How many further sign-ins there are.
    pub further_sign_ins: u64,
    /// Key, address and call together.
    pub pivot: Vec<Pivot>,
    /// How many further combinations there are.
    pub further_pivot: u64,
    /// What is usual for the subject, over all of the lake.
    pub usual: Vec<Habit>,
    /// What was seen for the first time after the subject's first day, and when.
    pub new: Vec<Novelty>,
    /// How many further novelties there are.
    pub further_new: u64,
    /// Which credentials made those that were used, nearest first.
    pub made_by: Vec<Edge>,
    /// Which credentials they made, oldest first.
    pub made: Vec<Edge>,
    /// Incidents in which one of the keys or principals stands.
    pub incidents: Vec<Related>,
}

/// A sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignIn {
    /// When.
    pub time: Time,
    /// The event.
    pub event_id: String,
    /// Who.
    pub principal: String,
    /// What it is called in the record.
    pub action: String,
    /// How it ended.
    pub outcome: String,
    /// From which address.
    pub address: String,
    /// In which network.
    pub network: String,
    /// With what client.
    pub client: String,
    /// Whether a second factor was shown, where the record tells.
    pub mfa: Option<bool>,
}

/// How often a key made a call from an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pivot {
    /// The key; empty where the call had none.
    pub access_key_id: String,
    /// The address, or the service that called.
    pub address: String,
    /// The call, as `service:Name`.
    pub action: String,
    /// How often it did what was asked.
    pub succeeded: u64,
    /// How often it was refused or failed.
    pub not: u64,
    /// The first time.
    pub first_seen: Time,
    /// The last time.
    pub last_seen: Time,
    /// The condition that these events satisfy.
    #[serde(rename = "where")]
    pub condition: String,
}

/// Puts the dossier of a subject together.
pub fn dossier(
    engine: &Engine,
    book: &AddressBook,
    subject: Subject,
    filter: Filter,
) -> Result<Dossier, Error> {
    let of_subject = subject.condition();
    let condition = filter.narrow(&of_subject);
    let mut gathered = Gathered::new(filter, condition);
    let mut rows = Rows::new(book);
    let sql = format!("SELECT {} FROM events WHERE {of_subject}", seen::COLUMNS);
    engine.ask(&sql, &Values::new(), |batch| {
        rows.each(&batch, |row| gathered.take(row))?;
        Ok::<(), Error>(())
    })?;
    // All of a key's events were met, so what it made is known.
    let made = std::mem::take(&mut gathered.made).edges();
    let made = (subject.kind == Kind::Key).then_some(made);
    let mut dossier = gathered.into_dossier(subject);
    let keys: Vec<String> = dossier.access_keys.values().map(str::to_owned).collect();
    dossier.made_by = lineage::up(engine, &keys)?;
    dossier.made = lineage::down(engine, &keys, made)?;
    let principals: Vec<String> = dossier.principals.values().map(str::to_owned).collect();
    dossier.incidents = lineage::incidents(engine, &keys, &principals)?;
    Ok(dossier)
}
