//! What passes between the rules, the outbox and the channels: plain values that can be stored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::rules::{Rules, routes};
use crate::{Message, Notice, Severity, Standing, Status};

/// What one channel is to be told of one version of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The configured name of the channel.
    pub channel: String,
    /// The incident.
    pub incident: String,
    /// Its version.
    pub version: u64,
    /// What is new.
    pub news: News,
    /// What has changed since the channel was told last, a sentence each.
    pub changes: Vec<String>,
    /// The same for the same news to the same channel, however often it is tried: what receivers
    /// know duplicates by. Thirty-two hexadecimal digits.
    pub key: String,
}

/// What is new about an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum News {
    /// The channel has not heard of it before.
    Opened,
    /// It has become worse, surer or larger.
    Updated,
    /// Somebody is on it.
    Taken,
    /// It was closed.
    Closed,
    /// It was closed, and is no longer.
    Reopened,
    /// Somebody tries out the channel.
    Test,
}

impl News {
    /// The word in messages and bodies.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Updated => "updated",
            Self::Taken => "taken",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Test => "test",
        }
    }
}

impl Delivery {
    /// What is to be told to one channel.
    pub fn new(channel: &str, notice: &Notice, news: News, changes: Vec<String>) -> Self {
        let version = notice.version.to_string();
        Self {
            channel: channel.to_owned(),
            incident: notice.id.clone(),
            version: notice.version,
            news,
            changes,
            key: key(&[channel, &notice.id, &version, news.word()]),
        }
    }
}

/// How far a channel has been told of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The configured name of the channel.
    pub channel: String,
    /// The version that it knows.
    pub version: u64,
    /// The severity that it knows.
    pub severity: Severity,
    /// The standing that it knows.
    pub standing: Standing,
    /// The status that it knows.
    pub status: Status,
    /// The achievements that it knows.
    pub achieved: Vec<String>,
}

impl Told {
    /// What a channel knows once it has heard of a notice.
    pub fn of(channel: &str, notice: &Notice, before: Option<&Self>) -> Self {
        let mut achieved = before.map_or_else(Vec::new, |told| told.achieved.clone());
        for one in &notice.achieved {
            if !achieved.contains(one) {
                achieved.push(one.clone());
            }
        }
        Self {
            channel: channel.to_owned(),
            version: notice.version,
            severity: notice.severity,
            standing: notice.standing,
            status: notice.status,
            achieved,
        }
    }
}

/// What the outbox keeps of a delivery: all that sending it needs, and what its channel knows when
/// it has arrived.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    /// What is to be told.
    pub delivery: Delivery,
    /// Of which incident, as it was then.
    pub notice: Notice,
    /// What the channel knows afterwards.
    pub told: Told,
}

impl Letter {
    /// What a channel is handed; `thread` is what [`crate::Receipt::thread`] of an earlier letter
    /// about the same incident to the same channel said.
    pub fn message<'a>(&'a self, thread: Option<&'a str>) -> Message<'a> {
        Message::Incident { notice: &self.notice, delivery: &self.delivery, thread }
    }

    /// The letter of a test to one channel.
    pub fn test(channel: &str, now: jiff::Timestamp) -> Self {
        let notice = Notice::test(now);
        let delivery = Delivery::new(channel, &notice, News::Test, Vec::new());
        Self { delivery, told: Told::of(channel, &notice, None), notice }
    }
}

/// The letters that a change of an incident calls for, given those that were written about it
/// before. Letters that were given up do not belong among `earlier`: their channels know nothing of
/// what was in them.
pub fn letters(rules: &Rules, notice: &Notice, earlier: &[Letter]) -> Vec<Letter> {
    let mut latest: BTreeMap<&str, &Told> = BTreeMap::new();
    for told in earlier.iter().map(|letter| &letter.told) {
        let known = latest.entry(&told.channel).or_insert(told);
        if told.version > known.version {
            *known = told;
        }
    }
    let told: Vec<Told> = latest.values().map(|told| (*told).clone()).collect();
    let letter = |delivery: Delivery| {
        let before = latest.get(delivery.channel.as_str()).copied();
        let told = Told::of(&delivery.channel, notice, before);
        Letter { delivery, notice: notice.clone(), told }
    };
    routes(rules, notice, &told).into_iter().map(letter).collect()
}

/// A digest of several texts, of which none can run into the next.
pub(crate) fn key(parts: &[&str]) -> String {
    use std::fmt::Write as _;

    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let mut text = String::with_capacity(32);
    for byte in &hasher.finalize()[..16] {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
