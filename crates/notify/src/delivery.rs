//! What passes between the rules, the outbox and the channels: plain values that can be stored.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Notice, Receipt, Severity, Standing, Status};

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

/// How far a channel has been told of an incident: what the outbox keeps of the last delivery.
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
    /// Where the receiver keeps what belongs together: a Slack thread, a Jira issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
}

impl Told {
    /// What a channel knows once a notice has gone into the outbox; the thread is the one it had.
    pub fn of(channel: &str, notice: &Notice, before: Option<&Self>) -> Self {
        let mut achieved = before.map_or_else(Vec::new, |told| told.achieved.clone());
        let new = notice.achieved.iter().filter(|one| !achieved.contains(one)).cloned();
        achieved.extend(new.collect::<Vec<_>>());
        Self {
            channel: channel.to_owned(),
            version: notice.version,
            severity: notice.severity,
            standing: notice.standing,
            status: notice.status,
            achieved,
            thread: before.and_then(|told| told.thread.clone()),
        }
    }

    /// Remembers what the receiver answered.
    #[must_use]
    pub fn answered(mut self, receipt: &Receipt) -> Self {
        if receipt.thread.is_some() {
            self.thread.clone_from(&receipt.thread);
        }
        self
    }
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
