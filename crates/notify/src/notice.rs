//! What is told of an incident, as plain values: everything that a channel may need, and nothing
//! of how it came to be.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One version of one incident. Every text in it may be an attacker's; each channel makes it
/// harmless for its receiver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// The incident, for example `inc-0123456789ab`.
    pub id: String,
    /// Grows with every change of the incident.
    pub version: u64,
    /// Key, owner, kind of credential, account, and what was achieved, in one sentence.
    pub title: String,
    /// How bad it is if it is true.
    pub severity: Severity,
    /// How sure we are.
    pub standing: Standing,
    /// What people have done about it.
    pub status: Status,
    /// Why it was closed, in words; absent while it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    /// Who looks after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// What the thief has achieved, one thing each, in a fixed wording, so that a new one is seen.
    #[serde(default)]
    pub achieved: Vec<String>,
    /// The accounts in which it happened, twelve digits each, the main one first.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// The access keys of the theft, the one that was stolen first.
    #[serde(default)]
    pub keys: Vec<String>,
    /// Whose credential it is.
    pub owner: String,
    /// The kind of principal that was robbed, for example `user-workload`.
    pub kind: String,
    /// The sum of the ledger, in bits.
    pub score: f64,
    /// Time of the first suspicious event.
    pub first_seen: Timestamp,
    /// Time of the last suspicious event.
    pub last_seen: Timestamp,
    /// The page of the incident, if there is a console that people can reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The weightiest lines of the ledger, in words, the weightiest first.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// What to do first, in order.
    #[serde(default)]
    pub steps: Vec<String>,
    /// The incident as one finding of Security Hub: a JSON object in ASFF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asff: Option<String>,
    /// The incident as one OCSF Detection Finding: a JSON object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ocsf: Option<String>,
}

/// How bad an incident is if it is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

impl Severity {
    /// The word in messages and settings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How sure we are that it is a theft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// From 10 bits: worth a look when there is time.
    Watch,
    /// From 14 bits: somebody should act.
    Alert,
    /// From 18 bits: somebody should be woken.
    Page,
}

impl Standing {
    /// The word in messages and settings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Watch => "watch",
            Self::Alert => "alert",
            Self::Page => "page",
        }
    }
}

/// What people have done about an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Nothing yet.
    Open,
    /// Somebody is on it.
    InProgress,
    /// It was closed, with a reason.
    Closed,
}

impl Status {
    /// The word in messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InProgress => "in progress",
            Self::Closed => "closed",
        }
    }
}

impl Notice {
    /// What `keyhound notify test` tells: every field is filled in, and all of it is made up.
    pub fn test(now: Timestamp) -> Self {
        let text = str::to_owned;
        let list = |items: &[&str]| items.iter().map(|item| text(item)).collect();
        Self {
            id: text("keyhound-test"),
            version: 1,
            title: text("This is a test of Keyhound's notifications; nothing was stolen"),
            severity: Severity::Low,
            standing: Standing::Alert,
            status: Status::Open,
            resolution: None,
            assignee: None,
            achieved: list(&["nothing: this is a test"]),
            accounts: list(&["111122223333"]),
            keys: list(&["AKIAIOSFODNN7EXAMPLE"]),
            owner: text("nobody"),
            kind: text("user-workload"),
            score: 0.0,
            first_seen: now,
            last_seen: now,
            link: None,
            reasons: list(&[
                "Somebody asked for a test, with `keyhound notify test` or in the console.",
            ]),
            steps: list(&["Nothing; you may delete this message."]),
            asff: None,
            ocsf: None,
        }
    }
}
