//! What really happened in a world: its thefts, and the benign changes that look like one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The truth about a history.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// The thefts.
    pub thefts: Vec<Theft>,
    /// The benign changes.
    pub look_alikes: Vec<LookAlike>,
    /// Credentials in use times weeks, from [`Truth::from`] on: what false alerts are counted against.
    pub key_weeks: f64,
    /// From when on a judge is held to account. Before it, it learns; from the beginning if none.
    #[serde(default)]
    pub from: Option<Timestamp>,
}

/// How hard a theft is to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// Breadth, creation, destruction.
    Loud,
    /// A few calls.
    Quiet,
    /// The thief takes care to look like the victim.
    Stealth,
}

/// One theft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Theft {
    /// The family's name.
    pub family: String,
    /// How hard it is to see.
    pub style: Style,
    /// Whether the credential has fewer than five active days before the theft.
    pub cold: bool,
    /// Whether the thief's address changes on the way.
    pub rotating: bool,
    /// Whether another party labelled it: a recorded technique, not a script.
    pub recorded: bool,
    /// The victim's ARN.
    pub victim: String,
    /// The credential that was stolen.
    pub root_access_key_id: String,
    /// Every credential that the thief used or made, the stolen one first.
    pub access_key_ids: Vec<String>,
    /// The ARNs that the thief acted as.
    pub principals: Vec<String>,
    /// `eventID` of the first malicious event.
    pub first_event_id: String,
    /// `eventID`s of all malicious events, in order.
    pub event_ids: Vec<String>,
    /// Event times of these.
    pub times: Vec<Timestamp>,
    /// `eventID`s of what others did because of the theft, as AWS does that attaches its quarantine
    /// policy. They speak for the theft and are not the thief's.
    #[serde(default)]
    pub echo_ids: Vec<String>,
    /// The thief's addresses.
    pub addresses: Vec<String>,
    /// Names of resources touched.
    pub resources: Vec<String>,
    /// Names of users, roles, keys and resources made.
    pub created: Vec<String>,
}

/// Why a change is benign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// A key was replaced by its owner.
    KeyRotation,
    /// Known automation made a user for a short task.
    TemporaryUser,
    /// People or workloads moved: a new office, line, exit or country.
    NewLocation,
    /// A program was updated.
    ClientUpdate,
    /// One page of the console asks dozens of things.
    ConsoleFanOut,
    /// The same job of the same repository, on other machines.
    CiUnchanged,
    /// Others of the group do the same.
    PeersDoIt,
    /// A scanner or an auditor does what it is there for.
    ScannerOrAuditor,
    /// A penetration test that was announced.
    AnnouncedTest,
    /// Somebody new.
    NewPrincipal,
    /// An emergency or an exercise, by those in charge and from their usual place.
    OwnerAtWork,
    /// The account for emergencies was used in one.
    BreakGlass,
}

/// A benign change that looks like a theft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LookAlike {
    /// The sort's name.
    pub name: String,
    /// Why it is benign.
    pub reason: Reason,
    /// The ARNs of those concerned; of a role, its sessions begin with it.
    pub principals: Vec<String>,
    /// Their long-term keys.
    pub access_key_ids: Vec<String>,
    /// From when.
    pub from: Timestamp,
    /// Until when one would wonder.
    pub until: Timestamp,
    /// Addresses and the time that were announced, for a test.
    pub announced: Vec<String>,
}
