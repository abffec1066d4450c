//! Incidents: what the judge tells, and what people do with it.

mod apply;
mod history;
mod list;
mod put;
mod related;
mod workflow;

use std::collections::BTreeSet;

use cloudtrail::Time;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;

use crate::Error;
use crate::notification::{Notification, Outgoing};
use crate::sql::{Row, composed};
use crate::words::words;

pub use apply::{Applied, Batch, Hidden};
pub use history::IncidentVersion;
pub use list::{Assignee, Filter, Order, Sort, Tally};
pub use related::Related;
pub use workflow::{Step, Verdict};

pub(crate) use put::put;

words! {
    /// How bad an incident is if it is true.
    Severity, "severity":
    /// Nothing but looking, and little of it.
    Low = "low",
    /// Looking around with success.
    Medium = "medium",
    /// Secrets, data or changes.
    High = "high",
    /// Ways to stay, destruction, or rights over everything.
    Critical = "critical",
}

impl Severity {
    /// As it is sorted: 1 for the lowest.
    pub(crate) fn rank(self) -> i64 {
        self as i64 + 1
    }

    pub(crate) fn of_rank(rank: i64) -> Result<Self, Error> {
        Self::ALL
            .iter()
            .copied()
            .find(|severity| severity.rank() == rank)
            .ok_or_else(|| Error::damaged("severity", "is none of the four"))
    }
}

words! {
    /// Where people are with an incident.
    Status, "status":
    /// Nobody has taken it up, or it grew after it was closed.
    Open = "open",
    /// Somebody works on it.
    InProgress = "in-progress",
    /// It is done with, for a [`Reason`].
    Closed = "closed",
}

words! {
    /// Why an incident was closed.
    Reason, "reason":
    /// It was a theft, and the thief is shut out.
    TheftResolved = "theft-resolved",
    /// It was no theft, and should not have been told.
    FalsePositive = "false-positive",
    /// It was no theft: the owner or the organisation did it, as they may.
    ExpectedBehaviour = "expected-behaviour",
    /// It was an exercise or a routine test.
    RoutineTest = "routine-test",
    /// It cannot be decided with what is known.
    NotEnoughInformation = "not-enough-information",
    /// Something else, which the note says.
    Other = "other",
}

words! {
    /// What an incident was, as the user says.
    VerdictWord, "verdict":
    /// Somebody else used the credential.
    Theft = "theft",
    /// The owner did it, for a reason.
    Benign = "benign",
    /// It was a test.
    Test = "test",
}

words! {
    /// What an incident can be found by.
    TermKind, "kind of term":
    /// An account, by its twelve digits.
    Account = "account",
    /// An access key id.
    Key = "key",
    /// A principal, by ARN.
    Principal = "principal",
    /// An address from which the thief called.
    Address = "address",
}

/// An incident as the judge tells it: the document, and what lists filter and sort by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The incident's id.
    pub id: String,
    /// What it is about, in one sentence.
    pub title: String,
    /// What kind of principal was robbed.
    pub kind: String,
    /// How bad it is if it is true.
    pub severity: Severity,
    /// Whether it is an alert; if not, it is watched.
    pub alert: bool,
    /// The score in 1/256 bit.
    pub score: i64,
    /// The first suspicious call.
    pub first_seen: Time,
    /// The last suspicious call.
    pub last_seen: Time,
    /// The accounts in which it happened.
    pub accounts: BTreeSet<String>,
    /// The access key ids that the thief used or made.
    pub keys: BTreeSet<String>,
    /// Who was impersonated, as ARNs.
    pub principals: BTreeSet<String>,
    /// The addresses from which the thief called.
    pub addresses: BTreeSet<String>,
    /// The contract's JSON, which the store does not read.
    pub document: String,
}

impl Judged {
    /// What it can be found by.
    fn terms(&self) -> impl Iterator<Item = (TermKind, &str)> {
        [
            (TermKind::Account, &self.accounts),
            (TermKind::Key, &self.keys),
            (TermKind::Principal, &self.principals),
            (TermKind::Address, &self.addresses),
        ]
        .into_iter()
        .flat_map(|(kind, values)| values.iter().map(move |value| (kind, value.as_str())))
    }
}

/// An incident as it is kept, without its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Incident {
    /// Its id.
    pub id: String,
    /// Grows with every change that a reader of it can see: of the document and of the workflow. A
    /// change that is meant for an earlier version is refused.
    pub version: u64,
    /// What it is about.
    pub title: String,
    /// What kind of principal was robbed.
    pub kind: String,
    /// How bad it is if it is true.
    pub severity: Severity,
    /// Whether it is an alert; if not, it is watched.
    pub alert: bool,
    /// The score in 1/256 bit.
    pub score: i64,
    /// The first suspicious call.
    pub first_seen: Time,
    /// The last suspicious call.
    pub last_seen: Time,
    /// When it was first written here.
    pub created_at: Time,
    /// When its version grew last.
    pub updated_at: Time,
    /// Where people are with it.
    pub status: Status,
    /// Why it is closed; none if it is not.
    pub reason: Option<Reason>,
    /// When it was closed; none if it is not.
    pub closed_at: Option<Time>,
    /// The user who looks after it.
    pub assignee: Option<String>,
    /// What it was, by the last verdict.
    pub verdict: Option<VerdictWord>,
    /// SHA-256 of what the judge told last.
    pub digest: String,
}

/// An [`Incident`]: all but the document, which is large.
const SELECT: &str = "SELECT id, version, title, kind, severity, alert, score, first_seen, last_seen, created_at, \
                       updated_at, status, reason, closed_at, assignee, verdict, digest FROM incidents";

impl Incident {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            version: row.get("version")?,
            title: row.get("title")?,
            kind: row.get("kind")?,
            severity: Severity::of_rank(row.get("severity")?)?,
            alert: row.get("alert")?,
            score: row.get("score")?,
            first_seen: row.get("first_seen")?,
            last_seen: row.get("last_seen")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            status: row.get("status")?,
            reason: row.get("reason")?,
            closed_at: row.get("closed_at")?,
            assignee: row.get("assignee")?,
            verdict: row.get("verdict")?,
            digest: row.get("digest")?,
        })
    }
}

/// The incident of that id.
pub(crate) async fn find(
    id: &str,
    connection: &mut AnyConnection,
) -> Result<Option<Incident>, Error> {
    let row = composed(format!("{SELECT} WHERE id = $1")).bind(id).first(connection).await?;
    row.as_ref().map(Incident::read).transpose()
}

/// What became of an incident in one change: what is told to those who decide whom to notify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// How it was; none if it was not there.
    pub before: Option<Incident>,
    /// How it is.
    pub after: Incident,
    /// Whether it was opened again because it grew.
    pub reopened: bool,
    /// What was sent or is to be sent about it, the oldest first.
    pub notifications: Vec<Notification>,
}

impl Changed {
    /// Whether anything is different now.
    pub fn is_change(&self) -> bool {
        self.before.as_ref() != Some(&self.after)
    }
}

/// Decides what is to be sent about a change. It runs inside of the transaction, so that a change and
/// its notifications are written together or not at all.
pub type Route<'r> = &'r (dyn Fn(&Changed) -> Vec<Outgoing> + Send + Sync);

/// The route to nobody.
pub fn nobody(_: &Changed) -> Vec<Outgoing> {
    Vec::new()
}
