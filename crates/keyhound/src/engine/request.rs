//! What to scan, and who wants to know how far it is.

use std::path::PathBuf;
use std::sync::Arc;

use cloudtrail::{AccessKeyId, AccountId, Event, RecordRules, Time};
use iam::Authorization;
use incident::Incident;
use incident::feedback::Feedback;
use ingest::{Places, Remote};

use crate::config::Settings;

/// What to scan, and how. The default is everything of nothing.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Files, folders, patterns, `-`, and `s3://BUCKET/PREFIX`.
    pub paths: Vec<String>,
    /// Incidents that go on after this moment; what came in the weeks before it is learned from.
    pub since: Option<Time>,
    /// Events before this moment.
    pub until: Option<Time>,
    /// Events of these accounts; of all when empty.
    pub accounts: Vec<AccountId>,
    /// Incidents with these keys; all when empty.
    pub keys: Vec<AccessKeyId>,
    /// Worker threads; as many as cores when not given.
    pub threads: Option<usize>,
    /// The folder with what earlier scans of the same paths left, and for what this one leaves.
    pub state: Option<PathBuf>,
    /// The lake that the events are written into, a folder or `s3://BUCKET/PREFIX`.
    pub lake: Option<String>,
    /// Whether to sum up every identity.
    pub identities: bool,
    /// The user's rules, if there are any.
    pub rules: Option<Rules>,
    /// What the user's verdicts teach.
    pub feedback: Feedback,
    /// What identities of the accounts may do, where the user gave their policies.
    pub authorization: Option<Arc<Authorization>>,
    /// The address of the S3 service, if it is another than AWS names.
    pub s3_endpoint: Option<String>,
    /// The configuration.
    pub settings: Settings,
}

/// Rules that look at every record.
#[derive(Debug, Clone)]
pub struct Rules {
    /// What looks.
    pub look: Arc<dyn RecordRules>,
    /// The rules in the order of their numbers.
    pub named: Arc<[detect::Rule]>,
    /// What a reader of the result should know of them, one sentence each.
    pub told: Vec<String>,
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

/// Before the beginning that was asked for, so many days are read to learn what is usual.
const LEAD_IN_DAYS: i64 = 30;

impl Request {
    /// From when on events are read: the beginning that was asked for, and the history before it.
    pub(super) fn read_from(&self) -> Option<Time> {
        self.since.map(|since| since.plus_hours(-24 * LEAD_IN_DAYS))
    }

    /// Where to read.
    pub(crate) fn places(&self) -> Result<Places, ingest::Error> {
        let remote = Remote {
            since: self.read_from(),
            until: self.until,
            endpoint: self.s3_endpoint.clone(),
        };
        Places::new(&self.paths, &remote)
    }

    /// Whether an event is read. A key's own events tell too little: who else works there, and
    /// what its owner does otherwise, is needed to judge them.
    pub(super) fn wants(&self, event: &Event) -> bool {
        let in_account =
            |account| event.account == Some(account) || event.identity.account == Some(account);
        self.read_from().is_none_or(|from| event.time >= from)
            && self.until.is_none_or(|until| event.time < until)
            && (self.accounts.is_empty() || self.accounts.iter().copied().any(in_account))
    }

    /// Whether an incident is told of: one that goes on after the beginning that was asked for,
    /// with one of the keys that were asked for.
    pub(crate) fn asks_for(&self, incident: &Incident) -> bool {
        self.since.is_none_or(|since| incident.last_seen >= since)
            && (self.keys.is_empty()
                || self.keys.iter().any(|key| incident.access_key_ids.contains(key)))
    }
}
