//! What to scan, and who wants to know how far it is.

use cloudtrail::{AccessKeyId, AccountId, Event, Time};

use crate::config::Settings;

/// What to scan, and how.
#[derive(Debug, Clone)]
pub struct Request {
    /// Files, folders, patterns, `-`.
    pub paths: Vec<String>,
    /// Events from this moment on.
    pub since: Option<Time>,
    /// Events before this moment.
    pub until: Option<Time>,
    /// Events of these accounts; of all when empty.
    pub accounts: Vec<AccountId>,
    /// Events that these keys signed; all when empty.
    pub keys: Vec<AccessKeyId>,
    /// Worker threads; as many as cores when not given.
    pub threads: Option<usize>,
    /// Whether to sum up every identity.
    pub identities: bool,
    /// The configuration.
    pub settings: Settings,
}

/// Hears how far a scan is.
pub trait Progress: Sync {
    /// Before anything is read: how many bytes there are.
    fn total(&self, bytes: u64);
    /// So many bytes and records have been read.
    fn at(&self, bytes: u64, records: u64);
    /// Everything has been read.
    fn done(&self);
}

impl Request {
    /// Whether an event is within what was asked for.
    pub(super) fn wants(&self, event: &Event) -> bool {
        let signed_by = |key| event.identity.access_key.as_ref() == Some(key);
        let in_account =
            |account| event.account == Some(account) || event.identity.account == Some(account);
        self.since.is_none_or(|since| event.time >= since)
            && self.until.is_none_or(|until| event.time < until)
            && (self.accounts.is_empty() || self.accounts.iter().copied().any(in_account))
            && (self.keys.is_empty() || self.keys.iter().any(signed_by))
    }
}
